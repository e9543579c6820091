"""What an event of each kind says, as the document describes it: read from the classes of the facts themselves."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import Any

from bot.api.documents import TERMS
from triage.data import KEY
from triage.event import Fact
from triage.facts import FACTS
from triage.terms import Category

Json = dict[str, Any]
# By the type of a field, without "| None": see `triage.data.CODECS`.
_TYPES: dict[str, Json] = {
    "str": {"type": "string"},
    "int": {"type": "integer"},
    "bool": {"type": "boolean"},
    "datetime": {"type": "string", "format": "date-time"},
    "Suggested": {"type": "object"},
    "Category": {"enum": [each.value for each in Category]},
    "Graded": {"type": "array", "description": "Category and severity, each null where nobody had said."},
    "tuple[str, ...]": {"type": "array", "items": {"type": "string"}},
    "tuple[int, ...]": {"type": "array", "items": {"type": "integer"}},
    "list[Any]": {"type": "array"},
    "dict[str, Any]": {"type": "object"},
}


def data_schemas() -> dict[str, Json]:
    """The schemas of the data of events, by name."""
    return {_name(fact): _schema(fact) for fact in FACTS.values()}


def by_kind() -> list[Json]:
    """What an event may be: of each kind with its own data."""
    return [
        {"properties": {"kind": {"const": kind.value}, "data": {"$ref": f"#/components/schemas/{_name(fact)}"}}}
        for kind, fact in FACTS.items()
    ]


def _name(fact: type[Fact]) -> str:
    return f"{fact.__name__}Data"


def _schema(fact: type[Fact]) -> Json:
    shown = [each for each in fields(fact) if each.metadata.get(KEY, each.name) != TERMS]
    return {
        "type": "object",
        "description": " ".join((fact.__doc__ or "").split()),
        "properties": {each.metadata.get(KEY, each.name): _type(str(each.type)) for each in shown},
        # What has a default is left out where it holds it.
        "required": [each.metadata.get(KEY, each.name) for each in shown if each.default is MISSING],
        "additionalProperties": False,
    }


def _type(written: str) -> Json:
    known = _TYPES.get(written.removesuffix(" | None"), {})  # of another shape: what it is, its kind says
    return {"anyOf": [known, {"type": "null"}]} if written.endswith(" | None") else known
