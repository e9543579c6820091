"""What is done to a major incident is done for its parts: an update is given to each of their customers, and when it is
over each is asked whether service is back for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.desk.runtime import DeskRuntime
from bot.verbs.base.call import Call
from bot.verbs.base.verb import FormContext
from bot.wording.sentences import Sentence
from storage.changes import record
from storage.errors import NoSuchTicketError
from storage.foreseen import events_of
from storage.texts import text_of
from storage.tickets import StoredTicket, get_ticket, has_event, lock_in_order, survivor
from triage import correcting, majors, updating
from triage.change import Change
from triage.errors import Refusal
from triage.event import Event, Kind
from triage.facts.telling import Edited, TakenBack, Updated
from triage.people import Actor
from triage.ticket import Ticket

_COMPANY = (Kind.PART_ADDED, Kind.PART_OF, Kind.MERGED)


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who is told what a major incident's update says."""

    #: Of their ticket.
    number: int
    #: The customer's name; where it is nobody's, that of its requester, who is told.
    name: str
    #: The language that they read.
    language: str


@dataclass(frozen=True, slots=True)
class Carried:
    """What became of a major incident's parts when its update was put right."""

    #: For how many it was put right too.
    done: int = 0
    #: The numbers of those that were told in other words, which stay.
    kept: tuple[int, ...] = ()


def lock_together(session: Session, organisation_id: int, numbers: set[int], *, merged: bool = False) -> None:
    """Lock these tickets and, where some are major incidents, their parts, all in the order of their numbers: what is
    done to the one is done to the others. Of one that was merged, whatever goes on for it is locked, too. `merged`: the
    major incidents that they are part of as well.

    Nothing may be locked yet. Who belongs together is looked up first and once more when all are locked; where somebody
    has added a part meanwhile, all are let go (savepoint) and it begins again."""
    wanted = numbers | _company(session, organisation_id, numbers, merged=merged)
    while len(wanted) > 1:
        savepoint = session.begin_nested()
        lock_in_order(session, organisation_id, wanted)
        found = numbers | _company(session, organisation_id, numbers, merged=merged)
        if found <= wanted:
            savepoint.commit()
            return
        savepoint.rollback()
        wanted = found


def _company(session: Session, organisation_id: int, numbers: set[int], *, merged: bool) -> set[int]:
    found: set[int] = set()
    for number in numbers:
        if has_event(session, organisation_id, number, _COMPANY):
            stored = get_ticket(session, organisation_id, number)
            together = stored.ticket.together
            found |= {*together.parts, survivor(session, stored).number}
            if merged and together.part_of is not None:
                found.add(together.part_of)
    return found


def parts_of(session: Session, stored: StoredTicket, *, lock: bool = False) -> list[StoredTicket]:
    """The open tickets that are part of this major incident, in the order of their numbers."""
    if not stored.ticket.together.is_major:
        return []
    found = []
    for number in sorted(stored.ticket.together.parts):
        try:
            part = get_ticket(session, stored.organisation_id, number, lock=lock)
        except NoSuchTicketError:
            continue
        if part.ticket.is_open and part.ticket.together.part_of == stored.number:
            found.append(part)
    return found


def recipients(session: Session, desk: DeskRuntime, stored: StoredTicket) -> list[Recipient]:
    """Who is told: the customer of the major incident itself, and those of its open parts. Empty where it has none."""
    parts = parts_of(session, stored)
    return [_recipient(session, desk, each) for each in (stored, *parts)] if parts else []


def _recipient(session: Session, desk: DeskRuntime, stored: StoredTicket) -> Recipient:
    name, beside = stored.ticket.customer, stored.conversation("customer")
    called = desk.directory.name(stored.ticket.requester) if name is None else name
    language = desk.customers.language_of(session, name, "" if beside is None else beside.channel)
    return Recipient(stored.number, called, language or desk.policy.desk.language)


def preview(
    session: Session, call: Call, stored: StoredTicket, answers: Mapping[str, str], *, until: datetime | None = None
) -> None:
    """Raises `Refusal`, as a question, before an update is given to several customers: whom it goes to. Whoever has
    read that above a form is asked only where it is no longer true. `until`: the next one is promised by then; a bare
    promise goes to whoever's ticket can hold it."""
    told = recipients(session, call.desk, stored)
    if until is not None and not answers.get("text"):
        parts = parts_of(session, stored)
        held = {each.number for each in parts if passed_on(each, call.actor, call.now, "", until)}
        told = [each for each in told if each.number == stored.number or each.number in held]
        told = told if held else []
    sure = _token(stored.ticket, told)
    if until is not None:
        sure += f"-{until.timestamp():.0f}"
    if not told or answers.get("sure") == sure:
        return
    own = call.desk.policy.desk.language
    lacking = sorted({each.language for each in told} - {own})
    names = listed(told)
    if until is not None and not answers.get("text"):  # what it says is said in the language of each
        raise Refusal("major_promise", count=len(told), recipients=names, sure=sure, until=until)
    if not lacking:
        raise Refusal("major_update", count=len(told), recipients=names, sure=sure)
    readers = listed([each for each in told if each.language in lacking])
    language = ", ".join(call.speech.text(f"language.{each}") for each in lacking)
    raise Refusal(
        "major_update_languages", count=len(told), recipients=names, readers=readers, language=language, sure=sure
    )


def goes_to(context: FormContext) -> tuple[Sentence, str] | None:
    """Whom it goes to, above a form; None where that is one alone."""
    told: Sequence[Recipient] = context.recipients
    if not told:
        return None
    return context.speech("major.goes_to", count=len(told), recipients=listed(told)), _token(context.ticket, told)


def _token(ticket: Ticket, told: Sequence[Recipient]) -> str:
    return f"{ticket.updates.last_seq or 0}-{len(told)}"


def listed(told: Iterable[Recipient]) -> str:
    """Whom it goes to, by name and ticket."""
    return ", ".join(f"{each.name} (#{each.number})" for each in told)


def carry_on(
    session: Session,
    desk: DeskRuntime,
    before: StoredTicket,
    after: StoredTicket,
    *,
    actor: Actor,
    answers: Mapping[str, str],
) -> None:
    """Do for the parts what was just done to the major incident: pass its update on, or ask whether service is back."""
    together = after.ticket.together
    if not together.is_major or not together.parts:
        return
    events = events_of(before, after)
    kinds = {event.kind for event in events}
    if kinds & {Kind.RESTORED, Kind.RESOLVED}:
        for part in parts_of(session, after, lock=True):
            now = max(event.recorded_at for event in events)
            if change := majors.ask_back(part.ticket, actor, now, after.number):
                record(session, part, change, now, covered=majors.covers(before.ticket, part.ticket))
        return
    found = [(e.recorded_at, e.fact) for e in events if isinstance(e.fact, Updated)]
    found = [(now, fact) for now, fact in found if not (fact.seen or fact.elsewhere or fact.question)]
    if not found or not (answers.get("text") or found[0][1].promise):
        return
    now, given = found[0]
    for part in parts_of(session, after, lock=True):
        language = _recipient(session, desk, part).language
        text = answers.get(f"text_{language}") or answers.get("text", "")
        covered = majors.covers(before.ticket, part.ticket)
        record(session, part, passed_on(part, actor, now, text, given.promise), now, covered=covered)


def put_right(session: Session, before: StoredTicket, after: StoredTicket, actor: Actor) -> Carried:
    """What was just corrected or taken back of a major incident's update is put right for its parts too. A part that
    was told in other words, of another language, keeps them."""
    known = {event.seq: event for event in before.events}
    done, kept = 0, []
    for made in events_of(before, after):
        if not isinstance(made.fact, Edited | TakenBack):
            continue
        given = known[made.fact.update if isinstance(made.fact, Edited) else made.fact.undoes]
        was = _text(session, before, given)
        for part in _all_parts(session, before):
            copy = correcting.copy_of(given, part.ticket)
            if copy is None:
                continue
            if isinstance(made.fact, TakenBack):
                change = correcting.take_back(part.ticket, actor, made.recorded_at, copy.seq)
            elif _text(session, part, copy) == was:
                text = text_of(session, after, made.body_id) if made.body_id is not None else ""
                change = correcting.edit(part.ticket, actor, made.recorded_at, text, copy.seq)
            else:
                kept.append(part.number)
                continue
            done += 1
            record(session, part, change, made.recorded_at)
    return Carried(done, tuple(kept))


def _text(session: Session, stored: StoredTicket, update: Event) -> str:
    body = stored.ticket.updates.edited.get(update.seq, update.body_id)
    return "" if body is None else text_of(session, stored, body)


def _all_parts(session: Session, stored: StoredTicket) -> list[StoredTicket]:
    """Its parts, also those that are closed by now: whom something was told by mistake reads it still."""
    if not stored.ticket.together.is_major:
        return []
    found = [get_ticket(session, stored.organisation_id, n, lock=True) for n in sorted(stored.ticket.together.parts)]
    return [each for each in found if each.ticket.merged_into is None]


def passed_on(part: StoredTicket, actor: Actor, now: datetime, text: str, until: datetime | None) -> Change:
    """The update for the part, with its promise where the part's own terms allow that. A promise without words that
    they do not allow is none."""
    try:
        if until is not None:
            return updating.promise(part.ticket, actor, now, until, text)
    except Refusal:
        if not text:
            return Change()
    return updating.update(part.ticket, actor, now, text)
