"""`vigie policy calendar`: a year at a glance."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.cli import main
from bot.desk.languages import LANGUAGES
from bot.wording.policy.year import WIDTH, year_in_brief, year_shown
from bot.wording.speech import speech
from triage.hours import ELAPSED, Calendar

NINE_TO_FIVE, WHOLE_DAY = [["09:00", "17:00"]], [["00:00", "24:00"]]
OFFICE = Calendar(
    "Europe/Paris",
    {**dict.fromkeys(("mon", "tue", "wed", "thu"), NINE_TO_FIVE), "fri": [["09:00", "12:30"]]},
    ["2027-01-01", "2027-07-14"],
    {"2027-12-27..2027-12-31": []},
    yearly={"12-24": [["09:00", "11:00"]], "last sat of june": [["10:00", "12:00"]]},
    periods=[{"from": "2027-12-01", "weekly_hours": dict.fromkeys(("mon", "wed", "fri"), WHOLE_DAY)}],
)


def test_a_year_is_a_line_for_each_month_and_what_is_special() -> None:
    shown = year_shown("office", OFFICE, 2027, speech("en"))
    lines = shown.splitlines()
    assert lines[0] == "office (Europe/Paris) in 2027"
    signs = {line.split()[0]: line.split()[1] for line in lines[3:15]}
    assert signs["January"] == "x..#####..#####..#####..#####.."
    assert signs["June"] == "####..#####..#####..#####+.###"
    assert signs["July"] == "##..#####..##x##..#####..#####."
    assert signs["December"] == "#.#..#.#.#..#.#.#..#.#.+..x.x.x"
    assert "Closed on 5 dates: 1 Jan, 14 Jul, 27 Dec, 29 Dec, 31 Dec 2027." in shown.replace("\u00a0", " ")
    assert "Open 09:00-11:00: 24 Dec 2027." in shown.replace("\u00a0", " ")
    assert "Open 10:00-12:00: 26 Jun 2027." in shown.replace("\u00a0", " ")
    assert "Closed for 9 d 13 h, Fri 24 Dec 11:00 to Mon 3 Jan 00:00." in shown


def test_a_time_that_nothing_is_open_is_told_whole_over_the_turn_of_the_year() -> None:
    calendar = Calendar("UTC", dict.fromkeys(("mon", "fri"), NINE_TO_FIVE), yearly={"12-24..01-02": []})
    for year in (2026, 2027):
        told = "Closed for 13 d 16 h, Mon 21 Dec 17:00 to Mon 4 Jan 09:00."
        assert told in year_shown("office", calendar, year, speech("en"))


def test_of_times_alike_the_first_is_told() -> None:
    weekdays = Calendar("UTC", dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), NINE_TO_FIVE))
    assert year_in_brief("office", weekdays, date(2026, 12, 15), speech("en")).endswith(
        "Closed for 2 d 16 h, Fri 4 Dec 17:00 to Mon 7 Dec 09:00."
    )


def test_a_calendar_that_closes_for_good_is_closed_to_the_end_of_the_year() -> None:
    calendar = Calendar("UTC", {"mon": NINE_TO_FIVE}, exceptions={"2027-02-01..2199-12-31": []})
    shown = year_shown("office", calendar, 2027, speech("en"))
    assert "Closed for 340 d 7 h, Mon 25 Jan 17:00 to Sat 1 Jan 00:00." in shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_year_of_which_no_holiday_is_known_says_so(language: str) -> None:
    known = {"en": "No holiday of 2040 is known, only those from", "fr": "Aucun jour férié de 2040 n'est connu"}
    words = speech(language)
    assert known[language] in year_shown("office", OFFICE, 2040, words).replace("\u00a0", " ")
    assert "2027" in year_shown("office", OFFICE, 2040, words)
    assert known[language].split(" 2040")[0] not in year_shown("office", OFFICE, 2027, words)
    bare = Calendar("UTC", {"mon": NINE_TO_FIVE})
    assert known[language].split(" 2040")[0] not in year_shown("office", bare, 2040, words)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("year", [1901, 2024, 2027, 2199])
def test_a_year_fits_eighty_columns_in_every_language(language: str, year: int) -> None:
    shown = year_shown("office", OFFICE, year, speech(language))
    assert all(len(line) <= WIDTH for line in shown.splitlines())
    assert shown.count("\n") < 40


def test_the_months_add_up_to_the_year() -> None:
    lines = year_shown("office", OFFICE, 2027, speech("en")).splitlines()
    months = [float(line.split()[-2].replace(",", "")) for line in lines[3:15]]
    assert sum(months) == float(lines[15].split()[-2].replace(",", ""))


def test_around_the_clock_has_no_year_to_show() -> None:
    assert year_shown("noc", ELAPSED, 2027, speech("fr")) == "noc\u00a0: jour et nuit, tous les jours."


def test_a_year_in_brief_begins_with_this_month() -> None:
    found = year_in_brief("office", OFFICE, date(2026, 12, 15), speech("en"))
    assert found.startswith("office: ")
    assert " h open in the twelve months from 1 Dec 2026 on (" in found.replace("\u00a0", " ")
    french = year_in_brief("office", OFFICE, date(2026, 12, 15), speech("fr"))
    assert " h d'ouverture dans les douze mois à partir du 1 déc. 2026 (" in french.replace("\u00a0", " ")
    assert "(Dec 160, Jan 142, " in found
    assert found.endswith(", 2 dates closed. Closed for 3 d 16 h, Thu 31 Dec 17:00 to Mon 4 Jan 09:00.")


def test_the_command_prints_a_calendar_of_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text(
        "calendars: {office: {hours: {mon-fri: 9-17}, yearly: [05-01]}, s: {based_on: office, hours: {sat: 9-12}}}"
    )
    assert main(["policy", "calendar", "s", "2027", "--policy", str(file), "--lang", "fr"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("s (UTC) en 2027\n")
    assert "Fermé 1 jour : 1 mai 2027." in printed.replace("\u00a0", " ")
    assert main(["policy", "calendar", "business", "--policy", str(file)]) == 0
    assert capsys.readouterr().out.startswith("business (UTC) in ")
    assert main(["policy", "calendar", "offce", "--policy", str(file)]) == 2
    assert capsys.readouterr().err.strip().endswith("name one of office, s, business")
    assert main(["policy", "calendar", "*", "--policy", str(file)]) == 2
    capsys.readouterr()
    assert main(["policy", "calendar", "office", "9999", "--policy", str(file)]) == 2
    assert "from 1901 to 2199" in capsys.readouterr().err
    file.write_text("calendars: {office: {}}")
    assert main(["policy", "calendar", "office", "--policy", str(file)]) == 1
