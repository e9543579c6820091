"""Settings: the environment beats the file, nothing secret is shown, and what is wrong is said in one line."""

from __future__ import annotations

import errno
import socket
from collections.abc import Mapping
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.server.settings import ConfigError, Settings, is_loopback, load_settings, not_listening

BOT = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "5ecret", "VIGIE_CHANNEL": "support"}
SOCKET = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "VIGIE_CHANNEL": "C1"}
SIGN_IN = {
    "VIGIE_SIGN_IN": "slack", "SLACK_SIGN_IN_ID": "1.2", "SLACK_SIGN_IN_SECRET": "3",
    "VIGIE_PUBLIC_URL": "https://vigie.example.com",
}  # fmt: skip
MANY = {
    "SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "3", "SLACK_SIGNING_SECRET": "4",
    "VIGIE_SECRET_KEY": "k" * 32, "VIGIE_PUBLIC_URL": "https://vigie.example.com",
}  # fmt: skip
TEAMS = {"TEAMS_CLIENT_ID": "1", "TEAMS_CLIENT_SECRET": "2", "TEAMS_TENANT_ID": "3"}
JOINED = {"SLACK_API_URL": "http://127.0.0.1:8090/local/api/"}


pytestmark = pytest.mark.usefixtures("bare_environment")


def settings(variables: Mapping[str, str]) -> Settings:
    Path("given.env").write_text("".join(f"{k}={v}\n" for k, v in variables.items()), encoding="utf-8")
    return load_settings("given.env")


def without(variables: dict[str, str], *names: str, **more: str) -> dict[str, str]:
    return {k: v for k, v in variables.items() if k not in names} | more


def test_with_nothing_set_the_local_workspace_is_served_on_this_machine_only() -> None:
    found = load_settings()
    found.check()
    assert (found.platforms, found.host, found.port, found.lang, found.command) == (
        frozenset({"local"}), "127.0.0.1", 8080, "en", "/ticket",
    )  # fmt: skip
    assert found.database_url == "sqlite:///vigie.db"
    assert found.slack_api_url == "https://slack.com/api/"


def test_the_environment_beats_the_file_in_the_working_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("VIGIE_PORT=1\nVIGIE_CHANNEL=C1\n", encoding="utf-8")
    monkeypatch.setenv("VIGIE_PORT", "2")
    assert (load_settings().port, load_settings().channel) == (2, "C1")


def test_a_variable_that_is_set_to_nothing_is_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("VIGIE_CHANNEL=C1\nSLACK_BOT_TOKEN=\nVIGIE_LANG='  '\n", encoding="utf-8")
    monkeypatch.setenv("VIGIE_CHANNEL", "")
    monkeypatch.setenv("VIGIE_PORT", "")
    found = load_settings()
    assert (found.channel, found.port, found.lang, found.platforms) == ("C1", 8080, "en", frozenset({"local"}))


def test_names_that_are_not_ours_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("host", "port", "HOST", "PORT", "lang", "policy"):
        monkeypatch.setenv(name, "9")
    assert load_settings() == Settings()
    assert load_settings().host == "127.0.0.1"


def test_a_byte_order_mark_and_unknown_names_in_the_file_do_no_harm() -> None:
    Path(".env").write_bytes("VIGIE_PORT=0\r\nOTHER=1\r\n".encode("utf-8-sig"))
    assert load_settings().port == 0


def test_secrets_are_never_shown() -> None:
    secrets = {
        "SLACK_BOT_TOKEN": "xoxb-hush", "SLACK_SIGNING_SECRET": "hush", "SLACK_APP_TOKEN": "xapp-hush",
        "SLACK_CLIENT_SECRET": "hush", "TEAMS_CLIENT_SECRET": "hush", "VIGIE_SECRET_KEY": "hush1,hush2",
        "VIGIE_DATABASE_URL": "postgresql://me:hush@db/vigie",
    }  # fmt: skip
    found = settings(secrets)
    assert "hush" not in f"{found!r} {found}"
    assert [key.get_secret_value() for key in found.secret_keys] == ["hush1", "hush2"]


@pytest.mark.parametrize(
    ("variables", "platforms"),
    [
        ({}, {"local"}),
        ({"VIGIE_CHANNEL": "C1"}, {"local"}),  # a channel alone configures no platform
        ({"VIGIE_TEAMS_CHANNEL": "19:a@thread.tacv2", "VIGIE_TEAMS_DEV": "0"}, {"local"}),
        (BOT, {"slack"}),
        (SOCKET, {"slack"}),
        (MANY, {"slack"}),  # each workspace chooses its channel in chat
        (without(BOT, "VIGIE_CHANNEL", VIGIE_POLICY="policy.yml"), {"slack"}),
        (JOINED, {"local"}),
        (BOT | {"SLACK_API_URL": "http://localhost:8090/local/api"}, {"local"}),
        (BOT | {"SLACK_API_URL": "http://127.0.0.1:8090/api/"}, {"slack"}),  # somebody else's stand-in for Slack
        (BOT | {"SLACK_API_URL": "https://slack-gov.com/api/"}, {"slack"}),
        (BOT | {"SLACK_API_URL": "https://chat.example.com/local/api/"}, {"slack"}),  # not on this machine
        (TEAMS, {"teams"}),  # its channel is chosen in chat, once Vigie is let in there
        ({"VIGIE_TEAMS_DEV": "1"}, {"teams"}),
        (BOT | TEAMS, {"slack", "teams"}),
        (JOINED | TEAMS, {"local", "teams"}),
    ],
)
def test_what_is_set_decides_the_platforms(variables: dict[str, str], platforms: set[str]) -> None:
    found = settings(variables)
    found.check()
    assert found.platforms == platforms


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        (without(BOT, "SLACK_SIGNING_SECRET"), ("SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET")),
        (without(BOT, "SLACK_BOT_TOKEN"), ("SLACK_BOT_TOKEN",)),
        (without(SOCKET, "SLACK_BOT_TOKEN"), ("SLACK_BOT_TOKEN",)),
        (without(BOT, "VIGIE_CHANNEL"), ("VIGIE_CHANNEL", "policy")),
        (without(MANY, "SLACK_CLIENT_SECRET"), ("SLACK_CLIENT_SECRET",)),
        (without(MANY, "SLACK_CLIENT_ID"), ("SLACK_CLIENT_ID",)),
        (without(MANY, "SLACK_SIGNING_SECRET"), ("SLACK_SIGNING_SECRET",)),
        (without(MANY, "VIGIE_SECRET_KEY"), ("VIGIE_SECRET_KEY", "SLACK_CLIENT_ID")),
        (without(MANY, "VIGIE_PUBLIC_URL"), ("VIGIE_PUBLIC_URL", "SLACK_CLIENT_ID")),
        (without(MANY, "VIGIE_PUBLIC_URL", "VIGIE_SECRET_KEY"), ("VIGIE_PUBLIC_URL", "VIGIE_SECRET_KEY")),
        (MANY | {"VIGIE_SECRET_KEY": "k" * 32 + ",short"}, ("VIGIE_SECRET_KEY", "32 characters")),
        (MANY | {"VIGIE_PUBLIC_URL": "http://vigie.example.com"}, ("VIGIE_PUBLIC_URL", "https://")),
        (MANY | {"SLACK_BOT_TOKEN": "xoxb-1"}, ("VIGIE_CHANNEL",)),
        (BOT | {"SLACK_BOT_TOKEN": "xapp-1"}, ("SLACK_BOT_TOKEN", "xoxb-")),
        (SOCKET | {"SLACK_APP_TOKEN": "xoxb-1"}, ("SLACK_APP_TOKEN", "xapp-")),
        (BOT | {"SLACK_SIGNING_SECRET": "xoxb-1"}, ("SLACK_SIGNING_SECRET", "Signing Secret")),
        ({"VIGIE_HOST": "0.0.0.0"}, ("VIGIE_HOST", "127.0.0.1")),  # noqa: S104
        ({"VIGIE_HOST": "::"}, ("VIGIE_HOST",)),
        ({"VIGIE_HOST": "example.com"}, ("VIGIE_HOST",)),
        ({"VIGIE_HOST": "192.0.2.1"} | JOINED, ("VIGIE_HOST",)),
        (without(TEAMS, "TEAMS_CLIENT_ID"), ("set TEAMS_CLIENT_ID", "TEAMS_CLIENT_SECRET is set")),
        (without(TEAMS, "TEAMS_CLIENT_SECRET"), ("set TEAMS_CLIENT_SECRET", "TEAMS_CLIENT_ID is set")),
        (without(TEAMS, "TEAMS_TENANT_ID"), ("set TEAMS_TENANT_ID", "TEAMS_CLIENT_ID is set")),
        (BOT | {"TEAMS_TENANT_ID": "3"}, ("TEAMS_CLIENT_ID", "TEAMS_CLIENT_SECRET", "TEAMS_TENANT_ID is set")),
        (TEAMS | {"VIGIE_TEAMS_DEV": "1"}, ("VIGIE_TEAMS_DEV", "TEAMS_CLIENT_SECRET")),
        (BOT | {"VIGIE_TEAMS_DEV": "1"}, ("VIGIE_TEAMS_DEV", "SLACK_BOT_TOKEN")),
        (MANY | {"VIGIE_TEAMS_DEV": "1"}, ("VIGIE_TEAMS_DEV", "SLACK_CLIENT_SECRET")),
        ({"VIGIE_TEAMS_DEV": "1", "VIGIE_HOST": "192.0.2.1"}, ("VIGIE_TEAMS_DEV", "VIGIE_HOST")),
        (
            {"VIGIE_TEAMS_DEV": "1", "VIGIE_PUBLIC_URL": "https://vigie.example.com"},
            ("VIGIE_TEAMS_DEV", "VIGIE_PUBLIC_URL"),
        ),
        (TEAMS | {"TEAMS_TENANT_ID": "common"}, ("TEAMS_TENANT_ID", "Directory (tenant) ID")),
        (TEAMS | {"TEAMS_TENANT_ID": "contoso.onmicrosoft.com"}, ("TEAMS_TENANT_ID", "vigie connect teams")),
        (TEAMS | {"TEAMS_TENANT_ID": "../../else"}, ("TEAMS_TENANT_ID", "Directory (tenant) ID")),
        (BOT | SIGN_IN | {"VIGIE_SIGN_IN": "teams"}, ("VIGIE_SIGN_IN", "vigie connect teams")),
        (without(BOT | SIGN_IN, "SLACK_SIGN_IN_SECRET"), ("VIGIE_SIGN_IN", "SLACK_SIGN_IN_SECRET")),
        (without(BOT | SIGN_IN, "VIGIE_PUBLIC_URL"), ("VIGIE_SIGN_IN", "VIGIE_PUBLIC_URL", "https://")),
        (BOT | SIGN_IN | {"VIGIE_PUBLIC_URL": "http://vigie.example.com"}, ("VIGIE_SIGN_IN", "https://")),
        (BOT | SIGN_IN | {"VIGIE_PUBLIC_URL": "https://example.com/vigie/"}, ("VIGIE_SIGN_IN", "has a path")),
        (BOT | SIGN_IN | {"VIGIE_TEAMS_DEV": "1"}, ("VIGIE_TEAMS_DEV", "SLACK_BOT_TOKEN")),
    ],
)
def test_a_half_configured_platform_names_what_is_missing_in_one_line(
    variables: dict[str, str], says: tuple[str, ...]
) -> None:
    found = settings(variables)
    with pytest.raises(ConfigError) as caught:
        found.check()
    assert all(word in str(caught.value) for word in says)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("VIGIE_KEEP_DAYS", "29", "write a number of days from 30, or 0 for ever"),
        ("VIGIE_KEEP_DAYS", "-1", "write a number of days from 30"),
        ("VIGIE_PORT", "abc", "from 0 to 65535"),
        ("VIGIE_PORT", "-1", "from 0 to 65535"),
        ("VIGIE_PORT", "65536", "from 0 to 65535"),
        ("VIGIE_PORT", "80.5", "from 0 to 65535"),
        ("VIGIE_PORT", "٣", "from 0 to 65535"),  # a digit, but not one of ours
        ("VIGIE_LANG", "de", "en or fr"),
        ("VIGIE_COMMAND", "/two words", "/ticket"),
        ("VIGIE_COMMAND", "/", "/ticket"),
        ("SLACK_API_URL", "slack.com/api", "https://"),
        ("VIGIE_PUBLIC_URL", "ftp://example.com", "https://"),
        ("VIGIE_TEAMS_DEV", "maybe", "write 1 or 0"),
        ("VIGIE_TEAMS_TARGETED", "2", "write 1 or 0"),
    ],
)
def test_a_value_that_cannot_be_read_is_refused_by_name(name: str, value: str, says: str) -> None:
    with pytest.raises(ConfigError, match=rf"^{name}: ") as caught:
        settings({name: f"'{value}'"})
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_refused_value_does_not_show_another_variables_secret() -> None:
    with pytest.raises(ConfigError) as caught:
        settings(BOT | {"VIGIE_PORT": "abc"})
    assert "xoxb" not in str(caught.value)


def test_a_file_that_cannot_be_read_is_said() -> None:
    Path(".env").write_bytes(b"VIGIE_LANG=\xff\xfe")
    with pytest.raises(ConfigError, match=r"\.env cannot be read"):
        load_settings()


@pytest.mark.parametrize(
    ("variables", "slack", "teams"),
    [
        (SOCKET, "C1", None),
        (SOCKET | TEAMS, "C1", None),
        (SOCKET | TEAMS | {"VIGIE_TEAMS_CHANNEL": "support"}, "C1", "support"),
        (TEAMS | {"VIGIE_CHANNEL": "support"}, "support", "support"),  # of Teams alone it can only mean Teams
        (TEAMS | {"VIGIE_CHANNEL": "C1", "VIGIE_TEAMS_CHANNEL": "support"}, "C1", "support"),
    ],
)
def test_each_platform_has_the_desks_channel_in_a_variable_of_its_own(
    variables: dict[str, str], slack: str, teams: str | None
) -> None:
    found = settings(variables)
    assert (found.channel_on("slack"), found.channel_on("teams")) == (slack, teams)


def test_the_desks_channel_comes_from_the_policy_first() -> None:
    assert settings({"VIGIE_CHANNEL": "C1"}).desk_channel("C2") == "C2"
    assert settings({"VIGIE_CHANNEL": "C1"}).desk_channel(None) == "C1"
    with pytest.raises(ConfigError, match="VIGIE_CHANNEL"):
        settings({}).desk_channel(None)


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("127.8.9.1", True), ("::1", True), ("[::1]", True), ("localhost", True),
     ("0.0.0.0", False), ("", False), ("127.0.0.1.example.com", False), ("10.0.0.1", False)],  # noqa: S104
)  # fmt: skip
def test_only_this_machines_own_addresses_are_loopback(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (OSError(errno.EADDRINUSE, "error while attempting to bind"), "port 80 on 127.0.0.1 is taken: stop what"),
        (OSError(errno.EACCES, "error while attempting to bind"), "port 80 of 127.0.0.1 (Permission denied): set"),
        (socket.gaierror(socket.EAI_NONAME, "Name unknown"), "(Name unknown): set VIGIE_HOST"),
    ],
)
def test_a_port_that_cannot_be_listened_on_is_called_taken_only_where_it_is(error: OSError, says: str) -> None:
    said = str(not_listening("127.0.0.1", 80, error))
    assert says in said
    assert "bind" not in said


def test_one_signs_in_with_the_app_that_is_installed_unless_another_is_named() -> None:
    found = settings(MANY | {"VIGIE_SIGN_IN": " Slack,slack "})
    found.check()
    assert found.sign_in == ("slack",)
    assert found.slack_sign_in == ("1.2", SecretStr("3"))
    one = settings(BOT | SIGN_IN)
    one.check()
    assert one.slack_sign_in == ("1.2", SecretStr("3"))
    assert not one.many_workspaces, "which nobody else installs"
    settings({"VIGIE_SIGN_IN": "slack"}).check()  # in local mode nobody signs in
    with pytest.raises(ConfigError, match="slack, teams or slack,teams"):
        settings({"VIGIE_SIGN_IN": "github"})
