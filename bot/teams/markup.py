"""Teams' HTML as the words that were typed: no word lost, entities decoded once, line breaks where they are seen."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import unquote

_TAG = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9:-]*+)(?P<rest>(?:\"[^\"]*+\"|'[^']*+'|[^<>\"'])*+)>",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"([A-Za-z_:][\w:.-]*+)\s*+(?:=\s*+(\"[^\"]*+\"|'[^']*+'|[^\s\"'>]++))?+")
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#\d{1,6}|#[xX][0-9a-fA-F]{1,5});")
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:(?://)?", re.IGNORECASE)
_BLOCKS = frozenset({
    "p", "div", "ul", "ol", "li", "blockquote", "pre", "codeblock", "table", "tr", "h1", "h2", "h3", "h4", "h5", "h6",
    "hr",
})  # fmt: skip
_PRE = frozenset(("pre", "codeblock"))
_NO_END = frozenset(("img", "br", "hr", "input", "wbr", "attachment", "systemeventmessage"))
# Where Teams keeps pictures that only its clients can open.
_HOSTED = re.compile(r"/hostedContents/|/v3/attachments/|asm\.skype\.com|asyncgw\.teams", re.IGNORECASE)
_EMOJI = re.compile(r"schema\.skype\.com/emoji", re.IGNORECASE)
_MENTION = re.compile(r"schema\.skype\.com/mention", re.IGNORECASE)
_REPLY = re.compile(r"schema\.skype\.com/(?:reply|forward)", re.IGNORECASE)
_MEANS_NOTHING = frozenset(("", "image", "img", "picture"))  # what Teams writes under a picture by itself
_DEEPEST = 40

NameOf = Callable[[str, str], str]
"""How a mention is written, by its number in the text and what it reads there."""


def as_read(_number: str, name: str) -> str:
    """A mention of somebody who is not told along: by name."""
    return f"@{name}" if name else ""


@dataclass
class Words:
    """What a piece of HTML says."""

    #: Its text.
    text: str = ""
    #: What it quotes, where that is kept apart from the text.
    quoted: str = ""
    #: Whose words those are; empty: that is not said.
    author: str = ""
    #: The message that it answers or quotes, by its id; empty: none.
    answers: str = ""


def words_of(markup: str, mention: NameOf = as_read, unnamed: str = "(a file)", *, apart: bool = False) -> Words:
    """What that HTML says. `mention` writes a mention, `unnamed` stands for a picture without words. `apart`: what it
    quotes of another message is kept apart."""
    return _Reading(mention, unnamed, apart).read(markup)


def plain_words(text: str) -> str:
    """Text that is no HTML: its tags are words that somebody typed. What stands for a character that HTML needs is
    that character, once; what only begins like it, as in an address, stays."""
    return _ENTITY.sub(lambda found: html.unescape(found[0]), text).replace("\xa0", " ")


def link(label: str, address: str) -> str:
    """An address, with the words that stand for it where they say something else than the address does."""
    shown = _SCHEME.sub("", address, count=1) if address.startswith(("mailto:", "tel:")) else address
    if not label.strip() or not address:
        return shown or label
    return label if _bare(label) == _bare(address) else f"{label} ({shown})"


def _bare(address: str) -> str:
    return unquote(_SCHEME.sub("", address.strip(), count=1)).rstrip("/")


@dataclass
class _Reading:
    mention: NameOf
    unnamed: str
    apart: bool
    out: list[str] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)
    answers: str = ""
    author: str = ""
    _open: list[tuple[str, dict[str, str], int]] = field(default_factory=list)
    _lists: list[int | None] = field(default_factory=list)  # the number of the last item; None: not numbered
    _quotes: int = 0
    _apart_at: int = 0
    _pre: int = 0
    _is_fresh: bool = True  # whether the line has nothing on it yet

    def read(self, markup: str) -> Words:
        place = 0
        for tag in _TAG.finditer(markup):
            self._text(markup[place : tag.start()])
            place = tag.end()
            if name := (tag["name"] or "").lower():
                self._end(name) if tag["end"] else self._start(name, tag["rest"])
        self._text(markup[place:])
        while self._open:
            self._end(self._open[-1][0])
        return Words(_tidy("".join(self.out)), _tidy("".join(self.aside)), self.author, self.answers)

    # -- words -------------------------------------------------------------------------------------------------------

    @property
    def _to(self) -> list[str]:
        return self.aside if self._apart_at else self.out

    def _text(self, raw: str) -> None:
        if not raw:
            return
        if self._pre:
            for number, line in enumerate(html.unescape(raw).replace("\r\n", "\n").split("\n")):
                if number:
                    self._break()
                self._say(line)
            return
        said = html.unescape(_BLANKS.sub(" ", raw)).replace("\xa0", " ")
        if self._is_fresh:
            said = said.lstrip(" ") if raw[:1] in " \t\r\n" else said
        self._say(said)

    def _say(self, said: str) -> None:
        if not said:
            return
        if self._is_fresh:
            self._to.append("> " * min(self._quotes, 3) if self._quotes and not self._apart_at else "")
            self._is_fresh = False
        self._to.append(said)

    def _break(self) -> None:
        if self._is_fresh and self._quotes and not self._apart_at:
            self._to.append("> ")
        self._to.append("\n")
        self._is_fresh = True

    def _line(self) -> None:
        """Go on at the beginning of a line."""
        if not self._is_fresh:
            self._break()

    # -- tags --------------------------------------------------------------------------------------------------------

    def _start(self, name: str, rest: str) -> None:
        attributes = {
            found[1].lower(): html.unescape((found[2] or "").strip("\"'")) for found in _ATTRIBUTE.finditer(rest)
        }
        if name in _BLOCKS:
            self._line()
        match name:
            case "br":
                self._break()
            case "img" | "emoji":
                self._picture(name, attributes)
            case "ol":
                start = attributes.get("start", "1")
                self._lists.append(int(start) - 1 if re.fullmatch(r"\d{1,6}", start) else 0)
            case "ul":
                self._lists.append(None)
            case "li":
                self._item()
            case "td" | "th":
                self._cell()
            case "blockquote":
                self._quote(attributes)
        if name in _PRE:
            self._pre += 1
            if self._pre == 1:
                self._say("```")
                self._break()
        if name in _NO_END or rest.rstrip().endswith("/") or len(self._open) >= _DEEPEST:
            return
        self._open.append((name, attributes, len(self._to)))

    def _end(self, name: str) -> None:
        if not any(each[0] == name for each in self._open):
            return
        while self._open:
            opened, attributes, since = self._open.pop()
            self._close(opened, attributes, since)
            if opened == name:
                return

    def _close(self, name: str, attributes: dict[str, str], since: int) -> None:
        if name in _PRE:
            self._pre -= 1
            if not self._pre:
                self._line()
                self._say("```")
        if name in ("ol", "ul") and self._lists:
            self._lists.pop()
        if name == "a":
            label = "".join(self._to[since:])
            address = attributes.get("href", "")
            if (shown := link(label.strip(), address)) != label.strip():
                del self._to[since:]
                self._say(shown)
        if name == "at" or (name == "span" and _MENTION.search(attributes.get("itemtype", ""))):
            inside = "".join(self._to[since:])
            del self._to[since:]
            self._say(self.mention(attributes.get("itemid", attributes.get("id", "")), inside.strip()))
        if self._apart_at and attributes.get("itemprop") == "mri":
            self.author = "".join(self._to[since:]).strip()
            del self._to[since:]
            self._is_fresh = True
        if name in _BLOCKS:
            self._line()
        if name == "blockquote":
            self._quotes -= 1
            if self._apart_at > self._quotes:
                self._apart_at = 0
                self._is_fresh = not self.out or self.out[-1] == "\n"

    def _quote(self, attributes: dict[str, str]) -> None:
        self._quotes += 1
        if _REPLY.search(attributes.get("itemtype", "")):
            self.answers = self.answers or attributes.get("itemid", "")
            if self.apart and not self._apart_at:
                self._apart_at, self._is_fresh = self._quotes, True

    def _item(self) -> None:
        number = self._lists[-1] if self._lists else None
        if number is not None:
            self._lists[-1] = number + 1
        indent = "  " * min(max(len(self._lists) - 1, 0), 8)
        self._say(f"{indent}{'•' if number is None else f'{number + 1}.'} ")

    def _cell(self) -> None:
        if not self._is_fresh:
            self._say(" | ")

    def _picture(self, name: str, attributes: dict[str, str]) -> None:
        alt = attributes.get("alt", "").strip()
        if name == "emoji" or _EMOJI.search(attributes.get("itemtype", "")):
            self._say(alt or attributes.get("title", ""))
            return
        source = attributes.get("src", "")
        called = self.unnamed if alt.lower() in _MEANS_NOTHING else alt
        is_open = source.startswith(("https://", "http://")) and not _HOSTED.search(source)
        self._say(f"{called} {source}" if is_open else called)


def _tidy(text: str) -> str:
    """Without blanks at the ends of lines, and without empty lines before and behind."""
    return "\n".join(line.rstrip(" \t") for line in text.split("\n")).strip("\n")
