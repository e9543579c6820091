"""Events come twice, late, and in any order: what is kept of a message is what it said last, or nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations

import pytest
from sqlmodel import Session, select

from bot.commands.edits import Deletion, Edit, correct, erase
from bot.commands.messages import Message, hear
from bot.desk.runtime import DeskRuntime
from bot.verbs.base.source_message import parted, reworded
from storage.changes import Place
from storage.tables.tickets import BodyRow, EventRow
from tests.bot.samples import CUSTOMER
from tests.factories import NOW, Home, open_stored
from triage.event import Kind

THREAD = Place("slack:CACME", "customer", "1772445600.000100")
SAID = Message(
    "message:CACME:1772445700.000100", CUSTOMER.id, "slack:CACME", "1772445700.000100", "1772445600.000100", "port 3",
    NOW + timedelta(minutes=1),
)  # fmt: skip
LATER = NOW + timedelta(minutes=2)


def edit(text: str, before: str, revision: str, message: Message = SAID) -> Edit:
    return Edit(replace(message, text=text), before, revision, LATER)


FIRST = edit("port 4", "port 3", "1772445800.000000")
SECOND = edit("port 5", "port 4", "1772445900.000000")
GONE = Deletion(SAID.key, SAID.channel, SAID.message_id)


@pytest.fixture
def thread(desk: DeskRuntime) -> DeskRuntime:
    """A desk with one ticket, whose customer has a thread."""
    home = Home(desk.organisation_id, desk.desk_id)
    places = (Place("slack:CDESK", "desk", "1.0"), THREAD)
    desk.database.write_now(lambda session: open_stored(session, home, NOW, *places))
    return desk


async def happens(desk: DeskRuntime, event: Message | Edit | Deletion, now: datetime = LATER) -> None:
    if isinstance(event, Message):
        await hear(desk, event, now)
    elif isinstance(event, Edit):
        await correct(desk, event, now)
    else:
        await erase(desk, event, now)


def kept(desk: DeskRuntime) -> tuple[int, list[str]]:
    """How often the customer wrote, and every text but the opening's."""

    def read(session: Session) -> tuple[int, list[str]]:
        wrote = session.exec(select(EventRow).where(EventRow.kind == Kind.CUSTOMER_WROTE.value)).all()
        texts = session.exec(select(BodyRow.text).order_by(BodyRow.id)).all()[1:]  # type: ignore[arg-type]
        return len(wrote), list(texts)

    return desk.database.read_now(read)


@pytest.mark.parametrize("order", list(permutations([SAID, FIRST, SECOND])))
async def test_whatever_order_the_edits_come_in_the_last_one_stands(
    thread: DeskRuntime, order: tuple[Message | Edit, ...]
) -> None:
    for event in order:
        await happens(thread, event)
        await happens(thread, event)
    assert kept(thread) == (1, ["port 5"])


@pytest.mark.parametrize("order", list(permutations([SAID, FIRST, GONE])))
async def test_whatever_order_they_come_in_a_deleted_message_is_gone(
    thread: DeskRuntime, order: tuple[Message | Edit | Deletion, ...]
) -> None:
    for event in order:
        await happens(thread, event)
        await happens(thread, event)
    assert "".join(kept(thread)[1]) == ""


async def test_an_old_message_that_is_edited_is_not_heard_now(thread: DeskRuntime) -> None:
    await happens(thread, FIRST, NOW + timedelta(hours=5))
    assert kept(thread) == (0, [])


async def test_what_nobody_kept_can_be_deleted(thread: DeskRuntime) -> None:
    await happens(thread, replace(GONE, key="message:COTHER:1.2", channel="slack:COTHER", message_id="1.2"))
    assert kept(thread) == (0, [])


REWORDED = [
    ("Loss", "Loss", "Loss to Paris", "Loss to Paris"),
    ("Loss\nsince 08:15", "Loss\nsince 08:15", "Loss", "Loss"),
    ("Loss\nhttps://x.slack.com/p1", "Loss", "Gain\nnow", "Gain\nnow\nhttps://x.slack.com/p1"),
    ("Loss\nmore\n\nhttps://x.slack.com/p1", "Loss\nmore", "Gain", "Gain\n\nhttps://x.slack.com/p1"),
    ("Loss on FRA", "Loss", "Gain", None),
    ("Something else", "Loss", "Gain", None),
    ("Loss", "Loss", "", None),
    ("", "", "Gain", None),
]


@pytest.mark.parametrize(("text", "before", "after", "now"), REWORDED)
def test_a_tickets_text_follows_its_message_until_somebody_puts_it_otherwise(
    text: str, before: str, after: str, now: str | None
) -> None:
    assert reworded(text, before, after) == now


@pytest.mark.parametrize("text", ["", "x" * 251, "a\n" * 9000, "\n\nfirst  line\nrest", "x" * 9000])
def test_nothing_of_a_message_is_lost_between_summary_and_description(text: str) -> None:
    summary, rest = parted(text)
    assert len(summary) <= 250
    assert "\n" not in summary
    assert bool(summary) == bool(text.strip())
    if len(summary) == 250:
        assert rest.startswith("x" * 251)


BACK = replace(edit("port 4", "", "1772446000.000000"), before=None, is_back=True)


async def test_what_was_deleted_and_is_there_again_is_kept_again(thread: DeskRuntime) -> None:
    for event in (SAID, GONE, GONE, BACK, BACK):
        await happens(thread, event)
    assert kept(thread) == (1, ["port 4"])


async def test_an_edit_alone_brings_back_nothing_that_was_erased(thread: DeskRuntime) -> None:
    for event in (SAID, GONE, replace(BACK, is_back=False)):
        await happens(thread, event)
    assert kept(thread) == (1, [""])


def test_where_nobody_tells_how_a_message_read_before_its_tickets_text_follows_it_and_keeps_its_link() -> None:
    assert reworded("It is down\nsince 8 https://x.example/1", None, "It is up") == "It is up https://x.example/1"
    assert reworded("It is down", None, "") is None
