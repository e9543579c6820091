"""`new`: open a ticket, by text or by the form."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from bot.verbs.base.call import Answer, Call
from bot.verbs.base.source_message import SourceMessage, parted
from bot.verbs.base.verb import Also, ButtonOn, Records, StandaloneVerb, SubmittedForm, under
from bot.verbs.reading.arguments import doubted, take_kind
from bot.verbs.reading.figures import category_of, severity_of
from bot.verbs.shared.open_ticket import Wanted, open_one, ticket_of
from bot.verbs.shared.suggested import Prefilled, prefilled
from bot.verbs.shared.ticket_customer import may_name
from bot.verbs.show import show
from bot.wording.card import Field, FieldKind, Form
from bot.wording.phrase_book import PhraseBook
from bot.wording.speech import Speech
from storage.picked_messages import Picked, find_picked, keep_picked
from triage import rights
from triage.errors import Refusal
from triage.terms import Category


async def new(call: Call) -> Answer:
    """`new` alone opens the form; `new [sev1|incident|...] SUMMARY` opens the ticket at once. A text of several lines,
    or a long one, is parted as that of a message is."""
    if not call.words:
        return Answer(form=await new_form(call))
    category, severity, summary = take_kind(call.words)
    if not summary:
        said = f"sev{severity}" if severity is not None else str(category)
        raise Refusal("new_needs_summary", said=said)
    doubt = doubted(summary, category, severity) if rights.may(call.actor, "severity") else None
    summary, description = parted(summary)
    call = replace(call, answers={"description": description} if description else {})
    asked = category is None and severity is None and doubt is None
    return await open_one(call, Wanted(summary, category, severity, doubt, may_redirect=asked))


async def new_from_message(call: Call) -> Answer:
    """The form, filled in with a message; the ticket instead, where the message has one."""
    rights.require(call.actor, "new")
    number, source = await ticket_of(call), call.source
    if number is not None:
        return await show(replace(call, words=str(number)))
    if source is not None:
        picked = Picked(source.channel, source.message_id, source.root_id, source.author, source.at)
        desk = call.desk
        await desk.database.write(lambda session: keep_picked(session, desk.organisation_id, picked, call.now))
    return Answer(form=await new_form(call))


async def submit_new(call: Call) -> Answer:
    """Open a ticket from the form's answers."""
    answers = call.answers
    category, severity = category_of(answers), severity_of(answers)
    if category is Category.INCIDENT and severity is None and call.actor.is_staff:
        return Answer(errors={"severity": call.speech.text("refusal.incident_needs_severity")})
    call = replace(call, source=await _picked(call))
    return await open_one(call, Wanted(answers.get("summary", ""), category, severity))


async def _picked(call: Call) -> SourceMessage | None:
    """The source message that the form was opened on, as it was recorded then: what the form itself says of it comes
    from the person's client and is not trusted."""
    desk, said = call.desk, call.source
    if said is None:
        return None
    found = await desk.database.read(
        lambda session: find_picked(session, desk.organisation_id, said.channel, said.message_id)
    )
    return None if found is None else replace(said, root_id=found.root_id, author=found.author, at=found.at)


async def new_form(call: Call) -> Form:
    """The form of `new`, filled in with the message it is opened on. Its block ids are a contract: see the local
    workspace's control."""
    source = call.source

    def read(session: Session) -> tuple[bool, str | None, Prefilled]:
        theirs = call.desk.customers.of_channel(session, call.channel)
        filled = prefilled(session, call.desk, "" if source is None else source.text)
        return may_name(call, session), theirs.name if theirs is not None else None, filled

    names, customer, filled = await call.desk.database.read(read)
    speech = call.speech
    reported_at = call.now if source is None else min(source.at, call.now)
    fields = fields_of_new(call.people, speech, filled, reported_at, customer=customer if names else None, names=names)
    if source is not None:
        said = {"summary": source.summary, "description": source.description}
        fields = [replace(each, initial=said.get(each.id, each.initial)) for each in fields]
    if call.actor.has_role:
        fields += [skills_field(call.desk.policy.skills, speech, filled)] if call.desk.policy.skills else []
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


def fields_of_new(
    people: PhraseBook, speech: Speech, filled: Prefilled, reported_at: datetime, *, customer: str | None, names: bool
) -> list[Field]:
    """What is asked of everybody. `names`: they may say whose ticket it is; `customer`: whose it is taken to be."""
    categories = tuple((c.value, speech.text(f"category_choice.{c}")) for c in Category)
    severities = people.severity_choices(speech)
    theirs = Field("customer", FieldKind.LINE, speech.text("field.customer"), initial=customer, longest=120)
    return [
        Field("summary", FieldKind.LINE, speech.text("field.summary"), required=True, longest=250, initial="",
              placeholder=speech.text("hint.summary")),
        Field("category", FieldKind.CHOICE, speech.text("field.category"), options=categories,
              required=filled.category is not None, initial=filled.category),
        Field("severity", FieldKind.CHOICE, speech.text("field.severity"), options=severities,
              initial=filled.severity, hint=speech.text("hint.severity")),
        Field("description", FieldKind.TEXT, speech.text("field.description"), initial=""),
        *([theirs] if names else []),
        Field("reported_at", FieldKind.INSTANT, speech.text("field.reported_at"),
              initial=str(int(reported_at.timestamp())), hint=speech.text("hint.reported_at")),
        Field("requested_date", FieldKind.INSTANT, speech.text("field.requested_date"),
              hint=speech.text("hint.requested_date")),
    ]  # fmt: skip


def skills_field(skills: Iterable[str], speech: Speech, filled: Prefilled) -> Field:
    """What it takes to answer it, asked of the desk's own people where the policy knows of skills."""
    options, initial = tuple((skill, skill) for skill in skills), ",".join(filled.skills)
    label = speech.text("field.skills")
    return Field("skills", FieldKind.CHOICES, label, options=options, initial=initial or None)


NEW = StandaloneVerb(
    name="new",
    aliases=("nouveau", "nouvelle", "open", "ouvrir"),
    button_on=ButtonOn.PAGE | ButtonOn.BESIDE,
    answer=new,
    press=new,
    forms={
        "new": SubmittedForm(
            submit=submit_new,
            first="summary",
            refused_under=under(
                severity=("no_such_severity", "severity_on_provisioning", "severity_on_inquiry"),
                reported_at=("reported_in_future", "too_long_ago"),
                requested_date=("requested_in_past", "requested_needs_provisioning"),
                description=("text_too_long",),
                customer=("message_is_customers",),
            ),
        )
    },
    daily=True,
    also=(Also("requester", FieldKind.PERSON),),
    records=Records.ALWAYS,
    opens_ticket=True,
)
