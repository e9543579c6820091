"""The small grammar: what a text begins with, read as a moment. It never guesses; what it does not know is no time."""

from __future__ import annotations

import re
from datetime import UTC, time, timedelta, timezone

from bot.durations import LONGEST, read_duration
from bot.times.spoken import Ago, At, Bare, OnDate, Relative, Spoken, Weekday
from bot.times.vocabulary import DAYS, FOREIGN_ZONES, MONTHS, NOONS, SHORT_WEEKDAYS, WEEKDAYS, any_of, fold
from triage.errors import Refusal

LONGEST_TIME = 60

_END = r"(?![\w]|[:/.,\-–]\d)"
_TIME = rf"""(?:
    (?P<hour>\d{{1,2}})
    (?: :(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d))?(?:\ ?(?P<half>[ap])\.?m\.?)?
      | \ ?(?P<bare_half>[ap])\.?m\.?
      | \ ?(?P<h>h|heures?)(?:\ ?(?P<h_minute>[0-5]\d))?
    )
  | (?P<noon>{any_of(NOONS)})
)"""
_MONTH = rf"(?P<month>{any_of(MONTHS)})\.?"
_NAMED_DATE = rf"""(?:
    (?:(?:{any_of({**WEEKDAYS, **SHORT_WEEKDAYS})})\.?,?\ )?(?:the\ )?
    (?P<day>\d{{1,2}})(?:st|nd|rd|th|er|e)?\ (?:of\ )?{_MONTH}(?:,?\ (?P<year>\d{{4}}))?
)"""
_NAMED_DATE_US = rf"(?:{_MONTH}\ (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\ (?P<year>\d{{4}}))?)"
_ISO_DATE = r"(?P<year>\d{4})-(?P<month_number>\d{1,2})-(?P<day>\d{1,2})"
_SLASHED = r"(?P<first>\d{1,2})(?P<mark>[/.])(?P<other>\d{1,2})(?:(?P=mark)(?P<year>\d{4}|\d{2})?)?"
_RELATIVE = rf"(?:the\ )?(?P<relative>{any_of(DAYS)})"
_NEXT, _LAST = ("next", "prochain"), ("last", "dernier", "past")


def _weekday(names: dict[str, int]) -> str:
    before = r"(?:(?P<before>next|last|past|this|ce)\ )?"
    return rf"{before}(?P<weekday>{any_of(names)})\b\.?(?:\ (?P<after>prochain|dernier))?"


_LEAD = re.compile(r"(?:(?:at|by|until|till|on|a|avant|jusqu'a|jusqu'au|le|pour|vers) +)*")
_JOIN = r"(?:\ ?,?\ ?(?:at\ |a\ |@\ ?|-\ )?)"
_UTC = r"(?:\ ?(?P<zone>z|utc|gmt))?"
_OFFSET = r"(?:\ ?(?P<zone>z|utc|gmt|[+\-](?:0\d|1[0-4]):?[0-5]\d))?"
_ISO_JOIN = r"(?:t|\ ?,?\ (?:at\ |a\ )?)"


def _pattern(text: str, zone: str = _UTC) -> re.Pattern[str]:
    """Any number of blanks stands where one is written."""
    text = (text + zone).replace("\n", " ").replace("\\ ?", "[ ]*").replace("\\ ", "[ ]+")
    return re.compile(text + _END, re.VERBOSE)


_FORMS = (
    _pattern(_TIME),
    _pattern(_RELATIVE + _JOIN + _TIME),
    _pattern(_weekday({**WEEKDAYS, **SHORT_WEEKDAYS}) + _JOIN + _TIME),
    _pattern(_NAMED_DATE + _JOIN + _TIME),
    _pattern(_NAMED_DATE_US + _JOIN + _TIME),
    _pattern(_ISO_DATE + _ISO_JOIN + _TIME, _OFFSET),
    _pattern(_SLASHED + _JOIN + _TIME),
    # The time first. Only words that can mean nothing else follow it: in "16:30 sat phone is down" sat is no Saturday.
    _pattern(_TIME + r"\ (?:on\ |le\ )?" + _RELATIVE),
    _pattern(_TIME + r"\ (?:on\ |le\ )?" + _weekday(WEEKDAYS)),
    _pattern(_TIME + r"\ (?:on\ |le\ )?" + _NAMED_DATE),
    _pattern(_TIME + r"\ (?:on\ |le\ )?" + _ISO_DATE),
)
_FROM_NOW = re.compile(r"(?:(?P<ahead>in |dans |within |d'ici |sous |\+ ?)|(?P<back>il y a ))?")
_AGO = re.compile(r" ago\b")
_ABOUT_AN_HOUR = {
    "an hour": 3600, "une heure": 3600, "half an hour": 1800, "une demi-heure": 1800, "a minute": 60, "a day": 86400,
    "a week": 7 * 86400, "une minute": 60, "un jour": 86400, "une semaine": 7 * 86400, "a quarter of an hour": 900,
    "un quart d'heure": 900,
}  # fmt: skip
_WORDS = re.compile(any_of(_ABOUT_AN_HOUR))
# 7h to 23h is a time of day in French and 7 hours in English; 1h30 is a duration and 16h30 a time in both.
_EARLY = 7


def read_moment(text: str, language: str) -> tuple[Spoken, int] | None:
    """The longest moment at the start of `text` and where it ends; None where it does not begin with one.

    `language` is a language or a locale: it decides the order of day and month, and whether 9h is nine o'clock.
    Raises Refusal("ambiguous_time") for what can be read in two ways.
    """
    folded = fold(text[: 2 * LONGEST_TIME])
    lead = _LEAD.match(folded)
    start = lead.end() if lead else 0
    found: list[tuple[int, Spoken]] = []
    if (duration := _read_duration(folded, start, language, led=start > 0)) is not None:
        found.append(duration)
    matches = [match for form in _FORMS if (match := form.match(folded, start))]
    for match in sorted(matches, key=re.Match.end, reverse=True):
        if (spoken := _read_match(match, language, text)) is not None:
            _refuse_foreign_zone(text, match.end())
            found.append((match.end(), spoken))
            break
    if not found:
        return None
    end, spoken = max(found, key=lambda pair: pair[0])
    return spoken, end


def _read_duration(folded: str, start: int, language: str, *, led: bool) -> tuple[int, Spoken] | None:
    opening = _FROM_NOW.match(folded, start)
    place = opening.end() if opening else start
    explicit = bool(opening and opening[0])
    if word := _WORDS.match(folded, place):
        seconds, end = _ABOUT_AN_HOUR[word[0]], word.end()
        if re.match(r"\w", folded[end:]):
            return None
    else:
        read = read_duration(folded[place:])
        if read is None or not 0 < read[0] <= LONGEST or re.match(_END, folded[place + read[1] :]) is None:
            return None
        seconds, end = read[0], place + read[1]
    back = bool(opening and opening["back"])
    if not back and (ago := _AGO.match(folded, end)):
        back, end = True, ago.end()
    if not (explicit or back) and (word or led or _is_time_of_day(folded[place:end], language)):
        return None
    return end, Ago(-seconds if back else seconds)


def _is_time_of_day(text: str, language: str) -> bool:
    """Whether `16h30` or `9h`, said without `in` or `at`, is a time of day."""
    match = re.fullmatch(r"(\d{1,2}) ?h(?: ?([0-5]\d))?", text)
    if match is None or not _EARLY <= int(match[1]) <= 23:
        return False
    return match[2] is not None or language.startswith("fr")


def _read_match(match: re.Match[str], language: str, text: str) -> Spoken | None:
    part = {key: value for key, value in match.groupdict().items() if value is not None}
    of_day = _read_time(part)
    if of_day is None:
        return None
    day: Bare | Relative | Weekday | OnDate = Bare()
    if "relative" in part:
        day = Relative(DAYS[part["relative"]])
    elif "weekday" in part:
        turn = part.get("before") or part.get("after")
        number = {**SHORT_WEEKDAYS, **WEEKDAYS}[part["weekday"]]
        day = Weekday(number, 1 if turn in _NEXT else -1 if turn in _LAST else 0)
    elif "first" in part:
        day = _slashed(part, language, text[match.start() : match.end()])
    elif "day" in part:
        month = MONTHS[part["month"]] if "month" in part else int(part["month_number"])
        day = OnDate(int(part["day"]), month, _year(part))
    zone = part.get("zone")
    if zone is None:
        return At(of_day, day)
    if zone[0] in "+-":
        offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
        return At(of_day, day, timezone(-offset if zone[0] == "-" else offset))
    return At(of_day, day, UTC)


def _read_time(part: dict[str, str]) -> time | None:
    if "noon" in part:
        return time(12)
    hour = int(part["hour"])
    half = part.get("half") or part.get("bare_half")
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23:
        return None
    return time(hour, int(part.get("minute") or part.get("h_minute") or 0), int(part.get("second", 0)))


def _year(part: dict[str, str]) -> int | None:
    year = part.get("year")
    return None if year is None else int(year) + (2000 if len(year) == 2 else 0)


def _slashed(part: dict[str, str], language: str, text: str) -> OnDate:
    """03/04: the day first, except in the United States; refused where neither the numbers nor the locale decide."""
    first, other = int(part["first"]), int(part["other"])
    locale = language.replace("_", "-").lower()
    # With dots the day comes first everywhere.
    day_first = part["mark"] == "." or first > 12 or (locale not in ("en", "en-us") and other <= 12)
    if not day_first and locale == "en" and other <= 12 and first != other:
        raise Refusal("ambiguous_time", text=text)
    return OnDate(first, other, _year(part)) if day_first else OnDate(other, first, _year(part))


def _refuse_foreign_zone(text: str, end: int) -> None:
    """`10:00 EST` is not ten o'clock here."""
    word = re.match(r"\s*\(?([A-Z]{3,4})\b", text[end:])
    if word and word[1] in FOREIGN_ZONES:
        raise Refusal("ambiguous_time", text=text[: end + word.end()].strip())
