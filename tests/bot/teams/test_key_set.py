"""The keys are had beside everything else: whoever asks for one waits a moment at most, and causes few fetches."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import aiohttp
import pytest
from structlog.testing import capture_logs

from bot.teams import key_set
from bot.teams.key_set import KeysAwayError, KeySet, UnknownKeyError
from tests.bot.teams.conftest import Clock
from tests.fakes.connector import KeyHost, key_host, token
from tests.fakes.connector import key_set as published
from tests.waiting import becomes


@pytest.fixture
async def host() -> AsyncIterator[KeyHost]:
    async with key_host() as found:
        yield found


@pytest.fixture
async def keys(host: KeyHost, clock: Clock) -> AsyncIterator[KeySet]:
    async with aiohttp.ClientSession() as session:
        found = KeySet(host.url, session, clock)
        yield found
        await found.stop()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for long, and what failed is tried again soon."""
    monkeypatch.setattr(key_set, "WAIT_SECONDS", 0.05)
    monkeypatch.setattr(key_set, "PAUSES", (0.01,))
    monkeypatch.setattr(key_set, "BETWEEN_SECONDS", 0.01)


async def test_they_are_there_before_anybody_asks(keys: KeySet, host: KeyHost) -> None:
    keys.start()
    await becomes(lambda: keys.known("ours") is not None, True)
    assert await keys.key("ours") is keys.get_signing_key_from_jwt(token())
    assert host.asked == 1


async def test_a_request_that_is_there_first_waits_for_them(keys: KeySet, host: KeyHost) -> None:
    host.answers.clear()
    keys.start()
    asking = asyncio.create_task(keys.key("ours"))
    await becomes(lambda: host.asked, 1)
    host.answers.set()
    assert (await asking).key_id == "ours"


async def test_keys_that_nobody_has_cause_no_fetch_each(keys: KeySet, host: KeyHost) -> None:
    keys.start()
    await becomes(lambda: keys.known("ours") is not None, True)
    for name in range(200):
        with pytest.raises(UnknownKeyError):
            await keys.key(f"random-{name}")
    assert host.asked == 1


@pytest.mark.usefixtures("impatient")
async def test_a_new_key_is_fetched_when_it_is_first_used(
    keys: KeySet, host: KeyHost, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_set, "WAIT_SECONDS", 30)
    keys.start()
    await becomes(lambda: keys.known("ours") is not None, True)
    host.body = json.dumps(published("theirs"))
    clock.now += 60
    assert (await keys.key("theirs")).key_id == "theirs"
    with pytest.raises(UnknownKeyError):
        await keys.key("ours")


@pytest.mark.usefixtures("impatient")
async def test_while_the_host_is_silent_nobody_is_kept_and_what_is_known_counts_on(
    keys: KeySet, host: KeyHost, clock: Clock
) -> None:
    keys.start()
    await becomes(lambda: keys.known("ours") is not None, True)
    host.answers.clear()
    clock.now += 60
    with pytest.raises(KeysAwayError):
        await keys.key("theirs")
    crowd = [asyncio.create_task(keys.key(f"random-{n}")) for n in range(300)]
    assert {type(each) for each in await asyncio.gather(*crowd, return_exceptions=True)} == {KeysAwayError}
    assert host.asked <= 3, "not one for each of them"
    assert (await keys.key("ours")).key_id == "ours"
    clock.now += key_set.KEPT_SECONDS
    assert keys.known("ours") is None


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 200), ("{", 200), ("[]", 200), ("{}", 200), ('{"keys": 5}', 200), ('{"keys": [5, {"kty": "oct"}]}', 200),
        (json.dumps({"keys": [published("ours")["keys"][0] | {"use": "enc"}]}), 200),
        (json.dumps({"keys": [published("ours")["keys"][0] | {"n": "!"}]}), 200),
        (json.dumps({"keys": [published("ours")["keys"][0] | {"kid": None}]}), 200),
        (json.dumps(published("ours")), 500), (json.dumps(published("ours")), 302), ("[" * 100_000, 200),
        ('{"keys": [], "x": "' + "x" * 1_100_000 + '"}', 200),
    ],
    ids=lambda value: str(value)[:30],
)  # fmt: skip
@pytest.mark.usefixtures("impatient")
async def test_what_is_no_key_set_is_said_once_and_tried_again(
    keys: KeySet, host: KeyHost, body: str, status: int
) -> None:
    good = host.body
    host.body, host.status = body, status
    with capture_logs() as logs:
        keys.start()
        await becomes(lambda: host.asked > 2, True)
        with pytest.raises(KeysAwayError):
            await keys.key("ours")
        host.body, host.status = good, 200
        await becomes(lambda: keys.known("ours") is not None, True)
    said = [line["event"] for line in logs]
    assert said == ["the keys of Teams cannot be fetched", "the keys of Teams could be fetched again"]
