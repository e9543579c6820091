"""A secret that was pasted where it should not be: redacted, it is nowhere in the database any more, in no table, and
on SQLite in no byte of its files. What was said to the bot alone is kept only until it is answered."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import Session

from bot.app import Vigie
from bot.cli.whom import find_whom
from storage.accounts import load_accounts
from storage.database import Database
from storage.forgetting.run import Forgetting, begin
from storage.refresh import refresh_stale
from storage.tables.table import Table
from tests.scenarios.chat import ENGINEER, FRENCH, LEAD, Chat, say
from tests.scenarios.seen import everything
from triage.keys import id_of

SECRET = "hunter2xyzzy"
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
TO_THE_BOT = (
    f"shwo {SECRET}", f"list {SECRET}", f"why {SECRET}", f"severity 1 {SECRET}", f"assign 1 {SECRET}",
    f"promise 1 until {SECRET}", f"new sev9 {SECRET}", f"what-if 1 {SECRET}", f"update 1 show {SECRET}", SECRET,
)  # fmt: skip
ON_THE_TICKET = (
    f"note {SECRET} does not work", f"update We rotate {SECRET}", f"wait for them to change {SECRET}",
    f"severity 2 because of {SECRET}", f"escalate {SECRET} leaks", f"show {SECRET}",
)  # fmt: skip


def found_in_tables(database: Database, what: str = SECRET) -> dict[str, list[str]]:
    """The rows that hold that, by table."""

    def read(session: Session) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name, table in Table.metadata.tables.items():
            rows = session.connection().execute(select(table)).all()
            found[name] = [str(row) for row in rows if what in str(row)]
        return {name: rows for name, rows in found.items() if rows}

    return database.read_now(read)


def found_in_files(database: Database, what: str = SECRET) -> list[str]:
    """The files of an SQLite database that hold it anywhere, in whatever was left behind too."""
    if not database.is_sqlite:
        return []
    path = Path(str(database.url.database))
    return [file.name for file in path.parent.glob(f"{path.name}*") if what.encode() in file.read_bytes()]


async def test_what_was_typed_to_the_bot_alone_is_gone_once_it_is_answered(chat: Chat, vigie: Vigie) -> None:
    database = vigie.runner.database if vigie.runner is not None else pytest.fail("nobody holds the clocks")
    await chat.command(ENGINEER, "new sev1 Link down in Sydney")
    card = await chat.card()
    people = (ENGINEER, FRENCH, LEAD)
    for place, words in enumerate(TO_THE_BOT):  # in turns: what one person alone is told waits for what they were told
        await say(chat, people[place % len(people)], f"@Vigie {words}", chat.desk)
    await chat.settled()
    answers = [m for person in people for m in await chat.messages(person) if m.only_for == person]
    assert len(answers) >= len(TO_THE_BOT), "each was answered"
    assert sum(SECRET in everything(m) for m in answers) > 3, "and some with what was typed"
    left = found_in_tables(database)
    assert "outbox" not in left
    # The draft that waits behind its button is a text of the ticket, and is redacted with it. What is on the ticket is
    # found by its words.
    assert left.keys() <= {"body", "words"}
    await say(chat, LEAD, f"@Vigie redact {SECRET}", chat.desk, below=card)
    await chat.settled()
    assert found_in_tables(database) == {}
    assert await database.scrub()
    assert found_in_files(database) == []


async def test_what_was_redacted_is_nowhere(chat: Chat, vigie: Vigie) -> None:
    database = vigie.runner.database if vigie.runner is not None else pytest.fail("nobody holds the clocks")
    talk = await say(chat, ENGINEER, f"The router at {SECRET} is down", chat.desk)
    await say(chat, ENGINEER, f"I tried {SECRET}", chat.desk, below=talk)
    await say(chat, ENGINEER, f"@Vigie new sev2 {SECRET} down", chat.desk, below=talk)
    await chat.settled()
    card = await chat.card()
    for words in ON_THE_TICKET:
        await say(chat, ENGINEER, f"@Vigie {words}", chat.desk, below=card)
    await say(chat, ENGINEER, f"by the way: {SECRET}", chat.desk, below=card)
    await chat.command(ENGINEER, f"note 1 again {SECRET} " + "and more of it " * 500)
    await chat.advance(20)
    left = found_in_tables(database)
    assert left.keys() == {"body", "words"}, "what people wrote is in one table, and in the words by which it is found"
    await chat.command(LEAD, f"redact 1 {SECRET}")
    await chat.settled()
    assert found_in_tables(database) == {}
    assert await database.scrub()
    assert found_in_files(database) == []


async def test_a_customers_name_that_somebody_typed_stands_in_what_happened_and_in_no_notice(
    chat: Chat, vigie: Vigie
) -> None:
    """Whose a ticket is is a figure of it, and stays; what is said of it reads the name there."""
    database = vigie.runner.database if vigie.runner is not None else pytest.fail("nobody holds the clocks")
    first, second = "Zebulon Freight", "Quillon Mills"
    await chat.command(ENGINEER, "new sev1 Link down in Sydney")
    card = await chat.card()
    await say(chat, ENGINEER, f"@Vigie customer {first}", chat.desk, below=card)
    await chat.command(ENGINEER, f"customer 1 {second}")
    await chat.settled()
    said = await chat.thread(card)
    assert [sum(f"corrected the customer: {name}" in each for each in said) for name in (first, second)] == [1, 1]
    assert found_in_tables(database, first).keys() == {"event"}
    assert found_in_tables(database, second).keys() == {"event", "ticket"}
    assert found_in_tables(database, "zebulon") == {}, "it is not found by a name that it has no more"
    assert found_in_tables(database, "quillon").keys() == {"ticket", "words"}


async def test_of_whoever_was_forgotten_nothing_is_anywhere_and_nobody_is_told_so(chat: Chat, vigie: Vigie) -> None:
    """While the bot runs: its messages are edited, their open tickets go back to the queue, and it goes on."""
    database = vigie.runner.database if vigie.runner is not None else pytest.fail("nobody holds the clocks")
    accounts = database.read_now(partial(load_accounts, organisation_id=1))
    (account,) = [each for each in accounts.values() if each.name.startswith("Benoît Girard")]
    await chat.command(FRENCH, f"new sev2 {SECRET} down")
    card = await chat.card()
    await chat.command(FRENCH, "take 1")
    await say(chat, FRENCH, f"@Vigie update We rotate {SECRET}", chat.desk, below=card)
    await say(chat, LEAD, f"@Vigie note {account.name} knows more", chat.desk, below=card)
    await chat.settled()

    async def said() -> str:
        """All that Vigie has said to the desk."""
        return " ".join(everything(m) for m in await chat.messages(LEAD) if m.is_ours and not m.only_for)

    assert SECRET in await said()

    def forget() -> None:
        whom = database.read_now(partial(find_whom, organisation_id=1, text=account.key, kind=None))
        start = partial(begin, organisation_id=1, accounts=whom.accounts, customer=None, asked_by="root", now=NOW)
        row_id, sought = database.write_now(start)
        Forgetting(database, 1, row_id, sought, lambda: NOW).run()

    await asyncio.to_thread(forget)
    names = (SECRET, id_of(account.key), account.name, *account.emails)
    assert {each: found_in_tables(database, each) for each in names} == {each: {} for each in names}
    assert await database.scrub()
    assert {each: found_in_files(database, each) for each in names} == {each: [] for each in names}
    await database.write(partial(refresh_stale, now=NOW, most=100))  # as the next sweeps do
    await chat.advance(2)
    assert SECRET not in await said()
    assert account.name not in await said()
    assert "forgotten-1" in await said()
    await chat.command(LEAD, "take 1")
    await chat.settled()
    assert "Priya" in await said()
