"""Sentences and times as HTML. What somebody typed stays text, set apart in a direction of its own."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache
from html import escape

from bot.wording.sentences import InChannel, Link, Mention, Named, Part, Sentence, Strong, Typed, When
from bot.wording.speech import Speech
from triage.keys import id_of

SECONDS_SHOWN = 300  # below which the seconds count
NEAR = 900  # seconds: what is due within them stands out
_NO_BREAK = "\u00a0"


class Html(str):
    """Text that is HTML already: a template does not escape it once more."""

    __slots__ = ()

    def __html__(self) -> str:
        """What templates ask for."""
        return self


def html_of(sentence: Sentence) -> Html:
    """The sentence, each of its parts as what it is."""
    return Html("".join(_part(part) for part in sentence))


def typed(text: str) -> Html:
    """What somebody typed, exactly so: whatever direction it is written in, it moves nothing beside it."""
    return Html(f"<bdi>{escape(text)}</bdi>")


def _part(part: Part) -> str:
    match part:
        case str():
            return escape(part).replace("\n", "<br>")
        case Typed(text):
            return typed(text)
        case Strong(text):
            return f"<strong>{escape(text)}</strong>"
        case Named(_, name) | Mention(_, name, _):
            return typed(name)
        case When(at, fallback):
            shown = f'<time datetime="{iso(at)}">{escape(fallback)}</time>'
            return f"<strong>{shown}</strong>" if part.strong else shown
        case InChannel(channel, unnamed):
            return typed(unnamed or f"#{id_of(channel)}")
        case Link(text, url):
            return f'<a href="{escape(url)}">{typed(text)}</a>' if leads_somewhere(url) else typed(text)


def leads_somewhere(url: str) -> bool:
    """Whether that is an address that a page may lead to: a page of ours, or one of the web."""
    return url.startswith(("/", "https://", "http://")) and not url.startswith("//")


def iso(at: datetime) -> str:
    """An instant as programs read it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(speech: Speech, at: datetime, now: datetime) -> Html:
    """An instant, as short as it can be said at `now`: the time alone on the same day."""
    local = at.astimezone(speech.zone)
    shown = f"{local:%H:%M}"
    if local.date() != now.astimezone(speech.zone).date():
        shown = f"{_day(speech, local.date())} {shown}"
    return Html(f'<time datetime="{iso(at)}">{escape(shown)}</time>')


@lru_cache(maxsize=512)
def _day(speech: Speech, day: date) -> str:
    return speech.date(day)


def countdown(speech: Speech, due: datetime, now: datetime) -> Html:
    """How long it is until then, in words; the page's script goes on counting."""
    left = int((due - now).total_seconds())
    standing = "late" if left < 0 else "near" if left <= NEAR else "far"
    return Html(f'<span class="count {standing}" data-due="{iso(due)}">{escape(left_in_words(speech, left))}</span>')


def left_in_words(speech: Speech, seconds: int) -> str:
    """How long it is until something is due, or by how much it is late."""
    return speech.text("web.late_by" if seconds < 0 else "web.due_in", length=length_in_words(speech, abs(seconds)))


def length_in_words(speech: Speech, seconds: int) -> str:
    """A length of time in its two largest units; seconds only where few minutes are left."""
    day, hour, minute, second = units(speech)
    minutes, rest = divmod(seconds, 60)
    hours, days = minutes // 60 % 24, minutes // 1440
    if seconds < SECONDS_SHOWN:
        parts = [(minutes, minute), (rest, second)] if minutes else [(rest, second)]
    elif days:
        parts = [(days, day), (hours, hour)]
    elif hours:
        parts = [(hours, hour), (minutes % 60, minute)]
    else:
        parts = [(minutes, minute)]
    return " ".join(f"{amount}{_NO_BREAK}{unit}" for amount, unit in parts)


def units(speech: Speech) -> tuple[str, str, str, str]:
    """Day, hour, minute and second in few letters."""
    day, hour, minute, second = (
        speech.text(key) for key in ("web.unit.day", "web.unit.hour", "web.unit.minute", "web.unit.second")
    )
    return day, hour, minute, second
