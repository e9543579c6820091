"""Major incidents: many tickets of one trouble, each with its own clocks; told once, and asked at the end."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.triage.story import ANA, BEN, CLEO, LEA, Story, at
from triage import majors, resolving, updating
from triage.alike import Many
from triage.change import Change
from triage.contents.deadlines import CatchUpContent
from triage.errors import Refusal
from triage.event import Kind
from triage.linking import Numbered
from triage.notice import Audience, NoticeKind
from triage.terms import ClockKind
from triage.ticket import Status


def numbered(number: int, story: Story) -> Numbered:
    return Numbered(number, story.ticket)


def one_with(*numbers: int) -> tuple[Story, dict[int, Story]]:
    """Ticket 40 stands for a major incident, and those are part of it."""
    major, parts = Story("09:00", severity=1), {number: Story("09:00", severity=1) for number in numbers}
    major.record(majors.declare(major.ticket, LEA, at("09:01")))
    for number, part in parts.items():
        itself, joined = majors.add(numbered(40, major), numbered(number, part), ANA, at("09:02"))
        major.record(itself)
        part.record(joined)
    return major, parts


def test_what_is_resolved_is_named_by_its_own_number() -> None:
    major, part = one_with()[0], Story("09:00", severity=1)
    part.record(resolving.resolve(part.ticket, ANA, at("09:02")))
    with pytest.raises(Refusal) as refused:
        majors.add(numbered(40, major), numbered(41, part), ANA, at("09:03"))
    assert (refused.value.code, refused.value.values["number"]) == ("resolved", 41)


def test_parts_stand_on_both_and_each_keeps_its_terms_and_clocks() -> None:
    before = Story("09:00", severity=1).ticket
    major, parts = one_with(41, 42)
    assert (major.ticket.together.is_major, major.ticket.together.parts) == (True, (41, 42))
    for part in parts.values():
        assert part.ticket.together.part_of == 40
        assert (part.ticket.clocks, part.ticket.terms) == (before.clocks, before.terms)
    itself, left = majors.remove(numbered(40, major), numbered(41, parts[41]), ANA, at("09:10"))
    major.record(itself)
    parts[41].record(left)
    assert (major.ticket.together.parts, parts[41].ticket.together.part_of) == ((42,), None)
    major.record(majors.end(major.ticket, LEA, at("09:20")))
    assert (major.ticket.together.is_major, major.ticket.together.parts) == (False, ())


@pytest.mark.parametrize(
    ("code", "act"),
    [
        ("not_allowed", lambda m, _p: majors.declare(m.ticket, ANA, at("09:10"))),
        ("same_ticket", lambda m, _p: majors.add(numbered(40, m), numbered(40, m), ANA, at("09:10"))),
        ("part_already", lambda _m, p: majors.declare(p.ticket, LEA, at("09:10"))),
        ("not_major", lambda m, p: majors.add(numbered(41, p), numbered(40, m), ANA, at("09:10"))),
        ("part_is_major", lambda m, _p: majors.add(numbered(50, one_with()[0]), numbered(40, m), ANA, at("09:10"))),
        ("part_already", lambda _m, p: majors.add(numbered(50, one_with()[0]), numbered(41, p), ANA, at("09:10"))),
        ("no_part", lambda m, _p: majors.remove(numbered(40, m), numbered(9, Story("09:00")), ANA, at("09:10"))),
        ("not_major", lambda _m, p: majors.end(p.ticket, LEA, at("09:10"))),
        ("not_asked_back",
         lambda _m, p: majors.answer_back(p.ticket, CLEO, at("09:10"), "no", is_back=True, asked_at=at("09:10"))),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(code: str, act: Callable[[Story, Story], object]) -> None:
    major, parts = one_with(41)
    with pytest.raises(Refusal) as refused:
        act(major, parts[41])
    assert refused.value.code == code


def test_it_is_proposed_once_and_only_of_many() -> None:
    story, limits = Story("09:00", severity=1), Many(alike=3)
    others = [Numbered(n, Story("09:00").ticket) for n in (7, 8)]
    assert majors.propose(story.ticket, at("09:05"), others[:1], limits) == Change()
    asked = majors.propose(story.ticket, at("09:05"), others, limits)
    assert [notice.audience for notice in asked.notices] == [Audience.DESK]
    assert not any(notice.broadcast for notice in asked.notices)
    story.record(asked)
    assert majors.propose(story.ticket, at("09:06"), others, limits) == Change()
    assert majors.propose(Story("09:00").ticket, at("09:06"), [numbered(40, story), *others], limits) == Change()
    assert (
        majors.propose(Story("09:00").ticket, at("09:06"), [numbered(40, one_with()[0]), *others], limits) == Change()
    )


def test_the_desk_is_not_warned_of_a_parts_update_while_that_of_the_whole_is_due_no_later() -> None:
    major, parts = one_with(41)
    assert majors.covers(major.ticket, parts[41].ticket)
    major.record(updating.update(major.ticket, ANA, at("09:20"), "We are on it"))
    assert not majors.covers(major.ticket, parts[41].ticket), "the part got none yet, so that its own is due first"
    parts[41].record(updating.update(parts[41].ticket, ANA, at("09:20"), "We are on it"))
    assert majors.covers(major.ticket, parts[41].ticket)
    major.record(resolving.resolve(major.ticket, ANA, at("09:30"), "Done"))
    assert not majors.covers(major.ticket, parts[41].ticket)


def test_after_an_outage_a_part_is_not_named_for_an_update_that_the_whole_is_caught_up_for() -> None:
    major, parts = one_with(41)
    part = parts[41]
    for each in (major, part):
        each.record(updating.update(each.ticket, ANA, at("09:20"), "We are on it"))
    late = majors.without_warnings(part.pass_until("10:40"))
    assert [event.kind for event in late.events if event.kind is Kind.BREACHED]
    assert [notice for notice in late.notices if notice.kind is not NoticeKind.CARD] == []
    later = majors.without_warnings(part.pass_until("15:20"))
    (caught,) = [each.content for each in later.notices if isinstance(each.content, CatchUpContent)]
    assert {each.clock for each in caught.missed} == {"restore", "escalation"}
    assert caught.to == "assignee", "that of the update is at level 1, that of the time to restore is new"


def test_a_customer_who_says_that_it_is_back_ends_the_ticket_at_the_time_of_the_question() -> None:
    _, parts = one_with(41)
    part = parts[41]
    part.record(majors.ask_back(part.ticket, ANA, at("10:00"), 40))
    assert part.ticket.waiting is not None
    assert majors.ask_back(part.ticket, ANA, at("10:01"), 40) == Change(), "they are asked once"
    answer = majors.answer_back(part.ticket, CLEO, at("11:00"), "no", is_back=True, asked_at=at("10:00"))
    part.record(answer)
    assert part.ticket.status is Status.RESOLVED
    assert part.ticket.clocks[ClockKind.RESTORE].ended_at == at("10:00")


@pytest.mark.parametrize("is_back", [True, False])
def test_nobody_of_the_desk_says_for_a_customer_whether_it_is_back_for_them(is_back: bool) -> None:
    _, parts = one_with(41)
    part = parts[41]
    part.record(majors.ask_back(part.ticket, ANA, at("10:00"), 40))
    for somebody in (BEN, LEA):
        with pytest.raises(Refusal) as refused:
            majors.answer_back(part.ticket, somebody, at("10:05"), "no", is_back=is_back, asked_at=at("10:00"))
        assert refused.value.code == "back_not_yours"


def test_a_customer_who_says_that_it_is_not_back_is_heard_and_the_ticket_goes_on() -> None:
    _, parts = one_with(41)
    part = parts[41]
    part.record(majors.ask_back(part.ticket, ANA, at("10:00"), 40))
    part.record(majors.answer_back(part.ticket, CLEO, at("10:05"), "Not back", is_back=False, asked_at=at("10:00")))
    assert part.ticket.is_open
    assert part.ticket.waiting is None
