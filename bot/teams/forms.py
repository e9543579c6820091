"""Forms as dialogs, and their answers. Where no dialog can be opened, a button is offered that opens one.

Teams keeps no form open to show what is wrong with it: the dialog is answered with another one. So whatever is needed
to show a form again comes back with its answers, and is believed no more than they are.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from bot.desk.binding import Limits
from bot.teams.fitting import ROOM, weight
from bot.teams.form_as_text import packed, unpacked
from bot.teams.inputs import DATE, OPTIONS, TIME, Offered, question, text_of
from bot.teams.render import ACTION, adaptive_card, attachment, label, shell
from bot.teams.texts import Element, Writer
from bot.wording.card import Buttons, Card, Field, FieldKind, Form, Line
from bot.wording.speech import Speech
from triage.zones import zone_names

TITLE = 60  # characters over a dialog
LONGEST_CHOSEN = 400  # characters of an option, a person or a channel that comes back
MOST_CHOSEN = 100  # of them that one answer names
LIMITS = Limits(
    has_groups=False,
    most_choices=OPTIONS,
    longest_choice=70,
    page_rows=4,
    table_rows=15,
    has_tables=True,
    can_look_up=False,
    private_is_uncertain=True,
    shows_replies=False,
    hears_all=False,
    reactions_on_all=False,
)
#: Where the data of a form keeps its context, and what is needed to show it again.
CONTEXT, SHOWN = "context", "form"
ZONE = "zone"  # where it says in which zone it asks
FORM = "form."  # what the action of a form begins with; its verb follows
_LATEST = 221_845_392_000  # the year 9000, in unix seconds: later ones cannot be reckoned with
_FEWEST = 3  # choices that are left of a question at least
_TALL = 6  # fields from which a dialog is high

KeyOf = Callable[[str], str]
"""The key of what Teams calls by that id."""


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
    offered, wrong, most = offered or Offered(), dict(errors or {}), OPTIONS
    content = _form(form, speech, offered, wrong)
    while weight(content) > ROOM and most > _FEWEST:
        most //= 2
        form, offered = _with_fewer(form, offered, most)
        content = _form(form, speech, offered, wrong)
    height = "large" if len(form.fields) > _TALL else "medium"
    return {"title": form.title[:TITLE], "width": "medium", "height": height, "card": attachment(content)}


def _with_fewer(form: Form, offered: Offered, most: int) -> tuple[Form, Offered]:
    """The form with no more than so many choices of each question, whatever is chosen among them. Teams searches for
    whoever is not offered."""
    fields = []
    for each in form.fields:
        chosen = (each.initial or "").split(",")
        kept = [*(one for one in each.options if one[0] in chosen), *(o for o in each.options if o[0] not in chosen)]
        fields.append(replace(each, options=tuple(kept[:most])) if len(each.options) > most else each)
    return replace(form, fields=tuple(fields)), replace(offered, people=dict(list(offered.people.items())[:most]))


def _form(form: Form, speech: Speech, offered: Offered, wrong: Mapping[str, str]) -> Element:
    writer = Writer()
    known = {each.id for each in form.fields}
    body = [_wrong(said) for name, said in wrong.items() if name not in known]
    if form.intro:
        body += writer.lines(form.intro)
    for each in form.fields:
        body += question(each, speech, offered)
        if each.id in wrong:
            body.append(_wrong(wrong[each.id]))
    data = {
        ACTION: f"{FORM}{form.verb}", CONTEXT: json.dumps(form.context), SHOWN: packed(form), ZONE: str(speech.zone),
    }  # fmt: skip
    send = {"type": "Action.Submit", "title": label(form.submit), "style": "positive", "data": data}
    return shell(body, writer, form.title, **({"actions": [send]} if form.submit else {}))


def show(card: Card, channels: Mapping[str, str] | None = None) -> Element:
    """A dialog that only shows something: a card without its buttons, which belong to the message."""
    shown = tuple(each for each in card.elements or (Line(card.brief),) if not isinstance(each, Buttons))
    content = adaptive_card(replace(card, elements=shown), channels)
    return {"title": (card.name or "Vigie")[:TITLE], "width": "medium", "height": "medium", "card": attachment(content)}


def _wrong(said: str) -> Element:
    return {**text_of(f"⚠ {said}", color="Attention", weight="Bolder"), "spacing": "Small"}


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
            answer, is_odd = _moment(asked, given, _zone(given.get(ZONE), speech))
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


def _zone(named: object, speech: Speech) -> tzinfo:
    """The zone in which the form asked: whoever filled it in may be known to be in another by now."""
    return ZoneInfo(named) if isinstance(named, str) and named in zone_names() else speech.zone


def _moment(asked: Field, given: Mapping[str, object], zone: tzinfo) -> tuple[str, bool]:
    """An instant in unix seconds, and whether what was filled in is none."""
    day, time = given.get(f"{asked.id}{DATE}"), given.get(f"{asked.id}{TIME}")
    if not day and not time:
        return "", False
    if not isinstance(day, str) or not isinstance(time, str):
        return "", True
    try:
        local = datetime.strptime(f"{day} {time[:5]}", "%Y-%m-%d %H:%M").replace(tzinfo=zone)
        seconds = int(local.timestamp())
    except (ValueError, OverflowError, OSError):
        return "", True
    if not 0 <= seconds < _LATEST:
        return "", True
    known = asked.initial or ""
    if known.isdecimal() and int(known) // 60 == seconds // 60:
        return known, False  # it was left as it stood, and fields know no seconds
    return str(seconds), False
