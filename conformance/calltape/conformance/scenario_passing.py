"""What only passes in the call of a scenario: reactions, and lines of text while they are written."""

from typing import TypeAlias

import attrs

from calltape.core import (
    Call,
    CallId,
    Event,
    Limits,
    LockRealTimeText,
    PassingSignal,
    ReactionBatch,
    SendReaction,
    SendRealTimeText,
    TextBook,
    decide_reaction,
    decide_text,
    evolve_reactions,
    evolve_text,
    recorded_as,
)

PassingCommand: TypeAlias = SendReaction | SendRealTimeText | LockRealTimeText


@attrs.define
class PassingSignals:
    """What passed, and what the next signal is decided over."""

    reactions: ReactionBatch = attrs.Factory(ReactionBatch)
    texts: TextBook = attrs.Factory(TextBook)
    told: list[PassingSignal] = attrs.Factory(list[PassingSignal])
    """The reactions and lines of text that the present step has told."""

    def give(self, call: Call, command: PassingCommand, limits: Limits) -> list[Event]:
        """Decide one signal and tell it; returns what a tape keeps of it.

        Raises:
            Refused: see `decide_reaction` and `decide_text`.
        """
        said: list[PassingSignal] = []
        if isinstance(command, SendReaction):
            said += decide_reaction(call, self.reactions, command, limits)
            self.reactions = evolve_reactions(self.reactions, command.at)
        else:
            for line in decide_text(call, self.texts, command, limits):
                evolve_text(self.texts, line)
                said.append(line)
        self.told += said
        noted = (recorded_as(call.id or CallId(""), signal) for signal in said)
        return [event for event in noted if event is not None]
