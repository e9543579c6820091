"""Whatever is wrong with a request has one status, one name and one sentence in the caller's language; nothing breaks,
and nothing of the machine's insides is told."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from typing import Any

import pytest
from yarl import URL

from bot.api import body
from bot.api.language import language_of
from bot.desk.runtime import DeskRuntime
from bot.wording.speech import catalogue
from tests.bot.api.programs import Program, key_for, served
from tests.bot.asking import typed
from triage.scopes import Scope

JSON = {"Content-Type": "application/json"}


@pytest.fixture
async def program(desk: DeskRuntime) -> AsyncIterator[Program]:
    async with served(desk) as client:
        await typed(desk, "new sev1 Link down")
        yield Program(client, key_for(desk, Scope.ADMIN))


async def problem(
    program: Program, method: str, path: str, data: bytes | io.BytesIO | None = None, **headers: str
) -> Any:
    """The problem that answers a request, which has to be one."""
    given = {"Authorization": f"Bearer {program.key}", **headers}
    url = URL(f"http://127.0.0.1:{program.client.port}{path}", encoded=True)  # exactly so, dots and all
    answer = await program.client.session.request(method, url, data=data, headers=given)
    assert answer.content_type == "application/problem+json", await answer.text()
    found = await answer.json(content_type=None)
    assert found["status"] == answer.status < 500, found
    assert found["type"].endswith(found["code"])
    assert found["detail"].endswith((".", "?")), found
    return found


PATHS = [
    ("GET", "", 404, "no_path"),
    ("GET", "/", 404, "no_path"),
    ("GET", "/nothing", 404, "no_path"),
    ("GET", "/tickets/", 404, "no_path"),
    ("GET", "/tickets/0", 404, "no_path"),
    ("GET", "/tickets/-1", 404, "no_path"),
    ("GET", "/tickets/1/nothing", 404, "no_path"),
    ("GET", "/tickets/1/update/", 404, "no_path"),
    ("GET", "/tickets/9999999999", 404, "no_path"),
    ("GET", "/tickets/%31", 404, "no_path"),
    ("GET", "/tickets/%D9%A1", 404, "no_path"),
    ("GET", "/tickets/1%00", 404, "no_path"),
    ("GET", "/tickets/%2e%2e/policy", 404, "no_path"),
    ("GET", "//tickets", 404, "no_path"),
    ("GET", "/tickets/7", 404, "no_such_ticket"),
    ("POST", "/tickets/7/note", 422, "fields"),
    ("DELETE", "/tickets/1", 405, "no_method"),
    ("OPTIONS", "/tickets", 405, "no_method"),
    ("PUT", "/tickets", 405, "no_method"),
    ("POST", "/openapi.json", 405, "no_method"),
    ("GET", "/tickets?nothing=1", 400, "param_unknown"),
    ("GET", "/tickets?limit=1&limit=2", 400, "param_twice"),
    ("GET", "/tickets?limit=0", 400, "param_number"),
    ("GET", "/tickets?limit=1e3", 400, "param_number"),
    ("GET", "/tickets?limit=%D9%A1", 400, "param_number"),
    ("GET", "/tickets?state=lost", 400, "param_choice"),
    ("GET", "/tickets?customer=", 400, "param_text"),
    ("GET", "/tickets?customer=%00", 400, "param_text"),
    ("GET", "/tickets?cursor=x", 400, "bad_cursor"),
    ("GET", "/tickets?cursor=eyJrIjoibmV3ZXN0In0", 400, "bad_cursor"),
    ("GET", "/tickets?cursor=eyJrIjoiZHVlIiwibiI6LTF9", 400, "bad_cursor"),
    # {"k":"due","n":1,"d":"0001-01-01T00:00:00+14:00"}, and "9999-12-31T23:59:59-14:00": in no year of UTC
    ("GET", "/tickets?cursor=eyJrIjoiZHVlIiwibiI6MSwiZCI6IjAwMDEtMDEtMDFUMDA6MDA6MDArMTQ6MDAifQ", 400, "bad_cursor"),
    ("GET", "/tickets?cursor=eyJrIjoiZHVlIiwibiI6MSwiZCI6Ijk5OTktMTItMzFUMjM6NTk6NTktMTQ6MDAifQ", 400, "bad_cursor"),
    ("GET", "/tickets/1?limit=1", 400, "param_unknown"),
]
BODIES: list[tuple[bytes, dict[str, str], int, str]] = [
    (b"{", JSON, 400, "no_json"),
    (b'{"text": NaN}', JSON, 400, "no_json"),
    (b'{"text": "a", "text": "b"}', JSON, 400, "no_json"),
    (b'"\xff"', JSON, 400, "no_json"),
    (b"[" * 100_000, JSON, 400, "no_json"),
    (b'{"text": ' + b"9" * 5000 + b"}", JSON, 400, "no_json"),
    (b"[]", JSON, 400, "no_object"),
    (b"null", JSON, 400, "no_object"),
    (b"text=x", {"Content-Type": "application/x-www-form-urlencoded"}, 415, "no_json_type"),
    (b'{"text": "x"}', {"Content-Type": "application/json; charset=latin-1"}, 415, "no_json_type"),
    (b'{"text": "x"}', {**JSON, "Content-Encoding": "gzip"}, 415, "encoded"),
    (b'{"text": "x", "txt": "y"}', JSON, 422, "fields"),
    (b'{"text": "\\ud800"}', JSON, 422, "fields"),
    (b'{"text": ["x"]}', JSON, 422, "fields"),
    (b'{"text": " "}', JSON, 409, "note_needs_text"),
    (b'{"text": "x"}', {**JSON, "Idempotency-Key": "a b"}, 400, "bad_idempotency_key"),
    (b'{"text": "x"}', {**JSON, "Idempotency-Key": "x" * 256}, 400, "bad_idempotency_key"),
]


async def test_a_path_or_a_parameter_that_is_not_known_is_named(program: Program) -> None:
    for method, path, status, code in PATHS:
        found = await problem(program, method, f"/api/v1{path}")
        assert (found["status"], found["code"]) == (status, code), path


async def test_a_body_that_cannot_be_read_is_refused_before_anything_is_done(program: Program) -> None:
    before = (await program.get("/tickets/1"))["version"]
    for data, headers, status, code in BODIES:
        found = await problem(program, "POST", "/api/v1/tickets/1/note", data, **headers)
        assert (found["status"], found["code"]) == (status, code), data[:40]
    assert (await program.get("/tickets/1"))["version"] == before


async def test_ten_megabytes_are_refused_unread(program: Program) -> None:
    found = await problem(program, "POST", "/api/v1/tickets/1/note", io.BytesIO(b" " * 10_000_000), **JSON)
    assert found["code"] == "too_large"


async def test_whoever_sends_slowly_is_not_waited_for(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "BODY_SECONDS", 0.05)
    head = (
        f"POST /api/v1/tickets/1/note HTTP/1.1\r\nHost: vigie\r\nAuthorization: Bearer {program.key}\r\n"
        "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
    )
    reader, writer = await asyncio.open_connection("127.0.0.1", program.client.port)
    writer.write(head.encode())
    answer = await asyncio.wait_for(reader.readuntil(b'"too_slow"'), 5)
    writer.close()
    assert answer.startswith(b"HTTP/1.1 408")


async def test_each_field_that_is_wrong_is_named(program: Program) -> None:
    found = await problem(
        program, "POST", "/api/v1/tickets", b'{"severity": "9", "reported_at": "noon", "color": "red"}', **JSON
    )
    assert {each["field"] for each in found["errors"]} == {"summary", "severity", "reported_at", "color"}


async def test_everything_is_said_in_the_callers_language(program: Program) -> None:
    french = await problem(
        program, "GET", "/api/v1/tickets/7", None, **{"Accept-Language": "fr-CH, fr;q=0.9, en;q=0.8"}
    )
    english = await problem(program, "GET", "/api/v1/tickets/7", None, **{"Accept-Language": "de"})
    assert french["code"] == english["code"]
    assert french["detail"] != english["detail"]
    assert {key for key in catalogue("en") if key.startswith("api_problem.")} == {
        key for key in catalogue("fr") if key.startswith("api_problem.")
    }


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("fr", "fr"),
        ("de, fr;q=0.5", "fr"),
        ("en;q=0.2, fr;q=0.9", "fr"),
        ("fr;q=0", "en"),
        ("fr;q=x", "en"),
    ],
)
def test_the_language_that_is_wanted_most_of_those_spoken_here(header: str, language: str) -> None:
    assert language_of(header) == language


async def test_what_is_refused_says_which_method_would_do(program: Program) -> None:
    answer = await program.ask("PUT", "/tickets")
    assert answer.headers["Allow"] == "GET, HEAD, POST"
    assert (await program.ask("HEAD", "/tickets")).status == 200


async def test_pages_of_other_sites_are_not_let_in(program: Program) -> None:
    answer = await program.ask("GET", "/tickets", Origin="https://elsewhere.example")
    assert not [name for name in answer.headers if name.lower().startswith("access-control")]
    assert answer.headers["Cache-Control"] == "no-store"
