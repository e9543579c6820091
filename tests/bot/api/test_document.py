"""The document says what the API does: whatever is made from it is answered as it says, and nothing breaks."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from functools import partial
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import positive_data_acceptance

from bot.api import caller
from bot.api.openapi import document
from bot.api.routes import routes
from bot.desk.runtime import DeskRuntime
from bot.server import strangers
from bot.verbs.base.verb import TicketVerb
from bot.verbs.registry import VERBS
from tests.bot.api.programs import key_for, served
from tests.bot.asking import typed
from triage.scopes import Scope

QUICK = {"/api/v1/tickets/{number}/wait"}
#: How a field is wrong that names whom or what a desk does not know: which those are no schema can say.
NAMES = {"person", "none_here"}


async def test_it_is_served_to_everybody_and_names_every_verb(desk: DeskRuntime) -> None:
    async with served(desk) as client:
        answer = await client.get("/api/v1/openapi.json")
        assert answer.status == 200
        assert await answer.json() == document()
    paths = document()["paths"]
    for verb in VERBS.values():
        if isinstance(verb, TicketVerb):
            assert set(paths[f"/api/v1/tickets/{{number}}/{verb.name}"]) == {"get", "post"}
    names = [route.name for route in routes()]
    assert len(names) == len(set(names))


def test_everything_in_it_is_explained() -> None:
    for name, schema in document()["components"]["schemas"].items():
        assert name.endswith("Data") or schema.get("description") or schema.get("enum"), name
        for field, about in schema.get("properties", {}).items():
            assert name.endswith("Data") or about.get("description"), f"{name}.{field}"
    for path, methods in document()["paths"].items():
        for operation in methods.values():
            assert operation["summary"].endswith("."), path
            assert all(each.get("description") for each in operation["parameters"] if each["in"] != "path"), path


def tried(url: str, key: str, *, paths: set[str] | None, examples: int) -> None:
    """Ask for everything under these paths, or for all there is, with what is right and with what is not."""
    schema = schemathesis.openapi.from_dict(document())
    headers = {"Authorization": f"Bearer {key}"}
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        if paths is not None and (operation.path not in paths or operation.method == "get"):
            continue
        is_form = operation.method == "get" and operation.path.rpartition("/")[2] in VERBS
        for mode in [GenerationMode.POSITIVE] if is_form else GenerationMode:  # nothing is sent there
            try_one(operation, mode, url, headers, examples)


def try_one(operation: Any, mode: GenerationMode, url: str, headers: dict[str, str], examples: int) -> None:
    @settings(
        max_examples=examples, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        case.query.pop("cursor", None)  # which texts are cursors no schema can say
        answer = case.call(base_url=url, headers=headers)
        is_about_names = answer.status_code == 422 and {each["code"] for each in answer.json()["errors"]} <= NAMES
        case.validate_response(answer, excluded_checks=[positive_data_acceptance] if is_about_names else [])

    ask()


async def explored(
    desk: DeskRuntime, monkeypatch: pytest.MonkeyPatch, *, paths: set[str] | None, examples: int
) -> None:
    monkeypatch.setattr(caller, "MOST", 1e9)
    monkeypatch.setattr(strangers, "MOST", 1e9)
    monkeypatch.setattr(strangers, "ALL", 1e9)
    monkeypatch.setattr(caller, "OPENED", 1e9)
    for words in ("new sev1 Link down", "new sev2 Link down too", "new Not sorted yet"):
        await typed(desk, words)
    async with served(desk) as client:
        url = str(client.make_url("/"))
        work = partial(tried, url, key_for(desk, Scope.ADMIN), paths=paths, examples=examples)
        await asyncio.to_thread(work)


async def test_whatever_is_asked_for_is_answered_as_it_says(desk: DeskRuntime, monkeypatch: pytest.MonkeyPatch) -> None:
    await explored(desk, monkeypatch, paths=QUICK, examples=2)


@pytest.mark.slow
async def test_whatever_is_asked_for_of_all_there_is_is_answered_as_it_says(
    desk: DeskRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    await explored(desk, monkeypatch, paths=None, examples=2)


@pytest.mark.slow
def test_a_desk_without_programs_loads_none_of_it() -> None:
    program = "import sys, bot.app; print(sorted(m for m in sys.modules if m.startswith('bot.api.')))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['bot.api.door', 'bot.api.house', 'bot.api.webhooks']"
