"""What is told of a major incident: a promise as an update is; what was given elsewhere counts where it was given."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from bot.commands import dispatch
from bot.desk.runtime import DeskRuntime
from bot.verbs.base.call import Answer, Reply
from bot.verbs.base.verb import Answers, Outcome, TicketVerb
from bot.verbs.edit import EDIT
from bot.verbs.engine.carry_out import carry_out
from bot.verbs.link import LINK
from bot.verbs.major import MAJOR
from bot.verbs.merge import MERGE
from bot.verbs.promise import PROMISE
from bot.verbs.take import TAKE
from bot.verbs.take_back import TAKE_BACK
from bot.verbs.update import UPDATE
from bot.wording.card import Form
from bot.wording.sentences import plain
from scheduler.deadlines import plan
from scheduler.undelivered import record_undelivered
from storage.changes import record
from storage.outbox import Outgoing
from storage.tables.outbox import OutboxRow
from storage.texts import text_of
from storage.tickets import StoredTicket, get_ticket
from tests.bot.asking import call, told, typed
from tests.factories import AGENT, NOW
from triage import updating
from triage.errors import Refusal
from triage.notice import NoticeKind
from triage.people import Actor, Role
from triage.terms import ClockKind

LEADER = Actor("slack:ULEAD", frozenset({Role.AGENT, Role.LEAD}))
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def carry(desk: DeskRuntime, verb: TicketVerb, number: int, now: datetime = NOW, **answers: str) -> Outcome:
    asked = replace(call(desk, "", actor=LEADER), now=now)
    given: Answers = dict(answers)
    return desk.database.write_now(lambda session: carry_out(session, asked, verb, number, given))


async def sent(desk: DeskRuntime, form: Form, **answers: str) -> Answer:
    """The answer to a form that was filled in."""
    filled = call(desk, "", actor=LEADER)
    number = int(form.context["number"])
    return await dispatch.submitted(
        replace(filled, number=number, answers=answers, context=form.context, reply=Reply.AS_POSTED), form.verb
    )


def ticket(desk: DeskRuntime, number: int) -> StoredTicket:
    return desk.database.read_now(lambda session: get_ticket(session, desk.organisation_id, number))


@pytest.fixture
async def major(desk: DeskRuntime) -> DeskRuntime:
    """Three tickets, of which the third is a major incident and the others are part of it."""
    for text in ("Mail is late", "Phones are silent", "Router is down"):
        await typed(desk, f"new sev2 {text}")
    carry(desk, MAJOR, 3, others="1 2")
    return desk


@pytest.mark.parametrize("text", ["", "We replace the router"])
def test_a_promise_is_shown_with_whom_it_goes_to_and_then_given_to_all(major: DeskRuntime, text: str) -> None:
    until = str(int((NOW + HOUR).timestamp()))
    with pytest.raises(Refusal) as asked:
        carry(major, PROMISE, 3, until=until, text=text)
    assert asked.value.code == ("major_update" if text else "major_promise")
    assert asked.value.values["count"] == 3
    assert ticket(major, 3).ticket.promise is None
    carry(major, PROMISE, 3, value=f"sure.{asked.value.values['sure']}.", text=text)
    assert [ticket(major, number).ticket.promise for number in (1, 2, 3)] == [NOW + HOUR] * 3


def test_a_bare_promise_names_only_those_whose_own_ticket_can_hold_it(major: DeskRuntime) -> None:
    carry(major, PROMISE, 2, until=str(int((NOW + 2 * HOUR).timestamp())))  # to move it needs words
    with pytest.raises(Refusal) as asked:
        carry(major, PROMISE, 3, until=str(int((NOW + HOUR).timestamp())))
    assert asked.value.values["count"] == 2
    assert "#2" not in str(asked.value.values["recipients"])
    carry(major, PROMISE, 3, value=f"sure.{asked.value.values['sure']}.")
    assert [ticket(major, n).ticket.promise for n in (1, 2)] == [NOW + HOUR, NOW + 2 * HOUR]


async def test_the_question_has_a_button_and_what_was_given_elsewhere_says_that_it_counts_there_alone(
    major: DeskRuntime,
) -> None:
    for language, label in (("en", "Promise it to all of them"), ("fr", "La faire à tous")):
        answer = await typed(major, "promise 3 in 30 min", actor=LEADER, language=language)
        assert answer.card is not None
        assert label in str(answer.card.elements)
    assert "counts there alone" in await told(major, "update 3 at 10:00 by phone: on it", now=NOW + MINUTE)
    assert [ticket(major, n).ticket.updates.last_seq is not None for n in (1, 2, 3)] == [False, False, True]


async def test_the_form_of_an_update_says_whom_it_goes_to_and_asks_where_that_changed_meanwhile(
    major: DeskRuntime,
) -> None:
    opened = (await typed(major, "update 3", actor=LEADER)).form
    assert opened is not None
    assert plain(opened.intro).startswith("This goes to 3 customers: ")
    assert all(f"#{n}" in plain(opened.intro) for n in (1, 2, 3))
    assert [field.hint for field in opened.fields if field.id == "text"] == ["All of them see this."]
    await typed(major, "new sev2 Doors are open")
    carry(major, MAJOR, 3, others="4")
    asked = (await sent(major, opened, text="We replace the router")).form
    assert asked is not None
    assert "#4" in plain(asked.intro)
    assert ticket(major, 3).ticket.updates.last_seq is None, "nobody reads what its author meant for others"
    await sent(major, asked, text="We replace the router")
    assert all(ticket(major, n).ticket.updates.last_seq for n in (1, 2, 3, 4))


def words(desk: DeskRuntime) -> list[str]:
    """What the customer of each ticket was told last, as it reads now."""

    def read(session: Session) -> list[str]:
        found = []
        for number in (1, 2, 3):
            stored = get_ticket(session, desk.organisation_id, number)
            given = stored.ticket.updates.given
            body = stored.ticket.updates.edited.get(given[-1].seq, given[-1].body_id) if given else None
            found.append("" if body is None else text_of(session, stored, body))
        return found

    return desk.database.read_now(read)


async def test_what_is_corrected_or_taken_back_of_the_whole_is_put_right_for_every_part(major: DeskRuntime) -> None:
    desk = major
    carry(desk, UPDATE, 3, text="Wrong town: Lyon", value="sure.0-3.")
    assert "and for 2 other tickets" in await told(desk, "edit 3 Right town: Nice", actor=LEADER)
    assert words(desk) == ["Right town: Nice"] * 3
    carry(desk, EDIT, 1, text="La bonne ville : Nice")
    said = await told(desk, "edit 3 Right town: Rome", actor=LEADER)
    assert "What #1 was told in other words stays: /ticket edit 1" in said
    assert words(desk) == ["La bonne ville : Nice", *["Right town: Rome"] * 2]
    assert "from 2 other tickets" in await told(desk, "take-back 3", actor=LEADER, now=NOW + MINUTE)
    assert words(desk) == ["", "", ""]
    assert [ticket(desk, n).ticket.updates.last_seq for n in (1, 2, 3)] == [None] * 3


def test_an_update_of_one_part_is_taken_back_there_alone(major: DeskRuntime) -> None:
    desk = major
    carry(desk, UPDATE, 3, text="We replace the router", value="sure.0-3.")
    carry(desk, UPDATE, 1, text="Yours is next", now=NOW + MINUTE)
    assert carry(desk, TAKE_BACK, 1, now=NOW + 2 * MINUTE).parts == 0
    assert words(desk) == ["We replace the router"] * 3


async def test_a_form_that_was_opened_for_one_customer_is_not_sent_to_many(desk: DeskRuntime) -> None:
    for text in ("Mail is late", "Router is down"):
        await typed(desk, f"new sev2 {text}")
    opened = (await typed(desk, "update 2", actor=LEADER)).form
    assert opened is not None
    assert opened.intro == ()
    carry(desk, MAJOR, 2, others="1")
    assert (await sent(desk, opened, text="For your eyes alone")).form is not None
    assert [ticket(desk, n).ticket.updates.last_seq for n in (1, 2)] == [None, None]


async def test_a_lead_who_adds_to_what_is_none_yet_begins_a_major_incident(desk: DeskRuntime) -> None:
    for text in ("Mail is late", "Router is down"):
        await typed(desk, f"new sev2 {text}")
    assert "is no major incident" in await told(desk, "major 2 add 1")
    assert "with 1 other ticket" in await told(desk, "major 2 add 1", actor=LEADER)
    assert ticket(desk, 2).ticket.together.parts == (1,)


def test_what_a_verb_overtook_of_a_part_is_not_said_where_that_of_the_whole_is(major: DeskRuntime) -> None:
    desk = major
    late = NOW + 61 * MINUTE
    carry(desk, TAKE, 1)

    def said(session: Session) -> list[str]:
        of = get_ticket(session, desk.organisation_id, 1).id
        for minutes in (46, 58):
            plan(session, desk.organisation_id, of, NOW + minutes * MINUTE)
        part = get_ticket(session, desk.organisation_id, 1, lock=True)
        after = record(session, part, updating.update(part.ticket, AGENT, late, "We are on it"), late)
        assert ("update", "breach") in [each.said[:2] for each in after.events if each.said is not None]
        rows = session.exec(select(OutboxRow).where(OutboxRow.ticket_id == of)).all()
        return [row.kind for row in rows if row.kind in {"warning", "breach", "catch_up"}]

    assert desk.database.write_now(said) == []


def test_of_a_merged_part_the_ticket_that_goes_on_is_part(major: DeskRuntime) -> None:
    desk = major
    carry(desk, MAJOR, 3, do="remove", others="2")
    carry(desk, MERGE, 1, other="2")
    assert ticket(desk, 1).ticket.together.part_of is None
    assert ticket(desk, 2).ticket.together.part_of == 3
    assert ticket(desk, 3).ticket.together.parts == (2,)


async def test_linking_many_proposes_a_major_incident(desk: DeskRuntime) -> None:
    for text in ("Mail is late", "Phones are silent", "Router is down", "Badge reader is dead", "Printer burns"):
        await typed(desk, f"new sev2 {text}")
    for other in (2, 3, 4):
        assert carry(desk, LINK, 1, other=str(other)).stored.ticket.together.proposed == ()
    outcome = carry(desk, LINK, 1, other="5")
    assert outcome.stored.ticket.together.proposed == (2, 3, 4, 5)
    assert [n.kind for n in outcome.change.notices].count(NoticeKind.MAJOR_PROPOSED) == 1


def test_an_update_that_one_part_did_not_get_counts_for_the_others(major: DeskRuntime) -> None:
    desk = major
    carry(desk, UPDATE, 3, text="We replace the router", value="sure.0-3.")

    def fail(session: Session) -> None:
        part = get_ticket(session, desk.organisation_id, 1)
        row = session.exec(select(OutboxRow).where(OutboxRow.ticket_id == part.id, OutboxRow.kind == "update")).one()
        item = Outgoing(**{name: getattr(row, name) for name in Outgoing.__dataclass_fields__ if hasattr(row, name)})
        assert record_undelivered(session, item, NOW) is not None

    assert all(ticket(desk, n).ticket.updates.last_seq for n in (1, 2, 3))
    desk.database.write_now(fail)
    due = {n: ticket(desk, n).ticket.clocks[ClockKind.UPDATE] for n in (1, 2, 3)}
    assert [bool(ticket(desk, n).ticket.updates.undelivered) for n in (1, 2, 3)] == [True, False, False]
    assert due[2].cycle != due[1].cycle


async def test_numbers_may_be_named_as_people_say_them(desk: DeskRuntime) -> None:
    for text in ("Mail is late", "Phones are silent", "Router is down"):
        await typed(desk, f"new sev2 {text}")
    assert "with 2 other tickets" in await told(desk, "major 3 1 and 2", actor=LEADER)
    assert "Nothing changed" in await told(desk, "major 3 add 1, 2", actor=LEADER)
