"""Standing in for one another on call: asked, agreed to, declined, undone. Those whom it is about and who did not do it
are told once, privately."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial

from sqlmodel import Session

from bot.verbs.base.call import Answer, Call
from bot.verbs.on_call.spans import read_span
from bot.verbs.reading.figures import figure
from bot.verbs.reading.person import must_be_of_desk, take_person
from bot.wording.absence import whether_away
from bot.wording.card import Button, Buttons, Card, Line
from bot.wording.oncall import stand_in_line
from bot.wording.sentences import Sentence
from storage.announcements.to_person import StandInTold
from storage.announcing import tell
from storage.refresh import refresh_announced
from storage.stand_ins import Agreement, State, answer_stand_in, ask_stand_in, find_stand_in, list_stand_ins
from triage import rights
from triage.errors import Refusal
from triage.rota import StandIn

OF_OTHERS = "oncall-of-others"  # the right to decide it for other people


async def swap(call: Call, words: str) -> Answer:
    """`swap @ana sat`: Ana is asked to take what is mine then; `swap @ana @ben sat`, for leads: Ben has what is
    Ana's."""
    first, rest = _person(call, words.strip())
    if not _names_somebody(call, rest):
        return await _ask(call, StandIn(first, *read_span(call, rest), call.actor.id))
    rights.require(call.actor, OF_OTHERS)
    second, rest = _person(call, rest)
    return await _ask(call, StandIn(second, *read_span(call, rest), first))


async def cover(call: Call, words: str) -> Answer:
    """`cover @ana from..to`: I have what is Ana's then; `cover sat`: I fill a hole."""
    if not _names_somebody(call, words.strip()):
        return await _ask(call, StandIn(call.actor.id, *read_span(call, words), None))
    person, rest = _person(call, words.strip())
    return await _ask(call, StandIn(call.actor.id, *read_span(call, rest), person))


def _person(call: Call, words: str) -> tuple[str, str]:
    return take_person(call, words, no_group=lambda group: Refusal("group_on_call", group=group))


def _names_somebody(call: Call, words: str) -> bool:
    if any(words.startswith(typed) for typed in call.mentioned):
        return True
    first = words.split(maxsplit=1)[0] if words else ""
    called, directory = first.rstrip(":,"), call.desk.directory
    return "@" in first or bool(directory.staff_called(called) or directory.left_called(called))


async def _ask(call: Call, wanted: StandIn) -> Answer:
    """Record it where whoever acts may decide it; else ask the one who is to stand in. Who stands in by themselves
    decides it: nobody is given anything."""
    desk = call.desk
    if not call.actor.is_staff:
        rights.require(call.actor, OF_OTHERS)
    _check(call, wanted)
    decides = wanted.person == call.actor.id or rights.may(call.actor, OF_OTHERS)
    state = State.AGREED if decides else State.ASKED

    def transaction(session: Session) -> int:
        row = ask_stand_in(
            session, desk.organisation_id, desk.desk_id, wanted, by=call.actor.id, state=state, now=call.now
        )
        _tell(session, call, StandInTold(row, *_told(wanted, state, call)), {wanted.person, wanted.instead_of})
        return row

    row = await desk.write(transaction)
    if state is State.AGREED:
        await desk.refresh_people()
    return _answer(call, row, wanted, state)


def _check(call: Call, wanted: StandIn) -> None:
    roster = call.desk.roster
    must_be_of_desk(call, wanted.person or "")
    if wanted.person == wanted.instead_of:
        raise Refusal("stands_in_for_self")
    duties = roster.rota.duties(wanted.start, wanted.end)
    if wanted.instead_of is not None and not any(wanted.instead_of in each.people for each in duties):
        raise Refusal("not_on_call_then", who=call.desk.directory.name(wanted.instead_of))


async def press(call: Call) -> Answer:
    """A button: `yes.ID`, `no.ID`, `undo.ID`."""
    word, _, number = call.answers.get("value", "").partition(".")
    row = figure(number)
    states = {"yes": State.AGREED, "no": State.DECLINED, "undo": State.UNDONE}
    if row is None or word not in states:
        raise Refusal("unknown_button")
    return await _settle(call, row, states[word])


async def undo(call: Call) -> Answer:
    """`undo`: the latest agreement that one has to do with is undone."""
    desk, me = call.desk, call.actor.id
    load = partial(
        list_stand_ins, organisation_id=desk.organisation_id, desk_id=desk.desk_id, now=call.now,
        states=(State.ASKED, State.AGREED),
    )  # fmt: skip
    found = await desk.database.read(load)
    leads = rights.may(call.actor, OF_OTHERS)
    mine = [each for each in found if each.stand_in.end > call.now and (leads or me in _concerned(each))]
    if not mine:
        raise Refusal("nothing_to_undo_on_call")
    return await _settle(call, max(mine, key=lambda each: each.asked_at).id, State.UNDONE)


def _concerned(agreement: Agreement) -> set[str | None]:
    return {agreement.asked_by, agreement.stand_in.person, agreement.stand_in.instead_of}


async def _settle(call: Call, row: int, state: State) -> Answer:
    desk, me = call.desk, call.actor.id

    def transaction(session: Session) -> Agreement:
        found = find_stand_in(session, desk.organisation_id, row, lock=True)
        if found is None:
            raise Refusal("unknown_button")
        leads = rights.may(call.actor, OF_OTHERS)
        answers = state is not State.UNDONE
        if not leads and me not in ({found.stand_in.person} if answers else _concerned(found)):
            rights.require(call.actor, OF_OTHERS)
        if found.state is state:
            return found
        if found.state not in ((State.ASKED,) if answers else (State.ASKED, State.AGREED)):
            raise Refusal("stand_in_settled")
        if found.stand_in.end <= call.now:
            raise Refusal("stand_in_over")
        answer_stand_in(session, desk.organisation_id, row, state, by=me, now=call.now)
        for person in filter(None, _concerned(found)):  # whoever was asked is asked no more
            key = _key(row, State.ASKED, person)
            refresh_announced(session, desk.organisation_id, key, call.now)
        _tell(session, call, StandInTold(row, *_told(found.stand_in, state, call)), _concerned(found))
        return found

    found = await desk.write(transaction)
    await desk.refresh_people()
    return _answer(call, row, found.stand_in, state)


def _told(wanted: StandIn, state: State, call: Call) -> tuple[str, str, str | None, datetime, datetime, str]:
    return state.value, wanted.person or "", wanted.instead_of, wanted.start, wanted.end, call.actor.id


def _tell(session: Session, call: Call, said: StandInTold, people: Iterable[str | None]) -> None:
    whose = call.desk.organisation_id
    for person in sorted({each for each in people if each is not None} - {call.actor.id}):
        tell(session, whose, said, person, key=_key(said.id, State(said.state), person), now=call.now)


def _key(row: int, state: State, person: str) -> str:
    return f"stand-in.{row}.{state}.{person}"


def _answer(call: Call, row: int, wanted: StandIn, state: State) -> Answer:
    said = stand_in_line(call.people, call.speech, wanted, state, by=call.actor.id, to=call.actor.id)
    if state not in (State.ASKED, State.AGREED):
        return Answer(Card(said))
    said = (*said, *_away(call, wanted))
    take_back = Button("oncall", call.speech.text("button.oncall_undo"), 0, 0, value=f"undo.{row}")
    return Answer(Card(said, (Line(said), Buttons((take_back,)))))


def _away(call: Call, wanted: StandIn) -> Sentence:
    """That whoever stands in is away when it begins. Empty where they are not, and for themselves."""
    person = wanted.person
    gone = None if person in (None, call.actor.id) else call.people.absence(person or "", max(call.now, wanted.start))
    if gone is None or person is None:
        return ()
    return (" ", *call.speech("absence.stands_in", who=call.people.named(person), away=whether_away(gone, call.speech)))
