"""Traces: off unless asked for; then of a request, a deadline and a notice, with ids and no text."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from sqlmodel import select

from bot.outbound.answering import answering
from bot.server.settings import ConfigError
from bot.watching.traces import start_traces
from scheduler import deadlines
from scheduler.delivery import Delivery
from scheduler.trace import NoSpan, span
from storage.database import Database
from storage.tables.outbox import OutboxRow
from tests.factories import NOW, make_home, open_stored
from tests.scheduler.conftest import FakeSender

Spans = dict[str, dict[str, str]]


@pytest.fixture
async def collector(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Spans]:
    """What a collector was sent: spans by name, each with what it says."""
    spans: Spans = {}

    async def take(request: web.Request) -> web.Response:
        sent = ExportTraceServiceRequest.FromString(await request.read())
        for of_process in sent.resource_spans:
            for scope in of_process.scope_spans:
                for each in scope.spans:
                    spans[each.name] = {a.key: a.value.string_value or str(a.value.int_value) for a in each.attributes}
                    spans[each.name] |= {"events": str(list(each.events)), "trace": each.trace_id.hex(),
                                         "span": each.span_id.hex(), "parent": each.parent_span_id.hex()}  # fmt: skip
        return web.Response()

    app = web.Application()
    app.router.add_post("/v1/traces", take)
    async with TestServer(app) as server:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{server.port}")
        yield spans


async def test_a_command_and_its_notice_are_one_trace(collector: Spans, database: Database) -> None:
    home = database.write_now(make_home)
    await database.write(partial(open_stored, home=home))
    stop = start_traces({"OTEL_EXPORTER_OTLP_ENDPOINT": "here"})
    assert stop is not None
    with answering("slack", "command", seconds=3):
        await database.write(partial(open_stored, home=home))
    delivery = Delivery(database, {"slack": FakeSender()})
    await delivery.run_once(NOW)
    await delivery.drain()
    await asyncio.to_thread(stop)
    assert collector["command"]["trace"] == collector["notice"]["trace"]
    assert collector["notice"]["parent"] == collector["command"]["span"]
    await database.write(partial(open_stored, home=home))
    kept = database.read_now(lambda session: list(session.exec(select(OutboxRow.trace).order_by(OutboxRow.id))))  # type: ignore[arg-type]
    assert [trace is not None for trace in kept] == [False, True, False]


async def test_a_deadline_and_what_says_it_are_one_trace(collector: Spans, database: Database) -> None:
    home = database.write_now(make_home)
    stored = await database.write(partial(open_stored, home=home))
    delivery = Delivery(database, {"slack": FakeSender()})
    await delivery.run_once(NOW)
    await delivery.drain()
    stop = start_traces({"OTEL_EXPORTER_OTLP_ENDPOINT": "here"})
    assert stop is not None
    due = NOW + timedelta(minutes=10)  # the warning of the response
    plan = partial(deadlines.plan, organisation_id=home.organisation_id, ticket_id=stored.id, now=due)
    assert await database.write(plan)
    await delivery.run_once(due)
    await delivery.drain()
    await asyncio.to_thread(stop)
    assert collector["notice"]["trace"] == collector["deadline"]["trace"]
    assert collector["notice"]["parent"] == collector["deadline"]["span"]


async def test_a_request_a_deadline_and_a_notice_are_traced_with_ids_alone(collector: Spans) -> None:
    stop = start_traces({"OTEL_EXPORTER_OTLP_ENDPOINT": "here"})
    assert stop is not None
    with answering("slack", "command", seconds=3, workspace="T1", event="Ev1"):
        pass
    with pytest.raises(ValueError, match="zeppelin"), span("deadline", ticket_id=7, organisation_id=None):
        raise ValueError("zeppelin")
    await asyncio.to_thread(stop)
    assert collector["command"].items() >= {"vigie.platform": "slack", "vigie.workspace": "T1"}.items()
    assert collector["deadline"].items() >= {"vigie.ticket_id": "7", "error.type": "ValueError"}.items()
    assert "zeppelin" not in str(collector)


def test_nothing_is_traced_and_nothing_loaded_unless_it_is_asked_for() -> None:
    assert isinstance(span("notice").__enter__(), NoSpan)
    assert start_traces({}) is None
    assert start_traces({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://x", "OTEL_SDK_DISABLED": "true"}) is None
    assert start_traces({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://x", "OTEL_TRACES_EXPORTER": "none"}) is None
    spared = ("opentelemetry", "prometheus_client", "jinja2")  # with traces, metrics, the desk's pages
    loaded = f"import sys, bot.app; print([m for m in sys.modules if m.startswith({spared})])"
    ran = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_what_cannot_be_done_is_said_in_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match="http/protobuf alone, not grpc"):
        start_traces({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://x", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"})
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    with pytest.raises(ConfigError, match=r"install vigie\[otel\]"):
        start_traces({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://x"})
