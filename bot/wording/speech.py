"""The words of every language, and how to fill them. A language is one file in `locales/`; what it lacks is said in
English."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Literal
from zoneinfo import ZoneInfo

import yaml
from babel import Locale
from babel.dates import format_skeleton, format_timedelta, get_day_names, get_month_names
from babel.lists import format_list
from babel.units import format_unit

from bot.desk.languages import LANGUAGES
from bot.wording.sentences import InChannel, Link, Mention, Named, Part, Sentence, Strong, Typed, When, plain
from bot.wording.typography import NO_BREAK, elided, ends_by_itself, no_break

DEFAULT = "en"
Unit = Literal["day", "hour", "minute", "second"]
UNITS: Mapping[Unit, int] = {"day": 86400, "hour": 3600, "minute": 60, "second": 1}
PLURALS = frozenset({"zero", "one", "two", "few", "many", "other"})
_SUGGESTED = re.compile(r"\{command\} ([\w-]+|\{\w+\})")
_GAP = re.compile(r"\{(\w+)\}|\*([^*]+)\*")


@cache
def catalogue(language: str) -> Mapping[str, str | dict[str, str]]:
    """Every sentence of a language, by its dotted key; plurals are a mapping of plural category to sentence."""
    text = files("bot.wording").joinpath("locales", f"{language}.yaml").read_text(encoding="utf-8")
    return dict(_flatten("", yaml.load(text, Loader=yaml.CSafeLoader)))


def _flatten(prefix: str, tree: Mapping[str, Any]) -> list[tuple[str, Any]]:
    rows: list[tuple[str, Any]] = []
    for key, value in tree.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict) and not ("other" in value and set(value) <= PLURALS):
            rows.extend(_flatten(f"{name}.", value))
        else:
            rows.append((name, value))
    return rows


@lru_cache(maxsize=4096)
def _pieces(sentence: str, language: str) -> tuple[tuple[str, str], ...]:
    """A sentence cut into (`text` | `gap` | `strong`, value), its spaces such as the language has them."""
    sentence = no_break(sentence, language)
    found: list[tuple[str, str]] = []
    end = 0
    for match in _GAP.finditer(sentence):
        if match.start() > end:
            found.append(("text", sentence[end : match.start()]))
        found.append(("gap", match[1]) if match[1] else ("strong", match[2]))
        end = match.end()
    if end < len(sentence):
        found.append(("text", sentence[end:]))
    return tuple(found)


def spoken(locale: str | None) -> str | None:
    """The language of a platform's locale such as `fr-FR`; None where we do not speak it."""
    language = (locale or "").replace("_", "-").split("-")[0].lower()
    return language if language in LANGUAGES else None


@dataclass(frozen=True)
class Speech:
    """Speaks one language, with times in one zone."""

    #: One of `LANGUAGES`.
    language: str = DEFAULT
    #: The zone in which times are said where a platform does not say them itself.
    zone: tzinfo = UTC

    def __call__(self, key: str, /, **values: object) -> Sentence:
        """The sentence `key` with its gaps filled. Text is shown exactly as it is, never as markup; instants become
        `When`, a `count` picks the plural. An unknown key is a defect and raises KeyError."""
        return self._fill(self._find(key, values), values)

    @property
    def semicolon(self) -> str:
        """What stands between parts of a sentence that have commas of their own."""
        return no_break(" ; ", self.language) if self.language == "fr" else "; "

    def text(self, key: str, /, **values: object) -> str:
        """A sentence that holds nothing but words: labels, titles, hints."""
        return plain(self(key, **values))

    def has(self, key: str) -> bool:
        """Whether there is such a sentence."""
        return key in catalogue(DEFAULT)

    def answerable(self, key: str, *, heard: bool, threads: bool = True) -> str:
        """The key of that sentence where not all that people write is `heard`: of the one that tells of a button
        instead (`_by_button`), where there is one; without `threads`, of the one that asks for a letter
        (`_by_letter`)."""
        otherwise = f"{key}_by_letter" if not threads else f"{key}_by_button"
        return otherwise if not (heard and threads) and self.has(otherwise) else key

    def suggested(self, key: str) -> list[str]:
        """The verbs that a sentence of the catalogue suggests typing."""
        found = catalogue(self.language).get(key) or catalogue(DEFAULT)[key]
        sentences = [found] if isinstance(found, str) else found.values()
        return [verb for sentence in sentences for verb in _SUGGESTED.findall(sentence)]

    def when(self, at: datetime, style: str = "moment") -> When:
        """An instant for a sentence."""
        return When(at, self.clock(at, style), style, joint=self.text("time.joint"))

    def since(self, at: datetime) -> When:
        """An instant that has passed, with how long ago it is where the platform keeps count of that."""
        return When(at, self.clock(at), "past", joint=self.text("time.joint"))

    def clock(self, at: datetime, style: str = "moment") -> str:
        """An instant in words, in this reader's zone."""
        local = at.astimezone(self.zone)
        if style == "time":
            return self.set(format_skeleton("Hm", local, locale=self._locale))
        zone = local.tzname() or ""
        if zone.startswith(("+", "-")):  # a zone without letters of its own
            zone = f"UTC{zone}"
        seconds = f":{local.second:02}" if style == "second" else ""
        return self.set(f"{self.day(local)} {local.hour:02}:{local.minute:02}{seconds} {zone}".strip())

    def any_of(self, words: Sequence[str]) -> str:
        """Words as alternatives: `agents or helpers`."""
        return str(format_list(words, style="or", locale=self._locale))

    def all_of(self, words: Sequence[str]) -> str:
        """Words in a row: `agents, leads and managers`."""
        return str(format_list(words, locale=self._locale))

    def duration(self, seconds: float) -> str:
        """A length of time in words, to the two largest units. Nobody is helped by seconds beside minutes."""
        words = [
            format_timedelta(
                timedelta(seconds=amount * UNITS[unit]), granularity=unit, threshold=10**9, locale=self._locale
            )
            for unit, amount in _largest(seconds)
        ]
        return self.set(" ".join(words))

    def brief(self, seconds: float) -> str:
        """The same in few letters, where there is little room: `16 min`, `2 days 3 hr`."""
        words = [format_unit(amount, unit, length="short", locale=self._locale) for unit, amount in _largest(seconds)]
        return self.set(" ".join(words))

    def exact(self, seconds: int) -> str:
        """A length of time to the second, in hours at most, so that lengths can be added up: `26h 30m`."""
        length: Literal["short", "narrow"] = "narrow" if self.text("time.lengths") == "narrow" else "short"
        parts = zip(("hour", "minute", "second"), (seconds // 3600, seconds // 60 % 60, seconds % 60), strict=True)
        words = [format_unit(amount, unit, length=length, locale=self._locale) for unit, amount in parts if amount]
        return self.set(" ".join(words) or format_unit(0, "minute", length=length, locale=self._locale))

    def is_same_day(self, one: datetime, other: datetime) -> bool:
        """Whether two instants are on one day for this reader."""
        return one.astimezone(self.zone).date() == other.astimezone(self.zone).date()

    def day(self, day: date) -> str:
        """A date in words, as `clock` says it of an instant."""
        days, months = _short_names(self.language)
        return self.set(f"{days[day.weekday()]} {day.day} {months[day.month]}")

    def date(self, day: date) -> str:
        """A date in words."""
        return str(format_skeleton("MMMEd", day, locale=self._locale))

    def language_name(self, language: str) -> str:
        """What a language is called, as in a list to choose from."""
        name = _locale(language).get_language_name(self.language) or language
        return name[:1].upper() + name[1:]

    def set(self, text: object) -> str:
        """Words that a library made, with the spaces of the language."""
        return no_break(str(text).replace("\u202f", NO_BREAK), self.language)

    @property
    def _locale(self) -> Locale:
        return _locale(self.language)

    def _fill(self, sentence: str, values: Mapping[str, object]) -> Sentence:
        parts: list[Part] = []
        for kind, value in _pieces(sentence, self.language):
            if kind == "text":
                parts.append(value[1:] if parts and value.startswith(".") and _ends(parts[-1]) else value)
            elif kind == "strong":
                parts.append(Strong(plain(self._fill(value, values))))
            else:
                found = self._part(values[value])
                if parts and found and isinstance(parts[-1], str) and isinstance(found[0], Typed | Named):
                    parts[-1] = elided(parts[-1], plain(found[:1]), self.language)
                parts.extend(found)
        return tuple(parts)

    def _find(self, key: str, values: Mapping[str, object]) -> str:
        found = catalogue(self.language).get(key)
        if found is None:
            found = catalogue(DEFAULT)[key]
        if isinstance(found, dict):
            count = values.get("count", 0)
            return found.get(self._locale.plural_form(count), found["other"])  # type: ignore[arg-type]
        return found

    def _part(self, value: object) -> tuple[Part, ...]:
        if isinstance(value, str):
            return (Typed(value),)
        if isinstance(value, Typed | Named | Mention | When | InChannel | Strong | Link):
            return (value,)
        if isinstance(value, tuple):
            return value
        if isinstance(value, datetime):
            return (self.when(value),)
        if isinstance(value, timedelta):
            return (self.duration(value.total_seconds()),)
        return (str(value),)


def _ends(part: Part) -> bool:
    """Whether what somebody typed ends as a sentence does: our full stop behind it would be one too many."""
    return isinstance(part, Typed) and ends_by_itself(part.text)


def _largest(seconds: float) -> list[tuple[Unit, int]]:
    """The two largest units of a length of time, with how many of each; no seconds beside minutes."""
    rest = max(0, round(seconds))
    if rest >= UNITS["minute"]:
        rest = round(rest / UNITS["minute"]) * UNITS["minute"]
    found: list[tuple[Unit, int]] = []
    for unit, size in UNITS.items():
        amount, rest = divmod(rest, size)
        if amount:
            found.append((unit, amount))
    return found[:2] or [("second", 0)]


def warm_up() -> None:
    """Read every language once, so that the first person to ask does not wait for it."""
    for language in LANGUAGES:
        speaker = speech(language)
        speaker.clock(datetime(2026, 1, 1, tzinfo=UTC))
        speaker.duration(3661)
        catalogue(language)


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(language)


@cache
def _short_names(language: str) -> tuple[Mapping[int, str], Mapping[int, str]]:
    """What a language calls the days of the week (0 is Monday) and the months in short."""
    return (dict(get_day_names("abbreviated", locale=_locale(language))),
            dict(get_month_names("abbreviated", locale=_locale(language))))  # fmt: skip


@cache
def speech(language: str, zone_name: str | None = None) -> Speech:
    """The speech of a language and a zone; an unknown zone reads as UTC."""
    try:
        zone: tzinfo = ZoneInfo(zone_name) if zone_name else UTC
    except (KeyError, ValueError, OSError):
        zone = UTC
    return Speech(language, zone)
