"""Opening a ticket: from what was typed or filled in, from a message, about the message at a thread's head."""

from __future__ import annotations

from dataclasses import replace

from sqlmodel import Session

from bot.verbs.call import Answer, Call
from bot.verbs.flooding import add_instead, last_of_too_many
from bot.verbs.private_answer import private_notice
from bot.verbs.reading.arguments import doubted, take_kind
from bot.verbs.reading.figures import instant_of
from bot.verbs.source_message import SourceMessage, parted
from bot.verbs.whose import unknown, whose
from bot.wording.card import Button, Buttons, Card, Line
from bot.wording.cards import next_deadline
from bot.wording.sentences import Sentence
from storage.changes import Origin, record, record_opening
from storage.errors import AlreadyHandledError, MessageTakenError
from storage.inbox import handle_once
from storage.messages import link_message, number_of_message
from storage.notices import enqueue_private
from storage.tickets import StoredTicket
from triage import rights
from triage.change import Change
from triage.errors import Refusal
from triage.flooding import BEYOND
from triage.notice import Audience, Notice, NoticeKind
from triage.opening import open_ticket
from triage.terms import Category
from triage.text import LONGEST_TEXT, cut


async def open_from(call: Call) -> None:
    """Open a ticket from a message as it stands; where it has one, somebody was faster. Raises Refusal."""
    source = call.source
    if source is None or await ticket_of(call) is not None:
        return
    if not source.summary:
        raise Refusal("message_says_nothing")
    call = replace(call, answers={"description": source.description})
    try:
        await open_one(call, summary=source.summary, category=None, severity=None)
    except Refusal as refusal:
        if refusal.code != "message_has_ticket":
            raise


async def open_called(call: Call, words: str, head: SourceMessage) -> None:
    """Open a ticket from what was typed after `new` in a thread, about the message at its head: that is the report, its
    author's and of its time. Without words it is opened from the head alone. Raises Refusal."""
    category, severity, summary = take_kind(words)
    said = "" if head.author is None else call.desk.directory.name(head.author)
    if summary:
        doubt = doubted(summary, category, severity) if rights.may(call.actor, "severity") else None
        summary, rest = parted(summary)
        heard = f"{said}, {call.desk.directory.desk_speech.clock(head.at)}:\n{head.text}" if said else head.text
        description = "\n\n".join(part for part in (rest, cut(heard, LONGEST_TEXT // 2)) if part)
    else:
        summary, description, doubt = head.summary, head.description, None
    if not summary:
        raise Refusal("message_says_nothing")
    if head.author is not None and call.desk.directory.is_staff(head.author) and not call.actor.is_staff:
        head = replace(head, author=None)  # the trouble is the caller's, not that of whoever answers for the desk
    call = replace(call, source=head, answers={"description": cut(description)})
    await open_one(call, summary=summary, category=category, severity=severity, doubt=doubt)


async def open_one(
    call: Call, *, summary: str, category: Category | None, severity: int | None, doubt: int | Category | None = None
) -> Answer:
    """Open it, and say so; with a question where a word of the summary may have been meant as its severity or category
    (`doubt`). One ticket too many is added to the last one instead."""
    desk, answers, source = call.desk, call.answers, call.source

    def transaction(session: Session) -> tuple[StoredTicket, bool]:
        if call.key:
            handle_once(session, desk.organisation_id, call.key, call.now)
        last = last_of_too_many(session, desk, call.actor, call.channel, call.now)
        if last is not None:
            return _added(session, call, last, summary), call.by_mention or not call.is_answered
        of = whose(call, session, " ".join(answers.get("customer", "").split()))
        change = open_ticket(
            desk.policy,
            call.actor,
            call.now,
            summary=summary,
            category=category,
            severity=severity,
            description=answers.get("description"),
            reported_at=instant_of(answers, "reported_at") or (source.at if source is not None else None),
            requester=source.author if source is not None else None,
            customer=of.name,
            plan=of.plan,
            skills=tuple(filter(None, answers.get("skills", "").split(","))) if call.actor.has_role else (),
            requested_date=instant_of(answers, "requested_date"),
        )
        origin = None if source is None else Origin(source.channel, source.message_id, source.root_id)
        stored = record_opening(session, desk.organisation_id, desk.desk_id, change, of.places, call.now, source=origin)
        is_seen = call.is_answered or call.channel in {place.channel for place in of.places}
        if call.by_mention or not is_seen:
            record(session, stored, Change((), (private_notice(call, _opened(call, stored)),)), call.now)
            if doubt is not None:
                question, choice = _meant(call, stored, doubt)
                record(session, stored, Change((), (private_notice(call, question, buttons=(choice,)),)), call.now)
        if call.context and source is not None:  # by the form: the thread's talk is still to be read
            data = {"person": call.actor.id, "channel": source.channel, "message": source.message_id, "opened": True}
            notice = Notice(NoticeKind.OPEN_FROM, Audience.PERSON, data)
            enqueue_private(session, desk.organisation_id, notice, call.now)
        asked = unknown(call, session, stored)
        if asked is not None:
            question, use = asked
            notice = private_notice(call, question, buttons=() if use is None else (use,))
            record(session, stored, Change((), (notice,)), call.now)
        return stored, call.by_mention or not is_seen

    try:
        stored, is_planned = await desk.write(transaction)
    except AlreadyHandledError:
        return Answer(Card(call.speech("done.opened_already")), is_planned=call.by_mention)
    except MessageTakenError:
        raise Refusal("message_has_ticket", number=await ticket_of(call)) from None
    opened = _opened(call, stored)
    if doubt is None or is_planned:
        return Answer(Card(opened), quiet=True, is_planned=is_planned)
    question, choice = _meant(call, stored, doubt)
    return Answer(Card(opened, (Line(opened), Line(question), Buttons((choice,)))))


def _meant(call: Call, stored: StoredTicket, doubt: int | Category) -> tuple[Sentence, Button]:
    """The question whether a word that was left in the summary was meant as its severity or category, and the button
    that makes it so."""
    speech, number, version = call.speech, stored.number, stored.ticket.version
    if isinstance(doubt, Category):
        category = speech.text(f"category.{doubt}")
        label = speech.text("button.meant_category", category=category)
        button = Button("category", label, number, version, value=doubt.value)
        return speech("opened.meant_category", category=category), button
    label = speech.text("button.meant_severity", severity=doubt)
    return speech("opened.meant_severity", severity=doubt), Button("severity", label, number, version, value=str(doubt))


def _added(session: Session, call: Call, last: StoredTicket, summary: str) -> StoredTicket:
    """What would have been one ticket too many, on the last one of whoever asks; they are told where it went."""
    description, source = call.answers.get("description", ""), call.source
    text = "\n".join(part for part in (summary, description) if part.strip())
    after = add_instead(session, call.desk, last, call.actor, text, call.at or call.now, call.now)
    if source is not None:
        link_message(session, after.organisation_id, source.channel, source.message_id, after.id)
    if call.by_mention or not call.is_answered:
        record(session, after, Change((), (private_notice(call, _opened(call, after)),)), call.now)
    return after


async def ticket_of(call: Call) -> int | None:
    """The number of the ticket that the message, or the thread it is in, belongs to already."""
    source = call.source
    if source is None:
        return None
    return await call.desk.database.read(
        lambda session: number_of_message(
            session, call.desk.organisation_id, source.channel, (source.message_id, source.root_id)
        )
    )


def _opened(call: Call, stored: StoredTicket) -> Sentence:
    speech, ticket = call.speech, stored.ticket
    if stored.events[-1].data.get(BEYOND):
        return speech("opened.added", number=stored.number)
    key = "opened.confirmed" if ticket.confirmed else "opened.unconfirmed"
    kind = speech(f"category.{ticket.category or 'none'}")
    if ticket.severity is not None and ticket.confirmed:
        kind = speech("opened.kind", severity=ticket.severity, category=kind)
    return speech(key, number=stored.number, kind=kind, next=next_deadline(speech, ticket, call.now))
