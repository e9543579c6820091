"""Who has a ticket, and who answers for it: take, assign, ack."""

from __future__ import annotations

from bot.verbs.call import Call
from bot.verbs.verb import Act, Asked, Deed
from bot.wording.card import Field
from triage import lifecycle, owning
from triage.change import Change
from triage.errors import Refusal

ME = ("me", "myself", "moi")
NOBODY = ("nobody", "no one", "none", "unassigned", "personne")
LONGEST_NAME = 5  # words


def _take(act: Act) -> Change:
    """A button to take it is offered while nobody has it: one that is pressed later takes it from nobody, unless they
    are sure to take it from that very person."""
    owner = act.stored.ticket.assignee
    if act.answers.get("pressed") and owner not in (None, act.call.actor.id, act.answers.get("sure")):
        name = act.call.desk.directory.name(owner)
        raise Refusal("taken_meanwhile", name=name, owner=owner, number=act.stored.number)
    return lifecycle.take(act.stored.ticket, act.call.actor, act.call.now)


def _read_assign(call: Call, words: str) -> dict[str, str]:
    """`assign 42 @ana`, a name, an email, `me` or `nobody`, a group; what follows is said to them with it."""
    if not words:
        return {}
    for typed in sorted(call.mentioned, key=len, reverse=True):
        if words.startswith(typed):
            who, text = call.mentioned[typed], words.removeprefix(typed).lstrip(" :,")
            if who is None:
                raise Refusal("ambiguous_person", text=typed)
            return {"group" if who.is_group else "who": who.key, "text": text}
    for special, key in ((ME, call.actor.id), (NOBODY, "nobody")):
        for name in special:
            if words.lower() == name or words.lower().startswith(f"{name} "):
                return {"who": key, "text": words[len(name) :].strip()}
    return _named(call, words)


def _named(call: Call, words: str) -> dict[str, str]:
    """The longest beginning of `words` that is somebody's name."""
    known = words.split(maxsplit=LONGEST_NAME)
    for length in range(min(len(known), LONGEST_NAME), 0, -1):
        found = call.desk.directory.staff_called(" ".join(known[:length]).rstrip(":,"))
        if len(found) > 1:
            raise Refusal("ambiguous_person", text=" ".join(known[:length]))
        if found:
            return {"who": found[0], "text": words.split(maxsplit=length)[length] if len(known) > length else ""}
    raise Refusal("no_such_person", text=words[:60])


def _assign(act: Act) -> Change:
    ticket, call, text = act.stored.ticket, act.call, act.answers.get("text")
    if group := act.answers.get("group"):
        return owning.hand_over(ticket, call.actor, call.now, group, text)
    who = act.answers.get("who")
    if not who:
        raise Refusal("assign_needs_person")
    to = None if who == "nobody" else call.desk.directory.actor(who)
    return owning.assign(ticket, call.actor, call.now, to, text)


def _assign_fields(asked: Asked) -> tuple[Field, ...]:
    speech = asked.speech
    return (
        Field("who", "person", speech.text("field.assignee"), required=True, initial=asked.ticket.assignee,
              hint=speech.text("hint.assignee")),
        Field("text", "text", speech.text("field.assign_text"), hint=speech.text("hint.note")),
    )  # fmt: skip


def _acknowledge(act: Act) -> Change:
    return lifecycle.acknowledge(act.stored.ticket, act.call.actor, act.call.now)


TAKE = Deed("take", _take, aliases=("prendre", "prends"))
ASSIGN = Deed(
    "assign", _assign, _read_assign, _assign_fields, ("who", "group"), ("assigner", "affecter", "attribuer"),
    daily=False,
)  # fmt: skip
ACK = Deed("ack", _acknowledge, aliases=("acknowledge", "accuser"), daily=False)
