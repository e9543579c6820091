"""`assign`: somebody else has it, nobody has it, or a group has the work in hand."""

from __future__ import annotations

from bot.desk.binding import called
from bot.verbs.base.call import Call
from bot.verbs.base.verb import Also, ButtonOn, FormContext, Outcome, Result, TicketForm, TicketVerb, VerbCall, under
from bot.verbs.engine.access import is_at_work
from bot.verbs.reading.person import first_called, first_mentioned, left_or, must_be_of_desk, unled
from bot.wording.card import Field, FieldKind
from triage import owning
from triage.assigning import severity_to_answer_by
from triage.change import Change
from triage.errors import Refusal
from triage.facts.owning import Assigned

ME = ("me", "myself", "moi")
NOBODY = ("nobody", "no one", "none", "unassigned", "personne")


def _read(call: Call, words: str) -> dict[str, str]:
    """`assign 42 @ana`, a name, an email, `me` or `nobody`, a group; what follows is said to them with it."""
    if not words:
        return {}
    if (mentioned := first_mentioned(call, words)) is not None:
        who, text = mentioned
        return {"group" if who.is_group else "who": who.key, "text": text}
    to = unled(words)
    for special, key in ((ME, call.actor.id), (NOBODY, "nobody")):
        for name in special:
            if f"{to.lower()} ".startswith(f"{name} "):
                return {"who": key, "text": to[len(name) :].strip()}
    return _named(call, words)


def _named(call: Call, words: str) -> dict[str, str]:
    """The longest beginning of `words` that is somebody's name; else the group whose handle is typed."""
    if (known := first_called(call, words)) is not None:
        who, text = known
        return {"who": who, "text": text}
    to = unled(words)
    if (group := call.desk.directory.group_called(to.split(maxsplit=1)[0])) is not None:
        return {"group": group, "text": to.partition(" ")[2].strip()}
    if not call.desk.limits.has_groups:
        platform = called(call.desk.platform)
        raise left_or(call, words, Refusal("no_such_person_no_groups", text=words[:60], platform=platform))
    raise left_or(call, words, Refusal("no_such_person", text=words[:60]))


def _assign(request: VerbCall) -> Change:
    ticket, call, text = request.stored.ticket, request.call, request.answers.get("text")
    in_group = is_at_work(call, request.stored)
    if group := request.answers.get("group"):
        if call.desk.roster.groups.get(group) == frozenset():
            raise Refusal("group_empty", group=call.desk.directory.name(group))
        within = call.desk.policy.assignment.group_answer_within[severity_to_answer_by(ticket)]
        return owning.hand_to_group(ticket, call.actor, call.now, group, text, within, in_group=in_group)
    who = request.answers.get("who")
    if not who:
        raise Refusal("assign_needs_person")
    if request.answers.get("pressed"):
        _must_be_as_shown(request, who)
    to = None if who == "nobody" else must_be_of_desk(call, who)
    return owning.assign(ticket, call.actor, call.now, to, text, in_group=in_group)


def _must_be_as_shown(request: VerbCall, who: str) -> None:
    """Raises `Refusal` where somebody has taken the ticket since the button was shown."""
    call, owned = request.call, request.stored.ticket.ownership
    owner = owned.assignee
    asked = who == "nobody" and owned.answer_by is not None  # whoever was given it has not answered
    if owner is not None and owner not in (who, call.actor.id) and not asked:
        name = call.desk.directory.name(owner)
        raise Refusal("taken_meanwhile", name=name, owner=owner, number=request.stored.number)


def _fields(context: FormContext) -> tuple[Field, ...]:
    speech = context.speech
    owned = context.ticket.ownership
    proposed = owned.offer.to if owned.offer is not None else None
    return (
        Field("who", FieldKind.PERSON, speech.text("field.assignee"), required=True,
              initial=owned.assignee or proposed, hint=speech.text("hint.assignee")),
        Field("text", FieldKind.TEXT, speech.text("field.assign_text"), hint=speech.text("hint.note")),
    )  # fmt: skip


def _result(call: Call, outcome: Outcome) -> Result:
    ticket = outcome.stored.ticket
    if ticket.ownership.group is not None:
        return Result("assign_group")
    if ticket.ownership.assignee is None:
        return Result("assign_nobody")
    answers = any(isinstance(event.fact, Assigned) and event.fact.acknowledged for event in outcome.change.events)
    if ticket.ownership.assignee == call.actor.id and answers:
        return Result("take")
    return Result(values={"who": call.people.named(ticket.ownership.assignee)})


ASSIGN = TicketVerb(
    name="assign",
    aliases=("assigner", "affecter", "attribuer"),
    button_on=ButtonOn.MENU | ButtonOn.BESIDE,
    decide=_assign,
    also=(Also("group", FieldKind.LINE), Also("who", FieldKind.PERSON, ("nobody",))),
    read=_read,
    form=TicketForm(fields=_fields, needed=("who", "group"), first="who", refused_under=under(text=("text_too_long",))),
    result=_result,
    pressed="who",
    supposable=True,
)
