"""`new`: open a ticket, by text or by the form."""

from __future__ import annotations

from difflib import get_close_matches

from sqlmodel import Session

from bot.card import Card, Field, Form
from bot.cards import next_deadline
from bot.commands.call import Answer, Call, told
from bot.commands.reactions import refusal_notice
from bot.commands.reading import take_kind
from bot.commands.times import instant_of
from storage.changes import Place, record, record_opening
from storage.customers import find_customer, load_customers
from storage.errors import AlreadyHandledError
from storage.inbox import handle_once
from storage.tickets import StoredTicket
from triage.change import Change
from triage.errors import Refusal
from triage.lifecycle import open_ticket
from triage.terms import Category


async def new(call: Call) -> Answer:
    """`new` alone opens the form; `new [sev1|incident|...] SUMMARY` opens the ticket at once."""
    if not call.words:
        return Answer(form=new_form(call))
    category, severity, summary = take_kind(call.words)
    if not summary:
        said = f"sev{severity}" if severity is not None else str(category)
        raise Refusal("new_needs_summary", said=said)
    return await _open(call, summary=summary, category=category, severity=severity)


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
    "requested_in_past": "requested_date",
    "requested_needs_provisioning": "requested_date",
    "text_too_long": "description",
}


async def _open(call: Call, *, summary: str, category: Category | None, severity: int | None) -> Answer:
    desk, answers = call.desk, call.answers
    named = answers.get("customer", "").strip()
    places, customer = _where(call, named)

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
            reported_at=instant_of(answers, "reported_at"),
            customer=customer,
            plan=known.plan if known is not None else None,
            skills=tuple(skill for skill in answers.get("skills", "").split(",") if skill),
            requested_date=instant_of(answers, "requested_date"),
        )
        stored = record_opening(session, desk.organisation_id, desk.desk_id, change, places, call.now)
        if customer and known is None and customer not in desk.policy.desk.customer_channels.values():
            record(session, stored, _unknown(call, session, customer), call.now)
        return stored

    try:
        stored = await desk.write(transaction)
    except AlreadyHandledError:
        return told(call.speech("done.opened_already"))
    return Answer(_opened(call, stored), quiet=True)


def _unknown(call: Call, session: Session, customer: str) -> Change:
    """Tell whoever opened it that nobody of that name is on record; nothing where no customer is."""
    names = [each.name for each in load_customers(session, call.desk.organisation_id)]
    if not names:
        return Change()
    if near := get_close_matches(customer, names, n=1):
        refusal = Refusal("unknown_customer_close", customer=customer, near=near[0])
    else:
        refusal = Refusal("unknown_customer", customer=customer)
    return refusal_notice(call.actor, refusal, call.channel)


def _where(call: Call, named: str) -> tuple[list[Place], str | None]:
    """The ticket's places, and its customer: the one named in the form, else the channel's."""
    channels = call.desk.policy.desk.customer_channels
    by_name = {name.lower(): channel for channel, name in channels.items()}
    channel = by_name.get(named.lower()) if named else None
    if channel is not None:
        return call.desk.places(channel), channels[channel]
    return call.desk.places(call.channel), named or channels.get(call.channel)


def _opened(call: Call, stored: StoredTicket) -> Card:
    speech, ticket = call.speech, stored.ticket
    key = "opened.confirmed" if ticket.confirmed else "opened.unconfirmed"
    kind = speech(f"category.{ticket.category or 'none'}")
    if ticket.severity is not None and ticket.confirmed:
        kind = speech("opened.kind", severity=ticket.severity, category=kind)
    return Card(speech(key, number=stored.number, kind=kind, next=next_deadline(speech, ticket, call.now)))


def new_form(call: Call, summary: str = "") -> Form:
    """The form of `new`. Its block ids are a contract: see the local workspace's control."""
    speech, policy = call.speech, call.desk.policy
    categories = tuple((c.value, speech.text(f"category_choice.{c}")) for c in Category)
    severities = call.desk.directory.severity_choices(speech)
    customer = policy.desk.customer_channels.get(call.channel)
    fields = [
        Field("category", "choice", speech.text("field.category"), required=True, options=categories,
              initial=Category.INCIDENT.value),
        Field("severity", "choice", speech.text("field.severity"), options=severities,
              hint=speech.text("hint.severity")),
        Field("summary", "line", speech.text("field.summary"), required=True, initial=summary, longest=250,
              placeholder=speech.text("hint.summary")),
        Field("description", "text", speech.text("field.description")),
        Field("customer", "line", speech.text("field.customer"), initial=customer, longest=120),
        Field("reported_at", "instant", speech.text("field.reported_at"), initial=str(int(call.now.timestamp())),
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
        context={"channel": call.channel},
    )
