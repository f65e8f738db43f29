"""How a state machine is made to find something, and what it says then: the fewest steps that show it."""

from hypothesis import Phase, settings

KEEN = settings(
    max_examples=500,
    stateful_step_count=10,
    phases=[Phase.generate, Phase.shrink],
    report_multiple_bugs=False,
)
"""Until something is found."""

_CHECKS = ("teardown", "it_is_what_one_reading_gives", "what_is_durable_is_lawful")


def steps_of(found: BaseException) -> list[str]:
    """The steps of the failing example, without what is checked after each."""
    lines = [line for note in getattr(found, "__notes__", ()) for line in note.splitlines()]
    return [line for line in lines if "state." in line and not any(f"state.{c}(" in line for c in _CHECKS)]
