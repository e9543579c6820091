"""A desk on two platforms: each of its tickets is spoken of on both, and is one ticket all the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlmodel import Session, select

from storage.accounts import Account, save_accounts
from storage.changes import Place, record
from storage.conversations import cards_of
from storage.core import add
from storage.database import Database
from storage.listing import list_tickets
from storage.messages import find_by_message
from storage.notices import enqueue_private
from storage.outbox import claim
from storage.outcomes import mark_sent
from storage.persons import join_accounts
from storage.tables.conversations import ConversationRow
from storage.tickets import StoredTicket, get_ticket
from storage.work_queue import queue
from tests.factories import AGENT, NOW, Home, open_stored
from triage.contents.privately import AnswerContent
from triage.notice import Audience, Notice
from triage.noting import note
from triage.policy import QUEUE

ON_SLACK, ON_TEAMS = "slack:CDESK", "teams:19:aBc_1@thread.tacv2"
ACME = Place("teams:19:acme@thread.tacv2", "customer", "1772445600000")


@pytest.fixture
def ticket(database: Database, home: Home) -> StoredTicket:
    """Its cards are up on both platforms."""

    def opened(session: Session) -> StoredTicket:
        stored = open_stored(session, home, NOW, Place(ON_SLACK, "desk"), Place(ON_TEAMS, "desk"), ACME)
        for item in claim(session, NOW, limit=10):
            mark_sent(session, item, f"m{item.id}", item.channel, NOW)
        return get_ticket(session, home.organisation_id, stored.number)

    return database.write_now(opened)


def test_it_has_a_card_on_each(ticket: StoredTicket) -> None:
    desks = [each for each in ticket.conversations if each.side == "desk"]
    assert [(each.platform, each.channel) for each in desks] == [("slack", ON_SLACK), ("teams", ON_TEAMS)]
    assert len({each.card_id for each in desks if each.card_id}) == 2
    for platform, channel in (("slack", ON_SLACK), ("teams", ON_TEAMS), ("mail", ON_SLACK)):
        found = ticket.conversation("desk", platform)
        assert found is not None
        assert found.channel == channel


def test_a_second_card_on_one_platform_is_refused(database: Database, ticket: StoredTicket) -> None:
    def again(session: Session) -> None:
        add(session, ConversationRow, **ticket.scope, platform="slack", channel="slack:CELSE", side="desk")

    with pytest.raises(Exception, match=r"(?i)unique"):
        database.write_now(again)


def test_what_is_said_to_the_desk_is_said_on_each_and_nowhere_else(
    database: Database, home: Home, ticket: StoredTicket
) -> None:
    def say(session: Session) -> list[tuple[str, str]]:
        stored = get_ticket(session, home.organisation_id, ticket.number, lock=True)
        record(session, stored, note(stored.ticket, AGENT, NOW, "Look at the router"), NOW)
        return sorted((item.kind, item.channel) for item in claim(session, NOW, limit=10))

    assert database.write_now(say) == [("note", ON_SLACK), ("note", ON_TEAMS)]


def test_it_stands_in_a_list_once_with_the_card_that_the_reader_can_open(
    database: Database, home: Home, ticket: StoredTicket
) -> None:
    for platform, channel in (("slack", ON_SLACK), ("teams", ON_TEAMS), ("", ON_SLACK)):
        cards = partial(cards_of, organisation_id=home.organisation_id, numbers=[ticket.number], platform=platform)
        listed = partial(list_tickets, organisation_id=home.organisation_id, platform=platform)
        work = partial(
            queue, organisation_id=home.organisation_id, desk_id=home.desk_id, order=QUEUE, limit=5, platform=platform
        )
        assert database.read_now(cards)[ticket.number][0] == channel
        assert [(each.number, each.card and each.card[0]) for each in database.read_now(listed)] == [(1, channel)]
        assert [(each.number, each.card and each.card[0]) for each in database.read_now(work)[0]] == [(1, channel)]


def test_a_message_is_found_by_where_it_stands(database: Database, home: Home, ticket: StoredTicket) -> None:
    cards = {each.channel: each.card_id or "" for each in ticket.conversations if each.side == "desk"}
    for channel, card_id in cards.items():
        for where in (ON_SLACK, ON_TEAMS):
            find = partial(find_by_message, organisation_id=home.organisation_id, channel=where, message_id=card_id)
            assert database.read_now(find) == (ticket.id if where == channel else None)


def test_whoever_is_told_something_that_belongs_nowhere_is_told_where_they_were_last_active(
    database: Database, home: Home, ticket: StoredTicket
) -> None:
    on_teams = "teams:29:1ana"
    accounts = [Account(key, "Ana") for key in (AGENT.id, on_teams)]
    whose = home.organisation_id
    database.write_now(partial(save_accounts, organisation_id=whose, accounts=accounts, now=NOW))
    told = Notice(AnswerContent(AGENT.id, "", sentence=["Done"]), Audience.PERSON)

    def tell(session: Session) -> str:
        enqueue_private(session, whose, told, NOW)
        return next(item.platform for item in claim(session, NOW, limit=10) if item.kind == "answer")

    def act(session: Session, platform: str, minutes: int) -> None:
        stored, now = get_ticket(session, whose, ticket.number, lock=True), NOW + timedelta(minutes=minutes)
        record(session, stored, note(stored.ticket, replace(AGENT, platform=platform), now, "Look"), now)

    assert database.write_now(tell) == "slack", "by which they are known"
    database.write_now(
        partial(join_accounts, organisation_id=whose, one=AGENT.id, other=on_teams, by="", reason="", now=NOW)
    )
    for minutes, platform in enumerate(("teams", "slack", "teams")):
        database.write_now(partial(act, platform=platform, minutes=minutes))
        assert database.write_now(tell) == platform


def test_its_conversations_are_of_different_platforms(database: Database, ticket: StoredTicket) -> None:
    rows = database.read_now(lambda session: session.exec(select(ConversationRow)).all())
    assert {(row.side, row.platform) for row in rows} == {("desk", "slack"), ("desk", "teams"), ("customer", "teams")}
    assert {row.ticket_id for row in rows} == {ticket.id}
