"""A ticket that nobody has is offered: by itself or as a proposal, once to each, and at last to the lead (policy:
Assignment)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.triage.story import ANA, BEN, LEA, POLICY, Story, at, kinds
from triage import acknowledging, awaiting, noting, owning, resolving, snoozing, sorting, updating
from triage.agenda import GROUP, OFFER, agenda, upcoming
from triage.assigning import Choosing, Load
from triage.assignment import Assignment, Mode
from triage.change import Change
from triage.contents.deadlines import WarningContent
from triage.contents.to_desk import GroupSilentContent, NobodyContent, OfferedContent
from triage.desk import Desk
from triage.due import decide_overtaken
from triage.errors import Refusal
from triage.facts.owning import Assigned, Reason
from triage.hours import Calendar
from triage.notice import Content
from triage.offering import acknowledged_by_group, hand_on, is_free_again, offer, owed
from triage.people import VIGIE, Actor, Role
from triage.policy import Policy
from triage.quiet_hours import QuietHours
from triage.roster import Roster
from triage.rota import Rota
from triage.settling import is_settled, may_settle
from triage.still_true import still_true
from triage.terms import Category

AGENT = frozenset({Role.AGENT})
THREE = (ANA.id, BEN.id, "chat:cat")
AUTOMATIC, PROPOSE = Assignment(mode=Mode.AUTOMATIC), Assignment(mode=Mode.PROPOSE)
NETOPS = "chat:netops"
NINE_TO_FIVE = Calendar("UTC", {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")})


class OnCall(Rota):
    """One person is on call at all times."""

    def on_call(self, _: datetime) -> list[str]:
        return ["chat:oncall"]


def desk(*people: str, rules: Assignment = AUTOMATIC, **more: object) -> Choosing:
    """A desk of these agents, and somebody beside them who may be on call."""
    roles = {**dict.fromkeys(people, AGENT), "chat:oncall": frozenset({Role.MANAGER})}
    return Choosing(replace(Roster(roles=roles, inside=frozenset(roles)), **more), rules)  # type: ignore[arg-type]


def began(story: Story, choosing: Choosing, when: str = "09:00", *, named: bool = False) -> Change:
    return story.record(offer(story.ticket, choosing, at(when), named=named))


def said(change: Change) -> list[Content]:
    return [notice.content for notice in change.notices if notice.kind != "card"]


def goes_on(story: Story, choosing: Choosing, until: str) -> list[tuple[datetime, list[Content]]]:
    """Let time pass as far as answers are owed; what was said, and when."""
    found = []
    while due := [item for item in agenda(story.ticket) if item.clock == OFFER and item.at <= at(until)]:
        now = max(due[0].at, story.events[-1].recorded_at)
        found.append((now, said(story.record(hand_on(story.ticket, choosing, now)))))
    return found


def owner(story: Story) -> str | None:
    return story.ticket.ownership.assignee


# -- given ----------------------------------------------------------------------------------------------------------


def test_whoever_is_chosen_has_it_is_told_why_and_is_no_owner_for_warnings_before_they_answer() -> None:
    story = Story(severity=3)
    change = began(story, desk(ANA.id))
    assert (owner(story), story.ticket.ownership.is_accepted) == (ANA.id, False)
    assert said(change) == [OfferedContent(ANA.id, Reason(), at("09:10"))]
    assert story.events[-1].actor == VIGIE
    assert story.ticket.ownership.answer_by == at("09:10")


def test_where_the_channel_is_told_whom_it_falls_to_nothing_else_is_said() -> None:
    story = Story(severity=1)
    assert said(began(story, desk(ANA.id), named=True)) == []
    assert owner(story) == ANA.id


def test_a_proposal_gives_it_to_nobody_and_says_nothing_beside_the_card() -> None:
    story = Story(severity=3)
    change = began(story, desk(ANA.id, rules=PROPOSE))
    assert (kinds(change), said(change), owner(story)) == (["offered"], [], None)
    assert story.ticket.ownership.offer is not None
    assert story.ticket.ownership.offer.to == ANA.id
    assert [item for item in agenda(story.ticket) if item.clock == OFFER] == []
    assert not began(story, desk(ANA.id, rules=PROPOSE)), "the same is not proposed twice"
    assert kinds(began(story, desk(BEN.id, rules=PROPOSE))) == ["offered"]


@pytest.mark.parametrize("rules", [AUTOMATIC, PROPOSE])
@pytest.mark.parametrize(
    ("story", "chosen"),
    [
        (Story(severity=3), BEN.id),
        (Story(severity=None, category=Category.PROVISIONING), BEN.id),
        (Story(severity=None, by=Actor("chat:cleo", frozenset({Role.CUSTOMER}))), BEN.id),
        (Story(severity=2, by=Actor("chat:cleo", frozenset({Role.CUSTOMER}))), ANA.id),
        (Story(severity=1), ANA.id),
    ],
)
def test_in_their_quiet_hours_nobody_is_given_or_proposed_what_can_wait(
    rules: Assignment, story: Story, chosen: str
) -> None:
    hushed = desk(ANA.id, BEN.id, rules=rules, quiet={ANA.id: QuietHours(8 * 60, 10 * 60)})
    (event, *_) = offer(story.ticket, hushed, at("09:00")).events
    assert (getattr(event.fact, "assignee", None) or getattr(event.fact, "to", None)) == chosen
    (later, *_) = offer(story.ticket, hushed, at("10:00")).events
    assert (getattr(later.fact, "assignee", None) or getattr(later.fact, "to", None)) == ANA.id, "they are over"


def test_where_everybody_has_quiet_hours_the_lead_is_told_that_nobody_has_it() -> None:
    story, quiet = Story(severity=3), {ANA.id: QuietHours(8 * 60, 10 * 60)}
    assert said(began(story, desk(ANA.id, quiet=quiet))) == [NobodyContent(())]
    assert said(began(story, desk(ANA.id, quiet=quiet), "10:00")) == [OfferedContent(ANA.id, Reason(), at("10:10"))]


@pytest.mark.parametrize("rules", [AUTOMATIC, PROPOSE, Assignment(mode=Mode.OFF)])
def test_what_nobody_has_sorted_is_never_left_without_anybody_named_at_night_either(rules: Assignment) -> None:
    story = Story("1 03:00", severity=None, by=Actor("chat:cleo", frozenset({Role.CUSTOMER})))
    asleep = desk(ANA.id, rules=rules, shifts={ANA.id: NINE_TO_FIVE}, rota=OnCall(), leads=(LEA.id,))
    told = said(began(story, asleep, "1 03:00"))
    assert told == ([] if rules.mode is Mode.OFF else [NobodyContent(())]), "the lead, at once"
    assert owner(story) is None, "nobody is given at night what nobody says to be severity 1 or 2"
    warned = [
        (now, notice) for now, notice in story.live_until("1 03:15") if isinstance(notice.content, WarningContent)
    ]
    assert [(now, notice.broadcast) for now, notice in warned] == [(at("1 03:10"), True)]
    assert asleep.roster.on_duty(story.ticket, at("1 03:10")) == ["chat:oncall"], "whom the warning names"


def test_a_desk_that_wants_neither_gets_neither() -> None:
    assert not began(Story(), desk(ANA.id, rules=Assignment(mode=Mode.OFF)))


@pytest.mark.parametrize(
    ("severity", "category", "by", "minutes"),
    [(1, None, ANA, 5), (2, None, ANA, 5), (3, None, ANA, 10), (None, Category.PROVISIONING, ANA, 10),
     (None, Category.INQUIRY, ANA, 10), (None, None, Actor("chat:cleo", frozenset({Role.CUSTOMER})), 5)],
)  # fmt: skip
def test_how_long_an_answer_may_take_is_by_severity_and_short_for_what_is_not_sorted(
    severity: int | None, category: Category | None, by: Actor, minutes: int
) -> None:
    story = Story(severity=severity, category=category, by=by)
    began(story, desk(ANA.id))
    assert story.ticket.ownership.answer_by == at("09:00") + timedelta(minutes=minutes)


# -- not answered ---------------------------------------------------------------------------------------------------


def test_whoever_is_silent_is_followed_by_the_next_each_once_and_at_last_by_the_lead() -> None:
    story, people = Story(severity=3), desk(*THREE)
    began(story, people)
    order = [owner(story)]
    told = goes_on(story, people, "12:00")
    order += [event.fact.assignee for event in story.events[2:] if isinstance(event.fact, Assigned)]
    assert sorted(filter(None, order)) == sorted(THREE)
    assert order[-1] is None
    assert [when for when, _ in told] == [at("09:10"), at("09:20"), at("09:30")]
    assert [content.before for _, (content,) in told] == order[:-1]  # type: ignore[attr-defined]
    assert told[-1][1] == [NobodyContent(tuple(filter(None, order)), order[-2])]
    assert [item for item in agenda(story.ticket) if item.clock == OFFER] == []


@pytest.mark.parametrize(
    "answer",
    [
        (owning.take,),
        (updating.update, "We are on it"),
        (noting.note, "It is their router"),
        (awaiting.wait, "the vendor"),
        (sorting.change_severity, POLICY, 2, "it is slow"),
        (resolving.resolve,),
    ],
    ids=["take", "update", "note", "wait", "severity", "resolve"],
)
def test_whatever_they_do_to_it_is_an_answer(answer: tuple[object, ...]) -> None:
    story, people = Story(severity=3), desk(*THREE)
    began(story, people)
    mine = Actor(owner(story) or "", AGENT)
    verb, *values = answer
    story.act(verb, "09:05", *values, by=mine)  # type: ignore[arg-type]
    assert goes_on(story, people, "20:00") == []
    assert owner(story) == mine.id


def test_what_somebody_else_does_is_no_answer_of_theirs() -> None:
    story, people = Story(severity=3), desk(*THREE)
    began(story, people)
    story.act(noting.note, "09:05", "Hm", by=LEA)
    assert [when for when, _ in goes_on(story, people, "09:15")] == [at("09:10")]


def test_an_answer_at_the_last_moment_prevents_the_next_though_the_pass_is_late() -> None:
    """What had fallen due before an action is recorded before it; of an answer that was owed, the action decides."""
    story, people = Story(severity=3), desk(*THREE)
    began(story, people)
    mine = Actor(owner(story) or "", AGENT)
    change = owning.take(story.ticket, mine, at("09:12"))
    assert not decide_overtaken(story.events, story.ticket, change.events, at("09:12"))
    story.record(change)
    assert owed(story.ticket, at("09:12")) == []


@pytest.mark.parametrize(
    ("hold", "release", "next_at"),
    [
        ((snoozing.snooze, "09:05", at("10:00")), None, "10:00"),
        ((awaiting.wait, "09:05", "a call"), (awaiting.resume, "11:00"), "11:10"),
        ((resolving.resolve, "09:05"), (resolving.reopen, "11:00"), "11:10"),
    ],
    ids=["snoozed", "waiting", "resolved"],
)
def test_a_snooze_a_wait_and_the_end_hold_back_that_it_goes_on(
    hold: tuple[object, ...], release: tuple[object, ...] | None, next_at: str
) -> None:
    story, people = Story(severity=3), desk(*THREE)
    began(story, people)
    verb, when, *values = hold
    story.act(verb, when, *values, by=LEA)  # type: ignore[arg-type]
    if release is not None:
        assert owed(story.ticket, at("10:59")) == []
        verb, when = release
        story.act(verb, when, by=LEA, **({"counts": False} if verb is resolving.reopen else {}))  # type: ignore[arg-type]
    assert upcoming(story.ticket)[OFFER].at == at(next_at)


def test_after_every_wait_the_time_to_answer_is_the_same_again_and_no_longer() -> None:
    story = Story(severity=3)
    began(story, desk(*THREE))
    for begins, ends, next_at in (("09:05", "11:00", "11:10"), ("11:05", "12:00", "12:10")):
        story.act(awaiting.wait, begins, "a call", by=LEA)
        story.act(awaiting.resume, ends, by=LEA)
        assert upcoming(story.ticket)[OFFER].at == at(next_at)


def test_what_a_person_assigned_is_theirs_until_they_say_otherwise() -> None:
    story, people = Story(severity=3), desk(*THREE)
    began(story, people)
    story.act(owning.assign, "09:02", BEN, by=LEA)
    assert goes_on(story, people, "20:00") == []
    assert owner(story) == BEN.id


def test_whoever_gives_it_up_is_not_asked_again_while_nobody_has_it() -> None:
    story, people = Story(severity=3), desk(ANA.id, BEN.id)
    began(story, people)
    first = Actor(owner(story) or "", AGENT)
    before = story.ticket
    story.act(owning.assign, "09:02", None, by=first)
    assert is_free_again(before, story.ticket)
    began(story, people, "09:02")
    assert owner(story) not in (first.id, None)
    goes_on(story, people, "20:00")
    assert owner(story) is None
    story.act(owning.take, "20:30", by=first)
    story.act(owning.assign, "21:00", None, by=LEA)
    assert story.ticket.ownership.tried == (first.id,), "whoever had it since begins another round"


def test_a_silent_assignee_who_has_left_or_lost_the_role_is_followed_like_any_other() -> None:
    story = Story(severity=3)
    began(story, desk(ANA.id))
    assert [content for _, content in goes_on(story, desk(BEN.id), "09:10")] == [
        [OfferedContent(BEN.id, Reason(), at("09:20"), ANA.id)]
    ]


def test_where_it_was_switched_off_meanwhile_they_keep_it() -> None:
    story = Story(severity=3)
    began(story, desk(ANA.id, BEN.id))
    assert goes_on(story, desk(ANA.id, BEN.id, rules=PROPOSE), "09:30") == [(at("09:10"), [])]
    assert owner(story) == ANA.id


# -- nobody there ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("severity", [1, 2])
def test_severity_1_and_2_go_to_on_call_at_once_where_nobody_is_there(severity: int) -> None:
    story = Story(severity=severity)
    change = began(story, desk(rota=OnCall()))
    assert said(change) == [OfferedContent("chat:oncall", Reason(on_call=True), at("09:05"))]


def test_what_is_less_waits_in_the_queue_and_the_lead_is_told_once() -> None:
    story, nobody = Story(severity=3), desk(ANA.id, away={ANA.id: None}, rota=OnCall())
    assert said(began(story, nobody)) == [NobodyContent()]
    assert not began(story, nobody, "09:30")
    assert said(began(story, desk(ANA.id), "09:40")) == [OfferedContent(ANA.id, Reason(), at("09:50"))]


def test_at_night_only_whoever_is_known_to_work_then_is_asked_and_everybody_in_the_morning() -> None:
    night = Calendar("UTC", {day: [["18:00", "08:00"]] for day in ("mon", "tue", "wed", "thu", "fri")})
    policy = Policy(desk=Desk(timezone="UTC", hours=NINE_TO_FIVE))
    story, people = Story("20:00", severity=3, policy=policy), desk(ANA.id)
    assert said(began(story, people, "20:00")) == []
    assert owner(story) is None
    assert upcoming(story.ticket)[OFFER].at == at("1 09:00")
    assert goes_on(story, people, "1 09:00") == [(at("1 09:00"), [OfferedContent(ANA.id, Reason(), at("1 09:10"))])]
    awake = Story("20:00", severity=3, policy=policy)
    began(awake, desk(ANA.id, BEN.id, shifts={BEN.id: night}), "20:00")
    assert owner(awake) == BEN.id
    urgent = Story("20:00", severity=2, policy=policy)
    began(urgent, people, "20:00")
    assert owner(urgent) == ANA.id


# -- when it is looked for somebody ---------------------------------------------------------------------------------


def test_it_is_looked_for_somebody_when_it_opens_is_free_again_or_is_sorted_anew_while_nobody_has_it() -> None:
    story = Story(severity=3)
    new = story.ticket
    assert is_free_again(None, new)
    story.act(noting.note, "09:01", "Hm")
    assert not is_free_again(new, story.ticket)
    before = story.ticket
    story.act(sorting.change_severity, "09:02", POLICY, 1, "it grew", by=LEA)
    assert is_free_again(before, story.ticket)
    before = story.ticket
    story.act(owning.take, "09:03")
    assert not is_free_again(before, story.ticket)
    before = story.ticket
    story.act(owning.assign, "09:04", None)
    assert is_free_again(before, story.ticket)


# -- a group --------------------------------------------------------------------------------------------------------


def handed() -> Story:
    story = Story(severity=3)
    story.act(owning.take, "09:01")
    story.act(owning.hand_to_group, "09:02", NETOPS, None, 1800)
    return story


def test_a_group_that_is_silent_is_told_of_once_and_nothing_else_changes() -> None:
    story = handed()
    told = [(when, each.content) for when, each in story.live_until("09:59") if each.kind == "group_silent"]
    assert told == [(at("09:32"), GroupSilentContent(NETOPS, 3, at("09:02")))]
    assert (owner(story), story.ticket.ownership.group) == (ANA.id, NETOPS)


@pytest.mark.parametrize("how", ["ack", "anything"])
def test_whoever_of_the_group_answers_first_meets_what_it_owes(how: str) -> None:
    story, member = handed(), Actor("chat:nina")
    if how == "ack":
        story.act(acknowledging.acknowledge, "09:10", by=member, in_group=True)
    else:
        story.record(acknowledged_by_group(story.ticket, at("09:10"), member.id))
    assert GROUP not in upcoming(story.ticket)
    assert is_settled(story.ticket, GroupSilentContent(NETOPS, 3, at("09:02")))
    assert owner(story) == ANA.id


def test_nobody_without_a_role_acknowledges_who_is_not_of_the_group() -> None:
    with pytest.raises(Refusal):
        handed().act(acknowledging.acknowledge, "09:10", by=Actor("chat:nina"))


def test_a_group_keeps_its_work_when_the_ticket_goes_to_somebody_by_itself() -> None:
    story = Story(severity=3)
    story.act(owning.hand_to_group, "09:02", NETOPS, None, 1800)
    began(story, desk(ANA.id), "09:03")
    assert (owner(story), story.ticket.ownership.group) == (ANA.id, NETOPS)
    assert GROUP in upcoming(story.ticket)
    assert OFFER in upcoming(story.ticket)


# -- always ---------------------------------------------------------------------------------------------------------

ACTS = ("wait", "resume", "snooze", "note by owner", "note by lead", "take", "give up", "lead assigns", "later",
        "look", "hand over", "resolve", "reopen")  # fmt: skip


def _does(story: Story, act: str, now: datetime) -> None:
    mine = Actor(owner(story) or LEA.id, AGENT)
    doing = {
        "wait": lambda t: awaiting.wait(t, LEA, now, "a call"),
        "resume": lambda t: awaiting.resume(t, LEA, now),
        "snooze": lambda t: snoozing.snooze(t, LEA, now, now + timedelta(minutes=20)),
        "note by owner": lambda t: noting.note(t, mine, now, "Hm"),
        "note by lead": lambda t: noting.note(t, LEA, now, "Hm"),
        "take": lambda t: owning.take(t, BEN, now),
        "give up": lambda t: owning.assign(t, mine, now, None),
        "lead assigns": lambda t: owning.assign(t, LEA, now, ANA),
        "hand over": lambda t: owning.hand_to_group(t, LEA, now, NETOPS, None, 1800),
        "resolve": lambda t: resolving.resolve(t, LEA, now),
        "reopen": lambda t: resolving.reopen(t, LEA, now, counts=False),
    }[act]
    try:
        story.record(doing(story.ticket))  # type: ignore[no-untyped-call]
    except Refusal:
        return


@settings(max_examples=examples(60), deadline=None)
@given(st.sampled_from([1, 3]), st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 25)), max_size=14))
def test_whatever_happens_nobody_is_asked_twice_in_a_round_and_nothing_is_planned_twice(
    severity: int, life: list[tuple[str, int]]
) -> None:
    story, now = Story(severity=severity), at("09:00")
    people = desk(*THREE)
    began(story, people)
    for act, minutes in life:
        end = now + timedelta(minutes=minutes)
        while due := [item for item in agenda(story.ticket) if item.clock == OFFER and item.at <= end]:
            moment = max(due[0].at, story.events[-1].recorded_at)
            story.record(hand_on(story.ticket, people, moment))
        now, before = end, story.ticket
        if act not in ("later", "look"):
            _does(story, act, now)
        if is_free_again(before, story.ticket) or (act == "look" and owner(story) is None):
            story.record(offer(story.ticket, people, now))
    keys = [event.said for event in story.events if event.said is not None]
    assert len(keys) == len(set(keys))
    asked: list[str] = []
    for event in story.events:
        if isinstance(event.fact, Assigned) and event.fact.group is None:
            if event.actor == VIGIE and event.fact.assignee is not None:
                assert event.fact.assignee not in asked
                asked.append(event.fact.assignee)
            elif event.actor != VIGIE and event.fact.assignee is not None:
                asked = []
    offered = [notice.content for notice in story.notices if isinstance(notice.content, OfferedContent)]
    for content in offered:
        if still_true(story.ticket, content, now):
            assert owner(story) == content.to
            assert not is_settled(story.ticket, content)


def test_loads_change_nothing_of_who_may_be_asked() -> None:
    story = Story(severity=3)
    busy = replace(desk(*THREE), loads=lambda _: {ANA.id: Load({1: 9})})
    began(story, busy)
    assert owner(story) == BEN.id


def test_what_is_said_of_an_assignment_is_looked_at_when_it_is_answered() -> None:
    story = Story(severity=3)
    began(story, desk(ANA.id))
    before = story.ticket
    story.act(owning.take, "09:05")
    assert may_settle(before, story.ticket)


def test_a_group_owes_its_answer_though_the_owner_changes() -> None:
    story = handed()
    story.act(owning.take, "09:05", by=BEN)
    assert GROUP in upcoming(story.ticket)
    story.act(owning.assign, "09:06", ANA, by=LEA)
    assert (story.ticket.ownership.group, story.ticket.ownership.handed) == (None, None)
