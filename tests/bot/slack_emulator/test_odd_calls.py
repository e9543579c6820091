"""Whatever is asked of the workspace, it answers `{ok: false, error}`, never with a failure of its own."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.slack_emulator.control import CALLS
from bot.slack_emulator.methods import METHODS
from bot.slack_emulator.workspace_channels import DESK_ID
from bot.slack_emulator.workspace_people import ANA
from tests.bot.slack_emulator.fake_bot import Json, Place

FIELDS = [
    "channel", "user", "users", "members", "name", "text", "ts", "thread_ts", "messageTs", "view_id", "action",
    "values", "minutes", "command", "callback_id", "files", "method", "error", "count", "delay", "blocks", "view",
    "kind", "limit", "cursor", "attachments", "metadata", "trigger_id", "user_id", "timestamp", "latest", "oldest",
    "present",
]  # fmt: skip
ODD: tuple[Any, ...] = (
    None, 0, -1, 1e300, True, "", "x", "\ud800", "9" * 400, [], {}, [{}], [[]], {"a": {}}, DESK_ID, ANA.id, [ANA.id],
    [{"type": "section"}], {"type": "home"}, {"action_id": {}}, {"action_id": "x", "value": []},
)  # fmt: skip
BODIES = st.dictionaries(st.sampled_from(FIELDS), st.sampled_from(ODD), max_size=6)
SAFE = sorted(set(CALLS) - {"advance", "join"})  # these would move the time for good, or send the bot away

once = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)


async def ask(place: Place, path: str, body: bytes, **headers: str) -> Json:
    url = place.server.make_url(path)
    async with place.session.post(url, data=body, headers={"Content-Type": "application/json", **headers}) as answer:
        assert answer.status < 500, await answer.text()
        found: Json = await answer.json()
        assert found["ok"] or found["error"], found
        assert "failed at this" not in str(found.get("error")), found
        assert found.get("error") != "internal_error", found
        return found


@pytest.mark.parametrize("name", SAFE)
@once
@given(BODIES)
async def test_no_control_call_fails(place: Place, name: str, body: Json) -> None:
    await ask(place, f"/_control/{name}", json.dumps(body).encode())


@pytest.mark.parametrize("method", sorted(METHODS))
@once
@given(BODIES)
async def test_no_method_of_the_web_api_fails(place: Place, method: str, body: Json) -> None:
    token = f"Bearer {place.workspace.identity['bot_token']}"
    await ask(place, f"/local/api/{method}", json.dumps(body).encode(), Authorization=token)


@pytest.mark.parametrize("path", ["/_control/message", "/local/api/chat.postMessage"])
@pytest.mark.parametrize("body", [b"\xff\xfe", b"[1]", b"{", b'"x"', b"null", b"[" * 100_000])
@pytest.mark.parametrize("charset", ["utf-8", "nonsense"])
async def test_no_body_makes_it_fail(place: Place, path: str, body: bytes, charset: str) -> None:
    url = place.server.make_url(path)
    headers = {"Content-Type": f"application/json; charset={charset}"}
    async with place.session.post(url, data=body, headers=headers) as answer:
        assert answer.status < 500, await answer.text()
        assert (await answer.json())["ok"] is False
