"""A failing tape as a test that fails with it: a module of Python to paste, with the events in it."""

import re
from textwrap import shorten, wrap

import attrs

from calltape.conformance.inline_source import WIDTH, Group, Imports, laid_out, source_of
from calltape.conformance.shrinking_tapes import Tape
from calltape.conformance.tape_failures import Failure

WORDS_MAX = 300
"""Characters of what is said about the failure: it may list all that would have been legal."""


def regression_test(tape: Tape, failure: Failure, *, name: str) -> str:
    """The text of a pytest module whose one test fails as long as `tape` fails in that way.

    Args:
        tape: fails; short enough to be read.
        failure: in which way.
        name: what the test is about; what a function cannot be called becomes underscores.
    """
    bare = _bare(tape, failure)
    imports = Imports()
    proof = [f"    {line}" for line in failure.proof(bare, imports)]
    events = tuple(("", source_of(each, imports)) for each in bare)
    written = laid_out(Group("TAPE = (", events, ")"), 0)
    words = shorten(failure.words, WORDS_MAX, placeholder=" …")
    about = re.sub(r"\W+", "_", name).strip("_") or "tape"
    return "\n".join(
        [
            *imports.lines(),
            "",
            written,
            "",
            "",
            f"def test_{about}() -> None:",
            *(f"    # {line}" for line in wrap(words, WIDTH - 6)),
            *proof,
            "",
        ]
    )


def _bare(tape: Tape, failure: Failure) -> Tape:
    """Without who asked for what and why, unless it is that which fails."""
    bare = tuple(attrs.evolve(each, command_id=None, causation_id=None, correlation_id=None) for each in tape)
    return bare if failure.fails(bare) else tape
