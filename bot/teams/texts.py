"""Sentences as elements of an Adaptive Card. What a person typed is shown as typed: it never becomes markup, a link, a
time or a mention.

There are two elements for text. A TextBlock reads Markdown, each client a little differently and some without any way
to escape it; but only in a TextBlock does a mention notify. A RichTextBlock reads none. So a sentence that mentions
somebody is a TextBlock where nothing in it could be taken for Markdown; any other is a RichTextBlock, and whoever it
mentions is named in a TextBlock of their own before it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC
from itertools import islice
from typing import Any
from urllib.parse import quote, urlsplit

from bot.teams.platform import PLATFORM
from bot.teams.reactions import with_signs
from bot.wording.sentences import InChannel, Link, Mention, Named, Part, Sentence, Strong, Typed, When, isolated, plain
from triage.keys import id_of

Element = dict[str, Any]

# What some client makes something of in a TextBlock, wherever it stands: emphasis, code, links, escapes, entities.
_MARKUP = re.compile(
    r"[*`\x00-\x1f\x7f]|~~|==|(?<![^\W_])_|_(?![^\W_])|\][(\[:]|<[^\s\d]|\{\{|\$\{|\\[!-/:-@\[-`{-~]|&#?\w+;|www\."
    r"|https?:(?!//[A-Za-z0-9/-]+(?:\.[A-Za-z0-9/-]+)*(?:[\s,;)]|$))",
    re.IGNORECASE,
)
# The same where it begins a text: lists, headings, rules, quotes.
_BEGINS = re.compile(r"\s*(?:(?:[-+=]|#{1,6}|\d{1,9}[.)])(?:\s|$)|--|>)|\s{2}")
# Where something would be read in any text: a date, a mention, a link.
_READ = re.compile(r"\{(?=\{)|<(?=/?at\b)|\](?=\()|\$(?=\{)", re.IGNORECASE)
_OPEN = ("{", "<", "]", "$")  # what it begins with: the rest may stand in the part that follows
_APART = "\u2060"  # takes no room, is not seen, and no line breaks there
_NAMELESS = re.compile(r"[*_`~\[\]<>\\{}|&=\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
_LONGEST_NAME = 80
_LONGEST_LINK = 2000
_MOST_LINKS = 10  # of a text: each of them counts against what Teams takes
_LINES = re.compile(r"\n+")
_LINK = re.compile(r"https?://[A-Za-z0-9][A-Za-z0-9.-]*(?::\d{1,5})?(?:[/?#][^\s<>\"']*)?")


def literal(text: str) -> str:
    """The text for an element that reads no Markdown: the same to the eye, without what is read all the same."""
    return _READ.sub(lambda found: found[0] + _APART, text)


def has_markup(text: str) -> bool:
    """Whether some client would take something in it for Markdown."""
    return _MARKUP.search(text) is not None or _BEGINS.match(text) is not None


@dataclass
class Mentions:
    """Who is mentioned in one card: each has a name of their own in it."""

    _names: dict[str, str] = field(default_factory=dict)

    def token(self, person: str, name: str) -> str:
        """What stands in a text where that person is mentioned. `person` is the key of their account here."""
        known = self._names.get(person)
        if known is None:
            plain_name = " ".join(_NAMELESS.sub(" ", name).split())[:_LONGEST_NAME].strip() or "?"
            known, place = plain_name, 2
            while known in self._names.values():
                known, place = f"{plain_name} ({place})", place + 1
            self._names[person] = known
        return f"<at>{known}</at>"

    def entities(self) -> list[Element]:
        """What tells Teams whom each of them means."""
        return [
            {"type": "mention", "text": f"<at>{name}</at>", "mentioned": {"id": id_of(person), "name": name}}
            for person, name in self._names.items()
        ]


@dataclass(frozen=True)
class Writer:
    """Writes the texts of one card."""

    #: What channels are called, by key; one that is not there is shown by its id.
    channels: Mapping[str, str] = field(default_factory=dict)
    #: Whoever is mentioned so far.
    mentions: Mentions = field(default_factory=Mentions)

    def lines(self, sentence: Sentence, **look: Any) -> list[Element]:
        """A sentence as elements, one for each of its lines; `look` is how they look: weight, colour, size."""
        found: list[Element] = []
        for line in _split(sentence):
            found += [{**each, **({"spacing": "Small"} if found else {})} for each in self._line(line, look)]
        return found

    def _line(self, line: Sentence, look: Mapping[str, Any]) -> list[Element]:
        mentioned = [part for part in line if _notifies(part)]
        if mentioned and not self._has_markup(line):
            return [{"type": "TextBlock", "text": "".join(map(self._marked, line)), "wrap": True, **look}]
        rich = {"type": "RichTextBlock", "inlines": self.runs(line, **look)}
        if not mentioned:
            return [rich]
        tokens = " ".join(dict.fromkeys(map(self._marked, mentioned)))
        return [{"type": "TextBlock", "text": tokens, "wrap": True, "size": look.get("size", "Default")}, rich]

    def runs(self, sentence: Sentence, **look: Any) -> list[Element]:
        """A sentence as runs of text, which know no Markdown."""
        found: list[Element] = []
        for part in sentence:
            words = moment(part) if isinstance(part, When) else literal(self._words(part))
            run: Element = {"type": "TextRun", "text": words, **look}
            if _is_strong(part):
                run["weight"] = "Bolder"
            if isinstance(part, Link) and (url := address(part.url)):
                run["selectAction"] = {"type": "Action.OpenUrl", "url": url}
            if found and {**found[-1], "text": ""} == {**run, "text": ""} and "selectAction" not in run:
                found[-1]["text"] += (_APART if found[-1]["text"].endswith(_OPEN) else "") + words
            elif words:
                found.append(run)
        return found or [{"type": "TextRun", "text": " ", **look}]

    def fact(self, sentence: Sentence) -> str | None:
        """A sentence as the value of a fact, where Markdown is read; None where something in it would be taken for
        Markdown, or is a link."""
        if any(isinstance(part, Link) for part in sentence) or self._has_markup(sentence):
            return None
        return "".join(map(self._marked, sentence))

    def words(self, sentence: Sentence) -> str:
        """A sentence as plain text, for notifications and whoever reads no cards: times in the zone of whom it is
        for."""
        return "".join(map(self._words, sentence))

    def _has_markup(self, sentence: Sentence) -> bool:
        """Whether something that is not ours would be taken for Markdown, beside marks of ours. Names of the mentioned
        are made fit for it."""
        if any(isinstance(part, Link) and re.search(r"[\[\]]", part.text) for part in sentence):
            return True
        # A client that makes links of its own leaves the words of ours beside what was typed.
        bare = "".join(self._words(part) if isinstance(part, Link) else self._beside(part) for part in sentence)
        return has_markup("".join(map(self._beside, sentence))) or has_markup(bare)

    def _beside(self, part: Part) -> str:
        """What a part is to its neighbours, where Markdown is read: marks of ours are signs to them, not letters."""
        if _notifies(part) or isinstance(part, When):
            return "@"
        return f"@{self._words(part)}@" if isinstance(part, Strong | Link) else self._words(part)

    def _marked(self, part: Part) -> str:
        """A part where Markdown is read. There is none in it but ours."""
        match part:
            case Mention() if (account := part.account_on(PLATFORM)) is not None:
                return self.mentions.token(account, part.name)
            case When():
                return f"**{moment(part)}**" if part.strong else moment(part)
            case Strong() if (text := self._words(part)).strip() == text and text:
                return f"**{text}**"
            case Link(_, url) if address(url):
                # What could be taken for Markdown in an address is written in another way there.
                return f"[{self._words(part)}]({address(url).replace('*', '%2A').replace('_', '%5F')})"
            case _:
                return self._words(part)

    def _words(self, part: Part) -> str:
        if isinstance(part, InChannel):
            known = self.channels.get(part.channel)
            return f"#{isolated(known)}" if known else part.unnamed or plain((part,))
        text = plain((part,))
        if isinstance(part, str | Strong):
            return with_signs(text)
        return isolated(text) if isinstance(part, Typed | Named | Mention | Link) else text


def moment(when: When) -> str:
    """An instant, for Teams to write in each reader's zone and language. It knows no seconds: such an instant is said
    in words, with its zone."""
    at = when.at.astimezone(UTC)
    if when.style == "second":
        return when.fallback
    stamp = f"{at:%Y-%m-%dT%H:%M:%SZ}"
    time = f"{{{{TIME({stamp})}}}}"
    return time if when.style == "time" else f"{{{{DATE({stamp}, SHORT)}}}}{when.joint}{time}"


def linked(text: str) -> list[Element]:
    """Typed text as runs, of which the first web addresses lead to themselves."""
    runs: list[Element] = []
    end = 0
    for match in islice(_LINK.finditer(text), _MOST_LINKS):
        url = match[0].rstrip(".,;:!?)]}")
        if not (leads := address(url)):
            continue
        before = text[end : match.start()]
        runs += [{"type": "TextRun", "text": literal(before)}] if before else []
        runs.append({"type": "TextRun", "text": literal(url), "selectAction": {"type": "Action.OpenUrl", "url": leads}})
        end = match.start() + len(url)
    rest = text[end:]
    return [*runs, *([{"type": "TextRun", "text": literal(rest) or " "}] if rest or not runs else [])]


def address(url: str) -> str:
    """The address of a link as it may stand in a card; empty where it is none that we lead to."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not parts.netloc or len(url) > _LONGEST_LINK:
        return ""
    return quote(url, safe="%/:?#@!$&'*+,;=-._~")


def _notifies(part: Part) -> bool:
    """Whether it is a mention of somebody who has an account here."""
    return isinstance(part, Mention) and part.account_on(PLATFORM) is not None


def _is_strong(part: Part) -> bool:
    return isinstance(part, Strong) or _notifies(part) or (isinstance(part, When) and part.strong)


def _split(sentence: Sentence) -> list[Sentence]:
    """The lines of a sentence. Only our own words break lines; what was typed keeps its own."""
    lines: list[list[Part]] = [[]]
    for part in sentence:
        pieces = _LINES.split(part) if isinstance(part, str) else [part]
        for place, piece in enumerate(pieces):
            if place:
                lines.append([])
            if piece != "":
                lines[-1].append(piece)
    return [tuple(line) for line in lines if line] or [(" ",)]
