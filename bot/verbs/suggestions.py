"""Suggestions for a box in which commands are composed: each verb, how it is typed, what it does."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.verbs.registry import TYPED
from bot.wording.sentences import Strong, plain
from bot.wording.speech import Speech

_END = re.compile(r"\s?;\s.*", re.DOTALL)  # what a line of help goes on with are other ways to type the verb


@dataclass(frozen=True)
class Suggestion:
    """One verb, in the words of its line of help."""

    #: As the language types it.
    verb: str
    #: What follows it, such as `42 REASON`.
    usage: str
    #: What it does.
    what: str


def suggestions(speech: Speech) -> list[Suggestion]:
    """Every verb that can be typed, those of every day first."""
    return [_of(verb.name, speech) for verb in sorted(TYPED, key=lambda verb: not verb.daily)]


def _of(verb: str, speech: Speech) -> Suggestion:
    example, *rest = speech(f"help.{verb}", command="")
    typed, _, usage = (example.text if isinstance(example, Strong) else plain((example,))).strip().partition(" ")
    return Suggestion(typed, usage, _END.sub("", plain(tuple(rest))).strip(" \u00a0-,"))
