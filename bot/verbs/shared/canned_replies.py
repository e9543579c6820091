"""The policy's canned replies: a field of the forms that write to the customer."""

from __future__ import annotations

from bot.verbs.base.call import Call
from bot.verbs.base.verb import Answers, FormContext, TicketForm
from bot.wording.card import Field, FieldKind


def reply_field(context: FormContext) -> tuple[Field, ...]:
    """The canned replies for staff to choose from, where the policy has some. The text of the one that was picked is
    used where the text box was left empty (`with_reply`)."""
    names, speech = tuple((name, name) for name in context.people.policy.replies), context.speech
    if not names or not context.actor.is_staff:
        return ()
    return (
        Field("reply", FieldKind.CHOICE, speech.text("field.reply"), options=names, hint=speech.text("hint.reply")),
    )


def with_reply(call: Call, form: TicketForm) -> Answers:
    """The answers of a form, with the text of a canned reply where none was written for the customer."""
    answers, into = call.answers, form.reply_into
    if answers.get(into) or not answers.get("reply") or not call.actor.is_staff:
        return answers
    return {**answers, into: call.desk.policy.reply(answers["reply"])}
