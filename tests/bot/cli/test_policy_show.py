"""`vigie policy show`: the policy as a customer could be shown it, in English and French."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli import main
from bot.desk.directory import Directory
from bot.desk.languages import LANGUAGES
from bot.desk.policy_file import load_policy
from bot.wording.phrase_book import PhraseBook
from bot.wording.policy.shown import Rows, policy_sections, policy_shown
from bot.wording.policy.tables import WIDTH, paragraph, table
from bot.wording.policy.words import Words
from bot.wording.speech import speech

TODAY = date(2026, 11, 25)
DATA = Path(__file__).parents[2] / "data"

RICH = """
version: 7
desks: {noc: {channels: C0123ABC, timezone: Europe/Paris, calendar: office, language: fr}}
calendars:
  office:
    hours: {mon-thu: ["09:00-12:30", "13:30-18:00"], fri: 9-17}
    holidays: [FR, DE-BY, 2026-12-31]
    exceptions: {2026-01-02: 9-12, 2026-12-24: "09:00-12:00", 2027-05-14: closed, 2027-07-14: open}
  night: {timezone: UTC, hours: {mon-fri: 22:00-06:00}}
  unused: {hours: {mon: 9-17}}
severities: {1: {meaning: nothing works}, 3: {hours: business}}
targets: {2: {update: {within: 8h, calendar: night}, restore: none}}
plans: {gold: {targets: {1: {response: 7m, restore: 4h}}, calendar: elapsed}, silver: {calendar: night}}
lead_times: {restore: {3: [33.3%, 90s]}, response: []}
waiting: {pauses: [], chase: 20m, close: none}
redirects: {billing: "the billing desk, billing@example.com", sales: your account manager}
levels: [{role: duty manager, contacts: U0SECRET, after: {1: 5h, 3: 10d}}, {}]
roles: {agents: U0AGENT}
queue: [1, provisioning, 2, inquiry, 3]
promises: {intervals: 1}
"""


BY_DAY = """
version: 3
desks: {noc: {timezone: Europe/Paris, calendar: office}}
calendars:
  office: {hours: {mon-fri: 9-17}, holidays: FR}
  night: {timezone: UTC, hours: {mon-fri: 22:00-06:00}}
targets:
  1:
    response: {within: 15m, out_of_hours: 60m}
    update: {within: 30m, from: unanswered_customer}
    restore: end of day
  2:
    response: next business day by 16:00
    update: {within: 1 business day, calendar: night, from: last_contact}
    restore: 2 business days by 12:00
  3:
    response: {within: 4 business hours, out_of_hours: {within: next business day by 12:00, not_before: 10:00}}
    update: {within: 4h, not_before: 09:00}
    restore: 3 business days at the same time
"""


def shown(text: str | None, language: str = "en", plan: str | None = None) -> str:
    _, data = load_policy(text, today=TODAY)
    return policy_shown(data, speech(language), TODAY, plan)


@pytest.mark.parametrize(
    ("name", "text", "language", "plan"),
    [
        ("default.en", None, "en", None),
        ("default.fr", None, "fr", None),
        ("rich.en", RICH, "en", None),
        ("rich.fr", RICH, "fr", None),
        ("gold.en", RICH, "en", "gold"),
        ("by_day.en", BY_DAY, "en", None),
        ("by_day.fr", BY_DAY, "fr", None),
    ],
)
def test_it_reads_as_it_was_read_over(name: str, text: str | None, language: str, plan: str | None) -> None:
    """The files hold what was found good; read a changed one as a customer would before it replaces the old."""
    assert shown(text, language, plan).replace("\u00a0", " ") + "\n" == (DATA / f"policy_shown.{name}.txt").read_text(
        encoding="utf-8"
    )


AGREED = """
desks: {noc: {timezone: Europe/Paris, calendar: office}}
calendars: {office: {hours: {mon-fri: 9-17}}, dusk: {hours: {mon-fri: 22:00-06:00}}}
agreements:
  inner: {targets: {2: {update: 20m}}}
  network: {begins: {assigned: S0NETOPS}, targets: {1: {response: 10m, restore: 4 business hours}}, calendar: dusk}
  carrier: {begins: {waiting: vendor}, targets: {1: {restore: {within: 1h, out_of_hours: 2 business days}}}}
  works: {begins: {waiting: maintenance}, targets: {3: {restore: next business day by 16:00}}}
  theirs: {begins: {waiting: customer}, targets: {1: {restore: end of day}}}
"""


@pytest.mark.parametrize(
    ("language", "heading", "rows"),
    [
        ("en", "Agreements with others", [
            ["inner", "with the ticket", "2", "-", "20 minutes", "-"],
            ["network", "when S0NETOPS gets the work", "1", "10 minutes", "-", "4 hours (dusk)"],
            ["carrier", "with a wait for a vendor", "1", "-", "-", "1 hour; out of hours: 2 business days"],
            ["works", "with a wait for a maintenance", "3", "-", "-", "next business day by 16:00"],
            ["theirs", "with a wait for the customer", "1", "-", "-", "end of the business day"],
        ]),
        ("fr", "Accords avec d'autres", [
            ["inner", "avec le ticket", "2", "-", "20 minutes", "-"],
            ["network", "quand S0NETOPS reçoit le travail", "1", "10 minutes", "-", "4 heures (dusk)"],
            ["carrier", "avec l'attente d'un fournisseur", "1", "-", "-",
             "1 heure ; hors des heures ouvrées : 2 jours ouvrés"],
            ["works", "avec l'attente d'une maintenance", "3", "-", "-", "jour ouvré suivant avant 16:00"],
            ["theirs", "avec l'attente du client", "1", "-", "-", "fin du jour ouvré"],
        ]),
    ],
)  # fmt: skip
def test_inside_the_desk_it_has_the_agreements_with_others_and_the_hours_that_they_count_in(
    language: str, heading: str, rows: list[list[str]]
) -> None:
    policy, data = load_policy(AGREED, today=TODAY)
    words, inside = speech(language), PhraseBook(Directory(policy))
    found = {each.heading: each.parts for each in policy_sections(data, words, TODAY, inside=inside)}
    table = found[heading][0]
    assert isinstance(table, Rows)
    assert [[cell.replace("\u00a0", " ") for cell in row] for row in table.rows[1:]] == rows
    assert "dusk" in str(found[words.text("policy.heading.hours")])
    whole = policy_shown(data, words, TODAY, inside=inside)
    assert max(map(len, whole.splitlines())) <= WIDTH
    outside = policy_shown(data, words, TODAY)
    assert not any(word in outside for word in (heading, "works", "dusk", "S0NETOPS"))


def test_a_policy_without_agreements_is_the_same_inside_the_desk(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "rich.yaml").write_text(RICH, encoding="utf-8")
    for more in ([], ["--internal"]):
        assert main(["policy", "show", str(tmp_path / "rich.yaml"), *more]) == 0
    printed = capsys.readouterr().out
    assert printed[: len(printed) // 2] == printed[len(printed) // 2 :]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("plan", [None, "gold", "silver"])
def test_it_fits_a_terminal_and_names_nobody(language: str, plan: str | None) -> None:
    text = shown(RICH, language, plan)
    assert max(map(len, text.splitlines())) <= WIDTH <= 100
    assert "U0" not in text
    assert "C0123ABC" not in text


def test_a_plans_table_says_nothing_of_other_plans() -> None:
    assert "silver" in shown(RICH)
    assert "silver" not in shown(RICH, plan="gold")


def test_a_calendar_that_no_shown_target_counts_in_is_not_shown() -> None:
    assert "unused" not in shown(RICH)


@pytest.mark.parametrize(
    ("said", "language", "words"),
    [
        ("messages: 18 months", "en", ["deleted after 18 months", "18 months after it was closed"]),
        (
            "{messages: 90 days, texts: 2 years}",
            "en",
            ["after 90 days", "erased 2 years after", "figures stay"],
        ),
        ("{messages: forever, texts: forever}", "en", ["asked are kept for good", "in a ticket is kept for good"]),
        ("{messages: 1 year, texts: 6 months}", "fr", ["Durée de conservation", "après 1 an", "6 mois après"]),
    ],
)
def test_how_long_things_are_kept_is_shown_as_far_as_the_policy_says_so(
    said: str, language: str, words: list[str]
) -> None:
    text = " ".join(shown(f"retention: {said if said[0] == '{' else f'{{{said}}}'}", language).split())
    assert [each for each in words if each not in text] == []
    assert "How long it is kept" not in shown(None)


def test_a_desk_that_never_closes_says_so() -> None:
    text = shown("desks: {noc: {calendar: elapsed}}")
    assert "Business hours: around the clock, every day." in text
    assert "48 hours" in text
    assert "business hour" not in text


@pytest.mark.parametrize(
    ("seconds", "hours", "english", "french"),
    [
        (1, "elapsed", "1 second", "1 seconde"), (90, "elapsed", "90 seconds", "90 secondes"),
        (900, "elapsed", "15 minutes", "15 minutes"), (5400, "elapsed", "90 minutes", "90 minutes"),
        (3600, "elapsed", "1 hour", "1 heure"), (86400, "elapsed", "24 hours", "24 heures"),
        (172800, "elapsed", "48 hours", "48 heures"), (259200, "elapsed", "3 days", "3 jours"),
        (262800, "elapsed", "73 hours", "73 heures"),
        (1, "business", "1 business second", "1 seconde ouvrée"),
        (1800, "business", "30 business minutes", "30 minutes ouvrées"),
        (172800, "business", "48 business hours", "48 heures ouvrées"),
        (864000, "business", "240 business hours", "240 heures ouvrées"),
        (28800, "night", "8 hours (night)", "8 heures (night)"),
    ],
)  # fmt: skip
def test_a_length_is_in_words(seconds: int, hours: str, english: str, french: str) -> None:
    found = [Words(speech(language)).length(seconds, hours).replace("\u00a0", " ") for language in ("en", "fr")]
    assert found == [english, french]


CELL = st.text(alphabet="abcdé :;.- ", max_size=200)


@given(st.lists(st.tuples(CELL, CELL, CELL), max_size=9))
def test_a_table_keeps_every_word_and_its_width(rows: list[tuple[str, str, str]]) -> None:
    rows.insert(0, ("one", "two", "three"))
    lines = table(rows)
    assert max(map(len, lines)) <= WIDTH
    said = "".join("".join(lines).split()).replace("-", "")
    assert len(said) == sum(len("".join(cell.split()).replace("-", "")) for row in rows for cell in row)


def test_a_french_colon_begins_no_line() -> None:
    assert all(not line.strip().startswith(":") for line in paragraph("mot : " * 60))


# -- the command -----------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, with nothing in the environment."""
    for name in ("VIGIE_POLICY", "VIGIE_LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_without_a_file_it_is_the_one_that_runs(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["policy", "show"]) == 0
    assert capsys.readouterr().out.startswith("Support policy of the desk support, version 1\n")
    monkeypatch.setenv("VIGIE_LANG", "fr")
    assert main(["policy", "show"]) == 0
    assert capsys.readouterr().out.startswith("Politique de support de l'équipe support, version 1\n")
    (folder / "mine.yaml").write_text("desks: {noc: {}}", encoding="utf-8")
    monkeypatch.setenv("VIGIE_POLICY", "mine.yaml")
    assert main(["policy", "show", "--lang", "en"]) == 0
    assert capsys.readouterr().out.startswith("Support policy of the desk noc, version 1\n")


def test_a_file_is_shown_in_its_desks_language(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "mine.yaml").write_text(RICH, encoding="utf-8")
    assert main(["policy", "show", "mine.yaml"]) == 0
    assert capsys.readouterr().out.startswith("Politique de support de l'équipe noc, version 7\n")
    assert main(["policy", "show", "mine.yaml", "--lang", "en", "--plan", "gold"]) == 0
    assert capsys.readouterr().out.startswith("Support policy of the desk noc, version 7: plan gold\n")


@pytest.mark.parametrize(
    ("typed", "exit_code", "says"),
    [
        ("mine.yaml --plan bronze", 2, "vigie policy show: there is no plan 'bronze': name one of gold, silver"),
        ("--plan gold", 2, "vigie policy show: there is no plan 'gold': the policy has none, so leave --plan out"),
        ("gone.yaml", 2, "vigie policy show: gone.yaml cannot be read (No such file or directory)"),
        ("bad.yaml", 1, "bad.yaml:1: version: `x` is not a whole number from 1 to 1000000."),
    ],
)
def test_what_cannot_be_shown_is_one_line(
    folder: Path, capsys: pytest.CaptureFixture[str], typed: str, exit_code: int, says: str
) -> None:
    (folder / "mine.yaml").write_text(RICH, encoding="utf-8")
    (folder / "bad.yaml").write_text("version: x", encoding="utf-8")
    assert main(["policy", "show", *typed.split()]) == exit_code
    out, error = capsys.readouterr()
    assert out == ""
    assert error.startswith(says)
    assert len(error.splitlines()) == 1


def test_settings_that_cannot_be_used_are_one_line(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VIGIE_LANG", "de")
    assert main(["policy", "show"]) == 2
    assert capsys.readouterr().err == (
        "vigie policy show: VIGIE_LANG: 'de' is not a language Vigie speaks: write en or fr.\n"
    )


@pytest.mark.parametrize(("language", "words"), [("en", "a channel of its own"), ("fr", "un canal à part")])
def test_a_channel_for_climbs_is_mentioned_without_its_name(language: str, words: str) -> None:
    text = shown("desks: {noc: {channels: {desk: C1, escalation: C0ESCALATE}}}", language)
    assert words in " ".join(text.split())
    assert "C0ESCALATE" not in text


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        ("propose", ["the next level is proposed", "le niveau suivant est proposé"]),
        ("automatic", ["climbs to the next level by itself", "passe de lui-même au niveau suivant"]),
        ("off", ["climbs to the next level by hand", "passe au niveau suivant à la main"]),
    ],
)
def test_what_happens_at_the_thresholds_is_shown_as_the_policy_has_it(mode: str, words: list[str]) -> None:
    for language, said in zip(("en", "fr"), words, strict=True):
        printed = " ".join(shown(f"escalation: '{mode}'", language).split())
        heading, following = ("Escalation", "Assignment") if language == "en" else ("Escalade", "Attribution")
        section = printed.partition(f"{heading} ")[2].partition(f" {following} ")[0]
        assert said in section
        assert ("12" in section) is (mode != "off")


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Business hours, region apac"), ("fr", "Heures ouvrées, région apac")]
)
def test_the_hours_of_each_region_are_shown(language: str, words: str) -> None:
    printed = shown(
        """
desks:
  noc:
    timezone: Europe/Paris
    calendar: office
    regions: {apac: {calendar: sydney}, emea: {language: fr}, west: {timezone: America/Denver}}
calendars:
  office: {hours: {mon-fri: 9-17}, holidays: FR}
  sydney: {hours: {mon-fri: 8-16}, timezone: Australia/Sydney, holidays: AU}
""",
        language,
    )
    rest = printed.partition(words)[2]
    assert "Australia/Sydney" in rest.splitlines()[0]
    assert "08:00-16:00" in rest
    assert "Australi" in rest.partition("America/Denver")[0].partition("08:00-16:00")[2], "whose holidays are kept"
    assert "America/Denver" in rest
    assert "emea" not in printed, "it has the desk's"
