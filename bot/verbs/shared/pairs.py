"""What the verbs on a pair of tickets (`link`, `unlink`, `merge`) have in common."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from bot.verbs.base.call import Call
from bot.verbs.base.verb import FormContext, Outcome, Result, TicketForm, VerbCall
from bot.wording.card import Field, FieldKind
from storage.listing import Listed, pairs_of
from storage.tickets import StoredTicket
from triage.change import Change
from triage.facts.sorting import OtherTicket
from triage.linking import Both, Numbered
from triage.people import Actor
from triage.ticket import Ticket

Rule = Callable[[Numbered, Numbered, Actor, datetime], Both]


def decided(request: VerbCall, rule: Rule) -> Both:
    """Apply `rule` to both tickets: the change of each."""
    if request.other is None:
        return Change(), Change()
    one, other = _numbered(request, request.stored), _numbered(request, request.other)
    return rule(one, other, request.call.actor, request.call.now)


def pair_form(name: str, offers: Callable[[Ticket, Listed], bool], *, linked: bool = False) -> TicketForm:
    """A form that asks for the other ticket: a menu of those that `offers` accepts, or a number to type where they do
    not fit in one. `linked`: only tickets that are linked with this one are offered, the first of them preselected."""

    def fields(context: FormContext) -> tuple[Field, ...]:
        speech = context.speech
        label, hint = speech.text(f"field.{name}"), speech.text(f"hint.{name}")
        offered = [each for each in context.others if offers(context.ticket, each)]
        if not 0 < len(offered) <= context.limits.most_choices:  # beyond it the number is typed
            return (Field("other", FieldKind.LINE, label, required=True, hint=hint, longest=20),)
        options = tuple((str(each.number), _named(context, each)) for each in offered)
        first = options[0][0] if linked else None
        return (Field("other", FieldKind.CHOICE, label, required=True, options=options, initial=first, hint=hint),)

    return TicketForm(fields=fields, needed=("other",), first="other", others=partial(pairs_of, linked=linked))


def with_other(_call: Call, outcome: Outcome) -> Result:
    """A result that names the other ticket."""
    other = next((e.fact.number for e in outcome.change.events if isinstance(e.fact, OtherTicket)), "")
    return Result(values={"other": other})


def _named(context: FormContext, other: Listed) -> str:
    return f"#{other.number} {other.summary or context.speech.text('card.erased')}"[: context.limits.longest_choice]


def _numbered(request: VerbCall, stored: StoredTicket) -> Numbered:
    """The ticket, with the name of the customer who reads its thread, if any."""
    beside = stored.conversation("customer")
    reader = None if beside is None else request.call.desk.customers.of_channel(request.session, beside.channel)
    return Numbered(stored.number, stored.ticket, reader.name if reader is not None else None, stored.events)
