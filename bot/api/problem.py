"""Whatever goes wrong is answered as RFC 9457 has it: a status, a name that programs look for, and one sentence in the
caller's language."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from aiohttp import web

from bot.wording.speech import Speech

CONTENT_TYPE = "application/problem+json"
#: Of a type that has no page of its own.
TYPE = "urn:vigie:problem:"


class Problem(Exception):
    """A request that is not carried out. `code` names the sentence in the locales (`api_problem.CODE`), whose gaps
    `values` fill; `detail` is one of its own. `errors`: fields that are wrong, how by name, and in words."""

    def __init__(
        self,
        status: int,
        code: str,
        *,
        detail: str | None = None,
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, Any] | None = None,
        errors: Sequence[tuple[str, str, str]] = (),
        **values: object,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.detail = detail
        self.headers = dict(headers or {})
        self.more = dict(more or {})
        self.errors = tuple(errors)
        self.values = values

    def response(self, speech: Speech) -> web.Response:
        """The same as an answer."""
        document = {
            "type": TYPE + self.code,
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "code": self.code,
            "detail": self.detail
            if self.detail is not None
            else speech.text(f"api_problem.{self.code}", **self.values),
            **self.more,
        }
        if self.errors:
            document["errors"] = [
                {"field": field, "code": code, "detail": detail} for field, code, detail in self.errors
            ]
        headers = {**self.headers, "Content-Language": speech.language, "Cache-Control": "no-store"}
        return web.Response(
            status=self.status, body=json.dumps(document).encode(), content_type=CONTENT_TYPE, headers=headers
        )
