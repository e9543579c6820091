"""What a message of Teams' says, exactly: its text, what is quoted or forwarded with it, its files, its cards."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.desk.runtime import DeskRuntime
from bot.teams.markup import as_read, plain_words, words_of
from bot.teams.payload import Activity, Body, Mention, id_in, mapping, mappings
from bot.verbs.base.call import Mentioned
from bot.verbs.reading.figures import figure
from bot.wording.phrase_book import PhraseBook

US = "\ufdd0"  # stands for our own name while a text is read; no character that anybody can send
HTML = "text/html"
LONGEST = 200_000  # characters of a message; Teams' own have fewer than 30,000, and a ticket keeps 8,000
_MOST_LINES = 1000  # that are looked for one by one
_AT = re.compile(r"<at(?:\s[^<>]*)?>(?P<name>[^<>]*)</at>", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_WHOLE_HTML = re.compile(r"\s*<(p|div|ul|ol|table|h[1-6])\b[^<>]*>.*</\1>\s*", re.DOTALL | re.IGNORECASE)
_FILES = ("application/vnd.microsoft.teams.file.download.info", "reference")
# What cards say, by the names of its parts, whatever kind of card it is.
_CARD_WORDS = (
    "title", "subtitle", "summary", "activityTitle", "activitySubtitle", "activityText", "text", "altText", "label",
    "fallbackText", "url",
)  # fmt: skip
_DEEPEST = 12
_MOST_PARTS = 400  # of a card: more than any holds that a client shows


@dataclass
class Said:
    """A message as it was typed."""

    #: All of it.
    text: str = ""
    #: The same, with `US` where we are named.
    marked: str = ""
    #: What it quotes of another message.
    quoted: str = ""
    #: Whose words those are; empty: that is not said.
    author: str = ""
    #: The message that it quotes, by its id; empty: none.
    answers: str = ""
    #: Who is meant by each mention, by how it stands in the text; None where two are called the same.
    mentioned: dict[str, Mentioned | None] = field(default_factory=dict)
    #: Every mention as it stands in the text, those of everybody and of channels too.
    names: tuple[str, ...] = ()


class Names:
    """Writes mentions by name, and keeps who is meant. The id counts, never the text."""

    def __init__(self, desk: DeskRuntime, us: str, mentions: Sequence[Mention]) -> None:
        self._desk = desk
        self._us = us
        self._left = list(mentions)
        self._all = tuple(mentions)
        self.mentioned: dict[str, Mentioned | None] = {}
        self.names: list[str] = []

    def by_number(self, number: str, name: str) -> str:
        """The mention of that number in the HTML; where its name is another's, the one of that name."""
        place = figure(number)
        found = self._all[place] if place is not None and place < len(self._all) else None
        if found is None or name.strip() not in ("", found.name, _inside(found.text)):
            found = next((each for each in self._all if name.strip() in (each.name, _inside(each.text))), found)
        return as_read(number, name) if found is None else self.written(found, name)

    def by_text(self, match: re.Match[str]) -> str:
        """A mention in plain text; what only looks like one stays as it was typed."""
        name = match["name"].strip()
        fits = (each for each in self._left if each.text == match[0] or name in (each.name, _inside(each.text)))
        found = next(fits, None)
        if found is None:
            return match[0]
        self._left.remove(found)
        return self.written(found, name)

    def left_over(self, text: str) -> str:
        """The text with those mentions written that stand in it without any mark."""
        for each in list(self._left):
            bare = each.text.strip()
            if bare and "<" not in bare and bare in text:
                self._left.remove(each)
                text = text.replace(bare, self.written(each, bare.removeprefix("@")), 1)
        return text

    def written(self, mention: Mention, name: str) -> str:
        """How that mention stands in the text that people read."""
        if mention.id == self._us:
            return US
        key = self._desk.person(mention.id)
        account = self._desk.directory.accounts.get(key)
        typed = f"@{(account.name if account is not None else '') or name or mention.name or mention.id}"
        self.names.append(typed)
        if mention.is_person:
            who = Mentioned(key)
            self.mentioned[typed] = who if self.mentioned.get(typed, who) == who else None
        return typed


def _inside(text: str) -> str:
    found = _AT.fullmatch(text.strip())
    return found["name"].strip() if found else text.strip()


def said(desk: DeskRuntime, activity: Activity, us: str) -> Said:
    """What the message says. `us` is what Teams calls us."""
    unnamed = _unnamed(desk)
    names = Names(desk, us, activity.mentions)
    text = _without_marks(activity.text[:LONGEST])
    html = [each["content"] for each in activity.attachments if _is_html(each) and isinstance(each["content"], str)]
    found = Said()
    if not html and (activity.raw.get("textFormat") == "xml" or _WHOLE_HTML.fullmatch(text)):
        html, text = [text], ""
    if html:
        words = words_of(_without_marks("\n".join(html)[:LONGEST]), names.by_number, unnamed, apart=True)
        found.marked, found.quoted, found.author = words.text, words.quoted, words.author
        found.answers = id_in(words.answers)
    if text.strip() and not _is_said(f"{found.marked}\n{found.author}\n{found.quoted}", text):
        more = names.left_over(_plain(text, names)).strip()
        found.marked = "\n".join(part for part in (more, _new(more, found.marked)) if part)
    parts = [part for each in activity.attachments for part in _attached(each, unnamed) if part.strip()]
    found.marked = "\n".join([found.marked, *parts] if found.marked.strip() else parts)
    for name in {each for each in names.names if names.names.count(each) > 1}:
        # A client may name somebody once for each word of their name.
        again = f"(?P<once>{re.escape(name)})(?: +{re.escape(name)})+"
        found.marked = re.sub(again, r"\g<once>", found.marked)
    found.mentioned, found.names = names.mentioned, tuple(dict.fromkeys(names.names))
    called = us_called(activity, us)
    quoted = ": ".join(part for part in (found.author, found.quoted) if part)
    body = [f"> {line}" for line in quoted.split("\n") if line.strip()]
    found.text = "\n".join([*body, found.marked]).replace(US, f"@{called}").strip()
    return found


def us_called(activity: Activity, us: str) -> str:
    """What we are called there."""
    return next((each.name for each in activity.mentions if each.id == us and each.name), "") or "Vigie"


def _unnamed(desk: DeskRuntime) -> str:
    return PhraseBook(desk.directory).desk_speech.text("source.file")


def _without_marks(text: str) -> str:
    return text.replace(US, "")


def _is_html(attachment: Body) -> bool:
    return attachment.get("contentType") == HTML and bool(attachment.get("content"))


def _is_said(said: str, text: str) -> bool:
    """Whether every word of the text is said already, mentions aside: as it stands, or its tags taken for markup."""
    known, bare = set(_WORD.findall(said)), _AT.sub(" ", text)
    readings = (plain_words(bare), words_of(bare).text)
    return bool(said.strip()) and any(known.issuperset(_WORD.findall(each)) for each in readings)


def _plain(text: str, names: Names) -> str:
    """Text that is no HTML, with its mentions by name. What is typed to look like one stays as it was typed."""
    found, place = "", 0
    for match in _AT.finditer(text):
        found += plain_words(text[place : match.start()]) + names.by_text(match)
        place = match.end()
    return found + plain_words(text[place:])


def _new(said: str, words: str) -> str:
    """The lines that were not said before."""
    plain, lines = " ".join(said.split()), words.split("\n")
    if len(lines) > _MOST_LINES:
        return words
    return "\n".join(line for line in lines if line.strip(f" {US}") and " ".join(line.split()) not in plain)


def payload_text(desk: DeskRuntime, message: Body) -> str:
    """What the message says that an extension was used on: its subject, its text, its files."""
    body = mapping(message.get("body"))
    content = body.get("content") if isinstance(body.get("content"), str) else ""
    unnamed = _unnamed(desk)
    subject = message.get("subject") if isinstance(message.get("subject"), str) else ""
    html = body.get("contentType") != "text"
    text = words_of(str(content), as_read, unnamed).text if html else plain_words(str(content))
    parts = [
        str(subject or ""),
        text,
        *(part for each in mappings(message.get("attachments")) for part in _attached(each, unnamed)),
    ]
    return "\n".join(part for part in parts if part.strip())


# -- attachments -----------------------------------------------------------------------------------------------------


def _attached(attachment: Body, unnamed: str) -> Iterator[str]:
    """What hangs on a message: a file, a picture, a card, a message that is quoted or forwarded."""
    kind = attachment.get("contentType")
    kind = kind if isinstance(kind, str) else ""
    if kind == HTML:
        return
    content = attachment.get("content")
    if isinstance(content, str):
        content = _object(content) or content
    name, address = _text(attachment.get("name")), _text(attachment.get("contentUrl"))
    if kind.lower() in ("messagereference", "forwardedmessagereference"):
        yield from _other_message(mapping(content))
    elif kind in _FILES or not isinstance(content, dict):
        yield _file(name, address, unnamed)
        if isinstance(content, str) and kind.startswith("text/"):
            yield content
    else:
        if name or address:
            yield _file(name, address, unnamed)
        yield from _lines(_card(content) or _every_text(content))


def _file(name: str, address: str, unnamed: str) -> str:
    """A file: what it is called, and where it stands."""
    return f"{name or unnamed} {address}".strip()


def _other_message(reference: Body) -> Iterator[str]:
    """Whose message it is, and what it says."""
    sender = mapping(reference.get("messageSender")) or mapping(reference.get("originalMessageSender"))
    author = next(
        (_text(each.get("displayName")) for each in sender.values() if isinstance(each, dict) and each), ""
    )  # fmt: skip
    whole = _text(reference.get("originalMessageContent"))
    words = words_of(whole).text if whole else _text(reference.get("messagePreview"))
    if words or author:
        yield f"{author}: {words}" if author and words else author or words


def _card(card: Body) -> list[str]:
    """What a card says, from top to bottom, whatever kind of card it is."""
    found: list[str] = []
    _walk(card, found, 0)
    return found


def _walk(node: Any, found: list[str], depth: int) -> None:
    if depth > _DEEPEST or len(found) >= _MOST_PARTS:
        return
    if isinstance(node, list):
        for each in node:
            _walk(each, found, depth + 1)
        return
    if not isinstance(node, dict):
        return
    pair = [_text(node.get(key)) for key in ("title" if "title" in node else "name", "value")]
    if all(pair):
        found.append(": ".join(pair))
    else:
        found += [word for key in _CARD_WORDS if (word := _text(node.get(key)))]
    for key, each in node.items():
        if isinstance(each, list | dict) and key not in ("msteams", "data"):
            if key == "inlines" and isinstance(each, list):
                found.append("".join(x if isinstance(x, str) else _text(mapping(x).get("text")) for x in each))
            else:
                _walk(each, found, depth + 1)


def _every_text(node: Any, depth: int = 0) -> list[str]:
    """Every text in something of a kind that nobody here has heard of."""
    if isinstance(node, str):
        return [node.strip()] if node.strip() else []
    if depth > _DEEPEST or not isinstance(node, dict | list):
        return []
    inside = node.values() if isinstance(node, dict) else node
    return [text for each in inside for text in _every_text(each, depth + 1)][:_MOST_PARTS]


def _lines(words: Sequence[str]) -> Iterator[str]:
    """Each once: a card names its summary and its title with the same words."""
    for word in dict.fromkeys(words):
        yield words_of(word).text if "<" in word and ">" in word else word


def _object(text: str) -> Body:
    try:
        return mapping(json.loads(text))
    except (ValueError, RecursionError):
        return {}


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
