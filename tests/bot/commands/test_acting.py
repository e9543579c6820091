"""Whoever acts without a chat goes the same way as everybody: by a verb's record, with their rights, once."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from sqlmodel import Session, select

from bot.commands.acting import Acted, OpenedNow, act, asked, open_ticket
from bot.commands.given import WrongAnswersError, read_given
from bot.commands.inputs import inputs_of, inputs_of_opening
from bot.desk.binding import Binding
from bot.desk.languages import LANGUAGES
from bot.desk.now import Now
from bot.desk.runtime import DeskRuntime
from bot.desk.state import DeskState
from bot.verbs.base.verb import TicketVerb
from bot.verbs.registry import VERBS
from bot.verbs.shared.open_ticket import Wanted
from bot.wording.card import FieldKind
from bot.wording.speech import speech
from storage.database import Database
from storage.organisations import ensure_desk
from storage.tables.outbox import OutboxRow
from storage.tickets import StoredTicket, get_ticket
from tests.bot.asking import typed
from tests.bot.samples import PEOPLE, POLICY, directory_of
from tests.factories import AGENT, REQUESTER, make_home
from triage.errors import Refusal
from triage.event import Kind
from triage.people import Actor, Role
from triage.scopes import Scope, all_of, roles_of
from triage.ticket import Status

ENGLISH = speech("en")
ON_A_TICKET = [verb for verb in VERBS.values() if isinstance(verb, TicketVerb)]
PROGRAM = Actor("api:1", roles_of([Scope.ACT]), "api")


def ticket(desk: DeskRuntime, number: int = 1) -> StoredTicket:
    return desk.database.read_now(lambda session: get_ticket(session, desk.organisation_id, number))


async def done(desk: DeskRuntime, verb: str, key: str = "", actor: Actor = AGENT, **answers: str) -> Acted:
    return await act(asked(desk, actor, ENGLISH, key), verb, 1, answers)


async def opened(desk: DeskRuntime, summary: str, key: str = "", actor: Actor = PROGRAM) -> OpenedNow:
    return await open_ticket(asked(desk, actor, ENGLISH, key), Wanted(summary, severity=1), {})


async def test_a_verb_is_done_and_told_as_data(desk: DeskRuntime) -> None:
    await typed(desk, "new sev1 Link down")
    acted = await done(desk, "take")
    assert acted.outcome is not None
    assert (acted.number, acted.outcome.stored.ticket.ownership.assignee) == (1, AGENT.id)


async def test_the_same_request_twice_does_nothing_the_second_time_and_is_no_error(desk: DeskRuntime) -> None:
    await typed(desk, "new sev1 Link down")
    first = await done(desk, "note", "page:1", text="seen")
    again = await done(desk, "note", "page:1", text="seen")
    assert first.outcome is not None
    assert again == Acted(1, None)
    assert [event.kind for event in ticket(desk).events].count(Kind.NOTED) == 1


async def test_several_at_once_are_one(database: Database) -> None:
    home, people = database.write_now(make_home), directory_of(PEOPLE)
    state = DeskState(POLICY, people)
    desk = DeskRuntime(home.organisation_id, home.desk_id, Binding("slack"), database, Now(), state)
    every = await asyncio.gather(*(opened(desk, "Link down", "api:1:x") for _ in range(5)))
    assert {each.number for each in every} == {1}
    assert sum(each.opened is not None for each in every) == 1


async def test_a_key_that_came_with_something_else_before_is_refused(desk: DeskRuntime) -> None:
    await opened(desk, "Link down", "api:1:x")
    with pytest.raises(Refusal) as refused:
        await opened(desk, "Another link down", "api:1:x")
    assert refused.value.code == "other_request"


async def test_rights_are_those_of_a_chat(desk: DeskRuntime) -> None:
    await typed(desk, "new sev1 Link down")
    with pytest.raises(Refusal) as refused:
        await done(desk, "resolve", actor=REQUESTER, text="done")
    assert refused.value.code == "not_allowed"


async def test_a_program_does_what_its_scope_may_and_no_more(desk: DeskRuntime) -> None:
    await opened(desk, "Link down")
    assert (await done(desk, "resolve", actor=PROGRAM, text="It is back")).outcome is not None
    assert ticket(desk).ticket.status is Status.RESOLVED
    with pytest.raises(Refusal) as refused:
        await done(desk, "redact", actor=PROGRAM, word="Link")
    assert refused.value.code == "not_allowed"


async def test_only_a_person_answers_for_a_ticket(desk: DeskRuntime) -> None:
    await opened(desk, "Link down")
    for verb in ("take", "ack", "decline"):
        with pytest.raises(Refusal) as refused:
            await done(desk, verb, actor=PROGRAM)
        assert refused.value.code == "not_by_program"


async def test_a_program_is_told_nothing_by_a_message(desk: DeskRuntime) -> None:
    await opened(desk, "Link down")
    await done(desk, "resolve", actor=PROGRAM, text="It is back")
    platforms = desk.database.read_now(lambda session: session.exec(select(OutboxRow.platform)).all())
    assert platforms
    assert "api" not in platforms


async def test_a_ticket_of_another_desk_is_none(desk: DeskRuntime) -> None:
    def elsewhere(session: Session) -> int:
        return ensure_desk(session, desk.organisation_id, "another")

    await typed(desk, "new sev1 Link down")
    await typed(desk, "new sev1 Link down too")
    other = replace(desk, desk_id=desk.database.write_now(elsewhere))
    await opened(other, "Theirs")
    for verb, number, answers in (
        ("note", 3, {"text": "x"}),
        ("link", 1, {"other": "3"}),
        ("major", 1, {"others": "2 3"}),
    ):
        with pytest.raises(Refusal) as refused:
            await act(asked(desk, AGENT, ENGLISH), verb, number, dict(answers))
        assert (refused.value.code, refused.value.values["number"]) == ("no_such_ticket", 3)


async def test_a_question_is_answered_by_what_it_gave(desk: DeskRuntime) -> None:
    await typed(desk, "new sev1 Link down")
    await done(desk, "escalate", text="it burns")
    with pytest.raises(Refusal) as asks:
        await done(desk, "escalate", text="it burns more")
    sure = str(asks.value.values["sure"])
    assert (await done(desk, "escalate", text="it burns more", sure=sure)).outcome is not None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("verb", ON_A_TICKET, ids=lambda verb: verb.name)
def test_what_a_verb_takes_is_read_from_its_record(verb: TicketVerb, language: str) -> None:
    fields = inputs_of(verb.name, language)
    assert {each.id for each in verb.also} <= set(fields)
    if verb.form is not None:
        assert set(verb.form.needed) <= set(fields)
        assert {verb.form.first, *verb.form.refused_under.values()} <= {*fields, "text"}
    assert all(each.label and name == each.id for name, each in fields.items())


def test_choices_of_a_ticket_or_a_desk_are_left_open() -> None:
    assert inputs_of("take-back", "en")["which"].options == ()
    assert inputs_of("redact", "en")["which"].options == ()
    assert inputs_of("resolve", "en")["reply"].options == ()
    assert [value for value, _ in inputs_of("severity", "en")["severity"].options] == ["1", "2", "3"]
    assert {"text_en", "text_fr"} <= set(inputs_of("update", "en"))


def test_what_is_given_is_read_by_what_the_verb_takes(desk: DeskRuntime) -> None:
    known = desk.directory
    assert read_given(inputs_of("promise", "en"), {"until": "2026-03-02T12:00:00+01:00"}, known) == {
        "until": "1772449200"
    }
    assert read_given(inputs_of("snooze", "en"), {"until": "off"}, known) == {"until": "off"}
    assert read_given(inputs_of("link", "en"), {"other": 43}, known) == {"other": "43"}
    assert read_given(inputs_of("assign", "en"), {"who": AGENT.id, "text": None}, known) == {"who": AGENT.id}


@pytest.mark.parametrize(
    ("verb", "given", "code"),
    [
        ("promise", {}, "missing"),
        ("promise", {"until": "2026-03-02T12:00:00"}, "instant"),
        ("promise", {"until": "99999-01-01T00:00:00Z"}, "instant"),
        ("promise", {"until": 3}, "text"),
        ("severity", {"severity": "4"}, "choice"),
        ("severity", {"severity": True}, "text"),
        ("assign", {"who": "slack:UNOBODY"}, "person"),
        ("note", {"text": "\ud800"}, "characters"),
        ("note", {"text": "x" * 8001}, "long"),
        ("note", {"text": "x", "txt": "y"}, "unknown"),
    ],
)
def test_what_cannot_be_read_is_named_in_every_language(
    desk: DeskRuntime, verb: str, given: dict[str, object], code: str
) -> None:
    with pytest.raises(WrongAnswersError) as refused:
        read_given(inputs_of(verb, "en"), given, desk.directory)
    assert [each.code for each in refused.value.wrong] == [code]
    for language in LANGUAGES:
        assert refused.value.wrong[0].field in refused.value.wrong[0].in_words(speech(language))


def test_opening_takes_what_the_form_of_new_asks_for() -> None:
    fields = inputs_of_opening("en", ("fibre", "voip"))
    assert [value for value, _ in fields["skills"].options] == ["fibre", "voip"]
    assert fields["requester"].kind is FieldKind.PERSON
    assert [each.id for each in fields.values() if each.required] == ["summary"]
    assert inputs_of_opening("en")["skills"].options == ()


def test_a_scope_contains_what_is_less_and_gives_no_role_above_it() -> None:
    assert all_of([Scope.ACT]) == {Scope.READ, Scope.OPEN, Scope.ACT}
    assert roles_of([Scope.READ]) == {Role.HELPER}
    assert Role.ADMIN not in roles_of(all_of([Scope.LEAD]))
