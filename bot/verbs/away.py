"""`away`: what is said about somebody's tickets goes to the lead while they are away."""

from __future__ import annotations

from dataclasses import replace

from sqlmodel import Session

from bot.verbs.base.call import Answer, Call, sentence_answer
from bot.verbs.base.verb import ButtonOn, Records, StandaloneVerb, SubmittedForm
from bot.verbs.reading.figures import instant_of
from bot.verbs.reading.instants import take_instant_or_text, take_until
from bot.wording.card import Card, Field, FieldKind, Form, Line
from bot.wording.handing import offer_to
from storage.absences import Absence, open_tickets_of, set_absence
from storage.app_home import refresh_home
from storage.handing_over import ask_about_left, in_hand, next_in_line
from triage import rights
from triage.assigning import Chosen
from triage.errors import Refusal
from triage.handing_over import looks_after
from triage.instants import whole_second

LONGEST_REASON = 120


async def away(call: Call) -> Answer:
    """`away [until TIME] [REASON]`; without a time, until they say that they are back."""
    until, reason = take_until(call, call.words)
    if not until and reason:
        until, reason = take_instant_or_text(call, reason, future=True)
    return await submit_away(replace(call, answers={"until": until, "reason": reason}))


async def submit_away(call: Call) -> Answer:
    """The form's answers: the same as text."""
    rights.require(call.actor, "away")
    desk, speech, person = call.desk, call.speech, call.actor.id
    until = instant_of(call.answers, "until")
    if until is not None and until <= call.now:
        raise Refusal("away_in_past", at=until)
    reason = " ".join(call.answers.get("reason", "").split())[:LONGEST_REASON]
    owned = await record_absence(call, Absence(until, reason))
    said = speech("absence.away_until" if until is not None else "absence.away", at=until, command=call.command)
    instead = desk.roster.stand_in(person, call.now)
    if owned and instead:
        names = speech.all_of([desk.directory.name(each) for each in instead])
        said = (*said, " ", *speech("absence.owned", count=owned, to=names))
    if not owned:
        return sentence_answer(said)
    return Answer(Card(said, (Line(said), *offer_to(await _after(call), call.people, speech))))


async def ask_away(call: Call) -> Answer:
    """The form: until when, and why, both of which may be left open."""
    rights.require(call.actor, "away")
    speech = call.speech
    form = Form(
        verb="away",
        title=speech.text("form.away"),
        submit=speech.text("button.away"),
        close=speech.text("button.cancel"),
        fields=(
            Field("until", FieldKind.INSTANT, speech.text("field.away"), hint=speech.text("hint.away")),
            Field("reason", FieldKind.LINE, speech.text("field.away_reason"), longest=LONGEST_REASON),
        ),
        context={**call.carried},
    )
    return Answer(form=form)


async def record_absence(call: Call, absence: Absence) -> int:
    """Record the absence of whoever acts, and ask the lead about their severity 1 and 2, where that was not done when
    their shift ended. How many open tickets they have."""
    desk, person, now = call.desk, call.actor.id, call.now
    leaves = absence.until != now and looks_after(desk.roster, person, now)

    def transaction(session: Session) -> int:
        set_absence(session, desk.organisation_id, person, absence, now)
        refresh_home(session, desk.organisation_id, now)
        if leaves:
            ask_about_left(
                session, desk.organisation_id, desk.desk_id, desk.roster, person, whole_second(now), now, is_away=True
            )
        return open_tickets_of(session, desk.organisation_id, person)

    owned = await desk.write(transaction)
    await desk.refresh_people()
    return owned


async def _after(call: Call) -> Chosen | None:
    """Who could take over what whoever acts has open."""
    desk, person = call.desk, call.actor.id

    def read(session: Session) -> Chosen | None:
        tickets = in_hand(session, desk.organisation_id, desk.desk_id, person=person)
        return next_in_line(session, desk, desk.organisation_id, person, tickets, call.now)

    return await desk.database.read(read)


AWAY = StandaloneVerb(
    name="away",
    aliases=("absent", "absente"),
    button_on=ButtonOn.PAGE,
    answer=away,
    press=ask_away,
    forms={"away": SubmittedForm(submit=submit_away, first="until")},
    records=Records.ALWAYS,
)
