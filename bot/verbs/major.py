"""`major`: a ticket stands for a trouble that many have, and these are part of it."""

from __future__ import annotations

from bot.verbs.base.call import Call
from bot.verbs.base.verb import Also, Answers, ButtonOn, FormContext, Outcome, Result, TicketForm, TicketVerb, VerbCall
from bot.verbs.different import numbers_of
from bot.verbs.engine.access import access_ticket, require_unmerged
from bot.verbs.reading.arguments import read_number
from bot.verbs.reading.marks import bare
from bot.wording.card import Field, FieldKind
from storage.changes import record
from storage.tickets import StoredTicket
from triage import majors, rights
from triage.change import Change
from triage.errors import Refusal
from triage.event import Kind
from triage.linking import Numbered

ADD = {"add", "ajouter", "+", "with", "avec"}
REMOVE = {"remove", "retirer", "enlever", "-"}
END = {"end", "off", "fin", "terminer"}
AND = {"and", "et", "&"}
MOST_NAMED = 20


def _read(_call: Call, words: str) -> dict[str, str]:
    """`major 42`, `major 42 add 43 and 44`, `major 42 remove 43`, `major 42 end`."""
    first, *rest = bare(words).replace(",", " ").lower().split() or [""]
    numbers = [word for word in rest if word not in AND]
    if first in END and not numbers:
        return {"do": "end"}
    what = "add" if first in ADD else "remove" if first in REMOVE else "declare"
    if what == "declare":
        numbers = [first, *numbers] if first else []
    if what != "declare" and not numbers:
        raise Refusal("major_needs_numbers")
    for number in numbers:
        read_number(number, "major")
    return {"do": what, "others": " ".join(number.removeprefix("#") for number in numbers[:MOST_NAMED])}


def _major(request: VerbCall) -> Change:
    """Declare it, unless it is one, and add what was named; or remove that; or end it. Whoever may only add to one
    cannot begin one so."""
    call, answers, stored = request.call, request.answers, request.stored
    what = answers.get("do") or "declare"
    numbers = _others(answers)
    if what == "end":
        change = majors.end(stored.ticket, call.actor, call.now)
        _each(request, [*stored.ticket.together.parts], stored, remove=True)
        return change
    if what == "remove":
        return _each(request, numbers, stored, remove=True)
    if what == "add" and not stored.ticket.together.is_major and not rights.may(call.actor, "declare-major"):
        raise Refusal("not_major", number=stored.number)
    begins = what != "add" or not stored.ticket.together.is_major
    declared = majors.declare(stored.ticket, call.actor, call.now) if begins else Change()
    return _joined(declared, _each(request, numbers, stored, declared=bool(declared)))


def _others(answers: Answers) -> list[int]:
    return sorted(set(numbers_of(answers.get("others") or answers.get("value", "").replace("#", " "))))


def _each(
    request: VerbCall, numbers: list[int], stored: StoredTicket, *, remove: bool = False, declared: bool = False
) -> Change:
    """Add or remove each of these, and record it on them. What it means for the major incident itself."""
    session, call, found = request.session, request.call, Change()
    itself = Numbered(stored.number, stored.ticket)
    for number in numbers:
        other = stored if number == stored.number else access_ticket(session, call, number)
        part = Numbered(number, other.ticket)
        if remove:
            change, beside = majors.remove(itself, part, call.actor, call.now)
        else:
            require_unmerged(session, other)
            change, beside = majors.add(itself, part, call.actor, call.now, declared=declared)
        if beside:
            record(session, other, beside, call.now)
        found = _joined(found, change)
    return found


def _joined(one: Change, other: Change) -> Change:
    return Change(one.events + other.events, tuple(dict.fromkeys(one.notices + other.notices)), one.stale + other.stale)


def _fields(context: FormContext) -> tuple[Field, ...]:
    speech = context.speech
    hint = speech.text("hint.major")
    return (Field("others", FieldKind.LINE, speech.text("field.major"), hint=hint, longest=200),)


def _result(_call: Call, outcome: Outcome) -> Result:
    kinds = [event.kind for event in outcome.change.events]
    parts = len(outcome.stored.ticket.together.parts)
    if Kind.MAJOR_ENDED in kinds:
        return Result("major_ended")
    return Result("major_parts" if parts else "major", {"count": parts})


MAJOR = TicketVerb(
    name="major",
    aliases=("majeur",),
    button_on=ButtonOn.BESIDE,
    decide=_major,
    also=(Also("do", FieldKind.CHOICE, ("declare", "add", "remove", "end")),),
    beside=_others,
    read=_read,
    form=TicketForm(fields=_fields, first="others"),
    pressed="others",
    result=_result,
    in_more=12,
)
