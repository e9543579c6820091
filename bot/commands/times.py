"""Instants in what people type or fill in, as unix seconds: one form for both."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.commands.call import Call
from bot.times import take_when


def take_instant(call: Call, words: str, *, future: bool) -> tuple[str, str]:
    """The time at the start of `words` in unix seconds (empty when there is none) and the rest."""
    at, rest = take_when(words, call.now, call.speech.zone, call.speech.language, future=future)
    return (str(int(at.timestamp())) if at is not None else "", rest)


def instant_of(answers: dict[str, str], field: str) -> datetime | None:
    """The instant of an answer, or None where it was left open."""
    return datetime.fromtimestamp(int(answers[field]), UTC) if answers.get(field) else None
