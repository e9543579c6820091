"""Calendars by name, and calendars that are built on others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from triage.hours import Hours, hours_from_data
from triage.recurring import DAYS, SUCH_AS, Yearly, read_date, read_dates, read_yearly
from triage.zones import CalendarError

ELAPSED_NAME = "elapsed"
MOST_BASES = 50

_ALWAYS = {"weekly_hours": {day: [["00:00", "24:00"]] for day in DAYS}}

Data = Mapping[str, Any]


def hours_of(value: object, calendars: Data, timezone: str | None = None) -> Hours:
    """The hours that are meant by `elapsed`, by the name of one of `calendars`, or by a calendar written out.

    A calendar without a zone of its own is in `timezone`. Raises CalendarError with one sentence on what is wrong.
    """
    if isinstance(value, Mapping) and "based_on" not in value and not value.get("periods") and value.get("timezone"):
        return hours_from_data(value)
    data = calendar_data(value, calendars)
    if not data.get("timezone") and data.get("clock") != ELAPSED_NAME:
        if timezone is None:
            raise CalendarError("The calendar names no timezone: give it an IANA name such as Europe/Paris.")
        data = {**data, "timezone": timezone}
    return hours_from_data(data)


def calendar_data(value: object, calendars: Data, path: tuple[str, ...] = ()) -> Data:
    """A calendar with everything that it takes from those it is built on: what `hours_from_data` reads, but that there
    may be no `timezone`. `path` names those on the way to it, the first one first."""
    if isinstance(value, str):
        return _named(value, calendars, path)
    if not isinstance(value, Mapping):
        raise CalendarError(f"{value!r} is no calendar; write {ELAPSED_NAME!r}, the name of one, or a calendar.")
    if value.get("clock") == ELAPSED_NAME:
        return value
    own = value
    if isinstance(value.get("periods"), Sequence):
        own = {**value, "periods": [_period(period, calendars, path) for period in value["periods"]]}
    if own.get("based_on") is None:
        return own
    return built_on(_weekly(calendar_data(own["based_on"], calendars, path)), own)


def built_on(base: Data, own: Data) -> dict[str, Any]:
    """`own`, with what it leaves out taken from `base`: weekdays and dates one by one, the zone, the periods.

    Weekdays that `own` names are the same in the periods of `base`; weeks that alternate take the place of one week,
    there too.
    """
    merged = {**base, **{name: value for name, value in own.items() if value is not None and name != "based_on"}}
    merged |= _regular_over(base, own)
    holidays = [*_list("holidays", base.get("holidays") or ()), *_list("holidays", own.get("holidays") or ())]
    merged["holidays"] = holidays
    exceptions = _over("exceptions", base.get("exceptions"), own.get("exceptions"), read_dates)
    yearly = _over("yearly", base.get("yearly"), own.get("yearly"), _yearly)
    merged |= {"exceptions": exceptions, "yearly": yearly}
    periods = [{**period, **_regular_over(period, own)} for period in base.get("periods") or ()]
    merged["periods"] = _latest(periods, _list("periods", own.get("periods") or ()))
    return merged


def _named(name: str, calendars: Data, path: tuple[str, ...]) -> Data:
    if name.lower() == ELAPSED_NAME:
        return {"clock": ELAPSED_NAME}
    if name in path:
        raise CalendarError(f"The calendars {' and '.join(path)} are built on one another: write the hours of one out.")
    if name not in calendars:
        near = get_close_matches(name[:60], list(calendars), n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"use {', '.join(map(repr, [*calendars, ELAPSED_NAME]))}."
        raise CalendarError(f"{name[:60]!r} is not the name of a calendar; {hint}")
    if len(path) == MOST_BASES:
        raise CalendarError(f"{path[0]!r} is built on more than {MOST_BASES} calendars: write its hours out.")
    return calendar_data(calendars[name], calendars, (*path, name))


def _period(period: Any, calendars: Data, path: tuple[str, ...]) -> Any:
    """A period that may be built on a calendar, of which it takes the week and what is said of dates from then on."""
    if not isinstance(period, Mapping) or period.get("based_on") is None or "from" not in period:
        return period
    base = dict(_weekly(calendar_data(period["based_on"], calendars, path)))
    if base.get("periods"):
        raise CalendarError(f"periods: {period['based_on']!r} has periods itself; write these here one by one.")
    since = read_date(period["from"])
    later = {key: own for key, own in (base.get("exceptions") or {}).items() if read_dates(key)[0] >= since}
    found = built_on({**base, "timezone": None, "exceptions": later}, period)
    return {name: value for name, value in found.items() if value}


def _weekly(data: Data) -> Data:
    return _ALWAYS if data.get("clock") == ELAPSED_NAME else data


def _regular_over(base: Data, own: Data) -> dict[str, Any]:
    """What is kept week by week: that of a base with the days that `own` names replaced."""
    if own.get("weeks") is None:
        return _week_over(base, own.get("weekly_hours"))
    weeks = [_days_over(base.get("weekly_hours"), week) for week in _list("weeks", own["weeks"])]
    return {"weeks": weeks} if own.get("weeks_from") is None else {"weeks": weeks, "weeks_from": own["weeks_from"]}


def _week_over(base: Data, own: Any) -> dict[str, Any]:
    """The week, or the weeks, of a base with the days that `own` names replaced."""
    if base.get("weeks") is not None:
        return {"weeks": [_days_over(week, own) for week in _list("weeks", base["weeks"])]}
    return {} if base.get("weekly_hours") is None else {"weekly_hours": _days_over(base["weekly_hours"], own)}


def _days_over(base: Any, own: Any) -> Any:
    if isinstance(own, Mapping) and "weekly_hours" in own:
        own = own["weekly_hours"]
    if isinstance(base, Mapping) and "weekly_hours" in base:
        base = base["weekly_hours"]
    if not isinstance(own, Mapping):
        return base if own is None else own
    return {**base, **own} if isinstance(base, Mapping) else own


def _over(name: str, base: Any, own: Any, read: Any) -> dict[Any, Any]:
    """What is said of dates, of those that both name what `own` says, however each writes them."""
    base, own = _closed(base, read), _closed(own, read)
    if not isinstance(own or {}, Mapping) or not isinstance(base or {}, Mapping):
        raise CalendarError(f"{name} must map dates to lists of [open, close].")
    mine = {read(key) for key in own or ()}
    return {**{key: hours for key, hours in (base or {}).items() if read(key) not in mine}, **(own or {})}


def _closed(dates: Any, read: Callable[[Any], object]) -> Any:
    """Dates with their hours, of a list of dates that are closed as well."""
    return {key: [] for key in dates if read(key)} if isinstance(dates, list | tuple) else dates


def _yearly(key: object) -> Yearly:
    if not isinstance(key, str):
        raise CalendarError(f"yearly: {key!r} is no date that comes every year; write one such as {SUCH_AS}.")
    return read_yearly(key)


def _latest(base: Sequence[Data], own: Sequence[Any]) -> list[Any]:
    """Periods of both; of two that begin on one date, the own."""
    mine = {read_date(period["from"]) for period in own if isinstance(period, Mapping) and "from" in period}
    return [*(period for period in base if "from" not in period or read_date(period["from"]) not in mine), *own]


def _list(name: str, given: Any) -> list[Any]:
    if isinstance(given, str | Mapping) or not hasattr(given, "__iter__"):
        raise CalendarError(f"{name} must be a list.")
    return list(given)
