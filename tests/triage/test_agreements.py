"""Agreements beside the customer's, on one ticket: each has clocks, warnings and a breach of its own."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given

from tests.triage.actions import Step, live, openings, steps
from tests.triage.story import ANA, BEN, CLEO, Story, at, due
from tests.triage.test_clocks import terms
from triage import acknowledging, answering, awaiting, noting, owning, reporting, resolving, restoring, updating
from triage.agenda import agenda
from triage.agreements import clock_of, parted
from triage.clocks import Clock, ClockState
from triage.contents.deadlines import AgreementContent, BreachContent, CatchUpContent, WarningContent
from triage.contents.to_desk import AssignedContent
from triage.due import decide_due, decide_past
from triage.event import Event
from triage.facts.ahead import Breached, Warned
from triage.facts.owning import Acknowledged
from triage.facts.sorting import Merged, Opened, TermsMoved
from triage.figures import Kept, figures_from_data, figures_of, figures_to_data
from triage.fold import fold
from triage.moving import STAMPED
from triage.notice import Audience
from triage.offering import acknowledged_by_group
from triage.people import Actor
from triage.quiet_hours import still_matters
from triage.settling import is_settled, may_settle, settled_by
from triage.still_true import still_true
from triage.terms import Agreement, ClockKind, LeadTime, Terms, terms_from_data
from triage.ticket import Ticket
from triage.why import Because, sums, why

RESPONSE, UPDATE, RESTORE = ClockKind
NETOPS, SYSOPS = "chat:netops", "chat:sysops"
LEADS = {RESTORE: (LeadTime(seconds=900),)}
GROUP = Agreement("network", terms(response=10, update=None, restore=120, leads=LEADS), "assigned", NETOPS)
SUPPLIER = Agreement("carrier", terms(response=None, update=None, restore=240), "waiting", "vendor")
INNER = Agreement("inner", terms(response=5, update=20, restore=300))


def story(*agreements: Agreement, severity: int = 1) -> Story:
    """A ticket that was opened at nine under those agreements as well, of severity 1 unless another is given."""
    found = Story("09:00", severity=severity)
    [opened, *rest] = found.events
    assert isinstance(opened.fact, Opened)
    stamped = replace(opened.fact.terms, agreements=agreements)
    found.events = [replace(opened, fact=replace(opened.fact, terms=stamped)), *rest]
    return found


def clock(ticket: Ticket, name: str, kind: ClockKind = RESTORE) -> Clock:
    return ticket.agreements[name][kind]


def hand(found: Story, when: str, group: str) -> None:
    found.act(owning.hand_to_group, when, group, None, 1800, by=ANA)


def test_an_agreement_from_the_opening_runs_beside_the_customers_and_changes_nothing_of_it() -> None:
    plain, both = story(), story(INNER)
    for each in (plain, both):
        each.act(owning.take, "09:03", by=ANA)
        each.act(updating.update, "09:10", "on it", by=ANA)
        each.act(awaiting.wait, "09:20", "logs", by=ANA)
    assert both.ticket.clocks == plain.ticket.clocks
    assert both.ticket.next_due == plain.ticket.next_due
    inner = both.ticket.agreements["inner"]
    assert (inner[RESPONSE].state, inner[UPDATE].due) == (ClockState.MET, at("09:30"))
    assert inner[RESTORE].state is ClockState.PAUSED


def test_a_groups_agreement_begins_with_its_work_and_is_answered_by_its_acknowledgement() -> None:
    found = story(GROUP)
    assert found.ticket.agreements == {}
    hand(found, "10:00", NETOPS)
    assert clock(found.ticket, "network", RESPONSE).due == at("10:10")
    found.act(updating.update, "10:05", "somebody looks", by=ANA)
    assert clock(found.ticket, "network", RESPONSE).state is ClockState.RUNNING, "that was for the customer"
    found.act(acknowledging.acknowledge, "10:08", by=BEN, in_group=True)
    assert clock(found.ticket, "network", RESPONSE).ended_at == at("10:08")
    assert clock(found.ticket, "network").due == at("12:00")


@pytest.mark.parametrize(
    ("own", "asked", "told"),
    [(10, 15, "10:10"), (20, 15, "10:15"), (None, 15, "10:15"), (10, None, "10:10"), (None, None, None)],
)
def test_a_group_is_told_the_earlier_of_when_the_desk_asks_it_to_answer_and_when_its_agreement_does(
    own: int | None, asked: int | None, told: str | None
) -> None:
    others = replace(INNER, terms=terms(response=1, update=None, restore=None))
    found = story(replace(GROUP, terms=terms(response=own, update=None, restore=120)), others)
    within = None if asked is None else 60 * asked
    change = found.act(owning.hand_to_group, "10:00", NETOPS, None, within, by=ANA)
    [said] = [each.content for each in change.notices if isinstance(each.content, AssignedContent)]
    expected = at(told) if told else None
    assert owning.acknowledge_by(found.ticket, NETOPS, said.answer_by) == expected
    assert owning.acknowledge_by(found.ticket, SYSOPS, said.answer_by) == said.answer_by, "it is not theirs"


@pytest.mark.parametrize(
    ("start", "expected"),
    [("assigned", "12:00"), ("confirmed", "12:00"), ("waiting", None), ("responded", None), ("created", "12:00")],
)
def test_a_clock_of_it_that_starts_at_what_was_so_before_starts_with_it(start: str, expected: str | None) -> None:
    own = replace(GROUP, terms=replace(GROUP.terms, starts={RESTORE: start}))
    found = story(own)
    found.act(owning.take, "09:03", by=ANA)
    found.act(updating.update, "09:10", "on it", by=ANA)
    hand(found, "10:00", NETOPS)
    started = found.ticket.agreements["network"].get(RESTORE)
    assert (started and started.due) == (at(expected) if expected else None)
    found.act(acknowledging.acknowledge, "10:08", by=BEN, in_group=True)
    if start == "responded":
        assert clock(found.ticket, "network").due == at("12:08")


def test_it_ends_when_another_group_has_the_work_and_begins_anew_when_it_comes_back() -> None:
    found = story(GROUP)
    hand(found, "10:00", NETOPS)
    found.act(acknowledging.acknowledge, "10:08", by=BEN, in_group=True)
    hand(found, "10:30", SYSOPS)
    ended = clock(found.ticket, "network")
    assert (ended.state, ended.ended_at, ended.taken(at("10:30"))) == (ClockState.MET, at("10:30"), 1800)
    hand(found, "13:00", NETOPS)
    assert clock(found.ticket, "network").due == at("15:00")
    found.act(owning.assign, "13:30", BEN, by=ANA)
    assert clock(found.ticket, "network").ended_at == at("13:30"), "handed back"


@pytest.mark.parametrize("goes_to", [SYSOPS, BEN, None], ids=["another group", "a person", "nobody"])
@pytest.mark.parametrize(
    ("until", "response", "restore"),
    [("10:05", None, None), ("10:30", Kept(0, 1), None), ("12:30", Kept(0, 1), Kept(0, 1))],
)
def test_of_a_group_that_never_answered_nothing_was_met_when_the_work_goes_on_elsewhere(
    until: str, response: Kept | None, restore: Kept | None, goes_to: Any
) -> None:
    found = story(GROUP)
    hand(found, "10:00", NETOPS)
    found.act(owning.hand_to_group if goes_to == SYSOPS else owning.assign, until, goes_to, by=ANA)
    ended = found.ticket.agreements["network"]
    assert {each.state for each in ended.values()} == {ClockState.STOPPED}
    told = why(found.events, RESTORE, "network")
    assert told is not None
    assert told.lines[-1].because is Because.STOPPED
    found.act(resolving.resolve, "13:00", by=ANA)
    wanted = {("network", RESPONSE): response, ("network", RESTORE): restore}
    assert figures_of(found.ticket, found.events).agreed == {key: kept for key, kept in wanted.items() if kept}


@pytest.mark.parametrize("goes_to", [SYSOPS, BEN, CLEO, None], ids=["another group", "them", "a colleague", "nobody"])
def test_whoever_of_the_group_hands_its_work_on_has_answered_for_it(goes_to: Any) -> None:
    found = story(GROUP)
    hand(found, "10:00", NETOPS)
    to = replace(goes_to, roles=BEN.roles) if goes_to == CLEO else goes_to
    found.act(owning.hand_to_group if to == SYSOPS else owning.assign, "10:05", to, by=BEN, in_group=True)
    ended = found.ticket.agreements["network"]
    assert {kind: (each.state, each.ended_at) for kind, each in ended.items()} == {
        RESPONSE: (ClockState.MET, at("10:05")), RESTORE: (ClockState.MET, at("10:05")),
    }  # fmt: skip
    events = len(found.events)
    found.act(owning.assign, "10:06", ANA, by=BEN, in_group=True)
    assert [each.fact for each in found.events[events:] if isinstance(each.fact, Acknowledged)] == (
        [Acknowledged(for_group=True)] if to == SYSOPS else []
    )


def test_what_a_group_never_answered_is_met_by_whoever_restores_service_while_it_has_the_work() -> None:
    found = story(GROUP)
    hand(found, "10:00", NETOPS)
    found.act(restoring.restored, "10:20", None, "moved", by=ANA)
    hand(found, "10:30", SYSOPS)
    ended = found.ticket.agreements["network"]
    assert (ended[RESPONSE].state, ended[RESTORE].state) == (ClockState.STOPPED, ClockState.MET)


def test_a_group_answers_its_agreement_also_where_the_desk_asks_it_for_no_answer() -> None:
    found = story(GROUP)
    found.act(owning.hand_to_group, "10:00", NETOPS, by=ANA)
    assert acknowledged_by_group(found.ticket, at("10:05"), BEN.id)
    found.act(acknowledging.acknowledge, "10:08", by=Actor("chat:nina"), in_group=True)
    assert clock(found.ticket, "network", RESPONSE).ended_at == at("10:08")


def test_a_suppliers_agreement_lasts_as_long_as_the_wait_for_it() -> None:
    found = story(SUPPLIER)
    found.act(awaiting.wait, "10:00", "the carrier", what="vendor", by=ANA)
    assert clock(found.ticket, "carrier").due == at("14:00")
    found.act(awaiting.wait, "11:00", "logs", by=ANA)
    assert clock(found.ticket, "carrier").ended_at == at("11:00")
    found.act(awaiting.wait, "12:00", "the carrier", what="vendor", by=ANA)
    found.act(resolving.resolve, "12:30", by=ANA)
    assert clock(found.ticket, "carrier").ended_at == at("12:30")
    found.act(resolving.reopen, "13:00", by=ANA, counts=True)
    assert clock(found.ticket, "carrier").ended_at == at("12:30")


@pytest.mark.parametrize("stops", [{}, {"vendor": frozenset({RESTORE})}], ids=["runs on", "stopped meanwhile"])
def test_a_wait_that_is_said_anew_is_the_same_and_never_stops_the_agreement_of_whoever_is_waited_for(
    stops: dict[str, frozenset[ClockKind]],
) -> None:
    own = replace(SUPPLIER, terms=replace(SUPPLIER.terms, stops=stops))
    found = story(own, replace(INNER, terms=replace(INNER.terms, stops=stops)))
    found.act(awaiting.wait, "10:00", "the carrier", what="vendor", by=ANA)
    assert clock(found.ticket, "carrier").due == at("14:00")
    found.act(awaiting.wait, "11:00", "they call back", what="vendor", until=at("15:00"), by=ANA)
    assert clock(found.ticket, "carrier").due == at("14:00"), "a reminder gives them no more time"
    assert clock(found.ticket, "inner").state is (ClockState.PAUSED if stops else ClockState.RUNNING)
    found.act(awaiting.resume, "12:00", by=ANA)
    assert clock(found.ticket, "carrier").ended_at == at("12:00")
    assert clock(found.ticket, "inner").due == (at("16:00") if stops else at("14:00"))


def test_what_the_customer_owes_the_desk_counts_while_the_desk_waits_for_them() -> None:
    theirs = Agreement("theirs", terms(response=None, update=None, restore=240), "waiting", "customer")
    found = story(theirs)
    found.act(awaiting.wait, "10:00", "logs", by=ANA)
    assert (clock(found.ticket, "theirs").state, clock(found.ticket, "theirs").due) == (ClockState.RUNNING, at("14:00"))
    assert due(found, RESTORE) is None, "the desk's own stands still"


def test_another_reminder_or_reason_of_a_wait_for_a_supplier_gives_them_no_more_time() -> None:
    found = story(SUPPLIER)
    found.act(awaiting.wait, "10:00", "the carrier", what="vendor", by=ANA)
    found.act(awaiting.wait, "11:00", "the carrier", what="vendor", until=at("13:00"), by=ANA)
    assert (clock(found.ticket, "carrier").started_at, clock(found.ticket, "carrier").due) == (at("10:00"), at("14:00"))
    assert found.ticket.waiting is not None
    assert found.ticket.waiting.until == at("13:00")


def test_with_a_reopened_ticket_the_work_of_its_group_goes_on() -> None:
    found = story(GROUP, INNER)
    hand(found, "10:00", NETOPS)
    found.act(resolving.resolve, "10:30", by=ANA)
    assert clock(found.ticket, "network").state is ClockState.MET
    found.act(resolving.reopen, "11:30", by=ANA, counts=False)
    assert clock(found.ticket, "network").due == at("13:00")
    assert clock(found.ticket, "inner").due == at("15:00")


def test_nothing_begins_on_a_ticket_at_its_end_and_on_one_that_is_open_again_what_is_so_then_does() -> None:
    found = story()
    found.act(resolving.resolve, "10:00", by=ANA)
    assert under(found, "10:30", GROUP, INNER).ticket.agreements == {}
    again = under(found, "10:30", GROUP, INNER)
    again.act(resolving.reopen, "11:00", by=ANA, counts=True)
    assert clock(again.ticket, "inner").due == at("16:00")
    hand(again, "11:30", NETOPS)
    assert clock(again.ticket, "network").due == at("13:30")


def test_work_that_is_handed_over_during_a_wait_for_the_customer_stands_still_until_they_answer() -> None:
    found = story(GROUP)
    found.act(awaiting.wait, "09:30", "logs", by=ANA)
    hand(found, "10:00", NETOPS)
    assert clock(found.ticket, "network").state is ClockState.PAUSED
    found.act(answering.customer_wrote, "10:30", "here", at=at("10:30"), by=CLEO)
    assert clock(found.ticket, "network").due == at("12:30")


def test_service_that_is_back_meets_every_agreement_that_has_begun() -> None:
    found = story(GROUP, INNER)
    hand(found, "10:00", NETOPS)
    found.act(restoring.restored, "10:30", by=ANA)
    assert {name: clock(found.ticket, name).state for name in ("network", "inner")} == {
        "network": ClockState.MET, "inner": ClockState.MET
    }  # fmt: skip
    found.act(restoring.relapsed, "11:00", by=ANA)
    assert clock(found.ticket, "network").due == at("12:30")


def test_a_corrected_report_moves_what_began_with_the_ticket_and_nothing_that_began_later() -> None:
    found = story(GROUP, INNER)
    hand(found, "10:00", NETOPS)
    found.act(reporting.correct_report, "10:05", at("08:00"), "they had called", by=ANA)
    assert (clock(found.ticket, "inner").due, clock(found.ticket, "network").due) == (at("13:00"), at("12:00"))


def test_other_terms_end_begin_and_change_agreements() -> None:
    found = story(GROUP)
    hand(found, "10:00", NETOPS)
    shorter = replace(GROUP, terms=terms(response=None, update=None, restore=60))
    assert clock(under(found, "10:30", shorter).ticket, "network").due == at("11:00")
    assert under(found, "10:30").ticket.agreements == {"network": {}}, "what is in no terms any more has no clock"
    other = under(found, "10:30", SUPPLIER, INNER).ticket
    assert {name for name, clocks in other.agreements.items() if clocks} == {"inner"}, "nothing waits for a supplier"
    assert clock(other, "inner").due == at("15:30"), "one that is new counts from the change"


def test_an_agreement_that_is_in_no_terms_for_a_while_counts_from_its_beginning_when_it_is_back() -> None:
    found = story(GROUP)
    hand(found, "10:00", NETOPS)
    without = under(found, "10:30")
    without.act(updating.update, "10:40", "still on it", by=ANA)
    without.act(acknowledging.acknowledge, "10:45", by=BEN, in_group=True)
    assert clock(under(without, "11:00", GROUP).ticket, "network").due == at("12:00")


def test_a_group_that_has_another_name_under_other_terms_goes_on_with_its_work() -> None:
    found = story(GROUP)
    hand(found, "10:00", NETOPS)
    renamed = under(found, "10:30", replace(GROUP, of=SYSOPS))
    hand(renamed, "10:31", SYSOPS)
    assert clock(renamed.ticket, "network").due == at("12:00")
    hand(renamed, "10:40", NETOPS)
    assert clock(renamed.ticket, "network").ended_at == at("10:40"), "nobody is called that any more"


def under(found: Story, when: str, *agreements: Agreement) -> Story:
    """The same story, in which the terms have those agreements from then on."""
    other = copy(found)
    stamped = replace(found.ticket.terms, agreements=agreements)
    moved = Event(at(when), at(when), ANA.id, TermsMoved(stamped, 1), seq=len(found.events) + 1)
    other.events = [*found.events, moved]
    return other


def held_to(event: Event, agreements: tuple[Agreement, ...]) -> Event:
    """The same event, with terms that hold the ticket to those agreements as well."""
    fact: Any = event.fact
    return replace(event, fact=replace(fact, terms=replace(fact.terms, agreements=agreements)))


def test_what_goes_on_as_another_ticket_is_not_done() -> None:
    found = story(GROUP, SUPPLIER)
    hand(found, "10:00", NETOPS)
    found.act(awaiting.wait, "10:00", "the carrier", what="vendor", by=ANA)
    merged = Event(at("10:30"), at("10:30"), ANA.id, Merged(7), seq=found.ticket.version + 1)
    ended = fold([*found.events, merged])
    for name in ("network", "carrier"):
        over = clock(ended, name)
        assert (over.state, over.ended_at, over.breached()) == (ClockState.STOPPED, at("10:30"), False), name
    kept = figures_of(ended, [*found.events, merged]).agreed
    assert kept == {("network", RESPONSE): Kept(0, 1)}, (
        "the group acknowledged nothing; the rest was neither met nor late"
    )


def test_its_warnings_and_its_breach_are_said_once_to_the_desk_alone() -> None:
    found = story(GROUP)
    hand(found, "10:00", NETOPS)
    found.act(acknowledging.acknowledge, "10:05", by=BEN, in_group=True)
    mine = [item for item in agenda(found.ticket) if parted(item.clock)]
    assert [(item.at, item.clock, item.step) for item in mine] == [
        (at("11:45"), "restore/network", "left-900"),
        (at("12:00:01"), "restore/network", "breach"),
    ]
    said = found.live_until("13:00")
    mine_said = [(when, each) for when, each in said if isinstance(each.content, AgreementContent)]
    assert [(when, each.content) for when, each in mine_said] == [
        (at("11:45"), AgreementContent("left-900", 2, "restore", "network", at("12:00"), late=False, group=NETOPS)),
        (at("12:00:01"), AgreementContent("breach", 2, "restore", "network", at("12:00"), late=True, group=NETOPS)),
    ]
    assert {(each.audience, each.broadcast) for _, each in mine_said} == {(Audience.DESK, False)}
    assert not [breach for breach in found.ticket.breaches if breach.clock is RESTORE], "the customer's is not late"
    assert not [each for _, each in said if isinstance(each.content, BreachContent) and each.content.clock == RESTORE]
    assert [type(event.fact) for event in found.events if (event.said or ("",))[0] == "restore/network"] == [
        Warned, Breached
    ]  # fmt: skip


def test_a_warning_of_it_is_not_said_once_it_is_over_or_too_late() -> None:
    found = story(GROUP)
    hand(found, "10:00", NETOPS)
    near = AgreementContent("left-900", 2, "restore", "network", at("12:00"), group=NETOPS)
    assert still_true(found.ticket, near, at("11:50"))
    assert not still_true(found.ticket, near, at("12:01"))
    found.act(restoring.restored, "11:50", by=ANA)
    assert not still_true(found.ticket, near, at("11:55"))


def said_of(found: Story, *, late: bool = False) -> AgreementContent:
    """The last that was said of an agreement."""
    contents = [notice.content for notice in found.notices]
    return [each for each in contents if isinstance(each, AgreementContent) and each.late is late][-1]


ENDS: dict[str, tuple[Callable[[Story], object], bool]] = {
    "a note": (lambda found: found.act(noting.note, "12:05", "hm", by=ANA), False),
    "the customer is told something": (lambda found: found.act(updating.update, "12:05", "soon", by=ANA), False),
    "its group acknowledges": (
        lambda found: found.act(acknowledging.acknowledge, "12:05", by=BEN, in_group=True),
        False,
    ),
    "service is back": (lambda found: found.act(restoring.restored, "12:05", by=ANA), True),
    "resolved": (lambda found: found.act(resolving.resolve, "12:05", by=ANA), True),
    "another group has the work": (lambda found: hand(found, "12:05", SYSOPS), True),
    "somebody has it back": (lambda found: found.act(owning.assign, "12:05", BEN, by=ANA), True),
    "the customer is waited for": (lambda found: found.act(awaiting.wait, "12:05", "logs", by=ANA), True),
    "the supplier is waited for": (lambda found: found.act(awaiting.wait, "12:05", "x", what="vendor", by=ANA), False),
}


@pytest.mark.parametrize("action", ENDS)
def test_what_was_said_of_it_is_settled_by_what_met_moved_or_stopped_its_clock(action: str) -> None:
    found = story(GROUP, SUPPLIER)
    hand(found, "10:00", NETOPS)
    found.live_until("12:04")
    near, late, before = said_of(found), said_of(found, late=True), found.ticket
    assert (near.clock, late.clock) == ("restore", "restore")
    assert not is_settled(before, near)
    assert not is_settled(before, late)
    do, settled = ENDS[action]
    do(found)
    assert (is_settled(found.ticket, near), is_settled(found.ticket, late)) == (settled, settled)
    assert may_settle(before, found.ticket) or not settled
    event = settled_by(found.events, late, 2)
    assert (event is not None and event.at == at("12:05")) is settled


def test_what_was_said_of_a_suppliers_agreement_is_settled_when_the_wait_is_over_and_not_open_with_the_next() -> None:
    found = story(SUPPLIER)
    found.act(awaiting.wait, "10:00", "the carrier", what="vendor", by=ANA)
    found.live_until("14:30")
    late = said_of(found, late=True)
    assert not is_settled(found.ticket, late)
    found.act(awaiting.resume, "15:00", by=ANA)
    assert is_settled(found.ticket, late)
    found.act(awaiting.wait, "15:30", "the carrier", what="vendor", by=ANA)
    assert is_settled(found.ticket, late), "this is another wait"


def test_after_somebodys_quiet_hours_they_are_told_of_what_was_said_to_them_of_it_and_still_stands() -> None:
    found = story(SUPPLIER, severity=3)
    found.act(awaiting.wait, "10:00", "the carrier", what="vendor", by=ANA)
    found.live_until("14:30")
    late = said_of(found, late=True)
    assert still_matters(found.ticket, late, ANA.id)
    assert not still_matters(found.ticket, replace(late, group=NETOPS), ANA.id), "its group was told"
    found.act(awaiting.resume, "15:00", by=ANA)
    assert not still_matters(found.ticket, late, ANA.id)


@given(openings, steps)
def test_what_is_said_of_an_agreement_with_the_terms_of_the_customers_is_settled_with_theirs(
    opening: dict[str, object], life: list[Step]
) -> None:
    events = [
        held_to(event, (Agreement("same", event.fact.terms),)) if isinstance(event.fact, STAMPED) else event
        for event in live(opening, life, looking=True).events
    ]
    stages = [fold(events[:count]) for count in range(1, len(events) + 1)]
    said = {
        (WarningContent("left", clock.cycle, kind, due), AgreementContent("left", clock.cycle, kind, "same", due))
        for ticket in stages
        for kind, clock in asked_for(ticket).items()
        if (due := clock.due) is not None
    }
    for before, after in pairwise(stages):
        for theirs, same in said:
            if theirs.clock in asked_for(after):
                assert is_settled(after, theirs) is is_settled(after, same)
            if is_settled(before, same) is not is_settled(after, same) and after.said:
                assert may_settle(before, after)


def test_of_two_warnings_that_wait_only_the_later_one_is_said() -> None:
    found = story(replace(GROUP, terms=replace(GROUP.terms, leads={RESTORE: (LeadTime(share=0.5), LeadTime(900))})))
    hand(found, "10:00", NETOPS)
    found.live_until("11:50")
    first, last = [
        n.content for n in found.notices if isinstance(n.content, AgreementContent) and n.content.clock == RESTORE
    ]
    assert not still_true(found.ticket, first, at("11:50"))
    assert still_true(found.ticket, last, at("11:50"))


def test_after_an_outage_it_is_said_with_what_was_missed_of_the_customers() -> None:
    found = story(GROUP)
    hand(found, "10:00", NETOPS)
    [notice] = [each for each in found.record(decide_due(found.ticket, at("12:30"))).notices if each.kind != "card"]
    assert isinstance(notice.content, CatchUpContent)
    assert notice.broadcast
    missed = {(each.clock, each.step, each.at) for each in notice.content.missed}
    assert {
        ("response/network", "breach", at("10:10:01")), ("restore/network", "left-900", at("11:45")),
        ("restore/network", "breach", at("12:00:01")), ("update", "breach", at("09:30:01")),
    } <= missed  # fmt: skip
    late = replace(notice.content, missed=tuple(each for each in notice.content.missed if each.step == "breach"))
    assert not is_settled(found.ticket, late)
    found.act(updating.update, "12:35", "on it", by=ANA)
    assert not is_settled(found.ticket, late), "the group is late as well"
    found.act(owning.assign, "12:40", BEN, by=ANA)
    assert is_settled(found.ticket, late)


def test_what_an_outage_left_of_agreements_alone_is_one_notice_in_the_thread() -> None:
    found = story(GROUP, severity=3)
    found.act(updating.update, "09:50", "soon", by=ANA)
    found.act(owning.hand_to_group, "10:00", NETOPS, by=ANA)
    notices = found.record(decide_due(found.ticket, at("12:02:10"))).notices
    [catch_up] = [each for each in notices if each.kind != "card"]
    assert isinstance(catch_up.content, CatchUpContent)
    assert {each.clock for each in catch_up.content.missed} == {"response/network", "restore/network"}
    assert not catch_up.broadcast


def test_at_night_nobody_is_notified_of_what_can_wait_for_opening() -> None:
    found = story(SUPPLIER, severity=3)
    found.act(awaiting.wait, "10:00", "the carrier", what="vendor", by=ANA)
    found.live_until("14:01")
    assert not said_of(found, late=True).quiet
    found.act(awaiting.wait, "19:00", "logs", by=ANA)
    found.act(awaiting.wait, "19:01", "the carrier", what="vendor", by=ANA)
    found.live_until("23:10")
    assert said_of(found, late=True).quiet


def test_what_had_passed_before_the_ticket_came_here_is_on_record_and_unsaid() -> None:
    found = story(INNER)
    change = decide_past(found.ticket, at("15:00"))
    assert clock_of(RESTORE, "inner") in {event.said[0] for event in change.events if event.said}
    assert change.notices == ()


def test_terms_keep_their_agreements_and_those_from_before_have_none() -> None:
    stamped = replace(terms(), agreements=(GROUP, SUPPLIER, INNER))
    read = terms_from_data(stamped.to_data())
    assert [(each.name, each.begins, each.of) for each in read.agreements] == [
        ("network", "assigned", NETOPS), ("carrier", "waiting", "vendor"), ("inner", "created", None)
    ]  # fmt: skip
    assert read.agreements[0].terms.targets == GROUP.terms.targets
    assert read.agreement("carrier") == read.agreements[1]
    assert read.agreement("nobody") is None
    assert "agreements" not in Terms().to_data()


@pytest.mark.parametrize("name", ["network", "the carrier / north"])
def test_a_clock_of_an_agreement_is_told_apart_from_the_customers(name: str) -> None:
    assert parted(clock_of(UPDATE, name)) == (UPDATE, name)
    assert parted(UPDATE) is None


def test_a_promise_to_the_customer_is_held_by_an_agreement_in_the_place_of_its_own_next_update_alone() -> None:
    found = story(INNER, GROUP)
    hand(found, "09:05", NETOPS)
    found.act(updating.promise, "09:10", at("10:00"), "on it", by=ANA)
    assert clock(found.ticket, "inner", UPDATE).due == at("10:00")
    assert UPDATE not in found.ticket.agreements["network"], "what it does not name has no clock"


def asked_for(ticket: Ticket) -> dict[ClockKind, Clock]:
    """The customer's clocks, without one that only a promise makes where the terms know no update frequency."""
    known = ticket.terms.targets
    return {kind: each for kind, each in ticket.clocks.items() if each.promised is None or kind in known}


@given(openings, steps)
def test_an_agreement_with_the_terms_of_the_customers_stands_as_theirs_whatever_happens(
    opening: dict[str, object], life: list[Step]
) -> None:
    plain = live(opening, life)

    def alike(event: Event) -> Event:
        if not isinstance(event.fact, STAMPED):
            return event
        return held_to(event, (Agreement("same", event.fact.terms),))

    both = fold(map(alike, plain.events))
    assert both.clocks == plain.ticket.clocks
    if both.dismissed_at is None:
        assert both.agreements["same"] == asked_for(plain.ticket)


def test_why_tells_from_when_an_agreement_counts_what_it_left_out_and_when_it_is_due() -> None:
    found = story(GROUP, SUPPLIER, INNER)
    hand(found, "10:00", NETOPS)
    found.act(awaiting.wait, "10:30", "logs", by=ANA)
    found.act(answering.customer_wrote, "11:00", "here", at=at("11:00"), by=CLEO)
    found.act(awaiting.wait, "11:30", "the carrier", what="vendor", by=ANA)
    each = {of.agreement: of for of in sums(found.events, [RESTORE], agreements=found.ticket.agreements)}
    assert list(each) == [None, "inner", "network", "carrier"]
    network = each["network"]
    assert [line.because for line in network.lines] == [
        Because.AGREED, Because.TARGET, Because.COUNTED, Because.PAUSED, Because.COUNTED, Because.DUE
    ]  # fmt: skip
    assert (network.lines[0].at, network.lines[0].start, network.lines[-1].at) == (at("10:00"), "assigned", at("12:30"))
    assert network.lines[0].event is not None
    assert (each["carrier"].lines[0].start, each["carrier"].lines[-1].at) == ("waiting", at("15:30"))
    assert each["inner"].lines[0].because is Because.REPORTED
    assert network.lines[-2].total == network.clock.allowance.seconds
    assert why(found.events, RESTORE, "nobody's") is None


@given(openings, steps)
def test_the_sum_of_an_agreement_with_the_terms_of_the_customers_is_theirs(
    opening: dict[str, object], life: list[Step]
) -> None:
    events = [
        held_to(event, (Agreement("same", event.fact.terms),)) if isinstance(event.fact, STAMPED) else event
        for event in live(opening, life).events
    ]
    for kind in ClockKind:
        theirs, same = why(events, kind), why(events, kind, "same")
        if theirs is not None and kind not in asked_for(fold(events)):
            continue
        assert (theirs and theirs.lines) == (same and same.lines)


def test_figures_count_every_time_that_an_agreement_held_and_what_was_not_met_in_time() -> None:
    found = story(GROUP, SUPPLIER, INNER)
    found.act(updating.update, "09:10", "on it", by=ANA)
    hand(found, "10:00", NETOPS)
    found.act(acknowledging.acknowledge, "10:20", by=BEN, in_group=True)
    hand(found, "10:30", SYSOPS)
    hand(found, "11:00", NETOPS)
    found.act(updating.update, "11:30", "soon", by=ANA)
    found.act(resolving.resolve, "14:00", by=ANA)
    kept = figures_of(found.ticket, found.events).agreed
    assert kept == {
        ("network", RESPONSE): Kept(0, 2),  # acknowledged late, then not at all
        ("network", RESTORE): Kept(1, 1),  # handed on after half an hour, then three hours
        ("inner", RESPONSE): Kept(0, 1),
        ("inner", UPDATE): Kept(1, 2),  # 9:10; 11:30 was late, and then nothing came
        ("inner", RESTORE): Kept(1, 0),
    }
    assert figures_from_data(figures_to_data(figures_of(found.ticket, found.events))).agreed == kept
    assert "agreed" not in figures_to_data(figures_of(story().ticket, story().events))
