"""What everything that a calendar says comes to, with what it takes from others: the data that is stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date, timedelta
from typing import Any, NamedTuple

from bot.desk.policy_file.public_holidays import YEARS_AFTER, YEARS_BEFORE, holidays_of
from bot.desk.policy_file.reader import Reader
from bot.desk.policy_file.yaml_nodes import Node
from triage.hours import Calendar, CalendarError
from triage.named_hours import calendar_data
from triage.opening_hours import USUAL
from triage.recurring import read_yearly

Given = dict[str, Any]

_WEEK = ("weekly_hours", "weeks", "weeks_from")


def whole(reader: Reader, node: Node, name: str, written: Mapping[str, Given], broken: set[str]) -> Given:
    """One of the calendars that are `written`, whole. Of those that are `broken`, and of what is built on them, enough
    has been said: there is nothing to add."""
    if any(each in broken for each in _chain(name, written)):
        return {"weekly_hours": {}, "holidays": [], "exceptions": {}, "countries": []}
    try:
        data = dict(calendar_data(name, written))
        return _stored(reader, node, written[name], data)
    except CalendarError as error:
        based = _within(node, "based_on")
        reader.problem(based or node, str(error))
        return {"weekly_hours": {}, "holidays": [], "exceptions": {}, "countries": []}


def _chain(name: str, written: Mapping[str, Given]) -> set[str]:
    """The calendar's name, and those of all that it is built on, directly or not."""
    found, left = set(), [name]
    while left:
        each = left.pop()
        if each not in found and each in written:
            found.add(each)
            left += _bases(written[each])
    return found


def _bases(written: Given) -> Iterator[str]:
    """What a calendar says that it is built on, from the beginning or from some date on."""
    parts = [written, *written.get("periods", [])]
    return (part["based_on"] for part in parts if "based_on" in part)


def _stored(reader: Reader, node: Node, own: Given, data: Given) -> Given:
    countries = [each for each in data["holidays"] if not each[:1].isdigit()]
    closed = {date.fromisoformat(each) for each in data["holidays"] if each[:1].isdigit()}
    for place in countries:
        # What is written by hand about a date of the year is more particular than a country's holidays.
        closed |= holidays_of(place, reader.today) - set(_opened_every_year(data, reader.today))
    periods = [_stored_period(reader, period) for period in data.get("periods", [])]
    rules = {key: data[key] for key in (*_WEEK, "yearly") if data.get(key)}
    if periods:
        rules["periods"] = periods
    exceptions = _exceptions(data.get("exceptions", {}), closed, rules)
    for text in own["exceptions"]:
        if text in exceptions.idle:
            reader.doubt(
                _within(node, "exceptions", text) or node, "that date is no holiday, so `open` changes nothing."
            )
    week = rules.pop("weekly_hours", {})
    calendar = Calendar("UTC", week, closed, exceptions.kept, **rules)
    found = {
        "weekly_hours": week,
        **rules,
        "holidays": _closing(calendar),
        "exceptions": exceptions.kept,
        "countries": list(dict.fromkeys(countries)),
        **({"based_on": bases} if (bases := [*_bases(own)]) else {}),
    }
    return {**({"timezone": data["timezone"]} if data.get("timezone") else {}), **found}


def _stored_period(reader: Reader, period: Given) -> Given:
    """A period whose holidays are dates."""
    since = date.fromisoformat(period["from"])
    places = [each for each in period.get("holidays", []) if not each[:1].isdigit()]
    dates = {date.fromisoformat(each) for each in period.get("holidays", []) if each[:1].isdigit()}
    for place in places:
        dates |= holidays_of(place, reader.today) - set(_opened_every_year(period, reader.today))
    return {**period, "holidays": [day.isoformat() for day in sorted(dates) if day >= since]}


def _opened_every_year(data: Given, today: date) -> Iterator[date]:
    """The dates on which a date that comes every year opens."""
    for text, hours in data.get("yearly", {}).items():
        if ".." not in text and hours != []:
            years = range(today.year - YEARS_BEFORE, today.year + YEARS_AFTER + 1)
            found = map(read_yearly(text).dates, years)
            yield from (date.fromordinal(dates[0]) for dates in found if dates)


class _Exceptions(NamedTuple):
    """Exceptions, without those that holidays say as well; and the dates that are `open` and no holiday."""

    kept: Given
    idle: list[str]


def _exceptions(given: Given, closed: set[date], rules: Given) -> _Exceptions:
    """`closed` are the holidays; single dates that are closed all day join them, those that are open leave them."""
    found = _Exceptions({text: hours for text, hours in given.items() if ".." in text}, [])
    rest = {**rules, "exceptions": dict(found.kept)}
    dates = None
    with suppress(CalendarError):  # without its single dates it may never open; with them it may
        dates = Calendar("UTC", rest.pop("weekly_hours", {}), **rest).dates
    for text, hours in given.items():
        if ".." in text or dates is None or hours not in ([], USUAL[0]):
            found.kept[text] = hours
            continue
        day = date.fromisoformat(text)
        # Whether a range or a date of the year speaks of it, which a holiday does not overrule as an exception does.
        ruled = day.toordinal() in dates.between(day.toordinal(), day.toordinal())[0]
        if hours == [] and not ruled and all(close <= 1440 for _, close in dates.opening(day)):
            closed.add(day)
        elif hours == [] or ruled:
            found.kept[text] = hours
        elif day not in closed:
            found.idle.append(text)
        if hours != []:
            closed.discard(day)
    return found


def _closing(calendar: Calendar) -> list[str]:
    """The holidays that close anything: one on a day that never opens says nothing."""
    dates = calendar.dates
    return [
        day.isoformat()
        for day in calendar.holidays
        # Hours of its own are open even on a holiday; the night before may run into either.
        if (not dates.own_hours(day) and dates.opening(day))
        or any(close > 1440 for _, close in dates.opening(day - timedelta(days=1)))
    ]


def _within(node: Node, *keys: str) -> Node | None:
    for key in keys:
        found = node.value.get(key) if isinstance(node.value, dict) else None
        if found is None:
            return None
        node = found
    return node
