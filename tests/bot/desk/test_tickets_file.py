"""A line of another help desk's export: which column means what, which instant it names, what it is worth here."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk.csv_file import UnusableError, look_at
from bot.desk.tickets_file import Read, Reader
from bot.desk.tickets_file.columns import columns_of
from bot.desk.tickets_file.instants import Order, read_instant
from bot.desk.tickets_file.values import values_of
from triage.terms import Category
from triage.zones import zone

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
PARIS = zone("Europe/Paris")

# As the usual help desks head their exports.
EXPORTS = {
    "Zendesk": "ID,Subject,Status,Priority,Type,Created at,Solved at,Assignee,Organization,Requester,Tags",
    "Jira": "Summary,Issue key,Issue id,Issue Type,Status,Priority,Assignee,Reporter,Created,Resolved,Organizations",
    "Freshdesk": "Ticket ID,Subject,Status,Priority,Type,Agent,Group,Created time,Resolved time,Company name,Email",
    "ServiceNow": "Number,Short description,Caller,Priority,State,Assigned to,Opened,Resolved,Company,Work notes",
}


@pytest.mark.parametrize("desk", EXPORTS)
def test_the_columns_of_the_usual_help_desks_are_known(desk: str) -> None:
    columns = columns_of(EXPORTS[desk].split(","), {})
    means = {name: heading for heading, name in columns.named()}
    assert set(means) >= {
        "ref", "summary", "state", "severity", "reported_at", "resolved_at", "owner", "requester", "customer",
    }  # fmt: skip
    expected = {"Zendesk": "ID", "Jira": "Issue key", "Freshdesk": "Ticket ID", "ServiceNow": "Number"}
    assert means["ref"] == expected[desk]


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"Numer": "ref"}, "there is no column Numer: did you mean Number?"),
        ({"Number": "reff"}, "no column here is called reff: did you mean ref?"),
        ({"Number": ""}, "no column is known to be ref: say which with"),
        ({"Number": "ref", "What": "ref"}, "ref is named twice"),
        ({"Twice": "ref"}, "the column Twice is there 2 times"),
    ],
)
def test_a_column_that_cannot_be_meant_is_said(chosen: dict[str, str], said: str) -> None:
    with pytest.raises(UnusableError, match=said.replace("?", r"\?")):
        columns_of(["Number", "What", "Title", "Opened", "Twice", "Twice"], chosen)


@pytest.mark.parametrize(
    ("written", "means"),
    [
        ("2026-03-04T10:05:06Z", "2026-03-04T10:05:06"), ("2026-03-04 10:05:06 UTC", "2026-03-04T10:05:06"),
        ("2026-03-04T10:05:06.123+01:00", "2026-03-04T09:05:06"), ("2026-03-04 10:05 +0530", "2026-03-04T04:35:00"),
        ("2026-03-04 10:05", "2026-03-04T09:05:00"), ("2026/3/4", "2026-03-03T23:00:00"),
        ("25/03/2026 10:05", "2026-03-25T09:05:00"), ("3/25/26 2:05 PM", "2026-03-25T13:05:00"),
        ("04/04/2025", "2025-04-03T22:00:00"), ("04/Mar/26 10:05 AM", "2026-03-04T09:05:00"),
        ("4 mars 2026 10h05", "2026-03-04T09:05:00"), ("Mar 4, 2026 12:05 am", "2026-03-03T23:05:00"),
        ("Wed, 04 Mar 2026 10:05:00 GMT", "2026-03-04T10:05:00"), ("4-Mar-2026", "2026-03-03T23:00:00"),
        ("2026-03-29 02:30", "2026-03-29T01:30:00"), ("2025-10-26 02:30", "2025-10-26T00:30:00"),
    ],
)  # fmt: skip
def test_a_time_is_read_however_it_is_written(written: str, means: str) -> None:
    assert read_instant(written, PARIS, None) == datetime.fromisoformat(means).replace(tzinfo=UTC)


@pytest.mark.parametrize("written", ["03/04/2026", "3.4.2026 10:05", "03-04-26 10:05 AM"])
def test_what_could_be_two_days_is_refused_until_somebody_says_which(written: str) -> None:
    with pytest.raises(UnusableError, match="could be two days: say which comes first with --dates"):
        read_instant(written, PARIS, None)
    found = [read_instant(written, UTC, order).strftime("%m-%d") for order in (Order.DAY, Order.MONTH)]
    assert found == ["04-03", "03-04"]


@pytest.mark.parametrize(
    "written", ["soon", "45321", "2026-13-01", "2026-02-30", "2026-03-04 25:00", "2026-03-04 10:05 EST", "31/31/2026",
                "4 Foo 2026", "2026-03-04 10:05 and more", "2026-03-04 13:05 PM"],
)  # fmt: skip
def test_what_is_no_time_is_refused(written: str) -> None:
    with pytest.raises(UnusableError, match="is no time that can be read"):
        read_instant(written, PARIS, None)


@given(st.text(max_size=40), st.sampled_from([None, *Order]))
def test_no_text_is_too_odd_for_a_time(text: str, order: Order | None) -> None:
    with suppress(UnusableError):
        assert read_instant(text, PARIS, order).tzinfo is UTC


def read(text: str, **options: str) -> list[Read | str]:
    """Each line of that text, read or refused."""
    file = look_at(text)
    values = values_of(options.get("severities", ""), options.get("states", ""), options.get("categories", ""))
    reader = Reader(columns_of(file.headings, {}), values, UTC, None, options.get("link", ""), NOW)
    found: list[Read | str] = []
    for row in file.rows():
        try:
            found.append(reader.read(row))
        except UnusableError as error:
            found.append(f"line {row.line}: {error}")
    return found


def test_a_ticket_is_read_with_all_that_is_known_of_it() -> None:
    [each] = read(
        "Number,Subject,Created,Status,Priority,Type,Assignee,Company,Email\n"
        "INC1,\u202eDown=,2026-03-04 10:05,On-hold,2 - High,Incident,@ana,Acme ,jo@acme.example\n",
        link="https://help.example/{ref}",
    )
    assert isinstance(each, Read)
    got = each.brought
    assert (each.line, each.owner, each.requester, got.customer) == (2, "@ana", "jo@acme.example", "Acme")
    assert (got.ref.number, got.ref.link, got.severity, got.category) == (
        "INC1", "https://help.example/INC1", 2, Category.INCIDENT,
    )  # fmt: skip
    assert (got.waits, got.resolved_at) == ("vendor", None)


HEAD = "Number,Subject,Created,Status,Priority,Resolved\n"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("1,x,2026-03-04,Parked,High,", 'Parked is no state that is known: add --states "Parked=...'),
        ("1,x,2026-03-04,Open,Terrible,", 'Terrible is no severity that is known: add --severities "Terrible=...'),
        ("1,x,2026-03-04,Solved,High,", "it is closed, and nothing says when"),
        ("1,x,03/04/2026,Open,High,", "Created: 03/04/2026 could be two days"),
        ("1,x,,Open,High,", "nothing says when it was reported"),
        ("1,,2026-03-04,Open,High,", "its summary is empty"),
        (",x,2026-03-04,Open,High,", "it has no number of its own"),
        ("1,x,2026-04-02,Open,High,", "reported at 2026-04-02 00:00 UTC: it is still to come"),
        ("1,x,1969-04-02,Open,High,", "that is before 2000"),
        ("1,x,2026-03-04,Solved,High,2026-03-01", "something happened at 2026-03-01 00:00 UTC, before it was reported"),
        ("1,x,2026-03-04,Open,High,,more", "7 fields, but there are only headings for 6 columns"),
        (f"{'9' * 61},x,2026-03-04,Open,High,", "its number is longer than 60 characters"),
    ],
)
def test_a_line_that_cannot_be_used_says_why(line: str, said: str) -> None:
    [problem] = read(HEAD + line + "\n")
    assert isinstance(problem, str)
    assert problem.startswith("line 2: ")
    assert said in problem


def test_the_same_number_twice_is_one_ticket() -> None:
    first, second = read(HEAD + "A1,x,2026-03-04,Open,High,\n a1 ,y,2026-03-04,Open,High,\n")
    assert isinstance(first, Read)
    assert second == "line 3: a1 is there twice: line 2 has it already."


def test_values_of_their_own_are_said_once() -> None:
    [each] = read(
        HEAD + "1,x,2026-03-04,Parked,Terrible,\n", states="Parked=customer", severities='"Terrible"=1'
    )  # fmt: skip
    assert isinstance(each, Read)
    assert (each.brought.waits, each.brought.severity) == ("customer", 1)
    with pytest.raises(UnusableError, match="4 is no severity: write 1, 2, 3"):
        values_of("Terrible=4", "", "")
