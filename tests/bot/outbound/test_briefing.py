"""What a desk is told at fixed times, and a report that somebody posts: what stands there is how it is then."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from functools import partial

import pytest

from bot.app import at_work
from bot.commands import dispatch
from bot.desk.runtime import DeskRuntime
from bot.outbound.compose import compose
from bot.outbound.message import Message
from bot.slack.render import render_message
from bot.teams.render import adaptive_card
from bot.teams_emulator.cards import problem
from bot.verbs.base.call import Answer
from bot.wording.card import Buttons, Card, Chart
from bot.wording.report import words
from scheduler.deadlines import plan_together
from scheduler.desk_agenda import DeskAgenda
from scheduler.sender import Drop
from storage import outbox
from storage.accounts import Account
from tests.bot.asking import call, told, typed
from tests.bot.samples import CUSTOMER
from tests.bot.slack.limits import against_message
from tests.factories import AGENT, MANAGER, NOW
from triage.agreement_rules import AgreementRules
from triage.briefing import Briefings, Weekly
from triage.rota import Rota, Turns
from triage.terms import ClockKind, Target

DAY = timedelta(days=1)
TOMORROW = NOW.replace(hour=8, minute=30) + DAY
MONDAY = NOW.replace(hour=9) + 7 * DAY


def wants(desk: DeskRuntime, language: str = "en", rota: Rota | None = None) -> None:
    """Have the desk ask for both, in that language."""
    policy = replace(
        desk.policy, briefings=Briefings(time(8, 30), Weekly(0, time(9))),
        desk=replace(desk.policy.desk, language=language), rota=rota or Rota(),
    )  # fmt: skip
    desk.policy, desk.directory = policy, replace(desk.directory, policy=policy)


async def said(desk: DeskRuntime, now: datetime, kind: str) -> list[Message | Drop]:
    """What is sent at `now`, after whatever fell due for the desk was done by two processes."""
    for _ in range(2):
        await DeskAgenda(desk.database, lambda: [at_work(desk)]).run_once(now)
    items = await desk.database.write(partial(outbox.claim, now=now, limit=99))
    found = [await compose(desk, item, now) for item in items if item.kind == kind]
    return [each for each in found if isinstance(each, Message | Drop)]


async def card(desk: DeskRuntime, now: datetime, kind: str = "briefing") -> Card:
    (found,) = await said(desk, now, kind)
    assert isinstance(found, Message)
    assert isinstance(found.card, Card)
    assert against_message(render_message(found.card)) == []
    assert problem(adaptive_card(found.card)) is None
    return found.card


def text(found: Card) -> str:
    return "\n".join(words(found, "en")).replace("\u00a0", " ").replace("\u202f", " ")


async def story(desk: DeskRuntime) -> None:
    """A Monday: one outage that goes on over night, with a promise for the morning; one that waits for its customer;
    one that nobody has taken."""
    for minutes, line in enumerate(("new sev1 Fibre cut", "take 1", "update 1 on it", "new sev3 Odd lamp", "take 2")):
        await typed(desk, line, now=NOW + timedelta(minutes=minutes))
    await typed(desk, "promise 1 tomorrow 14:00 We splice", actor=MANAGER, now=NOW + timedelta(minutes=20))
    await typed(desk, "new sev2 Slow", now=NOW.replace(hour=16))
    for hours in range(24):
        await desk.write(partial(plan_together, now=NOW + timedelta(hours=hours)))


STANDS = {
    "en": """\
Good morning. 3 tickets are open: 1 of severity 1, 1 of severity 2, 1 of severity 3.
Due today (2): 14:00 #1 Fibre cut: promised update · Ana - 16:00 #3 Slow: Restore · nobody has it
Missed since Mon 2 Mar 17:00 UTC: #3 Update
Still late from before: #2 · #1
Nobody has: #3
On call: Ana""",
    "fr": """\
Bonjour. 3 tickets sont ouverts : 1 de gravité 1, 1 de gravité 2, 1 de gravité 3.
À tenir aujourd'hui (2): 14:00 #1 Fibre cut : point promis · Ana - 16:00 #3 Slow : Rétablissement · sans responsable
Échéances manquées depuis lun. 2 mars 17:00 UTC: #3 Point client
Retards plus anciens: #2 · #1
Sans responsable: #3
D'astreinte: Ana""",
}


@pytest.mark.parametrize("language", STANDS)
async def test_in_the_morning_the_desk_reads_how_it_stands(desk: DeskRuntime, language: str) -> None:
    wants(desk, language, rota=Rota((Turns((AGENT.id,), NOW.date()),)))
    await story(desk)
    assert text(await card(desk, TOMORROW)) == STANDS[language]


AGREED = {
    "en": """\
Good morning. 3 tickets are open: 3 of severity 3.
Due today (4): 10:30 #1 Odd lamp: cable: Restore · Ana - 10:33 #2 Noise: cable: Restore · nobody has it - \
14:00 #1 Odd lamp: promised update · Ana - 16:00 #3 Smell: cable: Restore · nobody has it
Missed since Mon 2 Mar 17:00 UTC: #3 Update, inner: Restore
Still late from before: #1 inner: Restore · #2 inner: Restore
Nobody has: #2 · #3""",
    "fr": """\
Bonjour. 3 tickets sont ouverts : 3 de gravité 3.
À tenir aujourd'hui (4): 10:30 #1 Odd lamp : cable : Rétablissement · Ana - 10:33 #2 Noise : cable : Rétablissement \
· sans responsable - 14:00 #1 Odd lamp : point promis · Ana - 16:00 #3 Smell : cable : Rétablissement · sans responsable
Échéances manquées depuis lun. 2 mars 17:00 UTC: #3 Point client, inner : Rétablissement
Retards plus anciens: #1 inner : Rétablissement · #2 inner : Rétablissement
Sans responsable: #2 · #3""",
}


@pytest.mark.parametrize("language", AGREED)
async def test_what_is_held_to_beside_the_customers_contract_is_named_with_the_rest(
    desk: DeskRuntime, language: str
) -> None:
    wants(desk, language)
    held_to(desk, inner=2, cable=24.5)
    for minutes, line in enumerate(("new sev3 Odd lamp", "take 1", "update 1 on it", "new sev3 Noise")):
        await typed(desk, line, now=NOW + timedelta(minutes=minutes))
    await typed(desk, "promise 1 tomorrow 14:00 We come", actor=MANAGER, now=NOW + timedelta(minutes=20))
    await typed(desk, "new sev3 Smell", now=NOW.replace(hour=15, minute=30))
    for hours in range(24):
        await desk.write(partial(plan_together, now=NOW + timedelta(hours=hours)))
    assert text(await card(desk, TOMORROW)) == AGREED[language]
    await typed(desk, "resolve 2 Oiled", now=TOMORROW + timedelta(hours=3))
    restore = {"en": "inner: Restore, cable: Restore", "fr": "inner : Rétablissement, cable : Rétablissement"}[language]
    assert restore in text(await card(desk, MONDAY, "week")), "of what is resolved as well"


def held_to(desk: DeskRuntime, **hours: float) -> None:
    """Agreements of the desk by name: so many hours to restore a severity 3."""
    rules = {name: AgreementRules({3: {ClockKind.RESTORE: Target(round(3600 * each))}}) for name, each in hours.items()}
    desk.policy = replace(desk.policy, agreements=rules)
    desk.directory = replace(desk.directory, policy=desk.policy)


@pytest.mark.parametrize(("language", "line"), [("en", "Good morning. Nothing is open."), ("fr", "Bonjour. Aucun")])
async def test_where_there_is_nothing_it_is_one_line(desk: DeskRuntime, language: str, line: str) -> None:
    wants(desk, language)
    found = await card(desk, TOMORROW)
    assert text(found).startswith(line)
    assert len(found.elements) == 1


async def test_hours_late_it_is_not_said_and_the_next_morning_is(desk: DeskRuntime) -> None:
    wants(desk)
    assert await said(desk, TOMORROW + timedelta(hours=1, seconds=1), "briefing") == []
    assert len(await said(desk, TOMORROW + DAY, "briefing")) == 1
    assert len(await said(desk, TOMORROW + DAY + timedelta(seconds=5), "briefing")) == 0


async def test_what_waited_too_long_to_be_sent_is_dropped(desk: DeskRuntime) -> None:
    wants(desk)
    await DeskAgenda(desk.database, lambda: [at_work(desk)]).run_once(TOMORROW)
    late = await said(desk, TOMORROW + timedelta(hours=2), "briefing")
    assert late == [Drop("the morning is over")]


WEEK = {
    "en": (
        "Report: Mon, Mar 2, 2026 to Sun, Mar 8, 2026\nOpened: 3. Resolved: 1.\n\nCompared with the week before\n",
        "Opened: 3 (before: 0)", "Restore in time: 0% (before: nothing due)", "Promises kept: 100%", "Ana: 1 resolved",
        "Deadlines missed in this week\n#1 Restore, severity 1 · Ana\n#3 ",
        "Response and Update, severity 2 · nobody has it · still open\n#2 Update, severity 3 · Ana · still open\n",
    ),
    "fr": (
        "Rapport : lun. 2 mars 2026 au dim. 8 mars 2026", "Par rapport à la semaine d'avant\nOuverts: 3 (avant : 0)",
        "Rétablissement à temps: 0 % (avant : rien n'était dû)", "#1 Rétablissement, gravité 1 · Ana",
        "#2 Point client, gravité 3 · Ana · encore ouvert",
    ),
}  # fmt: skip


@pytest.mark.parametrize("language", WEEK)
async def test_a_manager_alone_reads_how_the_week_went_beside_the_week_before(desk: DeskRuntime, language: str) -> None:
    account = Account(MANAGER.id, "Mo", locale=language, timezone="Europe/Paris")
    desk.directory = replace(desk.directory, accounts={**desk.directory.accounts, MANAGER.id: account})
    wants(desk)
    await story(desk)
    await typed(desk, "resolve 1 spliced", now=NOW + timedelta(hours=9))
    found = await card(desk, MONDAY, "week")
    for line in WEEK[language]:
        assert line in text(found), text(found)
    assert not [each for each in found.elements if isinstance(each, Buttons)]
    assert any(isinstance(each, Chart) for each in found.elements)


async def test_what_was_missed_before_or_turned_out_to_be_no_miss_is_not_in_the_week(desk: DeskRuntime) -> None:
    wants(desk)
    early = NOW - 3 * DAY  # a Friday
    await typed(desk, "new sev1 Missed the week before", now=early)
    await typed(desk, "new sev1 Restored earlier than was known")
    await typed(desk, "new sev1 Merged", now=NOW + timedelta(minutes=1))
    for number in (1, 2, 3):
        await typed(desk, f"take {number}", now=(early if number == 1 else NOW) + timedelta(minutes=5))
    await desk.write(partial(plan_together, now=NOW + timedelta(hours=7)))
    late = NOW + timedelta(hours=8)
    await typed(desk, "update 1 still on it", now=late)
    await typed(desk, "merge 3 into 2", now=late)
    await typed(desk, f"restored 2 at {NOW + timedelta(hours=2):%H:%M}", now=late)
    await typed(desk, "resolve 2 spliced", now=late)
    (found,) = [each for each in text(await card(desk, MONDAY, "week")).split("\n\n") if each.startswith("Deadlines")]
    assert "#2 Update" in found, found
    assert "Restore" not in found
    assert "#3" not in found


@pytest.mark.parametrize("hours", [(8, 10), (8, 22)], ids=["an hour later", "later than it is said otherwise"])
async def test_a_manager_with_quiet_hours_reads_it_when_they_end(desk: DeskRuntime, hours: tuple[int, int]) -> None:
    wants(desk)
    quiet = {MANAGER.id: (hours[0] * 60, hours[1] * 60, NOW)}
    desk.directory = replace(desk.directory, quiet_hours=quiet)
    ends = MONDAY.replace(hour=hours[1])
    assert await said(desk, MONDAY, "week") == []
    assert await said(desk, ends - timedelta(seconds=1), "week") == []
    assert "Report" in text(await card(desk, ends, "week"))
    assert await said(desk, ends + DAY, "week") == [Drop("the day is over")], "what could not be sent meanwhile"


def button(answer: Answer) -> str:
    assert answer.card is not None
    (found,) = [each.buttons[0] for each in answer.card.elements if isinstance(each, Buttons)]
    assert found.verb == "report"
    return found.value


async def test_a_report_is_posted_by_its_button_once_and_without_who_had_how_much_to_do(desk: DeskRuntime) -> None:
    await typed(desk, "new sev1 Fibre cut")
    await typed(desk, "take 1")
    await typed(desk, "resolve 1 done", now=NOW + timedelta(minutes=5))
    value = button(await typed(desk, "report week acme", actor=MANAGER, now=NOW + 7 * DAY))
    pressed = replace(call(desk, "", actor=MANAGER, now=NOW + 7 * DAY), answers={"value": value})
    answers = [await dispatch.pressed(pressed, "report") for _ in range(2)]
    assert "in a moment" in str(answers[0].card)
    assert "a moment ago" in str(answers[1].card)
    found = await card(desk, NOW + 7 * DAY, "report_posted")
    assert "Report on Acme" in text(found)
    assert "Posted by" in text(found)
    assert "Ana" not in text(found)
    assert any(isinstance(each, Chart) for each in found.elements)


@pytest.mark.parametrize("value", ["", "x|y|z", "2026-03-02", "2026-03-08|2026-03-02|", "2026-02-30|2026-03-02|Acme"])
async def test_a_button_that_says_anything_else_posts_nothing(desk: DeskRuntime, value: str) -> None:
    answer = await dispatch.pressed(replace(call(desk, ""), answers={"value": value}), "report")
    assert answer.card is not None
    assert await said(desk, NOW, "report_posted") == []


async def test_a_customer_neither_reads_nor_posts_a_report(desk: DeskRuntime) -> None:
    pressed = replace(call(desk, "", actor=CUSTOMER), answers={"value": "2026-03-02|2026-03-08|"})
    await dispatch.pressed(pressed, "report")
    assert await said(desk, NOW, "report_posted") == []
    assert "100%" not in await told(desk, "report", actor=CUSTOMER)
