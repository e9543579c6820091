"""Connecting a workspace: every answer is checked with Slack, and only a whole set is written."""

from __future__ import annotations

import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.cli.slack_connection import connect_slack
from bot.server.env_file import write_env
from bot.server.settings import ConfigError, load_settings
from bot.slack.manifest import slack_manifest
from tests.bot.cli.person import Person
from tests.fakes.slack_web_api import APP_TOKEN, BOT_TOKEN, SlackWebApi, slack_web_api


@pytest.fixture
async def api() -> AsyncIterator[SlackWebApi]:
    async with slack_web_api() as running:
        yield running


def exists(path: Path) -> bool:
    return path.exists()


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


pytestmark = pytest.mark.usefixtures("bare_environment")


@pytest.fixture
def env_file(tmp_path: Path) -> Path:
    return tmp_path / ".env"


async def test_three_good_answers_make_settings_that_hold(api: SlackWebApi, env_file: Path) -> None:
    person = Person(BOT_TOKEN, APP_TOKEN, "#support")
    await connect_slack(person, env_file, api_url=api.url)
    settings = load_settings(env_file)
    settings.check()
    assert (settings.platforms, settings.socket_mode, settings.channel) == (frozenset({"slack"}), True, "C0SUPPORT1")
    assert mode(env_file) == 0o600
    assert "vigie run" in person.shown
    assert "vigie doctor" in person.shown


async def test_the_steps_hold_the_manifest_and_where_to_click(api: SlackWebApi, env_file: Path) -> None:
    person = Person(BOT_TOKEN, APP_TOKEN, "C0SUPPORT1")
    await connect_slack(person, env_file, api_url=api.url)
    for words in (slack_manifest(), "https://api.slack.com/apps", "App-Level Tokens", "Install App", "/invite @Vigie"):
        assert words in person.shown


async def test_tokens_are_asked_without_echo_and_never_shown(api: SlackWebApi, env_file: Path) -> None:
    person = Person("xoxb-wrong", BOT_TOKEN, APP_TOKEN, "support")
    await connect_slack(person, env_file, api_url=api.url)
    assert len(person.secret) == 3
    assert person.asked == ["The desk's channel (name or id): "]
    assert not any(token in person.shown for token in (BOT_TOKEN, APP_TOKEN, "xoxb-wrong"))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("", "nothing was typed"),
        (APP_TOKEN, "this token does not start with xoxb-"),
        ("xoxb-two words", "this token does not start with xoxb-"),
        ("xoxb-unknown", "Slack does not know this token"),
    ],
)
async def test_a_wrong_bot_token_is_explained_and_asked_again(
    api: SlackWebApi, env_file: Path, wrong: str, says: str
) -> None:
    person = Person(wrong, BOT_TOKEN, APP_TOKEN, "support")
    await connect_slack(person, env_file, api_url=api.url)
    assert f"That will not do: {says}" in person.shown
    assert load_settings(env_file).channel == "C0SUPPORT1"


async def test_a_wrong_app_token_is_explained_and_asked_again(api: SlackWebApi, env_file: Path) -> None:
    person = Person(BOT_TOKEN, BOT_TOKEN, "xapp-unknown", APP_TOKEN, "support")
    await connect_slack(person, env_file, api_url=api.url)
    assert "does not start with xapp-" in person.shown
    assert "Slack does not know this token" in person.shown


@pytest.mark.parametrize(
    ("channel", "says"),
    [
        ("nowhere", "there is no channel nowhere that Vigie can see"),
        ("old", "#old is archived"),
        ("others", "Vigie is not in #others yet: in that channel type /invite @Vigie"),
    ],
)
async def test_a_channel_that_will_not_do_is_explained(
    api: SlackWebApi, env_file: Path, channel: str, says: str
) -> None:
    api.channels += [
        {"id": "C0OLD00001", "name": "old", "is_member": True, "is_archived": True},
        {"id": "C0OTHERS01", "name": "others", "is_member": False},
    ]
    person = Person(BOT_TOKEN, APP_TOKEN, channel, "support")
    await connect_slack(person, env_file, api_url=api.url)
    assert says in person.shown
    assert load_settings(env_file).channel == "C0SUPPORT1"


@pytest.mark.parametrize(
    "named",
    ["late", "#late", "LATE", "C0LATE0001", "<#C0LATE0001|late>", "https://acme.slack.com/archives/C0LATE0001"],
)
async def test_a_channel_may_be_named_in_any_way_and_stand_on_any_page(
    api: SlackWebApi, env_file: Path, named: str
) -> None:
    api.page = 1
    api.channels.append({"id": "C0LATE0001", "name": "late", "is_member": True})
    await connect_slack(Person(BOT_TOKEN, APP_TOKEN, named), env_file, api_url=api.url)
    assert load_settings(env_file).channel == "C0LATE0001"


async def test_after_three_wrong_answers_nothing_is_written(api: SlackWebApi, env_file: Path) -> None:
    with pytest.raises(ConfigError, match="nothing was written: Slack does not know this token"):
        await connect_slack(Person(*["xoxb-wrong"] * 3), env_file, api_url=api.url)
    assert not exists(env_file)


async def test_a_slack_that_does_not_answer_is_said_in_one_line(env_file: Path) -> None:
    with pytest.raises(ConfigError, match="cannot reach Slack") as caught:
        await connect_slack(Person(BOT_TOKEN), env_file, api_url="http://127.0.0.1:9/api/")
    assert "\n" not in str(caught.value)
    assert not exists(env_file)


async def test_a_variable_of_the_environment_that_would_win_is_pointed_out(
    api: SlackWebApi, env_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-old")
    person = Person(BOT_TOKEN, APP_TOKEN, "support")
    await connect_slack(person, env_file, api_url=api.url)
    assert "SLACK_BOT_TOKEN is also set in the environment" in person.shown
    assert "xoxb-old" not in person.shown


async def test_a_file_that_cannot_be_written_is_said_in_one_line(api: SlackWebApi, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot write"):
        await connect_slack(Person(BOT_TOKEN, APP_TOKEN, "support"), tmp_path / "gone" / ".env", api_url=api.url)


def test_other_lines_stay_and_own_lines_are_replaced_in_place(env_file: Path) -> None:
    env_file.write_text("# mine\nA=1\nVIGIE_PORT=1\nexport B='x y'\nVIGIE_PORT=2\n#VIGIE_LANG=fr\n", encoding="utf-8")
    env_file.chmod(0o644)
    write_env(env_file, {"VIGIE_PORT": "8081", "VIGIE_LANG": "en"})
    assert env_file.read_text(encoding="utf-8") == (
        "# mine\nA=1\nVIGIE_PORT=8081\nexport B='x y'\n#VIGIE_LANG=fr\nVIGIE_LANG=en\n"
    )
    assert mode(env_file) == 0o600
    assert list(env_file.parent.iterdir()) == [env_file]


def test_a_link_to_a_file_stays_a_link(env_file: Path) -> None:
    real = env_file.with_name("real.env")
    real.write_text("A=1\n", encoding="utf-8")
    env_file.symlink_to(real)
    write_env(env_file, {"B": "2"})
    assert env_file.is_symlink()
    assert real.read_text(encoding="utf-8") == "A=1\nB=2\n"


@pytest.mark.parametrize("value", ["plain~1.2_3-x", "two words", 'a"b$c`d#e f', "#first", "a=b;c&d"])
def test_whatever_a_secret_holds_is_read_back_as_it_was(env_file: Path, value: str) -> None:
    write_env(env_file, {"TEAMS_CLIENT_SECRET": value})
    found = load_settings(env_file).teams_client_secret
    assert found is not None
    assert found.get_secret_value() == value


def test_a_value_that_would_break_its_line_is_refused(env_file: Path) -> None:
    with pytest.raises(ValueError, match="A holds a character"):
        write_env(env_file, {"A": "1\nB=2"})
    assert not exists(env_file)
