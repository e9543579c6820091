"""Stripping the marks that phones, editors and copying put around what people type, and that mean nothing in a
command."""

from __future__ import annotations

import re
import unicodedata

# Nothing is to be seen of these: blanks without width, marks of direction, selectors of an emoji's look.
INVISIBLE = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\ufeff\u20e3"
DASHES = "\u2010-\u2015\u2212\ufe58\uff0d"
OPENING = "\"'`*_~(\\[{<\u00ab\u2018\u201a\u201b\u201c\u201e\u201f\u2039\uff08\uff3b"
CLOSING = "\"'`*_~)\\]}>\u00bb\u2019\u2018\u201d\u201c\u203a\uff09\uff3d"
BLANK = rf"[\s{INVISIBLE}]"

_HIDDEN = re.compile(f"[{INVISIBLE}]")
_DASH = re.compile(f"[{DASHES}]")
_UNSEEN = "".join(
    chr(n) for n in (*range(0x3001), 0xFEFF, *range(0xFE00, 0xFE10)) if chr(n).isspace() or _HIDDEN.match(chr(n))
)
_MARKS = re.sub(r"\\", "", f"{OPENING}{CLOSING}.,:;!\u2026")
_OPENED = re.compile(f"[\\s{INVISIBLE}]*([{OPENING}])")
_PARTNERS = {
    "(": ")", "[": "]", "{": "}", "<": ">", "\u00ab": "\u00bb", "\u2018": "\u2019", "\u201a": "\u2018",
    "\u201b": "\u2019", "\u201c": "\u201d", "\u201e": "\u201c", "\u201f": "\u201d", "\u2039": "\u203a",
    "\uff08": "\uff09", "\uff3b": "\uff3d",
}  # fmt: skip


def shed(words: str) -> str:
    """The words without invisible characters and blanks at either end."""
    return words.strip(_UNSEEN)


def bare(word: str) -> str:
    """A word as it would be typed on a plain keyboard: no quotes, brackets or full stop around it, nothing invisible in
    it, every dash a hyphen."""
    word = _DASH.sub("-", _HIDDEN.sub("", word.strip(_UNSEEN + _MARKS)))
    return unicodedata.normalize("NFKC", word).strip(_UNSEEN + _MARKS)


def unclosed(opened: str, rest: str) -> str:
    """The rest without the mark at its end that closes what was `opened` before it."""
    for mark in reversed([each for each in opened if not each.isspace()]):
        closing = _PARTNERS.get(mark, mark)
        if rest.endswith(closing) and mark not in rest[:-1] and closing not in rest[:-1]:
            rest = shed(rest[:-1])
    return rest


def unquoted(words: str) -> str:
    """Words without the quotes or brackets around all of them."""
    words = shed(words)
    match = _OPENED.match(words)
    inner = unclosed(match[1], words[match.end() :]) if match else words
    return inner if match and inner != words[match.end() :] else words
