"""What whoever watches over Vigie reads at `/metrics`: figures of the database and of the process, and no names."""

from __future__ import annotations

import re
from contextlib import AbstractContextManager, nullcontext

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.app import Vigie
from scheduler.tally import TIMES
from scheduler.trace import NoSpan, Span
from storage.figures import figures
from tests.scenarios.chat import BOTH_WAYS, CUSTOMER, ENGINEER, Chat

MOST_SERIES = 400
Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


async def read(http: aiohttp.ClientSession, vigie: Vigie) -> tuple[str, Samples]:
    async with http.get(f"{vigie.address}/metrics") as answer:
        assert answer.status == 200, await answer.text()
        assert answer.headers["Content-Type"].startswith("text/plain")
        text = await answer.text()
    families = text_string_to_metric_families(text)
    return text, {(s.name, frozenset(s.labels.items())): s.value for each in families for s in each.samples}


def of(samples: Samples, name: str, **labels: str) -> float:
    """The sum of that over all labels but those given."""
    return sum(value for (named, has), value in samples.items() if named == name and set(labels.items()) <= has)


@BOTH_WAYS
async def test_a_story_moves_the_figures_that_it_should_and_leaves_no_name_or_text(
    chat: Chat, vigie: Vigie, http: aiohttp.ClientSession, platform: str
) -> None:
    _, before = await read(http, vigie)
    await chat.command(ENGINEER, "new sev1 Quixotic zeppelin outage")
    await chat.advance(11)  # a warning
    await chat.advance(5)  # a breach
    text, after = await read(http, vigie)

    def moved(name: str, **labels: str) -> float:
        return of(after, name, **labels) - of(before, name, **labels)

    assert moved("vigie_acknowledgement_seconds_count", platform=platform, kind="command") >= 1
    assert moved("vigie_notice_lateness_seconds_count", platform=platform, of="deadline") >= 2
    assert moved("vigie_notice_lateness_seconds_count", platform=platform, of="card") >= 1
    assert moved("vigie_notice_tries_total", platform=platform, result="sent") >= 4
    assert moved("vigie_deadline_plannings_total", result="planned") >= 2
    assert of(after, "vigie_ready") == 1
    assert of(after, "vigie_dead_letters") == 0
    assert of(after, "vigie_deadlines_overdue") == 0
    for word in ("zeppelin", "Quixotic", ENGINEER, CUSTOMER):
        assert word not in text
    assert len(after) < MOST_SERIES


@BOTH_WAYS
async def test_a_story_is_traced_from_the_command_to_the_notice_by_ids_alone(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, dict[str, str | int]]] = []

    def start(name: str, ids: dict[str, str | int], _after: str | None) -> AbstractContextManager[Span]:
        seen.append((name, ids))
        return nullcontext(NoSpan())

    monkeypatch.setattr("scheduler.trace._start", start)
    await chat.command(ENGINEER, "new sev1 Quixotic zeppelin outage")
    await chat.advance(11)
    told = dict(seen)
    assert {"command", "deadline", "notice"} <= set(told)
    assert "vigie.workspace" in told["command"]
    assert told["deadline"]["vigie.ticket_id"] == told["notice"]["vigie.ticket_id"]
    assert "zeppelin" not in str(seen)


async def test_what_waits_and_what_was_given_up_is_read_from_the_database(
    chat: Chat, vigie: Vigie, http: aiohttp.ClientSession
) -> None:
    await chat.command(ENGINEER, "new sev1 Link down")
    await chat.settled()  # a card that is on its way would be put on record as sent
    assert vigie.desk is not None
    await vigie.desk.database.write(
        lambda session: session.connection().exec_driver_sql(
            "UPDATE outbox SET state = 'failed', cause = 'unanswered' WHERE audience = 'card'"
        )
    )
    found = await vigie.desk.database.read(lambda session: figures(session, vigie.now()))
    assert {cause: count for (_, cause), count in found.dead.items()} == {"unanswered": 1}
    _, samples = await read(http, vigie)
    assert of(samples, "vigie_dead_letters", cause="unanswered") == 1


async def test_when_the_database_cannot_be_read_the_rest_is_still_there(
    vigie: Vigie, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise OSError

    monkeypatch.setattr("storage.database.Database.read", away)
    _, samples = await read(http, vigie)
    assert of(samples, "vigie_database_readable") == 0
    assert ("vigie_outbox_oldest_seconds", frozenset()) not in samples
    assert ("vigie_ready", frozenset()) in samples


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "203.0.113.7"},
        {"Forwarded": "for=203.0.113.7"},
        {"Via": "1.1 proxy"},
        {"Host": "vigie.example.com"},
        {"Origin": "https://somewhere.example"},
    ],
)
async def test_without_a_secret_only_programs_on_this_machine_read_them(
    vigie: Vigie, http: aiohttp.ClientSession, headers: dict[str, str]
) -> None:
    async with http.get(f"{vigie.address}/metrics", headers=headers) as answer:
        assert answer.status == 403
        assert "vigie_" not in await answer.text()


def test_names_and_bounds_are_as_prometheus_wants_them() -> None:
    for times in TIMES:
        assert re.fullmatch(r"vigie_[a-z_]+_seconds", times.name)
        assert list(times.bounds) == sorted(set(times.bounds))
