"""`why`: every line in the reader's language, no typed text taken for markup."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.desk.binding import Limits
from bot.desk.runtime import DeskRuntime
from bot.slack.render import render_message
from storage.accounts import Account
from storage.groups import Group
from tests.bot.asking import told, typed
from tests.bot.samples import CUSTOMER
from tests.bot.slack.hostile import HOSTILE
from tests.bot.slack.limits import formatting_in, marked
from tests.bot.verbs.explaining import MINUTE, act, by_day, lines, under
from tests.factories import AGENT, NOW, REQUESTER
from triage.agreement_rules import AgreementRules
from triage.hours import Calendar
from triage.people import Actor, Role
from triage.terms import ClockKind, Target

GROUP = Group("slack:S1NETOPS", "netops", "", True, ("slack:UNINA", "slack:UGUEST"))
HELPER = Actor("slack:UHELPER", frozenset({Role.HELPER}))


PAUSED_EN = (
    "Mon 2 Mar 10:30 GMT to Mon 2 Mar 11:30 GMT: paused, waiting for the customer (Ana): their *logs*; ended by Ana. "
    "1h not counted"
)
PAUSED_FR = (
    "lun. 2 mars 11:30 CET - lun. 2 mars 12:30 CET : en pause, en attente du client (Ana) : their *logs* ; "
    "fin par Ana. 1 h non comptées"
)


async def paused(desk: DeskRuntime) -> None:
    """Severity 1 at 10:00, an hour of waiting for the customer from 10:30 on."""
    await act(desk, "new sev1 Link down", 0)
    await act(desk, "take 1", 5)
    await act(desk, "wait 1 their *logs*", 30)
    await act(desk, "resume 1", 90)


async def test_the_sum_of_a_clock_is_told_line_by_line(desk: DeskRuntime) -> None:
    await paused(desk)
    assert await lines(desk, "why 1 restore", minutes=95) == [
        "Restore due Mon 2 Mar 17:00 GMT",
        "Counts from the report: Mon 2 Mar 10:00 GMT",
        "Target: 6h, around the clock",
        "Mon 2 Mar 10:00 GMT to Mon 2 Mar 10:30 GMT: 30m",
        PAUSED_EN,
        "Mon 2 Mar 11:30 GMT to Mon 2 Mar 17:00 GMT: 5h 30m, 6h in all",
        "Due Mon 2 Mar 17:00 GMT",
    ]


async def test_in_french_with_the_readers_own_times(desk: DeskRuntime) -> None:
    await paused(desk)
    assert await lines(desk, "pourquoi 1 rétablissement", minutes=95, language="fr") == [
        "Rétablissement : au plus tard lun. 2 mars 18:00 CET",
        "Compte à partir du signalement : lun. 2 mars 11:00 CET",
        "Objectif : 6 h, jour et nuit",
        "lun. 2 mars 11:00 CET - lun. 2 mars 11:30 CET : 30 min",
        PAUSED_FR,
        "lun. 2 mars 12:30 CET - lun. 2 mars 18:00 CET : 5 h 30 min, 6 h en tout",
        "Échéance lun. 2 mars 18:00 CET",
    ]


async def test_without_a_clock_all_are_told(desk: DeskRuntime) -> None:
    await paused(desk)
    said = await lines(desk, "why 1", minutes=95)
    heads = [line for line in said if line.split()[0] in ("Response", "Update", "Restore")]
    assert heads == [
        "Response met Mon 2 Mar 10:05 GMT", "Update breached, was due Mon 2 Mar 10:30 GMT",
        "Restore due Mon 2 Mar 17:00 GMT",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("done", "clock", "said"),
    [
        ("promise 1 11:30 calling back", "update",
         "Ana promised the next update by Mon 2 Mar 11:30 GMT, which takes the target's place once"),
        ("severity 1 2 it holds", "restore",
         "Mon 2 Mar 10:10 GMT: Ana made it severity 2, incident: it holds. Target from then on: 24h, around the clock"),
        ("reported 1 09:00 they called", "restore",
         "Ana corrected the report from Mon 2 Mar 10:00 GMT to Mon 2 Mar 09:00 GMT: they called"),
        ("wait 1 for the logs", "restore",
         "Paused by Ana: the logs. 5h 50m are left; the deadline comes back when the ticket goes on"),
        ("restored 1", "restore", "Met Mon 2 Mar 10:10 GMT, after 10m"),
        ("resolve 1 done", "update", "Stopped Mon 2 Mar 10:10 GMT, at once"),
        ("update 1 on it", "update", "Counts from the last update: Mon 2 Mar 10:10 GMT, Ana"),
    ],
)  # fmt: skip
async def test_what_moved_a_deadline_is_told_with_who_and_why(
    desk: DeskRuntime, done: str, clock: str, said: str
) -> None:
    await act(desk, "new sev1 Link down", 0)
    await act(desk, done, 10)
    assert said in await lines(desk, f"why 1 {clock}", minutes=11)


async def test_another_trouble_is_told_in_the_place_of_what_was_corrected_before(desk: DeskRuntime) -> None:
    await act(desk, "new inquiry How fast is it", 0)
    await act(desk, "reported 1 09:00 they called", 5)
    await act(desk, "category 1 incident sev1", 30)
    said = await lines(desk, "why 1 restore", minutes=31)
    assert said[1:3] == [
        "Counts from the report: Mon 2 Mar 10:30 GMT",
        "Ana made it severity 1, incident, another trouble: reported Mon 2 Mar 10:30 GMT",
    ]
    assert not any("corrected" in line for line in said)
    shown = await typed(desk, "show 1", now=NOW + 31 * MINUTE)
    assert shown.card is not None
    assert "(corrected)" not in str(shown.card)


async def test_a_deadline_that_a_change_did_not_move_says_what_it_rests_on(desk: DeskRuntime) -> None:
    await act(desk, "new sev3 Link down", 0)
    await act(desk, "severity 1 1 worse", 235)
    said = await lines(desk, "why 1 update", minutes=236)
    assert (
        "So that the change gives no more time, the deadline from before it holds: 4h, around the clock, "
        "from Mon 2 Mar 10:00 GMT"
    ) in said
    assert said[-1] == "Due Mon 2 Mar 14:00 GMT"


async def test_what_was_overdue_at_a_change_says_that_it_stays_so(desk: DeskRuntime) -> None:
    await act(desk, "new sev2 Link down", 0)
    await act(desk, "severity 1 3 better", 65)
    said = await lines(desk, "why 1 update", minutes=66)
    assert (
        "It was overdue at the change, and stays so at its old deadline: 1h, around the clock, from Mon 2 Mar 10:00 GMT"
    ) in said
    assert said[-1] == "Due Mon 2 Mar 11:00 GMT"


async def test_where_seconds_count_they_are_shown(desk: DeskRuntime) -> None:
    await act(desk, "new sev1 Link down", 0.25)
    said = await lines(desk, "why 1 response", minutes=1)
    assert said[-1] == "Due Mon 2 Mar 10:15:15 GMT"


async def test_a_sum_of_hundreds_of_lines_shows_its_beginning_and_its_end(desk: DeskRuntime) -> None:
    await act(desk, "new sev2 Link down", 0)
    for n in range(60):
        await act(desk, f"wait 1 {'their logs ' * 40}", 10 + 2 * n)
        await act(desk, "resume 1", 11 + 2 * n)
    said = await lines(desk, "why 1 restore", minutes=200)
    assert len(said) == Limits().most_lines + 2, "with the clock itself and the line that says so"
    assert any("lines left out" in line for line in said)
    assert said[-1].startswith("Due ")
    assert len(await lines(desk, "why 1", minutes=200)) == Limits().most_lines + 4


@pytest.mark.parametrize(
    ("language", "target"),
    [
        ("en", "Target: 48h of opening hours (Monday to Friday 09:00-17:00, UTC)"),
        ("fr", "Objectif : 48 h d'heures ouvrées (du lundi au vendredi 09:00-17:00, UTC)"),
    ],
)
async def test_a_target_in_business_time_names_its_hours(desk: DeskRuntime, language: str, target: str) -> None:
    await act(desk, "new sev3 Link down", 0)
    said = await lines(desk, "why 1 restore", language=language)
    assert target in said
    assert ("1h, 48h " if language == "en" else "1 h, 48 h ") in said[-2], "and the last of its openings adds up to it"


#: Who asks, and whether they are told how the customer's deadlines come about, and how those of agreements beside do.
ASKING = {
    "an agent": (AGENT.id, True, True),
    "a helper": (HELPER.id, True, True),
    "somebody of the group at work": ("slack:UNINA", True, True),
    "somebody inside": (REQUESTER.id, True, False),
    "a customer": (CUSTOMER.id, False, False),
    "a guest of the group at work": ("slack:UGUEST", False, False),
    "somebody whom the platform never spoke of": ("slack:UNEVER", False, False),
}


@pytest.mark.parametrize("asking", ASKING)
@pytest.mark.parametrize("words", ["why 1", "pourquoi 1 rétablissement", "show 1"])
async def test_what_the_desk_has_agreed_with_others_is_explained_to_its_own_people_alone(
    desk: DeskRuntime, asking: str, words: str
) -> None:
    person, told_theirs, told_others = ASKING[asking]
    rules = AgreementRules({1: {ClockKind.RESTORE: Target(2 * 3600)}})
    roles = replace(desk.policy.roles, helpers=(HELPER.id,))
    desk.policy = replace(desk.policy, agreements={"the network team": rules}, roles=roles)
    theirs = {person: Account(person, person, is_external=person == "slack:UGUEST") for person in GROUP.people or ()}
    theirs[HELPER.id] = Account(HELPER.id, "Hugo")
    accounts = {**desk.directory.accounts, **theirs}
    desk.directory = replace(desk.directory, policy=desk.policy, accounts=accounts, groups={GROUP.key: GROUP})
    actor = desk.actor(person)
    await typed(desk, "new incident Link down", actor=actor)
    await act(desk, "severity 1 1 all sites", 5)
    await lines(desk, "assign 1 @netops", minutes=6)
    said = str((await typed(desk, words, now=NOW + 10 * MINUTE, actor=actor)).card)
    assert ("the network team" in said) is told_others, said
    if words != "show 1":
        assert ("around the clock" in said) is told_theirs, said


@pytest.mark.parametrize(
    ("severity", "clock", "said"),
    [
        (1, "restore", [
            "Target: next business day by 16:00 (Monday to Friday 09:00-17:00, UTC)",
            "From Mon 2 Mar 10:00 GMT that is up to Tue 3 Mar 16:00 GMT: 14h of its hours",
            "Mon 2 Mar 10:00 GMT to Mon 2 Mar 17:00 GMT: 7h",
            "Mon 2 Mar 17:00 GMT to Tue 3 Mar 09:00 GMT: outside its hours",
            "Tue 3 Mar 09:00 GMT to Tue 3 Mar 16:00 GMT: 7h, 14h in all",
            "Due Tue 3 Mar 16:00 GMT",
        ]),
        (1, "response", [
            "Target: 15m; out of hours: 1h, around the clock (Monday to Friday 09:00-17:00, UTC)",
            "Mon 2 Mar 10:00 GMT to Mon 2 Mar 10:15 GMT: 15m",
            "Due Mon 2 Mar 10:15 GMT",
        ]),
        (2, "restore", [
            "Target: 2 business days at the same time (Monday to Friday 09:00-17:00, UTC)",
            "From Mon 2 Mar 10:00 GMT that is up to Wed 4 Mar 10:00 GMT: 16h of its hours",
        ]),
        (3, "restore", [
            "Target: end of the business day (Monday to Friday 09:00-17:00, UTC)",
            "From Mon 2 Mar 10:00 GMT that is up to Mon 2 Mar 17:00 GMT: 7h of its hours",
            "Mon 2 Mar 10:00 GMT to Mon 2 Mar 17:00 GMT: 7h",
            "Due Mon 2 Mar 17:00 GMT",
        ]),
        (3, "response", [
            "Target: 1 business day; out of hours: 30m, not before 09:00 (Monday to Friday 09:00-17:00, UTC)",
            "From Mon 2 Mar 10:00 GMT that is up to Tue 3 Mar 17:00 GMT: 15h of its hours",
        ]),
    ],
)  # fmt: skip
async def test_a_target_told_by_the_day_is_explained(
    desk: DeskRuntime, severity: int, clock: str, said: list[str]
) -> None:
    by_day(desk)
    await act(desk, f"new sev{severity} Link down", 0)
    found = await lines(desk, f"why 1 {clock}")
    assert found[2 : 2 + len(said)] == said


async def test_out_of_hours_the_other_target_is_explained(desk: DeskRuntime) -> None:
    by_day(desk)
    week = "(du lundi au vendredi 09:00-17:00, UTC)"
    outside = f"30 min, pas avant 09:00, jour et nuit {week}"
    await act(desk, "new sev3 Link down", 20 * 60)
    assert (await lines(desk, "why 1 response", minutes=20 * 60, language="fr"))[2:5] == [
        f"Objectif : 1 jour ouvré ; hors des heures ouvrées : 30 min, pas avant 09:00 {week}",
        f"Il a commencé hors des heures ouvrées, donc un autre objectif s'applique : {outside}",
        "Compté depuis : mar. 3 mars 07:00 CET ; cela va jusqu'à mar. 3 mars 10:00 CET : 3 h de ses heures",
    ]


@pytest.mark.parametrize(
    ("language", "week"),
    [
        ("en", "(Monday to Thursday 09:00-17:00; Friday 09:00-12:00, UTC)"),
        ("fr", "(du lundi au jeudi 09:00-17:00 ; vendredi 09:00-12:00, UTC)"),
    ],
)
async def test_days_with_hours_of_their_own_are_parted_as_the_language_does(
    desk: DeskRuntime, language: str, week: str
) -> None:
    calendars = "calendars: {office: {hours: {mon-thu: 9-17, fri: 9-12}}}"
    under(desk, f"{calendars}\ndesks: {{support: {{timezone: UTC, calendar: office}}}}")
    await act(desk, "new sev3 Link down", 0)
    assert any(line.endswith(week) for line in await lines(desk, "why 1 restore", language=language))


async def test_an_update_that_is_owed_to_what_the_customer_wrote_says_so(desk: DeskRuntime) -> None:
    by_day(desk)
    await typed(desk, "new Link down", now=NOW, actor=CUSTOMER)
    await act(desk, "category 1 incident sev3", 5)
    await typed(desk, "update 1 and now?", now=NOW + 10 * MINUTE, actor=CUSTOMER)
    said = await lines(desk, "why 1 update", minutes=11)
    assert said[1] == "Counts from the customer's message: Mon 2 Mar 10:10 GMT"
    assert said[-1] == "Due Mon 2 Mar 14:10 GMT"


# The desk opens in March, when 3 March 2026 is a Tuesday.
SPECIAL = """
desks: {noc: {timezone: Europe/Paris, calendar: office}}
calendars:
  office:
    timezone: Europe/Paris
    weekly_hours: {mon-fri: 09:00-17:00}
    holidays: [2026-03-04]
    exceptions:
      2026-03-03: 09:00-12:00
      2026-03-05..2026-03-06: closed
      2026-03-07: 10:00-12:00
      2026-03-10: [09:00-12:00, 14:00-18:00]
    periods: [{from: 2026-03-09, weekly_hours: {mon-fri: 08:00-16:00}}]
targets: {3: {restore: 21 business hours}}
"""


async def test_the_hours_of_a_date_that_are_not_the_weeks_are_said_in_its_line(desk: DeskRuntime) -> None:
    under(desk, SPECIAL)
    await act(desk, "new sev3 Link down", 0)
    closed = "(Wed 4 Mar: closed, holiday; Thu 5 Mar to Fri 6 Mar: closed)"
    assert (await lines(desk, "why 1 restore"))[2:] == [
        "Target: 21h of opening hours (Monday to Friday 09:00-17:00, Europe/Paris)",
        "Mon 2 Mar 10:00 GMT to Mon 2 Mar 16:00 GMT: 6h",
        "Mon 2 Mar 16:00 GMT to Tue 3 Mar 08:00 GMT: outside its hours",
        "Tue 3 Mar 08:00 GMT to Tue 3 Mar 11:00 GMT: 3h, 9h in all (Tue 3 Mar: open 09:00-12:00)",
        f"Tue 3 Mar 11:00 GMT to Sat 7 Mar 09:00 GMT: outside its hours {closed}",
        "Sat 7 Mar 09:00 GMT to Sat 7 Mar 11:00 GMT: 2h, 11h in all (Sat 7 Mar: open 10:00-12:00)",
        "Sat 7 Mar 11:00 GMT to Mon 9 Mar 07:00 GMT: outside its hours (from Mon 9 Mar: Monday to Friday 08:00-16:00)",
        "Mon 9 Mar 07:00 GMT to Mon 9 Mar 15:00 GMT: 8h, 19h in all",
        "Mon 9 Mar 15:00 GMT to Tue 10 Mar 08:00 GMT: outside its hours",
        "Tue 10 Mar 08:00 GMT to Tue 10 Mar 10:00 GMT: 2h, 21h in all (Tue 10 Mar: open 09:00-12:00, 14:00-18:00)",
        "Due Tue 10 Mar 10:00 GMT",
    ]


async def test_special_dates_in_french(desk: DeskRuntime) -> None:
    under(desk, SPECIAL)
    await act(desk, "new sev3 Link down", 0)
    said = "\n".join(await lines(desk, "why 1 restore", language="fr"))
    assert " : 3 h, 9 h en tout (mar. 3 mars : ouvert 09:00-12:00)\n" in said
    closed = "mer. 4 mars : fermé, jour férié ; du jeu. 5 mars au ven. 6 mars : fermé"
    assert f" : hors de ses heures ({closed})\n" in said
    assert " : hors de ses heures (à partir du lun. 9 mars : du lundi au vendredi 08:00-16:00)\n" in said


async def test_of_many_special_dates_the_first_few_are_said(desk: DeskRuntime) -> None:
    dates = ", ".join(f"2026-03-{n:02}: 09:00-12:{n}" for n in range(10, 32))
    under(desk, f"""
desks: {{noc: {{timezone: Europe/Paris, calendar: office}}}}
calendars: {{office: {{timezone: Europe/Paris, weekly_hours: {{mon-fri: 09:00-17:00}}, exceptions: {{{dates}}}}}}}
targets: {{3: {{restore: 130 business hours}}}}
""")  # fmt: skip
    await act(desk, "new sev3 Link down", 0)
    [summed] = [line for line in await lines(desk, "why 1 restore") if " openings" in line]
    assert summed.endswith(
        " (Tue 10 Mar: open 09:00-12:10; Wed 11 Mar: open 09:00-12:11; Thu 12 Mar: open 09:00-12:12; "
        "Fri 13 Mar: open 09:00-12:13; and 17 more dates)"
    )
    [french] = [line for line in await lines(desk, "why 1 restore", language="fr") if " ouvertures" in line]
    assert french.endswith(" ; et 17 autres dates)")


async def test_the_week_that_a_target_names_is_the_one_in_force(desk: DeskRuntime) -> None:
    under(desk, SPECIAL)
    await act(desk, "new sev3 Link down", 7 * 1440)
    said = await lines(desk, "why 1 restore", minutes=7 * 1440)
    assert said[2] == "Target: 21h of opening hours (Monday to Friday 08:00-16:00, Europe/Paris)"
    assert not any("from Mon" in line for line in said)


async def test_hours_on_a_holiday_are_said_as_such(desk: DeskRuntime) -> None:
    under(desk, SPECIAL)
    week = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed")}
    hours = Calendar("Europe/Paris", week, ["2026-03-03"], {"2026-03-03": [["09:00", "12:00"]]})
    desk.policy = replace(desk.policy, targets={3: {ClockKind.RESTORE: Target(21 * 3600, hours)}})
    await act(desk, "new sev3 Link down", 0)
    said = "\n".join(await lines(desk, "why 1 restore"))
    assert "9h in all (Tue 3 Mar: holiday, open 09:00-12:00)" in said
    said = "\n".join(await lines(desk, "why 1 restore", language="fr"))
    assert "9 h en tout (mar. 3 mars : jour férié, ouvert 09:00-12:00)" in said


async def test_what_people_wrote_is_never_taken_for_markup(desk: DeskRuntime) -> None:
    await act(desk, "new sev1 Link down", 0)
    for n, text in enumerate(HOSTILE):
        await act(desk, f"wait 1 {text}", 10 + 2 * n)
        await act(desk, "resume 1", 11 + 2 * n)
    answer = await typed(desk, "why 1", now=NOW + 90 * MINUTE)
    assert answer.card is not None
    assert [formatting_in(text) for text in marked(render_message(answer.card)["blocks"]) if formatting_in(text)] == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("why", "Which ticket? Type its number: /ticket why 42."),
        ("why 9", "There is no ticket #9 here."),
        ("why 1 soon", '"soon" is not a clock. Type response, update or restore.'),
        ("why 2", "#2 has no clock, so there is no deadline to explain."),
        ("why 2 restore", "#2 has no such clock."),
    ],
)  # fmt: skip
async def test_what_cannot_be_explained_is_refused_with_what_to_type(desk: DeskRuntime, words: str, said: str) -> None:
    await act(desk, "new sev1 Link down", 0)
    await act(desk, "new provisioning New line", 0)
    assert said in await told(desk, words, now=NOW + 10 * MINUTE)


async def test_inside_people_may_ask_it_and_nobody_outside(desk: DeskRuntime) -> None:
    await act(desk, "new sev1 Link down", 0)
    for actor in (REQUESTER, HELPER):
        assert (await lines(desk, "why 1 restore", actor=actor))[0].startswith("Restore due")
    assert "can do that" in await told(desk, "why 1", actor=CUSTOMER) or "no ticket #1" in await told(
        desk, "why 1", actor=CUSTOMER
    )
