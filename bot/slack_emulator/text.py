"""Text as Slack's client sends it, and whom a message would ping."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from bot.slack_emulator.ids import BOT_NAME, BOT_USER_ID
from bot.slack_emulator.workspace_people import GROUP, PEOPLE
from bot.stand_in.shapes import Json

BROADCASTS = ("channel", "here", "everyone")
_ENDINGS = "com|net|org|edu|gov|io|dev|app|co|eu|fr|de|uk|es|pt|br|it|nl|au|in|jp|ca|ch|be|info|biz"
_TOKEN = re.compile(r"<(@[UW][A-Z0-9]+|#[CG][A-Z0-9]+|![^|>]+|https?://[^|>]+|mailto:[^|>]+)(?:\|([^>]*))?>")
_PLAIN_BROADCAST = re.compile(r"(?<![\w@])@(channel|here|everyone)\b")


def escape(text: str) -> str:
    """`&`, `<` and `>` as Slack's three entities."""
    return html.escape(text, quote=False)


def unescape(text: str) -> str:
    """The three entities back as characters, nothing else."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _names() -> dict[str, str]:
    names = {name: f"<!{name}>" for name in BROADCASTS}
    names |= {BOT_NAME: f"<@{BOT_USER_ID}>", GROUP["handle"]: f"<!subteam^{GROUP['id']}>"}
    for person in PEOPLE.values():
        names[person.handle] = names[person.name.casefold()] = f"<@{person.id}>"
    return names


_NAMES = _names()
# Longest first, so that "@Ana Reyes" is not taken for "@ana" and a surname.
_NAME_PATTERN = "|".join(re.escape(name) for name in sorted(_NAMES, key=len, reverse=True))
_TYPED = re.compile(
    rf"(?P<code>```.*?```|`[^`\n]+`)"
    rf"|(?P<own><@{BOT_USER_ID}>)"
    rf"|(?P<url>https?://[^\s<>|]+)"
    rf"|(?P<mail>\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b)"
    rf"|(?P<domain>(?<![\w@./-])(?:[a-z0-9-]+\.)+(?:{_ENDINGS})\b(?:/[^\s<>|]*)?)"
    rf"|(?<![\w@])@(?P<name>{_NAME_PATTERN})(?!\w)"
    rf"|(?<![\w&#])#(?P<channel>[\w-]+)",
    re.IGNORECASE | re.DOTALL,
)


def typed(text: str, channel_token: Callable[[str], str | None], *, own_mention: bool) -> str:
    """What Slack's client makes of typed text: names become mentions, addresses links, `&<>` entities.

    `channel_token` answers the token for a channel's name, or None. A typed `<@U123>` is escaped like anything else;
    with `own_mention` the bot's own id is the exception, so that a script can mention the bot without its name.
    """

    def replace(match: re.Match[str]) -> str:
        whole = match[0]
        if match["own"] and own_mention:
            return whole.upper()
        if match["url"]:
            address = whole.rstrip(".,;:!?)'\"")
            return f"<{escape(address)}>{escape(whole[len(address) :])}"
        if match["mail"]:
            return f"<mailto:{whole}|{whole}>"
        if match["domain"]:
            address = whole.rstrip(".,;:!?)'\"")
            return f"<http://{escape(address)}|{escape(address)}>{escape(whole[len(address) :])}"
        if match["name"]:
            return _NAMES[match["name"].casefold()]
        if match["channel"]:
            return channel_token(match["channel"]) or escape(whole)
        return escape(whole)

    parts: list[str] = []
    end = 0
    for match in _TYPED.finditer(text):
        parts += escape(text[end : match.start()]), replace(match)
        end = match.end()
    return "".join(parts) + escape(text[end:])


def rich_text(text: str) -> Json:
    """The `rich_text` block Slack adds to what a person wrote; `text` is already in Slack's own form."""
    elements: list[Json] = []
    end = 0
    for match in _TOKEN.finditer(text):
        if plain := unescape(text[end : match.start()]):
            elements.append({"type": "text", "text": plain})
        elements.append(_element(match[1], match[2]))
        end = match.end()
    if plain := unescape(text[end:]):
        elements.append({"type": "text", "text": plain})
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": elements}]}


def _element(target: str, label: str | None) -> Json:
    if target.startswith("@"):
        return {"type": "user", "user_id": target[1:]}
    if target.startswith("#"):
        return {"type": "channel", "channel_id": target[1:]}
    if target.startswith("!subteam^"):
        return {"type": "usergroup", "usergroup_id": target.removeprefix("!subteam^")}
    if target.startswith("!"):
        return {"type": "broadcast", "range": target[1:]}
    link: Json = {"type": "link", "url": unescape(target)}
    return link if label is None else link | {"text": unescape(label)}


def pinged(text: str | None, blocks: Any, attachments: Any = None, *, link_names: bool = False) -> list[str]:
    """Whom Slack would notify: user and group ids, `channel`, `here`, `everyone`; each once, in order.

    The top-level text counts beside blocks, for it is what the notification shows. Plain `@here` counts in mrkdwn
    objects that are not verbatim, and in the text only with `link_names`.
    """
    found = list(_tokens(text or ""))
    if link_names:
        found += [who for name in _plain_names(text or "") for who in _tokens(_NAMES[name.casefold()])]
    for part in (blocks, attachments):
        found += _walk(part)
    return list(dict.fromkeys(found))


def _plain_names(text: str) -> Iterable[str]:
    return re.findall(rf"(?<![\w@])@({_NAME_PATTERN})(?!\w)", text, re.IGNORECASE)


def _tokens(text: str) -> Iterator[str]:
    for match in _TOKEN.finditer(text):
        target = match[1]
        if target.startswith("@"):
            yield target[1:]
        elif target.startswith("!subteam^"):
            yield target.removeprefix("!subteam^")
        elif target[1:] in BROADCASTS and target[0] == "!":
            yield target[1:]


def _walk(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for item in part:
            yield from _walk(item)
    if not isinstance(part, dict):
        return
    kind = part.get("type")
    if kind in ("user", "usergroup", "broadcast"):  # a tuple: what was sent may not be hashable
        yield str(part.get("user_id") or part.get("usergroup_id") or part.get("range"))
    elif kind in ("mrkdwn", "markdown"):
        yield from _tokens(str(part.get("text", "")))
        if not part.get("verbatim"):
            yield from _PLAIN_BROADCAST.findall(str(part.get("text", "")))
    elif kind != "plain_text":
        if kind is None:  # an attachment: its texts are mrkdwn unless told otherwise
            for key in ("text", "pretext", "fallback"):
                yield from _tokens(part[key] if isinstance(part.get(key), str) else "")
        for value in part.values():
            yield from _walk(value)
