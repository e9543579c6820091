"""Forms as dialogs, or as a card of their own where no dialog can be opened; and their answers.

Teams keeps no form open to show what is wrong with it: the dialog is answered with another one. So whatever is needed
to show a form again comes back with its answers, and is believed no more than they are.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from bot.desk.binding import Limits
from bot.teams.packing import packed, unpacked
from bot.teams.platform import PLATFORM
from bot.teams.render import ACTION, attachment, card_elements, label, shell, summary
from bot.teams.texts import Element, Writer, literal
from bot.wording.card import Buttons, Card, Field, FieldKind, Form, Line
from bot.wording.speech import Speech
from triage.keys import id_of, platform_of

OPTIONS, OPTION_LABEL, PLACEHOLDER, TITLE = 100, 75, 150, 60
LONGEST_ANSWER = 3000
LONGEST_CHOSEN = 400  # characters of an option, a person or a channel that comes back
MOST_CHOSEN = 100  # of them that one answer names
LIMITS = Limits(most_choices=OPTIONS, longest_choice=70, can_look_up=False)
#: Where the data of a form keeps its context, and what is needed to show it again.
CONTEXT, SHOWN = "context", "form"
FORM = "form."  # what the action of a form begins with; its verb follows
DATE, TIME = ".date", ".time"  # an instant is asked for by two fields: what stands behind its name
_WHOLE = "graph.microsoft.com/users"  # what Teams searches for people: everybody of the tenant
_TALL = 6  # fields from which a dialog is high

KeyOf = Callable[[str], str]
"""The key of what Teams calls by that id."""


@dataclass(frozen=True, slots=True)
class Offered:
    """What can be chosen in a form, beside what the form itself says. Teams searches for more people by itself."""

    #: The names of people, by their id on Teams, in the order in which they are offered.
    people: Mapping[str, str] = field(default_factory=dict)
    #: The names of channels, by id.
    channels: Mapping[str, str] = field(default_factory=dict)
    #: A person's account here, by their key; None where they have none: they cannot be shown in a form.
    account: Callable[[str], str | None] = lambda person: person if platform_of(person) == PLATFORM else None


@dataclass(frozen=True, slots=True)
class Submitted:
    """A form that was sent, as far as it can be read."""

    #: The verb that its answers are for; empty: that cannot be read.
    verb: str
    #: What it was opened with (`Form.context`).
    context: dict[str, str]
    #: Its answers, by field, as every platform gives them (`bot.wording.card.FieldKind`).
    answers: dict[str, str]
    #: What is wrong with what was filled in, by field; Teams does not look at it itself.
    errors: dict[str, str]
    #: The form, to be shown again (`dialog`); None where it cannot be read.
    form: Form | None


def dialog(
    form: Form, speech: Speech, offered: Offered | None = None, errors: Mapping[str, str] | None = None
) -> Element:
    """What a dialog shows: the value of a task that goes on. `speech` is the language and zone of whoever fills it in;
    `errors` say what is wrong with what was filled in, by field."""
    content = form_card(form, speech, offered, errors, submit="Action.Submit")
    height = "large" if len(form.fields) > _TALL else "medium"
    return {"title": form.title[:TITLE], "width": "medium", "height": height, "card": attachment(content)}


def form_card(
    form: Form, speech: Speech, offered: Offered | None = None, errors: Mapping[str, str] | None = None,
    submit: str = "Action.Execute",
) -> Element:  # fmt: skip
    """A form as a card, for where no dialog can be opened."""
    offered, wrong, writer = offered or Offered(), dict(errors or {}), Writer()
    inline = submit == "Action.Execute"
    body: list[Element] = []
    if inline:
        body.append(_text(form.title, weight="Bolder", size="Large"))
    known = {each.id for each in form.fields}
    body += [_wrong(said) for name, said in wrong.items() if name not in known]
    if form.intro:
        body += writer.lines(form.intro)
    for each in form.fields:
        body += _field(each, speech, offered)
        if each.id in wrong:
            body.append(_wrong(wrong[each.id]))
    data = {ACTION: f"{FORM}{form.verb}", CONTEXT: json.dumps(form.context), SHOWN: packed(form)}
    send: Element = {"type": submit, "title": label(form.submit), "style": "positive", "data": data}
    if inline:
        send["verb"] = f"{FORM}{form.verb}"
    return shell(body, writer, form.title, **({"actions": [send]} if form.submit else {}))


def show(card: Card, channels: Mapping[str, str] | None = None) -> Element:
    """A dialog that only shows something: a card without its buttons, which belong to the message."""
    shown = tuple(each for each in card.elements or (Line(card.brief),) if not isinstance(each, Buttons))
    writer = Writer(channels or {})
    body: list[Element] = [_text(card.title, weight="Bolder", size="Large")] if card.title else []
    for place, element in enumerate(shown):
        body += card_elements(element, writer, f"e{place}")
    content = shell(body, writer, summary(card, channels))
    return {"title": (card.name or "Vigie")[:TITLE], "width": "medium", "height": "medium", "card": attachment(content)}


def _text(text: str, **look: Any) -> Element:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": literal(text), **look}]}


def _wrong(said: str) -> Element:
    return {**_text(f"⚠ {said}", color="Attention", weight="Bolder"), "spacing": "Small"}


def _field(asked: Field, speech: Speech, offered: Offered) -> list[Element]:
    found = _input(asked, speech, offered)
    if asked.hint:
        found.append({**_text(asked.hint, size="Small", isSubtle=True), "spacing": "None"})
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
            known = _named(offered.channels, [id_of(asked.initial)] if asked.initial else [])
            return [{"type": "Input.ChoiceSet", **common, **_choices(known, "filtered")}]
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
    columns = [{"type": "Column", "width": "stretch", "items": [each]} for each in (day, time)]
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


def values(data: object, speech: Speech, person: KeyOf, channel: KeyOf) -> Submitted:
    """What a form that was sent says. `data` is what Teams gives back, of a dialog or of a card, and may be anything;
    `person` and `channel` make the key of what has that id."""
    given = data if isinstance(data, dict) else {}
    action = given.get(ACTION)
    verb = action.removeprefix(FORM) if isinstance(action, str) and action.startswith(FORM) else ""
    form = unpacked(given.get(SHOWN), verb, _context(given.get(CONTEXT)))
    answers: dict[str, str] = {}
    errors: dict[str, str] = {}
    for asked in form.fields if form is not None else ():
        if asked.kind is FieldKind.INSTANT:
            answer, is_odd = _moment(asked, given, speech)
            if is_odd:
                errors[asked.id] = speech.text("form_error.moment")
        else:
            answer = _answer(asked, given.get(asked.id), person, channel)
        if answer:
            answers[asked.id] = answer
        elif asked.required and asked.id not in errors:
            errors[asked.id] = speech.text("form_error.required")
    if form is not None:
        form = replace(form, fields=tuple(_filled(each, answers) for each in form.fields))
    return Submitted(verb, _context(given.get(CONTEXT)), answers, errors, form)


def _filled(asked: Field, answers: Mapping[str, str]) -> Field:
    return replace(asked, initial=answers.get(asked.id))


def _context(text: object) -> dict[str, str]:
    try:
        found = json.loads(text) if isinstance(text, str) else {}
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {name: value for name, value in found.items() if isinstance(value, str)}


def _answer(asked: Field, value: object, person: KeyOf, channel: KeyOf) -> str:
    if not isinstance(value, str):
        return ""
    match asked.kind:
        case FieldKind.LINE | FieldKind.TEXT:
            return value
        case FieldKind.PERSON:
            return person(value) if 0 < len(value) <= LONGEST_CHOSEN else ""
        case FieldKind.CHANNEL:
            return channel(value) if 0 < len(value) <= LONGEST_CHOSEN else ""
        case FieldKind.CHOICE:
            return value if len(value) <= LONGEST_CHOSEN else ""
        case _:
            chosen = [each for each in value.split(",") if 0 < len(each) <= LONGEST_CHOSEN][:MOST_CHOSEN]
            return ",".join(map(person, chosen) if asked.kind is FieldKind.PEOPLE else chosen)


def _moment(asked: Field, given: Mapping[str, object], speech: Speech) -> tuple[str, bool]:
    """An instant in unix seconds, and whether what was filled in is none."""
    day, time = given.get(f"{asked.id}{DATE}"), given.get(f"{asked.id}{TIME}")
    if not day and not time:
        return "", False
    if not isinstance(day, str) or not isinstance(time, str):
        return "", True
    try:
        local = datetime.strptime(f"{day} {time[:5]}", "%Y-%m-%d %H:%M").replace(tzinfo=speech.zone)
        seconds = int(local.timestamp())
    except (ValueError, OverflowError, OSError):
        return "", True
    known = asked.initial or ""
    if known.isdecimal() and int(known) // 60 == seconds // 60:
        return known, False  # it was left as it stood, and fields know no seconds
    return str(seconds), False
