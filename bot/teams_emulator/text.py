"""What people type, as Teams hands it on: mentions as tags with an entity each, everything else escaped; and whom a
message of the bot's mentions."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.stand_in.shapes import Json
from bot.teams_emulator.ids import BOT_ID, BOT_NAME
from bot.teams_emulator.workspace_people import PEOPLE


@dataclass(frozen=True)
class Typed:
    """What somebody typed."""

    #: The text of the activity: mentions as `<at>Name</at>`, `<` and `&` as entities.
    text: str
    #: The same as HTML.
    html: str
    #: An entity for each mention.
    mentions: list[Json]


def typed(text: str, members: Iterable[str]) -> Typed:
    """What a person types, where `@Name` of somebody who is there becomes a mention."""
    names = {PEOPLE[one].name if one in PEOPLE else BOT_NAME: one for one in members if one in PEOPLE or one == BOT_ID}
    found: list[Json] = []
    pattern = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))

    def named(match: re.Match[str]) -> str:
        name = next(one for one in names if one.lower() == match[1].lower())
        found.append({"type": "mention", "mentioned": {"id": names[name], "name": name}, "text": f"<at>{name}</at>"})
        return f"\x00{len(found) - 1}\x00"

    marked = re.sub(rf"@({pattern})(?!\w)", named, text, flags=re.IGNORECASE) if names else text
    plain = html.escape(marked, quote=False)
    lines = "".join(f"<p>{line or '&nbsp;'}</p>" for line in plain.split("\n"))
    span = '<span itemscope="" itemtype="http://schema.skype.com/Mention" itemid="{}">{}</span>'
    as_html = _filled(lines, [span.format(at, one["mentioned"]["name"]) for at, one in enumerate(found)])
    return Typed(_filled(plain, [one["text"] for one in found]), as_html, found)


def _filled(text: str, parts: list[str]) -> str:
    return re.sub("\x00(\\d+)\x00", lambda match: parts[int(match[1])], text)


def mention_entities(body: Json, card: Json | None) -> list[Json]:
    """The entities for mentions in a message of the bot's, those of its card included."""
    of_card = (card or {}).get("msteams")
    found = [*_list(body.get("entities")), *_list(of_card.get("entities") if isinstance(of_card, dict) else None)]
    return [one for one in found if one.get("type") == "mention"]


def _list(value: object) -> Iterator[Json]:
    if isinstance(value, list):
        yield from (one for one in value if isinstance(one, dict))


def problem_of_mentions(body: Json, card: Json | None) -> str | None:
    """Why Teams would refuse these mentions."""
    shown = str(body.get("text") or "") + (json.dumps(card, ensure_ascii=False) if card else "")
    for one in mention_entities(body, card):
        mentioned, text = one.get("mentioned"), one.get("text")
        if not isinstance(mentioned, dict) or not isinstance(mentioned.get("id"), str):
            return "mentioned.id is missing"
        if not isinstance(text, str) or (json.dumps(text, ensure_ascii=False)[1:-1] not in shown and text not in shown):
            return f"the text of a mention is not in the message: {text}"
        if "<at>" not in text:
            return f"the text of a mention is not in <at></at>: {text}"
    return None


def pinged(body: Json, card: Json | None, members: Iterable[str]) -> list[str]:
    """Whom the message notifies: those it mentions, by whichever id, who are there."""
    there = [PEOPLE[one] for one in members if one in PEOPLE]
    found = []
    for one in mention_entities(body, card):
        name = str(one["mentioned"]["id"])
        found += [who.id for who in there if name in (who.id, who.object_id, who.email)]
    return list(dict.fromkeys(found))
