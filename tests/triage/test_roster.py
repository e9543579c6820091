"""Who is on duty, and who is told what."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import pytest

from tests.triage.story import Story, at
from triage.parts.owning import Ownership
from triage.people import Role
from triage.roster import Roster

ANA, LEA, LEO, MIA, ADA = "chat:ana", "chat:lea", "chat:leo", "chat:mia", "chat:ada"
NOW: Final = at("09:00")
ROSTER: Final = Roster(
    roles={
        ADA: frozenset({Role.ADMIN}),
        ANA: frozenset({Role.AGENT}),
        LEA: frozenset({Role.LEAD}),
        LEO: frozenset({Role.LEAD}),
        MIA: frozenset({Role.MANAGER}),
    },
    inside=frozenset({ADA, ANA, LEA, LEO, MIA}),
    leads=(LEA, LEO),
    contacts=((MIA,), (), ()),
    level_people=(frozenset({MIA}), frozenset(), frozenset()),
    admins=(ADA,),
)
TICKET: Final = replace(Story("09:00", severity=1).ticket, ownership=Ownership(ANA))


def away(*people: str, until: datetime | None = None) -> Roster:
    return replace(ROSTER, away=dict.fromkeys(people, until))


@pytest.mark.parametrize(
    ("roster", "on_duty", "lead", "contact"),
    [
        (ROSTER, ANA, LEA, MIA),
        (away(ANA), LEA, LEA, MIA),
        (away(LEA), ANA, LEO, MIA),
        (away(ANA, LEA), LEO, LEO, MIA),
        (away(ANA, LEA, LEO), MIA, MIA, MIA),
        # Where everybody is away the first is told all the same.
        (away(ANA, LEA, LEO, MIA), LEA, LEA, MIA),
        (replace(away(LEA, LEO), contacts=()), ANA, LEA, ADA),
        (replace(ROSTER, leads=()), ANA, MIA, MIA),
        (replace(ROSTER, leads=(), contacts=()), ANA, ADA, ADA),
        # Whoever is of the desk no more is told nothing of their tickets.
        (replace(ROSTER, roles={LEA: frozenset({Role.LEAD})}), LEA, LEA, MIA),
        (replace(ROSTER, roles={ANA: frozenset({Role.HELPER})}), LEA, LEA, MIA),
    ],
)
def test_what_somebody_cannot_be_told_goes_to_the_next_in_line(
    roster: Roster, on_duty: str, lead: str, contact: str
) -> None:
    assert roster.on_duty(TICKET, NOW) == roster.falls_to(TICKET, NOW) == [on_duty]
    assert roster.lead(NOW) == [lead]
    assert roster.contact(1, NOW) == [contact]


def test_nobody_at_all_is_said_as_nobody() -> None:
    nobody = Roster()
    assert (nobody.on_duty(TICKET, NOW), nobody.lead(NOW), nobody.contact(1, NOW)) == ([], [], [])
    assert nobody.admin() is None


def test_a_ticket_without_an_owner_is_the_leads() -> None:
    assert ROSTER.on_duty(replace(TICKET, ownership=Ownership(None)), NOW) == [LEA]


def test_an_absence_is_over_at_its_very_instant() -> None:
    roster = away(ANA, until=NOW + timedelta(hours=1))
    assert roster.is_away(ANA, NOW)
    assert not roster.is_away(ANA, NOW + timedelta(hours=1))
    assert away(ANA).is_away(ANA, NOW + timedelta(days=999)), "until they say that they are back"
    assert not roster.is_away(LEA, NOW)


@pytest.mark.parametrize("level", [-1, 0, 2, 3, 4])
def test_a_level_without_a_contact_falls_to_the_admins(level: int) -> None:
    assert ROSTER.contact(level, NOW) == [ADA]
    assert not ROSTER.has_contact(level)


@pytest.mark.parametrize(
    ("to", "owner_too", "told"),
    [
        ("assignee", False, [ANA]),
        ("lead", False, [LEA]),
        ("lead", True, [ANA, LEA]),
        ("level", False, [MIA]),
    ],
)
def test_a_breach_is_said_to_the_assignee_then_the_lead_then_the_first_level(
    to: str, told: list[str], *, owner_too: bool
) -> None:
    assert ROSTER.told_of_breach(TICKET, NOW, to, owner_too=owner_too) == told


def test_nobody_is_named_twice() -> None:
    assert away(ANA).told_of_breach(TICKET, NOW, "lead", owner_too=True) == [LEA]
    assert away(ANA).told_of_proposal(TICKET, NOW) == [LEA]
    assert away(LEA, LEO).told_of_request(NOW) == [MIA]


def test_a_proposal_is_the_owners_and_the_leads_and_a_customers_request_calls_the_first_level() -> None:
    assert ROSTER.told_of_proposal(TICKET, NOW) == [ANA, LEA]
    assert ROSTER.told_of_request(NOW) == [LEA, MIA]


def test_what_failed_is_told_to_whoever_did_it_while_they_are_of_the_desk() -> None:
    assert ROSTER.told_of_failure(ANA) == ANA
    assert ROSTER.told_of_failure("chat:gone") == ADA
    assert ROSTER.told_of_failure(None) == ADA


def test_nobody_stands_in_for_themselves() -> None:
    assert ROSTER.stand_in(ANA, NOW) == [LEA]
    assert replace(ROSTER, leads=(LEA,), contacts=()).stand_in(LEA, NOW) == []
