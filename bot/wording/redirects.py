"""What is said of a question that belongs to billing or sales."""

from __future__ import annotations

import re

from bot.wording.sentences import Link, Part, Sentence, Typed
from bot.wording.speech import Speech
from triage.redirecting import Redirect

_ADDRESS = re.compile(r"https://[^\s<>\"|]+[^\s<>\"|.,;:!?)]")


def told_where(speech: Speech, to: Redirect) -> Sentence:
    """Where such a question is answered, to whoever asked it."""
    return speech(f"redirected.{to.to}", place=place(to.place))


def place(text: str) -> Sentence:
    """The place in the policy's words, exactly as written; an address in it can be followed."""
    found: list[Part] = []
    end = 0
    for match in _ADDRESS.finditer(text):
        if match.start() > end:
            found.append(Typed(text[end : match.start()]))
        found.append(Link(match[0], match[0]))
        end = match.end()
    if end < len(text):
        found.append(Typed(text[end:]))
    return tuple(found)
