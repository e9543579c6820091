"""Opening a ticket: from typed words or a form, from a message, or from the message at the head of a thread."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlmodel import Session

from bot.verbs.base.call import Answer, Call, Reply
from bot.verbs.base.source_message import SourceMessage, parted
from bot.verbs.engine.private_answer import private_card_notice, private_notice
from bot.verbs.reading.arguments import doubted, take_kind
from bot.verbs.reading.figures import instant_of
from bot.verbs.shared.alike import is_looked_at, look_for_alike
from bot.verbs.shared.flooding import add_instead, last_of_too_many
from bot.verbs.shared.redirect import Asked, keep_and_tell_desk, redirect_card
from bot.verbs.shared.suggested import suggestion_of, understood, whole_text
from bot.verbs.shared.ticket_customer import of_customer, unknown, whose
from bot.wording.card import Button, Buttons, Card, Line
from bot.wording.clock_lines import next_deadline
from bot.wording.offers import because
from bot.wording.sentences import Sentence
from storage.announcing import spoke_key
from storage.assigning import for_new
from storage.changes import Origin, record, record_opening
from storage.deferred import Work, WorkKind, defer
from storage.errors import AlreadyHandledError, MessageTakenError
from storage.inbox import handle_once
from storage.messages import link_message, number_of_message
from storage.notices import enqueue_private
from storage.refresh import refresh_opened
from storage.tickets import StoredTicket
from triage import rights
from triage.change import Change
from triage.errors import Refusal
from triage.flooding import is_beyond
from triage.opening import is_confirmed, is_suggestion_kept, open_ticket
from triage.redirecting import redirected
from triage.suggesting import Understood
from triage.terms import Category
from triage.text import LONGEST_TEXT, cut


@dataclass(frozen=True)
class Wanted:
    """What a ticket is opened with."""

    #: What it is about, in one line.
    summary: str
    #: What kind of trouble; None: nobody said.
    category: Category | None = None
    #: How bad, 1 to 3; None: nobody said.
    severity: int | None = None
    #: What a word that was left in the summary may have been meant as.
    doubt: int | Category | None = None
    #: Whose trouble it is, by key; None: that of whoever wrote the message, or asks.
    requester: str | None = None
    #: Whether a question for billing or sales is redirected: it was asked in somebody's own words, and nothing else.
    may_redirect: bool = False
    #: Whose it is, by name, where whoever asks has shown that they speak for that customer; None: that is found out.
    customer: str | None = None


@dataclass(frozen=True)
class Opened:
    """What became of it."""

    #: The new ticket, or the one that it was added to.
    stored: StoredTicket
    #: Whether whoever asked had opened so many of late that it was added to their last one.
    was_added: bool = False
    #: Whether its customer's name is known to nobody.
    new_customer: bool = False


async def open_from(call: Call) -> None:
    """Open a ticket from the message `call.source`. Where the message has a ticket already, the answer shows that.
    Raises `Refusal`."""
    source = call.source
    if source is None or await ticket_of(call) is not None:
        return
    if not source.summary:
        raise Refusal("message_says_nothing")
    call = replace(call, answers={"description": source.description})
    try:
        await open_one(call, Wanted(source.summary))
    except Refusal as refusal:
        if refusal.code != "message_has_ticket":
            raise


async def open_called(call: Call, words: str, head: SourceMessage) -> None:
    """Open a ticket for `new ...` typed in a thread. The message at its head is the report: its author and its time are
    the ticket's. Without words, its text is the ticket's as well. Raises `Refusal`."""
    category, severity, summary = take_kind(words)
    said = "" if head.author is None else call.desk.directory.name(head.author)
    if summary:
        doubt = doubted(summary, category, severity) if rights.may(call.actor, "severity") else None
        summary, rest = parted(summary)
        heard = f"{said}, {call.people.desk_speech.clock(head.at)}:\n{head.text}" if said else head.text
        description = "\n\n".join(part for part in (rest, cut(heard, LONGEST_TEXT // 2)) if part)
    else:
        summary, description, doubt = head.summary, head.description, None
    if not summary:
        raise Refusal("message_says_nothing")
    call = replace(call, source=head, answers={"description": cut(description)})
    await open_one(call, Wanted(summary, category, severity, doubt))


async def open_one(call: Call, wanted: Wanted) -> Answer:
    """Open the ticket and answer with it. Where a word of the summary may have been meant as its severity or category,
    the answer asks."""
    text = _understood(call, wanted)  # while nobody waits for the writer

    def transaction(session: Session) -> Answer | tuple[StoredTicket, bool]:
        if wanted.may_redirect and (answer := _redirect(session, call, wanted, text)) is not None:
            return answer
        opened = carry_out_opening(session, call, wanted, text)
        return opened.stored, _plan_answers(session, call, wanted, opened)

    def answer(done: Answer | tuple[StoredTicket, bool]) -> Answer:
        return call.prepare(done if isinstance(done, Answer) else _answer(call, wanted, *done))

    try:
        return await call.desk.write_for(transaction, answer)
    except AlreadyHandledError:
        return Answer(Card(call.speech("done.opened_already")), is_planned=call.reply is Reply.LATER)
    except MessageTakenError:
        raise Refusal("message_has_ticket", number=await ticket_of(call)) from None


def _answer(call: Call, wanted: Wanted, stored: StoredTicket, is_planned: bool) -> Answer:
    """That it is open; and a question, where a word of the summary may have been meant otherwise."""
    said = opened_sentence(call, stored)
    if wanted.doubt is None or is_planned:
        return Answer(Card(said), quiet=True, is_planned=is_planned)
    question, choice = _meant(call, stored, wanted.doubt)
    return Answer(Card(said, (Line(said), Line(question), Buttons((choice,)))))


def _understood(call: Call, wanted: Wanted) -> Understood | None:
    """What the ticket is opened with as it is understood; None where no suggestion makes a difference."""
    if not is_suggestion_kept(call.desk.policy, call.actor, wanted.category, wanted.severity, _skills(call)):
        return None
    return understood(call.desk, wanted.summary, call.answers.get("description", ""))


def _redirect(session: Session, call: Call, wanted: Wanted, text: Understood | None) -> Answer | None:
    """Where the question belongs, instead of a ticket; None where it is one for the desk."""
    desk, source, asked_for = call.desk, call.source, whole_text(wanted.summary, call.answers.get("description", ""))
    to = redirected(desk.policy, call.actor, suggestion_of(session, desk, text, explained=False), asked_for)
    if to is None:
        return None
    if call.key:
        handle_once(session, desk.organisation_id, call.key, call.now)
    message_id = None if source is None else source.message_id
    asked = Asked(call.actor, call.channel, asked_for, call.now if source is None else source.at, message_id)
    card = redirect_card(call.speech, to, keep_and_tell_desk(session, desk, asked, to, call.now))
    if call.reply is Reply.LATER:
        enqueue_private(session, desk.organisation_id, private_card_notice(call, card), call.now)
    return Answer(card, is_planned=call.reply is Reply.LATER)


def carry_out_opening(session: Session, call: Call, wanted: Wanted, text: Understood | None = None) -> Opened:
    """Open a ticket, in the transaction of `session`. `text`: what it is opened with as it is understood; None: that is
    found out here.

    Where the person has opened too many of late, what they wrote is added to their last one instead. Raises `Refusal`,
    `AlreadyHandledError` where a call with the same `call.key` was handled before, and `MessageTakenError` where the
    message has a ticket already.
    """
    desk, answers, source = call.desk, call.answers, call.source
    if call.key:
        handle_once(session, desk.organisation_id, call.key, call.now)
    last = last_of_too_many(session, desk, call.actor, call.channel, call.now)
    if last is not None:
        return Opened(_added(session, call, last, wanted.summary), was_added=True)
    suggestion = suggestion_of(
        session, desk, text or _understood(call, wanted),
        explained=not is_confirmed(call.actor, wanted.category, wanted.severity),
    )  # fmt: skip
    named = " ".join(answers.get("customer", "").split())
    of = whose(call, session, named) if wanted.customer is None else of_customer(call, session, wanted.customer)
    change = open_ticket(
        desk.policy,
        call.actor,
        call.now,
        summary=wanted.summary,
        category=wanted.category,
        severity=wanted.severity,
        description=answers.get("description"),
        reported_at=instant_of(answers, "reported_at") or (source.at if source is not None else None),
        requester=wanted.requester or _asker(call),
        customer=of.name,
        plan=of.plan,
        region=of.region,
        skills=_skills(call),
        requested_date=instant_of(answers, "requested_date"),
        suggestion=suggestion,
    )
    origin = None if source is None else Origin(source.channel, source.message_id, source.root_id)
    stored = record_opening(
        session, desk.organisation_id, desk.desk_id, change, of.places, call.now,
        source=origin, more=for_new(desk, change.notices, call.now), words=not is_looked_at(of.places),
    )  # fmt: skip
    look_for_alike(session, stored, call.now)
    if source is not None and source.author is not None:  # it may have been pointed out as no ticket
        for turn in (0, 1):
            key = spoke_key(source.channel, source.author, source.at, turn)
            refresh_opened(session, desk.organisation_id, key, call.now)
    return Opened(stored, new_customer=of.is_new)


def _skills(call: Call) -> tuple[str, ...] | None:
    """The skills that somebody of the desk chose; None where nobody was asked."""
    chosen = call.answers.get("skills")
    return None if chosen is None or not call.actor.has_role else tuple(filter(None, chosen.split(",")))


def _asker(call: Call) -> str | None:
    """Whose trouble it is: that of whoever wrote the message it is opened from. None: the caller's own, also where a
    message of whoever answers for the desk is taken up by somebody who does not."""
    author = None if call.source is None else call.source.author
    is_answer = author is not None and call.desk.roster.is_staff(author) and not call.actor.is_staff
    return None if is_answer else author


def _plan_answers(session: Session, call: Call, wanted: Wanted, opened: Opened) -> bool:
    """Put the answer into the outbox, where it cannot be given directly. Whether nothing is left to be answered
    directly."""
    stored, channels = opened.stored, {place.channel for place in opened.stored.conversations}
    is_planned = call.reply is Reply.LATER or (
        call.reply is Reply.AS_POSTED and (opened.was_added or call.channel not in channels)
    )
    notices = [private_notice(call, opened_sentence(call, stored))] if is_planned else []
    if is_planned and wanted.doubt is not None and not opened.was_added:
        question, choice = _meant(call, stored, wanted.doubt)
        notices.append(private_notice(call, question, buttons=(choice,)))
    asked = unknown(call, session, stored) if opened.new_customer else None
    if asked is not None:
        question, use = asked
        notices.append(private_notice(call, question, buttons=() if use is None else (use,)))
    for notice in notices:
        record(session, stored, Change((), (notice,)), call.now)
    if call.context and call.source is not None and not opened.was_added:
        # By the form: what was said in the thread is still to be read.
        data = {"channel": call.source.channel, "message": call.source.message_id, "opened": True}
        defer(session, call.desk.organisation_id, Work(WorkKind.OPEN_FROM, call.actor.id, data), call.now)
    return is_planned


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
    """The answer where it was added to the person's last ticket, because they had opened too many."""
    description, source = call.answers.get("description", ""), call.source
    text = "\n".join(part for part in (summary, description) if part.strip())
    after = add_instead(session, call.desk, last, call.actor, text, call.happened_at or call.now, call.now)
    if source is not None:
        link_message(session, after.organisation_id, source.channel, source.message_id, after.id)
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


def opened_sentence(call: Call, stored: StoredTicket) -> Sentence:
    """That the ticket is open, as what, and what is due next."""
    speech, ticket = call.speech, stored.ticket
    if is_beyond(stored.events[-1]):
        return speech("opened.added", number=stored.number)
    key = "opened.confirmed" if ticket.confirmed else "opened.unconfirmed"
    kind = speech(f"category.{ticket.category or 'none'}")
    if ticket.severity is not None and ticket.confirmed:
        kind = speech("opened.kind", severity=ticket.severity, category=kind)
    said = speech(key, number=stored.number, kind=kind, next=next_deadline(speech, ticket, call.now))
    return (*said, *_offered(call, stored)) if call.actor.has_role else said


def _offered(call: Call, stored: StoredTicket) -> Sentence:
    """Who was given it by Vigie, or is proposed, and why; that nobody is there for it."""
    speech, owned = call.speech, stored.ticket.ownership
    offer = owned.offer
    if offer is None or owned.assignee not in (None, offer.to):
        return ()
    if offer.to is None or offer.why is None:
        return speech("opened.nobody")
    key = "opened.proposed" if owned.assignee is None else "opened.given"
    return speech(key, who=call.people.named(offer.to), why=because(speech, offer.why))
