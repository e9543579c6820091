"""Carrying out a deed: lock the ticket, let triage decide, record, and say what happened to the person who acted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from sqlmodel import Session

from bot.verbs import Act, Asked, Deed
from bot.verbs.absence import whether_away
from bot.verbs.access import card_of, must_act, must_see
from bot.verbs.call import Answer, Call
from bot.verbs.private_answer import DRAFT, draft_of, sure_of, whisper, whisper_card
from bot.verbs.reading.arguments import read_number
from bot.verbs.whose import unknown
from bot.wording.card import Button, Buttons, Card, Element, Form, Line, Quote
from bot.wording.card_links import card_with_ways
from bot.wording.cards import next_deadline
from bot.wording.refusals import explain, refusal_card, stand_of
from bot.wording.sentences import Sentence, Typed
from storage.changes import events_of, record
from storage.errors import AlreadyHandledError, NoSuchTicketError
from storage.inbox import handle_once
from storage.listing import Listed, pairs_of
from storage.messages import keep_revision, link_message
from storage.notices import enqueue_private, is_draft_of
from storage.texts import load_texts, text_of
from storage.tickets import StoredTicket, get_ticket, lock_survivor, survivor
from triage import rights
from triage.change import Change
from triage.checks import must_be_open
from triage.errors import Refusal
from triage.event import Event, Kind
from triage.flooding import bounded
from triage.ticket import Ticket


async def perform(call: Call, deed: Deed, number: int, answers: dict[str, str]) -> Answer:
    """Carry out `deed` on a ticket. The same act a second time (`call.key`) does nothing and is a success."""
    desk = call.desk

    def transaction(session: Session) -> tuple[Card, bool]:
        if call.key:
            handle_once(session, desk.organisation_id, call.key, call.now)
        stored, other = _lock(session, call, deed, number, answers)
        act = Act(call, stored, session, _confirmed(session, call, stored, answers), other)
        try:
            change = call.where.placed(deed.act(act))
            change = bounded(desk.policy, change, stored.events, call.actor, call.now)
        except Refusal as refusal:
            refusal.values.setdefault("version", stored.ticket.version)
            raise
        if other is not None and deed.echo is not None:
            record(session, other, deed.echo(act), call.now)
        after = record(session, stored, change, call.now)
        _keep_message(session, call, deed, stored, after)
        card = _done(call, deed, after, change, _quoted(session, stored, after, change))
        if deed.name == "customer" and change and (asked := unknown(call, session, after)) is not None:
            sentence: Sentence = (*card.brief, " ", *asked[0])
            card = Card(sentence, (Line(sentence), *([Buttons((asked[1],))] if asked[1] is not None else [])))
        card = _with_way(call, card, after, other)
        if call.by_mention:
            record(session, after, Change((), (whisper_card(call, card),)), call.now)
        return card, bool(change) and deed.name not in SAID and not (deed.name == "customer" and card.elements)

    try:
        card, quiet = await desk.write(transaction)
    except AlreadyHandledError:
        return Answer(Card(call.speech("done.already", number=number)), is_planned=call.by_mention)
    except Refusal as refusal:
        if refusal.code not in QUESTIONS:
            raise
        return await _ask_first(call, deed, number, answers, refusal)
    return Answer(card, quiet=quiet, is_planned=call.by_mention)


# Whatever is shown to everybody, their own answer says more.
SAID = {"take-back", "ask"}
# What somebody is asked before it is done; the button beside the question does it.
QUESTIONS = {"escalate_again", "take_back_again"}


def _done(call: Call, deed: Deed, stored: StoredTicket, change: Change, quote: str) -> Card:
    """What the person who acted is told, with what they may want to do next."""
    sentence = said(call, deed.name, stored, change)
    more: list[Element] = [Quote(quote)] if quote else []
    if quote and deed.name in AFTERWARDS:
        more.append(Buttons((AFTERWARDS[deed.name](call, stored),)))
    if deed.name in GIVEN and any(event.kind is Kind.UPDATED for event in change.events):
        given = max(event.seq for event in stored.events if event.kind is Kind.UPDATED)
        label, version = call.speech.text("button.take-back"), stored.ticket.version
        more.append(Buttons((Button("take-back", label, stored.number, version, value=str(given)),)))
    return Card(sentence, (Line(sentence), *more) if more else ())


# By these something is given to the customer that its author may take back.
GIVEN = {"update", "promise", "wait", "ask"}


def _quoted(session: Session, before: StoredTicket, after: StoredTicket, change: Change) -> str:
    """The text of the update that was taken back: whoever is not sure which it was reads it. And what was typed for the
    desk alone that the customer may have been meant to read."""
    for given in _taken_back(before, change):
        body = before.ticket.edited.get(given.seq, given.body_id)
        if body is not None:
            return text_of(session, before, body)
    kinds = {event.kind for event in change.events}
    if Kind.UPDATED in kinds or Kind.EDITED in kinds or not kinds & {Kind.WAITED, Kind.RESUMED}:
        return ""
    said, waiting = after.events[-1], after.ticket.waiting
    if said.body_id is None or (waiting is not None and waiting.what != "customer") or _is_own(after, said.actor):
        return ""
    return text_of(session, after, said.body_id)


def _is_own(stored: StoredTicket, actor: str) -> bool:
    """Whether whoever acts is who would read it."""
    return stored.asker == "requester" and stored.ticket.requester == actor


def _as_question(call: Call, stored: StoredTicket) -> Button:
    return _to_send(call, stored, "ask", str(stored.events[-1].body_id))


def _as_update(call: Call, stored: StoredTicket) -> Button:
    return _to_send(call, stored, "update", f"{DRAFT}{stored.events[-1].body_id}")


def _to_send(call: Call, stored: StoredTicket, verb: str, value: str) -> Button:
    """What was typed for the desk may be sent, if that was meant; never by accident."""
    label = call.speech.text(f"send.{verb}_{stored.asker}")
    return Button(verb, label, stored.number, stored.ticket.version, value=value)


AFTERWARDS: dict[str, Callable[[Call, StoredTicket], Button]] = {"wait": _as_question, "resume": _as_update}


def _confirmed(session: Session, call: Call, stored: StoredTicket, answers: dict[str, str]) -> dict[str, str]:
    """The answers, with what somebody says yes to, and with the text that was kept when they were asked."""
    token, kept = sure_of(answers.get("value", ""))
    if not token:
        return {**answers, "sure": call.context.get("sure", "")}
    given = {**answers, "value": "", "sure": token}
    if kept is not None and is_draft_of(session, stored.organisation_id, call.actor.id, kept):
        given["text"] = text_of(session, stored, kept)
    return given


async def _ask_first(call: Call, deed: Deed, number: int, answers: dict[str, str], refusal: Refusal) -> Answer:
    """The question, with what was written so far kept beside it: a button does it, a form is sent once more."""
    values, to = {"number": number, **refusal.values}, stand_of(call)
    refusal = Refusal(refusal.code, **values)
    if not call.is_answered:
        asked = await ask(call, deed, number, answers)
        form = asked.form
        if form is None:
            return asked
        context = {**form.context, "sure": str(values["sure"])}
        return Answer(form=replace(form, intro=explain(refusal, to), context=context))
    text, quoted = answers.get("text", ""), values.get("quote")

    def keep(session: Session) -> Answer:
        stored = get(session, call, number)
        quote = [Quote(text_of(session, stored, quoted))] if isinstance(quoted, int) else []
        card = _with_way(call, refusal_card(refusal, to, *quote), stored)
        if not text and not call.by_mention:
            return Answer(card)
        notice = whisper_card(call, card)
        if text:
            offer, sure = (deed.name, number, stored.ticket.version), (str(values["sure"]), f"{deed.name}_sure")
            notice = whisper(call, card.brief, offer=offer, draft=text, sure=sure)
        if call.by_mention:
            handle_once(session, call.desk.organisation_id, call.key, call.now)
        enqueue_private(session, call.desk.organisation_id, notice, call.now, stored)
        return Answer(is_planned=True)

    try:
        return await call.desk.write(keep)
    except AlreadyHandledError:
        return Answer(is_planned=True)


def _with_way(call: Call, card: Card, *tickets: StoredTicket | None) -> Card:
    """Each of the tickets' numbers in what is said to whoever acted leads to its card."""
    found = {each.number: card_of(call, each) for each in tickets if each is not None}
    return card_with_ways(card, {number: url for number, url in found.items() if url})


# Of these the words of the message are on record, and follow what becomes of it.
FOLLOWING = {"update", "note"}


def _keep_message(session: Session, call: Call, deed: Deed, before: StoredTicket, after: StoredTicket) -> None:
    """Remember which text was taken from the message that a mention stands in."""
    new, source = events_of(before, after), call.source
    if not (call.by_mention and source is not None and deed.name in FOLLOWING and new and new[0].body_id is not None):
        return
    organisation = call.desk.organisation_id
    link_message(session, organisation, source.channel, source.message_id, before.id, root_id=source.root_id)
    keep_revision(session, organisation, source.channel, source.message_id, new[0].body_id, "")


def _gone(call: Call, ticket: Ticket, change: Change) -> Sentence:
    """That whoever was just given the ticket is away; nothing where they are there."""
    people, who = call.desk.directory, ticket.assignee
    given = any(event.kind is Kind.ASSIGNED for event in change.events)
    gone = people.absence(who, call.now) if who is not None and given and who != call.actor.id else None
    if gone is None or who is None:
        return ()
    return (" ", *call.speech("absence.assigned", who=people.named(who), away=whether_away(gone, call.speech)))


def _taken_back(stored: StoredTicket, change: Change) -> list[Event]:
    """The updates that the change took back."""
    undone = {event.data["undoes"] for event in change.events if event.kind is Kind.TAKEN_BACK}
    return [event for event in stored.events if event.seq in undone]


def _lock(
    session: Session, call: Call, deed: Deed, number: int, answers: dict[str, str]
) -> tuple[StoredTicket, StoredTicket | None]:
    """The ticket, and the other of a pair: always in the same order, so that two people never wait for each other."""
    rights.require_ever(call.actor, deed.name)
    if deed.echo is None:
        stored = get(session, call, number)
        must_act(call, stored, deed.name)
        return _spoken_of(session, call, deed, stored), None
    if not answers.get("other"):
        raise Refusal("pair_needs_number", verb=deed.name)
    wanted = read_number(answers["other"], deed.name)
    locked = {each: goes_on(session, get(session, call, each)) for each in sorted({number, wanted})}
    return locked[number], locked[wanted]


def _spoken_of(session: Session, call: Call, deed: Deed, stored: StoredTicket) -> StoredTicket:
    """The ticket that a verb is about. A customer need not know that theirs was merged: what they ask for is asked of
    the one that goes on. What is to be erased is erased where it stands."""
    if stored.ticket.merged_into is None or deed.on_merged:
        return stored
    if rights.speaks_as_asker(call.actor, deed.name):
        return lock_survivor(session, stored.organisation_id, stored.id)
    return goes_on(session, stored)


def goes_on(session: Session, stored: StoredTicket) -> StoredTicket:
    """The ticket, if it goes on by itself; else it is refused with the number of the one that goes on for it."""
    if stored.ticket.merged_into is not None:
        raise Refusal("merged", number=survivor(session, stored).number)
    return stored


def get(session: Session, call: Call, number: int, *, lock: bool = True) -> StoredTicket:
    """The ticket of that number, if this person may know of it."""
    try:
        stored = get_ticket(session, call.desk.organisation_id, number, lock=lock)
    except NoSuchTicketError:
        raise Refusal("no_such_ticket", number=number) from None
    must_see(call, stored)
    return stored


def said(call: Call, verb: str, stored: StoredTicket, change: Change) -> Sentence:
    """What the person who acted is told: the thing done, with the deadline it set."""
    speech, ticket = call.speech, stored.ticket
    if not change:
        key = f"unchanged.{verb}"
        return speech(key if speech.has(key) else "done.already", number=stored.number)
    kinds = {event.kind for event in change.events}
    if Kind.ESCALATION_ASKED in kinds:
        return speech("done.escalation_asked", number=stored.number)
    if Kind.CUSTOMER_WROTE in kinds:
        return speech("done.customer_wrote", number=stored.number)
    given = next((event for event in change.events if event.kind is Kind.UPDATED), None)
    if verb == "update" and given is not None:
        verb = "promise" if "promise" in given.data else "logged" if given.data.get("elsewhere") else verb
    if verb == "category" and any("reported_at" in event.data for event in change.events):
        verb = "became_incident"
    if verb == "take-back" and any(each.data.get("seen") for each in _taken_back(stored, change)):
        verb = "take-back_seen"
    if verb == "assign":
        verb = _assigned(call, ticket, change)
    if verb == "snooze" and ticket.snoozed_until is None:
        verb = "snooze_off"
    if verb == "customer" and Kind.TERMS_MOVED in kinds:
        verb = "customer_plan"
    offered = any(notice.data.get("offered") for notice in change.notices)
    until = None
    if verb == "wait" and ticket.waiting is not None:
        verb, until = f"wait_{ticket.waiting.what}", ticket.waiting.until
    asker = "own" if stored.asker == "requester" and ticket.requester == call.actor.id else stored.asker
    if speech.has(f"done.{verb}_{asker}"):
        verb = f"{verb}_{asker}"
    # The time that this deed was about: a ticket may well have all of them.
    times = {
        "promise": ticket.promise, "logged": given.at if given is not None else None, "restored": ticket.restored_at,
        "relapsed": ticket.down_since, "reported": ticket.reported_at, "became_incident": ticket.reported_at,
        "snooze": ticket.snoozed_until,
    }  # fmt: skip
    values = {
        "number": stored.number,
        "command": call.command,
        "level": ticket.level,
        "severity": ticket.severity or "-",
        "category": speech(f"category.{ticket.category}") if ticket.category else "",
        "at": times.get(verb.removesuffix(f"_{asker}")),
        "asker": speech(f"asker.{stored.asker}"),
        "requester": call.desk.directory.named(ticket.requester),
        "told": () if asker == "own" else speech(f"was_told.{asker}", who=call.desk.directory.named(ticket.requester)),
        "who": call.desk.directory.named(ticket.assignee) if ticket.assignee else "",
        "count": next((event.data["texts"] for event in change.events if "texts" in event.data), 0),
        "other": next((event.data["number"] for event in change.events if "number" in event.data), ""),
        "customer": Typed(ticket.customer) if ticket.customer else speech("card.no_customer"),
        "offer": speech("done.customer_offer", number=stored.number, command=call.command) if offered else (),
        "chase": speech("done.chase", at=until) if until is not None else (),
        "asked": _whether_asked(call, stored, change),
        "role": call.desk.directory.level_role(ticket.level, speech),
        "next": next_deadline(speech, ticket, call.now),
    }
    return (*speech(f"done.{verb}", **values), *_gone(call, ticket, change))


def _whether_asked(call: Call, stored: StoredTicket, change: Change) -> Sentence:
    """Whether whoever is waited for knows what for."""
    waiting, speech = stored.ticket.waiting, call.speech
    if waiting is None:
        return ()
    if any(event.kind is Kind.EDITED for event in change.events):
        return speech("done.asked_again")
    return speech("done.asked" if waiting.asked is not None else "done.unasked")


def _assigned(call: Call, ticket: Ticket, change: Change) -> str:
    """Which of its outcomes an assignment had."""
    if ticket.group is not None:
        return "assign_group"
    if ticket.assignee is None:
        return "assign_nobody"
    told = any(event.data.get("acknowledged") for event in change.events)
    return "take" if ticket.assignee == call.actor.id and told else "assign"


async def ask(call: Call, deed: Deed, number: int, typed: Mapping[str, str] | None = None) -> Answer:
    """The form of a deed; refused here already where the person may not. It begins with the draft that the button has,
    if any, and with what was `typed` so far, by field."""
    written = draft_of(call)
    rights.require_ever(call.actor, deed.name)

    def read(session: Session) -> tuple[StoredTicket, dict[int, str], str, list[Listed]]:
        stored = get(session, call, number, lock=False)
        must_act(call, stored, deed.name)
        if not rights.speaks_as_asker(call.actor, deed.name):
            if not deed.on_merged:
                goes_on(session, stored)
            if not deed.any_time:
                must_be_open(stored.ticket)
            deed.fits(stored.ticket)
        is_mine = written is not None and (
            is_draft_of(session, stored.organisation_id, call.actor.id, written)
            or any(
                event.body_id == written and event.actor == call.actor.id
                for event in stored.events
                if event.kind is Kind.RESUMED  # what they typed with it, which a button offers to send
            )
        )
        draft = text_of(session, stored, written) if is_mine and written is not None else ""
        texts = load_texts(session, call.desk.organisation_id, deed.texts(stored, call.actor))
        others = [] if deed.echo is None else pairs_of(session, stored, linked=deed.name == "unlink")
        return stored, texts, draft, others

    stored, texts, draft, others = await call.desk.database.read(read)
    asked = Asked(
        call.actor, call.desk.directory, call.speech, stored.ticket, call.now, texts, draft, stored.asker, others
    )
    speech, said = call.speech, typed or {}
    form = Form(
        verb=deed.name,
        title=speech.text(f"form.{deed.name}", number=number),
        submit=speech.text(f"button.{deed.name}"),
        close=speech.text("button.cancel"),
        fields=tuple(replace(each, initial=said.get(each.id) or each.initial) for each in deed.fields(asked)),
        context={
            "number": str(number),
            **call.carried,
            "version": str(stored.ticket.version),
        },
    )
    return Answer(form=form)
