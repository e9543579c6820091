"""A calendar in words: its weeks, what changes from when on, and what is said of dates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from babel.dates import format_date, get_day_names, get_month_names

from bot.wording.policy.words import Words
from bot.wording.speech import Speech
from triage.recurring import PLACES, Point, Yearly, read_dates, read_yearly

Data = Mapping[str, Any]
Rows = list[list[str]]

_VOWELS = "aeiouâéèêôœ"
_LEAP = 2000  # a year that has every date


def calendar_rows(data: Data, speech: Speech, today: date | None = None) -> Rows:
    """What opens when, in two columns, but for holidays. `data` is as of `Hours.to_data`. Dates before `today` are left
    out."""
    words = Words(speech)
    rows = week_rows(data, speech)
    for period in data.get("periods", ()):
        rows.append([speech.text("policy.from_then_on", day=words.day(date.fromisoformat(period["from"]))), ""])
        rows += week_rows(period, speech) + _yearly_rows(period, speech)
    for text, hours in data.get("exceptions", {}).items():
        first, last = read_dates(text)
        if today is None or last >= today:
            rows.append([_dates(first, last, speech, words), hours_of_date(hours, speech)])
    return rows + _yearly_rows(data, speech)


def week_rows(data: Data, speech: Speech) -> Rows:
    """The week, or one after the other those that alternate."""
    words = Words(speech)
    if "weeks" not in data:
        return words.week(data["weekly_hours"])
    first = date.fromisoformat(data["weeks_from"])
    rows: Rows = []
    for number, week in enumerate(data["weeks"]):
        day = words.day(first + timedelta(weeks=number))
        rows.append([speech.text("policy.week_of", number=number + 1, count=len(data["weeks"]), day=day), ""])
        rows += words.week(week) or [[speech.text("policy.closed_week"), ""]]
    return rows


def hours_of_date(hours: Any, speech: Speech) -> str:
    """The hours of a special date: intervals, none, or `open`."""
    if isinstance(hours, str):
        return speech.text("policy.hours_of_date.usual")
    return Words(speech).spans(hours) if hours else speech.text("policy.hours_of_date.closed")


def yearly_words(dates: Yearly, speech: Speech) -> str:
    """A date that comes every year: `24 December`, `last Monday in May`, `1 day after Easter`."""
    first = _point(dates.first, speech)
    if dates.last is None:
        return first
    return speech.text("policy.yearly.span", first=first, last=_point(dates.last, speech))


def _yearly_rows(data: Data, speech: Speech) -> Rows:
    found = data.get("yearly", {})
    return [[yearly_words(read_yearly(text), speech), hours_of_date(hours, speech)] for text, hours in found.items()]


def _dates(first: date, last: date, speech: Speech, words: Words) -> str:
    if first == last:
        return words.day(first)
    return speech.text("policy.yearly.range", first=words.day(first), last=words.day(last))


def _point(point: Point, speech: Speech) -> str:
    locale = speech.language
    if not point.month:
        text = speech.text("policy.yearly.easter")
    elif point.weekday is None:
        text = str(format_date(date(_LEAP, point.month, point.place), "d MMMM", locale=locale))
    else:
        month = get_month_names("wide", locale=locale)[point.month]
        key = "weekday_vowel" if month[0].lower() in _VOWELS else "weekday"
        place = next(word for word, number in PLACES.items() if number == point.place)
        weekday = get_day_names("wide", locale=locale)[point.weekday]
        text = speech.text(
            f"policy.yearly.{key}", place=speech.text(f"policy.yearly.place.{place}"), weekday=weekday, month=month
        )
    if not point.shift:
        return text
    return speech.text(f"policy.yearly.{'after' if point.shift > 0 else 'before'}", count=abs(point.shift), date=text)
