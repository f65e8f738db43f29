"""What the trial of the specs found: the score, and each mutant that nobody notices, argued by name."""

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files

import attrs

from calltape.conformance.mutants import KINDS
from calltape.conformance.trial import Verdict

NOTICED_BY = ("loading", "law", "scenario")
"""Who may notice, in the order in which they are asked of one mutant, as far as that is one order."""


def argued_mutants() -> Mapping[str, str]:
    """The mutants that nobody can notice, by name, and why not: equivalent to the true table."""
    text = files("calltape.conformance").joinpath("argued_mutants.toml").read_text("utf-8")
    return {each["mutant"]: each["why"] for each in tomllib.loads(text).get("argued", ())}


@attrs.frozen
class TrialReport:
    """The verdicts on all mutants, and the arguments for those that nobody noticed."""

    verdicts: Sequence[Verdict]
    argued: Mapping[str, str] = attrs.Factory(argued_mutants)

    @property
    def survivors(self) -> tuple[str, ...]:
        """The mutants that nobody noticed and nobody argued."""
        return tuple(v.mutant for v in self.verdicts if v.by == "nobody" and v.mutant not in self.argued)

    def faults(self) -> list[str]:
        """A sentence for each survivor, and for each argument that is none."""
        by_name = {verdict.mutant: verdict for verdict in self.verdicts}
        unnoticed = [
            f"{name}: nobody notices; write the scenario that would, or argue it in argued_mutants.toml"
            for name in self.survivors
        ]
        idle = [
            f"{name}: argued, and {by_name[name].by} notices it ({by_name[name].told}); drop that"
            for name in self.argued
            if name in by_name and by_name[name].by != "nobody"
        ]
        return [*unnoticed, *idle]

    def sections(self) -> Iterator[str]:
        """The report as lines of Markdown."""
        noticed = sum(verdict.by != "nobody" for verdict in self.verdicts)
        argued = [verdict.mutant for verdict in self.verdicts if verdict.mutant in self.argued]
        yield f"Of {len(self.verdicts)} mutants {noticed} are noticed, {len(argued)} are argued below, and "
        yield f"{len(self.survivors)} survive.\n"
        yield from self._table("lifecycle", [verdict.lifecycle for verdict in self.verdicts])
        yield from self._table("kind", [verdict.kind for verdict in self.verdicts])
        if argued:
            yield "## Argued\n"
            yield from (f"* **{name}**: {self.argued[name]}" for name in argued)
            yield ""
        if self.survivors:
            yield "## Survivors\n"
            yield from (f"* {name}" for name in self.survivors)
            yield ""

    def _table(self, what: str, of: Sequence[str]) -> Iterator[str]:
        counts = Counter[tuple[str, str]](
            (each, verdict.by) for each, verdict in zip(of, self.verdicts, strict=True)
        )
        order = KINDS if what == "kind" else tuple(dict.fromkeys(of))
        yield f"| {what} | mutants | {' | '.join(f'by {by}' for by in NOTICED_BY)} | argued or surviving |"
        yield "|---|---|---|---|---|---|"
        for name in order:
            cells = [counts[name, by] for by in (*NOTICED_BY, "nobody")]
            yield f"| {name} | {sum(cells)} | {' | '.join(map(str, cells))} |"
        yield ""
