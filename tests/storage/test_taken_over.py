"""What an earlier release wrote is taken over: every row is there after the migrations, every ticket is what it was."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import uuid4

import pytest
from sqlmodel import Session, col, select

from bot.desk.policy_file import policy_from_data
from storage.announcements.announcement import AnnouncementKind
from storage.database import Database
from storage.deferred import WORK, WorkKind
from storage.migrate import migrate
from storage.policies import save_policy
from storage.refresh import Target
from storage.tables.channels import MemberRow
from storage.tables.conversations import ConversationRow, MessageRow
from storage.tables.desks import PolicyRow
from storage.tables.intake import IntakeRow, PickedRow
from storage.tables.outbox import OutboxRow
from storage.tables.tickets import BodyRow, EventRow, TicketRow
from storage.tickets import StoredTicket, get_ticket_by_id
from storage.typed import APART
from tests.earlier import Json, earlier_rows, earlier_tickets, load_earlier
from tests.factories import NOW
from tests.postgres import create_database, drop_database
from triage import target
from triage.agenda import upcoming
from triage.event import Event
from triage.notice import NoticeKind
from triage.terms import Terms
from triage.ticket import Ticket


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def taken_over(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """That release's database, brought to today's schema, on each engine."""
    if request.param == "sqlite":
        admin, url = None, f"sqlite:///{tmp_path_factory.mktemp('earlier') / 'vigie.db'}"
    else:
        admin = request.getfixturevalue("postgres_url")
        url = create_database(admin, f"vigie_{uuid4().hex}")
    database = Database(url)
    load_earlier(database)
    migrate(database)
    yield database
    database.close_now()
    if admin is not None:
        drop_database(admin, str(database.url.database))


def stored_tickets(database: Database) -> dict[str, StoredTicket]:
    """Every ticket on record, by its number."""

    def read(session: Any) -> dict[str, StoredTicket]:
        found = session.exec(select(TicketRow.id, TicketRow.organisation_id)).all()
        tickets = [get_ticket_by_id(session, organisation_id, ticket_id) for ticket_id, organisation_id in found]
        return {str(stored.number): stored for stored in tickets}

    return database.read_now(read)


def test_every_ticket_folds_to_what_it_was(taken_over: Database) -> None:
    was, tickets = earlier_tickets(), stored_tickets(taken_over)
    assert tickets.keys() == was.keys()
    for number, stored in tickets.items():
        found = as_it_was(stored.ticket)
        assert found.keys() >= was[number].keys()
        # Whether a reaction took or resolved a ticket was not written down yet: it cannot be taken off any more.
        for name in ("last_undoable", "overtaken"):
            was[number][name] = {verb: each for verb, each in was[number][name].items() if verb == "escalate"}
        for name, value in was[number].items():
            assert without_younger(found[name]) == without_younger(told_today(value)), f"#{number} {name}"


def test_no_table_of_it_is_empty() -> None:
    assert all(table["rows"] for table in earlier_rows()["tables"].values())


def test_no_fact_and_no_notice_is_lost(taken_over: Database) -> None:
    rows = earlier_rows()["tables"]
    events = taken_over.read_now(lambda session: session.exec(select(EventRow.kind)).all())
    notices = taken_over.read_now(lambda session: session.exec(select(OutboxRow.state)).all())
    assert len(events) == len(rows["event"]["rows"])
    assert len(notices) == len(rows["outbox"]["rows"])


def test_every_row_of_the_outbox_is_one_of_today(taken_over: Database) -> None:
    before = {row["id"]: row for row in outbox_rows()}
    for row in taken_over.read_now(lambda session: session.exec(select(OutboxRow)).all()):
        was = before[row.id]
        if row.kind in set(Target):
            assert row.audience == row.kind
            assert row.state != "pending" or row.dedupe_key.startswith(f"refresh.{row.kind}.")
        elif row.audience == WORK:
            assert row.kind in set(WorkKind)
        else:
            assert row.kind in {*NoticeKind, *AnnouncementKind}
        key = was["dedupe_key"].split(".")
        is_of_event = row.ticket_id is not None and len(key) == 3 and all(part.isdigit() for part in key)
        assert row.seq == (int(key[1]) if is_of_event else None)
        assert (row.cause is None) == (row.state != "failed")


def test_what_was_typed_is_kept_beside_what_is_still_to_be_said_and_nowhere_else(taken_over: Database) -> None:
    before, lifted = {row["id"]: row for row in outbox_rows()}, 0

    def read(session: Any) -> list[tuple[OutboxRow, str | None]]:
        return [
            (row, None if row.typed_id is None else session.get(BodyRow, row.typed_id).text)
            for row in session.exec(select(OutboxRow)).all()
        ]

    for row, text in taken_over.read_now(read):
        for typed in typed_by_somebody(before[row.id]["data"]):
            lifted += 1
            assert typed not in str(row.data)
            assert (text is not None and typed in text.split(APART)) == (row.state not in ("sent", "dropped"))
    assert lifted


def typed_by_somebody(data: Json) -> list[str]:
    """Of a private answer or a refusal of that release, what somebody typed."""
    parts = [part["text"] for part in data.get("sentence", ()) if isinstance(part, dict) and part["is"] == "Typed"]
    words = [data[key] for key in ("words", "new") if isinstance(data.get(key), str)]
    return [text for text in (*parts, *words, (data.get("values") or {}).get("text")) if text]


def outbox_rows() -> list[Json]:
    """The rows of the outbox as that release wrote them."""
    table = earlier_rows()["tables"]["outbox"]
    rows = [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]
    return [row | {"data": json.loads(row["data"]) if isinstance(row["data"], str) else row["data"]} for row in rows]


KEY = re.compile(r"slack:#?[A-Za-z0-9_-]+")


def test_every_channel_goes_by_its_key(taken_over: Database) -> None:
    def look(session: Session) -> Iterator[str]:
        for row in (ConversationRow, MessageRow, MemberRow, IntakeRow, PickedRow):
            yield from session.exec(select(row.channel)).all()
        for notice in session.exec(select(OutboxRow)).all():
            yield from (
                each for each in (notice.channel, notice.data.get("channel"), notice.data.get("asked_in")) if each
            )
        for policy in session.exec(select(PolicyRow)).all():
            desk = policy_from_data({**policy.data, "version": policy.version}).desk
            yield from (*desk.channels, *desk.customer_channels)

    found = taken_over.read_now(lambda session: set(look(session)))
    assert {channel for channel in found if not KEY.fullmatch(channel) and not channel.startswith("home.")} == set()
    assert len(found) > 2, "the desk's channel, a customer's, and more"


def test_the_policy_in_force_is_no_other_one(taken_over: Database) -> None:
    def save_again(session: Session) -> tuple[int, int]:
        latest = session.exec(select(PolicyRow).order_by(col(PolicyRow.version).desc())).first()
        assert latest is not None
        where = latest.organisation_id, latest.desk_id
        return latest.version, save_policy(session, *where, latest.data, NOW, chosen=latest.chosen)

    before, after = taken_over.write_now(save_again)
    assert before == after


def as_it_was(ticket: Ticket) -> Json:
    """A ticket in the words of that release, whose fields were not in groups."""
    state: Json = {each.name: getattr(ticket, each.name) for each in fields(ticket) if each.name not in GROUPED}
    for group, names in GROUPED.items():
        state |= {was: getattr(getattr(ticket, group), now) for was, now in names.items()}
    state |= {
        "category": ticket.category, "severity": ticket.severity, "down_since": ticket.down_since,
        "resolution": ticket.resolution, "status": ticket.status, "level": ticket.level, "next_due": ticket.next_due,
        "due": {kind.value: clock.due for kind, clock in ticket.clocks.items()}, "upcoming": upcoming(ticket),
    }  # fmt: skip
    found = {name: plain(value) for name, value in state.items()}
    # What is younger than that release. The key of terms is a hash of all that they say.
    found["terms"] = {
        name: each for name, each in found["terms"].items() if name not in ("climbing", "ack_within", "key")
    }
    for climb in found["climbs"]:
        for name in ("answered", "calls"):
            climb.pop(name, None)
    return found


# By group of today: the names that its fields had then, and the ones that they have now.
GROUPED = {
    "report": {"reported_at": "at", "report_limit": "limit", "corrections": "corrections"},
    "outage": {"restored_at": "restored_at"},
    "ownership": {name: name for name in ("assignee", "group", "acknowledged", "is_accepted")},
    "escalation": {
        "climbs": "climbs", "standing": "standing", "escalation_asked": "asked", "severity_since": "since",
        "severity_mark": "mark",
    },
    "updates": {
        "updates": "given", "edited": "edited", "taken_back": "taken_back", "undelivered": "undelivered",
        "last_update_at": "last_at", "last_update_seq": "last_seq", "last_told": "last_told",
    },
    "heard": {"last_asked_at": "asked_at", "named_at": "named_at"},
    "rating": {},
    "announced": {name: name for name in ("named_for", "is_aloud", "said_over", "shown")},
    "undo": {"last_undoable": "undoable", "overtaken": "overtaken", "last_taken_back": "taken_back"},
}  # fmt: skip


def without_younger(value: Any) -> Any:
    """Without what terms did not say in that release, and without their key, a hash of all that they say."""
    if isinstance(value, list):
        return [without_younger(each) for each in value]
    if not isinstance(value, dict):
        return value
    younger = ("key", "climbing", "ack_within") if "targets" in value and "hours" in value else ()
    return {name: without_younger(each) for name, each in value.items() if name not in younger}


def told_today(value: Any) -> Any:
    """What that release said of an event, without what it wrote out though it says nothing (no, none), and without the
    mark by which its fold left out what was not delivered."""
    if isinstance(value, list):
        return [told_today(each) for each in value]
    if not isinstance(value, dict):
        return value
    if "kind" in value and "data" in value:
        said = {key: each for key, each in value["data"].items() if each not in (None, False, []) and key != "untold"}
        if "origin" in said:  # a channel goes by its key
            channel, *message = said["origin"]
            said["origin"] = [f"slack:{channel}", *message]
        return value | {"data": said, "platform": ""}  # nobody wrote down yet where it was done
    return {key: told_today(each) for key, each in value.items()}


def plain(value: Any) -> Any:
    """As JSON."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, target.Target):  # that release knew of no rule of days or times of day
        known = {"seconds": value.seconds, "hours": plain(value.hours)}
        return known if value.rule is None else known | {"rule": plain(value.rule)}
    if isinstance(value, Terms) or hasattr(value, "to_data"):
        return dict(value.to_data()) if isinstance(value, Terms) else value.to_data()
    if isinstance(value, Event):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value) if each.name != "fact"} | {
            "kind": value.kind.value,
            "data": {key: each for key, each in value.fact.to_data().items() if each not in (None, False, [])},
        }  # fmt: skip
    if is_dataclass(value):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    if hasattr(value, "_asdict"):
        return {name: plain(each) for name, each in value._asdict().items()}
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(each) for key, each in value.items()}
    if isinstance(value, frozenset | set):
        return sorted((plain(each) for each in value), key=repr)
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value
