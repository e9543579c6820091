"""What a message of Slack's says, exactly: its text, what is forwarded with it, its files."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

from bot.desk.runtime import DeskRuntime
from bot.slack.render import escape, unescape
from bot.verbs.base.call import Mentioned

Body = dict[str, Any]

_TOKEN = re.compile(r"<([@#!][^<>]+|[a-z][a-z0-9+.-]*:[^<>]+)>", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:(?://)?", re.IGNORECASE)
_CUT = re.compile(r"\[?(?:…|\.\.\.)\]?")
_BROADCASTS = {"here", "channel", "everyone"}
_DEEPEST = 4  # what is forwarded may itself forward something


def nameless(_: str) -> str:
    """Knows nobody's name."""
    return ""


def as_typed(text: str, name_of: Callable[[str], str] = nameless) -> str:
    """Slack's text as the person typed it: mentions become names, links their address, entities characters.

    `name_of` knows the name that goes with the id of a person or a group; empty where it does not.
    """
    return unescape(_TOKEN.sub(lambda match: _token(match[1], name_of), text))


def mentioned_in(desk: DeskRuntime, text: str) -> dict[str, Mentioned | None]:
    """Who is meant by each mention, by how `as_typed` writes it."""
    found: dict[str, Mentioned | None] = {}
    name_of = names(desk)
    for match in _TOKEN.finditer(text):
        target = match[1].partition("|")[0]
        is_of_group = target.startswith("!subteam^")
        if is_of_group or target.startswith("@"):
            typed = unescape(_token(match[1], name_of))
            who = Mentioned(desk.person(target.removeprefix("!subteam^").removeprefix("@")), is_of_group)
            found[typed] = who if found.get(typed, who) == who else None
    return found


def broadcasts_in(text: str) -> list[str]:
    """The mentions of everybody in a text, by how `as_typed` writes them."""
    return [f"@{match[1][1:].partition('|')[0]}" for match in _TOKEN.finditer(text) if match[1].startswith("!")]


def names(desk: DeskRuntime) -> Callable[[str], str]:
    """The names of people and groups, by their id on Slack."""
    directory = desk.directory

    def name_of(who: str) -> str:
        key = desk.person(who)
        if directory.is_group(key):
            group = directory.groups.get(key)
            return group.handle or group.name if group is not None else ""
        account = directory.accounts.get(key)
        return account.name if account is not None else ""

    return name_of


def _token(token: str, name_of: Callable[[str], str]) -> str:
    inner, _, label = token.partition("|")
    if inner.startswith("@"):
        return f"@{escape(name_of(inner[1:])) or label or inner[1:]}"
    if inner.startswith("#"):
        return f"#{label or inner[1:]}"
    if inner.startswith("!subteam^"):
        group = inner.removeprefix("!subteam^")
        return f"@{escape(name_of(group)) or label.removeprefix('@') or group}"
    if inner.startswith("!date^"):
        return label or _moment(inner)
    if inner.startswith("!"):
        return f"@{inner[1:]}" if inner[1:] in _BROADCASTS or not label else label
    return _link(inner, label)


def _moment(token: str) -> str:
    """The time of a date that comes without words of its own."""
    seconds = token.split("^")[1]
    if not re.fullmatch(r"\d{1,10}", seconds):
        return token
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%d %H:%M UTC")


def _link(address: str, label: str) -> str:
    """An address, with the words that stand for it where they say something else than the address does."""
    shown = _SCHEME.sub("", address, count=1) if address.startswith(("mailto:", "tel:")) else address
    if not label or _is_cut_of(label, address):
        return shown
    return label if _bare(label) == _bare(address) else f"{label} ({shown})"


def _bare(address: str) -> str:
    """An address as people write it: without scheme, without a slash at its end, however it is encoded."""
    bare = unquote(unescape(_SCHEME.sub("", address.strip(), count=1))).rstrip("/")
    return re.sub(r"[\s().-]", "", bare) if address.startswith("tel:") or re.fullmatch(r"[+\d\s().-]+", bare) else bare


def _is_cut_of(label: str, address: str) -> bool:
    """Whether the label is the address, shortened: `https://x.example/d?from=1[…]`."""
    pieces = _CUT.split(label)
    if len(pieces) == 1 or not pieces[0].strip():
        return False
    whole, place = _bare(address), 0
    for piece in map(_bare, pieces):
        place = whole.find(piece, place)
        if place < 0:
            return False
        place += len(piece)
    return whole.startswith(_bare(pieces[0]))


@dataclass(frozen=True)
class Reader:
    """Reads messages for a desk."""

    #: What a person or a group is called, by key.
    name_of: Callable[[str], str] = nameless
    #: What a file without a name is called.
    file: str = "(a file)"
    #: Whether an app wrote it: blocks and attachments then say what the text leaves out; a person's message has those
    #: only for what is forwarded, and for links that were unfolded.
    by_an_app: bool = False

    def said(self, message: Body, depth: int = 0) -> list[str]:
        """The parts of a message, each on lines of its own."""
        parts = [as_typed(_text(message.get("text")), self.name_of)]
        if not parts[0].strip():
            parts = [self._blocks(message.get("blocks"))]
        elif self.by_an_app:
            parts += _new(parts[0], self._blocks(message.get("blocks")))
        is_all = not parts[0].strip()
        for attached in _dicts(message.get("attachments")):
            if attached.get("is_share") or is_all or (self.by_an_app and not _is_unfolded(attached)):
                parts.append(self._attached(attached, depth))
        parts += map(self._file, _files(message))
        return [part for part in parts if part.strip()]

    def _attached(self, attached: Body, depth: int) -> str:
        """A forwarded message, or what an app hangs below its own: whose it is, what it says, where it stands."""
        inner = [inner for each in _dicts(attached.get("message_blocks")) if (inner := _dict(each.get("message")))]
        said: list[str] = []
        if depth < _DEEPEST:
            said = self.said({**attached, "files": None}, depth + 1)
            for each in inner if not said else ():
                said += self.said(each, depth + 1)
        before = [as_typed(_text(attached.get(key)), self.name_of) for key in ("pretext", "title")]
        said = [*(part for part in before if part.strip() and part not in said), *said]
        said += [
            ": ".join(part for key in ("title", "value") if (part := as_typed(_text(each.get(key)), self.name_of)))
            for each in _dicts(attached.get("fields"))
        ]
        said = [part for part in said if part.strip()]
        if not said:
            said = [as_typed(_text(attached.get("fallback")), self.name_of)]
        author = unescape(_text(attached.get("author_name")) or _text(attached.get("author_subname"))).strip()
        words = "\n".join(part for part in said if part.strip())
        parts = [f"{author}: {words}" if author and words else author or words]
        parts += map(self._file, _files(attached))
        if attached.get("is_share"):
            parts.append(unescape(_text(attached.get("from_url"))))
        return "\n".join(part for part in parts if part.strip())

    def _file(self, file: Body) -> str:
        """A file: what it is called, where it stands, and the words in it that Slack sends along."""
        name, title = (_text(file.get(key)).strip() for key in ("name", "title"))
        called = name or title or self.file
        if name and title and title not in (name, name.rpartition(".")[0]):
            called = f"{title} ({name})"
        where = _text(file.get("permalink")) or ("" if name or title else _text(file.get("id")))
        return "\n".join(part for part in (f"{called} {where}".strip(), *_words_in(file)) if part.strip())

    def _blocks(self, blocks: object) -> str:
        return "\n".join(line for block in _dicts(blocks) if (line := self._block(block, 0)).strip())

    def _block(self, block: Body, depth: int) -> str:
        """What a block says, or an element of one."""
        if depth > 2 * _DEEPEST:
            return ""
        inside = [self._block(each, depth + 1) for each in _dicts(block.get("elements"))]
        match block.get("type"):
            case "rich_text_list":
                indent = "  " * min(_whole(block.get("indent")), 8)
                first = 1 + _whole(block.get("offset"))
                ordered = block.get("style") == "ordered"
                marks = (f"{n}." if ordered else "•" for n in range(first, first + len(inside)))
                return "\n".join(f"{indent}{mark} {each}" for mark, each in zip(marks, inside, strict=True))
            case "rich_text_quote":
                return "\n".join(f"> {line}" for line in "".join(inside).split("\n"))
            case "rich_text_preformatted":
                return "```\n{}\n```".format("".join(inside).strip("\n"))
            case "rich_text_section":
                return "".join(inside)
            case "user" | "usergroup" | "channel" | "broadcast" | "link" | "emoji" | "date" | "color":
                return self._element(block)
            case "text" | "raw_text" | "plain_text":
                return _text(block.get("text"))
            case "mrkdwn":
                return as_typed(_text(block.get("text")), self.name_of)
            case "markdown":
                return _text(block.get("text"))
        parts = [
            *(self._block(_dict(block.get(key)), depth + 1) for key in ("title", "text")),
            *(self._block(each, depth + 1) for each in _dicts(block.get("fields"))),
            *inside,
            *(" | ".join(self._block(cell, depth + 1) for cell in _dicts(row)) for row in _lists(block.get("rows"))),
            *([_text(block.get("alt_text"))] if block.get("type") in ("image", "video") else []),
        ]
        return "\n".join(part for part in parts if part.strip())

    def _element(self, element: Body) -> str:
        """What rich text says in another way than by letters."""
        match element.get("type"):
            case "user":
                token = f"@{_text(element.get('user_id'))}"
            case "usergroup":
                token = f"!subteam^{_text(element.get('usergroup_id'))}"
            case "channel":
                token = f"#{_text(element.get('channel_id'))}"
            case "broadcast":
                token = f"!{_text(element.get('range'))}"
            case "emoji":
                return f":{_text(element.get('name'))}:"
            case "link":
                address, label = _text(element.get("url")), _text(element.get("text"))
                return unescape(_link(escape(address), escape(label)))
            case "date":
                return _text(element.get("fallback")) or _moment(f"!date^{_whole(element.get('timestamp'))}")
            case _:
                return _text(element.get("value"))
        return unescape(_token(token, self.name_of))


def _is_unfolded(attached: Body) -> bool:
    """Whether it is what Slack or an app shows of a link that stands in the text."""
    return any(attached.get(key) for key in ("from_url", "original_url", "is_app_unfurl", "is_msg_unfurl"))


def _new(said: str, words: str) -> list[str]:
    """The lines that were not said before."""
    plain = " ".join(said.split())
    return [line for line in words.split("\n") if line.strip() and " ".join(line.split()) not in plain]


def _words_in(file: Body) -> Iterator[str]:
    """What a snippet, an email or a voice message says, as far as Slack sends it along."""
    if file.get("mode") in ("snippet", "post", "email") or file.get("filetype") == "email":
        yield _text(file.get("plain_text")) or _text(file.get("preview_plain_text")) or _text(file.get("preview"))
    yield _text(_dict(_dict(file.get("transcription")).get("preview")).get("content"))


def _files(message: Body) -> list[Body]:
    """Its files; one that was deleted is gone."""
    return [file for file in _dicts(message.get("files")) if file.get("mode") != "tombstone"]


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _whole(value: object) -> int:
    return value if isinstance(value, int) and 0 <= value < 10**10 else 0


def _dict(value: object) -> Body:
    return value if isinstance(value, dict) else {}


def _dicts(value: object) -> list[Body]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _lists(value: object) -> list[list[Any]]:
    return [each for each in value if isinstance(each, list)] if isinstance(value, list) else []
