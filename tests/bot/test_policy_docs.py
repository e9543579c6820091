"""What people start from is true: the example file is the default policy, and everything documented loads."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.cli import COMMANDS, main
from bot.desk.directory import Directory
from bot.desk.policy_file import check_policy, load_policy
from bot.desk.policy_file.calendars import KEYS as CALENDAR_KEYS
from bot.desk.policy_file.desks import KEYS as DESK_KEYS
from bot.desk.policy_file.example import example_policy
from bot.desk.policy_file.parse import KEYS
from bot.desk.policy_file.people import ROLES
from bot.wording.phrase_book import PhraseBook
from bot.wording.policy.shown import policy_shown
from bot.wording.speech import speech

ROOT = Path(__file__).parents[2]
PARIS = ZoneInfo("Europe/Paris")
TODAY = date(2026, 11, 25)
PAGE = (ROOT / "docs" / "policy.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(page: str, kind: str) -> list[str]:
    """The fenced blocks of a page that are marked like that."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)


def data(text: str | None) -> dict[str, Any]:
    return load_policy(text, today=TODAY)[1]


def beside_the_closing_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a folder with the iCalendar file of the page."""
    monkeypatch.chdir(folder)
    [content] = blocks(PAGE, "ics")
    (folder / "holidays.ics").write_text(content, encoding="utf-8")


def uncommented(text: str) -> str:
    """The example with its keys that have no default: comments that begin without exactly one blank."""
    return re.sub(r"(?m)^#(?=\S|  )", "", text)


def test_the_example_is_the_default_policy() -> None:
    assert data(example_policy()) == data(None)


def test_the_example_prints_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", "example"]) == 0
    assert capsys.readouterr() == (example_policy(), "")


def test_the_example_names_every_key_and_its_comments_load_too() -> None:
    text = uncommented(example_policy())
    assert data(text) != data(None)
    assert set(re.findall(r"(?m)^(\w+):", text)) == set(KEYS)
    assert check_policy(text, today=TODAY)[1] == []


@pytest.mark.parametrize("text", blocks(PAGE, "yaml") + blocks(README, "yaml"))
def test_a_documented_example_loads_and_changes_something(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside_the_closing_file(tmp_path, monkeypatch)
    assert data(text) != data(None)


def test_the_documented_icalendar_file_closes_its_dates_beside_those_of_the_country(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside_the_closing_file(tmp_path, monkeypatch)
    [text] = [each for each in blocks(PAGE, "yaml") if "{ical: holidays.ics}" in each]
    hours = load_policy(text, today=TODAY)[0].desk.working
    # The bridge, Ascension Day, Good Friday until noon, the last Friday of August, Christmas Eve until noon.
    dates = [date(2027, month, day) for month, day in ((5, 7), (5, 6), (3, 26), (8, 27), (12, 24))]
    opens = [
        hours.between(datetime.combine(day, time(0), PARIS), datetime.combine(day, time(23), PARIS)) for day in dates
    ]
    assert opens == [0, 0, 3 * 3600, 0, 3 * 3600]


@pytest.mark.parametrize("text", blocks(PAGE, "yaml default"))
def test_a_documented_default_is_the_default(text: str) -> None:
    assert data(text) == data(None)


def test_every_key_is_documented() -> None:
    assert set(re.findall(r"(?m)^### (\w+)$", PAGE)) == set(KEYS)
    others = {*DESK_KEYS, *CALENDAR_KEYS, *ROLES, "meaning", "within", "pauses", "chase", "close", "reopen", "contacts"}
    assert {key for key in others if key not in PAGE} == set()
    assert len(blocks(PAGE, "yaml") + blocks(PAGE, "yaml default")) > len(KEYS)


def test_the_first_example_of_the_page_is_not_doubted_but_for_what_a_desk_has_to_know() -> None:
    assert [doubt.partition(":")[0] for doubt in check_policy(blocks(PAGE, "yaml")[0], today=TODAY)[1]] == ["redirects"]


def test_the_table_of_agreements_is_that_of_the_policy_above_it() -> None:
    section = PAGE.partition("\n### agreements\n")[2].partition("\n### ")[0]
    policy, [table] = blocks(section, "yaml")[0], blocks(section, "text")
    known = PhraseBook(Directory(load_policy(policy, today=TODAY)[0]))
    assert f"\n\n{table.rstrip()}\n\n" in policy_shown(data(policy), speech("en"), TODAY, inside=known)


def test_a_documented_command_is_one() -> None:
    typed = re.findall(r"^vigie policy (\w+)", "\n".join(blocks(PAGE, "sh")), re.MULTILINE)
    assert {f"policy {action}" for action in typed} == {name for name in COMMANDS if name.startswith("policy ")}
