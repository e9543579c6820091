"""The words of a letter that was written in HTML: no mark-up, nothing hidden, no address that is not to be seen.

It is read from its beginning to its end, without a tree: whoever nests a hundred thousand elements costs us no more
than whoever writes as many words.
"""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser

LARGEST = 400_000  # characters of mark-up that are read; what is longer is cut
_UNSEEN = ("script", "style", "head", "title", "template", "noscript", "object", "iframe", "svg", "math")
_BLOCKS = frozenset((
    "p", "div", "tr", "li", "ul", "ol", "table", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "hr",
    "section", "article",
))  # fmt: skip
_EMPTY = frozenset((
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
))  # fmt: skip
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?:px|pt|em)?\s*(?:;|$)", re.IGNORECASE
)
_QUOTED = ("gmail_quote", "gmail_quote_container", "yahoo_quoted", "moz-cite-prefix", "protonmail_quote")
LONGEST_STYLE = 2000  # characters of an attribute that are looked at


def words_of(markup: str) -> str:
    """What a reader would see of it, line by line. What it quotes of earlier letters is left out where it says so."""
    words = _Words()
    read = _without_comments(markup)[:LARGEST]
    ends = read.rfind(">") + 1  # what is opened behind that is closed nowhere, and is looked for again and again
    words.feed(read[:ends] + read[ends:].replace("<", "&lt;"))
    words.close()
    lines = (re.sub(r"[ \t\r\f\v\u00a0]+", " ", line).strip() for line in "".join(words.found).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _without_comments(markup: str) -> str:
    """The mark-up without comments, looked through once: the library looks for the end of each anew."""
    kept, at = [], 0
    while (begins := markup.find("<!--", at)) >= 0:
        kept.append(markup[at:begins])
        ends = markup.find("-->", begins)
        if ends < 0:
            return "".join(kept)
        at = ends + 3
    return "".join([*kept, markup[at:]])


class _Words(HTMLParser):
    """Gathers what is to be seen."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._open: list[str] = []
        self._times_open: Counter[str] = Counter()
        self._left_out_from: int | None = None  # how much was open when what is left out began

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "body":  # a head need not be closed
            self.handle_endtag("head")
        given = {name: value or "" for name, value in reversed(attrs)}
        is_left_out = _is_left_out(tag, given)
        if tag not in _EMPTY:
            if is_left_out and self._left_out_from is None:
                self._left_out_from = len(self._open)
            self._open.append(tag)
            self._times_open[tag] += 1
        if self._left_out_from is not None or is_left_out:
            return
        if tag == "br" or tag in _BLOCKS:
            self.found.append("\n")
        elif tag == "img":
            self.found.append(given.get("alt", ""))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _EMPTY:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._times_open[tag]:
            return
        while self._open:
            closed = self._open.pop()
            self._times_open[closed] -= 1
            if self._left_out_from == len(self._open):
                self._left_out_from = None
            elif self._left_out_from is None and closed in _BLOCKS:
                self.found.append("\n")
            if closed == tag:
                return

    def handle_data(self, data: str) -> None:
        if self._left_out_from is None:
            self.found.append(data)


def _is_left_out(tag: str, given: dict[str, str]) -> bool:
    if tag in _UNSEEN or "hidden" in given:
        return True
    style, classes = given.get("style", "")[:LONGEST_STYLE], given.get("class", "")[:LONGEST_STYLE].split()
    return bool(_HIDDEN.search(style)) or any(each in _QUOTED for each in classes) or given.get("id") == "divRplyFwdMsg"
