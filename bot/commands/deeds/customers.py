"""Whose ticket it is: customer."""

from __future__ import annotations

from sqlmodel import Session

from bot.card import Field
from bot.commands.call import Call
from bot.commands.deeds.deed import Act, Asked, Deed
from bot.desk import Desk
from storage.customers import find_customer, plan_of
from triage.change import Change
from triage.customers import correct_customer
from triage.errors import Refusal

NOBODY = ("nobody", "none", "no", "personne", "aucun")
PLAN = "plan"


def _read(_call: Call, words: str) -> dict[str, str]:
    """`customer 42 Acme`, and `customer 42 Acme plan` to hold the ticket to their plan as well."""
    return {"customer": words}


def _customer(act: Act) -> Change:
    """A pressed button holds the ticket to the plan of the customer it has; nothing else does but the word `plan`."""
    desk, ticket = act.call.desk, act.stored.ticket
    on_plan = act.answers.get("value") == PLAN
    name = ticket.customer if on_plan else act.answers.get("customer", "").strip()
    if not name:
        raise Refusal("customer_needs_name")
    known = _known(desk, act.session, name)
    rest, _, last = name.rpartition(" ")
    if known is None and rest and last.lower() == PLAN:
        name, known, on_plan = rest, _known(desk, act.session, rest), True
    customer = None if name.lower() in NOBODY and known is None else known or name
    policy = desk.policy_of(act.session, ticket.terms.policy_version)
    plan = plan_of(act.session, desk.organisation_id, customer)
    return correct_customer(ticket, act.call.actor, act.call.now, policy, customer, plan, on_plan=on_plan)


def _known(desk: Desk, session: Session, name: str) -> str | None:
    """How that customer is written, where the desk knows them."""
    found = find_customer(session, desk.organisation_id, name)
    channels = desk.policy.desk.customer_channels.values()
    return found.name if found else next((each for each in channels if each.casefold() == name.casefold()), None)


def _fields(asked: Asked) -> tuple[Field, ...]:
    speech = asked.speech
    return (
        Field("customer", "line", speech.text("field.customer"), required=True, initial=asked.ticket.customer,
              hint=speech.text("hint.customer"), longest=120),
    )  # fmt: skip


CUSTOMER = Deed("customer", _customer, _read, _fields, ("customer",), ("client",), daily=False, any_time=True)
