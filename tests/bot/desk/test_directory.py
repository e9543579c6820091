"""Roles as people hold them at this moment: named one by one, by user group, or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.desk.directory import Directory
from bot.wording.phrase_book import PhraseBook
from storage.absences import Absence
from storage.accounts import Account
from storage.groups import Group
from tests.factories import NOW, opening
from triage.desk import Desk, Roles
from triage.fold import fold
from triage.levels import LEVELS
from triage.parts.owning import Ownership
from triage.people import Role
from triage.policy import Policy

HOUR = timedelta(hours=1)

ANA, BEN, EVE, ADA = "slack:U1ANA", "slack:U1BEN", "slack:U1EVE", "slack:U1ADA"
NETOPS, MANAGERS = "slack:S1NETOPS", "slack:S1MANAGERS"
ACCOUNTS = {
    ANA: Account(ANA, "Ana"),
    BEN: Account(BEN, "Ben"),
    EVE: Account(EVE, "Eve", is_active=False),
    ADA: Account(ADA, "Ada", is_admin=True),
}
GROUPS = {NETOPS: Group(NETOPS, "netops", people=(ANA, EVE)), MANAGERS: Group(MANAGERS, "managers", people=(BEN,))}


def seen(policy: Policy, groups: dict[str, Group] = GROUPS, installer: str | None = None) -> Directory:
    return Directory(policy, ACCOUNTS, {"slack:CDESK": frozenset({ANA, BEN, EVE})}, groups, installer=installer)


def contacts(*people: str) -> Policy:
    """A policy whose level 1 has these contacts."""
    return Policy(levels=(replace(LEVELS[0], contacts=people), *LEVELS[1:]))


@pytest.mark.parametrize(
    ("roles", "role"),
    [
        (Roles(agents=(NETOPS,)), Role.AGENT),
        (Roles(leads=(NETOPS,)), Role.LEAD),
        (Roles(managers=(NETOPS,)), Role.MANAGER),
        (Roles(admins=(NETOPS,)), Role.ADMIN),
        (Roles(helpers=(NETOPS,)), Role.HELPER),
    ],
)
def test_a_group_gives_its_people_the_role_that_the_policy_gives_it(roles: Roles, role: Role) -> None:
    people = seen(Policy(roles=roles))
    assert role in people.roster.actor(ANA).roles
    assert role not in people.roster.actor(BEN).roles


def test_whoever_left_holds_no_role_and_is_named_by_nothing() -> None:
    people = seen(Policy(roles=Roles(agents=(EVE, NETOPS), leads=(EVE, ANA))))
    assert not people.roster.is_staff(EVE)
    assert people.roster.lead(NOW) == [ANA]


@pytest.mark.parametrize("gone", [Group(NETOPS, "netops", is_active=False, people=(ANA,)), Group(NETOPS, people=())])
def test_a_group_that_is_switched_off_or_empty_gives_nothing_and_is_passed_over(gone: Group) -> None:
    people = seen(replace(contacts(NETOPS, BEN), roles=Roles(agents=(NETOPS,))), {**GROUPS, NETOPS: gone})
    assert not people.roster.is_staff(ANA)
    assert people.roster.contact(1, NOW) == [BEN]


def test_a_contact_that_is_a_group_is_named_as_the_group_and_each_in_it_is_a_manager() -> None:
    people = seen(contacts(MANAGERS, ANA))
    assert people.roster.contact(1, NOW) == [MANAGERS]
    assert people.name(MANAGERS) == "@managers"
    assert set(people.roster.with_role(Role.MANAGER)) == {ANA, BEN}
    assert (people.roster.levels_of(BEN), people.roster.levels_of(ANA), people.roster.levels_of(ADA)) == ([1], [1], [])


def test_a_group_that_was_never_read_is_still_a_contact_but_makes_nobody_a_manager() -> None:
    people = seen(contacts("slack:S1UNREAD"))
    assert people.roster.contact(1, NOW) == ["slack:S1UNREAD"]
    assert people.roster.with_role(Role.MANAGER) == [ADA], "the admins stand in"


def test_with_nobody_configured_the_workspaces_admins_are_admins() -> None:
    people = seen(Policy(desk=Desk(channels=("slack:CDESK",))), installer=BEN)
    assert people.roster.with_role(Role.ADMIN) == [ADA]
    assert set(people.roster.with_role(Role.AGENT)) == {ANA, BEN}, "members of the desk's channel who have not left"
    assert people.roster.contact(1, NOW) == [ADA]
    assert not people.roster.has_contact(1)


@pytest.mark.parametrize(
    ("accounts", "admins"),
    [
        ({}, [BEN]),  # nothing is known of anybody yet
        ({BEN: Account(BEN, "Ben"), ANA: Account(ANA, "Ana")}, [BEN]),
        ({BEN: Account(BEN, "Ben", is_admin=True), ADA: Account(ADA, "Ada", is_admin=True)}, [BEN, ADA]),
        ({ADA: Account(ADA, "Ada", is_admin=True), BEN: Account(BEN, "Ben", is_admin=True)}, [BEN, ADA]),
        ({BEN: Account(BEN, "Ben"), ADA: Account(ADA, "Ada", is_admin=True)}, [ADA]),
        ({BEN: Account(BEN, "Ben", is_external=True)}, []),
        ({BEN: Account(BEN, "Ben", is_active=False)}, []),
        ({BEN: Account(BEN, "Ben", is_bot=True)}, []),
    ],
)
def test_whoever_installed_it_is_its_admin_where_nobody_else_is(
    accounts: dict[str, Account], admins: list[str]
) -> None:
    assert Directory(Policy(), accounts, installer=BEN).roster.with_role(Role.ADMIN) == admins


FOREIGN = {
    "a guest or of another company": {"is_external": True},
    "gone": {"is_active": False},
    "a bot": {"is_bot": True},
}


@pytest.mark.parametrize("how", FOREIGN.values(), ids=FOREIGN.keys())
@pytest.mark.parametrize(
    ("roles", "role"),
    [
        (Roles(), Role.ADMIN),
        (Roles(), Role.AGENT),
        (Roles(agents=(NETOPS,)), Role.AGENT),
        (Roles(leads=(NETOPS,)), Role.LEAD),
        (Roles(managers=("ana@example.com",)), Role.MANAGER),
        (Roles(admins=("ANA@Example.com",)), Role.ADMIN),
        (Roles(helpers=("ana@example.com", NETOPS)), Role.HELPER),
    ],
)
def test_whoever_is_outside_today_has_no_role_but_by_their_own_id(
    roles: Roles, role: Role, how: dict[str, Any]
) -> None:
    ana = Account(ANA, "Ana", email="ana@example.com", is_admin=True)
    policy = Policy(desk=Desk(channels=("slack:CDESK",)), roles=roles)
    for account, holds in ((ana, True), (replace(ana, **how), False)):
        people = Directory(
            policy, {ANA: account}, {"slack:CDESK": frozenset({ANA})}, {NETOPS: Group(NETOPS, people=(ANA,))}
        )
        assert (role in people.roster.actor(ANA).roles) is holds


def test_whom_the_policy_names_by_id_is_inside_until_they_leave() -> None:
    guest = Account(ANA, "Ana", is_external=True)
    policy = Policy(roles=Roles(agents=(ANA,)))
    assert Directory(policy, {ANA: guest}).roster.is_staff(ANA)
    assert not Directory(policy, {ANA: replace(guest, is_active=False)}).roster.is_staff(ANA)


MARCUS, OTHER = "slack:U1MARCUS", "slack:U1OTHER"


@pytest.mark.parametrize("how", FOREIGN.values(), ids=FOREIGN.keys())
@pytest.mark.parametrize("first", [True, False])
def test_an_email_is_that_of_the_one_person_inside_who_has_it(how: dict[str, Any], first: bool) -> None:
    policy = Policy(roles=Roles(admins=("marcus@example.com",)), levels=contacts("Marcus@example.com").levels)
    marcus, other = (
        Account(MARCUS, "Marcus", email="marcus@Example.com"),
        Account(OTHER, "M", email="MARCUS@example.com"),
    )
    accounts = {MARCUS: marcus, OTHER: replace(other, **how)}
    people = Directory(policy, accounts if first else dict(reversed(accounts.items())))
    assert people.roster.actor(MARCUS).roles == {Role.ADMIN, Role.MANAGER}
    assert people.roster.actor(OTHER).roles.isdisjoint({Role.ADMIN, Role.MANAGER})
    assert people.roster.ambiguous == {}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("benoit", [BEN]), ("@Benoit girard", [BEN]), ("BENOÎT", [BEN]), ("josé", [ANA]), ("jose", [ADA]), ("jo", [])],
)
def test_a_name_may_be_typed_without_its_accents(typed: str, meant: list[str]) -> None:
    accounts = {BEN: Account(BEN, "Benoît Girard"), ANA: Account(ANA, "José"), ADA: Account(ADA, "Jose Ruiz")}
    people = Directory(Policy(roles=Roles(agents=(ANA, BEN, ADA))), accounts)
    assert people.staff_called(typed) == meant
    assert people.accounts_called(typed) == meant


def test_an_email_that_two_have_is_nobodys() -> None:
    policy = Policy(roles=Roles(admins=("marcus@example.com",)))
    accounts = {each: Account(each, "M", email="marcus@example.com") for each in (MARCUS, OTHER)}
    people = Directory(policy, {**accounts, ADA: ACCOUNTS[ADA]})
    assert people.roster.with_role(Role.ADMIN) == [ADA], "as where the policy's admins are nobody"
    assert people.roster.ambiguous == {"marcus@example.com": (MARCUS, OTHER)}


@pytest.mark.parametrize("admins", [(), (EVE,), ("slack:S1UNREAD",)])
def test_a_desk_whose_admins_are_nobody_is_not_locked(admins: tuple[str, ...]) -> None:
    assert seen(Policy(roles=Roles(admins=admins))).roster.with_role(Role.ADMIN) == [ADA]


def test_named_admins_replace_those_of_the_workspace_and_the_installer() -> None:
    assert seen(Policy(roles=Roles(admins=(ANA,))), installer=BEN).roster.with_role(Role.ADMIN) == [ANA]


def test_whoever_is_away_is_passed_over_where_there_is_somebody_else() -> None:
    policy = replace(contacts(ANA, BEN), roles=Roles(leads=(ANA, BEN)))
    ticket = fold(opening(NOW).events)
    mine = replace(ticket, ownership=Ownership(ANA))
    gone = replace(seen(policy), absences={ANA: Absence(NOW + HOUR)}).roster
    assert (gone.on_duty(mine, NOW), gone.lead(NOW), gone.contact(1, NOW)) == ([BEN], [BEN], [BEN])
    assert (gone.on_duty(mine, NOW + HOUR), gone.lead(NOW + HOUR)) == ([ANA], [ANA]), "back at that very instant"
    for_good = replace(seen(policy), absences={ANA: Absence(), BEN: Absence()}).roster
    assert (for_good.on_duty(mine, NOW), for_good.contact(1, NOW)) == ([ANA], [ANA]), "somebody has to be told"


def test_where_every_lead_is_away_it_goes_to_the_contact_of_level_1() -> None:
    policy = replace(contacts(BEN), roles=Roles(leads=(ANA,)))
    gone = replace(seen(policy), absences={ANA: Absence()}).roster
    mine = replace(fold(opening(NOW).events), ownership=Ownership(ANA))
    assert (gone.lead(NOW), gone.on_duty(mine, NOW)) == ([BEN], [BEN])


def test_whoever_has_left_the_desk_is_told_nothing_of_their_tickets() -> None:
    policy = replace(contacts(BEN), roles=Roles(agents=(ANA,), leads=(BEN,)))
    ticket = replace(fold(opening(NOW).events), ownership=Ownership(ANA))
    assert seen(policy).roster.on_duty(ticket, NOW) == [ANA]
    gone = {**ACCOUNTS, ANA: replace(ACCOUNTS[ANA], is_active=False)}
    assert replace(seen(policy), accounts=gone).roster.on_duty(ticket, NOW) == [BEN]


NAMED = Policy(roles=Roles(agents=(BEN, "ben@desk.example")), skills={"fibre": ("slack:UNAMED",)})
OUTSIDE, STRANGER = "slack:UOUT", "slack:UNEW"


@pytest.mark.parametrize(
    ("person", "account", "roles"),
    [
        (ANA, Account(ANA, "Ana"), {Role.REQUESTER}),
        (STRANGER, None, {Role.CUSTOMER}),
        (OUTSIDE, Account(OUTSIDE, "Carla", is_external=True), {Role.CUSTOMER}),
        (OUTSIDE, Account(OUTSIDE, "Carla", is_external=True, is_admin=True), {Role.CUSTOMER}),
        (OUTSIDE, Account(OUTSIDE, "Workflow", is_bot=True), {Role.CUSTOMER}),
        (EVE, Account(EVE, "Eve", is_active=False), {Role.CUSTOMER}),
        ("slack:UNAMED", None, {Role.REQUESTER}),
        ("slack:UNAMED", Account("slack:UNAMED", "Guest", is_external=True), {Role.REQUESTER}),
        (BEN, None, {Role.AGENT}),
        (BEN, Account(BEN, "Ben", is_external=True), {Role.AGENT}),
    ],
)
def test_outside_is_whoever_is_no_full_active_member_unless_the_policy_names_them(
    person: str, account: Account | None, roles: set[Role]
) -> None:
    people = Directory(NAMED, {} if account is None else {person: account})
    assert people.roster.actor(person).roles == roles
    assert people.roster.is_outside(person) is people.roster.actor(person).is_outside is (roles == {Role.CUSTOMER})


@pytest.mark.parametrize("account", [replace(ACCOUNTS[ANA], is_external=True), replace(ACCOUNTS[ANA], is_bot=True)])
def test_a_guest_or_a_bot_in_a_group_gets_no_role_by_it(account: Account) -> None:
    accounts = {**ACCOUNTS, ANA: account}
    people = Directory(Policy(roles=Roles(agents=(NETOPS,))), accounts, {}, GROUPS)
    assert people.roster.actor(ANA).is_outside


TEAMS_ANA = "teams:29:1-ana"


@pytest.mark.parametrize("guest_first", [True, False])
def test_somebody_with_two_accounts_is_one_person_inside_where_one_of_them_is(*, guest_first: bool) -> None:
    guest = Account(TEAMS_ANA, "Ana", email="ana@partner.example", is_external=True, is_admin=True)
    accounts = [Account(ANA, "Ana", email="Ana@desk.example"), guest]
    policy = Policy(roles=Roles(agents=("ana@desk.example",), leads=("ana@partner.example",)))
    found = {each.key: each for each in (reversed(accounts) if guest_first else accounts)}
    roster = Directory(policy, found, persons={TEAMS_ANA: ANA}).roster
    assert roster.actor(ANA).roles == {Role.AGENT}, "by the account that is of the desk alone"
    member = replace(guest, is_external=False)
    both = Directory(policy, {**found, TEAMS_ANA: member}, persons={TEAMS_ANA: ANA}).roster
    assert both.actor(ANA).roles == {Role.AGENT, Role.LEAD, Role.ADMIN, Role.MANAGER}
    assert both.emails == {"ana@desk.example": (ANA,), "ana@partner.example": (ANA,)}


ON_TEAMS = "teams:29:1aBc:d"


def joined(policy: Policy) -> Directory:
    """Ana has an account on Teams too, which became known later."""
    accounts = {ANA: Account(ANA, "Ana"), ON_TEAMS: Account(ON_TEAMS, "Ana Silva", email="ana@example.com")}
    return Directory(policy, accounts, {"teams:19:a@thread.tacv2": frozenset({ON_TEAMS})}, persons={ON_TEAMS: ANA})


def test_whoever_was_forgotten_has_no_account_that_a_platform_could_be_asked_about() -> None:
    assert Directory(Policy(), {}).account_on("slack:forgotten-1", "slack") is None


def test_a_person_is_whoever_has_the_account_on_whichever_platform() -> None:
    people = joined(Policy())
    assert [people.person(key) for key in (ANA, ON_TEAMS, BEN)] == [ANA, ANA, BEN]
    assert [people.account_on(ANA, platform) for platform in ("slack", "teams", "mail")] == [ANA, ON_TEAMS, None]
    assert people.account_on(NETOPS, "slack") == NETOPS
    for named in (ANA, ON_TEAMS):
        mention = PhraseBook(people).mention(named)
        assert (mention.person, mention.name, mention.accounts) == (ANA, "Ana", (ON_TEAMS,))


@pytest.mark.parametrize("named", [ANA, ON_TEAMS, "ana@example.com"])
def test_a_policy_names_a_person_by_any_of_their_accounts_or_emails(named: str) -> None:
    people = joined(Policy(roles=Roles(leads=(named,), agents=())))
    assert people.roster.with_role(Role.LEAD) == [ANA]


def test_whoever_is_in_the_desks_channel_on_any_platform_is_of_the_desk() -> None:
    people = joined(Policy(desk=Desk(channels=("slack:CDESK", "teams:19:a@thread.tacv2"))))
    assert people.roster.with_role(Role.AGENT) == [ANA]


def test_the_policy_may_name_somebody_by_the_other_key_that_their_platform_knows_them_by() -> None:
    account, alias = "teams:29:1aBc", "teams:0f0e6a2c-1f1c-4f0e-9d3e-0123456789ab"
    policy = replace(contacts(alias), roles=Roles(agents=(alias,)))
    tomas = Account(account, "Tomás", is_external=True, alias=alias)
    people = Directory(policy, {account: tomas}, persons={account: ANA})
    assert people.roster.actor(ANA).roles == {Role.AGENT, Role.MANAGER}
    assert people.roster.contacts[0] == (ANA,)
    assert people.account_on(alias, "teams") == account
    alone = Directory(policy, {account: tomas})
    assert alone.roster.is_staff(account)
    assert (alone.person(alias), alone.account_on(alias, "teams")) == (account, account)
