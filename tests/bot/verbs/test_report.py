"""`report`: what the desk's tickets came to, in words."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.desk.runtime import DeskRuntime
from bot.slack.render import render_message
from bot.teams.render import adaptive_card
from bot.teams_emulator.cards import problem
from bot.verbs.base.call import Answer
from bot.wording.card import Chart
from bot.wording.phrase_book import PhraseBook
from bot.wording.report import Told, report_card, share, words
from bot.wording.sentences import plain
from tests.bot.asking import told, typed
from tests.bot.samples import CUSTOMER, READERS
from tests.bot.slack.limits import against_message
from tests.factories import AGENT, MANAGER, NOW
from triage.days import Days
from triage.figures import COMMAND, POLICY, Kept, Promises, Ratings
from triage.report import Load, Report, Times
from triage.terms import ClockKind

RESPONSE, UPDATE, RESTORE = ClockKind
LATER = NOW + timedelta(days=7)
DAYS = Days(date(2026, 3, 2), date(2026, 3, 8))
FULL = Report(
    datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 9, tzinfo=UTC), 120, 100,
    {(RESPONSE, 1): Kept(19, 1), (RESPONSE, 2): Kept(80, 0), (UPDATE, 1): Kept(0, 3), (RESTORE, None): Kept(1, 0)},
    Promises(8, 2, 1), {RESPONSE: Times(100, 600, 3600)}, (5, 4, 3, 2, 1),
    {"customer": 7200, "vendor": 60}, {AGENT.id: 7260},
    {(1, COMMAND): 2, (1, POLICY): 1, (2, COMMAND): 1}, (), {AGENT.id: Load(2, 70)}, {(0, 9): 7, (3, 23): 9},
    Ratings(9, 1),
)  # fmt: skip


def said(answer: Answer) -> str:
    assert answer.card is not None
    return "\n".join(words(answer.card, "en")).replace("\u00a0", " ")


async def resolved(desk: DeskRuntime) -> None:
    lines = ("new sev1 Link down", "take 1", "update 1 on it", "escalate 1 <!here> *slow*", "resolve 1 done")
    for minutes, line in enumerate(lines):
        await typed(desk, line, now=NOW + timedelta(minutes=minutes))


async def test_the_week_before_is_told_in_words(desk: DeskRuntime) -> None:
    await resolved(desk)
    found = said(await typed(desk, "report", now=LATER))
    for part in ("Opened: 1. Resolved: 1.", "Response: 100% (1 of 1) - severity 1: 1 of 1", "level 1: once",
                 "Time to respond: 1 min (1 ticket)",
                 "Commonest reasons: <!here> *slow*", "(1 opened)"):  # fmt: skip
        assert part in found


async def test_what_nothing_went_into_is_said_as_such_and_never_as_a_share(desk: DeskRuntime) -> None:
    assert "Nothing was opened and nothing was resolved in these days." in said(await typed(desk, "report month"))
    await resolved(desk)
    found = said(await typed(desk, "report week", now=LATER))
    assert "Promises kept: no promises were made" in found
    assert "Satisfaction: no customer answered" in found
    assert "Waited for: nothing was waited for" in found
    assert "0%" not in found.replace("100%", "")


async def test_who_had_how_much_to_do_is_for_leads_and_managers(desk: DeskRuntime) -> None:
    await resolved(desk)
    assert "Ana: 1 resolved, 0 open" in said(await typed(desk, "report", actor=MANAGER, now=LATER))
    assert "Ana" not in said(await typed(desk, "report", now=LATER))
    assert "100%" not in await told(desk, "report", actor=CUSTOMER, now=LATER)


async def test_a_customers_report_is_of_their_tickets_alone(desk: DeskRuntime) -> None:
    await resolved(desk)
    assert "Report on Acme" in said(await typed(desk, "report week acme", now=LATER))
    assert "Resolved: 1." in said(await typed(desk, "report week Acme", now=LATER))
    assert (await told(desk, "report week Akme", now=LATER)).endswith("Did you mean /ticket report week Acme?")
    french = (await told(desk, "rapport 2026-02-30", language="fr")).replace("\u00a0", " ")
    assert french.startswith("« 2026-02-30 » ne désigne pas")


@pytest.mark.parametrize("language", READERS)
async def test_every_line_of_a_full_report_has_its_words(desk: DeskRuntime, language: str) -> None:
    shown = Told(FULL, DAYS, "Acme", ("slow", "slow", "big"), with_people=True)
    found = "\n".join(words(report_card(shown, PhraseBook(desk.directory), READERS[language]), language)).replace(
        "\u00a0", " "
    )
    wanted = {
        "en": ("Response: 99% (99 of 100) - severity 1: 19 of 20 · severity 2: 80 of 80",
               "Update: 0% (0 of 3)", "Restore: 100% (1 of 1) - no severity: 1 of 1",
               "Promises kept: 80% (8 of 10) · 1 moved before it was due",
               "Time to respond: half within 10 min, nine of ten within 1 hr (100 tickets)",
               "Time to restore: no ticket had one", "15 tickets are open - up to a day old: 5",
               "the customer 2 hr · a vendor 1 min - asked for by Ana 2 hr 1 min",
               "level 1: 3 times (2 by command and 1 by itself) - level 2: once (1 by command)",
               "slow (2 times) - big", "Thu 23:00-00:00 (9 opened) · Mon 09:00-10:00 (7 opened)",
               "90% good (9 of 10)"),
        "fr": ("Réponse : 99 % (99 sur 100)", "la moitié en 10 min au plus", "niveau 1 : 3 fois"),
    }  # fmt: skip
    for part in wanted[language]:
        assert part in found, found


def test_all_and_nothing_are_said_only_where_they_are_so() -> None:
    shares = [share(kept, 1000, READERS["en"]) for kept in (0, 1, 996, 999, 1000)]
    assert shares == ["0%", "1%", "99%", "99%", "100%"]


def test_a_notification_says_what_was_kept(desk: DeskRuntime) -> None:
    card = report_card(Told(FULL, DAYS), PhraseBook(desk.directory), READERS["en"])
    assert "Response: 99% (99 of 100)." in plain(card.brief)


@pytest.mark.parametrize("language", READERS)
def test_its_charts_are_drawn_by_slack_and_by_teams(desk: DeskRuntime, language: str) -> None:
    card = report_card(Told(FULL, DAYS, with_people=True), PhraseBook(desk.directory), READERS[language])
    message = render_message(card)
    assert against_message(message) == []
    kept, hours = (block["chart"] for block in message["blocks"] if block["type"] == "data_visualization")
    assert [[point["value"] for point in each["data"]] for each in kept["series"]] == [[19, 80, 0, 1], [1, 0, 3, 0]]
    assert sum(point["value"] for point in hours["series"][0]["data"]) == 16
    assert problem(adaptive_card(card)) is None


def test_without_figures_nothing_is_drawn(desk: DeskRuntime) -> None:
    empty = Report(FULL.since, FULL.until, 0, 0)
    card = report_card(Told(empty, DAYS), PhraseBook(desk.directory), READERS["en"])
    assert not any(isinstance(each, Chart) for each in card.elements)
