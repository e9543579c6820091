"""Whose ticket it is: customer."""

from __future__ import annotations

from bot.verbs.call import Call
from bot.verbs.verb import Act, Asked, Deed
from bot.verbs.whose import IS
from bot.wording.card import Field
from storage.customers import customer_key, plan_of
from triage.change import Change
from triage.customers import correct_customer
from triage.errors import Refusal

NOBODY = ("nobody", "none", "no", "personne", "aucun")
PLAN = "plan"


def _read(_call: Call, words: str) -> dict[str, str]:
    """`customer 42 Acme`, and `customer 42 Acme plan` to hold the ticket to their plan as well."""
    return {"customer": words}


def _customer(act: Act) -> Change:
    """A pressed button holds the ticket to the plan of the customer it has, or gives it to the customer who was meant;
    nothing else holds it to a plan but the word `plan`."""
    desk, ticket, session = act.call.desk, act.stored.ticket, act.session
    pressed = act.answers.get("value", "")
    on_plan = pressed == PLAN
    meant = pressed.removeprefix(IS) if pressed.startswith(IS) else act.answers.get("customer", "")
    name = ticket.customer if on_plan else " ".join(meant.split())
    if not name:
        raise Refusal("customer_needs_name")
    known = desk.customer_called(session, name)
    rest, _, last = name.rpartition(" ")
    if known is None and rest and last.lower() == PLAN:
        name, known, on_plan = rest, desk.customer_called(session, rest), True
        if known is None:
            raise Refusal("plan_of_unknown_customer", customer=name)
    customer = None if name.lower() in NOBODY and known is None else known.name if known is not None else name
    _must_be_theirs(act, customer)
    policy = desk.policy_of(session, ticket.terms.policy_version)
    plan = plan_of(session, desk.organisation_id, customer)
    return correct_customer(ticket, act.call.actor, act.call.now, policy, customer, plan, on_plan=on_plan)


def _must_be_theirs(act: Act, customer: str | None) -> None:
    """Refuse to give a ticket to one customer while another reads along in its thread."""
    beside, now_theirs = act.stored.conversation("customer"), act.stored.ticket.customer
    reader = None if beside is None else act.call.desk.customer_in(act.session, beside.channel)
    keys = [None if name is None else customer_key(name) for name in (customer, now_theirs)]
    if reader is not None and keys[0] not in (keys[1], reader.key):
        raise Refusal("customer_reads_along", number=act.stored.number, customer=reader.name)


def _fields(asked: Asked) -> tuple[Field, ...]:
    speech = asked.speech
    return (
        Field("customer", "line", speech.text("field.customer"), required=True, initial=asked.ticket.customer,
              hint=speech.text("hint.customer"), longest=120),
    )  # fmt: skip


CUSTOMER = Deed("customer", _customer, _read, _fields, ("customer",), ("client",), daily=False, any_time=True)
