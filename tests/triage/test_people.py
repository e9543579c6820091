"""Who may do what: the verb-by-role table of the policy."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.triage.story import ADA, ANA, BEN, CLEO, HUGO, LEA, MIA, POLICY, REX, Story, at
from triage import (
    acknowledging,
    awaiting,
    escalation,
    noting,
    owning,
    reporting,
    resolving,
    restoring,
    sorting,
    updating,
)
from triage.change import Change
from triage.correcting import edit, redact, take_back
from triage.customers import correct_customer
from triage.errors import Refusal
from triage.people import Actor, Role
from triage.snoozing import snooze
from triage.terms import Category

EVERYONE = {Role.AGENT: ANA, Role.LEAD: LEA, Role.MANAGER: MIA, Role.ADMIN: ADA, Role.HELPER: HUGO,
            Role.REQUESTER: REX, Role.CUSTOMER: CLEO}  # fmt: skip
STAFF = {Role.AGENT, Role.LEAD, Role.MANAGER, Role.ADMIN}

Verb = Callable[[Story, Actor], Change]


def act(verb: Callable[..., Change], *args: object, **more: object) -> Verb:
    return lambda story, actor: verb(story.ticket, actor, at("12:00"), *args, **more)


def prepared(verb: str) -> Story:
    """A ticket on which the verb makes sense."""
    story = Story("09:00", severity=2)
    if verb in ("edit", "take-back"):
        for actor in (ANA, LEA, MIA, ADA):
            story.act(updating.update, "10:00", "on it", by=actor)
    if verb == "resume":
        story.act(awaiting.wait, "10:00", "logs")
    if verb == "relapsed":
        story.act(restoring.restored, "10:00")
    if verb == "reopen":
        story.act(resolving.resolve, "10:00")
    if verb == "ack":
        story.act(escalation.escalate, "10:00", "slow")
    return story


VERBS: dict[str, tuple[Verb, set[Role]]] = {
    "take": (act(owning.take), STAFF),
    "assign": (act(owning.assign, BEN), STAFF),
    "assign to a group": (act(owning.hand_to_group, "chat:netops"), STAFF),
    "customer": (act(correct_customer, POLICY, "Acme", None), STAFF),
    "snooze": (act(snooze, at("13:00")), STAFF),
    "edit": (act(edit, "better"), STAFF),
    "take-back": (act(take_back), STAFF),
    "redact": (act(redact, [1]), {Role.LEAD, Role.ADMIN}),
    "update (as the desk)": (act(updating.update, "hello"), STAFF),
    "promise": (act(updating.promise, at("13:00")), STAFF),
    "promise far ahead": (act(updating.promise, at("20:00")), {Role.MANAGER, Role.ADMIN}),
    "wait": (act(awaiting.wait, "logs"), STAFF),
    "resume": (act(awaiting.resume), STAFF),
    "restored": (act(restoring.restored), STAFF),
    "relapsed": (act(restoring.relapsed), STAFF),
    "severity": (act(sorting.change_severity, POLICY, 1, "worse"), STAFF),
    "category": (act(sorting.change_category, POLICY, Category.INQUIRY), STAFF),
    "reported": (act(reporting.correct_report, at("08:00"), "they called"), STAFF),
    "resolve": (act(resolving.resolve), STAFF),
    "reopen": (act(resolving.reopen, counts=True), STAFF),
    "note": (act(noting.note, "hm"), STAFF | {Role.HELPER}),
    "ack": (act(acknowledging.acknowledge), STAFF),
    "escalate by reaction": (act(escalation.escalate_by_reaction), {Role.MANAGER}),
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_is_for_the_roles_the_policy_names(verb: str, role: Role) -> None:
    do, allowed = VERBS[verb]
    story, actor = prepared(verb), EVERYONE[role]
    if role in allowed:
        assert do(story, actor).events
        return
    if verb.startswith("update") and role in {Role.REQUESTER, Role.CUSTOMER}:
        assert [event.kind for event in do(story, actor).events] == ["customer_wrote"]
        return
    with pytest.raises(Refusal) as refused:
        do(story, actor)
    assert refused.value.code in ("not_allowed", "promise_too_far")
    named = refused.value.values["who"]
    assert isinstance(named, list)
    may_promise_at_all = verb == "promise far ahead" and refused.value.code == "not_allowed"
    assert {Role(name) for name in named} == (STAFF if may_promise_at_all else allowed)


@pytest.mark.parametrize("actor", EVERYONE.values())
def test_anyone_may_open_a_ticket(actor: Actor) -> None:
    assert Story("09:00", by=actor).ticket.requester == actor.id


@pytest.mark.parametrize("actor", [REX, CLEO, HUGO])
def test_anyone_outside_the_desk_may_ask_for_escalation(actor: Actor) -> None:
    change = prepared("").act(escalation.escalate, "12:00", "it gets worse", by=actor)
    assert [event.kind for event in change.events] == ["escalation_asked"]


def test_a_helper_never_writes_to_a_customer_but_is_one_where_they_asked() -> None:
    story = Story("09:00", by=HUGO, severity=None)
    assert [event.kind for event in story.act(updating.update, "10:00", "still down", by=HUGO).events] == [
        "customer_wrote"
    ]
    with pytest.raises(Refusal, match="not_allowed"):
        prepared("").act(updating.update, "10:00", "all fine", by=HUGO)
