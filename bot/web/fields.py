"""The questions of a form on a page, and what was answered: as the verb's own form asks them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from aiohttp import web
from multidict import MultiDictProxy

from bot.web.viewer import Viewer, people_to_be
from bot.wording.card import Field, FieldKind

FEW = 5  # choices that are shown all at once
AS_TYPED = "%Y-%m-%dT%H:%M"  # as browsers send a day and a time
LONGEST = 20_000  # characters of one answer; what is too long for the verb the verb says
Given = Mapping[str, Sequence[str]]
"""What a browser sent, by the name of the field."""


async def sent_form(request: web.Request) -> MultiDictProxy[Any] | None:
    """What was filled in; None where what was sent is no form. Raises HTTPException where it is too large."""
    try:
        return await request.post()
    except web.HTTPException:
        raise
    except Exception:  # noqa: BLE001  the library raises almost anything: over a character set, an encoding, a header
        return None


def shown_field(viewer: Viewer, field: Field, typed: Mapping[str, str], problem: str | None) -> dict[str, Any]:
    """A question as its template shows it, with what was typed before."""
    value = typed.get(field.id, field.initial or "")
    options = list(field.options)
    if field.kind in (FieldKind.PERSON, FieldKind.PEOPLE):
        options = [(person, viewer.people.name(person)) for person in people_to_be(viewer.desk)]
        options += [(each, viewer.people.name(each)) for each in value.split(",") if each and each not in dict(options)]
    kind = str(field.kind)
    if field.kind is FieldKind.CHOICE:
        kind = "radio" if len(options) <= FEW and field.required else "select"
    elif field.kind is FieldKind.PERSON:
        kind = "select"
    elif field.kind is FieldKind.INSTANT:
        value = _local(viewer, value)
    return {
        "id": field.id, "kind": kind, "label": field.label, "required": field.required, "hint": field.hint,
        "placeholder": field.placeholder, "options": options, "value": value, "chosen": value.split(","),
        "longest": field.longest, "problem": problem,
        "zone": viewer.desk.now().astimezone(viewer.speech.zone).tzname() if kind == "instant" else "",
    }  # fmt: skip


def answers_of(viewer: Viewer, fields: Sequence[Field], given: Given) -> dict[str, str]:
    """What was answered, as a verb reads it: instants in unix seconds, several of something joined by commas."""
    return {field.id: _answer(viewer, field, given.get(field.id, ())) for field in fields}


def _answer(viewer: Viewer, field: Field, values: Sequence[str]) -> str:
    if field.kind in (FieldKind.CHOICES, FieldKind.PEOPLE):
        return ",".join(cleaned(each) for each in values if each)
    value = cleaned(values[0]) if values else ""
    if field.kind is not FieldKind.INSTANT or not value:
        return value
    try:
        at = datetime.strptime(value[: len("2026-01-01T00:00")], AS_TYPED).replace(tzinfo=viewer.speech.zone)
        return str(int(at.astimezone(UTC).timestamp()))
    except (ValueError, OverflowError):
        return value  # it is no time, as the verb will say


def cleaned(text: str) -> str:
    """What was sent, without what no database can hold, its lines ended as everywhere else."""
    kept = "".join(c for c in text[:LONGEST] if c != "\0" and not "\ud800" <= c <= "\udfff")
    return kept.replace("\r\n", "\n")


def _local(viewer: Viewer, seconds: str) -> str:
    """An instant as a browser wants it."""
    if not seconds.lstrip("-").isdigit():
        return seconds
    try:
        return datetime.fromtimestamp(int(seconds), UTC).astimezone(viewer.speech.zone).strftime(AS_TYPED)
    except (ValueError, OverflowError, OSError):
        return ""
