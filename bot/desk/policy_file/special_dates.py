"""What a calendar says of dates: holidays, hours of one date or of a range, and of dates that come every year."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from bot.desk.policy_file.closing_file import closed_dates
from bot.desk.policy_file.intervals import CLOSED, OPEN, read_spans
from bot.desk.policy_file.public_holidays import read_place
from bot.desk.policy_file.reader import Reader
from bot.desk.policy_file.yaml_nodes import Node
from triage.opening_hours import overlapping, read_openings
from triage.recurring import read_dates, read_yearly, with_hours, written_dates
from triage.zones import CalendarError

FIRST_YEAR, LAST_YEAR = 2000, 2199

_ISO = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)

Given = dict[str, Any]


def read_holidays(reader: Reader, node: Node) -> list[str]:
    """What is listed, each once: dates, and the countries (or their parts) whose public holidays are meant."""
    found: dict[str, None] = {}
    for item in [node] if isinstance(node.value, dict) else reader.items(node):
        if isinstance(item.value, str) and item.value[:1].isdigit():
            if day := read_date(reader, item, item.value):
                found[day.isoformat()] = None
        elif isinstance(item.value, dict) and "ical" in item.value:
            found |= dict.fromkeys(_of_file(reader, item))
        elif place := _place(reader, item):
            found[place] = None
    return list(found)


def read_exceptions(reader: Reader, node: Node) -> Given:
    """The hours of dates and of ranges, by their text: intervals, none where they are closed, `open` as usual."""
    return _hours_by_date(reader, node, "2026-12-24", _dates)


def read_anniversaries(reader: Reader, node: Node) -> Given:
    """The same for dates that come every year. A list closes them, but for hours that stand behind one."""
    if isinstance(node.value, list | str):
        found: Given = {}
        for item in reader.items(node):
            text, opens = with_hours(reader.text(item) or "")
            if text and (dates := _yearly(reader, item, text)):
                spans = [Node(item.path, each, item.line) for each in opens]
                found[dates] = read_spans(reader, Node(item.path, list(spans), item.line)) if spans else []
        return found
    return _hours_by_date(reader, node, "12-24", _yearly)


def read_date(reader: Reader, node: Node, text: str) -> date | None:
    """A date."""
    try:
        day = date.fromisoformat(text) if _ISO.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        reader.problem(node, f"`{text[:60]}` is not a date; write YYYY-MM-DD, from {FIRST_YEAR} to {LAST_YEAR}.")
        return None
    return day


def _hours_by_date(
    reader: Reader, node: Node, such_as: str, read: Callable[[Reader, Node, str], str | None]
) -> dict[str, Any]:
    found: Given = {}
    for text, child in reader.names(node, such_as).items():
        dates = read(reader, child, text)
        if dates is None:
            continue
        if dates in found:
            reader.problem(child, f"`{dates}` is there twice: keep one.")
        word = child.value.lower() if isinstance(child.value, str) else None
        if word in CLOSED:
            found[dates] = []
        elif word in OPEN:
            found[dates] = OPEN[0]
        elif child.value in (None, []):
            reader.problem(child, "write `closed`, `open`, or the hours of that date, for example 09:00-12:00.")
        elif spans := read_spans(reader, child):
            found[dates] = spans
            for sentence in overlapping(read_openings({"mon": spans}, (), {"2000-01-01": spans})):
                if " 2000-01-01 " in sentence or ": 2000-01-01 " in sentence:
                    reader.doubt(child, sentence.replace("2000-01-01", dates))
    return found


def _dates(reader: Reader, node: Node, text: str) -> str | None:
    """A date, or two with `..` between them."""
    parts = [read_date(reader, node, part.strip()) for part in text.split("..", 1)]
    if None in parts:
        return None
    try:
        return written_dates(*read_dates("..".join(str(part) for part in parts)))
    except CalendarError as error:
        reader.problem(node, str(error))
        return None


def _yearly(reader: Reader, node: Node, text: str) -> str | None:
    try:
        return str(read_yearly(text))
    except CalendarError as error:
        reader.problem(node, str(error))
        return None


def _place(reader: Reader, node: Node) -> str | None:
    """`FR`, `DE-BY` or {country: DE, subdivision: BY}."""
    if not isinstance(node.value, dict):
        country, _, part = (reader.text(node) or "").partition("-")
        return read_place(reader, node, country, part) if country else None
    keys = reader.mapping(node, ("country", "subdivision"), "say which country: {country: DE, subdivision: BY}.")
    words = {key: reader.text(child) for key, child in keys.items()}
    if not words or None in words.values():
        return None
    return read_place(reader, node, words["country"] or "", words.get("subdivision") or "")


def _of_file(reader: Reader, node: Node) -> list[str]:
    """The dates that an iCalendar file names."""
    keys = reader.mapping(node, ("ical",))
    path = reader.text(keys["ical"]) if keys else None
    return [] if path is None else closed_dates(reader, keys["ical"], path)
