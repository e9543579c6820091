"""Who is on call when, and who is on shift: looked up, and counted minute by minute."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from tests.triage.story import Story
from triage.hours import Calendar
from triage.parts.owning import Ownership
from triage.people import Role
from triage.roster import Roster
from triage.rota import Planned, Rota, StandIn, Turns

ANA, BEN, EVE, LEA = "chat:ana", "chat:ben", "chat:eve", "chat:lea"
PARIS: Final = ZoneInfo("Europe/Paris")
NIGHTS: Final = Calendar("Europe/Paris", {day: [["17:00", "09:00"]] for day in ("mon", "tue", "wed", "thu", "fri")})
# Both changes of clock of 2026 lie in these weeks: 29 March and 25 October.
SPRING, AUTUMN = datetime(2026, 3, 23, tzinfo=UTC), datetime(2026, 10, 19, tzinfo=UTC)


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS).astimezone(UTC)


WEEKLY: Final = Turns((ANA, BEN), date(2026, 3, 2), time(9), "Europe/Paris")


def test_a_turn_begins_at_the_same_time_of_day_through_both_changes_of_clock() -> None:
    begins = [WEEKLY.begins(turn).astimezone(PARIS) for turn in range(40)]
    assert {(each.weekday(), each.hour, each.minute) for each in begins} == {(0, 9, 0)}
    assert {each.utcoffset() for each in begins} == {timedelta(hours=1), timedelta(hours=2)}


def test_a_turn_that_begins_in_the_hour_that_is_skipped_begins_after_it() -> None:
    turns = Turns((ANA, BEN), date(2026, 3, 22), time(2, 30), "Europe/Paris")
    assert turns.begins(1) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # 03:30 in Paris
    assert (turns.on_call(paris("2026-03-29 01:59")), turns.on_call(paris("2026-03-29 03:30"))) == ((ANA,), (BEN,))


def test_a_turn_that_begins_in_the_hour_that_comes_twice_begins_the_first_time() -> None:
    turns = Turns((ANA, BEN), date(2026, 10, 18), time(2, 30), "Europe/Paris")
    assert turns.begins(1) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_turn_begins_at_its_very_instant_and_nobody_is_on_call_before_the_first() -> None:
    rota = Rota((WEEKLY,))
    assert rota.on_call(paris("2026-03-02 08:59:59")) == []
    assert rota.on_call(paris("2026-03-02 09:00")) == [ANA]
    assert rota.on_call(paris("2026-03-09 08:59:59")) == [ANA]
    assert rota.on_call(paris("2026-03-09 09:00")) == [BEN]


def test_whoever_left_leaves_a_hole_and_the_turns_of_the_others_stay() -> None:
    rota = Rota((replace(WEEKLY, people=(ANA, None, BEN)),))
    weeks = [rota.on_call(paris(f"2026-03-{day:02} 12:00")) for day in (2, 9, 16, 23)]
    assert weeks == [[ANA], [], [BEN], [ANA]]
    (hole,) = rota.holes(paris("2026-03-02 09:00"), paris("2026-03-23 09:00"))
    assert (hole.start, hole.end) == (paris("2026-03-09 09:00"), paris("2026-03-16 09:00"))


def test_a_rota_of_nights_says_when_nobody_is_on_call() -> None:
    rota = Rota((replace(WEEKLY, hours=NIGHTS), Turns((EVE,), date(2026, 3, 2), time(8), "Europe/Paris", hours=DAYS)))
    holes = rota.holes(paris("2026-03-06 12:00"), paris("2026-03-09 12:00"))
    assert [(each.start, each.end) for each in holes] == [(paris("2026-03-07 09:00"), paris("2026-03-09 09:00"))]


DAYS: Final = Calendar("Europe/Paris", {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")})


def test_a_desk_without_a_rota_has_no_holes() -> None:
    assert Rota().holes(SPRING, SPRING + timedelta(days=7)) == []


def test_whoever_stands_in_takes_the_place_of_one_alone_and_a_later_word_sees_an_earlier_one() -> None:
    saturday = paris("2026-03-07 00:00"), paris("2026-03-08 00:00")
    to_ben, to_eve = StandIn(BEN, *saturday, ANA), StandIn(EVE, *saturday, BEN)
    noon = paris("2026-03-07 12:00")
    assert Rota((WEEKLY,), (to_ben,)).on_call(noon) == [BEN]
    assert Rota((WEEKLY,), (to_ben, to_eve)).on_call(noon) == [EVE]
    assert Rota((WEEKLY,), (to_eve, to_ben)).on_call(noon) == [BEN]
    assert Rota((WEEKLY,), (to_ben,)).on_call(noon + timedelta(days=7)) == [BEN], "it is their own turn"
    assert Rota((WEEKLY,), (replace(to_ben, instead_of=EVE),)).on_call(noon) == [ANA], "Eve was not on call"
    assert Rota((), (replace(to_ben, instead_of=None),)).on_call(noon) == [BEN], "nobody was"


INSTANTS = st.integers(0, 2 * 7 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))
PEOPLE = st.sampled_from((ANA, BEN, EVE, None))


@st.composite
def turns(draw: st.DrawFn) -> Turns:
    return Turns(
        tuple(draw(st.lists(PEOPLE, max_size=4))),
        date(2026, draw(st.sampled_from((3, 10))), 1) + timedelta(days=draw(st.integers(0, 34))),
        time(draw(st.sampled_from((0, 1, 2, 3, 9, 23))), draw(st.sampled_from((0, 30)))),
        draw(st.sampled_from(("Europe/Paris", "Australia/Lord_Howe", "America/New_York", "UTC"))),
        draw(st.sampled_from((1, 2, 7))),
        *([draw(st.sampled_from((NIGHTS, DAYS)))] if draw(st.booleans()) else []),
    )


@st.composite
def rotas(draw: st.DrawFn) -> tuple[datetime, Rota]:
    start = draw(st.sampled_from((SPRING, AUTUMN)))
    spans = st.tuples(INSTANTS, INSTANTS).map(lambda pair: (start + min(pair), start + max(pair)))
    planned = st.lists(st.tuples(spans, PEOPLE), max_size=4).map(
        lambda found: Planned(tuple(sorted(((*span, who) for span, who in found), key=lambda each: each[:2])))
    )
    layers = draw(st.lists(st.one_of(turns(), planned), max_size=3))
    stand_ins = [StandIn(draw(PEOPLE), *draw(spans), draw(PEOPLE)) for _ in range(draw(st.integers(0, 3)))]
    return start, Rota(tuple(layers), tuple(stand_ins))


def by_hand(rota: Rota, now: datetime) -> list[str]:
    """Who is on call, by nothing but the local date and time of day at which each turn begins."""
    found: list[str | None] = []
    for layer in rota.layers:
        if isinstance(layer, Planned):
            found += dict.fromkeys(who for start, end, who in layer.spans if start <= now < end)
            continue
        zone = ZoneInfo(layer.timezone)
        begun = 0
        while (
            datetime.combine(layer.starts + timedelta(begun * layer.days), layer.at, zone).timestamp()
            <= now.timestamp()
        ):
            begun += 1
        if begun and layer.people and layer.hours.is_open(now):
            found.append(layer.people[(begun - 1) % len(layer.people)])
    for each in rota.stand_ins:
        if each.start <= now < each.end:
            if each.instead_of is None:
                found[:1] = [each.person]
            else:
                found = [each.person if who == each.instead_of else who for who in found]
    return list(dict.fromkeys(who for who in found if who is not None))


@given(rotas())
def test_who_is_on_call_stretch_by_stretch_is_who_is_on_call_minute_by_minute(found: tuple[datetime, Rota]) -> None:
    start, rota = found
    end = start + timedelta(days=14)
    duties = rota.duties(start, end)
    assert (duties[0].start, duties[-1].end) == (start, end)
    assert all(one.end == other.start and one.people != other.people for one, other in pairwise(duties))
    for duty in duties:
        quarter = duty.start
        while quarter < duty.end:
            assert by_hand(rota, quarter) == list(duty.people) == rota.on_call(quarter)
            quarter += max(timedelta(minutes=1), (duty.end - duty.start) / 8)
        assert by_hand(rota, duty.end - timedelta(minutes=1)) == list(duty.people)


@given(st.sampled_from((SPRING, AUTUMN)), INSTANTS, st.sampled_from((NIGHTS, DAYS)))
def test_a_shift_ends_at_the_first_minute_that_is_outside_it(
    start: datetime, later: timedelta, hours: Calendar
) -> None:
    now = start + later
    roster = Roster(shifts={ANA: hours})
    end = roster.shift_end(ANA, now)
    assert roster.on_shift(ANA, now) is (end is not None)
    if end is not None:
        assert not hours.is_open(end)
        assert hours.is_open(end - timedelta(minutes=1))
        assert hours.between(now, end) == (end - now).total_seconds()


def test_whoever_has_no_working_hours_on_record_is_on_no_shift_and_available() -> None:
    assert Roster().on_shift(ANA, SPRING) is None
    assert Roster().shift_end(ANA, SPRING) is None
    assert Roster().is_available(ANA, SPRING)


ROSTER: Final = Roster(
    roles={ANA: frozenset({Role.AGENT}), BEN: frozenset({Role.AGENT}), LEA: frozenset({Role.LEAD})},
    leads=(LEA,),
    shifts={ANA: DAYS},
    rota=Rota((Turns((BEN,), date(2026, 3, 2), time(9), "Europe/Paris"),)),
)


def test_outside_their_shift_a_ticket_is_told_to_whoever_is_on_call_and_then_to_the_lead() -> None:
    ticket = replace(Story("09:00", severity=1).ticket, ownership=Ownership(ANA))
    noon, night = paris("2026-03-09 12:00"), paris("2026-03-09 20:00")
    assert ROSTER.on_duty(ticket, noon) == [ANA]
    assert ROSTER.on_duty(ticket, night) == ROSTER.falls_to(ticket, night) == [BEN]
    assert replace(ROSTER, away={BEN: None}).on_duty(ticket, night) == [LEA]
    assert replace(ROSTER, rota=Rota()).on_duty(ticket, night) == [LEA]
    assert ROSTER.on_duty(replace(ticket, ownership=Ownership(None)), noon) == [BEN]


def test_whoever_is_on_call_is_on_duty_outside_their_shift() -> None:
    ticket = replace(Story("09:00", severity=1).ticket, ownership=Ownership(BEN))
    roster = replace(ROSTER, shifts={BEN: DAYS})
    assert roster.on_duty(ticket, paris("2026-03-09 20:00")) == [BEN]
    assert not roster.is_available(BEN, paris("2026-03-09 20:00"))
