"""The policy's canned replies: a field of the forms that write to the customer."""

from __future__ import annotations

from functools import partial

from sqlmodel import Session

from bot.verbs.base.call import Call
from bot.verbs.base.verb import Answers, FormContext, TicketForm
from bot.wording.card import Field, FieldKind
from storage.errors import NoSuchTicketError
from storage.tickets import get_ticket


def reply_field(context: FormContext) -> tuple[Field, ...]:
    """The canned replies for staff to choose from, where the policy has some. The text of the one that was picked is
    used where the text box was left empty (`with_reply`)."""
    names, speech = tuple((name, name) for name in context.people.policy.replies), context.speech
    if not names or not context.actor.is_staff:
        return ()
    return (
        Field("reply", FieldKind.CHOICE, speech.text("field.reply"), options=names, hint=speech.text("hint.reply")),
    )


async def with_reply(call: Call, form: TicketForm) -> Answers:
    """The answers of a form, with the text of a canned reply, in the customer's language, where none was written for
    the customer."""
    answers, into = call.answers, form.reply_into
    if answers.get(into) or not answers.get("reply") or not call.actor.is_staff:
        return answers
    language = await call.desk.database.read(partial(_language, call=call))
    return {**answers, into: call.desk.policy.reply(answers["reply"], language)}


def _language(session: Session, call: Call) -> str | None:
    """The language in which the ticket's customer is told; None: the desk's, also where they have no thread."""
    try:
        stored = get_ticket(session, call.desk.organisation_id, call.number or 0)
    except NoSuchTicketError:
        return None  # it is refused once it is carried out
    place = stored.conversation("customer")
    if place is None:
        return None
    return call.desk.customers.language_of(session, stored.ticket.customer, place.channel)
