"""Titles: the line of a message that says what it is about, for a list, a warning, a phone."""

from __future__ import annotations

import re

from triage.text import LONGEST_SUMMARY, clean, cut_at_word
from triage.thanks import is_greeting, is_thanks

# What stands before the words of a line: a quote, an item of a list, the beginning or the end of a block of code.
_MARKS = re.compile(r"(?:(?:>|\u2022|[-*](?=\s))\s*)*(?:```)?\s*")
_FENCE = re.compile(r"```\s*$")
# What only says how much it matters, and not what.
_CALLS = re.compile(
    r"(?:(?:(?:very|tr[e\u00e8]s|most) )?(?:urgente?|important|critical|critique)|urgency|urgence|emergency|asap|fyi"
    r"|pour info|attention|help|please help|help please|[a\u00e0] l['\u2019]aide|(?:(?:a|quick|new|une) )*"
    r"(?:question|problem|probl[e\u00e8]me|issue))[\s!.:,;\u2026-]*",
    re.IGNORECASE,
)
_LINKS = re.compile(r"(?:<?https?://\S+>?[\s,;]*)+", re.IGNORECASE)
_NAMES = re.compile(r"(?:@[\w.-]+(?: [A-Z\u00c0-\u00de][\w'\u2019-]+)?[\s,:;.!]*)+")


def titled(text: str) -> str:
    """The first line that says what the text is about, short enough for a summary. Greetings and lines without a letter
    or a figure say nothing; names and addresses alone, and `Urgent!`, hardly anything. Empty where there is no text."""
    lines = [line.strip() for line in clean(text).split("\n") if line.strip()]
    said = [words for line in lines if (words := _words(line)) and any(c.isalnum() for c in words)]
    if len(said) == 1:  # most are, and the rest takes as long as anything else that is done with what was typed
        return cut_at_word(said[0], LONGEST_SUMMARY)
    about = [line for line in said if not (is_thanks(line) or is_greeting(line))]
    telling = [line for line in about if not any(each.fullmatch(line) for each in (_LINKS, _NAMES, _CALLS))]
    return cut_at_word(next(iter([*telling, *about, *said, *lines]), ""), LONGEST_SUMMARY)


def _words(line: str) -> str:
    return _FENCE.sub("", line[_MARKS.match(line).end() :]).strip()  # type: ignore[union-attr]


def says_nothing(text: str, names: tuple[str, ...] = ()) -> bool:
    """Whether nothing is left of a text but thanks, a greeting and the `names` of whom it mentions."""
    bare = text
    for name in sorted(names, key=len, reverse=True):
        bare = bare.replace(name, " ")
    return is_thanks(text) or is_thanks(bare) or (bool(names) and not any(c.isalnum() for c in bare))
