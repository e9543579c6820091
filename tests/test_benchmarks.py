"""The benchmarks measure what they say and print what programs can read. How fast anything is, is not asked here."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from slack_sdk.signature import SignatureVerifier

from benchmarks import __main__ as command
from benchmarks.commands import Typist
from benchmarks.figure import Figure, at_least, at_most, percentile, spread, without_bar
from benchmarks.load import client, send_at
from benchmarks.processes import done
from benchmarks.verbs import TYPED, counted

ROOT = Path(__file__).parents[1]
NAMES = [
    "hours",
    "fold",
    "statements",
    "verbs",
    "commits",
    "evaluate",
    "triage",
    "startup",
    "acknowledgement",
    "teams_ack",
    "sustained",
    "memory",
    "attack",
    "floods",
    "lateness",
    "looking",
    "move",
    "search",
    "api",
    "pages",
    "assignment",
    "audit",
    "report",
    "claims",
    "jobs",
    "sweep",
    "million",
    "workers",
    "minute",
]
KEYS = ["name", "value", "unit", "bar", "holds", "detail"]


def lines(output: str) -> list[dict[str, Any]]:
    """One object a line, in strict JSON."""

    def refuse(constant: str) -> None:
        raise ValueError(f"{constant} is not JSON")

    return [json.loads(line, parse_constant=refuse) for line in output.splitlines()]


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three benchmarks in place of the real ones: one that meets its bar, one that breaks off, one that misses it."""

    async def meets(**how: bool) -> AsyncIterator[Figure]:
        yield at_most("meets.quick" if how["quick"] else "meets", 1.0, "ms", 2.0, errors={})

    async def breaks_off(**_: bool) -> AsyncIterator[Figure]:
        yield at_most("breaks_off.first", 1.0, "ms", 2.0)
        raise OSError("no\nserver")

    async def misses(**_: bool) -> AsyncIterator[Figure]:
        yield at_most("misses", 3.0, "ms", 2.0)

    made_up = {"meets": meets, "breaks_off": breaks_off, "misses": misses}
    monkeypatch.setattr(command, "ALL", {name: command.Benchmark(each, 60) for name, each in made_up.items()})


@pytest.mark.usefixtures("made_up")
def test_every_figure_is_one_line_of_json_with_the_keys_others_rely_on(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main([]) == 1
    found = lines(capsys.readouterr().out)
    assert [list(line) for line in found] == [KEYS] * 4
    assert [line["name"] for line in found] == ["meets", "breaks_off.first", "breaks_off.failed", "misses"]
    assert [line["holds"] for line in found] == [True, True, False, False]
    assert found[2]["detail"] == {"error": "OSError: no server"}


@pytest.mark.usefixtures("made_up")
@pytest.mark.parametrize(("only", "code"), [("meets", 0), ("misses", 1)])
def test_only_runs_the_one_it_names(only: str, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--only", only]) == code
    assert [line["name"] for line in lines(capsys.readouterr().out)] == [only]


@pytest.mark.usefixtures("made_up")
def test_a_quick_run_is_asked_of_the_benchmark(capsys: pytest.CaptureFixture[str]) -> None:
    command.main(["--quick", "--only", "meets"])
    assert [line["name"] for line in lines(capsys.readouterr().out)] == ["meets.quick"]


async def hangs(**_: bool) -> AsyncIterator[Figure]:
    await asyncio.Event().wait()
    yield at_most("never", 1.0, "ms", 2.0)


def test_a_benchmark_that_hangs_ends_in_its_time_and_the_next_one_still_runs(
    made_up: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "ALL", {"hangs": command.Benchmark(hangs, 0), "meets": command.ALL["meets"]})
    assert command.main([]) == 1
    assert [line["name"] for line in lines(capsys.readouterr().out)] == ["hangs.failed", "meets"]


def test_what_mostly_waits_is_measured_beside_each_other(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bell = asyncio.Event()

    async def waits(**_: bool) -> AsyncIterator[Figure]:
        await bell.wait()
        yield at_most("waits", 1.0, "ms", 2.0)

    async def rings(**_: bool) -> AsyncIterator[Figure]:
        bell.set()
        yield at_most("rings", 1.0, "ms", 2.0)

    monkeypatch.setattr(command, "ALL", {
        "waits": command.Benchmark(waits, 60), "rings": command.Benchmark(rings, 60),
    })  # fmt: skip
    monkeypatch.setattr(command, "BESIDE", {"waits", "rings"})
    assert command.main([]) == 0
    assert {line["name"] for line in lines(capsys.readouterr().out)} == {"waits", "rings"}


def test_all_of_them_together_end_within_their_time() -> None:
    allowed = [max(command.ALL[name].seconds for name in beside) for beside in command.stages(list(command.ALL))]
    assert sum(allowed) <= command.LONGEST_SECONDS


def test_the_names_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--list"]) == 0
    assert capsys.readouterr().out.split() == NAMES


def test_a_name_that_there_is_not_is_refused_in_one_line_that_says_which_there_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert command.main(["--only", "memmory"]) == 2
    captured = capsys.readouterr()
    assert not captured.out
    assert captured.err.count("\n") == 1
    assert all(name in captured.err for name in ["memmory", *NAMES])


@pytest.mark.parametrize(
    ("value", "valid", "holds"),
    [
        (1.0, True, True),
        (2.0, True, True),  # the bar itself is still met
        (2.001, True, False),  # what decides is the value, not what it is rounded to
        (1.0, False, False),  # fast, but with errors
        (None, True, False),  # nothing could be measured
    ],
)
def test_a_figure_holds_only_with_a_valid_value_within_its_bar(value: float | None, valid: bool, holds: bool) -> None:
    assert at_most("name", value, "ms", 2.0, valid=valid).holds is holds
    # The mirror image, for what must not be below its bar.
    assert at_least("name", None if value is None else -value, "times", -2.0, valid=valid).holds is holds


@pytest.mark.parametrize(("value", "valid", "holds"), [(1e9, True, True), (1.0, False, False), (None, True, False)])
def test_a_figure_without_a_bar_only_has_to_be_measured(value: float | None, valid: bool, holds: bool) -> None:
    figure = without_bar("name", value, "cases/s", valid=valid)
    assert (figure.bar, figure.holds) == (None, holds)


@pytest.mark.parametrize(
    ("share", "expected"),
    [(0.5, 50.0), (0.99, 99.0), (0.991, 100.0), (1.0, 100.0), (0.0, 1.0)],
)
def test_a_percentile_is_a_value_that_was_measured(share: float, expected: float) -> None:
    assert percentile([float(n) for n in range(100, 0, -1)], share) == expected
    assert percentile([7.0], share) == 7.0


def test_nothing_measured_has_no_spread() -> None:
    assert spread([]) == {}


def test_no_two_requests_are_the_same_act_and_each_is_signed_by_itself() -> None:
    typist = Typist("http://127.0.0.1:1/slack/events", "secret")
    first, second = typist.types("new sev1 Link down"), typist.types("new sev1 Link down")
    assert first.body != second.body
    for request in (first, second):
        assert SignatureVerifier("secret").is_valid_request(request.body, request.headers)
    assert not SignatureVerifier("another").is_valid_request(first.body, first.headers)


@pytest.fixture
async def moody_server() -> AsyncIterator[str]:
    """The address of a server that answers every second request with 500."""
    moods: Iterator[int] = iter([200, 500] * 10)

    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=next(moods), text="so it is")

    app = web.Application()
    app.router.add_post("/", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    await runner.cleanup()


async def test_only_what_was_answered_with_200_counts_as_acknowledged(moody_server: str) -> None:
    typist = Typist(moody_server, "secret")
    async with client() as session:
        answers = await send_at(session, [typist.types(str(n)) for n in range(6)], 200)
    assert len(answers.latencies) == 6
    assert len(answers.acknowledged) == len(set(answers.acknowledged)) == 3
    assert answers.errors == ["500 so it is"] * 3


async def test_a_server_that_is_not_there_is_an_error_of_every_request() -> None:
    typist = Typist("http://127.0.0.1:1/", "secret")  # nothing may listen on port 1
    async with client() as session:
        answers = await send_at(session, [typist.types("new"), typist.types("new")], 200)
    assert answers.errors == ["ClientConnectorError"] * 2
    assert answers.acknowledged == []


async def test_a_program_is_timed_to_its_end_and_what_it_prints_is_kept(tmp_path: Path) -> None:
    printed = tmp_path / "printed"
    assert await done((sys.executable, "-c", "print('done')"), tmp_path, printed) > 0
    assert printed.read_text(encoding="utf-8") == "done\n"


async def test_a_program_that_fails_has_no_time(tmp_path: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        await done((sys.executable, "-c", "raise SystemExit(3)"), tmp_path, tmp_path / "printed")


async def test_no_verb_asks_its_database_more_than_it_did(sqlite_database: str) -> None:
    found = await counted(sqlite_database, 2)
    assert {verb: count for verb, (count, _) in found.items() if count > TYPED[verb][1]} == {}


CLAIMED = ("claim", "claim_of_one", "claim_while_one_rests", "claim_of_one_channel", "next_at")
FIGURES = {
    "hours": ["hours.add_48", "hours.between_9_days", "hours.five_years", "hours.exceptions"],
    "fold": ["fold.200_events", "fold.three_agreements"],
    "statements": ["statements.times", "statements.alone"],
    "verbs": [f"verbs.{verb}.{engine}" for engine in ("sqlite", "postgresql") for verb in TYPED],
    "commits": ["commits.times"],
    "evaluate": ["evaluate.rate", "evaluate.tickets"],
    "startup": ["startup.again"],
    "acknowledgement": [
        *(
            f"acknowledgement.{rate}.{share}"
            for rate in (20, 100)
            for share in ("p50", "p99", "p50_times_durable", "p99_times_durable")
        ),
        "acknowledgement.lost",
    ],
    "teams_ack": [
        *(f"teams_ack.{share}{ratio}" for share in ("p50", "p99") for ratio in ("", "_ratio")), "teams_ack.lost",
        "teams_ack.memory.both", "teams_ack.memory.slack_alone",
    ],
    "memory": ["memory.bot", "memory.embedded"],
    "lateness": ["lateness.warning", "lateness.warning_among_100k"],
    "attack": ["attack.card", "attack.log_lines", "attack.answer"],
    "looking": [
        "looking.list", "looking.list_of_another", "looking.list_open", "looking.list_sev1", "looking.list_unassigned",
        "looking.queue", "looking.show_1",
    ],
    "api": ["api.tickets", "api.all", "api.ticket", "api.search"],
    "pages": [
        "pages.first_byte",
        "pages.weight",
        "pages.search",
        "pages.customer",
        "pages.viewers",
        "pages.viewers_command",
    ],
    "move": ["move.100k", "move.commands_meanwhile"],
    "assignment": [f"assignment.{engine}{needs}" for engine in ("sqlite", "postgresql") for needs in ("", ".anybody")],
    "audit": ["audit.sqlite", "audit.postgresql"],
    "report": ["report.sqlite", "report.picture", "report.postgresql"],
    "claims": [f"claims.{what}{engine}" for engine in ("", ".postgresql") for what in CLAIMED],
    "floods": [
        "floods.quiet",
        *(f"floods.{kind}_{when}" for kind in ("unconfirmed", "claimed") for when in ("during", "after")),
    ],
    "minute": ["minute.40.planned", "minute.40.commands", "minute.40.memory"],
    "workers": ["workers.2.said_4_at_once", "workers.2.planned", "workers.doubled", "workers.missed"],
    "jobs": ["jobs.bulk", "jobs.bulk_paused", "jobs.in_command", "jobs.fired", "jobs.memory"],
    "million": [f"million.{what}.{engine}" for engine in ("sqlite", "postgresql") for what in ("start", "memory")],
    "sweep": [f"sweep.{what}{engine}" for engine in ("sqlite", "postgresql") for what in ("", "planned.")],
}  # fmt: skip


async def run_quickly(name: str) -> dict[str, dict[str, Any]]:
    """The figures of a quick run, by name; nothing of them may be missing."""
    figures = [figure.line() async for figure in command.ALL[name].measure(quick=True)]
    found = {line["name"]: line for line in lines("\n".join(figures))}
    assert list(found) == FIGURES[name]
    assert all(line["value"] is not None for line in found.values())
    return found


@pytest.mark.slow
@pytest.mark.long
def test_a_quick_run_prints_its_figures_and_nothing_else() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--quick", "--only", "startup"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert [line["name"] for line in lines(run.stdout)] == FIGURES["startup"], run.stderr
    assert run.returncode in (0, 1)


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize(
    "name",
    [
        "statements",
        "verbs",
        "commits",
        "memory",
        "lateness",
        "attack",
        "looking",
        "api",
        "pages",
        "move",
        "floods",
        "minute",
        "teams_ack",
        "assignment",
        "audit",
        "report",
        "million",
        "claims",
    ],
)
async def test_a_quick_run_measures_each_thing_once(name: str) -> None:
    await run_quickly(name)


@pytest.mark.slow
@pytest.mark.long
async def test_a_quick_run_plans_every_deadline_that_is_due_and_no_other() -> None:
    found = await run_quickly("sweep")
    for engine in ("sqlite", "postgresql"):
        assert found[f"sweep.{engine}"]["detail"]["deadline_rows"] == 3 * 240
        assert found[f"sweep.planned.{engine}"]["detail"]["due"] == 40
    fired = (await run_quickly("jobs"))["jobs.memory"]
    assert fired["detail"] == {"fired": 100}


@pytest.mark.slow
@pytest.mark.long
async def test_a_quick_run_finds_every_acknowledged_ticket_on_record() -> None:
    lost = (await run_quickly("acknowledgement"))["acknowledgement.lost"]
    assert (lost["value"], lost["detail"]["acknowledged"]) == (0, 100)


@pytest.mark.slow
async def test_a_quick_run_folds_tickets_to_which_all_sorts_of_things_happened() -> None:
    kinds = (await run_quickly("fold"))["fold.200_events"]["detail"]["events_of_a_ticket"]
    assert sum(kinds.values()) == 200
    assert {"updated", "customer_wrote", "noted", "waited", "resumed", "severity_changed", "warned"} <= set(kinds)


@pytest.mark.slow
async def test_a_quick_run_counts_hours_as_other_libraries_do() -> None:
    pytest.importorskip("businesstimedelta", reason="`make bench` installs what it measures beside")
    found = await run_quickly("hours")
    for name in ("hours.add_48", "hours.between_9_days"):
        for where in ("without_holidays", "with_holidays"):
            others = [one for one in found[name]["detail"][where].values() if isinstance(one, dict) and "agreed" in one]
            assert others
            assert all(one["agreed"] + sum(one["instead"].values()) == one["compared"] == 40 for one in others)
            assert found[name]["detail"][where]["businesstimedelta"]["agreed"] == 40


@pytest.mark.slow
async def test_a_quick_run_evaluates_every_case_as_another_library_would() -> None:
    pytest.importorskip("businesstimedelta", reason="`make bench` installs what it measures beside")
    found = await run_quickly("evaluate")
    for name, cases in (("evaluate.rate", 500), ("evaluate.tickets", 100)):
        detail = found[name]["detail"]
        assert detail["answered"] == cases
        assert detail["beside_businesstimedelta"] == {"the same": cases}


@pytest.mark.slow
@pytest.mark.long
async def test_a_quick_run_finds_every_notice_said_once_however_many_workers_there_are() -> None:
    found = await run_quickly("workers")
    for what in ("doubled", "missed"):
        by_workers = {"1 with 4 at once": 0, "2 with 4 at once": 0}
        assert found[f"workers.{what}"]["detail"] == {"by_workers": by_workers, "due": 40}
