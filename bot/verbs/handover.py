"""`handover`: what somebody has open goes to whoever comes next."""

from __future__ import annotations

from dataclasses import replace

from sqlmodel import Session

from bot.desk.runtime import DeskRuntime
from bot.verbs.base.call import Answer, Call, sentence_answer
from bot.verbs.base.verb import ButtonOn, Records, StandaloneVerb, SubmittedForm
from bot.verbs.reading.figures import figure
from bot.verbs.reading.person import must_be_of_desk, named_person
from bot.wording.absence import not_reached
from bot.wording.card import Card, Field, FieldKind, Form, Line
from bot.wording.handing import handed_rows, offer_to
from bot.wording.sentences import Sentence
from storage.handing_over import InHand, Passed, in_hand, next_in_line, pass_on
from triage import rights
from triage.assigning import Chosen
from triage.errors import Refusal


async def handover(call: Call) -> Answer:
    """`handover` shows what is open and offers whoever comes next; `handover @ana` hands all of it over."""
    rights.require(call.actor, "handover")
    if call.words.strip():
        return await _pass_on(call, named_person(call, call.words, no_group=_no_group))
    tickets, after = await call.desk.database.read(lambda session: what_and_whom(session, call.desk, call))
    if not tickets:
        return sentence_answer(call.speech("handover.nothing"))
    heading = call.speech("handover.yours", count=len(tickets))
    rows = handed_rows(tickets, call.people, call.speech, call.now, call.desk.link)
    return Answer(Card(heading, (Line(heading), *rows, *offer_to(after, call.people, call.speech))))


def _no_group(group: str) -> Refusal:
    return Refusal("group_takes_over", group=group)


def what_and_whom(session: Session, desk: DeskRuntime, call: Call) -> tuple[list[InHand], Chosen | None]:
    """What whoever asks has open, and who comes next."""
    person = call.actor.id
    tickets = in_hand(session, desk.organisation_id, desk.desk_id, person=person, platform=desk.platform)
    at = max(call.now, desk.roster.shift_end(person, call.now) or call.now)
    return tickets, next_in_line(session, desk, desk.organisation_id, person, tickets, at)


async def press_handover(call: Call) -> Answer:
    """A button: hand all of it over to the person it names, or ask to whom and what."""
    rights.require(call.actor, "handover")
    if to := call.answers.get("value", ""):
        return await _pass_on(call, to)
    tickets, after = await call.desk.database.read(lambda session: what_and_whom(session, call.desk, call))
    if not tickets:
        raise Refusal("nothing_to_hand_over")
    speech = call.speech
    options = tuple((str(each.listed.number), f"#{each.listed.number} {each.listed.summary}"[:75]) for each in tickets)
    first = None if after is None else after.person
    options = options[: call.desk.limits.most_choices]
    form = Form(
        verb="handover",
        title=speech.text("form.handover"),
        submit=speech.text("button.handover"),
        close=speech.text("button.cancel"),
        fields=(
            Field("to", FieldKind.PERSON, speech.text("field.handover_to"), required=True, initial=first),
            Field(
                "tickets", FieldKind.CHOICES, speech.text("field.handover_tickets"), required=True, options=options,
                initial=",".join(number for number, _ in options),
            ),
        ),
        context={**call.carried},
    )  # fmt: skip
    return Answer(form=form)


async def submit_handover(call: Call) -> Answer:
    """The form's answers."""
    rights.require(call.actor, "handover")
    only = [number for each in call.answers.get("tickets", "").split(",") if (number := figure(each)) is not None]
    if not only:
        raise Refusal("nothing_to_hand_over")
    return await _pass_on(call, call.answers.get("to", ""), only)


async def _pass_on(call: Call, to: str, only: list[int] | None = None) -> Answer:
    desk, whom = call.desk, must_be_of_desk(call, to)
    if to == call.actor.id:
        raise Refusal("handover_to_oneself")

    def transaction(session: Session) -> Passed:
        return pass_on(
            session, desk.organisation_id, desk.desk_id, actor=call.actor, to=whom, now=call.now, only=tuple(only or ())
        )  # fmt: skip

    passed = await desk.write(transaction)
    return replace(sentence_answer(_said(call, to, passed)), quiet=False)


def _said(call: Call, to: str, passed: Passed) -> Sentence:
    speech, who = call.speech, call.people.named(to)
    if not passed.moved and not passed.asked:
        return speech("handover.done_before", who=who)
    said: Sentence = ()
    if passed.moved:
        numbers = speech.all_of([f"#{number}" for number in passed.moved])
        said = speech("handover.moved", count=len(passed.moved), numbers=numbers, who=who)
    if passed.asked:
        numbers = speech.all_of([f"#{number}" for number in passed.asked])
        asked = speech("handover.asked", count=len(passed.asked), numbers=numbers, who=who)
        said = (*said, " ", *asked) if said else asked
    count, waits = len(passed.moved) + len(passed.asked), not passed.asked
    return (*said, *not_reached(call.people, to, speech, call.now, can_wait=waits, count=count))


HANDOVER = StandaloneVerb(
    name="handover",
    aliases=("passation", "relève", "releve"),
    button_on=ButtonOn.BESIDE,
    answer=handover,
    press=press_handover,
    forms={"handover": SubmittedForm(submit=submit_handover, first="to")},
    records=Records.WITH_WORDS,
)
