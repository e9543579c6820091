"""Times said as a length from now: `in 2h`, `1h30`, `dans dix minutes`, `20 min ago`."""

from __future__ import annotations

import re

from bot.verbs.reading.times.libraries import number_in_words
from bot.verbs.reading.times.patterns import END
from bot.verbs.reading.times.spoken import Ago, Unclear
from bot.verbs.reading.times.vocabulary import any_of
from triage.durations import LONGEST, UNIT, read_duration

_OPENING = re.compile(
    r"(?P<by>(?:until|till|by|before|avant|jusqu'?a|jusque) +)?"
    r"(?:(?P<ahead>(?:in|dans|within|sous) +|\+ *)|(?P<within>d'ici +)|(?P<back>il y a +)|(?P<since>since +|depuis +))?"
    r"(?:(?:about|around|environ) +|~ *)?"
)
_CLOSING = re.compile(r" +(?:(?P<ago>ago)|from now)\b")
_HALVES = {
    "half an hour": 1800, "half hour": 1800, "une demi-heure": 1800, "une demi heure": 1800,
    "a quarter of an hour": 900, "un quart d'heure": 900,
    "three quarters of an hour": 2700, "trois quarts d'heure": 2700,
}  # fmt: skip
_HALF = re.compile(rf"(?:{any_of(_HALVES)})(?!\w)")
_IN_WORDS = re.compile(rf"([a-z]+(?:-[a-z]+)*) +({UNIT})(?!\w)")
_AND = re.compile(r" +(?:and|et) +")
_AND_A_HALF = re.compile(r" +(?:and +a +|et +)(?:(?P<half>half|demie?)|quarter|quart)\b")
_NOW = re.compile(r"(?:(?:just +|right +)?now|maintenant|a l'instant)(?= *(?:$|[\n,;:.!]))")
_END = re.compile(END)
# "2h after the call" is not in two hours, "2h or 3h" is neither, and of business hours only a calendar knows.
LENGTH_GOES_ON = re.compile(
    rf" *(?:,? *(?:and +a +|et +)?(?:half|quarter|demie?|quart)\b|(?:before|after|avant|apres|moins)\b|ouvre|ouvrable"
    rf"|(?:-|–|to|or|a|ou) *\d+ *(?:{UNIT})(?!\w)|(?:or|ou) +(?:so|two|three|deux|trois)\b|(?:at|a|@) *\d| [0-5]\d +\w)"
)
_HOURS = re.compile(r"(\d{1,2}) ?h(?:eures?)?(?: ?(?P<minutes>[0-5]\d)(?:min|mn)?|(?P<spoken> +et +(?:demie?|quart)))?")
# 1h to 4h are lengths and so is 1h30. 7h to 23h is a time of day in French and so many hours in English; 16h30 is a
# time in both. What lies between is not clear.
_LONGEST_BARE = 4
_FIRST_HOUR = 7
_FIRST_HALF_HOUR = 8


def read_length(folded: str, language: str, *, future: bool) -> tuple[Ago, int] | None:
    """The length from now at the start of `folded` and where it ends; None where it does not begin with one.

    Without `in` or `ago` it lies ahead. Raises Unclear where it may as well be a time of day.
    """
    if now := _NOW.match(folded):
        return Ago(0), now.end()
    opening = _OPENING.match(folded)
    if opening is None or (found := _length(folded, opening.end())) is None:
        return None
    seconds, end = found
    if not 0 < seconds <= LONGEST or _END.match(folded, end) is None:
        return None
    said = folded[opening.end() : end]
    if closing := _CLOSING.match(folded, end):
        end = closing.end()
    back = bool(opening["back"] or (closing and closing["ago"]))
    if not (opening["ahead"] or back or closing):
        if opening["by"] or (not said[0].isdigit() and not (opening["since"] or 60 <= seconds < 86400)):
            return None  # "until 2h" is two o'clock, and "a second" no length
        if opening["since"] or opening["within"]:
            if _is_time_of_day(said, "fr"):
                return None  # "depuis 14h05"; "d'ici 16h"
            if opening["since"] and _HOURS.fullmatch(said):
                raise Unclear(end)  # "depuis 2h"
            back = bool(opening["since"])
        elif not future:
            if _HOURS.fullmatch(said) and not (language.startswith("fr") or _is_time_of_day(said, language)):
                raise Unclear(end)  # "2h": two o'clock, or two hours ago
            return None
        elif (is_time := _is_time_of_day(said, language)) is None:
            raise Unclear(end)  # "5h30"
        elif is_time:
            return None
    return Ago(-seconds if back else seconds), end


def _length(folded: str, place: int) -> tuple[int, int] | None:
    """Seconds and end of the length at `place`: in digits, in words, with a half."""
    found = _piece(folded, place)
    if found is None:
        return None
    total, end = found
    if (half := _AND_A_HALF.match(folded, end)) and total % 3600 == 0 and total < 86400:
        return total + (1800 if half["half"] else 900), half.end()
    if (and_ := _AND.match(folded, end)) and (more := _piece(folded, and_.end())) and more[0] < total:
        return total + more[0], more[1]
    return found


def _piece(folded: str, place: int) -> tuple[int, int] | None:
    if half := _HALF.match(folded, place):
        return _HALVES[half[0]], half.end()
    if digits := read_duration(folded[place:]):
        return digits[0], place + digits[1]
    if (words := _IN_WORDS.match(folded, place)) and (number := number_in_words(words[1])):
        seconds, _ = read_duration(f"{number} {words[2]}") or (0, 0)
        return seconds, words.end()
    return None


def _is_time_of_day(said: str, language: str) -> bool | None:
    """Whether `16h30`, `9h` or `0930h`, said without `in` or `at`, is a time of day; None where it cannot be told."""
    if re.fullmatch(r"(?:[01]\d|2[0-3])[0-5]\d ?(?:h|hrs|hours)", said):
        return True
    match = _HOURS.fullmatch(said)
    if match is None or int(match[1]) > 23:
        return False
    hour, is_french = int(match[1]), bool(match["spoken"]) or language.startswith("fr")
    if match[1].startswith("0"):
        return True
    if hour <= _LONGEST_BARE or not (is_french or match["minutes"]):
        return False
    return True if hour >= (_FIRST_HOUR if is_french else _FIRST_HALF_HOUR) else None
