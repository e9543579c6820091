"""What was said, put right: an update corrected or taken back by its author, a text erased everywhere by a lead."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from triage import rights
from triage.change import Change
from triage.checks import changed, event, must_go_on, needed
from triage.contents.changes import ChangedContent, What
from triage.errors import Refusal
from triage.event import Event
from triage.facts.telling import Edited, Redacted, TakenBack, Updated
from triage.instants import whole_second
from triage.notice import CARD
from triage.people import Actor
from triage.stale import Stale
from triage.ticket import Ticket

TWICE = timedelta(minutes=2)  # for so long a second time may be meant for the same update


def own_updates(ticket: Ticket, actor: Actor) -> list[Event]:
    """The updates of this person that still stand, the last one first; refused where there is none."""
    found = sorted((u for u in ticket.updates.given if u.actor == actor.id), key=lambda u: u.seq, reverse=True)
    if not found:
        raise Refusal("no_own_update")
    return found


def own_update(ticket: Ticket, actor: Actor, seq: int | None = None, upto: int | None = None) -> Event:
    """The last of them, up to the event `upto` where that is named, or the one of that `seq`."""
    found = [
        update
        for update in own_updates(ticket, actor)
        if seq in (None, update.seq) and (upto is None or update.seq <= upto)
    ]
    if not found:
        raise Refusal("not_own_update")
    return found[0]


def edit(ticket: Ticket, actor: Actor, now: datetime, text: str, upto: int | None = None) -> Change:
    """Another text for one's own last update, of those up to `upto`: its message is changed, both texts stay on record,
    no clock moves. Refused where it is a message of the author's own."""
    rights.require(actor, "edit")
    must_go_on(ticket)
    given = own_update(ticket, actor, upto=upto)
    if isinstance(given.fact, Updated) and given.fact.seen:
        raise Refusal("own_message")
    edited = event(actor, now, Edited(given.seq), text=needed(text, "edit"))
    return Change((edited,), (), (Stale(given.seq),))


def take_back(ticket: Ticket, actor: Actor, now: datetime, seq: int | None = None) -> Change:
    """One's own last update, or that `seq`, was never given: one line stands in its place, unless it is a message of
    the author's own, and what it met is worked out again. Whoever says so twice in a row may mean the same one: refused
    with the question, unless it is named."""
    rights.require(actor, "take-back")
    must_go_on(ticket)
    given, last = own_update(ticket, actor, seq), ticket.undo.taken_back
    if seq is None and last is not None and last.actor == actor.id and whole_second(now) - last.at <= TWICE:
        quote = ticket.updates.edited.get(given.seq, given.body_id)
        raise Refusal("take_back_again", at=given.at, seq=given.seq, quote=quote, sure=str(given.seq))
    return Change((event(actor, now, TakenBack(given.seq)),), (CARD,), (Stale(given.seq),))


def copy_of(given: Event, part: Ticket) -> Event | None:
    """What the part's customer was told by an update of the major incident; None where nothing of it stands."""
    return next(
        (each for each in part.updates.given if (each.actor, each.at) == (given.actor, given.at) and _is_ours(each)),
        None,
    )


def _is_ours(update: Event) -> bool:
    return isinstance(update.fact, Updated) and not (update.fact.seen or update.fact.elsewhere)


def redact(_ticket: Ticket, actor: Actor, now: datetime, bodies: Collection[int]) -> Change:
    """These texts were erased, wholly or in part: every message that shows one is changed. What was erased is not on
    record, the figures stay."""
    rights.require(actor, "redact")
    if not bodies:
        raise Refusal("nothing_to_redact")
    erased = event(actor, now, Redacted(len(bodies)))
    return Change((erased,), (CARD, changed(ChangedContent(actor.id, What.REDACTED))), (showing(bodies),))


def showing(bodies: Collection[int]) -> Stale:
    """What shows one of these texts; the summary of a ticket stands beside many others."""
    return Stale(bodies=frozenset(bodies))
