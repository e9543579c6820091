"""Dates that come every year, as they are written; against dateutil, and against what calendars on paper say."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from dateutil.easter import easter
from holidays import country_holidays
from hypothesis import given
from hypothesis import strategies as st

from tests.triage.hours_reference import point
from triage.recurring import DAYS, MONTHS, PLACES, read_dates, read_yearly, with_hours, written_dates
from triage.zones import CalendarError


def dates(text: str, year: int) -> list[str] | None:
    found = read_yearly(text).dates(year)
    return None if found is None else [str(date.fromordinal(day)) for day in found]


def on(text: str, year: int) -> str | None:
    found = dates(text, year)
    if found is None:
        return None
    assert found[0] == found[1]
    return found[0]


@pytest.mark.parametrize("year", range(1900, 2201))
def test_easter_is_when_the_churches_say(year: int) -> None:
    assert on("easter", year) == str(easter(year))
    assert on("easter-2", year) == str(easter(year) - timedelta(days=2))


def test_the_moving_holidays_of_countries_are_told_by_rules() -> None:
    for year in range(2000, 2100):
        german = country_holidays("DE", years=year)
        assert {on(text, year) for text in ("easter-2", "easter+1", "easter+39", "easter+50")} <= set(map(str, german))
        american = {name: day for day, name in country_holidays("US", years=year, observed=False).items()}
        assert on("last mon of may", year) == str(american["Memorial Day"])
        assert on("first mon of september", year) == str(american["Labor Day"])
        assert on("fourth thu of november", year) == str(american["Thanksgiving Day"])


@pytest.mark.parametrize(
    ("text", "year", "expected"),
    [
        ("12-24", 2026, "2026-12-24"),
        ("02-29", 2027, None),
        ("02-29", 2028, "2028-02-29"),
        ("02-29+1", 2028, "2028-03-01"),
        ("01-01-1", 2027, "2026-12-31"),
        ("first fri of may", 2026, "2026-05-01"),
        ("fifth fri of may", 2026, "2026-05-29"),
        ("fifth mon of may", 2026, None),
        ("last sun of may", 2026, "2026-05-31"),
        ("last mon of may", 2026, "2026-05-25"),
        ("last mon of february", 2027, "2027-02-22"),
        ("third thu of november", 2026, "2026-11-19"),
        ("fourth thu of november+1", 2026, "2026-11-27"),
        ("first mon of may-3", 2026, "2026-05-01"),
        ("easter+100", 2026, "2026-07-14"),
    ],
)
def test_a_date_of_the_year(text: str, year: int, expected: str | None) -> None:
    assert on(text, year) == expected
    assert str(read_yearly(text)) == text


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("Last Monday of May", "last mon of may"),
        ("1st mon in Sep", "first mon of september"),
        ("first mon of feb", "first mon of february"),
        ("last fri of aug", "last fri of august"),
        ("the 3rd thu of november", "third thu of november"),
        ("dernier lundi de mai", "last mon of may"),
        ("premier jeu d'août", "first thu of august"),
        ("deuxième mar de mars", "second tue of march"),
        ("Pâques + 1", "easter+1"),
        ("easter - 2", "easter-2"),
        (" 12-24 ", "12-24"),
        ("12-24 .. 01-02", "12-24..01-02"),
        ("12-24+0", "12-24"),
        ("24 December", "12-24"),
        ("December 24", "12-24"),
        ("the 24th of December", "12-24"),
        ("Dec 1st", "12-01"),
        ("24 décembre", "12-24"),
        ("le 1er mai", "05-01"),
        ("29 February", "02-29"),
        ("24 December..2 January", "12-24..01-02"),
        ("4 July-1", "07-04-1"),
        ("Easter Sunday", "easter"),
        ("Good Friday", "easter-2"),
        ("Good Friday-1", "easter-3"),
        ("Easter Monday", "easter+1"),
        ("lundi de Pâques", "easter+1"),
        ("Vendredi saint", "easter-2"),
        ("Ascension Day", "easter+39"),
        ("jeudi de l'Ascension", "easter+39"),
        ("Ascension+1", "easter+40"),
        ("Whit Monday", "easter+50"),
        ("lundi de Pentecôte", "easter+50"),
        ("Pentecost", "easter+49"),
    ],
)
def test_the_same_date_may_be_written_otherwise(text: str, same: str) -> None:
    assert str(read_yearly(text)) == same
    assert read_yearly(text) == read_yearly(same)


@pytest.mark.parametrize(
    ("text", "year", "expected"),
    [
        ("12-24..12-31", 2026, ["2026-12-24", "2026-12-31"]),
        ("12-24..01-02", 2026, ["2026-12-24", "2027-01-02"]),
        ("12-24..12-24", 2026, ["2026-12-24", "2026-12-24"]),
        ("02-20..02-29", 2027, ["2027-02-20", "2027-02-28"]),
        ("02-20..02-29", 2028, ["2028-02-20", "2028-02-29"]),
        ("02-29..03-05", 2027, ["2027-03-01", "2027-03-05"]),
        ("12-24..02-29", 2026, ["2026-12-24", "2027-02-28"]),
        ("12-24..02-29", 2027, ["2027-12-24", "2028-02-29"]),
        ("01-01..12-31", 2026, ["2026-01-01", "2026-12-31"]),
        ("easter-2..easter+1", 2027, ["2027-03-26", "2027-03-29"]),
        ("last mon of may..first mon of june", 2026, ["2026-05-25", "2026-06-01"]),
        ("07-03..01-01", 2026, ["2026-07-03", "2027-01-01"]),
        ("easter+39..05-31", 2026, ["2026-05-14", "2026-05-31"]),
        ("easter+39..05-31", 2038, None),  # Ascension Day is 3 June then: no range until May of the next year
        ("last mon of december..last wed of december", 2024, None),  # the 30th, and the 25th
        ("04-25..easter", 2038, ["2038-04-25", "2038-04-25"]),  # as late as that only in 1943, 2038 and 2190
        ("fifth tue of february..02-29", 2028, ["2028-02-29", "2028-02-29"]),  # every 28 years
        ("fifth mon of may..06-30", 2026, ["2026-06-01", "2026-06-30"]),
        ("05-01..fifth mon of may", 2026, ["2026-05-01", "2026-05-31"]),
    ],
)
def test_a_range_of_the_year(text: str, year: int, expected: list[str] | None) -> None:
    assert dates(text, year) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("02-30", "never comes"),
        ("13-01", "never comes"),
        ("00-10", "never comes"),
        ("04-31", "never comes"),
        ("04-00", "never comes"),
        ("07-02..01-01", "write 01-01..07-02"),
        ("12-31..12-24", "write 12-24..12-31"),
        ("easter+1..easter-2", "write easter-2..easter"),
        ("easter+101", "more than 100 days"),
        ("Whit Monday+51", "more than 100 days"),
        ("30 February", "no year has a 02-30"),
        ("0 May", "no year has a 05-00"),
        ("99 May", "no year has a 05-99"),
        ("100 May", "no date that comes"),
        ("May June", "no date that comes"),
        ("24 December 12:00-24:00", "no date that comes"),
        ("Good Monday", "no date that comes"),
        ("", "no date that comes"),
        ("12-24..", "no date that comes"),
        ("monday", "no date that comes"),
        ("sixth mon of may", "no date that comes"),
        ("last may of mon", "no date that comes"),
        ("2026-12-24", "no date that comes"),
        ("12-24..12-26..12-28", "no date that comes"),
        ("x" * 5000, "no date that comes"),
    ],
)
def test_what_is_no_date_of_the_year_is_refused_in_one_short_sentence(text: str, words: str) -> None:
    with pytest.raises(CalendarError, match=words) as refused:
        read_yearly(text)
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 300


@given(st.sampled_from([*PLACES]), st.sampled_from(DAYS), st.sampled_from(MONTHS), st.integers(1900, 2200))
def test_weekdays_of_a_month_are_those_that_dateutil_finds(place: str, day: str, month: str, year: int) -> None:
    text = f"{place} {day} of {month}"
    expected = point(text, year, 0)
    assert on(text, year) == (expected and str(expected))


@pytest.mark.parametrize("text", ["2026-12-24", "2026-12-24..2026-12-31"])
def test_dates_come_back_as_they_were_written(text: str) -> None:
    assert written_dates(*read_dates(text)) == text


@pytest.mark.parametrize("value", ["2026-12-24", date(2026, 12, 24), "2026-12-24..2026-12-24"])
def test_one_date_is_its_own_first_and_last(value: object) -> None:
    assert read_dates(value) == (date(2026, 12, 24), date(2026, 12, 24))


@pytest.mark.parametrize(
    "value",
    [
        "2026-12-31..2026-12-24", "2026-12-24..", "2026-02-30", 7, None, "x..y", "2026-12-24..2026-12-25..2026-12-26",
        datetime(2026, 12, 24, tzinfo=UTC),
    ],
)  # fmt: skip
def test_what_is_no_date_is_refused(value: object) -> None:
    with pytest.raises(CalendarError):
        read_dates(value)


@pytest.mark.parametrize(
    ("text", "dates", "hours"),
    [
        ("24 December 12:00-24:00", "24 December", ["12:00-24:00"]),
        (" 24 December, 9-12 ", "24 December", ["9-12"]),
        ("12-24: 9h-12h30, 14h00 - 18h", "12-24", ["9h-12h30", "14h00 - 18h"]),
        ("last fri of august 9-12,14-16", "last fri of august", ["9-12", "14-16"]),
        ("easter+1 09:00–12:00", "easter+1", ["09:00–12:00"]),
        ("2026-12-24 09:00-12:00", "2026-12-24", ["09:00-12:00"]),
        ("12-24 .. 01-02", "12-24 .. 01-02", []),
        ("24 December / 01-02", "24 December / 01-02", []),
        ("12-24", "12-24", []),
        ("easter - 2", "easter - 2", []),
        ("12-24 + 3", "12-24 + 3", []),
        ("24 December", "24 December", []),
        ("9-12", "9-12", []),
        ("24 December 9", "24 December 9", []),
        ("24 December 9-12,", "24 December 9-12,", []),
        ("", "", []),
    ],
)
def test_hours_may_stand_behind_a_date_of_a_list(text: str, dates: str, hours: list[str]) -> None:
    assert with_hours(text) == (dates, hours)
