"""The policy file: five lines are enough, nothing is misread, and every problem is said at once with what to write."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.policy_file import load_policy, policy_from_data, read_policy_file
from bot.policy_file.people import person_key
from triage.errors import PolicyError
from triage.hours import ELAPSED, Calendar, business_week
from triage.policy import LEADS, LEVELS, Policy
from triage.terms import Category, ClockKind, Lead, Target

HOUR, DAY = 3600, 86400


def policy(text: str, **overlay: Any) -> Policy:
    return load_policy(text, overlay=overlay or None)[0]


def problems(text: str) -> list[str]:
    with pytest.raises(PolicyError) as caught:
        load_policy(text)
    return caught.value.problems


@pytest.mark.parametrize("text", [None, "version: 1", "desks:\nlevels:\n", "{}"])
def test_the_default_file_is_the_default_policy(text: str | None) -> None:
    found, _ = load_policy(text)
    plain = Policy()
    for category in (*Category, None):
        for severity in (1, 2, 3, None):
            for confirmed in (True, False):
                assert found.terms(category, severity, confirmed=confirmed) == plain.terms(
                    category, severity, confirmed=confirmed
                )
    assert (found.levels, found.roles, found.reactions, found.desk.working) == (
        plain.levels, plain.roles, plain.reactions, plain.desk.working,
    )  # fmt: skip


def test_five_lines_are_a_valid_file() -> None:
    found = policy("""
desks:
  support:
    channels: C0123
levels:
  - contacts: U0123
""")
    assert found.desk.channel == "C0123"
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
waiting: {pauses: [restore, update]}
promises: {intervals: 2}
levels:
  - {role: duty manager, contacts: [U0123, boss@example.com], after: {1: 1h}}
  - {role: director, contacts: [slack:S0123]}
roles:
  agents: [U1A, "<@U2B>", teams:29:x]
  managers: []
skills: {network: [U1A, U2B], cloud: U1A}
reactions: {eyes: take, fire: escalate, "+1": resolve}
plans: {gold: {targets: {1: {response: 5m}}}}
queue: [severity, due]
"""


def test_every_key_of_the_file_is_read() -> None:
    found, data = load_policy(WHOLE)
    long_day = [["08:30", "12:00"], ["13:30", "17:30"]]
    office = Calendar(
        "Europe/Paris",
        {"mon": long_day, "tue": long_day, "wed": long_day, "thu": long_day, "fri": [["08:30", "12:00"]]},
        [date(2026, 12, 25), date(2027, 1, 1)],
    )
    assert found.version == 2
    assert (found.desk.name, found.desk.channel, found.desk.language, found.desk.timezone) == (
        "noc", "C1", "fr", "Europe/Paris",
    )  # fmt: skip
    assert found.desk.customer_channels == {"C2": "Acme", "C3": "Globex"}
    assert found.desk.working == office
    assert found.target(1, ClockKind.RESPONSE) == Target(600)
    assert found.target(1, ClockKind.UPDATE) == Target(45 * 60)
    assert found.target(1, ClockKind.RESTORE) == Target(6 * HOUR)
    assert found.target(2, ClockKind.RESTORE) is None
    assert found.target(2, ClockKind.UPDATE) == Target(HOUR)
    assert found.target(3, ClockKind.RESPONSE) == Target(1800, office)
    assert found.target(3, ClockKind.UPDATE) == Target(8 * HOUR, Calendar("UTC", {"mon": [["22:00", "06:00"]]}))
    assert found.target(3, ClockKind.RESTORE) == Target(6 * office.day_seconds, office)
    assert found.leads[1] == {
        ClockKind.RESPONSE: (Lead(seconds=120),),
        ClockKind.UPDATE: (Lead(seconds=300), Lead(share=0.5)),
        ClockKind.RESTORE: (Lead(share=0.8),),
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
    assert data["plans"] == {"gold": {"targets": {"1": {"response": "5m"}}}}


@pytest.mark.parametrize("text", [None, WHOLE])
def test_the_stored_data_are_the_whole_policy(text: str | None) -> None:
    found, data = load_policy(text)
    assert policy_from_data(json.loads(json.dumps(data))) == found


def test_48_business_hours_are_six_working_days_of_the_desk() -> None:
    found = policy("desks: {noc: {timezone: Australia/Sydney}}")
    target = found.target(3, ClockKind.RESTORE)
    assert target == Target(48 * HOUR, business_week("Australia/Sydney"))
    assert target == policy(
        "desks: {noc: {timezone: Australia/Sydney}}\ntargets: {3: {restore: 6 business days}}"
    ).target(3, ClockKind.RESTORE)


def test_nothing_is_misread_as_another_kind_of_value() -> None:
    """YAML reads an unquoted 17:00 as 1020, no as false, 010 as 8 and +1 as 1."""
    found = policy("""
desks: {no: {channels: {customers: {C1: yes}}, calendar: c}}
calendars: {c: {hours: {mon: 17:00-18:00, tue: [10:00, 11:00]}}}
targets: {1: {response: 010m}}
reactions: {+1: take}
""")
    assert (found.desk.name, found.desk.customer_channels) == ("no", {"C1": "yes"})
    assert found.desk.working == Calendar("UTC", {"mon": [["17:00", "18:00"]], "tue": [["10:00", "11:00"]]})
    assert found.target(1, ClockKind.RESPONSE) == Target(600)
    assert found.reactions == {"+1": "take"}


def test_a_desk_may_be_open_around_the_clock() -> None:
    assert policy("desks: {noc: {calendar: elapsed}}").desk.working is ELAPSED


@pytest.mark.parametrize(
    ("channels", "own", "customers"),
    [
        ("C1", "C1", {}),
        ("'#support'", "support", {}),
        ("slack:C1", "C1", {}),
        ("[C1, C2]", "C1", {"C2": "C2"}),
        ("{desk: C1}", "C1", {}),
        ("{desk: C1, customers: [C2, C3]}", "C1", {"C2": "C2", "C3": "C3"}),
        ("{customers: {C2: Acme Ltd}}", None, {"C2": "Acme Ltd"}),
    ],
)
def test_channels_may_be_one_a_list_or_a_mapping(channels: str, own: str | None, customers: dict[str, str]) -> None:
    desk = policy(f"desks: {{noc: {{channels: {channels}}}}}").desk
    assert (desk.channel, desk.customer_channels) == (own, customers)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("U0123", "slack:U0123"), ("W0123", "slack:W0123"), ("slack:U0123", "slack:U0123"), ("S0123", "slack:S0123"),
        ("<@U0123>", "slack:U0123"), ("<@U0123|ana>", "slack:U0123"), ("<!subteam^S0123|@noc>", "slack:S0123"),
        ("ana@example.com", "ana@example.com"), ("teams:29:1abc", "teams:29:1abc"),
        ("@ana", None), ("Ana", None), ("", None), ("USERS", None), ("C0123", None), ("slack:ana", None),
        ("u0123", None),
    ],
)  # fmt: skip
def test_a_person_is_an_id_a_group_or_an_email(text: str, key: str | None) -> None:
    assert person_key(text) == key


def test_skills_may_be_written_by_skill_or_by_person() -> None:
    by_person = policy("skills: {U1A: [network, cloud], U2B: network}")
    assert by_person.skills == {"network": ("slack:U1A", "slack:U2B"), "cloud": ("slack:U1A",)}


def test_lead_times_may_name_some_severities() -> None:
    found = policy("lead_times: {restore: {2: []}}")
    assert found.leads[2][ClockKind.RESTORE] == ()
    assert found.leads[1] == LEADS[1]


def test_no_levels_at_all_is_a_policy_too() -> None:
    assert policy("levels: []").levels == ()


OVERLAY: dict[str, Any] = {
    "desks": {"support": {"channels": {"desk": "C9", "customers": {"C8": "Acme"}}, "timezone": "Europe/Paris"}},
    "levels": [{"contacts": ["U1A"]}, {"contacts": ["U2B"]}, {"contacts": ["U3C"]}],
    "roles": {"agents": ["U4D"], "leads": ["U5E"]},
}


def test_an_overlay_alone_fills_the_defaults() -> None:
    found, _ = load_policy(None, overlay=OVERLAY)
    assert (found.desk.channel, found.desk.customer_channels, found.desk.timezone) == (
        "C9",
        {"C8": "Acme"},
        "Europe/Paris",
    )
    assert [level.contacts for level in found.levels] == [("slack:U1A",), ("slack:U2B",), ("slack:U3C",)]
    assert [level.role for level in found.levels] == [level.role for level in LEVELS]
    assert found.roles.agents == ("slack:U4D",)


def test_the_file_wins_over_an_overlay_key_by_key() -> None:
    found, _ = load_policy(
        "desks: {noc: {channels: C1}}\nlevels: [{role: boss}, {contacts: U7G}]\nroles: {agents: [U6F]}", overlay=OVERLAY
    )
    assert (found.desk.name, found.desk.channel, found.desk.timezone) == ("noc", "C1", "Europe/Paris")
    assert [(level.role, level.contacts) for level in found.levels] == [
        ("boss", ("slack:U1A",)),
        ("head of customer and network services", ("slack:U7G",)),
    ]
    assert (found.roles.agents, found.roles.leads) == (("slack:U6F",), ("slack:U5E",))


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("severitys: {}", 1, "unknown key `severitys`; did you mean `severities`?"),
        ("version: 1\ntargets:\n  1:\n    respons: 5m", 4,
         "targets.1: unknown key `respons`; did you mean `response`?"),
        ("targets: {4: {response: 5m}}", 1, "targets: unknown key `4`; use `1`, `2` or `3`."),
        ("targets: {1: {response: soon}}", 1, "targets.1.response: `soon` is not a length of time"),
        ("targets: {1: {response: -5m}}", 1, "targets.1.response: `-5m` is not a length of time"),
        ("targets: {1: {response: 0m}}", 1, "not a length of time"),
        ("targets: {1: {response: 9999d}}", 1, "up to a year"),
        ("targets: {1: {response: 15}}", 1, "write 90s, 15m, 6h or 48 business hours"),
        ("targets: {1: {response: }}", 1, "nothing is not a length of time"),
        ("targets: {1: {response: [5m]}}", 1, "a list is not a length of time"),
        ("targets: {1: {response: {calendar: elapsed}}}", 1, "within: 48h"),
        ("targets: {1: {response: {within: 5m, calendar: offce}}}\ncalendars: {office: {hours: {mon: 9-17}}}", 1,
         "targets.1.response.calendar: `offce` is not known here; did you mean `office`?"),
        ("targets: 5m", 1, "targets: write keys such as `1:` below it"),
        ("lead_times: {response: [150%]}", 1, "lead_times.response[1]: `150%` is not a length of time"),
        ("lead_times: {response: [0%]}", 1, "between 1% and 99%"),
        ("lead_times: {response: [1 business hour]}", 1, "cannot count in business time here"),
        ("waiting: {pauses: [restor]}", 1, "waiting.pauses[1]: `restor` is not known here; did you mean `restore`?"),
        ("promises: {intervals: many}", 1, "promises.intervals: `many` is not a whole number from 1 to 1000"),
        ("levels: {role: boss}", 1, "levels: write a list"),
        ("levels: [{role: boss}, {role: Boss}]", 1, "the role `boss` is there twice"),
        ("levels:\n- {after: {1: 2h}}\n- {after: {1: 1h}}", 3, "levels[2].after.1: level 2 would be proposed no later"),
        ("levels:\n- {after: {1: 7h}}\n- {role: next}", 3, "levels[2].after.1: level 2 would be proposed no later"),
        ("levels: [{contacts: ['@ana']}]", 1, "levels[1].contacts[1]: `@ana` is not a person; write a member id"),
        ("roles: {agent: [U1A]}", 1, "roles: unknown key `agent`; did you mean `agents`?"),
        ("reactions: {eyes: tak}", 1, "reactions.eyes: `tak` is not known here; did you mean `take`?"),
        ("desks: {noc: {timezone: Europe/Pariss}}", 1, "did you mean Europe/Paris?"),
        ("desks: {noc: {language: de}}", 1, "desks.noc.language: `de` is not known here; use `en` or `fr`."),
        ("desks: {noc: {channels: {desk: 'two words'}}}", 1, "desks.noc.channels.desk: write a channel's id"),
        ("desks: {noc: {calendar: x}}", 1, "desks.noc.calendar: `x` is not known here; use `elapsed`."),
        ("calendars: {c: {}}", 1, "a calendar needs `hours`"),
        ("calendars: {c: {hours: {}}}", 1, "never opens"),
        ("calendars: {c: {hours: {monday: 9-17}}}", 1, "`monday` names no days; write mon, tue"),
        ("calendars: {c: {hours: {mon: 9 to five}}}", 1, "an opening interval reads `09:00-17:00`"),
        ("calendars: {c: {hours: {mon: 9-25}}}", 1, "is not a time of day"),
        ("calendars: {c: {hours: {mon: [9-12, 11-13]}}}", 1, "Opening intervals overlap"),
        ("calendars: {c: {hours: {mon: 9-12}, holidays: [2026-02-30]}}", 1, "'2026-02-30' is not a date"),
        ("calendars: {c: {timezone: Mars/Base, hours: {mon: 9-12}}}", 1, "Unknown time zone 'Mars/Base'"),
        ("calendars: {elapsed: {hours: {mon: 9-12}}}", 1, "already means something"),
        ("version: 1\nversion: 1", 2, "`version` is there twice"),
        ("version: zero", 1, "version: `zero` is not a whole number"),
        ("- a\n- b", 1, "the file: write keys such as `version:` below it."),
        ("just words", 1, "the file: write keys"),
        ("version: 1\n  broken: [", 2, "not YAML"),
        ("a: [1\nb: 2", 2, "not YAML"),
        ("version: !!python/object/apply:os.system ['true']", 1, "tags such as"),
        ("version: !mine 1", 1, "tags such as `!mine` are not allowed"),
        ("roles: &r {agents: []}\nskills: *r", 2, "`*r` is not followed here"),
        ("? [a, b]\n: 1", 1, "a key must be plain text"),
        ("version: 1\n---\nversion: 1", 2, "not YAML"),
        ("[" * 5000, 1, "levels deep"),
    ],
)  # fmt: skip
def test_a_problem_names_its_place_and_what_to_write(text: str, line: int, says: str) -> None:
    found = problems(text)
    assert len(found) == 1, found
    assert found[0].startswith(f"line {line}: ")
    assert says in found[0]
    assert "\n" not in found[0]


@pytest.mark.parametrize(("text", "says"), [("", "is empty"), (" \n\n", "is empty"), ("a: \x00", "not YAML")])
def test_what_has_no_place_is_said_all_the_same(text: str, says: str) -> None:
    assert says in problems(text)[0]


def test_every_problem_is_said_at_once() -> None:
    found = problems("severitys: 1\ntargets:\n  1: {response: x, update: y}\nlevels: [{contacts: [ana]}]")
    assert [problem.split(": ")[0] for problem in found] == ["line 1", "line 3", "line 3", "line 4"]


def test_a_wrong_overlay_is_refused_like_a_file() -> None:
    with pytest.raises(PolicyError, match=r"roles\.agents\[1\]: `ana` is not a person"):
        load_policy(None, overlay={"roles": {"agents": ["ana"]}})


def test_a_file_is_read_as_text(tmp_path: Path) -> None:
    path = tmp_path / "policy.yml"
    path.write_bytes("# prêt\nversion: 1\n".encode("utf-8-sig"))
    assert read_policy_file(path) == "# prêt\nversion: 1\n"


@pytest.mark.parametrize(
    ("content", "says"),
    [(None, "cannot be read"), (b"\xff\xfe\x00", "UTF-8"), (b"#" * 1_000_001, "larger than 1 MB")],
)
def test_a_file_that_cannot_be_used_is_one_sentence(tmp_path: Path, content: bytes | None, says: str) -> None:
    path = tmp_path / "policy.yml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(PolicyError) as caught:
        read_policy_file(path)
    assert len(caught.value.problems) == 1
    assert says in caught.value.problems[0]


def test_a_folder_is_no_policy_file(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="cannot be read"):
        read_policy_file(tmp_path)


YAML_LIKE = st.text(alphabet="abc:-[]{},'\"#&*!|>%@\n 0123\t?~\\é\x00", max_size=80)


@given(st.text(max_size=80) | YAML_LIKE | YAML_LIKE.map(lambda text: f"targets: {{1: {{response: {text}}}}}"))
def test_any_text_is_a_policy_or_a_list_of_problems(text: str) -> None:
    sentences = ["none"]
    found, data = load_policy(None)
    try:
        found, data = load_policy(text)
    except PolicyError as error:
        sentences = error.problems
    assert sentences
    assert policy_from_data(data) == found


def test_terms_from_the_file_reach_a_ticket() -> None:
    terms = policy("targets: {1: {restore: 90s}}\nlead_times: {restore: [50%]}").terms(Category.INCIDENT, 1)
    due = terms.targets[ClockKind.RESTORE]
    assert due.hours.add(datetime(2026, 1, 1, tzinfo=UTC), due.seconds) == datetime(2026, 1, 1, 0, 1, 30, tzinfo=UTC)
    assert terms.leads[ClockKind.RESTORE] == (Lead(share=0.5),)
