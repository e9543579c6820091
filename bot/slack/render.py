"""Cards as Block Kit. What a person typed becomes plain text or rich text elements: never markup."""

from __future__ import annotations

import json
import re
from typing import Any

from bot.slack.charts import chart_blocks, no_more_charts
from bot.slack.platform import PLATFORM, is_group_id
from bot.slack.tables import CELL, table_block
from bot.wording.card import Button, Buttons, Card, Chart, Element, Facts, Fold, Heading, Line, Quote, Row, Table
from bot.wording.sentences import (
    InChannel,
    Link,
    Mention,
    Named,
    Part,
    Sentence,
    Strong,
    Typed,
    When,
    isolated,
    join,
    plain,
)
from triage.keys import id_of, platform_of

Block = dict[str, Any]

MESSAGE_BLOCKS, SECTION, HEADER, FALLBACK = 50, 3000, 150, 3000
CONTAINER_BLOCKS, CONTAINER_TITLE = 10, 150
FIELD_TEXT, FIELDS, BUTTON_LABEL, MENU = 2000, 10, 75, 5
FACT = 700  # of the 2,000 that Slack allows: a fact is taken in at a glance
# Undocumented: Slack refuses blocks that together hold more than about 11,000 characters (`msg_blocks_too_long`).
QUOTED, LEAST_QUOTED = 8000, 300
# Slack's `{ago}` is documented for what has passed alone: no time left is ever said with it.
_TIME = {"moment": "{time}", "second": "{time_secs}", "time": "{time}", "past": "{time}, {ago}"}
_LINK = re.compile(r"https?://[A-Za-z0-9][A-Za-z0-9.-]*(?::\d{1,5})?(?:[/?#][^\s<>\"']*)?")
_LONGEST_LINK = 2000
_BOLD: Block = {"style": {"bold": True}}
# What mrkdwn would make something of. It knows no way to write these literally, so such text never becomes mrkdwn.
_MARKUP = re.compile(r"[*_~`\n]|:[\w+'-]+:|^\s*>")


def escape(text: str) -> str:
    """Exactly Slack's three escapes: after it, no mention, channel or link can be formed."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    """What the person typed, out of what Slack sends."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def mrkdwn(sentence: Sentence, limit: int = SECTION) -> str:
    """A sentence as mrkdwn of at most `limit` characters; what does not fit is left out, never half a mention."""
    return _joined(sentence, limit, "*")


def fallback(sentence: Sentence) -> str:
    """A sentence as the `text` beside blocks: what notifications show. It can mention, so it is escaped as well. Nobody
    can follow a link in a notification: its words are enough."""
    return _joined(tuple(part.text if isinstance(part, Link) else part for part in sentence), FALLBACK, "")


def _joined(sentence: Sentence, limit: int, bold: str) -> str:
    found: list[str] = []
    for part in sentence:
        around, token = "", ""
        if isinstance(part, str):  # most parts are words of ours, and every answer waits for this
            words = part
        else:
            around = bold if isinstance(part, Strong) or (isinstance(part, When) and part.strong) else ""
            token, words = _token(part), _words(part)
        whole = f"{around}{token or escape(words)}{around}" if token or words else ""
        long = size(whole)
        if long > limit:
            room = limit - 1 - 2 * len(around)
            found.append("…"[:limit] if token or room < 0 else f"{around}{_escaped(words, room)}…{around}")
            break
        found.append(whole)
        limit -= long
    return "".join(found)


def _token(part: Part) -> str:
    match part:
        case Mention() if (account := part.account_on(PLATFORM)) is not None:
            named = id_of(account)
            return f"<!subteam^{named}>" if is_group_id(named) else f"<@{named}>"
        case InChannel(channel) if platform_of(channel) == PLATFORM:
            return f"<#{id_of(channel)}>"
        case When(at, words):
            return f"<!date^{int(at.timestamp())}^{_date(part)}|{escape(words)}>"
        case Link(_, url):
            return f"<{url}|{escape(_words(part))}>"
        case _:
            return ""


def _date(when: When) -> str:
    """How Slack is to write an instant, in each reader's zone."""
    time = _TIME[when.style]
    return time if when.style == "time" else f"{{date_short_pretty}}{when.joint}{time}"


def _words(part: Part) -> str:
    text = plain((part,))
    return isolated(text) if isinstance(part, Typed | Named | Mention | Link) else text


def _escaped(text: str, limit: int) -> str:
    """As much of the text, escaped, as `limit` allows."""
    kept: list[str] = []
    for character in text:
        limit -= size(escape(character))
        if limit < 0:
            break
        kept.append(escape(character))
    return "".join(kept)


def render_message(card: Card) -> dict[str, Any]:
    """`text` and `blocks` of a message. Top-level text has no `verbatim`, so it is built of escaped parts alone."""
    blocks: list[Block] = []
    if card.title:
        blocks.append({"type": "header", "text": plain_text(card.title, HEADER)})
        if size(card.title) > HEADER:
            blocks.append({"type": "section", "text": plain_text(card.title, SECTION)})
    quoted = QUOTED
    for element in card.elements or (Line(card.brief),):
        if isinstance(element, Quote):
            blocks.extend(_quote(element.text, max(quoted, LEAST_QUOTED)))
            quoted -= len(element.text)
        else:
            blocks.extend(element_blocks(element))
    return {"text": fallback(card.brief) or " ", "blocks": no_more_charts(blocks)[:MESSAGE_BLOCKS]}


def element_blocks(element: Element) -> list[Block]:
    """One element of a card as blocks."""
    match element:
        case Heading(text):
            return [{"type": "header", "text": plain_text(text, HEADER)}]
        case Line(sentence, small):
            return [line_block(sentence, small=small)]
        case Facts(rows, True):
            facts = [(Strong(label), " ", *value) for label, value in rows]
            return [line_block(join(facts, " · "), small=False)] if rows else []
        case Facts(rows, _):
            return [
                {"type": "section", "fields": [_fact(label, value) for label, value in rows[start : start + FIELDS]]}
                for start in range(0, len(rows), FIELDS)
            ]
        case Row(title, state):
            return [_literal(title, state)]
        case Table():
            return [table_block(element, _pieces, _cell)]
        case Fold():
            return [_container(element)]
        case Chart():
            return chart_blocks(element)
        case Quote(text):
            return _quote(text, QUOTED)
        case Buttons(buttons, menu):
            elements = [*map(_button, buttons), *([_overflow(menu)] if menu else [])]
            return [{"type": "actions", "elements": elements}] if elements else []


def _container(fold: Fold) -> Block:
    """Closed until somebody looks into it. Not every Slack takes it: see `bot.slack.client`."""
    children = [block for element in fold.elements for block in element_blocks(element)]
    block: Block = {
        "type": "container", "title": plain_text(fold.title, CONTAINER_TITLE), "is_collapsible": True,
        "default_collapsed": True, "child_blocks": children[:CONTAINER_BLOCKS],
    }  # fmt: skip
    return block | ({"subtitle": plain_text(fold.teaser, CONTAINER_TITLE)} if fold.teaser else {})


def line_block(sentence: Sentence, *, small: bool) -> Block:
    """A sentence as a block of its own."""
    if _has_markup(sentence):
        return _literal(sentence)
    text = _mrkdwn(mrkdwn(sentence))
    return {"type": "context", "elements": [text]} if small else {"type": "section", "text": text}


def _fact(label: str, value: Sentence) -> Block:
    if _has_markup(value):
        return plain_text(f"{label}\n{plain(value)}", FACT)
    return _mrkdwn(mrkdwn((Strong(label), "\n", *value), FACT))


def _has_markup(sentence: Sentence) -> bool:
    """Whether something in it that is not ours would be taken for formatting; by itself, or with a colon of ours behind
    it (a name that ends in `:0`)."""
    return any(
        isinstance(part, Typed | Named | Mention | Strong | Link)
        and not (isinstance(part, Mention) and part.account_on(PLATFORM))
        and bool(_MARKUP.search(f"{plain((part,))}:"))
        for part in sentence
    )


def _literal(*sentences: Sentence) -> Block:
    """Sentences as rich text, a line each, where nothing is ever taken for formatting."""
    sections = [{"type": "rich_text_section", "elements": _pieces(sentence)} for sentence in sentences]
    return {"type": "rich_text", "elements": sections}


def _pieces(sentence: Sentence) -> list[Block]:
    elements: list[Block] = []
    room = SECTION
    for part in sentence:
        match part:
            case Mention() if (account := part.account_on(PLATFORM)) is not None:
                elements.append(_notified(id_of(account)))
            case InChannel(channel) if platform_of(channel) == PLATFORM:
                elements.append({"type": "channel", "channel_id": id_of(channel)})
            case When(at, words, _, is_strong):
                moment = {"timestamp": int(at.timestamp()), "format": _date(part), "fallback": words}
                elements.append({"type": "date", **moment, **(_BOLD if is_strong else {})})
            case Link(_, url):
                elements.append({"type": "link", "url": url, "text": _words(part)})
            case _ if (text := cut(_words(part), room)) and room > 0:
                style: Block = _BOLD if isinstance(part, Strong) else {}
                if elements and {**elements[-1], "text": ""} == {"type": "text", "text": "", **style}:
                    elements[-1]["text"] += text  # one run is read as one, by people and by programs
                else:
                    elements.append({"type": "text", "text": text, **style})
                room -= len(text)
            case _:
                continue
    return elements


def _cell(sentence: Sentence) -> str:
    return cut("".join(map(_words, sentence)), CELL)


def _notified(named: str) -> Block:
    if is_group_id(named):
        return {"type": "usergroup", "usergroup_id": named}
    return {"type": "user", "user_id": named}


def _overflow(menu: tuple[Button, ...]) -> Block:
    options = [
        {
            "text": plain_text(button.label, BUTTON_LABEL),
            "value": json.dumps({"number": button.number, "version": button.version, "verb": button.verb}),
        }
        for button in menu[:MENU]
    ]
    return {"type": "overflow", "action_id": "ticket.menu", "options": options}


def _button(button: Button) -> Block:
    block: Block = {
        "type": "button",
        "action_id": f"ticket.{button.verb}" + (f".{button.value}" if button.value else ""),
        "text": plain_text(button.label, BUTTON_LABEL),
        "value": json.dumps({"number": button.number, "version": button.version, "value": button.value}),
    }
    if button.style:
        block["style"] = button.style
    return block


def _quote(text: str, limit: int) -> list[Block]:
    """Typed text as literal rich text. A web address becomes a link to itself: it can't pretend to lead elsewhere."""
    if len(text) > limit:
        text = f"{text[: limit - 1]}…"
    elements: list[Block] = []
    end = 0
    for match in _LINK.finditer(text):
        url = match[0].rstrip(".,;:!?)]}")
        if len(url) > _LONGEST_LINK:
            continue
        if match.start() > end:
            elements.append({"type": "text", "text": text[end : match.start()]})
        elements.append({"type": "link", "url": url})
        end = match.start() + len(url)
    if end < len(text):
        elements.append({"type": "text", "text": text[end:]})
    if not elements:
        return []
    return [{"type": "rich_text", "elements": [{"type": "rich_text_quote", "elements": elements}]}]


def _mrkdwn(text: str) -> Block:
    return {"type": "mrkdwn", "text": text or " ", "verbatim": True}


def plain_text(text: str, limit: int) -> Block:
    """A text object that is shown as it stands, cut where it is too long."""
    return {"type": "plain_text", "text": cut(text, limit) or " ", "emoji": False}


def size(text: str) -> int:
    """How long Slack may take a text to be: characters beyond the first plane (most emoji) may count twice."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, with an ellipsis where something was left out."""
    if size(text) <= limit:
        return text
    kept = text[: max(limit - 1, 0)]
    while size(kept) > limit - 1 and kept:
        kept = kept[: -max(1, (size(kept) - limit + 1) // 2)]
    return f"{kept}…" if limit > 0 else ""
