"""What is needed to show a form again, as text that goes out with it and comes back: a dialog that is answered is gone,
and Teams sends nothing but its answers."""

from __future__ import annotations

import json
from typing import Any

from bot.wording.card import Field, FieldKind, Form
from bot.wording.sentences import from_data, to_data

MOST_FIELDS = 40
_TEXTS = ("label", "hint", "placeholder")


def packed(form: Form) -> str:
    """The form as text, without its context and without the texts that stand in its fields, which come back beside
    it."""
    fields = [_field(each) for each in form.fields]
    shown = {
        "title": form.title, "submit": form.submit, "close": form.close, "intro": to_data(form.intro), "fields": fields,
    }  # fmt: skip
    return json.dumps(shown, ensure_ascii=False, separators=(",", ":"))


def _field(asked: Field) -> dict[str, Any]:
    found: dict[str, Any] = {"id": asked.id, "kind": asked.kind.value}
    found |= {name: text for name in _TEXTS if (text := getattr(asked, name))}
    if asked.required:
        found["required"] = True
    if asked.options:
        found["options"] = [list(each) for each in asked.options]
    if asked.longest is not None:
        found["longest"] = asked.longest
    if asked.kind is FieldKind.INSTANT and asked.initial:
        found["initial"] = asked.initial
    return found


def unpacked(text: object, verb: str, context: dict[str, str]) -> Form | None:
    """The form out of what came back; None where it is none. It comes from outside: it is shown to nobody but whoever
    sent it, and nothing is decided by it."""
    if not verb or not isinstance(text, str):
        return None
    try:
        found = json.loads(text)
        fields = tuple(_asked(each) for each in found["fields"][:MOST_FIELDS])
        title, submit, close = (_text(found[name]) for name in ("title", "submit", "close"))
        intro = from_data(found["intro"])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return Form(verb, title, submit, close, fields, intro, context)


def _asked(found: dict[str, Any]) -> Field:
    longest, initial = found.get("longest"), found.get("initial")
    return Field(
        _text(found["id"]),
        FieldKind(found["kind"]),
        _text(found["label"]),
        required=found.get("required") is True,
        hint=_text(found.get("hint", "")),
        placeholder=_text(found.get("placeholder", "")),
        options=tuple((_text(value), _text(name)) for value, name in found.get("options", [])),
        initial=_text(initial) if initial is not None else None,
        longest=longest if isinstance(longest, int) and longest > 0 else None,
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value
