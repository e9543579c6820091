"""Which hours a target of a policy file counts in, what a plan changes, and what else is resolved to figures."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.desk.policy_file import check_policy, load_policy, policy_from_data
from triage.day_targets import Days, Until
from triage.hours import ELAPSED, Calendar, business_week
from triage.policy import Policy
from triage.recurring import DAYS
from triage.target import Rule
from triage.terms import Category, ClockKind, Target

TODAY = date(2026, 11, 25)
MINUTE, HOUR = 60, 3600
RESPONSE, UPDATE, RESTORE = ClockKind
CALENDARS = """
calendars:
  office: {hours: {mon-fri: [9-12, 13-16]}}
  night: {timezone: Asia/Tokyo, hours: {mon-fri: 22-6}}
"""
WEEK: Any = business_week("UTC")


def policy(text: str) -> Policy:
    return load_policy(CALENDARS + text, today=TODAY)[0]


def called(name: str) -> Any:
    """The hours that a name means."""
    if name in ("elapsed", "business"):
        return ELAPSED if name == "elapsed" else WEEK
    return policy(f"desks: {{x: {{calendar: {name}}}}}").desk.working


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        # the default: only the restore target of severity 3 counts in business time
        ("", "elapsed elapsed business"),
        # one switch moves all targets of a severity, the default's own hours included
        ("severities: {3: {hours: business}}", "business business business"),
        ("severities: {3: {hours: elapsed}}", "elapsed elapsed elapsed"),
        ("severities: {3: {hours: office}}", "office office office"),
        ("severities: {3: {hours: around the clock}}", "elapsed elapsed elapsed"),
        ("severities: {1: {hours: business}}", "elapsed elapsed business"),
        # what a target says of itself is stronger
        ("severities: {3: {hours: business}}\ntargets: {3: {update: {within: 4h, calendar: elapsed}}}",
         "business elapsed business"),
        ("severities: {3: {hours: business}}\ntargets: {3: {update: {within: 4h, calendar: night}}}",
         "business night business"),
        ("severities: {3: {hours: elapsed}}\ntargets: {3: {update: 4 business hours}}", "elapsed business elapsed"),
        # business time of a severity with a calendar is that calendar's
        ("severities: {3: {hours: office}}\ntargets: {3: {restore: 48 business hours}}", "office office office"),
        ("targets: {3: {response: 30 business minutes, restore: 48h}}", "business elapsed elapsed"),
        ("targets: {3: {response: {within: 30m, calendar: office}}}", "office elapsed business"),
        ("targets: {3: {response: {within: 30m, calendar: business}}}", "business elapsed business"),
    ],
)  # fmt: skip
def test_the_hours_that_the_targets_of_severity_3_count_in(text: str, hours: str) -> None:
    found = policy(text)
    targets = [found.target(3, kind) for kind in ClockKind]
    assert [target.hours for target in targets if target] == [called(name) for name in hours.split()]


def in_days(days: Days, hours: Any, **more: Any) -> Target:
    """A target of the hours' own working days."""
    return Target(max(days.count, 1) * hours.day_seconds, hours, Rule(hours, days, **more))


@pytest.mark.parametrize(
    ("written", "target"),
    [
        ("90s", Target(90)), ("15m", Target(15 * MINUTE)), ("6h", Target(6 * HOUR)), ("2d", Target(48 * HOUR)),
        ("1h30", Target(90 * MINUTE)), ("48 business hours", Target(48 * HOUR, WEEK)),
        ("90 business seconds", Target(90, WEEK)), ("6 business days", in_days(Days(6), WEEK)),
        ("48 heures ouvrées", Target(48 * HOUR, WEEK)), ("6 jours ouvrés", in_days(Days(6), WEEK)),
        ("3 business days at the same time", in_days(Days(3, Until.SAME_TIME), WEEK)),
        ("3 jours ouvrés à la même heure", in_days(Days(3, Until.SAME_TIME), WEEK)),
        ("'3 business days, same time'", in_days(Days(3, Until.SAME_TIME), WEEK)),
        ("next business day by 16:00", in_days(Days(1, 16 * 60), WEEK)),
        ("jour ouvré suivant avant 16h", in_days(Days(1, 16 * 60), WEEK)),
        ("end of day", in_days(Days(0), WEEK)), ("fin de journée", in_days(Days(0), WEEK)),
        ("{within: 30m, not_before: 09:00}", Target(30 * MINUTE, rule=Rule(WEEK, not_before=540))),
        ("{within: 30m, out_of_hours: 2h}", Target(30 * MINUTE, rule=Rule(WEEK, otherwise=Target(2 * HOUR)))),
        ("{within: 4 business hours, out_of_hours: next business day by 12:00}",
         Target(4 * HOUR, WEEK, Rule(WEEK, otherwise=in_days(Days(1, 720), WEEK)))),
        ("{within: 30m, out_of_hours: {within: end of day, not_before: 12h}}",
         Target(30 * MINUTE, rule=Rule(WEEK, otherwise=in_days(Days(0), WEEK, not_before=720)))),
        ("86400 business seconds", Target(24 * HOUR, WEEK)), ("none", None), ("off", None),
    ],
)  # fmt: skip
def test_a_target_is_a_length_and_seconds_will_do(written: str, target: Target | None) -> None:
    assert policy(f"targets: {{2: {{restore: {written}}}}}").target(2, RESTORE) == target


def test_business_days_are_those_of_the_calendar_that_the_target_counts_in() -> None:
    found = policy("desks: {x: {calendar: office}}\ntargets: {3: {restore: 2 business days}}")
    assert found.target(3, RESTORE) == in_days(Days(2), called("office"))
    found = policy("targets: {3: {restore: {within: 2 business days, calendar: night}}}")
    assert found.target(3, RESTORE) == in_days(Days(2), called("night"))


def test_a_version_that_was_saved_with_business_days_as_hours_keeps_its_meaning() -> None:
    _, data = load_policy("targets: {3: {restore: 6 business days}}", today=TODAY)
    stored = data["targets"]["3"]["restore"]
    assert stored == {"seconds": 48 * HOUR, "hours": "business", "calendar": "business", "days": 6, "until": "closing"}
    data["targets"]["3"]["restore"] = {"seconds": 48 * HOUR, "hours": "business"}
    assert policy_from_data(data).target(3, RESTORE) == Target(48 * HOUR, WEEK)


def test_business_time_is_that_of_the_customers_region_in_working_days_too() -> None:
    found = policy("""
desks: {x: {timezone: UTC, regions: {apac: {timezone: Asia/Tokyo}, sea: {calendar: elapsed}}}}
targets:
  3:
    restore: {within: 2 business days, out_of_hours: next business day by 12:00}
    response: {within: 30m, out_of_hours: 2h}
""")
    tokyo: Any = business_week("Asia/Tokyo")
    late = in_days(Days(1, 720), tokyo)
    assert found.target(3, RESTORE, region="apac") == in_days(Days(2), tokyo, otherwise=late)
    assert found.target(3, RESPONSE, region="apac") == Target(30 * MINUTE, rule=Rule(tokyo, otherwise=Target(2 * HOUR)))
    around = found.target(3, RESTORE, region="sea")
    assert around is not None
    assert around.rule is not None
    assert (around.hours, around.rule.calendar) == (ELAPSED, WEEK)


def test_updates_may_count_from_what_the_customer_writes_by_severity_and_plan() -> None:
    found = policy("""
targets: {1: {update: {within: 30m, from: unanswered_customer}}, 2: {update: {within: 1h, from: last_contact}}}
plans: {gold: {targets: {1: {update: {within: 15m, from: last_update}}}}}
""")

    def base(severity: int, plan: str | None = None) -> str:
        return found.terms(Category.INCIDENT, severity, plan=plan).update_base

    assert [base(severity) for severity in (1, 2, 3)] == ["unanswered_customer", "last_contact", "last_update"]
    assert [base(severity, "gold") for severity in (1, 2, 3)] == ["last_update", "last_contact", "last_update"]
    assert found.terms(None, None, confirmed=False).update_base == "last_update"


PLANS = """
targets: {2: {restore: 20h}, 3: {restore: 4 business days}}
plans:
  gold: {targets: {1: {response: 5m, restore: none}, 3: {response: 30 business minutes}}, calendar: office}
  always: {calendar: elapsed}
  silver: {}
"""


def test_a_plan_changes_what_it_names_and_leaves_the_rest() -> None:
    found = policy(PLANS)
    assert found.target(1, RESPONSE, "gold") == Target(5 * MINUTE)
    assert found.target(1, UPDATE, "gold") == Target(30 * MINUTE)
    assert found.target(1, RESTORE, "gold") is None
    assert found.target(2, RESTORE, "gold") == Target(20 * HOUR)
    assert found.plans["silver"] == found.targets


def test_a_plans_calendar_is_what_its_business_time_counts_in() -> None:
    found = policy(PLANS)
    assert found.target(3, RESTORE) == in_days(Days(4), WEEK)
    assert found.target(3, RESTORE, "gold") == in_days(Days(4), called("office"))
    assert found.target(3, RESPONSE, "gold") == Target(30 * MINUTE, called("office"))
    assert found.target(3, UPDATE, "gold") == Target(4 * HOUR)
    every_day = Calendar("UTC", {day: [["00:00", "24:00"]] for day in DAYS})
    assert found.target(3, RESTORE, "always") == Target(4 * 24 * HOUR, ELAPSED, Rule(every_day, Days(4)))


def test_a_plans_calendar_leaves_targets_that_name_another() -> None:
    found = policy("severities: {2: {hours: night}}\nplans: {gold: {calendar: office}}")
    assert found.target(2, RESTORE, "gold") == Target(24 * HOUR, called("night"))


def test_a_customers_plan_reaches_the_tickets_terms() -> None:
    terms = policy(PLANS).terms(Category.INCIDENT, 1, plan="gold")
    assert (terms.plan, set(terms.targets)) == ("gold", {RESPONSE, UPDATE})
    assert policy(PLANS).terms(Category.INCIDENT, 1, plan="unknown").plan is None


def test_until_it_is_confirmed_the_strictest_response_is_the_plans() -> None:
    assert policy(PLANS).terms(None, None, plan="gold", confirmed=False).targets == {RESPONSE: Target(5 * MINUTE)}


def test_hours_are_stored_by_name_and_each_calendar_once() -> None:
    text = CALENDARS + "desks: {x: {calendar: office}}\nseverities: {2: {hours: night}, 3: {hours: office}}" + PLANS
    _, data = load_policy(text, today=TODAY)
    assert [data["targets"][severity]["update"]["hours"] for severity in "123"] == ["elapsed", "night", "business"]
    assert set(data["calendars"]) == {"office", "night"}
    # The desk's calendar under its own name is the desk's.
    assert data["plans"]["gold"]["targets"]["3"]["response"]["hours"] == "business"


def test_a_desk_that_never_closes_has_no_business_time() -> None:
    text = CALENDARS + "desks: {x: {calendar: elapsed}}\nplans: {gold: {calendar: office}}"
    _, data = load_policy(text, today=TODAY)
    assert {target["hours"] for targets in data["targets"].values() for target in targets.values()} == {"elapsed"}
    assert data["plans"]["gold"]["targets"]["3"]["restore"] == {"seconds": 48 * HOUR, "hours": "office"}
    assert policy("desks: {x: {calendar: elapsed}}").target(3, RESTORE) == Target(48 * HOUR)


def test_a_category_loses_the_clocks_it_is_not_given() -> None:
    found = policy(
        "categories: {incident: {clocks: [response, restore], idle: 2 business days}, inquiry: {clocks: []}}"
    )
    assert set(found.terms(Category.INCIDENT, 1).targets) == {RESPONSE, RESTORE}
    assert found.terms(Category.INCIDENT, 1).idle == 16 * HOUR
    assert found.terms(Category.INQUIRY, 3).targets == {}
    assert found.terms(Category.PROVISIONING, None).idle == 4 * HOUR


@pytest.mark.parametrize(
    ("waiting", "chase", "close", "reopen"),
    [
        ("{}", (8 * HOUR, 24 * HOUR), 40 * HOUR, 40 * HOUR),
        ("{chase: 30s, close: 90s, reopen: 2m}", (30,), 90, 120),
        ("{chase: [3 business days, 1 business day, 24h]}", (8 * HOUR, 24 * HOUR), 40 * HOUR, 40 * HOUR),
        ("{chase: [], close: none}", (), None, 40 * HOUR),
    ],
)
def test_what_waiting_does(waiting: str, chase: tuple[int, ...], close: int | None, reopen: int) -> None:
    terms = policy(f"waiting: {waiting}").terms(Category.INCIDENT, 1)
    assert (terms.chase, terms.close_after, terms.reopen_within) == (chase, close, reopen)


@pytest.mark.parametrize(
    ("waiting", "customer", "vendor"),
    [
        ("{}", {RESTORE}, set()),
        ("{customer: [response], vendor: [restore]}", {RESPONSE}, {RESTORE}),
        ("{pauses: [], vendor: [], maintenance: restore}", set(), set()),
    ],
)
def test_what_each_kind_of_waiting_stops(waiting: str, customer: set[ClockKind], vendor: set[ClockKind]) -> None:
    terms = policy(f"waiting: {waiting}").terms(Category.INCIDENT, 1)
    assert terms.stopped_by("customer") == customer
    assert terms.stopped_by("vendor") == vendor
    assert terms.stopped_by("maintenance") == ({RESTORE} if "maintenance" in waiting else set())


def test_what_each_clock_starts_at() -> None:
    terms = policy("starts: {response: created, update: assigned, restore: confirmed}").terms(Category.INCIDENT, 1)
    assert terms.starts == {UPDATE: "assigned", RESTORE: "confirmed"}


def test_a_response_that_only_starts_once_somebody_looks_is_doubted() -> None:
    assert check_policy("starts: {response: assigned, restore: assigned}", today=TODAY)[1][:1] == [
        "line 1: starts.response: a ticket that nobody looks at has no such clock, so nobody is warned of it."
    ]


def test_a_target_that_contradicts_its_severity_is_doubted() -> None:
    text = "severities: {3: {hours: elapsed}}\ntargets:\n  3: {restore: 48 business hours}"
    assert check_policy(text, today=TODAY)[1][0] == (
        "line 3: targets.3.restore: `48 business hours` counts in business time, although its severity says "
        "`hours: elapsed`."
    )
