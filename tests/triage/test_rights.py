"""Who may see a ticket and who may do what to it, by role, verb and venue: the whole table."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest

from triage import rights
from triage.errors import Refusal
from triage.people import OURS, Actor, Role
from triage.rights import CountsAs, TicketFacts, Venue

# y: on every ticket they may see; o: on their own alone; -: never.
#                         requester, customer, helper, agent, lead, manager, admin
TABLE: Final = """
    new                   y y y y y y y
    list                  y y y y y y y
    show                  y y y y y y y
    help                  y y y y y y y
    update                o o y y y y y
    escalate              o o y y y y y
    rate                  o o y y y y y
    is-back               o o y y y y y
    why                   y - y y y y y
    search                y - y y y y y
    account               y - y y y y y
    note                  - - y y y y y
    away                  - - y y y y y
    back                  - - y y y y y
    quiet                 - - y y y y y
    more                  - - y y y y y
    health                - - y y y y y
    oncall                - - y y y y y
    report                - - y y y y y
    channels              - - y y y y y
    channel               - - - - y y y
    overview              - - - - y y y
    declare-major         - - - - y y y
    oncall-of-others      - - - - y y y
    redact                - - - - y - y
    learn                 - - - - y - y
    customers             - - - - y - y
    setup                 - - - - - - y
    got-it                y - y y y y y
    accounts              - - - - - - y
    confirm-promise       - - - - - y y
    escalate-by-reaction  - - - - - y -
    de-escalate           - - - - y y y
    ack                   - - - y y y y
    ask                   - - - y y y y
    assign                - - - y y y y
    category              - - - y y y y
    confirm               - - - y y y y
    customer              - - - y y y y
    decline               - - - y y y y
    dismiss               - - - y y y y
    edit                  - - - y y y y
    handover              - - - y y y y
    ref                   - - - y y y y
    unref                 - - - y y y y
    link                  - - - y y y y
    merge                 - - - y y y y
    major                 - - - y y y y
    part                  - - - y y y y
    different             - - - y y y y
    promise               - - - y y y y
    queue                 - - - y y y y
    reason                - - - y y y y
    relapsed              - - - y y y y
    reopen                - - - y y y y
    reported              - - - y y y y
    resolve               - - - y y y y
    restored              - - - y y y y
    resume                - - - y y y y
    severity              - - - y y y y
    snooze                - - - y y y y
    take                  - - - y y y y
    take-back             - - - y y y y
    unlink                - - - y y y y
    wait                  - - - y y y y
    what-if               - - - y y y y
"""
ROWS: Final = [line.split() for line in TABLE.strip().splitlines()]
VERBS: Final = [row[0] for row in ROWS]
CUSTOMERS: Final = {Venue.CUSTOMERS, Venue.CUSTOMERS_THREAD}
TICKET: Final = TicketFacts("chat:other", 7, "https://chat/7")


def actor(role: Role) -> Actor:
    return Actor("chat:somebody", frozenset({role}))


def cells(role: Role) -> dict[str, str]:
    """What the table says of each verb for that role."""
    return {row[0]: row[1 + list(Role).index(role)] for row in ROWS}


@pytest.mark.parametrize("own", [True, False])
@pytest.mark.parametrize("venue", Venue)
@pytest.mark.parametrize("role", Role)
def test_a_verb_is_for_the_roles_of_the_table_on_any_ticket_or_on_their_own(
    role: Role, venue: Venue, *, own: bool
) -> None:
    who = actor(role)
    ticket = replace(TICKET, requester=who.id) if own else TICKET
    card = "" if who.is_outside else TICKET.card
    for verb, cell in cells(role).items():
        assert rights.may_ever(who, verb) is (cell != "-"), verb
        refusal = rights.why_not(who, verb, ticket, venue)
        if cell == "y" or (cell == "o" and (own or venue in CUSTOMERS)):
            assert refusal is None, verb
        elif cell == "o":
            assert refusal is not None
            assert (refusal.code, refusal.values) == ("not_yours", {"number": 7, "url": card}), verb
        else:
            assert refusal is not None
            may = sorted(r for r in OURS if cells(r)[verb] == "y")
            assert (refusal.code, refusal.values) == ("not_allowed", {"verb": verb, "who": may}), verb


@pytest.mark.parametrize("role", Role)
def test_what_is_about_no_ticket_or_the_desks_own_is_asked_of_the_role_alone(role: Role) -> None:
    for verb, cell in cells(role).items():
        # A helper's own words never reach a customer as the desk's.
        may = cell == "y" and not (role is Role.HELPER and rights.rule(verb).own)
        assert rights.may(actor(role), verb) is may, verb
        if may:
            rights.require(actor(role), verb)
            continue
        with pytest.raises(Refusal, match="not_allowed") as refused:
            rights.require(actor(role), verb)
        assert refused.value.values["verb"] == verb


def test_every_rule_stands_in_the_table() -> None:
    assert rights.RULES.keys() <= set(VERBS)


ROLES: Final = [role for role in Role if role in OURS]


@pytest.mark.parametrize(
    ("roles", "venue", "own", "others"),
    [
        ([Role.REQUESTER], Venue.DESK, None, None),
        ([Role.REQUESTER], Venue.ELSEWHERE, None, "not_yours_to_see"),
        ([Role.REQUESTER], Venue.CUSTOMERS, None, None),
        ([Role.REQUESTER], Venue.CUSTOMERS_THREAD, None, None),
        ([Role.CUSTOMER], Venue.DESK, None, "no_such_ticket"),
        ([Role.CUSTOMER], Venue.ELSEWHERE, None, "no_such_ticket"),
        ([Role.CUSTOMER], Venue.CUSTOMERS, None, None),
        ([Role.CUSTOMER], Venue.CUSTOMERS_THREAD, None, None),
        (ROLES, Venue.DESK, None, None),
        (ROLES, Venue.ELSEWHERE, None, None),
        (ROLES, Venue.CUSTOMERS, None, None),
        (ROLES, Venue.CUSTOMERS_THREAD, None, None),
    ],
)
def test_a_ticket_is_seen_by_roles_in_the_desks_channel_and_by_those_whose_it_is(
    roles: list[Role], venue: Venue, own: str | None, others: str | None
) -> None:
    for who in map(actor, roles):
        for requester, code in ((who.id, own), ("chat:other", others)):
            refusal = rights.why_not_see(who, replace(TICKET, requester=requester), venue)
            assert (None if refusal is None else refusal.code) == code
            if refusal is not None:
                assert refusal.values.get("url", "") == ("" if who.is_outside else TICKET.card)


@pytest.mark.parametrize("venue", Venue)
@pytest.mark.parametrize("role", Role)
def test_everything_is_listed_to_whoever_has_a_role_and_in_the_desks_channel_to_colleagues(
    role: Role, venue: Venue
) -> None:
    everything = role in OURS or (role is Role.REQUESTER and venue is Venue.DESK)
    assert rights.sees_all(actor(role), venue) is everything


def test_where_a_customer_reads_along_only_an_update_an_escalation_and_what_they_are_asked_is_heard() -> None:
    for outside in (True, False):
        obeyed = {verb for verb in VERBS if rights.is_obeyed(verb, Venue.CUSTOMERS_THREAD, outside=outside)}
        assert obeyed == {"update", "escalate", "is-back"}


@pytest.mark.parametrize("venue", [Venue.DESK, Venue.CUSTOMERS, Venue.ELSEWHERE])
def test_elsewhere_people_inside_may_ask_for_everything_and_others_for_what_is_theirs(venue: Venue) -> None:
    assert all(rights.is_obeyed(verb, venue, outside=False) for verb in VERBS)
    obeyed = {verb for verb in VERBS if rights.is_obeyed(verb, venue, outside=True)}
    assert obeyed == {"update", "escalate", "rate", "is-back", "new", "list", "show", "help"}


@pytest.mark.parametrize("venue", [Venue.DESK, Venue.CUSTOMERS, Venue.ELSEWHERE])
@pytest.mark.parametrize("role", Role)
def test_whose_a_new_ticket_is_the_desk_may_say_and_colleagues_outside_customers_channels(
    role: Role, venue: Venue
) -> None:
    named = role in OURS - {Role.HELPER} or (role in {Role.REQUESTER, Role.HELPER} and venue is not Venue.CUSTOMERS)
    assert rights.may_name_customer(actor(role), venue) is named


STAFF: Final = [role for role in Role if role in OURS - {Role.HELPER}]
OTHERS: Final = [role for role in Role if role not in STAFF]


@pytest.mark.parametrize(
    ("roles", "venue", "own", "others"),
    [
        (STAFF, Venue.CUSTOMERS, CountsAs.UPDATE, CountsAs.UPDATE),
        (STAFF, Venue.CUSTOMERS_THREAD, CountsAs.UPDATE, CountsAs.UPDATE),
        (STAFF, Venue.DESK, CountsAs.NOTE, CountsAs.NOTE),
        (STAFF, Venue.ELSEWHERE, CountsAs.NOTE, CountsAs.NOTE),
        (OTHERS, Venue.CUSTOMERS, CountsAs.CUSTOMERS, CountsAs.CUSTOMERS),
        (OTHERS, Venue.CUSTOMERS_THREAD, CountsAs.CUSTOMERS, CountsAs.CUSTOMERS),
        (OTHERS, Venue.DESK, CountsAs.CUSTOMERS, CountsAs.NOTHING),
        (OTHERS, Venue.ELSEWHERE, CountsAs.CUSTOMERS, CountsAs.NOTHING),
    ],
)
def test_what_a_message_counts_as_is_decided_by_place_and_person(
    roles: list[Role], venue: Venue, own: CountsAs, others: CountsAs
) -> None:
    for who in map(actor, roles):
        assert rights.heard_as(who, replace(TICKET, requester=who.id), venue) is own
        assert rights.heard_as(who, TICKET, venue) is others


def test_whoever_is_of_the_group_at_work_may_look_note_and_acknowledge_and_nothing_else() -> None:
    who, at_work = actor(Role.REQUESTER), replace(TICKET, at_work=True)
    assert rights.why_not_see(who, at_work, Venue.ELSEWHERE) is None
    may = {verb for verb in VERBS if rights.why_not(who, verb, at_work, Venue.DESK) is None}
    may_else = {verb for verb in VERBS if rights.why_not(who, verb, TICKET, Venue.DESK) is None}
    assert may - may_else == {"ack", "note"}
    assert rights.heard_as(who, at_work, Venue.ELSEWHERE) is rights.CountsAs.NOTE
    assert rights.heard_as(who, TICKET, Venue.ELSEWHERE) is rights.CountsAs.NOTHING
    rights.require_ever(who, "ack")
    with pytest.raises(Refusal, match="not_allowed"):
        rights.require_ever(actor(Role.CUSTOMER), "ack")
