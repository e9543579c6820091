"""What most verbs read behind the ticket's number: a text, or a time and a text."""

from __future__ import annotations

from bot.verbs.base.call import Call
from bot.verbs.reading.instants import take_instant_or_text


def text_alone(_call: Call, words: str) -> dict[str, str]:
    """Everything typed is the text."""
    return {"text": words}


def at_and_text(call: Call, words: str) -> dict[str, str]:
    """`at TIME` or the time alone first, if it is there; the rest is the text."""
    at, text = take_instant_or_text(call, words, future=False)
    return {"at": at, "text": text}
