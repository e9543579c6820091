"""`new`: open a ticket, by text or by the form."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches

from sqlmodel import Session

from bot.card import Card, Field, Form
from bot.cards import next_deadline
from bot.commands.call import Answer, Call
from bot.commands.looking import show
from bot.commands.reactions import refusal_notice
from bot.commands.reading import take_kind
from bot.commands.source import parted
from bot.commands.times import instant_of
from bot.commands.whisper import whisper
from bot.sentences import Sentence
from storage.changes import Origin, Place, record, record_opening
from storage.customers import find_customer, load_customers
from storage.errors import AlreadyHandledError, MessageTakenError
from storage.inbox import handle_once
from storage.tickets import StoredTicket, number_of_message
from triage.change import Change
from triage.errors import Refusal
from triage.lifecycle import open_ticket
from triage.terms import Category


async def new(call: Call) -> Answer:
    """`new` alone opens the form; `new [sev1|incident|...] SUMMARY` opens the ticket at once. A text of several lines,
    or a long one, is parted as that of a message is."""
    if not call.words:
        return Answer(form=new_form(call))
    category, severity, summary = take_kind(call.words)
    if not summary:
        said = f"sev{severity}" if severity is not None else str(category)
        raise Refusal("new_needs_summary", said=said)
    summary, description = parted(summary)
    call = replace(call, answers={"description": description} if description else {})
    return await _open(call, summary=summary, category=category, severity=severity)


async def new_from_message(call: Call) -> Answer:
    """The form, filled in with a message; the ticket instead, where the message has one."""
    call.actor.require("new")
    number = await ticket_of(call)
    if number is not None:
        return await show(replace(call, words=str(number)))
    return Answer(form=new_form(call))


async def open_from(call: Call) -> None:
    """Open a ticket from a message as it stands; where it has one, somebody was faster. Raises Refusal."""
    source = call.source
    if source is None or await ticket_of(call) is not None:
        return
    if not source.summary:
        raise Refusal("message_says_nothing")
    call = replace(call, answers={"description": source.description})
    try:
        await _open(call, summary=source.summary, category=None, severity=None)
    except Refusal as refusal:
        if refusal.code != "message_has_ticket":
            raise


async def submit_new(call: Call) -> Answer:
    """The form's answers: the same as text, with what text leaves out."""
    answers = call.answers
    category = Category(answers["category"]) if answers.get("category") else None
    severity = int(answers["severity"]) if answers.get("severity") else None
    if category is Category.INCIDENT and severity is None and call.actor.is_staff:
        return Answer(errors={"severity": call.speech.text("refusal.incident_needs_severity")})
    return await _open(call, summary=answers.get("summary", ""), category=category, severity=severity)


# The field of the form under which a refusal is said; the summary where nothing else fits.
FIELD_OF = {
    "no_such_severity": "severity",
    "severity_on_provisioning": "severity",
    "severity_on_inquiry": "severity",
    "reported_in_future": "reported_at",
    "too_long_ago": "reported_at",
    "requested_in_past": "requested_date",
    "requested_needs_provisioning": "requested_date",
    "text_too_long": "description",
}


async def _open(call: Call, *, summary: str, category: Category | None, severity: int | None) -> Answer:
    desk, answers, source = call.desk, call.answers, call.source
    places, customer = _where(call, answers.get("customer", "").strip())

    def transaction(session: Session) -> StoredTicket:
        if call.key:
            handle_once(session, desk.organisation_id, call.key, call.now)
        known = find_customer(session, desk.organisation_id, customer)
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
            customer=customer,
            plan=known.plan if known is not None else None,
            skills=tuple(skill for skill in answers.get("skills", "").split(",") if skill),
            requested_date=instant_of(answers, "requested_date"),
        )
        origin = None if source is None else Origin(source.channel, source.message_id, source.root_id)
        stored = record_opening(session, desk.organisation_id, desk.desk_id, change, places, call.now, source=origin)
        if customer and known is None and customer not in desk.policy.desk.customer_channels.values():
            stored = record(session, stored, _unknown(call, session, customer), call.now)
        if is_unseen:
            record(session, stored, Change((), (whisper(call, _opened(call, stored)),)), call.now)
        return stored

    is_unseen = call.by_mention or (not call.is_answered and call.channel not in {place.channel for place in places})
    try:
        stored = await desk.write(transaction)
    except AlreadyHandledError:
        return Answer(Card(call.speech("done.opened_already")), is_planned=call.by_mention)
    except MessageTakenError:
        raise Refusal("message_has_ticket", number=await ticket_of(call)) from None
    return Answer(Card(_opened(call, stored)), quiet=True, is_planned=is_unseen)


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


def _unknown(call: Call, session: Session, customer: str) -> Change:
    """Tell whoever opened it that nobody of that name is on record; nothing where no customer is."""
    names = [each.name for each in load_customers(session, call.desk.organisation_id)]
    if not names:
        return Change()
    if near := get_close_matches(customer, names, n=1):
        refusal = Refusal("unknown_customer_close", customer=customer, near=near[0])
    else:
        refusal = Refusal("unknown_customer", customer=customer)
    return refusal_notice(call.where, refusal)


def _where(call: Call, named: str) -> tuple[list[Place], str | None]:
    """The ticket's places, and its customer: the one named in the form, else the channel's."""
    channels = call.desk.policy.desk.customer_channels
    by_name = {name.lower(): channel for channel, name in channels.items()}
    here, root_id = call.channel, None
    if call.source is not None:
        here, root_id = call.source.channel, call.source.root_id
    channel = by_name.get(named.lower(), here) if named else here
    return call.desk.places(channel, root_id if channel == here else None), named or channels.get(channel)


def _opened(call: Call, stored: StoredTicket) -> Sentence:
    speech, ticket = call.speech, stored.ticket
    key = "opened.confirmed" if ticket.confirmed else "opened.unconfirmed"
    kind = speech(f"category.{ticket.category or 'none'}")
    if ticket.severity is not None and ticket.confirmed:
        kind = speech("opened.kind", severity=ticket.severity, category=kind)
    return speech(key, number=stored.number, kind=kind, next=next_deadline(speech, ticket, call.now))


def new_form(call: Call) -> Form:
    """The form of `new`, filled in with the message it is opened on. Its block ids are a contract: see the local
    workspace's control."""
    speech, policy, source = call.speech, call.desk.policy, call.source
    reported_at = call.now if source is None else min(source.at, call.now)
    categories = tuple((c.value, speech.text(f"category_choice.{c}")) for c in Category)
    severities = call.desk.directory.severity_choices(speech)
    customer = policy.desk.customer_channels.get(call.channel)
    fields = [
        Field("category", "choice", speech.text("field.category"), required=True, options=categories,
              initial=Category.INCIDENT.value),
        Field("severity", "choice", speech.text("field.severity"), options=severities,
              hint=speech.text("hint.severity")),
        Field("summary", "line", speech.text("field.summary"), required=True, longest=250,
              initial=source.summary if source is not None else "",
              placeholder=speech.text("hint.summary")),
        Field("description", "text", speech.text("field.description"),
              initial=source.description if source is not None else ""),
        Field("customer", "line", speech.text("field.customer"), initial=customer, longest=120),
        Field("reported_at", "instant", speech.text("field.reported_at"), initial=str(int(reported_at.timestamp())),
              hint=speech.text("hint.reported_at")),
        Field("requested_date", "instant", speech.text("field.requested_date"),
              hint=speech.text("hint.requested_date")),
    ]  # fmt: skip
    if policy.skills:
        options = tuple((skill, skill) for skill in policy.skills)
        fields.append(Field("skills", "choices", speech.text("field.skills"), options=options))
    return Form(
        verb="new",
        title=speech.text("form.new"),
        submit=speech.text("button.new"),
        close=speech.text("button.cancel"),
        fields=tuple(fields),
        context={
            **call.carried,
            **(source.to_context() if source is not None else {}),
        },
    )
