"""What people choose beside what was suggested is kept; approved, it is learned from; an erased text is not."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import Session

from storage.changes import record
from storage.corrections import Correction, State, corrections, decide_corrections
from storage.database import Database
from storage.learned import is_stale, learned_digest, lessons_of, load_learned, save_learned, unlearn
from storage.texts import redact_texts
from storage.tickets import get_ticket
from tests.factories import AGENT, NOW, REQUESTER, Home, open_stored
from triage.opening import open_ticket
from triage.policy import Policy
from triage.sorting import change_category, confirm
from triage.suggesting import Suggestion, learn, suggest
from triage.terms import Category

POLICY = Policy()
TEXT = "the zorblax of the portal is grumpy again"
SUGGESTED = Suggestion("incident", None, 3, (), 0.9, ("portal",))


def opened(database: Database, home: Home, *, to: Category | None = None) -> int:
    """A ticket that was suggested to be an incident, and what somebody chose: `to`, or just that."""

    def transaction(session: Session) -> int:
        change = open_ticket(POLICY, REQUESTER, NOW, summary=TEXT, suggestion=SUGGESTED)
        stored, at = open_stored(session, home, change=change), NOW + timedelta(minutes=1)
        said = confirm(stored.ticket, AGENT, at, POLICY) if to is None else None
        said = said or change_category(stored.ticket, AGENT, at, POLICY, to or Category.INQUIRY)
        record(session, stored, said, at)
        return stored.number

    return database.write_now(transaction)


def waiting(database: Database, home: Home, state: State = State.WAITING) -> list[Correction]:
    return database.read_now(lambda session: corrections(session, home.organisation_id, home.desk_id, state))


def decided(database: Database, home: Home, state: State, numbers: list[int] | None = None) -> int:
    return database.write_now(
        lambda session: decide_corrections(
            session, home.organisation_id, home.desk_id, state, AGENT.id, NOW, numbers=numbers
        )
    )


def taught(database: Database, home: Home) -> int:
    """How many texts were learned from."""
    lessons = database.read_now(lambda session: lessons_of(session, home.organisation_id, home.desk_id))
    learned = learn(lessons)
    assert database.write_now(
        lambda session: save_learned(session, home.organisation_id, home.desk_id, learned, lessons, NOW)
    )
    return learned.corrections


def test_what_was_chosen_is_kept_beside_what_was_suggested(database: Database, home: Home) -> None:
    same, other = opened(database, home), opened(database, home, to=Category.INQUIRY)
    found = {each.number: each for each in waiting(database, home)}
    assert (found[same].suggested, found[same].chosen, found[same].is_change) == ("incident 3", "incident 3", False)
    assert (found[other].suggested, found[other].chosen, found[other].is_change) == ("incident 3", "inquiry", True)
    assert (found[other].by, found[other].text) == (AGENT.id, TEXT)


def test_only_what_is_approved_is_learned_from(database: Database, home: Home) -> None:
    first, second, third = (opened(database, home, to=Category.INQUIRY) for _ in range(3))
    assert decided(database, home, State.APPROVED, [first]) == 1
    assert decided(database, home, State.REJECTED, [second]) == 1
    assert decided(database, home, State.APPROVED, [first, second]) == 0, "what is decided stays decided"
    assert [each.number for each in waiting(database, home)] == [third]
    assert taught(database, home) == 1


def test_what_is_learned_counts_and_leaves_with_the_text(database: Database, home: Home) -> None:
    number = opened(database, home, to=Category.INQUIRY)
    decided(database, home, State.APPROVED)
    taught(database, home)

    def said() -> tuple[str, str]:
        learned = database.read_now(lambda session: load_learned(session, home.organisation_id, home.desk_id))
        digest = database.read_now(lambda session: learned_digest(session, home.organisation_id, home.desk_id))
        return suggest(TEXT, learned=learned).category, digest

    category, before = said()
    assert category == "inquiry"

    def erase(session: Session) -> None:
        stored = get_ticket(session, home.organisation_id, number, lock=True)
        redact_texts(session, stored, None, None, NOW)
        unlearn(session, home.organisation_id, stored.id)

    def stale() -> bool:
        return database.read_now(lambda session: is_stale(session, home.organisation_id, home.desk_id))

    assert not stale()
    database.write_now(erase)
    assert stale()
    assert taught(database, home) == 0
    assert not stale()
    category, after = said()
    assert category == suggest(TEXT).category
    assert before != after


def test_what_was_approved_meanwhile_is_not_forgotten(database: Database, home: Home) -> None:
    opened(database, home, to=Category.INQUIRY)
    lessons = database.read_now(lambda session: lessons_of(session, home.organisation_id, home.desk_id))
    decided(database, home, State.APPROVED)
    assert not database.write_now(
        lambda session: save_learned(session, home.organisation_id, home.desk_id, learn(lessons), lessons, NOW)
    )
