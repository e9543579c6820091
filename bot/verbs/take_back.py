"""`take-back`: an update of one's own was never given."""

from __future__ import annotations

from sqlmodel import Session

from bot.verbs.base.call import Call
from bot.verbs.base.verb import ButtonOn, FormContext, Outcome, Result, TicketForm, TicketVerb, VerbCall
from bot.verbs.reading.figures import figure
from bot.verbs.shared.own_updates import all_of, body_of
from bot.wording.card import Field, FieldKind
from storage.texts import text_of
from triage import correcting
from triage.change import Change
from triage.errors import Refusal
from triage.event import Event
from triage.facts.telling import TakenBack, Updated


def _take_back(request: VerbCall) -> Change:
    """The form's answer, or the value of the button beside an update: its event's seq. What is none means no
    update, and never the last one."""
    call, which = request.call, request.answers.get("which") or request.answers.get("value", "")
    seq = figure(which)
    if which and seq is None:
        raise Refusal("not_own_update")
    if seq is None:
        seq = figure(request.answers.get("sure", ""))
    return correcting.take_back(request.stored.ticket, call.actor, call.now, seq)


def _fields(context: FormContext) -> tuple[Field, ...]:
    speech, ticket = context.speech, context.ticket
    options = []
    for update in correcting.own_updates(ticket, context.actor)[: context.limits.most_choices - 1]:
        body = body_of(ticket, update)
        text = " ".join(context.texts.get(body, "").split()) if body is not None else ""
        options.append((str(update.seq), f"{speech.clock(update.at)} {text}"[: context.limits.longest_choice]))
    return (
        Field("which", FieldKind.CHOICE, speech.text("field.take_back"), required=True, options=tuple(options),
              initial=options[0][0], hint=speech.text("hint.take_back")),
    )  # fmt: skip


def _taken_back(outcome: Outcome) -> list[Event]:
    """The updates that were taken back."""
    undone = {event.fact.undoes for event in outcome.change.events if isinstance(event.fact, TakenBack)}
    return [event for event in outcome.before.events if event.seq in undone]


def _result(_call: Call, outcome: Outcome) -> Result:
    if outcome.parts:
        return Result("take-back_parts", {"count": outcome.parts})
    return Result(
        "take-back_seen"
        if any(isinstance(event.fact, Updated) and event.fact.seen for event in _taken_back(outcome))
        else ""
    )


def _quotes(session: Session, outcome: Outcome) -> str:
    """The text of the update that was taken back, so that the person sees which one it was."""
    for given in _taken_back(outcome):
        body = body_of(outcome.before.ticket, given)
        if body is not None:
            return text_of(session, outcome.before, body)
    return ""


TAKE_BACK = TicketVerb(
    name="take-back",
    aliases=("takeback", "undo", "retirer"),
    button_on=ButtonOn.BESIDE,
    decide=_take_back,
    form=TicketForm(fields=_fields, first="which", texts=all_of),
    result=_result,
    quotes=_quotes,
    questions=frozenset({"take_back_again"}),
    is_seen=False,
    in_more=10,
    on_resolved=True,
)
