"""Forgetting somebody: nothing of them is left in any table, and every clock, verdict and figure stays as it was."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from bot.cli.whom import find_whom
from storage.absences import Absence, set_absence
from storage.account_joins import join_by_email
from storage.accounts import Account, load_accounts, save_accounts, save_members
from storage.announcements.to_desk import CustomerSet
from storage.announcements.to_person import LeftOpen
from storage.announcing import announce, tell
from storage.changes import record
from storage.channels import Channel, ChannelKind, save_channel
from storage.customers import Customer, find_customer, save_customers
from storage.database import Database
from storage.forgetting import steps
from storage.forgetting.run import ROWS, TICKETS, Forgetting, begin, preview, unfinished
from storage.forgetting.sought import Finder, Known, numbered
from storage.outbox import claim
from storage.policies import save_policy
from storage.refresh import count_stale, refresh_stale
from storage.tables.operation import ForgottenRow
from storage.tables.outbox import OutboxRow
from storage.tables.tickets import BodyRow
from storage.tickets import StoredTicket, get_tickets
from tests.factories import AGENT, NOW, OTHER_AGENT, REQUESTER, Home, make_home, open_stored, opening
from tests.scenarios.test_nowhere import found_in_tables
from tests.simulation.play import play
from tests.triage.kept import deadlines_kept
from triage.answering import customer_wrote
from triage.figures import rating_of
from triage.noting import note
from triage.owning import assign, take
from triage.resolving import resolve
from triage.updating import update

ANA = Account(AGENT.id, "Ana Prévot", "Europe/Paris", "fr-FR", "ana.prevot@example.com", alias="slack:UALIAS7")
OTHER = Account(OTHER_AGENT.id, "Bob Miller", email="bob@example.com")
OF_ANA = ("UAGENT", "UALIAS7", "Prévot", "prevot", "prévot", "Europe/Paris")


def whole(session: Session, home: Home) -> list[StoredTicket]:
    return get_tickets(session, home.organisation_id, home.desk_id, limit=10_000, only_open=False)


def verdicts(stored: StoredTicket) -> tuple[Any, ...]:
    """All that is measured of a ticket."""
    ticket = stored.ticket
    return (
        stored.number, ticket.status, ticket.severity, ticket.clocks, ticket.waits, ticket.waiting, ticket.promise,
        ticket.level, ticket.next_due, ticket.breaches, ticket.said, deadlines_kept(stored.events), rating_of(ticket),
        ticket.report, ticket.outage,
    )  # fmt: skip


def who(stored: StoredTicket) -> list[str]:
    """Who did what, as numbers of people: the same where the same were distinguished."""
    seen: dict[str, str] = {}
    return [seen.setdefault(event.actor, str(len(seen))) for event in stored.events]


def forget(database: Database, home: Home, text: str, kind: str | None = None) -> Forgetting:
    whom = database.read_now(partial(find_whom, organisation_id=home.organisation_id, text=text, kind=kind))
    row_id, sought = database.write_now(
        lambda session: begin(
            session, home.organisation_id, whom.accounts, whom.customer, "root", NOW, **whom.of_customer
        )
    )
    forgetting = Forgetting(database, home.organisation_id, row_id, sought, lambda: NOW)
    forgetting.run()
    return forgetting


def fill(session: Session, home: Home) -> None:
    """Ana in many places: as owner, author, requester, in texts of others, in what waits to be said."""
    of = home.organisation_id
    save_accounts(session, of, [ANA, OTHER], NOW)
    save_members(session, of, "slack:CDESK", [AGENT.id, OTHER_AGENT.id])
    set_absence(session, of, AGENT.id, Absence(reason="Ana Prévot is ill"), NOW)
    save_policy(session, of, home.desk_id, {"roles": {"agents": ["slack:UAGENT", "ana.prevot@example.com"]}}, NOW)
    stored = open_stored(session, home, change=opening(summary="Ask Ana Prévot about it", actor=AGENT))
    stored = record(session, stored, take(stored.ticket, AGENT, NOW), NOW)
    stored = record(session, stored, update(stored.ticket, AGENT, NOW, "It is the optics, says prevot"), NOW)
    stored = record(session, stored, note(stored.ticket, OTHER_AGENT, NOW, "ANA  PRÉVOT knows <@UAGENT>, optics"), NOW)
    tell(session, of, LeftOpen(AGENT.id, [1]), AGENT.id, key="left", now=NOW)
    tell(session, of, LeftOpen(AGENT.id, [1]), OTHER_AGENT.id, key="left-too", now=NOW)
    other = open_stored(session, home, change=opening(summary="Somebody else's", actor=OTHER_AGENT))
    record(session, other, assign(other.ticket, OTHER_AGENT, NOW, AGENT), NOW)


def test_nothing_of_somebody_is_left_in_any_table(database: Database, home: Home) -> None:
    database.write_now(partial(fill, home=home))
    before = database.read_now(partial(whole, home=home))
    assert all(found_in_tables(database, each) for each in ("UAGENT", "Prévot", "UALIAS7"))
    forgetting = forget(database, home, "ana prévot")
    for each in OF_ANA:
        assert found_in_tables(database, each) == {}, each
    after = database.read_now(partial(whole, home=home))
    assert [verdicts(each) for each in after] == [verdicts(each) for each in before]
    assert [who(each) for each in after] == [who(each) for each in before]
    assert after[0].ticket.ownership.assignee == "slack:forgotten-1"
    texts = database.read_now(lambda session: [row.text for row in session.exec(select(BodyRow))])
    assert sorted(filter(None, texts)) == ["Somebody else's", "forgotten-1 knows <@forgotten-1>, optics"]
    assert forgetting.longest < 5


def test_a_row_of_the_outbox_that_cannot_be_read_keeps_nobody_from_being_forgotten(
    database: Database, home: Home
) -> None:
    database.write_now(partial(fill, home=home))

    def spoil(session: Session) -> None:
        spoilt = '{"person": "slack:UAGENT' if session.info["engine"] == "sqlite" else '["slack:UAGENT"]'
        session.execute(sa.text("UPDATE outbox SET data = :data"), {"data": spoilt})

    database.write_now(spoil)
    forget(database, home, "ana prévot")
    for each in OF_ANA:
        assert found_in_tables(database, each) == {}, each


def test_what_is_shown_before_is_what_is_done(database: Database, home: Home) -> None:
    database.write_now(partial(fill, home=home))
    finder = Finder(numbered([Known(ANA.key, ANA.name, ANA.email, ANA.alias)], 1))
    found = database.read_now(partial(preview, organisation_id=home.organisation_id, finder=finder))
    assert found.tickets == [1, 2]
    assert found.texts == 2
    assert all(found.counts[name] for name in ("account", "member", "absence", "policy", "event", "ticket", "outbox"))
    row_id, sought = database.write_now(
        lambda session: begin(
            session, home.organisation_id, [Known(ANA.key, ANA.name, ANA.email, ANA.alias)], None, "root", NOW
        )
    )
    counts = Forgetting(database, home.organisation_id, row_id, sought, lambda: NOW).run()
    assert counts.pop(steps.TEXTS) == found.texts
    assert counts == +found.counts


def test_that_it_happened_is_kept_and_not_who_it_was(database: Database, home: Home) -> None:
    database.write_now(partial(fill, home=home))
    forget(database, home, "slack:UAGENT")
    (row,) = database.read_now(lambda session: list(session.exec(select(ForgottenRow))))
    assert (row.what, row.asked_by, row.first, row.last) == ("person", "root", 1, 1)
    assert row.done_at is not None
    assert row.sought is None
    assert row.counts["texts"] == 2


def test_what_they_were_to_be_told_is_dropped_and_what_names_them_names_nobody(database: Database, home: Home) -> None:
    database.write_now(partial(fill, home=home))
    forget(database, home, "UAGENT")
    rows = database.read_now(lambda session: list(session.exec(select(OutboxRow))))
    told = {row.data["person"]: row for row in rows if row.kind == "left_open"}
    assert told["slack:forgotten-1"].state == "dropped"
    assert told[OTHER_AGENT.id].state == "pending"
    assert told[OTHER_AGENT.id].data["who"] == "slack:forgotten-1"

    def again(session: Session) -> bool:
        return tell(session, home.organisation_id, LeftOpen("slack:U1", [1]), "slack:forgotten-1", key="x", now=NOW)

    assert database.write_now(again) is False


def test_every_message_about_their_tickets_is_edited(database: Database, home: Home) -> None:
    """Also one whose row does not say whom it names, since that is whoever asked for the ticket, or has it."""

    def say(session: Session) -> None:
        save_accounts(session, home.organisation_id, [ANA, OTHER], NOW)
        stored = open_stored(session, home, change=opening(summary="Hers", actor=AGENT))
        record(session, stored, take(stored.ticket, OTHER_AGENT, NOW), NOW)
        for row in session.exec(select(OutboxRow).where(OutboxRow.kind != "card")):
            row.state, row.message_id = "sent", f"M{row.id}"

    database.write_now(say)
    forget(database, home, "UAGENT")
    rows = database.read_now(lambda session: list(session.exec(select(OutboxRow))))
    (said,) = [row for row in rows if row.kind == "taken"]
    assert "forgotten" not in str(said.data)
    assert said.stale_since is not None
    assert not any(row.kind == "message" for row in rows), "however many they are, the outbox stays short"
    count = database.read_now(count_stale)
    for left in range(count - 1, -1, -1):
        assert database.write_now(partial(refresh_stale, now=NOW, most=count - left)) == 1
        assert database.read_now(count_stale) == left
    rows = database.read_now(lambda session: list(session.exec(select(OutboxRow))))
    assert said.id in {row.data["outbox"] for row in rows if row.kind == "message"}


def test_what_names_them_and_is_being_said_at_this_moment_is_edited_once_it_stands_there(
    database: Database, home: Home
) -> None:
    def say(session: Session) -> None:
        save_accounts(session, home.organisation_id, [ANA, OTHER], NOW)
        told = CustomerSet(AGENT.id, "acme", [])
        announce(session, home.organisation_id, told, platform="slack", channel="slack:CDESK", key="set", now=NOW)
        (said,) = claim(session, NOW, limit=1)
        assert said.data["by"] == AGENT.id

    database.write_now(say)
    forget(database, home, "UAGENT")
    (said,) = database.read_now(lambda session: list(session.exec(select(OutboxRow))))
    assert (said.state, said.data["by"]) == ("claimed", "slack:forgotten-1")
    assert said.stale_since == NOW


def test_whoever_comes_back_is_somebody_new(database: Database, home: Home) -> None:
    database.write_now(partial(fill, home=home))
    forget(database, home, "UAGENT")
    save = partial(save_accounts, organisation_id=home.organisation_id, accounts=[ANA], now=NOW)
    database.write_now(save)
    accounts = database.read_now(partial(load_accounts, organisation_id=home.organisation_id))
    assert accounts[AGENT.id].name == "Ana Prévot"
    assert accounts["slack:forgotten-1"].is_active is False
    forget(database, home, "UAGENT")
    accounts = database.read_now(partial(load_accounts, organisation_id=home.organisation_id))
    assert {"slack:forgotten-1", "slack:forgotten-2"} < accounts.keys()


def test_all_accounts_of_a_person_are_forgotten_together(database: Database, home: Home) -> None:
    def join(session: Session) -> None:
        fill(session, home)
        teams = Account("teams:29:1Xyz", "A. Prévot", email="ana.prevot@example.com")
        save_accounts(session, home.organisation_id, [teams], NOW)
        join_by_email(session, home.organisation_id, [(AGENT.id, "teams:29:1Xyz")], NOW)

    database.write_now(join)
    forget(database, home, "ana.prevot@example.com")
    for each in (*OF_ANA, "1Xyz"):
        assert found_in_tables(database, each) == {}, each


def test_another_organisations_rows_are_left_as_they_are(database: Database, home: Home) -> None:
    other = database.write_now(lambda session: make_home(session, "T2"))
    database.write_now(partial(fill, home=home))
    database.write_now(partial(fill, home=other))
    before = database.read_now(partial(whole, home=other))
    forget(database, home, "UAGENT")
    assert database.read_now(partial(whole, home=other)) == before
    accounts = database.read_now(partial(load_accounts, organisation_id=other.organisation_id))
    assert accounts[AGENT.id] == ANA


def test_a_customer_is_forgotten_with_its_people_and_the_texts_of_its_tickets(database: Database, home: Home) -> None:
    of = home.organisation_id

    def give(session: Session) -> None:
        save_accounts(
            session, of, [Account(REQUESTER.id, "Zoe Zahn", email="zoe@zahnrad.example", is_external=True)], NOW
        )
        save_customers(
            session, of, [Customer("Zahnrad Werke", channels=("slack:CZAHN",), domains=("zahnrad.example",))]
        )
        save_members(session, of, "slack:CZAHN", [REQUESTER.id, AGENT.id])
        stored = open_stored(session, home, change=opening(customer="Zahnrad Werke", summary="Gears stand still"))
        stored = record(session, stored, customer_wrote(stored.ticket, REQUESTER, NOW, "Zoe here", at=NOW), NOW)
        record(session, stored, resolve(stored.ticket, AGENT, NOW, "Oil for Zahnrad"), NOW)
        open_stored(session, home, change=opening(summary="Like at ZAHNRAD  WERKE, info@zahnrad.example"))

    database.write_now(give)
    before = database.read_now(partial(whole, home=home))
    forget(database, home, "zahnrad werke")
    for each in ("Zahnrad Werke", "zahnrad", "Zoe", "UREQUESTER", "Gears", "gears", "Oil"):
        assert found_in_tables(database, each) == {}, each
    after = database.read_now(partial(whole, home=home))
    assert [verdicts(each) for each in after] == [verdicts(each) for each in before]
    assert after[0].ticket.customer == "forgotten-1"
    assert AGENT.id in {event.actor for event in after[0].events}
    assert database.read_now(partial(find_customer, organisation_id=of, name="Zahnrad Werke")) is None


def test_a_customer_is_forgotten_where_the_policy_and_what_was_said_call_it_by_its_name(
    database: Database, home: Home
) -> None:
    of, channel = home.organisation_id, "slack:CZAHN"
    desk = {"name": "support", "customer_channels": {channel: "Zahnrad Werke", "slack:COTHER": "Other"}}

    def give(session: Session) -> None:
        outside = Account(REQUESTER.id, "Zoe Zahn", email="zoe@example.net", is_external=True)
        save_accounts(session, of, [outside], NOW)
        save_members(session, of, channel, [REQUESTER.id, AGENT.id])
        save_channel(session, of, Channel(channel, ChannelKind.CHANNEL, "", name="ext-zahnrad"), NOW)
        save_policy(session, of, home.desk_id, {"desks": [desk]}, NOW)
        told = CustomerSet(AGENT.id, "zahnrad werke", [])
        announce(session, of, told, platform="slack", channel="slack:CDESK", key="set", now=NOW)

    database.write_now(give)
    forget(database, home, "Zahnrad Werke")
    for each in ("Zahnrad Werke", "zahnrad werke", "ext-zahnrad", "Zoe", "UREQUESTER"):
        assert found_in_tables(database, each) == {}, each
    assert found_in_tables(database, "Other").keys() == {"policy"}


def test_broken_off_at_any_transaction_it_is_done_to_the_end_later(
    database: Database, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.write_now(partial(fill, home=home))
    before = database.read_now(partial(whole, home=home))
    known = [Known(ANA.key, ANA.name, ANA.email, ANA.alias)]
    row_id, _ = database.write_now(lambda session: begin(session, home.organisation_id, known, None, "root", NOW))
    write, left = database.write_now, 0

    class KilledError(Exception):
        """The process is gone."""

    def killed(transaction: Callable[[Session], Any]) -> Any:
        nonlocal left
        if left == 0:
            raise KilledError
        left -= 1
        return write(transaction)

    monkeypatch.setattr(database, "write_now", killed)
    for lives in range(60):
        left = lives % 4 + 1
        (begun,) = database.read_now(partial(unfinished, organisation_id=home.organisation_id))
        assert begun.row_id == row_id
        try:
            few = {TICKETS: 1, ROWS: 1}
            Forgetting(database, home.organisation_id, row_id, begun.sought, lambda: NOW, _most=few).run()
        except KilledError:
            continue
        break
    assert database.read_now(partial(unfinished, organisation_id=home.organisation_id)) == []
    for each in OF_ANA:
        assert found_in_tables(database, each) == {}, each
    assert [verdicts(each) for each in database.read_now(partial(whole, home=home))] == list(map(verdicts, before))


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("seed", [31])
async def test_the_clocks_of_days_of_a_desk_stay_as_they_were(sqlite_database: str, seed: int) -> None:
    played = await play(sqlite_database, seed, weeks=0.4, tickets=15)
    home, database = played.world.home, Database(sqlite_database)
    try:
        before = database.read_now(partial(whole, home=home))
        people = sorted({event.actor for stored in before for event in stored.events if ":" in event.actor})
        assert len(people) > 4
        people = people[:5]
        for person in people:
            await asyncio.to_thread(forget, database, home, person)
        after = database.read_now(partial(whole, home=home))
        assert [verdicts(each) for each in after] == [verdicts(each) for each in before]
        assert [who(each) for each in after] == [who(each) for each in before]
        for person in people:
            assert found_in_tables(database, person) == {}
    finally:
        await database.close()
