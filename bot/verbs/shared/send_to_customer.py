"""Offering to send to the customer what was typed for the desk alone, in case it was meant for them."""

from __future__ import annotations

from sqlmodel import Session

from bot.verbs.base.call import Call
from bot.verbs.base.verb import Outcome
from bot.wording.card import Button
from storage.texts import text_of
from storage.tickets import StoredTicket
from triage.event import Kind


def typed_for_desk(session: Session, outcome: Outcome) -> str:
    """The text that was typed with `wait` or `resume` and that only the desk has read. Empty where it went to the
    customer too, where something other than the customer is waited for, and where the person who typed it is the
    requester."""
    stored, kinds = outcome.stored, {event.kind for event in outcome.change.events}
    if kinds & {Kind.UPDATED, Kind.EDITED} or not kinds & {Kind.WAITED, Kind.RESUMED}:
        return ""
    said, waiting = stored.events[-1], stored.ticket.waiting
    if said.body_id is None or (waiting is not None and waiting.what != "customer") or _is_own(stored, said.actor):
        return ""
    return text_of(session, stored, said.body_id)


def send_button(call: Call, stored: StoredTicket, verb: str, value: str) -> Button:
    """A button that sends it: it carries `verb` and `value`."""
    label = call.speech.text(f"send.{verb}_{stored.asker}")
    return Button(verb, label, stored.number, stored.ticket.version, value=value)


def _is_own(stored: StoredTicket, actor: str) -> bool:
    return stored.asker == "requester" and stored.ticket.requester == actor
