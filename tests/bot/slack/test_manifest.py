"""The manifest asks for exactly what the code uses, in a form that Slack accepts."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, cast

import jsonschema
import pytest
import yaml

from bot.desk.runtime import DeskRuntime
from bot.slack.app_home import Homes
from bot.slack.listeners import Listeners
from bot.slack.manifest import slack_manifest
from bot.slack.people import People
from bot.slack.removal import Removal
from bot.slack.responses import Answers
from bot.slack.scopes import EVENTS, METHODS, SCOPES
from bot.web.sign_in.providers import path_back
from storage.installations import Installation

ROOT = Path(__file__).parents[3]
SCHEMA = ROOT.parent / "shared" / "reference" / "slack-manifest.schema.json"
URL = "https://vigie.example.com/slack/events"


def read(url: str | None = None) -> dict[str, Any]:
    found = yaml.safe_load(slack_manifest(url))
    assert isinstance(found, dict)
    return found


class Registered:
    """Stands where Bolt's app would, and remembers what was hung on it."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, object]] = []

    def __getattr__(self, kind: str) -> Any:
        def register(what: object, *_: object, **__: object) -> Any:
            self.calls.append((kind, what))
            return lambda listener: listener

        return register

    def of(self, kind: str) -> set[object]:
        return {what for made, what in self.calls if made == kind}


@pytest.fixture
def registered() -> Registered:
    class Stub:
        command = "/ticket"

        def when_changed(self, _: object) -> None:
            pass

    app = Registered()
    parts = cast("DeskRuntime", Stub()), cast("People", Stub()), cast("Homes", Stub()), cast("Answers", Stub())
    Listeners(*parts).register(cast("Any", app))
    Removal(cast("Installation", Stub()), cast("DeskRuntime", Stub()), lambda _: None).register(cast("Any", app))
    return app


def test_the_file_at_the_top_is_what_the_program_prints() -> None:
    assert (ROOT / "manifest.yml").read_text(encoding="utf-8") == slack_manifest()


@pytest.mark.parametrize("url", [None, URL])
def test_slack_accepts_it(url: str | None) -> None:
    if not SCHEMA.exists():
        pytest.skip("Slack's manifest schema is not beside this checkout (../shared/reference)")
    jsonschema.validate(read(url), json.loads(SCHEMA.read_text(encoding="utf-8")))


def test_socket_mode_is_on_and_no_address_is_named() -> None:
    found = read()
    assert found["settings"]["socket_mode_enabled"] is True
    assert "url" not in re.sub(r"https://api\.slack\.com\S*", "", slack_manifest())


def test_with_an_address_slack_sends_everything_there() -> None:
    found = read("https://vigie.example.com/")
    assert found["settings"]["socket_mode_enabled"] is False
    assert [
        found["features"]["slash_commands"][0]["url"],
        found["settings"]["event_subscriptions"]["request_url"],
        found["settings"]["interactivity"]["request_url"],
    ] == [URL] * 3
    assert read(URL) == found
    assert found["oauth_config"]["redirect_urls"] == [
        "https://vigie.example.com/slack/oauth_redirect",
        f"https://vigie.example.com{path_back('slack')}",
    ]


@pytest.mark.parametrize(
    "url",
    ["", "vigie.example.com", "http://vigie.example.com", "https://", "https://a b", "https://a/?x=1", "https://a#b"],
)
def test_an_address_that_slack_cannot_reach_is_refused_in_one_line(url: str) -> None:
    with pytest.raises(ValueError, match="is not a public address: write it like https://"):
        slack_manifest(url)


def test_the_command_is_escaped_and_may_be_called_otherwise() -> None:
    command = yaml.safe_load(slack_manifest(command="/support"))["features"]["slash_commands"]
    assert [(entry["command"], entry["should_escape"]) for entry in command] == [("/support", True)]


def test_the_commands_are_those_that_the_app_listens_for(registered: Registered) -> None:
    declared = {command["command"] for command in read()["features"]["slash_commands"]}
    assert declared == registered.of("command")


def test_the_events_are_those_that_the_app_listens_for(registered: Registered) -> None:
    """Slack retries an event that nobody listens for, and never sends one that is not declared."""
    declared = set(read()["settings"]["event_subscriptions"]["bot_events"])
    assert {event.split(".")[0] for event in declared} == registered.of("event")


def test_interactivity_is_on_because_the_app_has_buttons_and_forms(registered: Registered) -> None:
    assert registered.of("action")
    assert registered.of("view")
    assert read()["settings"]["interactivity"]["is_enabled"] is True


def test_shortcuts_are_those_that_the_app_listens_for(registered: Registered) -> None:
    declared = {shortcut["callback_id"] for shortcut in read()["features"].get("shortcuts", [])}
    listened = registered.of("shortcut") | registered.of("message_shortcut") | registered.of("global_shortcut")
    assert declared == listened


CALL = re.compile(
    r"client\.((?:apps|auth|bots|chat|conversations|dnd|files|reactions|team|usergroups|users|views)_\w+)\("
)


def called_methods() -> set[str]:
    """The Web API methods in the code, by Slack's names."""
    sources = [
        *(ROOT / "bot").glob("*.py"),
        *(ROOT / "bot" / "slack").glob("*.py"),
        *(ROOT / "bot" / "cli").glob("*.py"),
    ]
    names = {name for source in sources for name in CALL.findall(source.read_text(encoding="utf-8"))}
    dotted = (name.replace("users_", "users.").replace("_", ".", 1) for name in names)
    return {re.sub(r"_(\w)", lambda match: match[1].upper(), name) for name in dotted}


def test_every_method_that_the_code_calls_has_its_scopes_declared() -> None:
    called = called_methods() - {"apps.connections.open", "apps.connectionsOpen"}  # by the app-level token
    assert called | {"blocks.validate"} == METHODS.keys()  # which Slack's client has no function for


def test_every_scope_is_used_and_every_use_has_its_scope() -> None:
    needed = {scope for uses in (EVENTS, METHODS) for scopes in uses.values() for scope in scopes} | {"commands"}
    scopes = read()["oauth_config"]["scopes"]
    assert needed == set(scopes["bot"])
    assert len(scopes["bot"]) == len(needed)


def test_an_event_is_only_as_dear_as_its_scopes() -> None:
    """What is optional can be taken out of `bot` without taking a required event's scope away."""
    scopes = read()["oauth_config"]["scopes"]
    assert set(scopes["bot_optional"]) == {scope.name for scope in SCOPES if scope.optional}
    assert set(scopes["bot_optional"]) < set(scopes["bot"])
    assert all(scope.why and scope.lost for scope in SCOPES)
