"""What people type, made safe to keep: no control characters, no text that could reorder its surroundings."""

from __future__ import annotations

import re
import unicodedata

from triage.errors import Refusal

LONGEST_SUMMARY = 250
LONGEST_TEXT = 8000
LONGEST_NAME = 120

_NEWLINES = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_BLANK_LINES = re.compile(r"\n{3,}")
# Control characters but tab and newline, halves of surrogate pairs, and what overrides the direction of writing.
_UNSAFE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


def clean(text: str | None) -> str:
    """`text` as typed, without control characters and without stray direction overrides left open.

    Right-to-left text and joined emoji are kept; the invisible characters that would reorder what stands after them are
    taken out. Empty where nothing could be seen.
    """
    if not text:
        return ""
    text = _UNSAFE.sub("", _NEWLINES.sub("\n", text))
    text = _BLANK_LINES.sub("\n\n", text).strip()
    return text if any(unicodedata.category(c) not in ("Cf", "Mn", "Zl", "Zp", "Zs") for c in text) else ""


def name(text: str | None) -> str:
    """`clean`, for what somebody or something is called, whoever called it so: one line, and a short one."""
    text = " ".join(clean(text).split())
    return text if len(text) <= LONGEST_NAME else text[: LONGEST_NAME - 1].rstrip() + "\u2026"


def one_line(text: str | None) -> str:
    """`clean`, on one line: a summary. Refuses one that is too long."""
    text = " ".join(clean(text).split())
    if len(text) > LONGEST_SUMMARY:
        raise Refusal("summary_too_long", length=len(text), limit=LONGEST_SUMMARY)
    return text


def checked(text: str | None) -> str:
    """`clean`, for text that is about to be said. Refuses what is too long."""
    text = clean(text)
    if len(text) > LONGEST_TEXT:
        raise Refusal("text_too_long", length=len(text), limit=LONGEST_TEXT)
    return text


def cut(text: str | None, limit: int = LONGEST_TEXT) -> str:
    """`clean`, for text that stands somewhere in full already: the end of a very long one is left out."""
    text = clean(text)
    return text if len(text) <= limit else text[: limit - 1] + "\u2026"


def cut_at_word(text: str, limit: int) -> str:
    """One line of at most `limit` characters; what is longer ends with a whole word, unless its words are endless."""
    text = " ".join(text.split())
    if len(text) <= limit:
        return text
    short = text[: limit - 1]
    if not text[limit - 1].isspace() and " " in short[limit // 2 :]:
        short = short.rpartition(" ")[0]
    return short.rstrip(" ,;:-") + "\u2026"
