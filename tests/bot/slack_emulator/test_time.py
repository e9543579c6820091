"""Time moves forward through every due instant; events a bot missed are tried again on Slack's schedule."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path

import pytest
from aiohttp import web

from bot.slack_emulator.workspace_channels import DESK_ID
from bot.slack_emulator.workspace_people import ANA
from bot.stand_in import stepping
from tests.bot.slack_emulator.fake_bot import Json, Place


def instant(iso: str) -> float:
    return datetime.fromisoformat(iso).timestamp()


async def test_every_due_instant_is_run_at_its_own_instant(place: Place) -> None:
    start = place.workspace.now.seconds()
    place.bot.due = [start + 60, start + 61, start + 1800, start + 7200]
    answer = await place.control("advance", minutes=60)
    assert answer["ok"] is True
    assert 0 <= instant(answer["now"]) - (start + 3600) < 5
    assert len(place.bot.ran) == 3
    assert all(0 <= late < 0.25 for late in place.bot.ran), place.bot.ran
    assert place.bot.due == [start + 7200]
    assert place.bot.offsets == sorted(place.bot.offsets)


async def test_a_leap_is_one_call(place: Place) -> None:
    start = place.workspace.now.seconds()
    place.bot.due = [start + 60, start + 1800]
    await place.control("advance", minutes=60, jump=True)
    assert len(place.bot.offsets) == 1
    assert [round(late / 60) for late in sorted(place.bot.ran)] == [30, 59]


async def test_it_answers_when_the_bot_has_come_to_rest(place: Place) -> None:
    place.bot.busy = 4
    answer = await place.control("advance", minutes=5)
    assert answer["ok"] is True
    assert place.bot.busy == 0
    assert len(place.bot.offsets) >= 4


async def test_it_answers_when_the_bot_has_looked_at_all_that_reached_it(place: Place) -> None:
    looks: list[int] = []
    heard = asyncio.Event()

    async def slowly(_payload: Json) -> web.Response:
        heard.set()
        await asyncio.sleep(0.1)
        looks.append(len(place.bot.offsets))
        return web.Response()

    place.bot.on_event = slowly
    saying = asyncio.create_task(place.control("message", channel=DESK_ID, user=ANA.id, text="It is down"))
    await heard.wait()
    assert (await place.control("advance", minutes=0))["ok"]
    await saying
    assert looks
    assert len(place.bot.offsets) > max(looks)


async def test_a_bot_that_never_comes_to_rest_is_given_up_on(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stepping, "PATIENCE", 0.1)
    place.bot.busy = 10_000
    before = place.workspace.now.seconds()
    answer = await place.control("advance", minutes=5)
    assert (answer["ok"], "busy" in answer["error"]) == (False, True)
    assert instant(answer["now"]) >= before + 300
    assert place.bot.offsets[-1] == place.workspace.now.offset, "what people do next is done at the same time for both"


async def test_an_instant_that_stays_due_does_not_hold_time_for_ever(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stepping, "PATIENCE", 0.2)
    start = place.workspace.now.seconds()

    async def stuck(workspace: object, give_up: float) -> Json:
        return {"ok": True, "next_due": datetime.fromtimestamp(start + 60).astimezone().isoformat(), "idle": True}

    monkeypatch.setattr(stepping, "_tell", stuck)
    answer = await place.control("advance", minutes=5)
    assert answer["ok"] is False
    assert instant(answer["now"]) >= start + 300


async def test_time_moves_even_when_the_bot_does_not_answer(place: Place) -> None:
    await place.bot.server.close()
    before = place.workspace.now.seconds()
    answer = await place.control("advance", minutes=5)
    assert answer["ok"] is False
    assert "does not answer" in answer["error"]
    assert instant(answer["now"]) >= before + 300


async def test_without_a_bot_time_simply_moves(lonely: Place) -> None:
    before = lonely.workspace.now.seconds()
    answer = await lonely.control("advance", minutes=1440)
    assert answer["ok"] is True
    assert instant(answer["now"]) >= before + 86400


@pytest.mark.parametrize("body", [{}, {"minutes": -1}, {"minutes": "5"}, {"minutes": True}, {"minutes": 1e12}])
async def test_time_moves_only_by_a_sensible_number_of_minutes(place: Place, body: Json) -> None:
    answer = await place.control("advance", **body)
    assert answer["ok"] is False
    assert place.workspace.now.offset == 0


async def test_messages_carry_the_workspaces_time_and_signatures_the_real_one(place: Place) -> None:
    await place.control("advance", minutes=600)
    said = await place.control("message", channel=DESK_ID, user=ANA.id, text="later")
    assert float(said["ts"]) - place.bot.real() > 35_000
    assert abs(int(place.bot.headers[-1]["x-slack-request-timestamp"]) - place.bot.real()) < 5


async def test_message_ids_only_ever_grow(place: Place) -> None:
    told = [await place.control("message", channel=DESK_ID, user=ANA.id, text=str(n)) for n in range(20)]
    ids = [one["ts"] for one in told]
    assert ids == sorted(set(ids))


def failing(place: Place, times: int, headers: dict[str, str] | None = None) -> None:
    """Lets the bot fail its next events."""
    left = [times]

    async def fail(_payload: Json) -> web.Response:
        left[0] -= 1
        return web.Response(status=200 if left[0] < 0 else 500, headers=headers if left[0] >= 0 else None)

    place.bot.on_event = fail


async def test_a_failed_event_comes_again_at_once_then_a_minute_and_five_minutes_later(place: Place) -> None:
    failing(place, 4)
    said = await place.control("message", channel=DESK_ID, user=ANA.id, text="hear me")
    assert (said["ok"], said["status"]) == (True, 500)
    start = place.workspace.now.seconds()
    await place.control("advance", minutes=10)
    retries = [(h.get("x-slack-retry-num"), h.get("x-slack-retry-reason")) for h in place.bot.headers]
    assert retries == [(None, None), ("1", "http_error"), ("2", "http_error"), ("3", "http_error")]
    assert len({event["event_id"] for event in place.bot.events}) == 1
    when = [instant(e["at"]) - start for e in await place.log() if e["direction"] == "to_bot"]
    assert [round(seconds / 60) for seconds in when] == [0, 0, 1, 6]
    assert place.workspace.outgoing.next_due() is None


async def test_a_retry_that_is_accepted_is_the_last(place: Place) -> None:
    failing(place, 1)
    await place.control("message", channel=DESK_ID, user=ANA.id, text="hear me")
    await place.control("advance", minutes=10)
    assert len(place.bot.events) == 2


async def test_a_bot_can_decline_retries(place: Place) -> None:
    failing(place, 1, {"x-slack-no-retry": "1"})
    await place.control("message", channel=DESK_ID, user=ANA.id, text="hear me")
    await place.control("advance", minutes=10)
    assert len(place.bot.events) == 1


async def test_what_a_bot_missed_while_it_was_down_reaches_it_after_a_restart_of_the_workspace(tmp_path: Path) -> None:
    async with Place(tmp_path / "local.db") as first:
        await first.join()
        await first.bot.server.close()
        await first.control("message", channel=DESK_ID, user=ANA.id, text="anyone?")
        await first.workspace.outgoing.settle()
    async with Place(tmp_path / "local.db") as second:
        await second.join()
        await second.control("advance", minutes=2)
        assert [event["event"]["text"] for event in second.bot.events] == ["anyone?"]
        assert second.bot.headers[0]["x-slack-retry-reason"] == "connection_failed"


async def test_own_messages_come_back_to_the_bot_as_in_slack(place: Place) -> None:
    place.workspace.own_events = True
    ts = await place.posted(DESK_ID, "mine")
    await place.api("chat.update", channel=DESK_ID, ts=ts, text="changed")
    await place.workspace.outgoing.settle()
    assert [event.get("subtype") for event in place.bot.heard("message")] == [None, "message_changed"]


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
async def test_it_stops_even_in_the_moment_when_something_wakes_it(place: Place, turns: int) -> None:
    async def refuse(_payload: Json) -> web.Response:
        return web.Response(status=500)

    place.bot.on_event = refuse
    await place.control("message", channel=DESK_ID, user=ANA.id, text="hear me")
    await place.control("advance", minutes=0.5)  # the next try is half a minute away
    outgoing = place.workspace.outgoing
    outgoing.time_moved()
    for _ in range(turns):
        await asyncio.sleep(0)
    async with asyncio.timeout(5):
        await outgoing.stop()
