"""What was done to a ticket and can be taken back."""

from __future__ import annotations

from dataclasses import dataclass, field

from triage.event import Event


@dataclass(slots=True)
class Undo:
    """What somebody did by a reaction or by mistake, and can take back (policy: Escalation)."""

    #: By verb: what a reaction did, and whoever reacted can still undo.
    undoable: dict[str, Event] = field(default_factory=dict)
    #: By verb: what was undoable until somebody else moved on from it.
    overtaken: dict[str, Event] = field(default_factory=dict)
    #: The last update that was taken back, by the event that did so.
    taken_back: Event | None = None

    def overtake(self, verb: str) -> None:
        """What somebody did by that verb can't be undone any more: something else was made of it."""
        if (done := self.undoable.pop(verb, None)) is not None:
            self.overtaken[verb] = done
