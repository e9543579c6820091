"""Tickets are handed over at the end of a shift: what presses has to be accepted, everything else changes hands."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contents import says
from tests.examples import examples
from tests.triage.story import ANA, BEN, CLEO, LEA, POLICY, Story, at
from triage import handing_over, owning, resolving, sorting
from triage.answering import customer_wrote
from triage.assigning import Choosing, Load
from triage.change import Change
from triage.errors import Refusal
from triage.facts.owning import Reason
from triage.handing_over import next_in_line
from triage.hours import Calendar
from triage.notice import NoticeKind
from triage.people import Role
from triage.quiet_hours import QuietHours
from triage.roster import Roster
from triage.rota import Rota, Turns
from triage.settling import is_settled
from triage.still_true import still_true
from triage.terms import ClockKind

AT_NIGHT: Final = Calendar("UTC", {"mon": [["01:00", "03:00"]]})


def owned(severity: int = 1) -> Story:
    story = Story("09:00", severity=severity)
    story.act(owning.take, "09:05")
    return story


def said(change: Change) -> list[object]:
    return [says(notice, "what") for notice in change.notices if notice.kind is NoticeKind.CHANGED]


def test_what_can_wait_changes_hands_at_once_and_its_clocks_run_on() -> None:
    story = owned(severity=3)
    before = story.ticket.clocks[ClockKind.UPDATE].due
    change = story.act(handing_over.pass_on, "16:30", BEN)
    assert story.ticket.ownership.assignee == BEN.id
    assert said(change) == ["handed_on"]
    assert story.ticket.clocks[ClockKind.UPDATE].due == before
    assert not story.ticket.ownership.is_accepted, "an owner for warnings is whoever has said so"
    assert not story.act(handing_over.pass_on, "16:31", BEN), "it is not Ana's any more"


def test_the_group_that_has_the_work_in_hand_keeps_it() -> None:
    story = owned(severity=3)
    story.act(owning.hand_to_group, "09:10", "chat:netops")
    story.act(handing_over.pass_on, "16:30", BEN)
    assert (story.ticket.ownership.assignee, story.ticket.ownership.group) == (BEN.id, "chat:netops")


@pytest.mark.parametrize("severity", [1, 2])
def test_what_presses_stays_until_it_is_accepted(severity: int) -> None:
    story = owned(severity)
    assert said(story.act(handing_over.pass_on, "09:30", BEN)) == ["handover_asked"]
    assert story.ticket.ownership.assignee == ANA.id
    assert ("handover", "handover-lead", at("09:40")) in story.plan()
    assert not story.act(handing_over.pass_on, "09:31", BEN), "asked twice is asked once"
    story.act(owning.take, "09:35", by=BEN)
    assert story.ticket.ownership.assignee == BEN.id
    assert story.ticket.ownership.is_accepted
    assert "handover" not in {clock for clock, _, _ in story.plan()}


def test_if_nobody_accepts_it_the_lead_is_asked_once() -> None:
    story = owned()
    story.act(handing_over.pass_on, "09:06", BEN)
    asked = [(when, n) for when, n in story.live_until("09:30") if says(n, "about") == "handover"]
    assert [when for when, _ in asked] == [at("09:16")]
    content = asked[0][1].content
    assert not is_settled(story.ticket, content)
    story.act(owning.assign, "09:31", LEA, by=LEA)
    assert is_settled(story.ticket, content)


def test_whoever_cannot_says_so_and_the_lead_is_asked_at_once() -> None:
    story = owned()
    story.act(handing_over.pass_on, "09:06", BEN)
    with pytest.raises(Refusal) as refused:
        story.act(handing_over.decline, "09:07", by=LEA)
    assert refused.value.code == "nothing_to_decline"
    story.act(handing_over.decline, "09:08", by=BEN)
    assert ("handover", "handover-lead", at("09:08")) in story.plan()
    assert not story.act(handing_over.decline, "09:09", by=BEN)
    assert story.act(handing_over.pass_on, "09:10", BEN), "they may be asked again"


def test_nothing_falls_due_for_what_was_resolved() -> None:
    story = owned()
    story.act(handing_over.pass_on, "09:06", BEN)
    story.act(resolving.resolve, "09:07")
    assert "handover" not in {clock for clock, _, _ in story.plan()}


def test_a_ticket_is_handed_over_to_people_of_the_desk_alone() -> None:
    with pytest.raises(Refusal):
        owned().act(handing_over.pass_on, "09:30", CLEO)


def test_what_somebody_had_who_left_is_nobodys_and_what_presses_is_said_again() -> None:
    story = owned()
    change = story.record(handing_over.return_to_queue(story.ticket, at("12:00")))
    assert story.ticket.ownership.assignee is None
    assert [notice.kind for notice in change.notices] == [NoticeKind.CHANGED, NoticeKind.FALLS_TO, NoticeKind.CARD]
    assert not handing_over.return_to_queue(story.ticket, at("12:01"))
    quiet = handing_over.return_to_queue(owned(severity=3).ticket, at("12:00"))
    assert NoticeKind.FALLS_TO not in {notice.kind for notice in quiet.notices}


def test_whose_it_is_is_said_when_its_owner_left_though_nobody_was_named_for_its_severity_before() -> None:
    story = owned(severity=3)
    story.act(sorting.change_severity, "10:00", POLICY, 2, "All sites.")
    change = story.record(handing_over.return_to_queue(story.ticket, at("12:00")))
    (named,) = (notice.content for notice in change.notices if notice.kind is NoticeKind.FALLS_TO)
    assert still_true(story.ticket, named, at("12:00"))


@pytest.mark.parametrize(("severity", "loud"), [(1, [NoticeKind.FALLS_TO]), (2, [NoticeKind.FALLS_TO]), (3, [])])
def test_what_is_opened_again_without_its_owner_is_said_once_in_the_channel(
    severity: int, loud: list[NoticeKind]
) -> None:
    story = owned(severity)
    story.act(owning.take, "10:00")
    story.act(resolving.resolve, "11:00")
    opened = resolving.reopen(story.ticket, LEA, at("12:00"), counts=True)
    change = story.record(handing_over.return_reopened(story.ticket, opened, LEA, at("12:00")))
    assert (story.ticket.is_open, story.ticket.ownership.assignee) == (True, None)
    assert [notice.kind for notice in change.notices if notice.broadcast] == loud
    told = [notice.content for notice in change.notices if notice.broadcast]
    assert all(still_true(story.ticket, content, at("12:00")) for content in told)


def test_what_the_customer_opens_again_without_its_owner_is_said_once_in_the_channel() -> None:
    story = owned(severity=1)
    story.act(resolving.resolve, "11:00")
    when = at("12:00")
    wrote = customer_wrote(story.ticket, CLEO, when, "It is down again.", at=when)
    change = story.record(handing_over.return_reopened(story.ticket, wrote, CLEO, when))
    assert story.ticket.ownership.assignee is None
    assert [notice.kind for notice in change.notices if notice.broadcast] == [NoticeKind.CUSTOMER_WROTE]


def test_what_somebody_does_else_to_what_whoever_left_had_returns_nothing() -> None:
    story = owned()
    change = resolving.resolve(story.ticket, ANA, at("11:00"))
    assert handing_over.return_reopened(story.ticket, change, ANA, at("11:00")) is change


LATE: Final = Calendar("UTC", {day: [["17:00", "23:00"]] for day in ("mon", "tue", "wed", "thu", "fri")})
AGENT: Final = frozenset({Role.AGENT})
PEOPLE: Final = {"chat:ana": AGENT, "chat:ben": AGENT, "chat:eve": AGENT, "chat:lea": frozenset({Role.LEAD})}
DESK: Final = Roster(
    roles=PEOPLE, inside=frozenset(PEOPLE), leads=("chat:lea",), shifts={"chat:ben": LATE, "chat:eve": LATE}
)


def after(
    roster: Roster, person: str, when: str, *skills: str, loads: dict[str, Load] | None = None
) -> tuple[str, Reason] | None:
    found = next_in_line(Choosing(roster, loads=lambda _: loads or {}), skills, person, at(when))
    return None if found is None else (found.person, found.why)


def test_next_in_line_is_whoever_a_new_ticket_would_go_to_then() -> None:
    skilled = replace(DESK, skills={"chat:eve": frozenset({"cloud"})})
    loads = {"chat:ben": Load({3: 4}), "chat:eve": Load({1: 2}, at("16:00")), "chat:ana": Load({1: 3})}
    assert after(DESK, "chat:ana", "17:00", loads=loads) == ("chat:ben", Reason(until=at("23:00"), tickets=4)), (
        "weighed"
    )
    assert after(skilled, "chat:ana", "17:00", "cloud", "voice", loads=loads) == (
        "chat:eve", Reason(("cloud",), ("voice",), at("23:00"), 2),
    )  # fmt: skip
    assert after(DESK, "chat:eve", "17:00", loads=loads) == ("chat:ben", Reason(until=at("23:00"), tickets=4))
    assert after(DESK, "chat:ben", "23:00", loads=loads) == ("chat:ana", Reason(tickets=3)), "who is always there"


def test_whoever_has_quiet_hours_then_is_next_only_for_what_cannot_wait() -> None:
    quiet = replace(DESK, shifts={}, quiet={"chat:ben": QuietHours(0, 8 * 60), "chat:lea": QuietHours(0, 8 * 60)})
    of_three = Choosing(replace(quiet, roles={**quiet.roles, "chat:eve": frozenset({Role.LEAD})}))

    def is_next(when: str, *, can_wait: bool) -> str | None:
        found = next_in_line(of_three, (), "chat:ana", at(when), can_wait=can_wait)
        return None if found is None else found.person

    assert is_next("07:00", can_wait=False) == "chat:ben"
    assert is_next("07:00", can_wait=True) == "chat:lea", "nobody else is left"
    assert is_next("08:00", can_wait=True) == "chat:ben", "they are over"


def test_where_no_agent_works_then_whoever_is_on_call_is_next_and_else_the_lead() -> None:
    on_call = Rota((Turns(("chat:eve",), date(2026, 1, 5), time(9)),))
    alone = replace(DESK, shifts=dict.fromkeys(PEOPLE, LATE), rota=on_call)
    assert after(alone, "chat:ana", "23:30") == ("chat:eve", Reason(on_call=True))
    assert after(alone, "chat:eve", "23:30") == ("chat:lea", Reason(is_lead=True))
    grouped = replace(alone, leads=("chat:leads",), groups={"chat:leads": frozenset({"chat:lea"})})
    assert after(grouped, "chat:eve", "23:30") == ("chat:lea", Reason(is_lead=True)), "a lead by a group"
    assert after(alone, "chat:lea", "23:30") == ("chat:eve", Reason(on_call=True))
    assert after(replace(alone, rota=Rota()), "chat:lea", "23:30") is None
    assert after(Roster(), "chat:ana", "17:00") is None


@settings(max_examples=examples(100))
@given(
    st.sampled_from(["chat:ana", "chat:ben", "chat:eve"]),
    st.dictionaries(st.sampled_from(sorted(PEOPLE)), st.none()),
    st.dictionaries(st.sampled_from(sorted(PEOPLE)), st.builds(Load, st.just({1: 1}) | st.just({3: 2}))),
    st.integers(0, 23),
)
def test_who_hands_over_is_never_next_and_who_is_next_is_there(
    person: str, away: dict[str, None], loads: dict[str, Load], hour: int
) -> None:
    now, choosing = at("00:00").replace(hour=hour), Choosing(replace(DESK, away=away), loads=lambda _: loads)
    found = next_in_line(choosing, (), person, now)
    works = [each for each in ("chat:ana", "chat:ben", "chat:eve") if choosing.roster.is_available(each, now)]
    if not set(works) - {person}:
        assert found is None or (found.person, found.why.is_lead) == ("chat:lea", True)
    else:
        assert found is not None
        assert found.person in set(works) - {person}


@pytest.mark.parametrize(
    ("roster", "asked"),
    [
        (Roster(leads=(LEA.id, CLEO.id)), LEA.id),
        (Roster(leads=(ANA.id, LEA.id)), LEA.id),
        (Roster(leads=(LEA.id,), shifts={LEA.id: AT_NIGHT}, rota=Rota((Turns((BEN.id,), date(2026, 1, 1)),))), BEN.id),
        (Roster(leads=(LEA.id,), shifts={LEA.id: AT_NIGHT}), LEA.id),
        (Roster(leads=(ANA.id,), rota=Rota((Turns((BEN.id,), date(2026, 1, 1)),))), BEN.id),
        (Roster({CLEO.id: frozenset({Role.ADMIN})}, leads=(ANA.id,)), CLEO.id),
        (Roster({ANA.id: frozenset({Role.ADMIN})}, leads=(ANA.id,)), None),
        (Roster(leads=("slack:SLEADS",), groups={"slack:SLEADS": frozenset({ANA.id, LEA.id})}), LEA.id),
    ],
    ids=[
        "the lead", "another lead", "on call, for the lead sleeps", "nobody else", "on call, for it is the lead's own",
        "an admin", "nobody", "somebody else of the leads",
    ],
)  # fmt: skip
def test_about_what_somebody_left_another_is_asked(roster: Roster, asked: str | None) -> None:
    assert handing_over.asked_about(roster, ANA.id, at("17:00")) == asked


def test_what_is_left_is_what_presses_and_was_not_looked_after_since() -> None:
    story = owned()

    def is_left(since: str) -> bool:
        return handing_over.is_left(story.ticket, story.events, ANA.id, at(since))

    assert is_left("09:05")
    assert not is_left("09:04"), "taken since"
    assert not handing_over.is_left(story.ticket, story.events, BEN.id, at("09:05")), "not theirs"
    story.act(handing_over.pass_on, "09:30", BEN)
    assert not is_left("16:00"), "the lead is asked about that already"
    story.act(handing_over.decline, "09:35", by=BEN)
    assert not is_left("16:00"), "and is, at once"
