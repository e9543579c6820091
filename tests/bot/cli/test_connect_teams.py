"""Connecting a tenant: every answer is looked at, the secret is tried, and only a whole set is written."""

from __future__ import annotations

import json
import stat
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main
from bot.cli.teams_connection import Given, Ids, connect_teams
from bot.server.settings import ConfigError, load_settings
from bot.teams.credentials import REASONS, About
from bot.teams.manifest import AppSettings
from tests.bot.cli.person import Person
from tests.fakes.microsoft import CLIENT_ID, SECRET, TENANT_ID, Microsoft, microsoft

URL = "https://vigie.example.com"
ANSWERS = (CLIENT_ID, TENANT_ID, SECRET, URL, "support")
ALL = Given(*ANSWERS)

pytestmark = pytest.mark.usefixtures("bare_environment")


@pytest.fixture
async def entra() -> AsyncIterator[Microsoft]:
    async with microsoft() as running:
        yield running


async def connect(entra: Microsoft, *answers: str, given: Given = Given(), url: str = "") -> Person:  # noqa: B008
    person = Person(*answers)
    await connect_teams(person, given=given, app=AppSettings("", url), login=entra.url)
    return person


def manifest(path: str = "vigie-teams.zip") -> dict[str, Any]:
    with zipfile.ZipFile(path) as archive:
        found = json.loads(archive.read("manifest.json"))
    assert isinstance(found, dict)
    return found


def mode(name: str) -> int:
    return stat.S_IMODE(Path(name).stat().st_mode)


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def left() -> list[str]:
    return sorted(path.name for path in Path().iterdir())


async def test_good_answers_make_settings_that_hold_and_a_package(entra: Microsoft) -> None:
    await connect(entra, *ANSWERS)
    settings = load_settings()
    settings.check()
    assert settings.platforms == {"teams"}
    assert (settings.teams_client_id, settings.teams_tenant_id, settings.teams_channel) == (
        CLIENT_ID, TENANT_ID, "support",
    )  # fmt: skip
    assert settings.teams_client_secret is not None
    assert settings.teams_client_secret.get_secret_value() == SECRET
    assert settings.public_url == f"{URL}/"
    assert mode(".env") == 0o600
    assert manifest()["id"] == CLIENT_ID


async def test_the_secret_is_tried_once_for_the_bots_own_scope(entra: Microsoft) -> None:
    await connect(entra, *ANSWERS)
    assert entra.asked == [
        (
            f"/{TENANT_ID}/oauth2/v2.0/token",
            {
                "grant_type": "client_credentials", "client_id": CLIENT_ID, "client_secret": SECRET,
                "scope": "https://api.botframework.com/.default",
            },
        )
    ]  # fmt: skip


async def test_the_steps_name_every_place_and_what_belongs_there(entra: Microsoft, tmp_path: Path) -> None:
    shown = (await connect(entra, *ANSWERS)).shown
    for words in (
        "https://entra.microsoft.com, Entra ID, App registrations, New registration", "Single tenant",
        "Certificates & secrets", "https://portal.azure.com", "Azure Bot", f"App ID: {CLIENT_ID}",
        f"App tenant ID: {TENANT_ID}", f"Messaging endpoint: {URL}/teams/messages", "Channels, Microsoft Teams",
        "https://admin.teams.microsoft.com, Teams apps, Manage apps, Actions, Upload new app",
        str(tmp_path / "vigie-teams.zip"), "@Vigie setup", "vigie doctor",
    ):  # fmt: skip
        assert words in shown
    assert [line for line in shown.splitlines() if len(line) > 140] == []


async def test_the_secret_is_asked_without_echo_and_never_shown(entra: Microsoft) -> None:
    person = await connect(entra, CLIENT_ID, TENANT_ID, "wrong-but-long-enough", SECRET, URL, "")
    assert len(person.secret) == 2
    assert SECRET not in person.shown
    assert "wrong-but-long-enough" not in person.shown


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("", "nothing was typed"),
        ("contoso.onmicrosoft.com", "is no such id: copy it from the app's page Overview"),
        (CLIENT_ID[:-1], "is no such id"),
        (SECRET, "is no such id"),
    ],
)
async def test_what_is_no_id_is_explained_and_asked_again(entra: Microsoft, wrong: str, says: str) -> None:
    person = await connect(entra, wrong, *ANSWERS)
    assert f"That will not do: {wrong!r} {says}" in person.shown or f"That will not do: {says}" in person.shown
    assert load_settings().teams_client_id == CLIENT_ID


async def test_ids_in_braces_and_capitals_are_the_same_ids(entra: Microsoft) -> None:
    await connect(entra, f"{{{CLIENT_ID.upper()}}}", TENANT_ID.upper(), SECRET, URL, "")
    settings = load_settings()
    assert (settings.teams_client_id, settings.teams_tenant_id) == (CLIENT_ID, TENANT_ID)


async def test_a_new_secret_needs_nothing_else_to_be_typed_again(entra: Microsoft) -> None:
    person = Person("", "", SECRET, "")
    await connect_teams(person, known=Ids(CLIENT_ID, TENANT_ID), app=AppSettings("", URL), login=entra.url)
    assert person.asked[0] == f"Application (client) ID (as before: {CLIENT_ID}): "
    settings = load_settings()
    assert (settings.teams_client_id, settings.teams_tenant_id) == (CLIENT_ID, TENANT_ID)


async def test_the_same_id_twice_is_a_slip(entra: Microsoft) -> None:
    person = await connect(entra, CLIENT_ID, *ANSWERS)
    assert "this is the Application (client) ID again: copy Directory (tenant) ID" in person.shown


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("a1b2c3d4-0000-4000-8000-1234567890ab", "this is the Secret ID: copy what stands under Value instead"),
        ("Zx9***************", "this is what the page shows once the value is hidden"),
        ("Zx9~mpq", "this is not the whole secret"),
        ("Zx9~mpqR.7_vK -2tYw8sLb4NcE6hJ0u", "this is not the whole secret"),
    ],
)
async def test_what_can_be_seen_to_be_no_secret_is_sent_nowhere(entra: Microsoft, wrong: str, says: str) -> None:
    person = await connect(entra, CLIENT_ID, TENANT_ID, wrong, SECRET, URL, "")
    assert f"That will not do: {says}" in person.shown
    assert [form["client_secret"] for _, form in entra.asked] == [SECRET]


@pytest.mark.parametrize("code", REASONS)
async def test_each_of_microsofts_reasons_is_said_in_words_with_what_to_do(entra: Microsoft, code: int) -> None:
    entra.refuses = code
    with pytest.raises(ConfigError) as caught:
        await connect(entra, given=ALL)
    said = str(caught.value)
    assert f"(AADSTS{code})" in said
    assert "\n" not in said
    assert "Trace ID" not in said
    assert left() == []


async def test_a_reason_that_nobody_here_knows_says_where_it_is_explained(entra: Microsoft) -> None:
    entra.refuses = 4242
    with pytest.raises(ConfigError, match=r"AADSTS4242: see https://login.microsoftonline.com/error\?code=4242"):
        await connect(entra, given=ALL)


async def test_where_the_ids_are_wrong_they_are_asked_again_and_not_the_secret_alone(entra: Microsoft) -> None:
    other = "11111111-2222-4333-8444-555555555555"
    person = await connect(entra, other, TENANT_ID, SECRET, *ANSWERS)
    assert "there is no such app in that tenant" in person.shown
    assert load_settings().teams_client_id == CLIENT_ID


async def test_after_three_wrong_answers_nothing_is_written(entra: Microsoft) -> None:
    with pytest.raises(ConfigError, match="nothing was written: the secret is wrong"):
        await connect(entra, CLIENT_ID, TENANT_ID, *["wrong-but-long-enough"] * 3)
    with pytest.raises(ConfigError, match="nothing was written: there is no such tenant"):
        await connect(entra, *(CLIENT_ID, "11111111-2222-4333-8444-555555555555", SECRET) * 3)
    assert left() == []


@pytest.mark.parametrize("wrong", ["http://vigie.example.com", "https://localhost:8080", "vigie.example.com"])
async def test_an_address_that_teams_cannot_reach_is_explained(entra: Microsoft, wrong: str) -> None:
    person = await connect(entra, CLIENT_ID, TENANT_ID, SECRET, wrong, URL, "")
    assert "is not a public address: write it like https://vigie.example.com" in person.shown


async def test_an_address_that_is_set_already_is_not_asked_for(entra: Microsoft) -> None:
    person = await connect(entra, CLIENT_ID, TENANT_ID, SECRET, "", url="https://desk.example.com/")
    assert "Messaging endpoint: https://desk.example.com/teams/messages" in person.shown
    assert load_settings().teams_channel is None


async def test_an_address_of_this_machine_alone_that_is_set_is_asked_for_anew(entra: Microsoft) -> None:
    person = await connect(entra, *ANSWERS, url="http://127.0.0.1:8080/")
    assert f"Messaging endpoint: {URL}/teams/messages" in person.shown


async def test_a_proxy_that_answers_instead_is_said_to_be_one(entra: Microsoft) -> None:
    entra.broken = True
    with pytest.raises(ConfigError, match="Microsoft answers 502 without a reason: see that no proxy answers instead"):
        await connect(entra, given=ALL)


async def test_a_microsoft_that_does_not_answer_is_said_in_one_line() -> None:
    with pytest.raises(ConfigError, match="cannot reach Microsoft") as caught:
        await connect(Microsoft("http://127.0.0.1:9"), given=ALL)
    assert "\n" not in str(caught.value)
    assert left() == []


@pytest.fixture
def own_lines(tmp_path: Path) -> Path:
    path = tmp_path / ".env"
    path.write_text("SLACK_BOT_TOKEN=xoxb-1\nTEAMS_CLIENT_SECRET=old\n", encoding="utf-8")
    return path


async def test_what_was_in_the_file_stays(entra: Microsoft, own_lines: Path) -> None:
    await connect(entra, given=ALL)
    assert text_of(own_lines).startswith(f"SLACK_BOT_TOKEN=xoxb-1\nTEAMS_CLIENT_SECRET={SECRET}\n")


async def test_what_the_environment_sets_as_well_is_pointed_out(
    entra: Microsoft, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEAMS_TENANT_ID", "another")
    person = await connect(entra, given=ALL)
    assert "TEAMS_TENANT_ID is also set in the environment" in person.shown


def test_every_reason_about_the_ids_lets_them_be_typed_again() -> None:
    assert {code for code, each in REASONS.items() if each.about is About.IDS} == {700016, 700038, 90002, 900023}


# -- the command -----------------------------------------------------------------------------------------------------


def test_a_wrong_option_is_refused_at_once_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["connect", "teams", "--client-id", "1"]) == 2
    error = capsys.readouterr().err
    assert error.startswith("vigie connect teams: nothing was written: '1' is no such id")
    assert len(error.splitlines()) == 1
    assert left() == []


def test_a_secret_in_a_file_that_is_not_there_is_said_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["connect", "teams", "--secret-file", "gone.txt"]) == 2
    assert "gone.txt cannot be used (No such file or directory)" in capsys.readouterr().err


def test_the_package_is_made_from_the_settings(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in {
        "TEAMS_CLIENT_ID": CLIENT_ID.upper(), "VIGIE_PUBLIC_URL": URL, "VIGIE_COMMAND": "/desk", "VIGIE_LANG": "fr",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    assert main(["teams", "manifest", "--rsc", "--out", "app.zip"]) == 0
    found = manifest("app.zip")
    assert (found["id"], found["manifestVersion"]) == (CLIENT_ID, "1.29")
    assert found["localizationInfo"]["defaultLanguageTag"] == "fr"
    assert found["bots"][0]["commandLists"][1]["commands"][0]["title"] == "desk"
    assert "authorization" in found
    assert "app.zip has version 1.0.0 of the app. Upload it" in capsys.readouterr().out
    assert main(["teams", "manifest", "--rsc", "--out", "app.zip"]) == 0
    assert "is as it was" in capsys.readouterr().out
    monkeypatch.setenv("VIGIE_TEAMS_TARGETED", "0")
    assert main(["teams", "manifest", "--manifest", "1.25", "--out", "app.zip"]) == 0
    assert "has version 1.1.0" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({}, "TEAMS_CLIENT_ID is not set"),
        ({"TEAMS_CLIENT_ID": "app"}, "TEAMS_CLIENT_ID is not set to the app's Application (client) ID"),
        ({"TEAMS_CLIENT_ID": CLIENT_ID}, "VIGIE_PUBLIC_URL is not set"),
        ({"TEAMS_CLIENT_ID": CLIENT_ID, "VIGIE_PUBLIC_URL": "http://127.0.0.1:8080"}, "is not a public address"),
    ],
)
def test_a_package_without_what_it_needs_is_refused_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], variables: dict[str, str], says: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert main(["teams", "manifest"]) == 2
    error = capsys.readouterr().err
    assert says in error
    assert len(error.splitlines()) == 1
    assert left() == []


@pytest.mark.parametrize("option", [["--manifest", "1.30"], ["--version", "1"], ["--out"]])
def test_an_option_that_cannot_be_meant_is_refused_in_one_line(
    capsys: pytest.CaptureFixture[str], option: list[str]
) -> None:
    assert main(["teams", "manifest", *option]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
