"""What the document says of an answer, held against the answer."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from bot.api.openapi import document


@cache
def _operations() -> list[tuple[re.Pattern[str], str, dict[str, Any]]]:
    return [
        (re.compile(path.replace("{number}", "[0-9]+")), method.upper(), operation)
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
    ]


def disagreements(method: str, path: str, status: int, content_type: str, body: Any) -> list[str]:
    """What in an answer is not as the document has it. Of what it knows nothing of it says nothing."""
    for pattern, its_method, operation in _operations():
        if its_method == method and pattern.fullmatch(path):
            described = operation["responses"].get(str(status))
            if described is None:
                return [f"{method} {path} answers {status}, which is not described"]
            schema = described["content"].get(content_type, {}).get("schema")
            if schema is None:
                return [f"{method} {path} answers {content_type}, which is not described"]
            return [error.message for error in _validator(schema["$ref"]).iter_errors(body)]
    return []


@cache
def _validator(ref: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": ref, "components": document()["components"]})
