"""What the desk writes for itself: it moves no clock and never reaches a customer."""

from __future__ import annotations

from datetime import datetime

from triage import rights
from triage.change import Change
from triage.checks import by_vigie, event, needed
from triage.contents.to_desk import NoteContent, TalkContent
from triage.facts.telling import Noted
from triage.notice import Audience, Notice
from triage.people import Actor
from triage.text import cut
from triage.ticket import Ticket


def note(
    _ticket: Ticket, actor: Actor, now: datetime, text: str, *, sent: bool = False, in_group: bool = False
) -> Change:
    """An internal note. It moves no clock and never reaches a customer. `sent`: it stands in the thread already.
    `in_group`: they are of the group that has the work in hand."""
    if not in_group:
        rights.require(actor, "note")
    text = needed(cut(text) if sent else text, "note")
    notices = () if sent else (Notice(NoteContent(actor.id), Audience.DESK, body=text),)
    return Change((event(actor, now, Noted(), text=text),), notices)


def brought_along(_ticket: Ticket, now: datetime, text: str) -> Change:
    """What was said in the ticket's thread before it was opened: shown under the card, and moves no clock."""
    text = cut(text)
    notices = (Notice(TalkContent(), Audience.DESK, body=text),)
    return Change((by_vigie(now, Noted(), text=text),), notices)
