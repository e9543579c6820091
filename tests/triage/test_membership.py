"""Who belongs to the desk, and as what: named one by one, by email, by group, or not at all."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest

from triage.desk import Roles
from triage.levels import LEVELS
from triage.membership import Known, Person, make_roster
from triage.people import Role
from triage.policy import Policy

ANA, BEN, EVE, ADA = "chat:ana", "chat:ben", "chat:eve", "chat:ada"
NETOPS, MANAGERS, UNREAD = "chat:netops", "chat:managers", "chat:unread"
GONE, GUEST = Person(is_member=False, is_active=False), Person(is_member=False)
KNOWN: Final = Known(
    people={ANA: Person(), BEN: Person(), EVE: GONE, ADA: Person(is_admin=True)},
    groups={NETOPS: (ANA, EVE), MANAGERS: (BEN,), UNREAD: None},
    members=frozenset({ANA, BEN, EVE}),
)


def contacts(*people: str) -> Policy:
    """A policy whose level 1 has these contacts."""
    return Policy(levels=(replace(LEVELS[0], contacts=people), *LEVELS[1:]))


@pytest.mark.parametrize(
    ("roles", "role", "people"),
    [
        (Roles(agents=(NETOPS,)), Role.AGENT, {ANA}),
        (Roles(leads=(NETOPS, BEN)), Role.LEAD, {ANA, BEN}),
        (Roles(managers=(NETOPS,)), Role.MANAGER, {ANA}),
        (Roles(admins=(BEN,)), Role.ADMIN, {BEN}),
        (Roles(helpers=(EVE, UNREAD, BEN)), Role.HELPER, {BEN}),
        # Where nobody is named the platform decides, and the admins stand in for managers.
        (Roles(), Role.AGENT, {ANA, BEN}),
        (Roles(), Role.ADMIN, {ADA}),
        (Roles(), Role.MANAGER, {ADA}),
        (Roles(), Role.LEAD, set()),
        (Roles(agents=()), Role.AGENT, set()),
        # A desk whose admins are nobody is not locked.
        (Roles(admins=()), Role.ADMIN, {ADA}),
        (Roles(admins=(EVE,)), Role.ADMIN, {ADA}),
        (Roles(admins=(UNREAD,)), Role.ADMIN, {ADA}),
    ],
)
def test_each_role_is_held_by_those_whom_the_policy_or_else_the_platform_names(
    roles: Roles, role: Role, people: set[str]
) -> None:
    roster = make_roster(Policy(roles=roles), KNOWN)
    assert set(roster.with_role(role)) == people
    assert roster.has_own_admins is (roles.admins == (BEN,))


def test_a_contact_that_is_a_group_is_told_as_the_group_and_each_in_it_is_a_manager() -> None:
    roster = make_roster(contacts(MANAGERS, ANA), KNOWN)
    assert roster.contacts[0] == (MANAGERS, ANA)
    assert set(roster.with_role(Role.MANAGER)) == {ANA, BEN}
    assert (roster.levels_of(BEN), roster.levels_of(ANA), roster.levels_of(ADA)) == ([1], [1], [])


def test_a_group_that_was_never_read_is_a_contact_but_makes_nobody_a_manager() -> None:
    roster = make_roster(contacts(UNREAD), KNOWN)
    assert roster.contacts[0] == (UNREAD,)
    assert roster.with_role(Role.MANAGER) == [ADA]


def test_whoever_left_and_a_group_in_which_there_is_nobody_are_no_contacts() -> None:
    known = replace(KNOWN, groups={**KNOWN.groups, NETOPS: ()})
    roster = make_roster(replace(contacts(EVE, NETOPS), roles=Roles(leads=(EVE, NETOPS, BEN))), known)
    assert (roster.contacts[0], roster.has_contact(1), roster.leads) == ((), False, (BEN,))


@pytest.mark.parametrize(
    ("people", "admins"),
    [
        ({}, [BEN]),  # nothing is known of anybody yet
        ({BEN: Person(), ANA: Person()}, [BEN]),
        ({ADA: Person(is_admin=True), BEN: Person(is_admin=True)}, [BEN, ADA]),
        ({BEN: Person(), ADA: Person(is_admin=True)}, [ADA]),
        ({BEN: GUEST}, []),
        ({BEN: GONE}, []),
    ],
)
def test_whoever_installed_it_is_its_admin_where_nobody_else_is(people: dict[str, Person], admins: list[str]) -> None:
    assert make_roster(Policy(), Known(people, installer=BEN)).with_role(Role.ADMIN) == admins


@pytest.mark.parametrize("how", [GUEST, GONE])
@pytest.mark.parametrize(
    "roles",
    [
        Roles(agents=(NETOPS,), leads=("Ana@Example.com",), managers=("ana@example.com", NETOPS)),
        Roles(admins=(NETOPS,), helpers=("ana@example.com",)),
        Roles(),
    ],
)
def test_whoever_is_outside_today_has_a_role_by_their_own_id_alone(roles: Roles, how: Person) -> None:
    ana = Person(("ana@example.com",), is_admin=True)
    for person, inside in ((ana, True), (replace(how, emails=ana.emails, is_admin=True), False)):
        known = Known({ANA: person}, {NETOPS: (ANA,)}, frozenset({ANA}))
        roster = make_roster(Policy(roles=roles), known)
        assert bool(roster.roles.get(ANA)) is inside
        assert roster.actor(ANA).is_outside is not inside


NAMED: Final = Policy(roles=Roles(agents=(BEN, "ben@desk.example")), skills={"fibre": ("chat:named",)})


@pytest.mark.parametrize(
    ("person", "known", "roles"),
    [
        (ANA, Person(), {Role.REQUESTER}),
        (ANA, None, {Role.CUSTOMER}),
        (ANA, GUEST, {Role.CUSTOMER}),
        (ANA, replace(GUEST, is_admin=True), {Role.CUSTOMER}),
        (ANA, GONE, {Role.CUSTOMER}),
        ("chat:named", None, {Role.REQUESTER}),
        ("chat:named", GUEST, {Role.REQUESTER}),
        ("chat:named", GONE, {Role.REQUESTER}),
        (BEN, None, {Role.AGENT}),
        (BEN, GUEST, {Role.AGENT}),
        (BEN, GONE, {Role.REQUESTER}),
    ],
)
def test_outside_is_whoever_is_no_full_active_member_unless_the_policy_names_them(
    person: str, known: Person | None, roles: set[Role]
) -> None:
    roster = make_roster(NAMED, Known({} if known is None else {person: known}))
    assert roster.actor(person).roles == roles
    assert roster.is_outside(person) is roster.actor(person).is_outside is (roles == {Role.CUSTOMER})


def test_an_email_is_that_of_the_one_person_inside_who_has_it() -> None:
    policy = Policy(roles=Roles(admins=("Marcus@Example.com",)))
    marcus = Person(("marcus@example.com", "m@example.com"))
    roster = make_roster(policy, Known({ANA: marcus, BEN: replace(GUEST, emails=marcus.emails)}))
    assert (roster.with_role(Role.ADMIN), roster.with_email("M@example.com"), roster.ambiguous) == ([ANA], ANA, {})
    roster = make_roster(policy, Known({ANA: marcus, BEN: marcus, ADA: Person(is_admin=True)}))
    assert (roster.with_role(Role.ADMIN), roster.with_email("m@example.com")) == ([ADA], None), (
        "as if nobody were named"
    )
    assert roster.ambiguous == {"marcus@example.com": (ANA, BEN)}


def test_a_person_is_the_same_by_whichever_of_their_accounts_the_policy_names_them() -> None:
    elsewhere = "other:29:1@thread"
    policy = replace(contacts(elsewhere, ANA), roles=Roles(leads=(elsewhere,), agents=(ANA, "chat:second")))
    known = replace(KNOWN, persons={elsewhere: ANA, "other:2": BEN}, groups={"chat:second": ("other:2",)})
    roster = make_roster(policy, known)
    assert roster.roles[ANA] == {Role.LEAD, Role.AGENT, Role.MANAGER}
    assert (roster.leads, roster.contacts[0], roster.with_role(Role.AGENT)) == ((ANA,), (ANA,), [ANA, BEN])
    assert not roster.is_outside(ANA)
