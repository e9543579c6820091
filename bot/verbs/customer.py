"""`customer`: correct whose ticket it is, and hold it to their plan."""

from __future__ import annotations

from bot.verbs.base.call import Call
from bot.verbs.base.verb import ButtonOn, FormContext, Outcome, Result, TicketForm, TicketVerb, VerbCall
from bot.verbs.shared.ticket_customer import IS, unknown
from bot.wording.card import Field, FieldKind
from bot.wording.sentences import Typed
from storage.customers import customer_key
from triage.change import Change
from triage.contents.changes import CustomerContent
from triage.customers import correct_customer
from triage.errors import Refusal
from triage.event import Kind

NOBODY = ("nobody", "none", "no", "personne", "aucun")
PLAN = "plan"


def _read(_call: Call, words: str) -> dict[str, str]:
    """`customer 42 Acme`, and `customer 42 Acme plan` to hold the ticket to their plan as well."""
    return {"customer": words}


def _customer(request: VerbCall) -> Change:
    """Without `plan` the ticket keeps its terms. A button either holds the ticket to the plan of the customer it has
    (`plan`), or gives it to the customer that was suggested."""
    call, ticket, session = request.call, request.stored.ticket, request.session
    desk, pressed = call.desk, request.answers.get("value", "")
    on_plan = pressed == PLAN
    meant = pressed.removeprefix(IS) if pressed.startswith(IS) else request.answers.get("customer", "")
    name = ticket.customer if on_plan else " ".join(meant.split())
    if not name:
        raise Refusal("customer_needs_name")
    known = desk.customers.called(session, name)
    rest, _, last = name.rpartition(" ")
    if known is None and rest and last.lower() == PLAN:
        name, known, on_plan = rest, desk.customers.called(session, rest), True
        if known is None:
            raise Refusal("plan_of_unknown_customer", customer=name)
    customer = None if name.lower() in NOBODY and known is None else known.name if known is not None else name
    _must_be_theirs(request, customer)
    policy = desk.policy_of(session, ticket.terms.policy_version)
    plan, region = (known.plan, known.region) if customer is not None and known is not None else (None, None)
    return correct_customer(ticket, call.actor, call.now, policy, customer, plan, region=region, on_plan=on_plan)


def _must_be_theirs(request: VerbCall, customer: str | None) -> None:
    """Raises `Refusal` where another customer reads along in the ticket's thread."""
    beside, now_theirs = request.stored.conversation("customer"), request.stored.ticket.customer
    reader = None if beside is None else request.call.desk.customers.of_channel(request.session, beside.channel)
    keys = [None if name is None else customer_key(name) for name in (customer, now_theirs)]
    if reader is not None and keys[0] not in (keys[1], reader.key):
        raise Refusal("customer_reads_along", number=request.stored.number, customer=reader.name)


def _fields(context: FormContext) -> tuple[Field, ...]:
    speech = context.speech
    return (
        Field("customer", FieldKind.LINE, speech.text("field.customer"), required=True, initial=context.ticket.customer,
              hint=speech.text("hint.customer"), longest=120),
    )  # fmt: skip


def _result(call: Call, outcome: Outcome) -> Result:
    speech, ticket, change = call.speech, outcome.stored.ticket, outcome.change
    customer = Typed(ticket.customer) if ticket.customer else speech("card.no_customer")
    if any(event.kind is Kind.TERMS_MOVED for event in change.events):
        return Result("customer_plan", {"customer": customer})
    offered = any(isinstance(n.content, CustomerContent) and n.content.offered for n in change.notices)
    offer = speech("done.customer_offer", number=outcome.stored.number, command=call.command) if offered else ()
    return Result(values={"customer": customer, "offer": offer})


CUSTOMER = TicketVerb(
    name="customer",
    aliases=("client",),
    button_on=ButtonOn.BESIDE,
    decide=_customer,
    read=_read,
    form=TicketForm(fields=_fields, needed=("customer",), first="customer"),
    result=_result,
    asks_after=unknown,
    in_more=8,
    on_resolved=True,
)
