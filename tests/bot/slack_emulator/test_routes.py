"""Only this machine is answered, only sensible requests are, and the page is served as it must be."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from bot.slack_emulator.workspace_channels import DESK_ID
from bot.slack_emulator.workspace_people import ANA
from bot.stand_in.loopback import comes_from_here, is_loopback_name
from tests.bot.slack_emulator.fake_bot import Place

HOSTS = [
    ("127.0.0.1", True),
    ("127.0.0.1:8080", True),
    ("localhost", True),
    ("LOCALHOST:9", True),
    ("[::1]:8080", True),
    ("127.9.9.9", True),
    ("example.com", False),
    ("localhost.example.com", False),
    ("127.0.0.1.example.com:8080", False),
    ("evil@127.0.0.1.example.com", False),
    ("0.0.0.0", False),  # noqa: S104 - a header, not an address to listen on
    ("192.168.1.5:8080", False),
    ("", False),
    ("[::1", False),
]


@pytest.mark.parametrize(("host", "allowed"), HOSTS)
def test_only_a_loopback_host_header_is_answered(host: str, allowed: bool) -> None:
    request = make_mocked_request("GET", "/_control/state", headers={"Host": host})
    peer = request.clone(remote="127.0.0.1")
    assert comes_from_here(peer) is allowed


@pytest.mark.parametrize(("remote", "allowed"), [("127.0.0.1", True), ("::1", True), ("10.0.0.7", False), ("", False)])
def test_only_a_peer_on_this_machine_is_answered(remote: str, allowed: bool) -> None:
    request = make_mocked_request("GET", "/local/", headers={"Host": "localhost"}).clone(remote=remote)
    assert comes_from_here(request) is allowed


BEHIND = {
    "a page of our own": ({"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}, True),
    "an address typed": ({"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate"}, True),
    "a link followed": ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, True),
    "another site": ({"Origin": "https://evil.example"}, False),
    "another site without a name": ({"Origin": "null"}, False),
    "another port of this machine": ({"Origin": "http://localhost:3000"}, False),
    "another site's image": ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}, False),
    "another port's script": ({"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors"}, False),
    **{
        header: ({header: "203.0.113.9"}, False)
        for header in (
            "X-Forwarded-For",
            "Forwarded",
            "Via",
            "X-Real-IP",
            "x-forwarded-host",
            "X-Forwarded-Proto",
            "X-Original-URL",
            "X-Original-Forwarded-For",
            "CF-Connecting-IP",
            "True-Client-IP",
            "fly-client-ip",
            "X-Client-IP",
            "X-Cluster-Client-IP",
            "X-Envoy-External-Address",
        )
    },
}


@pytest.mark.parametrize(("headers", "allowed"), BEHIND.values(), ids=BEHIND.keys())
def test_whoever_asks_through_a_proxy_or_another_sites_page_is_not_answered(
    headers: dict[str, str], allowed: bool
) -> None:
    request = make_mocked_request("GET", "/_control/state", headers={"Host": "localhost", **headers})
    assert comes_from_here(request.clone(remote="127.0.0.1")) is allowed


def test_a_form_of_another_site_is_no_link() -> None:
    headers = {"Host": "localhost", "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert not comes_from_here(make_mocked_request("POST", "/_control/reset", headers=headers).clone(remote="::1"))


def test_names_that_look_like_this_machine_are_not() -> None:
    assert is_loopback_name("::1")
    assert not is_loopback_name("localhost.")
    assert not is_loopback_name("127.1.example")


PATHS = [
    ("GET", "/_control/state"), ("GET", "/_control/suggestions"), ("GET", "/_control/log"),
    ("GET", f"/_control/messages/{DESK_ID}"), ("POST", "/_control/join"), ("POST", "/_control/reset"),
    ("GET", "/local/"), ("GET", "/local/stream"),
    ("POST", "/local/api/auth.test"), ("POST", "/local/response/commands/T/x"), ("GET", "/local/socket/"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), PATHS)
async def test_every_route_refuses_a_foreign_host(place: Place, method: str, path: str) -> None:
    url = place.server.make_url(path)
    async with place.session.request(method, url, headers={"Host": "rebound.example"}) as answer:
        assert answer.status == 403


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/x-www-form-urlencoded", b"minutes=5", 415),
        ("text/plain", b"{}", 415),
        ("application/json", b"[]", 400),
        ("application/json", b"{", 400),
        ("application/json", b'"' + b"x" * 1_100_000 + b'"', 413),
    ],
)
async def test_a_control_call_must_be_json_of_a_sensible_size(
    place: Place, kind: str, body: bytes, status: int
) -> None:
    url = place.server.make_url("/_control/advance")
    async with place.session.post(url, data=io.BytesIO(body), headers={"Content-Type": kind}) as answer:
        assert answer.status == status
        assert (await answer.json())["ok"] is False


async def test_a_body_that_does_not_say_its_length_is_limited_too(place: Place) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * 100_000

    url = place.server.make_url("/local/api/api.test")
    headers = {"Content-Type": "application/json"}
    async with place.session.post(url, data=pieces(), headers=headers) as answer:
        assert answer.status == 413


async def test_unknown_calls_and_channels_say_so(place: Place) -> None:
    async with place.session.post(place.server.make_url("/_control/dance"), json={}) as answer:
        assert answer.status == 404
    async with place.session.get(place.server.make_url("/_control/messages/C0NOWHERE01")) as answer:
        assert (answer.status, (await answer.json())["ok"]) == (404, False)


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Place]:
    """A workspace with a page of its own."""
    page = tmp_path / "page"
    (page / "parts").mkdir(parents=True)
    (page / "index.html").write_text("<!doctype html><title>Chat</title>", encoding="utf-8")
    (page / "parts" / "main.js").write_text("export {};", encoding="utf-8")
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    (page / "link.txt").symlink_to(tmp_path / "secret.txt")
    async with Place(":memory:", page=page) as place:
        yield place


@pytest.mark.parametrize(
    ("path", "kind"), [("/local/", "text/html"), ("/local/parts/main.js", "text/javascript"), ("/local", "text/html")]
)
async def test_the_page_is_served_strictly(served: Place, path: str, kind: str) -> None:
    async with served.session.get(served.server.make_url(path)) as answer:
        assert (answer.status, answer.content_type) == (200, kind)
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'self'")
        assert (answer.headers["Cache-Control"], answer.headers["X-Content-Type-Options"]) == ("no-store", "nosniff")


@pytest.mark.parametrize(
    "path",
    [
        "/local/../secret.txt", "/local/%2e%2e/secret.txt", "/local/..%2fsecret.txt", "/local//etc/passwd",
        "/local/link.txt", "/local/parts", "/local/nothing.js", "/local/%00", "/local/" + "x" * 3000,
    ],
)  # fmt: skip
async def test_nothing_outside_the_pages_folder_is_served(served: Place, path: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", served.server.port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    assert b" 404 " in answer.split(b"\r\n")[0] or b" 400 " in answer.split(b"\r\n")[0]
    assert b"secret" not in answer


async def test_the_stream_tells_of_every_change_and_ends_with_the_workspace(place: Place) -> None:
    async with place.session.get(place.server.make_url("/local/stream")) as answer:
        assert answer.content_type == "text/event-stream"

        async def change() -> int:
            event = (await answer.content.readuntil(b"\n\n")).decode().split()
            assert event[-4:-1] == ["event:", "change", "data:"]
            return int(event[-1])

        first = await change()
        await place.control("message", channel=DESK_ID, user=ANA.id, text="news")
        assert await change() > first
        place.workspace.feed.close()
        assert await asyncio.wait_for(answer.content.read(), 1) == b""


async def test_the_state_is_what_was_promised(place: Place) -> None:
    state = await place.state()
    assert {"now", "users", "channels", "views", "slack"} <= set(state)
    assert set(state["slack"]) >= {"team_id", "app_id", "bot_user_id", "signing_secret", "events_url"}
    assert {"id", "name", "tz", "locale", "roles", "level"} <= set(state["users"][0])
    assert [user["level"] for user in state["users"] if user["level"]] == [1, 2, 3]
    assert {c["kind"] for c in state["channels"]} == {"desk", "customer"}
    skills = [frozenset(u["skills"]) for u in state["users"] if "agent" in u["roles"] and "lead" not in u["roles"]]
    assert len(set(skills)) == 2


async def test_a_workspace_serves_beside_other_routes() -> None:
    place = Place(":memory:")
    app: web.Application = place.server.app

    async def health(_request: web.Request) -> web.Response:
        return web.Response(text="fine")

    app.router.add_get("/healthz", health)
    foreign = {"Host": "elsewhere.example"}
    async with place, place.session.get(place.server.make_url("/healthz"), headers=foreign) as answer:
        assert await answer.text() == "fine"


async def test_a_reset_forgets_everything_but_who_is_who(place: Place) -> None:
    secrets = dict(place.workspace.identity)
    await place.control("advance", minutes=600)
    await place.control("message", channel=DESK_ID, user=ANA.id, text="old news")
    await place.control("open-home", user=ANA.id)
    answer = await place.control("reset")
    assert answer["ok"] is True
    state = await place.state()
    assert (state["offset"], place.bot.resets) == (0, 1)
    assert {c["kind"] for c in state["channels"]} == {"desk", "customer"}
    assert await place.messages(DESK_ID) == []
    assert place.workspace.identity == secrets
    assert (await place.api("auth.test"))["ok"] is True
    assert (await place.control("message", channel=DESK_ID, user=ANA.id, text="new"))["status"] == 200
