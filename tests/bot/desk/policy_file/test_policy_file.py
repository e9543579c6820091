"""The policy file: five lines are enough, nothing is misread, and every problem is said at once with what to write."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.desk.policy_file import load_policy, policy_from_data, read_policy_file
from bot.desk.policy_file.people import person_key
from bot.desk.policy_file.reactions import REACTIONS
from triage.day_targets import Days
from triage.errors import PolicyError
from triage.hours import ELAPSED, Calendar, business_week
from triage.levels import LEVELS
from triage.policy import Policy
from triage.target import Rule
from triage.targets import LEADS, CategoryRules
from triage.terms import Category, ClockKind, LeadTime, Shown, Target

HOUR, DAY = 3600, 86400
TODAY = date(2026, 11, 25)


def policy(text: str, **overlay: Any) -> Policy:
    return load_policy(text, today=TODAY, overlay=overlay or None)[0]


@pytest.mark.parametrize("text", [None, "version: 1", "desks:\nlevels:\n", "{}"])
def test_the_default_file_is_the_default_policy(text: str | None) -> None:
    found, _ = load_policy(text, today=TODAY)
    plain = Policy()
    for category in (*Category, None):
        for severity in (1, 2, 3, None):
            for confirmed in (True, False):
                assert found.terms(category, severity, confirmed=confirmed) == plain.terms(
                    category, severity, confirmed=confirmed
                )
    assert (found.levels, found.roles, found.reactions, found.desk.working) == (
        plain.levels, plain.roles, REACTIONS, plain.desk.working,
    )  # fmt: skip


def test_five_lines_are_a_valid_file() -> None:
    found = policy("""
desks:
  support:
    channels: C0123
levels:
  - contacts: U0123
""")
    assert found.desk.channels == ("slack:C0123",)
    assert found.levels == (
        type(LEVELS[0])("customer support and operations manager", ("slack:U0123",), {1: 2 * HOUR, 2: 12 * HOUR}),
    )


WHOLE = """
version: 2
desks:
  noc:
    channels: {desk: C1, customers: {C2: Acme, C3: Globex}}
    language: fr
    timezone: Europe/Paris
    calendar: office
    regions: {apac: {timezone: Asia/Tokyo}}
calendars:
  office:
    hours: {mon-thu: [08:30-12:00, 13:30-17:30], fri: 08:30-12:00}
    holidays: [2026-12-25, 2027-01-01]
  night: {timezone: UTC, weekly_hours: {mon: [["22:00", "06:00"]]}}
targets:
  1: {response: 10m, update: 45m}
  2: {restore: none}
  3: {response: 30 business minutes, update: {within: 8h, calendar: night}, restore: 6 business days}
lead_times:
  response: [2m]
  update: {1: [5m, 50%]}
  restore: 80%
waiting: {pauses: [restore, update], chase: [5h, 1 business day], close: none, reopen: 2 business days}
promises: {intervals: 2}
levels:
  - {role: duty manager, contacts: [U0123, boss@example.com], after: {1: 1h}}
  - {role: director, contacts: [slack:S0123]}
roles:
  agents: [U1A, "<@U2B>", teams:29:x]
  managers: []
skills: {network: [U1A, U2B], cloud: U1A}
reactions: {eyes: take, fire: escalate, "+1": resolve}
plans: {gold: {targets: {1: {response: 5m}}, calendar: office}}
severities: {1: {meaning: everything is  down}, 2: {hours: night}}
categories: {incident: {clocks: [response, restore]}, provisioning: {idle: none}, inquiry: {idle: 90s}}
redirects: {billing: "the billing desk, billing@example.com", sales: {to: your account manager}}
replies: {looking: "  We look\n  into it. ", logs: {en: Send the logs., fr: Envoyez les journaux.}}
queue: [provisioning, 1, 2, inquiry, 3]
"""


def test_every_key_of_the_file_is_read() -> None:
    found, _ = load_policy(WHOLE, today=TODAY)
    long_day = [["08:30", "12:00"], ["13:30", "17:30"]]
    office = Calendar(
        "Europe/Paris",
        {"mon": long_day, "tue": long_day, "wed": long_day, "thu": long_day, "fri": [["08:30", "12:00"]]},
        [date(2026, 12, 25), date(2027, 1, 1)],
    )
    assert found.version == 2
    assert (found.desk.name, found.desk.channels, found.desk.language, found.desk.timezone) == (
        "noc", ("slack:C1",), "fr", "Europe/Paris",
    )  # fmt: skip
    assert found.desk.customer_channels == {"slack:C2": "Acme", "slack:C3": "Globex"}
    assert found.desk.working == office
    assert found.target(1, ClockKind.RESPONSE) == Target(600)
    assert found.target(1, ClockKind.UPDATE) == Target(45 * 60)
    assert found.target(1, ClockKind.RESTORE) == Target(6 * HOUR)
    assert found.target(2, ClockKind.RESTORE) is None
    night = Calendar("UTC", {"mon": [["22:00", "06:00"]]})
    assert found.target(2, ClockKind.UPDATE) == Target(HOUR, night)
    assert found.target(3, ClockKind.RESPONSE) == Target(1800, office)
    assert found.target(3, ClockKind.UPDATE) == Target(8 * HOUR, night)
    assert found.target(3, ClockKind.RESTORE) == Target(6 * office.day_seconds, office, Rule(office, Days(6)))
    assert found.leads[1] == {
        ClockKind.RESPONSE: (LeadTime(seconds=120),),
        ClockKind.UPDATE: (LeadTime(seconds=300), LeadTime(share=0.5)),
        ClockKind.RESTORE: (LeadTime(share=0.8),),
    }
    assert found.leads[2][ClockKind.UPDATE] == LEADS[2][ClockKind.UPDATE]
    assert found.pauses == {ClockKind.RESTORE, ClockKind.UPDATE}
    assert found.promise_intervals == 2
    assert [(level.role, level.contacts, level.after) for level in found.levels] == [
        ("duty manager", ("slack:U0123", "boss@example.com"), {1: HOUR}),
        ("director", ("slack:S0123",), {1: 6 * HOUR, 2: DAY}),
    ]
    assert found.roles.agents == ("slack:U1A", "slack:U2B", "teams:29:x")
    assert found.roles.managers == ()
    assert found.roles.leads is None
    assert found.skills == {"network": ("slack:U1A", "slack:U2B"), "cloud": ("slack:U1A",)}
    assert found.reactions == {"eyes": "take", "fire": "escalate", "+1": "resolve"}
    assert found.target(1, ClockKind.RESPONSE, "gold") == Target(300)
    assert found.target(1, ClockKind.UPDATE, "gold") == found.target(1, ClockKind.UPDATE)
    assert found.meanings == {1: "everything is down"}
    assert found.categories == {
        Category.INCIDENT: CategoryRules(frozenset({ClockKind.RESPONSE, ClockKind.RESTORE})),
        Category.PROVISIONING: CategoryRules(frozenset()),
        Category.INQUIRY: CategoryRules(frozenset({ClockKind.RESPONSE, ClockKind.UPDATE}), idle=90),
    }
    assert found.replies.keys() == {"looking", "logs"}
    assert found.replies["logs"] == {"en": "Send the logs.", "fr": "Envoyez les journaux."}
    assert found.redirects == {"billing": "the billing desk, billing@example.com", "sales": "your account manager"}
    assert found.queue == ("provisioning", "1", "2", "inquiry", "3")
    assert (found.chase, found.close_after, found.reopen_within) == (
        (5 * HOUR, office.day_seconds), 0, 2 * office.day_seconds,
    )  # fmt: skip
    assert found.terms(Category.INCIDENT, 1).close_after is None


@pytest.mark.parametrize("text", [None, WHOLE])
def test_the_stored_data_are_the_whole_policy(text: str | None) -> None:
    found, data = load_policy(text, today=TODAY)
    assert policy_from_data(json.loads(json.dumps(data))) == found


def test_48_business_hours_are_counted_in_the_hours_of_the_desk() -> None:
    found = policy("desks: {noc: {timezone: Australia/Sydney}}")
    assert found.target(3, ClockKind.RESTORE) == Target(48 * HOUR, business_week("Australia/Sydney"))


def test_nothing_is_misread_as_another_kind_of_value() -> None:
    """YAML reads an unquoted 17:00 as 1020, no as false, 010 as 8 and +1 as 1."""
    found = policy("""
desks: {no: {channels: {customers: {C1: yes}}, calendar: c}}
calendars: {c: {hours: {mon: 17:00-18:00, tue: [10:00, 11:00]}}}
targets: {1: {response: 010m}}
reactions: {+1: take}
""")
    assert (found.desk.name, found.desk.customer_channels) == ("no", {"slack:C1": "yes"})
    assert found.desk.working == Calendar("UTC", {"mon": [["17:00", "18:00"]], "tue": [["10:00", "11:00"]]})
    assert found.target(1, ClockKind.RESPONSE) == Target(600)
    assert found.reactions == {"+1": "take"}


def test_a_desk_may_be_open_around_the_clock() -> None:
    assert policy("desks: {noc: {calendar: elapsed}}").desk.working is ELAPSED


def test_climbs_may_have_channels_of_their_own() -> None:
    text = "desks: {noc: {channels: {desk: C1, escalation: [C9, 'teams:19:a@thread.tacv2']}}}"
    assert policy(text).desk.escalation_channels == ("slack:C9", "teams:19:a@thread.tacv2")
    assert policy("desks: {noc: {channels: {desk: C1}}}").desk.escalation_channels == ()


@pytest.mark.parametrize(
    ("channels", "problem"),
    [
        ("{desk: C1, escalation: C1}", "own channel"),
        ("{desk: C1, escalation: [C2, C3]}", "one channel of its own on each platform"),
        ("{desk: C1, escalation: C2, customers: {C2: Acme}}", "customers would read"),
    ],
)
def test_a_channel_for_climbs_that_others_read_is_refused(channels: str, problem: str) -> None:
    with pytest.raises(PolicyError, match=problem):
        policy(f"desks: {{noc: {{channels: {channels}}}}}")


@pytest.mark.parametrize(
    ("channels", "own", "customers"),
    [
        ("C1", ["slack:C1"], {}),
        ("'#support'", ["slack:#support"], {}),
        ("support", ["slack:#support"], {}),
        ("slack:C1", ["slack:C1"], {}),
        ("'<#C1|support>'", ["slack:C1"], {}),
        ("teams:19:aBc_1@thread.tacv2", ["teams:19:aBc_1@thread.tacv2"], {}),
        ("https://x.slack.com/archives/C1", ["slack:#https://x.slack.com/archives/C1"], {}),
        ("[C1, C2]", ["slack:C1"], {"slack:C2": "C2"}),
        ("{desk: C1}", ["slack:C1"], {}),
        ("{desk: [C1, 'teams:19:a@thread.tacv2']}", ["slack:C1", "teams:19:a@thread.tacv2"], {}),
        ("{desk: C1, customers: [C2, C3]}", ["slack:C1"], {"slack:C2": "C2", "slack:C3": "C3"}),
        ("{desk: C1, customers: {'teams:19:b@thread.tacv2': Acme}}", ["slack:C1"], {"teams:19:b@thread.tacv2": "Acme"}),
        ("{customers: {C2: Acme Ltd}}", [], {"slack:C2": "Acme Ltd"}),
    ],
)
def test_channels_may_be_one_a_list_or_a_mapping(channels: str, own: list[str], customers: dict[str, str]) -> None:
    desk = policy(f"desks: {{noc: {{channels: {channels}}}}}").desk
    assert (list(desk.channels), desk.customer_channels) == (own, customers)


SUPPORT = "teams:19:0a1b@thread.tacv2"
LINK = "https://teams.{}/l/channel/19%3A0a1b%40thread.tacv2/support?groupId=1-2&tenantId=3-4"


@pytest.mark.parametrize(
    "text",
    [
        SUPPORT,
        "19:0a1b@thread.tacv2",
        LINK.format("microsoft.com"),
        LINK.format("cloud.microsoft").replace("%3A", "%3a"),
    ],
)
def test_a_channel_of_teams_is_its_id_or_the_link_to_it(text: str) -> None:
    desk = policy(f"desks: {{noc: {{channels: {{desk: [C0A, '{text}']}}}}}}").desk
    assert desk.channels == ("slack:C0A", SUPPORT)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("U0123", "slack:U0123"), ("W0123", "slack:W0123"), ("slack:U0123", "slack:U0123"), ("S0123", "slack:S0123"),
        ("<@U0123>", "slack:U0123"), ("<@U0123|ana>", "slack:U0123"), ("<!subteam^S0123|@noc>", "slack:S0123"),
        ("ana@example.com", "ana@example.com"), ("teams:29:1abc", "teams:29:1abc"),
        ("0F6C4D1E-7a52-4c38-9be1-2d1f3a5b7c90", "teams:0f6c4d1e-7a52-4c38-9be1-2d1f3a5b7c90"),
        ("teams:0F6C4D1E-7a52-4c38-9be1-2d1f3a5b7c90", "teams:0f6c4d1e-7a52-4c38-9be1-2d1f3a5b7c90"),
        ("@ana", None), ("Ana", None), ("", None), ("USERS", None), ("C0123", None), ("slack:ana", None),
        ("u0123", None),
    ],
)  # fmt: skip
def test_a_person_is_an_id_a_group_or_an_email(text: str, key: str | None) -> None:
    assert person_key(text) == key


def test_skills_may_be_written_by_skill_or_by_person() -> None:
    by_person = policy("skills: {U1A: [network, cloud], U2B: network}")
    assert by_person.skills == {"network": ("slack:U1A", "slack:U2B"), "cloud": ("slack:U1A",)}


def test_what_the_channel_hears_of_is_said_by_clock_and_severity() -> None:
    default = policy("version: 2").terms(Category.INCIDENT, 1)
    assert (default.last_call, default.shown[ClockKind.UPDATE], default.shown[ClockKind.RESTORE]) == (
        180, Shown.UNOWNED, Shown.ALWAYS,
    )  # fmt: skip
    found = policy(
        "show_in_channel: {update: {1: always}, restore: never}\nlead_times: {last_call: {3: 10m}, response: none}"
    )
    assert found.terms(Category.INCIDENT, 1).shown == {
        ClockKind.RESPONSE: Shown.UNOWNED, ClockKind.UPDATE: Shown.ALWAYS, ClockKind.RESTORE: Shown.NEVER,
    }  # fmt: skip
    assert found.terms(Category.INCIDENT, 2).shown[ClockKind.UPDATE] is Shown.UNOWNED
    assert [found.terms(Category.INCIDENT, severity).last_call for severity in (1, 2, 3)] == [180, 180, 600]


@pytest.mark.parametrize("wrong", ["show_in_channel: {update: loud}", "show_in_channel: {updates: always}",
                                   "lead_times: {last_call: 10%}"])  # fmt: skip
def test_a_slip_in_what_the_channel_hears_of_is_a_problem(wrong: str) -> None:
    with pytest.raises(PolicyError):
        policy(wrong)


def test_lead_times_may_name_some_severities() -> None:
    found = policy("lead_times: {restore: {2: []}}")
    assert found.leads[2][ClockKind.RESTORE] == ()
    assert found.leads[1] == LEADS[1]


def test_none_is_an_empty_list() -> None:
    found = policy(
        "lead_times: {update: none, restore: {1: none}}\nwaiting: {pauses: none, chase: none}\nroles: {helpers: none}"
    )
    assert (found.leads[1][ClockKind.RESTORE], found.leads[3][ClockKind.UPDATE]) == ((), ())
    assert (found.pauses, found.chase, found.roles.helpers) == (frozenset(), (), ())


def test_no_levels_at_all_is_a_policy_too() -> None:
    assert policy("levels: []").levels == ()


OVERLAY: dict[str, Any] = {
    "desks": {"support": {"channels": {"desk": "C9", "customers": {"C8": "Acme"}}, "timezone": "Europe/Paris"}},
    "levels": [{"contacts": ["U1A"]}, {"contacts": ["U2B"]}, {"contacts": ["U3C"]}],
    "roles": {"agents": ["U4D"], "leads": ["U5E"]},
}


def test_an_overlay_alone_fills_the_defaults() -> None:
    found, _ = load_policy(None, today=TODAY, overlay=OVERLAY)
    assert (found.desk.channels, found.desk.customer_channels, found.desk.timezone) == (
        ("slack:C9",),
        {"slack:C8": "Acme"},
        "Europe/Paris",
    )
    assert [level.contacts for level in found.levels] == [("slack:U1A",), ("slack:U2B",), ("slack:U3C",)]
    assert [level.role for level in found.levels] == [level.role for level in LEVELS]
    assert found.roles.agents == ("slack:U4D",)


def test_the_file_wins_over_an_overlay_key_by_key() -> None:
    found, _ = load_policy(
        "desks: {noc: {channels: C1}}\nlevels: [{role: boss}, {contacts: U7G}]\nroles: {agents: [U6F]}",
        today=TODAY,
        overlay=OVERLAY,
    )
    assert (found.desk.name, found.desk.channels, found.desk.timezone) == ("noc", ("slack:C1",), "Europe/Paris")
    assert [(level.role, level.contacts) for level in found.levels] == [
        ("boss", ("slack:U1A",)),
        ("head of customer and network services", ("slack:U7G",)),
    ]
    assert (found.roles.agents, found.roles.leads) == (("slack:U6F",), ("slack:U5E",))


def test_a_wrong_overlay_is_refused_like_a_file() -> None:
    with pytest.raises(PolicyError, match=r"roles\.agents\[1\]: `ana` is not a person"):
        load_policy(None, today=TODAY, overlay={"roles": {"agents": ["ana"]}})


def test_a_file_is_read_as_text(tmp_path: Path) -> None:
    path = tmp_path / "policy.yml"
    path.write_bytes("# prêt\nversion: 1\n".encode("utf-8-sig"))
    assert read_policy_file(path) == "# prêt\nversion: 1\n"


def test_terms_from_the_file_reach_a_ticket() -> None:
    terms = policy("targets: {1: {restore: 90s}}\nlead_times: {restore: [50%]}").terms(Category.INCIDENT, 1)
    due = terms.targets[ClockKind.RESTORE]
    assert due.hours.add(datetime(2026, 1, 1, tzinfo=UTC), due.seconds) == datetime(2026, 1, 1, 0, 1, 30, tzinfo=UTC)
    assert terms.leads[ClockKind.RESTORE] == (LeadTime(share=0.5),)
