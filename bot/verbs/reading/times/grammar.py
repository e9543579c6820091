"""The small grammar: what a text begins with, read as a moment. It never guesses; what it does not know is no time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, time, timedelta, timezone, tzinfo
from typing import Literal

from bot.verbs.reading.times.lengths import LENGTH_GOES_ON, read_length
from bot.verbs.reading.times.libraries import number_in_words, read_machine_format
from bot.verbs.reading.times.patterns import (
    DAYS_ALONE,
    FOREIGN,
    FORMS,
    GOES_ON,
    LEAD,
    MEANT,
    MEANT_LED,
    NAMED_PLACE,
    NO_COLON,
    NO_UNIT,
    PLACE,
    PLACE_WORD,
    THEN_A_CLOCK,
)
from bot.verbs.reading.times.spoken import At, Bare, Day, OnDate, Relative, Spoken, Unclear, Weekday, Why, halves_of
from bot.verbs.reading.times.vocabulary import (
    DAYS,
    MIDNIGHTS,
    MONTHS,
    NUMBERS,
    PARTS,
    SHORT_WEEKDAYS,
    WEEKDAYS,
    ZONES,
    city_names,
    fold,
)

LONGEST_TIME = 60
# Of a bare hour, or one o'clock, before this it cannot be told which half of the day is meant.
_EARLY = 7


def read_moment(text: str, language: str, *, future: bool) -> tuple[Spoken, int] | None:
    """The longest moment at the start of `text` and where it ends; None where it does not begin with one.

    `language` is a language or a locale: it decides the order of day and month, and whether 9h is nine o'clock.
    Raises Unclear for what can be read in two ways.
    """
    text = text[: 2 * LONGEST_TIME]
    folded = fold(text)
    start = LEAD.match(folded).end()  # type: ignore[union-attr]
    readings: list[tuple[Spoken | Unclear, int]] = []
    for read in (
        lambda: read_length(folded, language, future=future),
        lambda: _read_clock(folded, start, language),
        lambda: read_machine_format(folded, start),
    ):
        try:
            readings += filter(None, [read()])
        except Unclear as unclear:
            readings.append((unclear, unclear.end))
    spoken, end = max(readings, key=lambda reading: reading[1], default=(None, 0))
    if isinstance(spoken, Unclear):
        raise spoken
    if spoken is None:
        return None
    _check_what_follows(spoken, end, folded, text)
    return spoken, end


def _check_what_follows(spoken: Spoken, end: int, folded: str, text: str) -> None:
    """Raises Unclear where it makes another moment of this one."""
    why = Why.AMBIGUOUS
    if isinstance(spoken, At):
        more = GOES_ON.match(folded, end)
        if more is None and (more := FOREIGN.match(folded, end) or NAMED_PLACE.match(text, end)):
            why = Why.FOREIGN
        elif more is None and (city := _city(text, folded, end)):
            raise Unclear(city, Why.FOREIGN)
    else:
        is_days = spoken.seconds % 86400 == 0
        more = LENGTH_GOES_ON.match(folded, end) or (THEN_A_CLOCK.match(folded, end) if is_days else None)
    if more is not None:
        raise Unclear(more.end(), why)


def _city(text: str, folded: str, end: int) -> int:
    """Where the city ends that stands at `end`, or 0: capitalised as typed, or all that is left."""
    if (opening := PLACE.match(folded, end)) is None:
        return 0
    words, place = [], opening.end()
    for _ in range(3):
        if (word := PLACE_WORD.match(folded, place)) is None:
            break
        words.append(word[0].replace("-", " "))
        if " ".join(words) in city_names():
            is_all = not text[word.end() :].strip(" .!?)")
            return word.end() if is_all or text[opening.end()].isupper() else 0
        place = word.end() + 1
    return 0


def is_meant_as_time(words: str, *, led: bool, whole: bool = False) -> bool:
    """Whether `words`, which begin with no moment, were meant to: `25:00`, `yesterday`; after `at` (`led`) also `9`.
    `whole`: whether they are nothing else."""
    folded = fold(words[: 2 * LONGEST_TIME])
    start = LEAD.match(folded).end()  # type: ignore[union-attr]
    meant = MEANT_LED if led else MEANT
    return (meant.fullmatch if whole else meant.match)(folded, start) is not None


@dataclass(frozen=True, slots=True)
class Missing:
    """What a text begins with that is not a time yet."""

    #: What it lacks.
    what: Literal["hour", "unit", "colon"]
    #: Where it ends in the text.
    end: int
    #: Those of its parts that were said, by name.
    said: dict[str, str]

    @property
    def days(self) -> int:
        """On which side of today a day lies that is counted from it; 0 where that cannot be told."""
        days = DAYS[self.said["relative"]][0] if "relative" in self.said else 0
        return -1 if _first(self.said, "before", "after") in _LAST else days


def what_is_missing(words: str) -> Missing | None:
    """What `words`, which begin with no moment, lack to be one: `monday` its hour, `in 20` a unit, `1630` its colon."""
    folded = fold(words[: 2 * LONGEST_TIME])
    start = LEAD.match(folded).end()  # type: ignore[union-attr]
    forms: list[tuple[Literal["hour", "unit", "colon"], re.Pattern[str]]] = [
        *(("hour", day) for day in DAYS_ALONE), ("unit", NO_UNIT), ("colon", NO_COLON),
    ]  # fmt: skip
    found = [(what, match) for what, form in forms if (match := form.match(folded, start))]
    if not found:
        return None
    what, match = max(found, key=lambda one: one[1].end())
    return Missing(what, match.end(), {key: value for key, value in match.groupdict().items() if value is not None})


def _read_clock(folded: str, start: int, language: str) -> tuple[At, int] | None:
    """The longest time of day, with its day before or after it."""
    matches = [match for form in FORMS if (match := form.match(folded, start))]
    matches.sort(key=re.Match.end, reverse=True)
    found: set[At] = set()
    end = 0
    for match in matches:
        if found and match.end() < end:
            break
        try:
            at = _read_match(match, language)
        except Unclear as unclear:
            raise Unclear(match.end(), halves=unclear.halves) from None
        if at is not None:
            found.add(at)
            end = match.end()
    if len(found) > 1:
        raise Unclear(end)  # "mar 3 10:00" is the third of March and Tuesday the third
    return (found.pop(), end) if found else None


def _read_match(match: re.Match[str], language: str) -> At | None:
    part = {key: value for key, value in match.groupdict().items() if value is not None}
    of_day, day = _time_of_day(part), _day(part, language)
    if of_day is None or day is None:
        return None
    if "closing" in part:
        if "of_part" in part or "part" in part:
            raise Unclear
        return At(time(), day, _zone(part), closing=True)
    hour, minute = of_day
    is_alone = isinstance(day, Bare)
    named = PARTS.get(_first(part, "of_part", "part")) or DAYS.get(_first(part, "relative"), (0, ""))[1]
    if named:
        hour, small = _in_part(hour, named, is_exact=bool(_first(part, *_HALVES)))
        if small and isinstance(day, Relative) and day.days in (-1, 0):
            day = Relative(day.days, small=True)
        elif small and not is_alone:
            raise Unclear  # tomorrow night at 2: in the night before or after?
    elif _IN_WORDS & part.keys() and hour < _EARLY:
        raise Unclear(halves=halves_of(time(hour, minute)))
    elif _may_be_half(part, language) and not is_alone and "year" not in part and hour < _EARLY:
        raise Unclear(halves=halves_of(time(hour, minute)))  # tomorrow 4:30
    elif (part.get("word") in MIDNIGHTS or _first(part, *_FIGURES) == "24") and not is_alone:
        raise Unclear  # the midnight that begins the day, or the one that ends it?
    elif "dotted" in part and "dotted_half" not in part and 1 <= minute <= 12 and is_alone:
        raise Unclear  # "10.12": the tenth of December?
    half = not named and _may_be_half(part, language)
    return At(time(hour, minute, int(part.get("second", 0))), day, _zone(part), half=half)


_IN_WORDS = {"at_hour", "last_hour", "lead_hour", "oclock", "more", "less", "past"}
# What shows that an hour is one of twenty-four.
_OF_TWENTY_FOUR = {"h", "military", "word", "second", "zone", "zulu", "offset", "glued_offset", "t", "hrs"}
# Where English is spoken, but the clock has twenty-four hours: nine o'clock is then nine in the morning.
_TWENTY_FOUR = ("en-gb", "en-ie", "en-za")


def _may_be_half(part: dict[str, str], language: str) -> bool:
    """Whether a clock of twelve hours may be meant, and which half of the day cannot be told: in English, of what is
    written like `4:30`, and where such clocks are used of what is said in words."""
    locale, figures = language.replace("_", "-").lower(), _first(part, *_FIGURES)
    if set(_HALVES) & part.keys() or _OF_TWENTY_FOUR & part.keys() or figures.startswith("0"):
        return False
    in_words = bool(_IN_WORDS & part.keys()) and locale.startswith(_TWENTY_FOUR)
    return locale.partition("-")[0] == "en" and not in_words and 1 <= (NUMBERS.get(figures) or int(figures or 0)) <= 12


def _first(part: dict[str, str], *names: str) -> str:
    """The first of these that was said, or nothing."""
    return next((part[name] for name in names if name in part), "")


_FIGURES = ("hour", "at_hour", "last_hour", "lead_hour", "past_hour")
_HALVES = ("half", "dotted_half", "bare_half", "past_half")


def _time_of_day(part: dict[str, str]) -> tuple[int, int] | None:
    if "closing" in part:
        return 0, 0
    if "word" in part:
        return (0 if part["word"] in MIDNIGHTS else 12), 0
    if "military" in part:
        hour, minute = divmod(int(part["military"]), 100)
    else:
        figures = _first(part, *_FIGURES)
        hour = NUMBERS.get(figures) or int(figures)
        minute = int(_first(part, "minute", "dotted", "glued", "h_minute") or 0)
    if "more" in part:
        minute = 15 if part["more"] == "quart" else 30
    elif "less" in part:
        hour, minute = hour - 1, 45
    if ("oclock" in part or "past" in part) and not 1 <= hour <= 12:
        return None
    if "past" in part:
        minute = (
            30 if part["past"] == "half" else 15 if part["past"].endswith("quarter") else int(part["past"].split()[0])
        )
        if part["past_or_to"] == "to":
            hour, minute = (hour - 1) or 12, 60 - minute
    if half := _first(part, *_HALVES):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    if (hour, minute) == (24, 0):
        hour = 0
    return (hour, minute) if 0 <= hour < 24 and minute < 60 else None


_HOURS_OF = {"morning": range(12), "afternoon": range(12, 19), "evening": range(17, 24), "night": range(18, 24)}


def _in_part(hour: int, named: str, *, is_exact: bool) -> tuple[int, bool]:
    """The hour as that part of the day has it, `8` in the evening being 20; and whether it is of the small hours, after
    midnight. `is_exact`: said with am or pm."""
    if hour in _HOURS_OF[named]:
        return hour, False
    if hour and not is_exact and hour + 12 in _HOURS_OF[named]:
        return hour + 12, False
    if hour < 6 and named in ("evening", "night"):
        return hour, True
    raise Unclear


def _day(part: dict[str, str], language: str) -> Day | None:
    if "relative" in part:
        return Relative(DAYS[part["relative"]][0])
    if "weekday" in part:
        turn = _first(part, "before", "after")
        return Weekday(_WEEKDAY[part["weekday"]], 1 if turn in _NEXT else -1 if turn in _LAST else 0)
    if "count" in part:
        return _counted(part)
    if "first" in part:
        return _slashed(part, language)
    if not (day := _first(part, "day", "nth")):
        return Bare()
    month = MONTHS[part["month"]] if "month" in part else None
    month = int(part["month_number"]) if "month_number" in part else month
    weekday = _WEEKDAY[part["named"]] if "named" in part else None
    return OnDate(int(day), month, _year(part), weekday)


_NEXT, _LAST = ("next", "prochain"), ("last", "dernier", "past")
_WEEKDAY = {**SHORT_WEEKDAYS, **WEEKDAYS}


def _counted(part: dict[str, str]) -> Relative | None:
    """`in 2 days`; without `in` or `ago` it is a length of something."""
    if not {"ahead", "back", "ago", "onward"} & part.keys():
        return None
    count = int(part["count"]) if part["count"].isdigit() else number_in_words(part["count"])
    if count is None:
        return None
    days = count * (7 if part["unit"][0] in "ws" else 1)
    return Relative(-days if {"back", "ago"} & part.keys() else days)


def _year(part: dict[str, str]) -> int | None:
    year = part.get("year")
    return None if year is None else int(year) + (2000 if len(year) == 2 else 0)


def _slashed(part: dict[str, str], language: str) -> OnDate:
    """03/04: the day first, except in the United States; refused where neither the numbers nor the locale decide."""
    first, other = int(part["first"]), int(part["other"])
    locale = language.replace("_", "-").lower()
    # With dots and dashes the day comes first everywhere.
    day_first = part["mark"] != "/" or first > 12 or (locale not in ("en", "en-us") and other <= 12)
    if not day_first and locale == "en" and other <= 12 and first != other:
        raise Unclear
    return OnDate(first, other, _year(part)) if day_first else OnDate(other, first, _year(part))


def _zone(part: dict[str, str]) -> tzinfo | str | None:
    if "zulu" in part:
        return UTC
    said = _first(part, "zone", "offset", "glued_offset")
    if said in ZONES:
        return said
    if said.startswith("-") and "glued_offset" in part and not {"t", "second"} & part.keys():
        raise Unclear  # "2026-12-01 9:00-10:00" may as well be a span
    sign, digits = re.fullmatch(r"\D*?([+-]?)([\d:]*)", said).groups()  # type: ignore[union-attr]
    if not digits:
        return UTC if said else None
    hours, minutes = (digits[:-2].rstrip(":"), digits[-2:]) if len(digits) > 2 else (digits, "0")
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-offset if sign == "-" else offset)
