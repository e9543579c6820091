"""The Teams app: its package is as Microsoft's schemas say, and asks for exactly what the code uses."""

from __future__ import annotations

import json
import struct
import zipfile
import zlib
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from bot.desk.languages import LANGUAGES
from bot.teams.icons import COLOUR_SIZE, OUTLINE_SIZE, colour_icon, outline_icon
from bot.teams.manifest import VERSIONS, AppSettings, public_address, teams_manifest, translation
from bot.teams.package import package, write_package
from bot.teams.scopes import PER_TEAM
from bot.verbs.registry import NAMES, TYPED
from tests import teams_schemas
from tests.conftest import absent

APP = AppSettings("0f6c4d1e-7a52-4c38-9be1-2d1f3a5b7c90", "https://vigie.example.com")
DAILY = [verb.name for verb in TYPED if verb.daily]
KINDS = [
    replace(APP, manifest=version, language=language, targeted=targeted, reads_all=reads_all)
    for version in VERSIONS
    for language in LANGUAGES
    for targeted in (True, False)
    for reads_all in (True, False)
]


def named(app: AppSettings) -> str:
    return f"{app.manifest}-{app.language}{'-targeted' * app.targeted}{'-all' * app.reads_all}"


def opened(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def read(app: AppSettings) -> dict[str, Any]:
    found = json.loads(opened(package(app))["manifest.json"])
    assert isinstance(found, dict)
    return found


def bot(app: AppSettings) -> dict[str, Any]:
    (found,) = read(app)["bots"]
    assert isinstance(found, dict)
    return found


def titles(commands: dict[str, Any]) -> list[str]:
    return [each["title"] for each in commands["commands"]]


@pytest.mark.parametrize("app", KINDS, ids=named)
def test_the_manifest_and_its_translations_are_as_the_published_schemas_say(app: AppSettings) -> None:
    if not teams_schemas.HOME.exists():
        absent(teams_schemas.ABSENT)
    files = opened(package(app))
    teams_schemas.check(json.loads(files["manifest.json"]), app.manifest)
    for language in LANGUAGES:
        if language != app.language:
            teams_schemas.check(json.loads(files[f"{language}.json"]), app.manifest, ".Localization")


@pytest.mark.parametrize("app", KINDS, ids=named)
def test_every_file_that_the_manifest_names_is_in_the_package_and_no_other(app: AppSettings) -> None:
    manifest = read(app)
    files = {"manifest.json", *manifest["icons"].values()}
    files |= {each["file"] for each in manifest["localizationInfo"]["additionalLanguages"]}
    assert set(opened(package(app))) == files


def test_the_package_is_the_same_byte_for_byte() -> None:
    assert package(APP) == package(replace(APP))


def test_the_daily_verbs_are_offered_after_a_mention_everywhere() -> None:
    menu = bot(APP)["commandLists"][0]
    assert menu["triggers"] == ["mention"]
    assert menu["scopes"] == ["team", "groupChat", "personal"]
    assert titles(menu) == DAILY


def test_after_a_slash_stands_the_word_that_people_type_in_slack_and_what_follows_it() -> None:
    found = bot(replace(APP, command="/desk"))
    menu = found["commandLists"][1]
    assert found["supportsTargetedMessages"] is True
    assert (menu["triggers"], menu["scopes"]) == (["slash"], ["team", "groupChat"])
    assert titles(menu) == ["desk", *(f"desk {name}" for name in DAILY)][:12]


@pytest.mark.parametrize("app", [replace(APP, manifest="1.25"), replace(APP, targeted=False)], ids=named)
def test_without_slash_commands_nothing_of_them_is_left(app: AppSettings) -> None:
    text = json.dumps(read(app))
    assert "supportsTargetedMessages" not in text
    assert "triggers" not in text
    assert len(bot(app)["commandLists"]) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_title_of_a_menu_can_be_typed(language: str) -> None:
    for menu in bot(replace(APP, language=language))["commandLists"]:
        for title in titles(menu):
            word = title.removeprefix("ticket").strip()
            assert not word or NAMES[word] in DAILY


def test_a_translation_says_each_command_where_the_manifest_has_it() -> None:
    french = translation(APP, "fr")
    assert french["bots[0].commandLists[0].commands[0].title"] == "nouveau"
    assert french["bots[0].commandLists[1].commands[1].title"] == "ticket nouveau"
    assert french["composeExtensions[0].commands[0].title"] == "Créer un ticket"
    assert {"name.short", "name.full", "description.short", "description.full"} <= set(french)


def test_the_form_opens_on_a_message_beside_the_composer_and_after_a_slash() -> None:
    (extension,) = read(APP)["composeExtensions"]
    (form,) = extension["commands"]
    assert (form["id"], form["title"]) == ("ticket.new", "Create ticket")
    assert (form["type"], form["fetchTask"], form["triggers"]) == ("action", True, ["slash"])
    assert form["context"] == ["message", "compose", "commandBox"]


def test_messages_without_a_mention_are_asked_for_only_on_demand() -> None:
    assert "authorization" not in read(APP)
    asked = read(replace(APP, reads_all=True))
    permissions = asked["authorization"]["permissions"]["resourceSpecific"]
    assert permissions == [{"name": scope.name, "type": "Application"} for scope in PER_TEAM]
    assert asked["webApplicationInfo"]["id"] == APP.app_id


def test_the_ids_are_those_of_the_settings() -> None:
    manifest = read(APP)
    assert {manifest["id"], bot(APP)["botId"], manifest["composeExtensions"][0]["botId"]} == {APP.app_id}


@pytest.mark.parametrize(
    "url",
    ["http://vigie.example.com", "https://localhost", "https://", "vigie.example.com", "https://a.example?b=c", ""],
)
def test_an_address_that_teams_cannot_reach_is_refused_in_one_line(url: str) -> None:
    with pytest.raises(ValueError, match=r"is not a public address: write it like https://"):
        public_address(url)


def test_a_path_below_the_address_is_kept() -> None:
    found = teams_manifest(replace(APP, public_url="https://example.com/vigie/"), "1.0.0")
    assert found["developer"]["websiteUrl"] == "https://example.com/vigie"
    assert found["validDomains"] == ["example.com"]


# -- versions --------------------------------------------------------------------------------------------------------


def test_the_version_is_raised_when_anything_in_the_package_changes_and_only_then(tmp_path: Path) -> None:
    path = tmp_path / "vigie.zip"
    first = write_package(APP, path)
    content = path.read_bytes()
    again = write_package(APP, path)
    assert (first.version, first.is_new, again.version, again.is_new) == ("1.0.0", True, "1.0.0", False)
    assert path.read_bytes() == content
    changed = write_package(replace(APP, reads_all=True), path)
    assert (changed.version, changed.is_new) == ("1.1.0", True)
    assert json.loads(opened(path.read_bytes())["manifest.json"])["version"] == "1.1.0"


def test_a_version_that_was_asked_for_is_written(tmp_path: Path) -> None:
    path = tmp_path / "vigie.zip"
    write_package(APP, path)
    assert write_package(APP, path, "2.3.4").version == "2.3.4"
    assert write_package(replace(APP, command="/desk"), path).version == "2.4.0"


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x05\x06" + bytes(18)])
def test_a_file_that_is_no_package_is_replaced(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "vigie.zip"
    path.write_bytes(content)
    assert write_package(APP, path).version == "1.0.0"
    assert path.read_bytes() == package(APP)


# -- icons -----------------------------------------------------------------------------------------------------------


def pixels(png: bytes, size: int) -> list[tuple[int, ...]]:
    """What a viewer would show, after checking every chunk."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    found, at = b"", 8
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        data = png[at + 8 : at + 8 + length]
        assert struct.unpack(">I", png[at + 8 + length : at + 12 + length]) == (zlib.crc32(kind + data),)
        if kind == b"IHDR":
            assert struct.unpack(">II", data[:8]) == (size, size)
        if kind == b"IDAT":
            found += data
        at += 12 + length
    raw = zlib.decompress(found)
    rows = [raw[row * (size * 4 + 1) + 1 : (row + 1) * (size * 4 + 1)] for row in range(size)]
    return [tuple(row[place : place + 4]) for row in rows for place in range(0, size * 4, 4)]


def test_the_colour_icon_is_192_pixels_a_side_and_nowhere_transparent() -> None:
    found = pixels(colour_icon(), COLOUR_SIZE)
    assert len(found) == 192 * 192
    assert {alpha for *_, alpha in found} == {255}
    assert found[0] == (0x0E, 0x5D, 0x57, 255)


def test_the_outline_icon_is_32_pixels_a_side_and_white_on_nothing() -> None:
    found = pixels(outline_icon(), OUTLINE_SIZE)
    assert len(found) == 32 * 32
    assert {colour[:3] for colour in found} == {(255, 255, 255)}
    assert {0, 255} <= {alpha for *_, alpha in found}
