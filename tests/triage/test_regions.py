"""A customer's region has its own business time and its own leads; everything else is the desk's."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest

from tests.triage.story import ADA, Story, at
from tests.triage.test_roster import ANA, LEA, LEO, ROSTER
from triage.desk import Desk, Region
from triage.hours import ELAPSED, business_week
from triage.mail_domains import is_public
from triage.moving import asks_the_same, move_terms
from triage.parts.owning import Ownership
from triage.policy import Policy
from triage.sorting import change_severity
from triage.terms import Category, ClockKind, Terms, terms_from_data

TOKYO = business_week("Asia/Tokyo")
APAC: Final = Policy(
    desk=Desk(timezone="Europe/Paris", regions={"APAC": Region(TOKYO, "en", (LEO,)), "fr": Region(language="fr")}),
    plans={"gold": {3: {ClockKind.RESTORE: replace(Policy().terms(Category.INCIDENT, 3).targets[ClockKind.RESTORE])}}},
)


def restore(terms: Terms) -> object:
    return terms.targets[ClockKind.RESTORE].hours


def test_business_time_is_that_of_the_region_and_elapsed_time_is_the_same_everywhere() -> None:
    home, apac = APAC.terms(Category.INCIDENT, 3), APAC.terms(Category.INCIDENT, 3, region="apac")
    assert (restore(home), home.working, home.region) == (APAC.desk.working, APAC.desk.working, None)
    assert (restore(apac), apac.working, apac.region) == (TOKYO, TOKYO, "APAC")
    assert apac.targets[ClockKind.RESPONSE].hours is ELAPSED
    assert restore(APAC.terms(Category.INCIDENT, 3, region="fr")) == APAC.desk.working
    assert APAC.terms(Category.INCIDENT, 3, region="nowhere") == home


def test_hours_that_are_named_otherwise_than_the_desks_stay_what_they_are() -> None:
    assert restore(APAC.terms(Category.INCIDENT, 3, plan="gold", region="APAC")) == Policy().desk.working


def test_the_region_stays_with_the_ticket_and_is_stored_with_its_terms() -> None:
    story = Story("09:00", severity=2)
    story.record(move_terms(story.ticket, ADA, at("09:01"), replace(APAC, version=2), None, "apac"))
    story.record(change_severity(story.ticket, ADA, at("09:02"), replace(APAC, version=2), 3, "less"))
    assert (story.ticket.terms.region, restore(story.ticket.terms)) == ("APAC", TOKYO)
    assert terms_from_data(story.ticket.terms.to_data()).region == "APAC"
    assert "region" not in APAC.terms(Category.INCIDENT, 3).to_data()


def test_policies_whose_regions_count_otherwise_do_not_ask_the_same() -> None:
    moved = replace(APAC, desk=replace(APAC.desk, regions={"APAC": Region(business_week("Asia/Seoul"))}))
    assert asks_the_same(APAC, APAC)
    assert not asks_the_same(APAC, moved)


def test_the_leads_of_a_region_come_before_the_desks() -> None:
    roster = replace(ROSTER, region_leads={"APAC": (LEO,)})
    ticket = replace(Story("09:00", severity=1).ticket, ownership=Ownership(None))
    theirs = replace(ticket, terms=replace(ticket.terms, region="APAC"))
    now = at("09:05")
    assert (roster.on_duty(ticket, now), roster.on_duty(theirs, now)) == ([LEA], [LEO])
    assert roster.told_of_breach(theirs, now, "lead") == [LEO]
    assert roster.told_of_proposal(theirs, now) == [LEO]
    assert roster.on_duty(replace(theirs, ownership=Ownership(ANA)), now) == [ANA]
    away = replace(roster, away={LEO: None})
    assert away.on_duty(theirs, now) == [LEA]


@pytest.mark.parametrize(
    ("domain", "public"),
    [
        ("gmail.com", True), ("GMAIL.com", True), ("googlemail.com", True), ("yahoo.co.uk", True), ("hotmail.fr", True),
        ("outlook.com", True), ("orange.fr", True), ("laposte.net", True), ("icloud.com", True), ("mail.ru", True),
        ("acme.example", False), ("mail.acme.example", False), ("yahoo.acme.example", False), ("live.acme.com", False),
        ("gmail.acme.com", False), ("", False), ("gmx", False), ("corp.gmail.com", False),
    ],
)  # fmt: skip
def test_a_domain_where_anybody_may_have_an_address_is_known(domain: str, *, public: bool) -> None:
    assert is_public(domain) is public
