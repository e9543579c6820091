"""A level is acknowledged, or the next of its contacts is called: each once, and whoever is there at that moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import partial

import pytest

from tests.triage.story import ADA, ANA, LEA, MAX, MIA, MONDAY, POLICY, Story, at
from triage import acknowledging, noting, owning, resolving, restoring, updating
from triage.agenda import ESCALATION
from triage.calling import FIRST, call
from triage.change import Change
from triage.contents.deadlines import ProposalContent, UnacknowledgedContent
from triage.contents.to_desk import EscalatedContent
from triage.escalation import de_escalate, escalate, escalate_by_reaction, undo_reaction
from triage.facts.escalating import Called
from triage.levels import ON_CALL
from triage.people import Actor, Role
from triage.roster import Roster
from triage.rota import Rota, Turns
from triage.still_true import still_true

NIA, OLE, PIA, GROUP = "chat:nia", "chat:ole", "chat:pia", "chat:group"
FOUR = (MIA.id, NIA, OLE, PIA)
MANAGER = frozenset({Role.MANAGER})
ROSTER = Roster(
    roles={ADA.id: frozenset({Role.ADMIN}), LEA.id: frozenset({Role.LEAD}), MIA.id: MANAGER, MAX.id: MANAGER},
    leads=(LEA.id,),
    contacts=(FOUR, (MAX.id,), ()),
    level_people=(frozenset(FOUR), frozenset({MAX.id}), frozenset()),
    admins=(ADA.id,),
)


class Calling(Story):
    """A ticket of which whatever calls somebody is said as soon as it is planned."""

    roster = ROSTER

    def climb(self, when: str | datetime, by: Actor = ANA) -> list[str]:
        """Somebody climbs; whom that calls."""
        now = when if isinstance(when, datetime) else at(when)
        answers = by.id in self.roster.contact(self.ticket.level + 1, now)
        return self.say(self.act(escalate, now, "worse", by=by, sure=True, answers=answers), now)

    def say(self, change: Change, now: datetime) -> list[str]:
        """Say what calls somebody; whom it calls."""
        said_by, first = len(self.events), len(self.events)
        for notice in change.notices:
            calls = isinstance(notice.content, EscalatedContent | UnacknowledgedContent)
            if calls and still_true(self.ticket, notice.content, now):
                self.record(call(self.ticket, self.roster, notice.content, said_by, now))
        return [event.fact.who for event in self.events[first:] if isinstance(event.fact, Called)]

    def live(self, until: str | datetime) -> list[tuple[str, str]]:
        """Live until then; who was called when."""
        end = until if isinstance(until, datetime) else at(until)
        found: list[tuple[str, str]] = []
        while (due := self.dues()) and due[0].at <= end:
            now = max(due[0].at, self.events[-1].recorded_at)
            found += [(f"{now:%H:%M}", who) for who in self.say(self.pass_until(now), now)]
        return found

    @property
    def proposals(self) -> list[tuple[str, int]]:
        """The proposals that were planned: step and level."""
        return [(n.content.step, n.content.level) for n in self.notices if isinstance(n.content, ProposalContent)]

    def planned_at(self, step: str) -> datetime:
        """When that step of the escalation went on record."""
        return next(
            event.at for event in self.events if event.said is not None and event.said[:2] == (ESCALATION, step)
        )


def climbed(severity: int = 3, **roster: object) -> Calling:
    """A ticket that somebody escalated at 9:30."""
    story = Calling("09:00", severity=severity)
    story.roster = replace(ROSTER, **roster)  # type: ignore[arg-type]
    story.climb("09:30")
    return story


def by_acting(story: Calling, verb: Callable[..., Change], *args: object, by: Actor = MIA) -> None:
    """A contact does something to the ticket at 9:40."""
    change = verb(story.ticket, by, at("09:40"), *args)
    is_contact = story.roster.is_contact(by.id, story.ticket.level, at("09:40"))
    story.record(acknowledging.answered_by_acting(story.ticket, change, by, at("09:40"), is_contact=is_contact))


# -- the contacts of a level, one after another ----------------------------------------------------------------------


def test_the_next_contact_joins_every_quarter_of_an_hour_three_times_and_then_the_next_level_is_proposed() -> None:
    story = climbed()
    assert [each.who for each in story.ticket.escalation.climbs[0].calls] == [MIA.id]
    assert story.live("14:00") == [("09:45", NIA), ("10:00", OLE), ("10:15", PIA)]
    assert story.proposals == [("unanswered", 2)]
    assert story.planned_at("unanswered") == at("10:30")


def test_where_nobody_is_left_to_be_called_the_next_level_is_proposed_at_once_and_once() -> None:
    story = climbed(contacts=((MIA.id, NIA), (MAX.id,), ()))
    assert story.live("14:00") == [("09:45", NIA)]
    assert story.proposals == [("unanswered", 2)]
    assert story.planned_at("unanswered") == at("10:00")


def test_at_the_top_of_the_chain_somebody_is_told_that_nobody_answers() -> None:
    story = climbed()
    for minute in (31, 32):
        story.climb(f"09:{minute}")
    story.live("14:00")
    assert story.proposals == [("unanswered", 4)]


@pytest.mark.parametrize(
    ("verb", "args", "by"),
    [
        (acknowledging.acknowledge, (), MIA), (de_escalate, ("better",), LEA), (resolving.resolve, (), ANA),
        (escalate, ("worse",), MAX),
    ],
)  # fmt: skip
def test_nobody_else_is_called_once_it_is_seen_to(verb: Callable[..., Change], args: tuple[str], by: Actor) -> None:
    story = climbed()
    story.act(verb, "09:40", *args, by=by, **({"answers": True} if verb is escalate else {}))
    assert story.live("14:00") == []
    assert story.proposals == []


def test_a_climb_that_was_taken_back_calls_nobody_else() -> None:
    story = Calling("09:00", severity=3)
    story.say(story.act(escalate_by_reaction, "09:30", by=MAX), at("09:30"))
    story.act(undo_reaction, "09:31", "escalate", by=MAX)
    assert story.live("14:00") == []


@pytest.mark.parametrize(
    ("verb", "args"), [(owning.take, ()), (updating.update, ("on it",)), (noting.note, ("on it",))]
)
def test_whatever_a_contact_does_to_the_ticket_acknowledges_the_level(
    verb: Callable[..., Change], args: tuple[str]
) -> None:
    story = climbed()
    by_acting(story, verb, *args)
    assert story.ticket.escalation.climbs[0].acknowledged_by == MIA.id
    assert story.live("14:00") == []


@pytest.mark.parametrize(("by", "called"), [(MIA, []), (ANA, [("09:55", NIA), ("10:10", OLE), ("10:25", PIA)])])
def test_a_contact_who_opens_the_ticket_again_has_seen_it(by: Actor, called: list[tuple[str, str]]) -> None:
    story = climbed()
    story.act(resolving.resolve, "09:35")
    by_acting(story, partial(resolving.reopen, counts=True), by=by)
    assert story.live("14:00") == called


def test_what_anybody_else_does_to_it_does_not() -> None:
    story = climbed()
    by_acting(story, updating.update, "on it", by=ANA)
    by_acting(story, updating.update, "on it", by=MAX)
    assert story.ticket.escalation.owed is not None


def test_an_agents_acknowledgement_answers_for_a_breach_and_not_for_the_level() -> None:
    story = climbed(severity=1)
    story.live("09:40")
    assert story.ticket.breaches
    story.act(acknowledging.acknowledge, "09:40", of_level=False)
    assert not story.ticket.breaches
    assert story.ticket.escalation.owed is not None


def test_nobody_is_called_while_service_is_restored_and_the_time_counts_anew_when_it_fails_again() -> None:
    story = climbed()
    story.act(restoring.restored, "09:40")
    assert story.live("11:59") == []
    story.act(restoring.relapsed, "12:00")
    assert story.live("12:20") == [("12:15", NIA)]


def test_after_an_outage_the_last_of_the_missed_steps_calls_one_and_a_proposal_calls_nobody() -> None:
    story = climbed()
    assert story.say(story.pass_until("10:10"), at("10:10")) == [NIA]
    late = climbed()
    assert late.say(late.pass_until("11:00"), at("11:00")) == []
    assert late.planned_at("unanswered") == at("10:30"), "which the catch-up says with the rest"


# -- who they are is read when they are called -----------------------------------------------------------------------


def test_whoever_is_away_when_they_would_be_called_is_skipped() -> None:
    story = climbed()
    story.roster = replace(ROSTER, away={NIA: at("09:50"), PIA: None})
    assert story.live("14:00") == [("09:45", OLE), ("10:00", NIA)]
    assert story.proposals == [("unanswered", 2)]


def test_where_everybody_is_away_the_first_is_called_all_the_same_and_nobody_joins() -> None:
    story = climbed(away=dict.fromkeys(FOUR))
    assert [each.who for each in story.ticket.escalation.climbs[0].calls] == [MIA.id]
    assert story.live("14:00") == []
    assert story.proposals == [("unanswered", 2)]


def test_a_level_without_a_contact_goes_to_the_admins() -> None:
    story = climbed(contacts=((), (), ()), level_people=(frozenset(), frozenset(), frozenset()))
    assert [each.who for each in story.ticket.escalation.climbs[0].calls] == [ADA.id]
    assert not story.roster.has_contact(1)
    assert story.roster.may_answer(ADA.id, 1, at("09:40"))


def test_a_policy_whose_levels_were_shortened_leaves_a_running_chain_its_levels_and_their_calls_to_the_admins() -> None:
    story = climbed()
    story.climb("09:31")
    story.roster = replace(ROSTER, contacts=(FOUR,), level_people=(frozenset(FOUR),))
    assert story.ticket.terms.levels == 3
    assert story.climb("09:32") == [ADA.id]
    assert story.roster.is_contact(ADA.id, 3, at("09:33"))


@pytest.mark.parametrize(("on_call", "called"), [(NIA, NIA), (None, ADA.id)])
def test_a_contact_may_be_whoever_is_on_call_and_is_the_admin_where_nobody_is(on_call: str | None, called: str) -> None:
    rota = Rota((Turns((on_call,), MONDAY.date(), time(0)),))
    story = climbed(contacts=((ON_CALL,), (), ()), level_people=(frozenset(), frozenset(), frozenset()), rota=rota)
    assert [each.who for each in story.ticket.escalation.climbs[0].calls] == [called]
    assert story.roster.is_contact(called, 1, at("09:30"))
    assert story.roster.has_contact(1, at("09:30")) is (on_call is not None)


@pytest.mark.parametrize("contacts", [FOUR, (MIA.id,)])
def test_whoever_would_be_called_and_climbs_answers_for_the_level_and_nobody_is(contacts: tuple[str, ...]) -> None:
    story = Calling("09:00", severity=3)
    story.roster = replace(ROSTER, contacts=(contacts, (MAX.id,), ()))
    assert story.climb("09:30", by=MIA) == []
    assert story.ticket.escalation.climbs[0].acknowledged_by == MIA.id
    assert story.live("14:00") == []


@pytest.mark.parametrize(("contacts", "called"), [((NIA, MIA.id), NIA), ((GROUP, MIA.id), GROUP), ((GROUP,), GROUP)])
def test_another_contact_of_a_level_who_climbs_calls_whoever_comes_first(
    contacts: tuple[str, ...], called: str
) -> None:
    story = Calling("09:00", severity=3)
    story.roster = replace(ROSTER, contacts=(contacts, (MAX.id,), ()), groups={GROUP: frozenset({MIA.id, PIA})})
    assert story.climb("09:30", by=MIA) == [called]
    assert story.ticket.escalation.climbs[0].acknowledged_by is None


def test_whom_a_climb_called_is_on_record_once_however_often_it_is_said() -> None:
    story = climbed()
    again = call(story.ticket, replace(ROSTER, away={MIA.id: None}), EscalatedContent(ANA.id, 1), 99, at("09:31"))
    assert not again
    assert story.ticket.escalation.climbs[0].called_at(FIRST) == MIA.id


# -- time ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("month", [3, 10])
def test_a_change_of_clocks_in_the_middle_of_a_chain_moves_nothing(month: int) -> None:
    night = datetime(2026, month, 29 if month == 3 else 25, 0, 50, tzinfo=UTC)  # ten minutes before it, in Paris
    in_paris = replace(POLICY, desk=replace(POLICY.desk, timezone="Europe/Paris"))
    story = Calling(night - timedelta(minutes=1), severity=3, policy=in_paris)
    story.climb(night)
    assert story.live(night + timedelta(minutes=31)) == [("01:05", NIA), ("01:20", OLE)]


def test_the_time_to_acknowledge_is_the_terms_own() -> None:
    story = Calling("09:00", severity=3, policy=replace(POLICY, ack_within=300))
    story.climb("09:30")
    assert story.live("09:41") == [("09:35", NIA), ("09:40", OLE)]
    patient = Calling("09:00", severity=3, policy=replace(POLICY, ack_within=None))
    patient.climb("09:30")
    assert patient.live("1 09:00") == []
