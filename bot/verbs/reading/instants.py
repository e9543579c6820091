"""Instants in what people type or fill in, as unix seconds: one form for both."""

from __future__ import annotations

import re

from bot.verbs.base.call import Call
from bot.verbs.reading.marks import shed
from bot.verbs.reading.times import Closing, is_meant_as_time, not_a_time, take_when
from triage.errors import Refusal
from triage.zones import zone

_AT = re.compile(r"(?:at|à|a|since|depuis|around|about|vers|by)\s|@", re.IGNORECASE)
_UNTIL = re.compile(r"(?:^|\s)(?:until|till|jusqu['’]?(?:à|a|au|en)|jusque)\s", re.IGNORECASE)
_HAS_BEEN = re.compile(r"(?:yesterday|hier|last\s+night)\b", re.IGNORECASE)
# Without `at` these begin a text: a version, a length of something.
_IS_TEXT = re.compile(r"\d+(?:\.\d|\s?[a-z]+\s+(?:of\b|de\b|d['’]))", re.IGNORECASE)


def take_instant(call: Call, words: str, *, future: bool) -> tuple[str, str]:
    """The time at the start of `words` in unix seconds (empty when there is none) and the rest."""
    own = call.desk.policy.desk
    desk = Closing(own.working, zone(own.timezone))
    at, rest = take_when(shed(words), call.now, call.speech.zone, _locale(call), future=future, desk=desk)
    return (str(int(at.timestamp())) if at is not None else "", rest)


def need_instant(call: Call, words: str, *, future: bool) -> tuple[str, str]:
    """As `take_instant`, refused where `words` do not start with a time."""
    at, rest = take_instant(call, words, future=future)
    if not at:
        raise not_a_time(words, future=future)
    return at, rest


def take_instant_or_text(call: Call, words: str, *, future: bool) -> tuple[str, str]:
    """The time at the start of a text that need not have one, after `at` or without. What is meant as a time and is
    none is refused, so that it does not become text."""
    led = _AT.match(words) is not None or (not future and _HAS_BEEN.match(words) is not None)
    if led or not _IS_TEXT.match(words):
        at, rest = take_instant(call, words, future=future)
        if at:
            return at, rest
        if is_meant_as_time(words, led=led):
            raise not_a_time(words, future=future)
    return "", words


def take_until(call: Call, words: str) -> tuple[str, str]:
    """`until TIME` before the reason, or after it, where nothing may follow the time."""
    for match in _UNTIL.finditer(words):
        before, after = words[: match.start()], words[match.start() :].strip()
        if not before:
            return need_instant(call, after, future=True)
        until, rest = take_instant(call, after, future=True)
        if until and not rest:
            return until, before
        if not until and is_meant_as_time(after, led=True):
            raise not_a_time(after, future=True)
    return "", words


def is_time_alone(call: Call, words: str) -> bool:
    """Whether a text is nothing but a time in figures or after `at`, clear or not: `at 18:44`."""
    led = _AT.match(words) is not None
    if not (led or words[:1].isdigit()):
        return False
    try:
        at, rest = take_instant(call, words, future=False)
    except Refusal as refusal:
        return refusal.values["text"] == words
    return not rest if at else is_meant_as_time(words, led=led, whole=True)


def _locale(call: Call) -> str:
    """What decides whether 03/04 is in March: `en-GB` is not `en-US`."""
    account = call.desk.directory.accounts.get(call.actor.id)
    return (account.locale if account is not None else None) or call.speech.language
