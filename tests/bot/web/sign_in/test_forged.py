"""What does not hold of a sign-in lets nobody in, and says in one sentence what to do."""

from __future__ import annotations

import hmac
import json
import time
from base64 import urlsafe_b64encode
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web
from joserfc import jwt
from structlog.testing import capture_logs

from bot.server import strangers
from bot.web.sign_in import asking, attempt, gate
from bot.web.sign_in.errors import SignInError
from tests.bot.web.sign_in.conftest import TENANT, Door
from tests.bot.web.sign_in.provider import SECRET, key_called, signed

HELD, STALE, ELSEWHERE, NOBODY = "did not hold", "begun too long ago", "another organisation", "no role at this desk"


def unsigned(claims: dict[str, Any]) -> str:
    return f"{_parts({'alg': 'none', 'kid': 'first'}, claims)}."


def with_the_public_key_as_a_secret(claims: dict[str, Any]) -> str:
    said = _parts({"alg": "HS256", "kid": "first"}, claims)
    digest = hmac.digest(key_called("first").as_pem(private=False), said.encode(), "sha256")
    return f"{said}.{urlsafe_b64encode(digest).decode().rstrip('=')}"


def by_a_key_of_its_own(claims: dict[str, Any]) -> str:
    """By a key that the token brings along, under the id of a real one."""
    other = key_called("other")
    header = {"alg": "RS256", "kid": "first", "jwk": other.as_dict(private=False)}
    return jwt.encode(header, claims, other)


def changed_afterwards(claims: dict[str, Any]) -> str:
    head, _, end = signed(claims).split(".")
    body = json.dumps({**claims, "https://slack.com/user_id": "UMANAGER"}).encode()
    return f"{head}.{urlsafe_b64encode(body).decode().rstrip('=')}.{end}"


def _parts(header: dict[str, Any], claims: dict[str, Any]) -> str:
    return ".".join(urlsafe_b64encode(json.dumps(each).encode()).decode().rstrip("=") for each in (header, claims))


FORGED = {
    "nothing signs it": unsigned,
    "the public key is taken for a secret": with_the_public_key_as_a_secret,
    "it brings its own key": by_a_key_of_its_own,
    "it was changed afterwards": changed_afterwards,
    "the key is unknown": lambda claims: signed(claims, key="unheard of"),
    "it is no token": lambda _: "a.b.c",
    "it is nothing": lambda _: "",
    "it has no end": lambda _: "x." * 30_000,
}


def said_of_something_else() -> dict[str, dict[str, Any]]:
    """What a token says, by what is wrong with it now: it may be long ago that this file was read."""
    now = int(time.time())
    return {
        "for another app": {"aud": "99.99"},
        "for several apps": {"aud": ["12.34", "99.99"]},
        "for nobody": {"aud": None},
        "handed on": {"azp": "99.99"},
        "by somebody else": {"iss": "https://slack.com.evil.example"},
        "by nobody": {"iss": None},
        "of another sign-in": {"nonce": "another"},
        "of no sign-in": {"nonce": None},
        "over": {"iat": now - 700, "exp": now - 400},
        "never over": {"exp": None},
        "over in ten years": {"exp": now + 10 * 365 * 86400},
        "of the future": {"iat": now + 600, "exp": now + 900},
        "over when it says nothing": {"exp": "tomorrow"},
        "over at no number": {"exp": float("nan")},
    }


async def test_a_token_that_is_not_the_provider_s_own_lets_nobody_in(door: Door) -> None:
    for how, sign in FORGED.items():
        door.slack.sign = sign
        status, path, text = await door.lands()
        assert (status, path.partition("?")[0], HELD in text) == (400, "/sign-in/slack/back", True), how
        assert (await door.lands("/"))[1].startswith("/sign-in"), how


async def test_a_token_that_is_for_something_else_lets_nobody_in(door: Door) -> None:
    for how, claims in said_of_something_else().items():
        door.slack.says["claims"] = claims
        status, _, text = await door.lands()
        assert (status, HELD in text) == (400, True), how


async def test_clocks_may_differ_a_little(door: Door) -> None:
    now = int(time.time())
    door.slack.says["claims"] = {"iat": now - 330, "exp": now - 30}
    assert (await door.lands())[1] == "/"
    door.slack.says["claims"] = {"iat": now + 30, "exp": now + 300}
    assert (await door.lands())[1] == "/"


async def test_another_workspace_or_tenant_is_not_let_in(door: Door) -> None:
    door.slack.who["https://slack.com/team_id"] = "TEVIL"
    assert (await door.lands())[::2][0] == 403
    assert ELSEWHERE in (await door.lands())[2]
    for tenant in ("99999999-1111-2222-3333-444444444444", None):
        door.entra.says["claims"] = {"tid": tenant}
        assert ELSEWHERE in (await door.lands("/sign-in/teams"))[2]
    door.entra.says["claims"] = {"tid": TENANT.upper()}
    assert (await door.lands("/sign-in/teams"))[1] == "/"


async def test_whoever_has_no_role_reads_whom_to_ask_and_a_stranger_does_not(door: Door) -> None:
    lead = "Ada"  # who is an admin
    door.slack.who["https://slack.com/user_id"] = "UREQUESTER"
    status, _, text = await door.lands()
    assert status == 403
    assert NOBODY in text
    assert lead in text
    door.slack.who["https://slack.com/user_id"] = "UNOBODY"
    status, _, text = await door.lands()
    assert (status, NOBODY in text, lead in text) == (403, True, False)
    assert (await door.lands("/"))[1].startswith("/sign-in")


async def test_nobody_is_signed_in_by_a_link_of_somebody_else_s_nor_twice_by_one(door: Door) -> None:
    async with door.client.get("/sign-in/slack", allow_redirects=False) as answer:
        away, kept = answer.headers["Location"], answer.cookies["vigie_sign_in"].value
    async with door.client.session.get(away, allow_redirects=False) as answer:
        back = answer.headers["Location"]
    door.client.session.cookie_jar.clear()
    for cookies in ({}, {"vigie_sign_in": "x"}, {"vigie_sign_in": attempt.written(_other())}):
        async with door.client.session.get(back, cookies=cookies) as answer:
            assert (answer.status, STALE in await answer.text()) == (400, True)
            assert "vigie_session" not in answer.cookies
    async with door.client.session.get(back.replace("/slack/", "/teams/"), cookies={"vigie_sign_in": kept}) as answer:
        assert STALE in await answer.text(), "what was begun with one provider is not ended with another"
    async with door.client.session.get(back, cookies={"vigie_sign_in": kept}, allow_redirects=False) as answer:
        assert answer.status == 303
    door.client.session.cookie_jar.clear()
    async with door.client.session.get(back, cookies={"vigie_sign_in": kept}) as answer:
        assert STALE in await answer.text(), "nor is it good twice"
    assert [what for what, _ in door.slack.asked].count("token") == 1


async def test_a_sign_in_that_takes_too_long_is_begun_anew(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    async with door.client.get("/sign-in/slack", allow_redirects=False) as answer:
        away = answer.headers["Location"]
    later = gate.machine_time() + attempt.WITHIN
    monkeypatch.setattr(gate, "machine_time", lambda: later)
    async with door.client.session.get(away) as answer:
        assert STALE in await answer.text()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (web.json_response({"error": "server_error"}, status=503), "does not answer as it should"),
        (web.Response(text="<html>"), HELD),
        (web.json_response({"ok": False, "error": "invalid_code"}), HELD),
        (web.json_response({"error": "invalid_client"}, status=401), "does not take Vigie"),
        (web.json_response([1]), HELD),
        (web.Response(text="[" * 400_000), HELD),
        (web.Response(text="x" * 600_000), "does not answer as it should"),
    ],
)
async def test_whatever_a_provider_answers_is_one_sentence(door: Door, answer: web.Response, said: str) -> None:
    door.slack.answers = answer
    with capture_logs() as logs:
        status, _, text = await door.lands()
    assert status in (400, 502)
    assert said in text
    assert not [each for each in logs if each["event"] == "a page failed"]
    assert SECRET not in str(logs)


async def test_a_provider_that_is_away_or_somebody_else_is_one_sentence(door: Door) -> None:
    door.slack.says["itself"] = "https://evil.example"
    assert "does not answer as it should" in (await door.lands())[2]
    door.slack.says = {"denies": "access_denied"}
    assert "it was stopped at Slack" in (await door.lands())[2]
    door.slack.says = {"denies": "invalid_scope"}
    assert "does not take Vigie" in (await door.lands())[2]
    assert (await door.lands("/sign-in/nowhere"))[0] == 400


async def test_a_provider_that_is_away_is_not_asked_by_each_who_comes(door: Door) -> None:
    url, door.slack.url = door.slack.url, "http://127.0.0.1:9"
    door.slack.says["itself"] = None
    assert (await door.lands())[0] == 502
    asked = len(door.slack.asked)
    door.slack.url, door.slack.says = url, {}
    assert (await door.lands())[1] == "/", "what it says of itself was wrong, and is asked for anew"
    assert len(door.slack.asked) > asked
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(asking, "FRESH", -1.0)
        door.slack.answers = None
        failed: list[str] = []

        async def away(*_: object) -> None:
            failed.append("")
            raise SignInError("unreachable", "away")

        patched.setattr(asking.Asking, "_asked", away)
        for _ in range(5):
            assert (await door.lands())[0] == 502
    assert len(failed) == 1


async def test_a_new_key_is_found_and_not_looked_for_again_and_again(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    await door.lands()
    door.slack.keys.append("second")
    door.slack.sign = lambda claims: signed(claims, key="second")
    assert HELD in (await door.lands())[2], "they were looked at just now"
    monkeypatch.setattr(asking, "BETWEEN", -1.0)
    assert (await door.lands())[1] == "/"
    assert [what for what, _ in door.slack.asked].count("keys") == 2


async def test_who_comes_back_too_often_waits(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    await door.lands("/sign-in")
    with capture_logs() as logs:
        monkeypatch.setattr("bot.server.bucket.Bucket.take", lambda *_: False)
        status, _, text = await door.lands()
    assert status == 429
    assert "Too many" in text
    assert not logs, "no stranger writes a line"
    assert door.refusals.counts["sign_in_busy"] == 1


async def test_one_who_comes_back_too_often_keeps_nobody_else_out(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strangers, "MOST", 2)
    outsider, colleague = {"X-Forwarded-For": "203.0.113.9"}, {"X-Forwarded-For": "198.51.100.7"}
    came = []
    for who in (outsider, outsider, outsider, colleague):
        door.client.session.cookie_jar.clear()
        async with door.client.get("/sign-in/slack", headers=who) as answer:
            came.append(answer.status)
    assert came[2] == 429
    assert came[3] == 200, "at the desk"


def test_what_a_browser_keeps_is_read_back_or_is_nothing() -> None:
    found = _other()
    assert attempt.read(attempt.written(found)) == found
    whole = {"platform": "a", "state": "b", "nonce": "c", "verifier": "d", "at": 1, "path": "/"}
    shapes: list[Any] = [
        1, [], {}, whole | {"at": "1"}, whole | {"at": True}, whole | {"at": 2**70}, whole | {"state": 1},
        whole | {"state": ""}, whole | {"more": 1}, whole | {"state": "\ud800"}, whole | {"path": "/\udfff"},
        whole | {"state": "b\0"},
    ]  # fmt: skip
    odd = [urlsafe_b64encode(json.dumps(each).encode()).decode() for each in shapes]
    for text in ("", "x", "ÿ", "x" * 5000, "[" * 1500, *odd):
        assert attempt.read(text) is None, text


def _other() -> attempt.Attempt:
    return replace(attempt.new_attempt("slack", "/", gate.machine_time()), state="another")
