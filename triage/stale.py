"""Messages of a ticket that are out of date."""

from __future__ import annotations

from dataclasses import dataclass

from triage.notice import NoticeKind


@dataclass(frozen=True, slots=True)
class Stale:
    """Which messages are to be edited: all, or those of the update with that seq, or else those of some kinds and
    those that show one of some texts. The card is not among them; it is refreshed with every change."""

    #: The `seq` of the event that told the customer something: its messages, to them and under the card.
    update: int | None = None
    #: Ids of texts that read otherwise now, or are erased.
    bodies: frozenset[int] = frozenset()
    #: Notices that read otherwise as a whole.
    kinds: frozenset[NoticeKind] = frozenset()
    #: All of them: whoever they name by what they are to the ticket, as its owner, is called otherwise.
    every: bool = False
