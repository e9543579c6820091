"""Calendars of a policy file: opening hours as people write them, and holidays expanded to dates."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from bot.desk.policy_file import check_policy, load_policy
from bot.desk.policy_file.public_holidays import holidays_of
from triage.hours import Calendar

TODAY = date(2026, 11, 25)
WEEK = "hours: {mon-fri: 9-17}"
# The public holidays of France in 2027, from the law: fixed days, and those that follow Easter (28 March).
FRANCE_2027 = {
    "2027-01-01", "2027-03-29", "2027-05-01", "2027-05-06", "2027-05-08", "2027-05-17", "2027-07-14", "2027-08-15",
    "2027-11-01", "2027-11-11", "2027-12-25",
}  # fmt: skip


def stored(calendar: str, today: date = TODAY) -> dict[str, Any]:
    """The stored data of one calendar."""
    _, data = load_policy(f"calendars: {{c: {{{calendar}}}}}", today=today)
    found: dict[str, Any] = json.loads(json.dumps(data["calendars"]["c"]))
    return found


def doubts(text: str) -> list[str]:
    return [doubt for doubt in check_policy(text, today=TODAY)[1] if "calendars.c" in doubt]


def of_year(dates: list[str], year: int) -> set[str]:
    return {day for day in dates if day.startswith(str(year))}


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ("09:00-17:00", [["09:00", "17:00"]]), ("9-17", [["09:00", "17:00"]]), ("9h-17h30", [["09:00", "17:30"]]),
        ("9:30 to 17:00", [["09:30", "17:00"]]), ("9h à 17h", [["09:00", "17:00"]]),
        ("09:00 – 17:00", [["09:00", "17:00"]]),
        ("[09:00-12:00, 13:00-17:00]", [["09:00", "12:00"], ["13:00", "17:00"]]),
        ("[['13:00', '17:00'], ['09:00', '12:00']]", [["09:00", "12:00"], ["13:00", "17:00"]]),
        ("['09:00', '17:00']", [["09:00", "17:00"]]), ("0-24", [["00:00", "24:00"]]),
        ("00:00-00:00", [["00:00", "24:00"]]), ("18-0", [["18:00", "24:00"]]),
        ("22:00-06:00", [["22:00", "06:00"]]), ("20:00-08:00", [["20:00", "08:00"]]),
        ("18:00-08:00 next day", [["18:00", "08:00"]]), ("18h-8h le lendemain", [["18:00", "08:00"]]),
        ("08:00-08:00 next day", [["08:00", "08:00"]]),
    ],
)  # fmt: skip
def test_an_interval_is_read_as_people_write_it(spans: str, expected: list[list[str]]) -> None:
    assert stored(f"hours: {{mon: {spans}}}")["weekly_hours"] == {"mon": expected}


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ("mon", "mon"), ("mon-wed", "mon tue wed"), ("'sat,sun'", "sat sun"), ("'Sat, Sun'", "sat sun"),
        ("fri-mon", "mon fri sat sun"), ("'mon-tue,thu'", "mon tue thu"), ("mon-sun", "mon tue wed thu fri sat sun"),
    ],
)  # fmt: skip
def test_days_may_be_one_a_range_or_a_list(days: str, expected: str) -> None:
    assert list(stored(f"hours: {{{days}: 9-17}}")["weekly_hours"]) == expected.split()


def test_a_day_may_be_said_to_be_closed() -> None:
    assert list(stored("hours: {mon-fri: 9-17, sat: closed, sun: []}")["weekly_hours"]) == [
        "mon", "tue", "wed", "thu", "fri",
    ]  # fmt: skip


def test_a_calendar_follows_the_desks_zone_unless_it_has_its_own() -> None:
    _, data = load_policy(
        f"desks: {{noc: {{timezone: Asia/Tokyo}}}}\ncalendars: {{a: {{{WEEK}}}, b: {{{WEEK}, timezone: UTC}}}}",
        today=TODAY,
    )
    assert [data["calendars"][name]["timezone"] for name in "ab"] == ["Asia/Tokyo", "UTC"]


# -- public holidays -------------------------------------------------------------------------------------------------


def test_the_holidays_of_a_country_are_plain_dates_from_last_year_to_five_years_ahead() -> None:
    found = stored(f"{WEEK}, holidays: FR")
    assert {day[:4] for day in found["holidays"]} == {str(year) for year in range(2025, 2032)}
    assert found["countries"] == ["FR"]
    assert found["holidays"] == sorted(found["holidays"])
    weekend = {"2027-05-01", "2027-05-08", "2027-08-15", "2027-12-25"}
    assert of_year(found["holidays"], 2027) == FRANCE_2027 - weekend


def test_a_holiday_on_a_day_that_is_open_on_a_weekend_counts() -> None:
    assert of_year(stored("hours: {mon-sun: 9-17}, holidays: FR")["holidays"], 2027) == FRANCE_2027


def test_a_holiday_on_a_closed_day_counts_where_the_night_before_runs_into_it() -> None:
    """1 May 2027 is a Saturday: Friday's night is cut at its midnight."""
    found = stored("hours: {mon-fri: 22:00-06:00}, holidays: [2027-05-01, 2027-05-02]")
    assert found["holidays"] == ["2027-05-01"]
    night = Calendar("UTC", found["weekly_hours"], found["holidays"])
    kept = Calendar("UTC", found["weekly_hours"], ["2027-05-01", "2027-05-02"])
    assert all(night.add_seconds(day, 3600) == kept.add_seconds(day, 3600) for day in _noons(2027))


def _noons(year: int) -> Iterator[int]:
    """Noon of every day around the turn of April, in seconds since 1970."""
    first = (date(year, 4, 25) - date(1970, 1, 1)).days
    yield from ((first + day) * 86400 + 43200 for day in range(14))


@pytest.mark.parametrize("today", [date(2026, 1, 1), TODAY, date(2026, 12, 31), date(2028, 2, 29)])
def test_what_is_left_out_changes_no_hour(today: date) -> None:
    """The stored holidays count as all of the country's would."""
    for hours in ({"mon-fri": "9-17"}, {"fri": "20-8"}, {"sun": "0-24"}, {"mon": "22-6", "wed": "9-12"}):
        written = ", ".join(f"{days}: {spans}" for days, spans in hours.items())
        found = stored(f"hours: {{{written}}}, holidays: FR", today)
        all_of_them = Calendar("UTC", found["weekly_hours"], holidays_of("FR", today))
        kept = Calendar("UTC", found["weekly_hours"], found["holidays"])
        start = (date(today.year - 1, 1, 1) - date(1970, 1, 1)).days * 86400
        for week in range(7 * 52):
            at = start + week * 7 * 86400
            assert kept.seconds_between(at, at + 7 * 86400) == all_of_them.seconds_between(at, at + 7 * 86400)


@pytest.mark.parametrize(
    ("holidays", "countries", "includes", "excludes"),
    [
        ("DE-BY", ["DE-BY"], "2027-01-06", None),  # Epiphany is kept in Bavaria
        ("DE", ["DE"], "2027-10-03", "2027-01-06"),
        ("de-by", ["DE-BY"], "2027-01-06", None),
        ("DE-Bayern", ["DE-BY"], "2027-01-06", None),
        ("{country: DE, subdivision: BY}", ["DE-BY"], "2027-01-06", None),
        ("{country: DE}", ["DE"], "2027-10-03", "2027-01-06"),
        ("[FR, DE-BY, 2027-02-03]", ["FR", "DE-BY"], "2027-02-03", None),
        ("[{country: GB, subdivision: SCT}, FR]", ["GB-SCT", "FR"], "2027-11-30", None),
        ("NO", ["NO"], "2027-05-17", None),
        ("[FR, FR]", ["FR"], "2027-07-14", None),
        ("2027-02-03", [], "2027-02-03", "2027-07-14"),
        ("[]", [], None, "2027-07-14"),
    ],
)
def test_holidays_may_be_countries_parts_of_them_and_dates(
    holidays: str, countries: list[str], includes: str | None, excludes: str | None
) -> None:
    found = stored(f"hours: {{mon-sun: 9-17}}, holidays: {holidays}")
    assert found["countries"] == countries
    assert includes is None or includes in found["holidays"]
    assert excludes is None or excludes not in found["holidays"]


def test_an_exception_closes_opens_or_has_hours_of_its_own() -> None:
    exceptions = "{2026-12-24: 9-12, 2027-05-14: closed, 2027-05-17: open, 2027-07-14: 10-12}"
    found = stored(f"{WEEK}, holidays: FR, exceptions: {exceptions}")
    assert found["exceptions"] == {"2026-12-24": [["09:00", "12:00"]], "2027-07-14": [["10:00", "12:00"]]}
    assert "2027-05-14" in found["holidays"]
    assert "2027-05-17" not in found["holidays"]
    calendar = Calendar("UTC", found["weekly_hours"], found["holidays"], found["exceptions"])
    opened = [calendar.seconds_between(_midnight(day), _midnight(day) + 86400) // 3600 for day in (
        date(2026, 12, 24), date(2026, 12, 25), date(2027, 5, 14), date(2027, 5, 17), date(2027, 7, 14),
    )]  # fmt: skip
    assert opened == [3, 0, 0, 8, 2]


def _midnight(day: date) -> int:
    return (day - date(1970, 1, 1)).days * 86400


def test_an_exception_that_opens_what_is_no_holiday_is_doubted() -> None:
    text = f"""
desks: {{noc: {{calendar: c}}}}
calendars:
  c:
    {WEEK}
    holidays: FR
    exceptions: {{2026-12-24: open}}
"""
    assert doubts(text) == [
        "line 7: calendars.c.exceptions.2026-12-24: that date is no holiday, so `open` changes nothing."
    ]


@pytest.mark.parametrize("days", [0, 1, 20])
def test_a_load_on_another_day_of_the_same_year_gives_the_same_data(days: int) -> None:
    text = f"desks: {{noc: {{calendar: c}}}}\ncalendars: {{c: {{{WEEK}, holidays: [FR, US-CA, 2026-12-31]}}}}"
    assert load_policy(text, today=TODAY) == load_policy(text, today=TODAY + timedelta(days=days))


def test_a_load_in_the_next_year_knows_one_year_more() -> None:
    text = f"{WEEK}, holidays: FR"
    assert stored(text, date(2026, 12, 31))["holidays"][-1] == "2031-12-25"
    assert stored(text, date(2027, 1, 1))["holidays"][-1] == "2032-11-11"  # Christmas 2032 is a Saturday


def test_targets_count_in_the_calendar_with_its_holidays() -> None:
    policy, _ = load_policy(
        f"desks: {{noc: {{timezone: Europe/Paris, calendar: c}}}}\ncalendars: {{c: {{{WEEK}, holidays: FR}}}}",
        today=TODAY,
    )
    assert isinstance(policy.desk.working, Calendar)
    assert date(2026, 12, 25) in policy.desk.working.holidays
    assert policy.targets is not None
    assert policy.targets[3]["restore"].hours == policy.desk.working  # type: ignore[index]
