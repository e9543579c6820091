"""The questions of a form, as Teams asks them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.teams.platform import PLATFORM
from bot.teams.texts import Element, literal
from bot.wording.card import Field, FieldKind
from bot.wording.speech import Speech
from triage.keys import id_of, platform_of

OPTIONS, OPTION_LABEL, PLACEHOLDER = 100, 75, 150
LONGEST_ANSWER = 3000
DATE, TIME = ".date", ".time"  # an instant is asked for by two fields: what stands behind its name
_WHOLE = "graph.microsoft.com/users"  # what Teams searches for people: everybody of the tenant


@dataclass(frozen=True, slots=True)
class Offered:
    """What can be chosen in a form, beside what the form itself says. Teams searches for more people by itself."""

    #: The names of people, by their id on Teams, in the order in which they are offered.
    people: Mapping[str, str] = field(default_factory=dict)
    #: The names of channels, by id.
    channels: Mapping[str, str] = field(default_factory=dict)
    #: A person's account here, by their key; None where they have none: they cannot be shown in a form.
    account: Callable[[str], str | None] = lambda person: person if platform_of(person) == PLATFORM else None


def text_of(text: str, **look: Any) -> Element:
    """Words that are shown as they stand."""
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": literal(text), **look}]}


def question(asked: Field, speech: Speech, offered: Offered) -> list[Element]:
    """A question with what helps to answer it."""
    found = _input(asked, speech, offered)
    if asked.hint:
        found.append({**text_of(asked.hint, size="Small", isSubtle=True), "spacing": "None"})
    return found


def _input(asked: Field, speech: Speech, offered: Offered) -> list[Element]:
    common: Element = {"id": asked.id, "label": literal(asked.label)}
    if asked.required:
        common |= {"isRequired": True, "errorMessage": speech.text("form_error.required")}
    if asked.placeholder:
        common["placeholder"] = asked.placeholder[:PLACEHOLDER]
    match asked.kind:
        case FieldKind.LINE | FieldKind.TEXT:
            return [{"type": "Input.Text", **common, **_typed(asked)}]
        case FieldKind.INSTANT:
            return [_instant(asked, common, speech)]
        case FieldKind.PERSON | FieldKind.PEOPLE:
            return [{"type": "Input.ChoiceSet", **common, **_people(asked, offered)}]
        case FieldKind.CHANNEL:
            return [{"type": "Input.ChoiceSet", **common, **_channels(asked, offered)}]
        case FieldKind.CHOICE | FieldKind.CHOICES:
            return [{"type": "Input.ChoiceSet", **common, **_options(asked)}]


def _typed(asked: Field) -> Element:
    longest = min(asked.longest or LONGEST_ANSWER, LONGEST_ANSWER)
    found: Element = {"isMultiline": asked.kind is FieldKind.TEXT, "maxLength": longest}
    return {**found, "value": asked.initial[:longest]} if asked.initial else found


def _instant(asked: Field, common: Element, speech: Speech) -> Element:
    """A day and a time, side by side, in the reader's zone."""
    common.pop("placeholder", None)
    day: Element = {"type": "Input.Date", **common, "id": f"{asked.id}{DATE}"}
    label_of_time = speech.text("form_error.time_label", zone=zone_name(speech))
    time: Element = {"type": "Input.Time", **common, "id": f"{asked.id}{TIME}", "label": label_of_time}
    if asked.initial and asked.initial.isdecimal():
        local = datetime.fromtimestamp(int(asked.initial), UTC).astimezone(speech.zone)
        day["value"], time["value"] = f"{local:%Y-%m-%d}", f"{local:%H:%M}"
    columns = [
        {"type": "Column", "width": "stretch", "verticalContentAlignment": "bottom", "items": [each]}
        for each in (day, time)
    ]
    return {"type": "ColumnSet", "columns": columns}


def zone_name(speech: Speech) -> str:
    """What a zone is called."""
    return str(getattr(speech.zone, "key", None) or "UTC")


def _people(asked: Field, offered: Offered) -> Element:
    chosen = [id_of(key) for each in (asked.initial or "").split(",") if each and (key := offered.account(each))]
    found = _choices(_named(offered.people, chosen), "filtered") | {
        "choices.data": {"type": "Data.Query", "dataset": _WHOLE},
        "isMultiSelect": asked.kind is FieldKind.PEOPLE,
    }
    return {**found, "value": ",".join(chosen)} if chosen else found


def _channels(asked: Field, offered: Offered) -> Element:
    chosen = [id_of(asked.initial)] if asked.initial else []
    found = _choices(_named(offered.channels, chosen), "filtered")
    return {**found, "value": chosen[0]} if chosen else found


def _named(known: Mapping[str, str], chosen: list[str]) -> list[tuple[str, str]]:
    """What is offered: whatever is chosen already, then the others, as many as a form holds."""
    first = [(each, known.get(each, each)) for each in chosen]
    return [*first, *((i, name) for i, name in known.items() if i not in chosen)][: max(OPTIONS, len(chosen))]


def _options(asked: Field) -> Element:
    offered = list(asked.options[:OPTIONS])
    values = {value for value, _ in offered}
    chosen = [each for each in (asked.initial or "").split(",") if each in values]
    found = _choices(offered, "compact") | {"isMultiSelect": asked.kind is FieldKind.CHOICES}
    return {**found, "value": ",".join(chosen)} if chosen else found


def _choices(offered: list[tuple[str, str]], style: str) -> Element:
    choices = [{"title": literal(_cut(name)) or " ", "value": value} for value, name in offered]
    return {"choices": choices, "style": style, "wrap": True}


def _cut(text: str) -> str:
    return text if len(text) <= OPTION_LABEL else f"{text[: OPTION_LABEL - 1]}…"
