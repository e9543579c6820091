"""`quiet`: every day between two times somebody is told of nothing but severity 1 and 2."""

from __future__ import annotations

import re
from dataclasses import replace

from sqlmodel import Session

from bot.verbs.back import somebody_is_back
from bot.verbs.base.call import Answer, Call, sentence_answer
from bot.verbs.base.verb import ButtonOn, Records, StandaloneVerb, SubmittedForm
from bot.wording.absence import time_of, whether_quiet
from bot.wording.card import Field, FieldKind, Form
from storage.app_home import refresh_home
from storage.quiet_hours import set_quiet_hours
from triage import rights
from triage.errors import Refusal

OFF = frozenset({"off", "none", "never", "no", "stop", "aucune", "aucun", "jamais", "non", "arrêt", "arret", "fin"})
_TIME = r"(\d{1,2})(?:\s?[:h.]\s?(\d{2})?)?\s?(am|pm)?"
_HOURS = re.compile(rf"(?:from |de |between |entre )?{_TIME}\s*(?:-|–|—|to|till|until|and|à|a|jusqu'à|et)\s*{_TIME}")
NEVER = (0, 0)


def read_hours(text: str) -> tuple[int, int] | None:
    """From when to when, in minutes after midnight; alike for never. None: it cannot be read."""
    said = " ".join(text.lower().replace("’", "'").split()).strip(" .")
    if said in OFF:
        return NEVER
    found = _HOURS.fullmatch(said)
    if found is None:
        return None
    starts, ends = _minutes(*found.group(1, 2, 3)), _minutes(*found.group(4, 5, 6))
    return None if starts is None or ends is None or starts == ends else (starts, ends)


def _minutes(hour: str, minute: str | None, half: str | None) -> int | None:
    hours, minutes = int(hour), int(minute or 0)
    if half is not None:
        if not 1 <= hours <= 12:
            return None
        hours = hours % 12 + (12 if half == "pm" else 0)
    if minutes > 59 or hours > 24 or (hours == 24 and minutes):
        return None
    return hours % 24 * 60 + minutes


async def quiet(call: Call) -> Answer:
    """`quiet 22:00-07:00`, `quiet off`; alone it says what is set."""
    rights.require(call.actor, "quiet")
    if call.words.strip():
        return await submit_quiet(replace(call, answers={"hours": call.words}))
    said = whether_quiet(call.desk.roster.quiet.get(call.actor.id), call.speech)
    return sentence_answer((*call.speech("quiet.is", hours=said), " ", *call.speech("quiet.how", command=call.command)))


async def submit_quiet(call: Call) -> Answer:
    """The form's answer: the same as text. Left empty: never."""
    rights.require(call.actor, "quiet")
    hours = read_hours(call.answers.get("hours", "").strip() or "off")
    if hours is None:
        raise Refusal("quiet_unread")
    desk, person = call.desk, call.actor.id

    def transaction(session: Session) -> None:
        set_quiet_hours(session, desk.organisation_id, person, hours, call.now)
        refresh_home(session, desk.organisation_id, call.now)

    was_quiet = desk.roster.is_quiet(person, call.now)
    await desk.write(transaction)
    await desk.refresh_people()
    if was_quiet and not desk.roster.is_quiet(person, call.now):
        await somebody_is_back(call)
    if hours == NEVER:
        return sentence_answer(call.speech("quiet.ended"))
    return sentence_answer(call.speech("quiet.set", starts=time_of(hours[0]), ends=time_of(hours[1])))


async def ask_quiet(call: Call) -> Answer:
    """The form: from when to when."""
    rights.require(call.actor, "quiet")
    speech, known = call.speech, call.desk.roster.quiet.get(call.actor.id)
    initial = None if known is None else f"{time_of(known.starts)}-{time_of(known.ends)}"
    form = Form(
        verb="quiet",
        title=speech.text("form.quiet"),
        submit=speech.text("button.save_quiet"),
        close=speech.text("button.cancel"),
        fields=(
            Field("hours", FieldKind.LINE, speech.text("field.quiet"), hint=speech.text("hint.quiet"),
                  placeholder="22:00-07:00", initial=initial, longest=40),
        ),
        context={**call.carried},
    )  # fmt: skip
    return Answer(form=form)


QUIET = StandaloneVerb(
    name="quiet",
    aliases=("silence", "calme"),
    button_on=ButtonOn.PAGE,
    answer=quiet,
    press=ask_quiet,
    forms={"quiet": SubmittedForm(submit=submit_quiet, first="hours")},
    records=Records.WITH_WORDS,
)
