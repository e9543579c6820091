"""Targets as people write them, in English and French."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.day_targets import Days, Until
from triage.durations import Duration, parse_duration
from triage.target_text import read_clock, read_target_text

TO_CLOSING, SAME = Days(3), Days(3, Until.SAME_TIME)
BY_FOUR = Days(1, 16 * 60)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("4 hours", Duration(4 * 3600)),
        ("1h30", Duration(5400)),
        ("2 jours", Duration(2 * 86400)),
        ("48 business hours", Duration(48 * 3600, business=True)),
        ("48 heures ouvrées", Duration(48 * 3600, business=True)),
        ("3 business days", TO_CLOSING),
        ("3 Working  Days", TO_CLOSING),
        ("1 business day", Days(1)),
        ("3 jours ouvrés", TO_CLOSING),
        ("3 jours ouvrables", TO_CLOSING),
        ("3j ouvrés", TO_CLOSING),
        ("3 business days, same time", SAME),
        ("3 business days at the same time", SAME),
        ("3 business days same local time", SAME),
        ("3 jours ouvrés, même heure", SAME),
        ("3 jours ouvrés à la même heure", SAME),
        ("next business day, same time", Days(1, Until.SAME_TIME)),
        ("next business day", Days(1)),
        ("the next working day", Days(1)),
        ("jour ouvré suivant", Days(1)),
        ("le prochain jour ouvré", Days(1)),
        ("prochain jour ouvré", Days(1)),
        ("end of next business day", Days(1)),
        ("end of the next business day", Days(1)),
        ("fin du jour ouvré suivant", Days(1)),
        ("next business day by 16:00", BY_FOUR),
        ("next business day before 16h", BY_FOUR),
        ("Next business day, by 16:00", BY_FOUR),
        ("jour ouvré suivant avant 16h", BY_FOUR),
        ("jour ouvré suivant, avant 16h00", BY_FOUR),
        ("prochain jour ouvré à 16:00", BY_FOUR),
        ("2 business days by 9:30", Days(2, 570)),
        ("2 business days by 24:00", Days(2, 1440)),
        ("2 business days by 00:00", Days(2, 0)),
        ("next business day 16:00", BY_FOUR),
        ("by 16:00 next business day", BY_FOUR),
        ("By 16:00 on the next working day", BY_FOUR),
        ("avant 16h le jour ouvré suivant", BY_FOUR),
        ("3bd", TO_CLOSING),
        ("3 BD", TO_CLOSING),
        ("3bd by 9:30", Days(3, 570)),
        ("3rd business day", TO_CLOSING),
        ("end of the 3rd working day", TO_CLOSING),
        ("by the end of the 3rd business day", TO_CLOSING),
        ("end of 1st business day", Days(1)),
        ("end of the 3rd working day by 12:00", None),
        ("3e jour ouvré", TO_CLOSING),
        ("fin du 3e jour ouvré", TO_CLOSING),
        ("fin du 1er jour ouvré", Days(1)),
        ("0th business day", None),
        ("367th business day", None),
        ("end of 3 business days", TO_CLOSING),
        ("2 days 6h", Duration(54 * 3600)),
        ("next business day 6h", None),
        ("0bd", None),
        ("bd", None),
        ("end of day", Days(0)),
        ("end of the day", Days(0)),
        ("end of the business day", Days(0)),
        ("same business day", Days(0)),
        ("fin de journée", Days(0)),
        ("fin de la journée", Days(0)),
        ("fin du jour ouvré", Days(0)),
        ("soon", None),
        ("", None),
        ("0 business days", None),
        ("0 hours", None),
        ("366 business days", Days(366)),
        ("367 business days", None),
        ("00000001 weeks, 0000001 days, 0000001 hours, 0000001 minutes", Duration(694860)),
        ("1.5 business days", None),
        ("business days", None),
        ("4 hours by 16:00", None),
        ("4 business hours, same time", None),
        ("3 business days by 25:00", None),
        ("3 business days by 16:60", None),
        ("3 business days by 4", None),
        ("by 16:00", None),
        ("same time", None),
        ("end of", None),
        ("end of next business day by", None),
        ("next business day " * 5, None),
    ],
)
def test_a_target_is_read_as_people_write_it(text: str, found: object) -> None:
    assert read_target_text(text) == found


@given(st.text(max_size=80))
def test_whatever_is_written_is_a_target_or_none(text: str) -> None:
    found = read_target_text(text)
    assert found is None or isinstance(found, Days) or found == parse_duration(text)


@pytest.mark.parametrize(
    ("text", "minute"),
    [
        ("09:00", 540),
        ("9h", 540),
        ("9h05", 545),
        ("24:00", 1440),
        ("24h", 1440),
        ("9", None),
        ("24:01", None),
        ("", None),
    ],
)
def test_a_time_of_day_is_read(text: str, minute: int | None) -> None:
    assert read_clock(text) == minute
