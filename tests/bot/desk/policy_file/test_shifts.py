"""Working hours and the rota of a policy file: read, kept, read again; and what is hardly meant in them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from bot.desk.policy_file import check_policy, load_policy, policy_from_data
from triage.hours import ELAPSED, Calendar
from triage.policy import Policy

TODAY = date(2026, 11, 25)
PARIS = ZoneInfo("Europe/Paris")
HEAD = """
desks: {noc: {timezone: Europe/Paris}}
calendars: {nights: {hours: {mon-fri: 17:00-09:00 next day}, holidays: FR}}
"""


def policy(text: str) -> Policy:
    found, data = load_policy(HEAD + text, today=TODAY)
    assert policy_from_data(data) == found
    return found


def doubts(text: str) -> list[str]:
    return [each for each in check_policy(HEAD + text, today=TODAY)[1] if "oncall" in each or "people" in each]


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS).astimezone(UTC)


def test_working_hours_are_somebodys_own_or_those_of_a_calendar_in_their_zone() -> None:
    found = policy("""
people:
  U0123ABC: {hours: {mon-fri: 9-17}}
  ana@example.com: {calendar: nights, timezone: Asia/Kolkata}
  U0124ABC: {calendar: elapsed}
""").shifts
    assert [hours.timezone for hours in found.values() if isinstance(hours, Calendar)] == [
        "Europe/Paris",
        "Asia/Kolkata",
    ]
    assert found["slack:U0123ABC"].is_open(paris("2026-12-25 12:00")), "their hours know no holidays"
    assert not found["ana@example.com"].is_open(paris("2026-12-25 18:00")), "those of the calendar do"
    assert found["slack:U0124ABC"] is ELAPSED


def test_a_rota_hands_over_at_its_time_of_day_in_its_zone() -> None:
    rota = policy("oncall: {people: [U0123ABC, U0124ABC], handover: fri 17:30, starts: 2026-11-02}").rota
    assert rota.on_call(paris("2026-11-06 17:29")) == [], "the first Friday from then on"
    assert rota.on_call(paris("2026-11-06 17:30")) == ["slack:U0123ABC"]
    assert rota.on_call(paris("2026-11-13 17:30")) == ["slack:U0124ABC"]


def test_an_override_is_in_the_zone_of_the_rota_unless_it_says_otherwise() -> None:
    rota = policy("""
oncall:
  people: [U0123ABC]
  overrides:
    - {person: U0124ABC, from: 2026-12-24 08:00, to: 2026-12-24 12:00}
    - {person: U0125ABC, from: 2026-12-25 08:00+00:00, to: 2026-12-26, instead_of: U0123ABC}
""").rota
    assert rota.on_call(paris("2026-12-24 08:00")) == ["slack:U0124ABC"]
    assert rota.on_call(paris("2026-12-25 08:59")) == ["slack:U0123ABC"]
    assert rota.on_call(paris("2026-12-25 09:00")) == ["slack:U0125ABC"]


def test_layers_stand_beside_one_another() -> None:
    rota = policy("oncall: {layers: [{people: [U0123ABC], hours: nights}, {people: [U0124ABC], days: 1}]}").rota
    assert rota.on_call(paris("2026-11-25 20:00")) == ["slack:U0123ABC", "slack:U0124ABC"]
    assert rota.on_call(paris("2026-11-25 12:00")) == ["slack:U0124ABC"]


def test_everyone_named_there_is_among_the_people_of_the_policy() -> None:
    found = policy("people: {ana@example.com: {calendar: nights}}\noncall: {people: [U0123ABC]}")
    assert found.people == {"ana@example.com", "slack:U0123ABC"}
    assert policy("oncall: {calendar: 'https://example.com/x.ics'}").rota_calendar == "https://example.com/x.ics"


def test_somebodys_hours_and_the_rota_replace_those_of_a_layer_below_as_a_whole() -> None:
    below = {
        "people": {"U0123ABC": {"hours": {"sat": "9-17"}}, "U0124ABC": {"hours": {"sun": "9-17"}}},
        "oncall": {"people": ["U0123ABC"], "handover": "fri 17:00"},
    }
    text = "people: {U0123ABC: {hours: {mon: 9-17}}}\noncall: {people: [U0124ABC]}"
    _, data = load_policy(text, today=TODAY, overlay=below)
    assert {who: [*hours["weekly_hours"]] for who, hours in data["people"].items()} == {
        "slack:U0123ABC": ["mon"], "slack:U0124ABC": ["sun"],
    }  # fmt: skip
    (layer,) = data["oncall"]["layers"]
    assert (layer["people"], layer["at"]) == (["slack:U0124ABC"], "09:00")


def test_holes_are_said_with_when_they_are() -> None:
    assert doubts("oncall: {people: [U0123ABC]}") == []
    working = "people: {U0124ABC: {hours: {mon-fri: 9-17}}}\n"
    found = doubts(f"{working}oncall: {{people: [U0123ABC], hours: {{mon-fri: 17:00-09:00 next day}}}}")
    assert (
        found[0]
        == "line 5: oncall: nobody is on call from Sat 09:00 to Mon 09:00, 8 times from 2026-11-28 to 2027-01-16."
    )
    assert doubts(f"{working}oncall: {{people: [U0123ABC], calendar: 'https://example.com/x.ics'}}") == []


def test_where_no_working_hours_are_on_record_the_opening_hours_of_the_desk_are_no_hole() -> None:
    nights = "oncall: {people: [U0123ABC], hours: {mon-fri: [00:00-09:00, 17:00-24:00], sat-sun: 00:00-24:00}}"
    assert [each for each in doubts(nights) if "Tue" in each] == []
    assert [each for each in doubts(f"{nights}\npeople: {{U0124ABC: {{hours: {{sat: 9-17}}}}}}") if "Tue" in each] != []


def test_an_override_that_covers_another_and_a_rota_that_has_not_begun_are_doubted() -> None:
    text = """
oncall:
  people: [U0123ABC]
  starts: 2030-01-07
  overrides:
    - {person: U0124ABC, from: 2026-12-24 08:00, to: 2026-12-26 08:00}
    - {person: U0125ABC, from: 2026-12-25 08:00, to: 2026-12-27 08:00}
"""
    found = doubts(text)
    found = [each.partition(": ")[2] for each in found]
    assert "oncall.starts: the first turn begins on 2030-01-07: until then nobody has one." in found
    assert "oncall.overrides[2]: it covers time that override 1 covers too: the later one holds." in found
