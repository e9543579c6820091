"""Whoever is not Slack gets 401 and nothing else: nothing is parsed, called, written down or answered."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from multidict import CIMultiDict
from pydantic import SecretStr
from slack_sdk.signature import SignatureVerifier
from sqlmodel import func, select
from structlog.testing import capture_logs

from bot.app import Vigie
from bot.server.refused_requests import Refusals
from bot.server.settings import Settings
from bot.slack.responses import Answers
from storage.database import Database
from storage.tables.intake import InboxRow
from tests.examples import examples
from tests.fakes.other_slack import SECRET, USUAL, Json, OtherSlack, Team, other_slack
from tests.waiting import LONGEST_SECONDS

TEAM, DESK, ANA = "T0ACME", "CDESK0001", "UANA"
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


class Trap:
    """An address inside that nobody may make the program call."""

    def __init__(self) -> None:
        self.called: list[str] = []
        self.came = asyncio.Event()
        self.url = ""

    async def answer(self, request: web.Request) -> web.Response:
        self.called.append(f"{request.method} {request.path}")
        self.came.set()
        return web.Response(status=302, headers={"Location": f"{self.url}again"})


@pytest.fixture
async def trap() -> AsyncIterator[Trap]:
    found, app = Trap(), web.Application()
    app.router.add_route("*", "/{tail:.*}", found.answer)
    server = TestServer(app)
    await server.start_server()
    found.url = str(server.make_url("/"))
    yield found
    await server.close()


@pytest.fixture(params=["one workspace", "many workspaces"])
async def slack(request: pytest.FixtureRequest, sqlite_database: str) -> AsyncIterator[OtherSlack]:
    """Slack, and a bot behind its address."""
    many = request.param == "many workspaces"
    async with other_slack(USUAL) as slack:
        slack.add(Team(TEAM, "xoxb-1"))
        own: Json = {"SLACK_BOT_TOKEN": SecretStr("xoxb-1"), "VIGIE_CHANNEL": DESK}
        if many:
            own = {
                "SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": SecretStr("hush"),
                "VIGIE_PUBLIC_URL": "https://vigie.example.com", "VIGIE_SECRET_KEY": "k" * 32,
            }  # fmt: skip
        vigie = Vigie(
            Settings(
                VIGIE_DATABASE_URL=sqlite_database, VIGIE_PORT=0, SLACK_API_URL=f"{slack.url}api/",
                SLACK_SIGNING_SECRET=SecretStr(SECRET), **own,
            )
        )  # fmt: skip
        await vigie.start()
        slack.events_url = f"{vigie.address}/slack/events"
        if vigie.runner is not None:
            await vigie.runner.settle()
        yield slack
        await vigie.stop()


def requests(answer_to: str) -> dict[str, tuple[str, bytes]]:
    """One of each kind, as Slack writes it: its content type and body."""
    about = {"team": {"id": TEAM}, "user": {"id": ANA}, "trigger_id": "1.1", "response_url": answer_to}
    view = {"id": "V1", "callback_id": "ticket.new", "state": {"values": {}}, "private_metadata": "{}", "blocks": []}
    shown: dict[str, Json] = {
        "button": {"type": "block_actions", "actions": [{"action_id": "ticket.take", "block_id": "b"}]},
        "button of a stranger": {"type": "block_actions", "actions": [{"action_id": "x"}], "team": {"id": "T0OTHER"}},
        "form": {"type": "view_submission", "view": view},
        "options": {"type": "block_suggestion", "action_id": "ticket.x", "block_id": "b", "value": "a"},
        "shortcut": {"type": "shortcut", "callback_id": "ticket.new"},
    }
    event = {"type": "message", "user": ANA, "text": "Down", "channel": DESK, "ts": "1772445905.000200"}
    happened = {"type": "event_callback", "team_id": TEAM, "event_id": "E1"}
    command = {"command": "/ticket", "text": "new sev1 Forged", "team_id": TEAM, "user_id": ANA, "channel_id": DESK,
               "trigger_id": "1.1", "response_url": answer_to}  # fmt: skip
    return {
        "command": (FORM, urlencode(command).encode()),
        "command of a stranger": (FORM, urlencode({**command, "team_id": "T0OTHER"}).encode()),
        "certificate check": (FORM, b"ssl_check=1"),
        "event": (JSON, json.dumps({**happened, "event": event}).encode()),
        "address check": (JSON, b'{"type": "url_verification", "challenge": "c1"}'),
        "nested without an end": (JSON, b'{"a":' * 50_000),
        "a form nested without an end": (FORM, b"payload=" + b"[" * 50_000),
        **{
            kind: (FORM, urlencode({"payload": json.dumps({**about, **each})}).encode()) for kind, each in shown.items()
        },
    }


def _payload(body: Json) -> bytes:
    return urlencode({"payload": json.dumps(body)}).encode()


def forged(body: bytes) -> dict[str, list[tuple[str, str]]]:
    """Headers that are not Slack's, by what is wrong with them."""
    now = str(int(time.time()))

    def seal(at: str, secret: str = SECRET, over: bytes = body) -> str:
        return SignatureVerifier(secret).generate_signature(timestamp=at, body=over) or ""

    def pair(at: str, signature: str) -> list[tuple[str, str]]:
        return [("X-Slack-Request-Timestamp", at), ("X-Slack-Signature", signature)]

    right = pair(now, seal(now))
    return {
        "none": [],
        "no signature": right[:1],
        "no time": right[1:],
        "time that is a word": pair("x", "v0=0"),
        "time of 5,000 digits": pair("9" * 5000, seal(now)),
        "time in other digits": pair("²", seal("2")),
        "time in Arabic digits": pair("".join(chr(0x660 + int(digit)) for digit in now), seal(now)),
        "time with a sign": pair(f"+{now}", seal(f"+{now}")),
        "time with blanks in it": pair(f"{now[:4]} {now[4:]}", seal(now)),
        "time with a fraction": pair(f"{now}.0", seal(f"{now}.0")),
        "negative time": pair("-1", seal("-1")),
        "no time at all": pair("", seal("")),
        "old": pair(old := str(int(now) - 400), seal(old)),
        "ahead": pair(ahead := str(int(now) + 400), seal(ahead)),
        "signature of nothing": pair(now, ""),
        "short signature": pair(now, "v0=0"),
        "signature that is no text": pair(now, "v0=" + "é" * 64),
        "signature of another secret": pair(now, seal(now, "0" * 32)),
        "signature of another body": pair(now, seal(now, over=body + b" ")),
        "signature of another time": pair(now, seal(str(int(now) - 1))),
        "signature in capitals": pair(now, seal(now).upper()),
        "signature of another version": pair(now, "v1" + seal(now)[2:]),
        "two times": [("X-Slack-Request-Timestamp", "1"), *right],
        "two signatures": [*right, ("X-Slack-Signature", "v0=" + "0" * 64)],
    }


async def test_what_slack_has_not_signed_is_401_and_nothing_comes_of_it(
    slack: OtherSlack, trap: Trap, caplog: pytest.LogCaptureFixture
) -> None:
    assert slack.session is not None
    slack.calls.clear()
    with capture_logs() as logs, caplog.at_level(logging.WARNING):
        for kind, (content, body) in requests(f"{trap.url}internal/admin").items():
            for what, forgery in forged(body).items():
                headers = CIMultiDict([("Content-Type", content), *forgery])
                async with slack.session.post(slack.events_url, data=body, headers=headers) as answer:
                    assert (answer.status, await answer.read()) == (401, b""), (kind, what)
        await asyncio.sleep(0.05)
    assert (logs, caplog.records, trap.called, slack.calls) == ([], [], [], [])


async def test_what_slack_signed_with_the_same_bytes_is_taken(slack: OtherSlack) -> None:
    assert slack.session is not None
    for content, body in requests(f"{slack.url}respond").values():
        async with slack.session.post(slack.events_url, data=body, headers=slack.signed(body, content)) as answer:
            assert answer.status != 401


@pytest.mark.hypothesis
async def test_no_bytes_in_the_headers_open_the_door(slack: OtherSlack, trap: Trap) -> None:
    loop, address = asyncio.get_running_loop(), urlsplit(slack.events_url)
    slack.calls.clear()
    content, body = requests(f"{trap.url}internal")["button"]
    value = st.one_of(
        st.binary(max_size=100).map(lambda found: bytes(each for each in found if each not in b"\r\n\0")),
        st.sampled_from([str(int(time.time())).encode(), b"v0=" + b"0" * 64, b"v0=", b"9" * 12, b"9" * 4000]),
    )  # fmt: skip

    async def knock(timestamp: bytes, signature: bytes) -> bytes:
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        writer.write(
            b"POST /slack/events HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: " + content.encode()
            + b"\r\nX-Slack-Request-Timestamp: " + timestamp + b"\r\nX-Slack-Signature: " + signature
            + b"\r\nContent-Length: " + str(len(body)).encode() + b"\r\n\r\n" + body
        )  # fmt: skip
        status = await reader.readline()
        writer.close()
        return status

    @settings(max_examples=examples(200), suppress_health_check=[HealthCheck.too_slow])
    @given(value, value)
    def every_one_is_refused(timestamp: bytes, signature: bytes) -> None:
        status = asyncio.run_coroutine_threadsafe(knock(timestamp, signature), loop).result(10)
        assert status.split()[1] in {b"401", b"400"}, status  # 400: it was no HTTP at all

    with capture_logs() as logs:
        await asyncio.to_thread(every_one_is_refused)
    assert (logs, trap.called, slack.calls) == ([], [], [])


async def test_what_is_refused_is_counted_in_one_line_a_minute(
    slack: OtherSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert slack.session is not None
    monkeypatch.setattr("bot.server.refused_requests.EVERY_SECONDS", 0.3)
    with capture_logs() as logs:
        for _ in range(40):
            async with slack.session.post(slack.events_url, data=b"x") as answer:
                assert answer.status == 401
        address = urlsplit(slack.events_url)
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        writer.write(b"\x16\x03\x01\x02\x00 no HTTP\r\n\r\n")
        await reader.read()
        writer.close()
        await asyncio.sleep(0.5)
    assert sum(log.get("unsigned", 0) for log in logs) == 40
    assert {log["event"] for log in logs} == {"requests refused"}
    assert len(logs) < 4


def test_nothing_is_said_where_nothing_was_refused() -> None:
    with capture_logs() as logs:
        Refusals().say()
    assert logs == []


INSIDE = [
    "{trap}internal/admin",
    "{trap}",
    "http://hooks.slack.com/actions/1",
    "https://hooks.slack.com.evil.example/",
    "https://hooks.slack.com@127.0.0.1/",
    "https://user:word@hooks.slack.com/",
    "https://hooks.slack.com:8443/",
    "https://evilslack.com/",
    "https://slack.com.evil.example/",
    "https://evil.example\\@hooks.slack.com/",
    "file:///etc/passwd",
    "//hooks.slack.com/",
    "/relative",
    "",
    "https://[",
    "https://" + "a" * 5000 + ".slack.com/",
    ["https://hooks.slack.com/"],
    {"url": "{trap}"},
    7,
    None,
]


async def test_a_signed_request_has_no_address_called_that_is_not_slacks(slack: OtherSlack, trap: Trap) -> None:
    for address in INSIDE:
        await slack.payload(
            "block_actions", TEAM, ANA, actions=[{"action_id": "ticket.fly", "block_id": "b", "value": "{}"}],
            channel={"id": DESK}, message={"ts": "1.1", "team": TEAM},
            response_url=address.replace("{trap}", trap.url) if isinstance(address, str) else address,
        )  # fmt: skip
    await asyncio.sleep(0.1)
    assert (trap.called, slack.asked("response_url")) == ([], [])


@pytest.mark.parametrize(
    ("address", "may"),
    [
        ("https://hooks.slack.com/actions/T1/1/a", True),
        ("https://hooks.slack.com:443/commands/1", True),
        ("https://acme.enterprise.slack.com/x", True),
        ("https://hooks.slack-gov.com/actions/1", True),
        ("https://slack.com/", True),  # where the Web API is
        ("http://slack.com/", False),
        *((address, False) for address in INSIDE),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_answers_go_to_slack_alone(address: Any, may: bool) -> None:
    answers = Answers("https://slack.com/api/")
    assert (answers.address(address) is not None) is may
    await answers.close()


@pytest.mark.parametrize("home", ["http://127.0.0.1:8080", "http://localhost:8080", "http://[::1]:8080"])
async def test_in_local_mode_they_go_to_the_local_workspace(home: str) -> None:
    answers = Answers(f"{home}/local/api/")
    for same in ("127.0.0.1", "localhost", "[::1]"):
        assert answers.address(f"http://{same}:8080/local/response/x") is not None
        assert answers.address(f"http://{same}:8081/local/response/x") is None
    assert answers.address("http://10.0.0.1:8080/local/response/x") is None
    await answers.close()


async def test_an_answer_is_not_sent_on_to_where_somebody_points(
    slack: OtherSlack, trap: Trap, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.responses.Answers._is_home", lambda *_: True)
    await slack.payload(
        "block_actions", TEAM, ANA, actions=[{"action_id": "ticket.fly", "block_id": "b", "value": "{}"}],
        channel={"id": DESK}, message={"ts": "1.1", "team": TEAM}, response_url=f"{trap.url}first",
    )  # fmt: skip
    async with asyncio.timeout(5):
        await trap.came.wait()
    await asyncio.sleep(0.05)
    assert trap.called == ["POST /first"]


# -- connections ------------------------------------------------------------------------------------------------------


async def half(slack: OtherSlack, words: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection on which no more is ever said."""
    address = urlsplit(slack.events_url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    writer.write(words)
    await writer.drain()
    return reader, writer


def halves() -> dict[str, bytes]:
    now = str(int(time.time())).encode()
    looks_right = b"X-Slack-Request-Timestamp: " + now + b"\r\nX-Slack-Signature: v0=" + b"0" * 64 + b"\r\n"
    post = b"POST /slack/events HTTP/1.1\r\nHost: x\r\n"
    return {
        "nothing": b"",
        "half a head": post + b"X-A: ",
        "no body": post + looks_right + b"Content-Length: 900000\r\n\r\n",
        "half a body": post + looks_right + b"Content-Length: 900000\r\n\r\n" + b"a" * 10,
        "an endless body": post + looks_right + b"Transfer-Encoding: chunked\r\n\r\n5\r\naaaaa\r\n",
        "a body that is no chunks": post + looks_right + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        "a head after a request": b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nPOST /slack",
        "the body of what has none": b"GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\naaa",
    }


@pytest.mark.parametrize("slack", ["one workspace"], indirect=True)
@pytest.mark.parametrize("what", list(halves()))
async def test_half_a_request_is_closed(slack: OtherSlack, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HEAD_SECONDS", "IDLE_SECONDS"):
        monkeypatch.setattr(f"bot.server.connections.{name}", 0.2)
    monkeypatch.setattr("bot.slack.door.BODY_SECONDS", 0.2)
    with capture_logs() as logs:
        reader, writer = await half(slack, halves()[what])
        async with asyncio.timeout(8):  # aiohttp reads on for a moment where nobody wants the body
            with suppress(ConnectionResetError):
                await reader.read()
        writer.close()
    assert logs == []


@pytest.mark.parametrize("slack", ["one workspace"], indirect=True)
async def test_a_thousand_half_requests_keep_nobody_out(slack: OtherSlack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.server.connections.Doorway.limit", 50)
    kinds = list(halves().values())[:5]
    opened = [await half(slack, kinds[n % len(kinds)]) for n in range(150)]
    async with aiohttp.ClientSession() as session:
        slack.session = session
        status, answer = await slack.command(TEAM, ANA, "new sev1 Link down", DESK)
    assert (status, "#1" in answer["text"]) == (200, True)
    for _, writer in opened:
        writer.close()


@pytest.mark.parametrize("slack", ["one workspace"], indirect=True)
async def test_what_is_refused_leaves_no_row(slack: OtherSlack, sqlite_database: str) -> None:
    assert slack.session is not None
    database = Database(sqlite_database)

    def count() -> int:
        return database.read_now(lambda session: int(session.exec(select(func.count()).select_from(InboxRow)).one()))

    before = count()
    for content, body in requests("").values():
        async with slack.session.post(slack.events_url, data=body, headers={"Content-Type": content}) as answer:
            assert answer.status == 401
    assert count() == before
    database.close_now()


# -- the bot's own control, in local mode -----------------------------------------------------------------------------


@pytest.fixture
async def local(sqlite_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    """The address of a bot with its local workspace."""
    monkeypatch.chdir(tmp_path)
    vigie = Vigie(
        Settings(VIGIE_DATABASE_URL=sqlite_database, VIGIE_PORT=0),
        answer_within=LONGEST_SECONDS,
        local_platforms=("slack",),
    )
    await vigie.start()
    yield vigie.address
    await vigie.stop()


ODD_OFFSETS = ['{"offset": NaN}', '{"offset": Infinity}', '{"offset": 1e300}', '{"offset": "x"}', '{"offset": null}',
               "{}", "[]", "[" * 5000, "", "x", '{"offset": [1]}']  # fmt: skip


async def test_our_time_is_moved_by_a_number_and_by_nobody_elsewhere(
    local: str, caplog: pytest.LogCaptureFixture
) -> None:
    url, json_type = f"{local}/_control/bot/now", {"Content-Type": JSON}
    async with aiohttp.ClientSession() as session:
        for body in ODD_OFFSETS:
            async with session.post(url, data=body, headers=json_type) as answer:
                assert answer.status == 400, body
        for header in ({"Host": "["}, {"Host": "evil.example"}, {"Via": "1.1 x"}, {"Origin": "https://evil.example"}):
            for path in ("/_control/bot/now", "/_control/bot/reset"):
                async with session.post(local + path, data='{"offset": 5}', headers={**json_type, **header}) as answer:
                    assert answer.status in {400, 403}, header
        async with session.post(url, data='{"offset": 5}', headers=json_type) as answer:
            assert answer.status == 200
    assert caplog.records == []
