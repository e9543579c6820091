"""The document that describes this front end, OpenAPI 3.1: made of the table of routes, of the records of the verbs and
of the shapes of what is answered."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from typing import Any

from pydantic.json_schema import models_json_schema

from bot.api.ask import Param, ParamKind, Route
from bot.api.facts import by_kind, data_schemas
from bot.api.house import PREFIX
from bot.api.problem import CONTENT_TYPE
from bot.api.routes import routes
from bot.commands.acting import LONGEST_KEY
from bot.commands.given import HIGHEST, LONGEST_LINE, MOST_CHOICES
from bot.commands.inputs import inputs_of, inputs_of_opening
from bot.wording.card import Field, FieldKind
from bot.wording.speech import DEFAULT
from triage.scopes import Scope
from triage.text import LONGEST_TEXT

Json = dict[str, Any]
_ABOUT = (
    "Tickets, their events and clocks, for programs. A key is made with `vigie api key add` and sent as "
    "`Authorization: Bearer KEY`. Instants are ISO 8601 with their zone. Whatever is not carried out is answered as "
    "RFC 9457 has it, in the language of `Accept-Language` (`en` or `fr`)."
)
_NO_ZEROS = "^[^\\u0000]*$"  # which no database holds
_NUMBER = {"type": "integer", "minimum": 1, "maximum": 999_999_999}
#: What may go wrong with any request, and when.
_PROBLEMS = {
    400: "It cannot be read: an unknown parameter, a cursor of another list, no JSON.",
    401: "There is no key with it, or the key opens nothing.",
    403: "The key's scopes do not allow it, or whoever acts with it may not.",
    408: "It took too long to arrive.",
    413: "It is larger than one megabyte.",
    429: "Too many: come back after `Retry-After` seconds.",
    500: "A mistake of ours. It is logged.",
    503: "Not now: come back after `Retry-After` seconds.",
}
_OF_TICKETS = {
    404: "There is no such ticket, for this key.",
    409: "As the ticket and the policy stand it is refused: `detail` says why and what to do instead. Where it is a "
    "question, send it again with the `sure` that is given.",
}
_OF_BODIES = {
    409: _OF_TICKETS[409],
    415: "It is no JSON.",
    422: "What was sent is not what this takes, or names somebody whom the desk does not know: `errors` names each "
    "field.",
}


@cache
def document() -> Json:
    """The whole document."""
    paths: dict[str, Json] = {}
    for route in routes():
        paths.setdefault(PREFIX + route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Vigie", "version": version("vigie"), "description": _ABOUT},
        "servers": [{"url": "/"}],
        "security": [{"key": []}],
        "tags": [{"name": "tickets"}, {"name": "verbs"}, {"name": "desk"}],
        "paths": paths,
        "components": {
            "schemas": {**_shapes(), "Problem": _PROBLEM},
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(route: Route) -> Json:
    parameters = [_parameter(each) for each in route.params]
    if "{number}" in route.path:
        parameters.insert(0, {"name": "number", "in": "path", "required": True, "schema": _NUMBER})
    about = {**_PROBLEMS, **(_OF_TICKETS if "{number}" in route.path else {}), **(_OF_BODIES if route.takes else {})}
    if route.missing:
        about[404] = route.missing
    answers: Json = {
        str(status): {
            "description": route.about,
            "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{shape.__name__}"}}},
        }
        for status, shape in route.answers.items()
    }
    problem = {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    answers |= {str(status): {"description": said, "content": problem} for status, said in about.items()}
    found: Json = {
        "operationId": route.name,
        "summary": route.about,
        "description": f"Scopes: {' or '.join(each.value for each in Scope if each in route.scopes)}.",
        "tags": [route.tag],
        "parameters": parameters,
        "responses": answers,
    }
    if route.takes:
        parameters.append(_IDEMPOTENCY)
        fields = inputs_of_opening(DEFAULT) if route.takes == "new" else inputs_of(route.takes, DEFAULT)
        schema = body_schema(fields)
        needed = bool(schema["required"])
        found["requestBody"] = {"required": needed, "content": {"application/json": {"schema": schema}}}
    return found


_IDEMPOTENCY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same request sent again with the same key is carried out once.",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[!-~]+$"},
}


def _parameter(param: Param) -> Json:
    schema: Json
    match param.kind:
        case ParamKind.CHOICE:
            schema = {"type": "string", "enum": list(param.options)}
        case ParamKind.NUMBER:
            schema = {"type": "integer", "minimum": param.least, "maximum": param.most}
        case ParamKind.TEXT:
            schema = {"type": "string", "minLength": param.least, "maxLength": param.most, "pattern": _NO_ZEROS}
    if param.usual is not None:
        schema["default"] = int(param.usual) if param.kind is ParamKind.NUMBER else param.usual
    return {"name": param.name, "in": "query", "required": False, "description": param.about, "schema": schema}


def body_schema(fields: Mapping[str, Field]) -> Json:
    """What a body may hold."""
    properties = {name: _field_schema(each) for name, each in fields.items()}
    needed = [name for name, each in fields.items() if each.required]
    return {"type": "object", "properties": properties, "required": needed, "additionalProperties": False}


def _field_schema(each: Field) -> Json:
    values = [value for value, _ in each.options]
    schema: Json
    match each.kind:
        case FieldKind.CHOICES:
            items: Json = {"type": "string", **({"enum": values} if values else {})}
            schema = {"type": ["array", "null"], "items": items, "maxItems": MOST_CHOICES}
        case FieldKind.CHOICE if values:
            schema = {"enum": [*values, *([] if each.required else [None])]}
        case FieldKind.INSTANT:
            instant: Json = {"type": "string", "format": "date-time"}
            schema = {"anyOf": [instant, *({"const": value} for value in values), {"type": "null"}]}
        case FieldKind.TEXT:
            schema = {"type": ["string", "null"], "maxLength": LONGEST_TEXT, "pattern": _NO_ZEROS}
        case _:
            types = ["string", "null"] if each.kind is FieldKind.PERSON else ["string", "integer", "null"]
            schema = {"type": types, "maxLength": each.longest or LONGEST_LINE, "pattern": _NO_ZEROS}
            if "integer" in types:
                schema |= {"minimum": 0, "maximum": HIGHEST}
    if each.required and "type" in schema:
        schema["type"] = [kind for kind in schema["type"] if kind != "null"]
        if "string" in schema["type"]:
            schema["minLength"] = 1
    elif each.required and "anyOf" in schema:
        schema["anyOf"].pop()
    about = ". ".join(part.rstrip(".") for part in (each.label, each.hint) if part)
    return {**schema, "description": f"{about}."}


def _shapes() -> Json:
    answered = dict.fromkeys(shape for route in routes() for shape in route.answers.values())
    _, found = models_json_schema(
        [(shape, "serialization") for shape in answered], ref_template="#/components/schemas/{model}"
    )
    shapes: Json = found["$defs"]
    shapes["Event"] = {**shapes["Event"], "oneOf": by_kind()}
    return {**shapes, **data_schemas()}


_PROBLEM: Json = {
    "type": "object",
    "description": "What went wrong (RFC 9457).",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string", "description": "The code as a URI."},
        "title": {"type": "string", "description": "The status in words."},
        "status": {"type": "integer", "description": "The status."},
        "code": {"type": "string", "description": "What programs look for; it stays the same."},
        "detail": {"type": "string", "description": "One sentence for people, in the caller's language."},
        "sure": {
            "type": "string",
            "description": "What says yes to the question that `detail` asks: send it as `sure`.",
        },
        "errors": {
            "type": "array",
            "description": "What is wrong with which field.",
            "items": {
                "type": "object",
                "required": ["field", "code", "detail"],
                "properties": {
                    "field": {"type": "string", "description": "Which one."},
                    "code": {"type": "string", "description": "What programs look for: `missing`, `person`, ..."},
                    "detail": {"type": "string", "description": "The same in the caller's language."},
                },
            },
        },
    },
}
