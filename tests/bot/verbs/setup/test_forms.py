"""The forms of the setup fit into Slack, hold what is in force, and give back what they were filled with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk.binding import Binding
from bot.desk.directory import Directory
from bot.desk.now import Now
from bot.desk.policy_file import load_policy
from bot.desk.runtime import DeskRuntime
from bot.desk.state import DeskState
from bot.slack.forms import read_form, render_form
from bot.slack.render import render_message
from bot.verbs.setup.hours import ALWAYS, read_hours, written_hours
from bot.verbs.setup.parts import PARTS, as_changed, sign_of
from bot.wording.announcements import announcement_card
from bot.wording.card import Field, FieldKind, Form
from bot.wording.notices.saying import Telling
from bot.wording.phrase_book import PhraseBook
from bot.wording.policy.settings import NAMES, changed_settings, setting
from bot.wording.sentences import InChannel, Typed
from storage.accounts import Account
from storage.announcements import ANNOUNCEMENTS
from storage.announcements.announcement import AnnouncementKind
from storage.database import Database
from storage.groups import Group
from storage.test_pings import PingResult
from tests.bot.samples import READERS
from tests.bot.slack.limits import against_form, against_message
from tests.factories import NOW, make_home
from triage.recurring import DAYS

MANY = 150
ACCOUNTS = {f"slack:U1{n:03}": Account(f"slack:U1{n:03}", f"Person *{n}* <!here> | {n}") for n in range(MANY)}
GROUPS = {f"slack:S1{n:03}": Group(f"slack:S1{n:03}", f"group{n}", "A long name " * 20, people=()) for n in range(MANY)}
TODAY = NOW.date()
IN_FORCE = {
    "desks": {"support": {"channels": {"desk": "C0123456789"}}},
    "roles": {"agents": [*list(ACCOUNTS)[:50], "slack:S1001"]},
    "levels": [{"contacts": list(ACCOUNTS)[:50]}, {}, {}],
    "skills": {f"A skill with a name of its own, number {n}": [*list(ACCOUNTS)[:40], "slack:S1001"] for n in range(20)},
    "assignment": {"weights": {"1": "7"}},
}


@pytest.fixture
def desk(sqlite_database: str) -> Iterator[DeskRuntime]:
    """A desk with more people and groups than a form can offer."""
    database = Database(sqlite_database)
    home = database.write_now(make_home)
    policy, _ = load_policy(IN_FORCE, today=TODAY)
    directory = Directory(policy, ACCOUNTS, groups=GROUPS)
    yield DeskRuntime(
        home.organisation_id, home.desk_id, Binding("slack"), database, Now(), DeskState(policy, directory)
    )
    database.close_now()


@pytest.mark.parametrize("language", READERS)
@pytest.mark.parametrize("name", PARTS)
def test_a_form_fits_into_slack_and_given_back_as_it_is_it_changes_nothing(
    desk: DeskRuntime, name: str, language: str
) -> None:
    part, speech = PARTS[name], READERS[language]
    fields = part.fields(desk, speech)
    view = render_form(Form(f"setup-{name}", speech.text(f"setup_part.{name}"), "ok", "no", fields))
    assert against_form(view) == []
    answers = {field.id: field.initial or "" for field in fields}
    _, before = load_policy(IN_FORCE, today=TODAY)
    _, after = load_policy(part.chosen(desk, None, answers), today=TODAY, overlay=IN_FORCE)
    assert changed_settings(before, after) == []


@pytest.mark.parametrize("name", ["people", "levels"])
def test_whoever_is_on_another_platform_alone_is_not_shown_and_stays(desk: DeskRuntime, name: str) -> None:
    there = desk.on(Binding("other"))
    desk.state.directory = Directory(desk.policy, ACCOUNTS | {"other:1": Account("other:1", "Yuki")}, groups=GROUPS)
    part = PARTS[name]
    answers = {field.id: field.initial or "" for field in part.fields(there, READERS["en"])}
    assert not any("slack:" in answer for answer in answers.values())
    answers["agents" if name == "people" else "level1"] = "other:1"
    _, after = load_policy(part.chosen(there, None, answers), today=TODAY, overlay=IN_FORCE)
    found = after["roles"]["agents"] if name == "people" else after["levels"][0]["contacts"]
    assert sorted(found) == sorted(["other:1", *list(ACCOUNTS)[:50], *(["slack:S1001"] if name == "people" else [])])


def skilled(desk: DeskRuntime, **answers: str) -> dict[str, Any]:
    """The policy's data once the form of the skills was filled in like that; a skill's field is found by its name."""
    part, ids = PARTS["skills"], {}
    filled = {field.id: field.initial or "" for field in part.fields(desk, READERS["en"])}
    for field in part.fields(desk, READERS["en"]):
        ids[field.label.removeprefix("Skill: ")] = field.id
    filled |= {ids.get(name, name): answer for name, answer in answers.items()}
    _, data = load_policy(part.chosen(desk, None, filled), today=TODAY)
    return data


def test_skills_are_given_taken_away_and_made_in_a_form(desk: DeskRuntime) -> None:
    desk.state.policy, _ = load_policy({"skills": {"cloud": ["U1001"], "voice": ["U1002", "S1001"]}}, today=TODAY)
    desk.state.directory = Directory(desk.policy, ACCOUNTS, groups=GROUPS)
    assert skilled(desk, cloud="slack:U1001,slack:U1003")["skills"] == {
        "cloud": ["slack:U1001", "slack:U1003"], "voice": ["slack:U1002", "slack:S1001"],
    }  # fmt: skip
    assert skilled(desk, cloud="")["skills"] == {"voice": ["slack:U1002", "slack:S1001"]}
    new = {"skill_new": "  Radio  links ", "skill_new_people": "slack:U1007"}
    assert skilled(desk, **new)["skills"]["Radio links"] == ["slack:U1007"]
    assert skilled(desk, **{**new, "skill_new": "CLOUD"})["skills"]["cloud"] == ["slack:U1001", "slack:U1007"]


@pytest.mark.parametrize("mode", ["automatic", "propose", "off"])
def test_how_tickets_are_assigned_is_chosen_beside_them_and_figures_of_a_file_below_stay(
    desk: DeskRuntime, mode: str
) -> None:
    assert skilled(desk, assignment=mode)["assignment"]["mode"] == mode
    assert skilled(desk, assignment="usual")["assignment"]["mode"] is None


def test_a_channel_on_another_platform_is_told_by_the_platform_not_by_an_id_that_nobody_there_knows() -> None:
    data = {"desks": {"support": {"channels": {"desk": ["C0123456789", "teams:19:a@thread.tacv2"]}}}}
    policy, _ = load_policy(data, today=TODAY)
    people, speech = PhraseBook(Directory(policy, {})), READERS["en"]
    here, there = (InChannel(channel) for channel in policy.desk.channels)
    assert setting("channel", policy, people, speech, "slack") == (here, ", ", "a channel in ", Typed("Teams"))
    assert setting("channel", policy, people, speech, "teams") == ("a channel in ", Typed("Slack"), ", ", there)


def test_people_groups_and_channels_are_read_back_from_what_slack_sends() -> None:
    state = {"values": {
        "agents": {"value": {"type": "multi_users_select", "selected_users": ["U1", "U2"]}},
        "agents_groups": {"value": {"type": "multi_static_select", "selected_options": [{"value": "slack:S1"}]}},
        "channel": {"value": {"type": "conversations_select", "selected_conversation": "C1"}},
        "leads": {"value": {"type": "multi_users_select", "selected_users": []}},
    }}  # fmt: skip
    wanted = {"agents": "slack:U1,slack:U2", "agents_groups": "slack:S1", "channel": "slack:C1"}
    assert read_form(state, "slack:{}".format, "slack:{}".format) == wanted


@given(st.dictionaries(st.sampled_from(DAYS), st.just(["09:00-12:00", "13:00-17:00"]), min_size=1))
def test_opening_hours_are_read_back_as_they_were_written(week: dict[str, list[str]]) -> None:
    for language in READERS:
        assert read_hours(written_hours(week, language)) == week


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("mon-fri 09:00-17:00", {"mon-fri": ["09:00-17:00"]}),
        ("Mon-Fri: 9-12, 13-17; sat 10-12", {"mon-fri": ["9-12", "13-17"], "sat": ["10-12"]}),
        ("lun-ven 9h-18h\nsam 10h-12h", {"mon-fri": ["9h-18h"], "sat": ["10h-12h"]}),
        ("lundi-vendredi 9h-18h", {"mon-fri": ["9h-18h"]}),
        ("Monday-Friday 9:00-17:00", {"mon-fri": ["9:00-17:00"]}),
        ("24/7", ALWAYS),
        ("Around the clock", ALWAYS),
        ("  ", None),
        ("whenever", {"whenever": [""]}),
    ],
)
def test_opening_hours_are_read_as_people_type_them(text: str, means: object) -> None:
    assert read_hours(text) == means


@given(st.text(max_size=300))
def test_whatever_is_typed_as_hours_is_hours_or_refused_by_the_policy(text: str) -> None:
    found = read_hours(text)
    assert found is None or found == ALWAYS or isinstance(found, dict)


DATA: dict[AnnouncementKind, dict[str, Any]] = {
    AnnouncementKind.QUEUE_WAITS: {"count": 3},
    AnnouncementKind.CORRECTIONS_WAIT: {"count": 3},
    AnnouncementKind.PERMISSION_MISSING: {"scope": "channels:history"},
    AnnouncementKind.GROUPS_UNREAD: {"error": "missing_scope", "groups": list(GROUPS)[:40]},
    AnnouncementKind.CHANNEL_LOST: {"channel": "ext-acme", "customer": "Acme"},
    AnnouncementKind.ADMINS: {"people": ["slack:U1001", "slack:U1002"]},
    AnnouncementKind.SET_UP: {"by": "slack:U1001", "changes": list(NAMES), "version": 7},
    AnnouncementKind.SET_UP_UNSAID: {"channel": "C0123456789"},
    AnnouncementKind.GREETING: {},
    AnnouncementKind.HANDED_OVER: {
        "by": "slack:U1001",
        "to": "slack:U1002",
        "moved": list(range(1, 40)),
        "asked": [41, 42],
    },
    AnnouncementKind.STAND_IN: {
        "id": 7,
        "state": "asked",
        "who": "slack:U1001",
        "instead_of": "slack:U1002",
        "by": "slack:U1002",
        "start": "2026-03-02T16:00:00+00:00",
        "end": "2026-03-03T16:00:00+00:00",
    },
    AnnouncementKind.CUSTOMER_SET: {
        "by": "slack:U1001",
        "customer": "x" * 120,
        "facts": [["plan", "gold"], ["language", ""], ["domains", "a.example " * 90]],
    },
    AnnouncementKind.RETURNED: {"who": "slack:U1001", "numbers": list(range(1, 40))},
    AnnouncementKind.SHIFT_ENDS: {"who": "slack:U1001", "at": "2026-03-02T16:00:00+00:00"},
    AnnouncementKind.LEFT_OPEN: {"who": "slack:U1001", "numbers": list(range(1, 40))},
    AnnouncementKind.CUSTOMER_SPOKE: {
        "who": "slack:U1001",
        "channel": "C0123456789",
        "message": "1772445905.000200",
        "link": "https://acme.slack.com/archives/C0123456789/p1772445905000200",
    },
    AnnouncementKind.QUESTION_REDIRECTED: {
        "to": "billing",
        "who": "slack:U0123456789",
        "channel": "slack:C0123456789",
        "row": 12,
        "link": "https://example.slack.com/archives/C0123456789/p1",
    },
    AnnouncementKind.BOT_LEFT_OUT: {"name": "x" * 80, "ids": ["B0123ABC", "A0123ABC"], "channel": "C0123456789"},
    AnnouncementKind.UNDELIVERED: {
        "number": 42,
        "channel": "C0123456789",
        "cause": "refused",
        "error": "x" * 200,
        "side": "customer",
    },
    AnnouncementKind.NOT_TO_ALL: {
        "number": 42,
        "missed": [[f"{'x' * 60}@acme.example", "550 5.1.1 " + "x" * 190]] * 50,
        "by": "slack:U1001",
    },
    AnnouncementKind.MOVE_STOPPED: {"moved": 4321, "version": 7},
    AnnouncementKind.MOVED: {"moved": 4321, "version": 7},
    AnnouncementKind.PAGE_FAILED: {"target": "x" * 80, "reason": "x" * 200},
    AnnouncementKind.QUIET_OVER: {"who": "slack:U0123456789", "numbers": list(range(1, 100))},
    AnnouncementKind.UNREACHED: {"unreached": "teams", "since": "2026-03-02T10:05:05+00:00"},
    AnnouncementKind.MAILBOX_UNREAD: {"address": f"{'x' * 60}@desk.example", "reason": "x" * 200},
    AnnouncementKind.LETTER_ASIDE: {
        "why": "unreadable",
        "address": f"{'x' * 60}@acme.example",
        "broken": "charset",
        "what": "x" * 40,
    },
    AnnouncementKind.NOT_TO_ALL: {"number": 42, "missed": [[f"{'x' * 60}@acme.example", "x" * 200]] * 50},
    AnnouncementKind.WEBHOOK_FAILED: {"webhook": 12, "host": "x" * 80, "reason": "x" * 200},
    AnnouncementKind.PAGE_FAILED: {"target": "noc", "reason": "x" * 200},
    AnnouncementKind.DIGEST: {},
    AnnouncementKind.BROUGHT: {"open": 9000, "closed": 9000, "pressing": 900, "late": 900, "first": [99999] * 10},
    AnnouncementKind.SHADOW_DAY: {
        "since": "2026-03-02T09:00:00+00:00",
        "ends": "2026-03-16T00:00:00+00:00",
        "opened": 9000,
        "warned": 9000,
        "passed": 9000,
        "missed": [99999] * 20,
        "escalated": 9000,
    },
    AnnouncementKind.SPEAKS: {},
    AnnouncementKind.PING: {"test": "1.202603021005", "levels": [1, 2, 3]},
    AnnouncementKind.PING_REPORT: {"test": "1.202603021005"},
}
#: What is read when it is said: tests/bot/outbound/test_briefing.py.
BRIEFED = (AnnouncementKind.BRIEFING, AnnouncementKind.WEEK, AnnouncementKind.REPORT_POSTED)
PINGED = tuple(PingResult(f"slack:U{n}", (1, 2, 3), "sent", NOW if n % 2 else None) for n in range(60))


@pytest.mark.parametrize("language", READERS)
@pytest.mark.parametrize("kind", [kind for kind in AnnouncementKind if kind not in BRIEFED])
def test_every_announcement_fits_into_slack(desk: DeskRuntime, kind: AnnouncementKind, language: str) -> None:
    telling = Telling(PhraseBook(desk.directory), READERS[language], "/ticket", "slack", results=PINGED)
    said = ANNOUNCEMENTS[kind].from_data(DATA[kind])
    assert against_message(render_message(announcement_card(telling, said))) == []


def test_a_group_that_is_chosen_is_offered_though_it_is_switched_off(desk: DeskRuntime) -> None:
    off = {key: replace(group, is_active=False) for key, group in desk.directory.groups.items()}
    desk.directory = replace(desk.directory, groups=off)
    for name in ("people", "levels"):
        fields = PARTS[name].fields(desk, READERS["en"])
        answers = {field.id: field.initial or "" for field in fields}
        _, before = load_policy(IN_FORCE, today=TODAY)
        _, after = load_policy(PARTS[name].chosen(desk, None, answers), today=TODAY, overlay=IN_FORCE)
        assert changed_settings(before, after) == []


def test_what_was_not_changed_in_a_form_is_what_it_is_by_now() -> None:
    then = (Field("zone", FieldKind.LINE, "", initial="UTC"), Field("agents", FieldKind.PEOPLE, "", initial="a,b"))
    now = (
        Field("zone", FieldKind.LINE, "", initial="Asia/Tokyo"),
        Field("agents", FieldKind.PEOPLE, "", initial="a,b,c"),
        Field("new", FieldKind.LINE, "", initial="kept"),
    )
    signs = {field.id: sign_of(field, field.initial or "") for field in then}
    assert as_changed(now, {"zone": "UTC", "agents": "b,a"}, signs) == {
        "zone": "Asia/Tokyo", "agents": "a,b,c", "new": "kept",
    }  # fmt: skip
    assert as_changed(now, {"zone": "Europe/Paris"}, signs) == {"zone": "Europe/Paris", "agents": "", "new": "kept"}
