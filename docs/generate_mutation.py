"""Write docs/explanation/mutation.md, the specs on trial: `python docs/generate_mutation.py [FILE]`.

Every row of every lifecycle is made wrong in turn, in every small way, and somebody has to notice. The page
is only written when nobody survives but whom `argued_mutants.toml` of the kit argues. Takes some minutes.
"""

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from calltape.conformance.mutants import every_mutant
from calltape.conformance.trial import Verdict
from calltape.conformance.trial_report import TrialReport
from calltape.conformance.trial_runs import try_all

PAGE = Path(__file__).parent / "explanation" / "mutation.md"

OPENING = """\
# The specs on trial

<!-- Written by docs/generate_mutation.py; run it again after a change of a lifecycle or a scenario. -->

Code, diagrams, strategies and checks are all read off the lifecycle tables, so they agree with a table that
is wrong. What can disagree is what people wrote down without looking at it: the scenarios and the laws. This
page says whether they would. Each row is made wrong in turn:

* **drop**: the row is gone;
* **redirect**: the event leads to another state, each other state in turn, together with the rows that say
  the same of another command (else loading refuses at once);
* **contradict**: a second row beside it says the same, or says another state;
* **fact**: it starts elsewhere, a state is final or no longer, a deadline is not declared.

Each mutant is put in the place of the true table, in a process of its own, and asked are, in this order:
loading (`BadSpec`); the laws about tables; then the [scenarios](../reference/row-coverage.md), those first
that use the row, with the laws of calls after each event, with what a command leads to looked up among its
rows, and with every machine looked at afterwards. Who notices first is counted. A mutant that nobody notices
is a scenario that nobody wrote, unless it comes to the same as the true table; then it is argued by name.
"""


def page(verdicts: Sequence[Verdict]) -> str:
    """The whole page, ending with a newline."""
    return "\n".join([OPENING, *TrialReport(verdicts).sections()]).rstrip() + "\n"


def _show(done: int, of: int) -> None:
    if done % 100 == 0 or done == of:
        sys.stderr.write(f"\r{done} of {of} mutants")
        sys.stderr.flush()


if __name__ == "__main__":
    began = time.monotonic()
    found = try_all(list(every_mutant()), progress=_show)
    sys.stderr.write(f" in {time.monotonic() - began:.0f} s\n")
    if wrong := TrialReport(found).faults():
        sys.exit("\n".join(wrong))
    into = Path(sys.argv[1]) if len(sys.argv) > 1 else PAGE
    into.write_text(page(found), encoding="utf-8")
