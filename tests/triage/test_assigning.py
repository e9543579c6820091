"""Somebody is chosen for a ticket: with the skills, there, with least to do, longest without (policy: Assignment)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.triage.story import at
from triage.assigning import Choosing, Load
from triage.assignment import Assignment, Mode
from triage.facts.owning import Reason
from triage.hours import Calendar
from triage.people import Role
from triage.roster import Roster
from triage.rota import Rota

NOW = at("10:00")
DAY = Calendar("UTC", {"mon": [["09:00", "18:00"]]})
NIGHT = Calendar("UTC", {"mon": [["20:00", "06:00"]]})
AGENT = frozenset({Role.AGENT})
PEOPLE = ("ana", "ben", "cleo", "dan")


def roster(**more: object) -> Roster:
    """Four agents, who have said nothing of their hours."""
    made = Roster(roles=dict.fromkeys(PEOPLE, AGENT), inside=frozenset(PEOPLE))
    return replace(made, **more)  # type: ignore[arg-type]


def choose(
    people: Roster, *skills: str, loads: dict[str, Load] | None = None, now: datetime = NOW, **how: object
) -> str | None:
    found = Choosing(people, Assignment(), lambda _: loads or {}).choose(skills, now, **how)  # type: ignore[arg-type]
    return None if found is None else found.person


def has(count: int, severity: int | None = 3, last: str | None = None) -> Load:
    return Load({severity: count} if count else {}, None if last is None else at(last))


def knowing(**skills: str) -> Roster:
    return roster(skills={person: frozenset(known.split()) for person, known in skills.items()})


def test_whoever_has_all_the_skills_comes_before_whoever_has_some_or_none() -> None:
    people = knowing(ana="cloud", ben="cloud network", cleo="network")
    busy = {"ben": has(9, 1)}
    assert choose(people, "cloud", "network", loads=busy) == "ben"
    assert choose(replace(people, away={"ben": None}), "cloud", "network", loads=busy) == "ana"
    assert choose(people, "CLOUD", loads={"ana": has(1), "ben": has(2)}) == "ana", "whatever its case"
    assert choose(people, "voice") == "ana", "anyone, where nobody knows"


def test_whoever_has_least_to_do_comes_first_by_the_weight_of_what_they_have() -> None:
    loads = {"ana": has(1, 1), "ben": has(2, 3), "cleo": has(2, 2), "dan": has(3, None)}
    assert choose(roster(), loads=loads) == "ben"
    flat = Choosing(roster(), Assignment(weights={1: 1, 2: 1, 3: 1}), lambda _: loads).choose((), NOW)
    assert flat is not None
    assert flat.person == "ana"


def test_of_equals_whoever_came_to_a_ticket_longest_ago_is_next_and_whoever_never_did_before_them() -> None:
    loads = {"ana": has(1, last="09:00"), "ben": has(1, last="08:00"), "cleo": has(1, last="08:30"), "dan": has(1)}
    assert choose(roster(), loads=loads) == "dan"
    assert choose(roster(), loads=loads, tried=("dan",)) == "ben"


def test_whom_their_platform_does_not_disturb_is_chosen_last_of_equals_and_the_reason_says_so() -> None:
    until = at("10:30")
    people = roster(undisturbed={"ana": (NOW, until)}, inactive={"ben": NOW - timedelta(minutes=30)})
    assert choose(people) == "cleo"
    assert choose(people, tried=("cleo", "dan")) == "ben", "who is not active comes before who is not to be disturbed"
    assert choose(people, now=until) == "ana", "it is over, and what was seen half an hour ago says nothing"
    assert choose(people, now=at("09:59")) == "ana", "it has not begun"
    assert choose(people, now=at("09:29"), tried=("ana",)) == "ben", "it was seen later"
    busy = {person: has(1) for person in PEOPLE if person != "ana"}
    assert choose(people, loads=busy) == "ana", "a hint comes after everything else"
    found = Choosing(people, loads=lambda _: busy).choose((), NOW)
    assert found is not None
    assert found.why == Reason(undisturbed_until=until)
    assert choose(replace(people, away=dict.fromkeys(PEOPLE[1:], None))) == "ana", "and bars nobody"


@pytest.mark.parametrize(
    ("people", "chosen"),
    [
        (roster(away=dict.fromkeys(("ana", "ben", "cleo"), None)), "dan"),
        (roster(away={"ana": NOW + timedelta(hours=1), "ben": NOW - timedelta(hours=1)}), "ben"),
        (roster(shifts={"ana": NIGHT, "ben": DAY}), "ben"),
        (roster(inside=frozenset({"cleo", "dan"})), "cleo"),
        (roster(roles={"ana": frozenset({Role.ADMIN}), "ben": frozenset({Role.LEAD, Role.AGENT})}), "ben"),
        (roster(roles={"ana": frozenset({Role.HELPER})}), None),
        (roster(away=dict.fromkeys(PEOPLE, None)), None),
    ],
    ids=["away", "away until later, back", "off shift", "outside", "no agent", "nobody is", "everyone away"],
)
def test_who_is_not_there_or_not_one_of_the_agents_is_not_chosen(people: Roster, chosen: str | None) -> None:
    assert choose(people) == chosen


def test_at_night_somebody_may_be_chosen_who_is_known_to_work_then_and_nobody_else() -> None:
    people = roster(shifts={"ana": DAY, "ben": NIGHT})
    assert choose(people, now=at("22:00")) == "ben"
    assert choose(roster(shifts={"ana": DAY}), now=at("22:00"), only_on_shift=True) is None
    assert choose(people, now=at("22:00"), only_on_shift=True) == "ben"


def test_the_reason_says_what_the_choice_rests_on() -> None:
    people = replace(knowing(ana="cloud"), shifts=dict.fromkeys(PEOPLE, DAY))
    found = Choosing(people, loads=lambda _: {"ana": Load({1: 1, None: 1})}).choose(("cloud", "voice"), NOW)
    assert found is not None
    assert found.why == Reason(("cloud",), ("voice",), at("18:00"), 2)


def test_whoever_is_on_call_is_called_in_the_order_of_the_rota() -> None:
    class Turns(Rota):
        def on_call(self, _: datetime) -> list[str]:
            return ["out", "cleo", "ben"]

    people = roster(rota=Turns(), shifts=dict.fromkeys(PEOPLE, NIGHT))
    found = Choosing(people).on_call((), NOW)
    assert found is not None
    assert (found.person, found.why.on_call) == ("cleo", True)
    assert Choosing(people).on_call((), NOW, tried=("cleo", "ben")) is None


@pytest.mark.parametrize(
    ("people", "chosen", "mode"),
    [
        (roster(), None, Mode.PROPOSE),
        (knowing(ana="cloud"), None, Mode.PROPOSE),
        (roster(shifts={"ana": DAY}), None, Mode.PROPOSE),
        (replace(knowing(ana="cloud"), shifts={"ben": DAY}), None, Mode.AUTOMATIC),
        (replace(knowing(zoe="cloud"), shifts={"zoe": DAY}), None, Mode.PROPOSE),
        (replace(knowing(ana="cloud"), shifts={"ben": DAY}), Mode.OFF, Mode.OFF),
        (roster(), Mode.AUTOMATIC, Mode.AUTOMATIC),
    ],
    ids=["nothing known", "no hours", "no skill", "both", "of somebody who is no agent", "switched off", "chosen"],
)
def test_unless_somebody_chose_it_assigns_by_itself_once_it_knows_skills_and_hours(
    people: Roster, chosen: Mode | None, mode: Mode
) -> None:
    assert Choosing(people, Assignment(mode=chosen)).mode is mode


crowds = st.lists(st.sampled_from([f"p{n}" for n in range(12)]), min_size=1, max_size=12, unique=True)
some_skills = st.frozensets(st.sampled_from(["cloud", "network", "voice"]))


@st.composite
def rosters(draw: st.DrawFn) -> Roster:
    people = draw(crowds)
    hours = {person: found for person in people if (found := draw(st.sampled_from([None, DAY, NIGHT]))) is not None}
    roles = {person: frozenset({draw(st.sampled_from([Role.AGENT, Role.AGENT, Role.ADMIN]))}) for person in people}
    return Roster(
        roles=roles,
        inside=frozenset(draw(st.lists(st.sampled_from(people)))),
        away=dict.fromkeys(draw(st.lists(st.sampled_from(people))), None),
        skills={person: draw(some_skills) for person in people},
        shifts=hours,
    )


some_loads = st.dictionaries(
    st.sampled_from([f"p{n}" for n in range(12)]),
    st.builds(
        Load,
        st.dictionaries(st.sampled_from([None, 1, 2, 3]), st.integers(0, 9)),
        st.one_of(st.none(), st.integers(0, 600).map(lambda minutes: NOW - timedelta(minutes=minutes))),
    ),
)


@settings(max_examples=examples(200))
@given(rosters(), some_loads, some_skills, st.integers(0, 23), st.randoms())
def test_nobody_is_chosen_who_may_not_be_and_nobody_who_may_comes_before_them(
    people: Roster, loads: dict[str, Load], skills: frozenset[str], hour: int, shuffled: object
) -> None:
    now, needed = NOW.replace(hour=hour), sorted(skills)
    found = Choosing(people, loads=lambda _: loads).choose(needed, now)
    may = [
        person
        for person, roles in people.roles.items()
        if Role.AGENT in roles and person in people.inside and person not in people.away
        and people.on_shift(person, now) is not False
    ]  # fmt: skip
    if found is None:
        assert may == []
        return
    assert found.person in may

    def rank(person: str) -> tuple[int, int, datetime]:
        load = loads.get(person, Load())
        weighed = sum({1: 3, 2: 2}.get(severity or 3, 1) * n for severity, n in load.open_by_severity.items())
        return -len(people.skills[person] & skills), weighed, load.last_at or NOW - timedelta(days=999)

    assert rank(found.person) == min(map(rank, may))
    order = list(people.roles.items())
    shuffled.shuffle(order)  # type: ignore[attr-defined]
    assert Choosing(replace(people, roles=dict(order)), loads=lambda _: loads).choose(needed, now) == found


@settings(max_examples=examples(20))
@given(st.lists(st.sampled_from([1, 2, 3]), min_size=20, max_size=120))
def test_what_comes_in_is_spread_so_that_nobody_has_more_than_one_ticket_too_many(severities: list[int]) -> None:
    given_to: dict[str, Counter[int | None]] = {person: Counter() for person in PEOPLE}
    last: dict[str, datetime] = {}
    rules = Assignment()

    def in_hand(people: Collection[str]) -> dict[str, Load]:
        return {person: Load(dict(given_to[person]), last.get(person)) for person in people}

    for minute, severity in enumerate(severities):
        now = NOW + timedelta(minutes=minute)
        found = Choosing(roster(), rules, in_hand).choose((), now)
        assert found is not None
        given_to[found.person][severity] += 1
        last[found.person] = now
    weighed = [Load(dict(each)).weighed(rules.weights) for each in given_to.values()]
    assert max(weighed) - min(weighed) <= max(rules.weights.values())
