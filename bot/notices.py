"""Notices as cards: what is said in threads and channels, to the desk, to the customer, to one person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.card import Button, Buttons, Card, Element, Line, Quote
from bot.cards import View, next_deadline, ticket_card
from bot.commands.dispatch import explain
from bot.people import Directory
from bot.sentences import Mention, Sentence, Typed, join
from bot.speech import Speech
from triage.agenda import BREACH_STEPS
from triage.errors import Refusal
from triage.escalation import REASONS
from triage.event import read_stamp
from triage.notice import Audience, NoticeKind
from triage.terms import ClockKind


@dataclass(frozen=True)
class Saying:
    """A notice about to be said: its data as stored, the text kept beside it, and the ticket as it is now."""

    view: View
    data: Mapping[str, Any]
    body: str
    command: str
    possibly_repeated: bool = False

    @property
    def speech(self) -> Speech:
        """The language it is said in."""
        return self.view.speech

    @property
    def people(self) -> Directory:
        """Who is who at this moment."""
        return self.view.people

    def at(self, key: str) -> datetime:
        """An instant in the notice's data."""
        return read_stamp(self.data[key])

    def by(self) -> object:
        """The person who acted, by name."""
        return self.people.named(self.data["by"])

    def mentions(self, people: list[str]) -> Sentence:
        """People who are notified; words where there is nobody."""
        if not people:
            return self.speech("notice.nobody")
        return join([(self.people.mention(person),) for person in people], ", ")

    @property
    def customer_mention(self) -> Sentence:
        """The requester, notified where they count as the customer: under the desk's card, of what others do."""
        requester = self.view.stored.ticket.requester
        if self.view.stored.conversation("customer") is not None:
            return ()
        if requester in (self.data.get("by"), self.data.get("assignee")):
            return ()
        return (Mention(requester, self.people.name(requester)), " ")


def notice_card(kind: NoticeKind, saying: Saying) -> Card:
    """The card of a notice. `CARD` is the ticket's own."""
    if kind is NoticeKind.CARD:
        return ticket_card(saying.view)
    return _SAY[kind](saying)


def _card(saying: Saying, sentence: Sentence, *more: Element) -> Card:
    lead = saying.speech("notice.repeated") if saying.possibly_repeated else ()
    sentence = (*lead, *sentence)
    elements: list[Element] = [Line(sentence)]
    brief = sentence
    if saying.body:
        elements.append(Quote(saying.body))
        brief = (*sentence, " ", Typed(saying.body))
    return Card(brief, (*elements, *more))


def _to_customer(saying: Saying, key: str, **values: object) -> Card:
    number = saying.view.stored.number
    sentence = saying.speech(f"customer.{key}", number=number, **values)
    return _card(saying, (*saying.customer_mention, *sentence))


def _receipt(saying: Saying) -> Card:
    speech, stored = saying.speech, saying.view.stored
    ask = Button("escalate", speech.text("button.ask_escalation"), stored.number, stored.ticket.version)
    return Card(
        speech("customer.receipt", title=saying.view.summary, number=stored.number),
        (
            Line(speech("customer.receipt_line", number=stored.number)),
            Quote(saying.view.summary),
            Line(speech("customer.receipt_how"), small=True),
            Buttons((ask,)),
        ),
    )


def _taken(saying: Saying) -> Card:
    return _to_customer(saying, "taken", who=saying.people.named(saying.data["assignee"]))


def _update(saying: Saying) -> Card:
    return _to_customer(saying, "update", who=saying.by())


def _promise(saying: Saying) -> Card:
    return _to_customer(saying, "promise", who=saying.by(), at=saying.at("until"))


def _waiting(saying: Saying) -> Card:
    return _to_customer(saying, "waiting")


def _restored(saying: Saying) -> Card:
    return _to_customer(saying, "restored", at=saying.at("at"))


def _resolved(saying: Saying) -> Card:
    return _to_customer(saying, "resolved")


def _reopened(saying: Saying) -> Card:
    return _to_customer(saying, "reopened")


def _customer_wrote(saying: Saying) -> Card:
    sentence = saying.speech("notice.customer_wrote", who=saying.by())
    return _card(saying, sentence, *([_actions(saying, "take", "update")] if saying.view.stored.ticket.is_open else []))


def _note(saying: Saying) -> Card:
    return _card(saying, saying.speech("notice.note", who=saying.by()))


def _changed(saying: Saying) -> Card:
    data, speech = saying.data, saying.speech
    what = data["what"]
    values: dict[str, object] = {"who": saying.by()}
    if "at" in data:
        values["at"] = saying.at("at")
    if what == "terms":
        if data["severity"] is not None:
            values["terms"] = speech("notice.terms_severity", severity=data["severity"],
                                     category=speech(f"category.{data['category']}"))  # fmt: skip
        else:
            values["terms"] = speech(f"category.{data['category']}")
        what = "confirmed" if data["confirmed"] else "terms"
    if what == "waiting":
        values["what"] = speech(f"waiting_for.{data['for']}")
    if what == "reason":
        values |= {"level": data["level"], "reason": data["reason"]}
    if what == "take_undone":
        owner = saying.view.stored.ticket.assignee
        values["owner"] = saying.people.named(owner) if owner else speech("card.nobody")
    return _card(saying, speech(f"changed.{what}", **values))


def _warning(saying: Saying) -> Card:
    ticket = saying.view.stored.ticket
    clock = ticket.clocks.get(ClockKind(saying.data["clock"]))
    due = clock.due if clock is not None and clock.due is not None else saying.at("due")
    promised = clock is not None and clock.promised is not None
    left = saying.speech.duration((due - saying.view.now).total_seconds())
    sentence = saying.speech(
        "notice.warning_promise" if promised else "notice.warning",
        who=saying.mentions(saying.people.owner(ticket)),
        clock=saying.speech(f"clock.{saying.data['clock']}"),
        number=saying.view.stored.number,
        summary=saying.view.summary,
        left=left,
        at=due,
        do=saying.speech(f"do.{saying.data['clock']}"),
    )
    return _card(saying, sentence, _actions(saying, *_HELPFUL[ClockKind(saying.data["clock"])]))


# The buttons beside a warning: what `do.<clock>` speaks of.
_HELPFUL = {
    ClockKind.RESPONSE: ("take", "update"),
    ClockKind.UPDATE: ("update", "promise"),
    ClockKind.RESTORE: ("take", "restored", "escalate"),
}


def _breach(saying: Saying) -> Card:
    to, due = saying.data["to"], saying.at("due")
    sentence = saying.speech(
        "notice.breach" if to == "assignee" else "notice.breach_again",
        who=saying.mentions(_breach_to(saying, to)),
        clock=saying.speech(f"clock.{saying.data['clock']}"),
        number=saying.view.stored.number,
        summary=saying.view.summary,
        at=due,
        over=saying.speech.duration((saying.view.now - due).total_seconds()),
        do=saying.speech(f"do.{saying.data['clock']}"),
    )
    verbs = (*_HELPFUL[ClockKind(saying.data["clock"])], "ack", "escalate")
    return _card(saying, sentence, _actions(saying, *dict.fromkeys(verbs)))


def _breach_to(saying: Saying, to: str) -> list[str]:
    """Whom a breach is said to: its assignee, then the lead, then level 1's contact."""
    people = saying.people
    return {"assignee": people.owner(saying.view.stored.ticket), "lead": people.lead(), "level": people.contacts(1)}[to]


def _catch_up(saying: Saying) -> Card:
    ticket, speech = saying.view.stored.ticket, saying.speech
    missed = [Line(line, small=True) for line in _missed(speech, saying.data["missed"])]
    sentence = speech(
        "notice.catch_up",
        who=saying.mentions(_breach_to(saying, saying.data["to"])),
        number=saying.view.stored.number,
        summary=saying.view.summary,
        next=next_deadline(speech, ticket, saying.view.now),
    )
    return _card(saying, sentence, *missed, _actions(saying, "take", "update", "escalate"))


def _missed(speech: Speech, missed: list[list[str]]) -> list[Sentence]:
    """What fell due: of each clock its breach if there was one, else its last warning; the rest in one line."""
    told: dict[str, Sentence] = {}
    for clock, step, stamp in missed:
        at = read_stamp(stamp)
        if clock not in set(ClockKind):
            told["other"] = speech("missed.other", at=at)
        elif step in BREACH_STEPS:
            told.setdefault(f"{clock} breach", speech("missed.breach", clock=speech(f"clock.{clock}"), at=at))
        else:
            told[clock] = speech("missed.warning", clock=speech(f"clock.{clock}"), at=at)
    return [line for clock, line in told.items() if f"{clock} breach" not in told]


def _proposal(saying: Saying) -> Card:
    ticket, level = saying.view.stored.ticket, saying.data["level"]
    who = list(dict.fromkeys([*saying.people.owner(ticket), *saying.people.lead()]))
    # Without the level's number: that is only said once the level was reached.
    sentence = saying.speech(
        "notice.proposal_overdue" if saying.data.get("step") == "overdue" else "notice.proposal",
        who=saying.mentions(who),
        number=saying.view.stored.number,
        summary=saying.view.summary,
        role=saying.people.level_role(level, saying.speech),
    )
    return _card(saying, sentence, _actions(saying, "escalate"))


def _asked(saying: Saying) -> Card:
    who = list(dict.fromkeys([*saying.people.lead(), *saying.people.contacts(1)]))
    sentence = saying.speech(
        "notice.escalation_asked",
        who=saying.mentions(who),
        by=saying.by(),
        number=saying.view.stored.number,
        summary=saying.view.summary,
    )
    return _card(saying, sentence, _actions(saying, "escalate", "update"))


def _escalated(saying: Saying) -> Card:
    level = saying.data["level"]
    key = "notice.escalated" if saying.people.has_contact(level) else "notice.escalated_no_contact"
    sentence = saying.speech(
        key,
        who=saying.mentions(saying.people.contacts(level)),
        by=saying.by(),
        level=level,
        role=saying.people.level_role(level, saying.speech),
        number=saying.view.stored.number,
        summary=saying.view.summary,
    )
    return _card(saying, sentence, _actions(saying, "ack", "update", "show"))


def _undone(saying: Saying) -> Card:
    return _card(saying, saying.speech("notice.escalation_undone", who=saying.by(), level=saying.data["level"]))


def _pick_reason(saying: Saying) -> Card:
    level = saying.data["level"]
    buttons = tuple(
        Button("reason", saying.speech.text(f"reason.{name}"), saying.view.stored.number,
               saying.view.stored.ticket.version, value=f"{level}.{name}")
        for name in REASONS
    )  # fmt: skip
    sentence = saying.speech("notice.pick_reason", number=saying.view.stored.number, level=level)
    return _card(saying, sentence, Buttons(buttons))


def _refusal(saying: Saying) -> Card:
    values = {k: read_stamp(v) if k in _INSTANTS and v else v for k, v in saying.data["values"].items()}
    return Card(explain(Refusal(saying.data["code"], **values), saying.speech, saying.command))


_INSTANTS = frozenset({"at", "until", "earliest"})  # the values of a refusal that are stored as stamps


def _chase(saying: Saying) -> Card:
    ticket, step = saying.view.stored.ticket, saying.data["step"]
    people = saying.people
    sentence = saying.speech(
        f"chase.{step.replace('-', '_')}",
        who=saying.mentions(people.lead() if step == "nudge-lead" else people.owner(ticket)),
        number=saying.view.stored.number,
        summary=saying.view.summary,
        at=ticket.requested_date,
    )
    return _card(saying, sentence, _actions(saying, *_CHASING[step]))


_CHASING = {
    "chase-1": ("update", "resume"),
    "chase-3": ("update", "resume"),
    "close-5": ("update", "resolve"),
    "until": ("update", "resume"),
    "day-before": ("take", "update"),
    "come": ("update", "resolve"),
    "nudge": ("take", "update", "promise", "resolve"),
    "nudge-lead": ("take", "update", "promise"),
}


def _actions(saying: Saying, *verbs: str) -> Buttons:
    ticket = saying.view.stored.ticket
    pointless = {
        "take": ticket.assignee is not None,
        "resume": ticket.waiting is None,
        "restored": ticket.restored_at is not None,
        "escalate": ticket.level >= ticket.terms.levels,
    }
    shown = [verb for verb in verbs if not pointless.get(verb)]
    return Buttons(
        tuple(
            Button(verb, saying.speech.text(f"button.{verb}"), saying.view.stored.number, ticket.version)
            for verb in shown
        )
    )


_SAY: dict[NoticeKind, Callable[[Saying], Card]] = {
    NoticeKind.RECEIPT: _receipt,
    NoticeKind.TAKEN: _taken,
    NoticeKind.UPDATE: _update,
    NoticeKind.PROMISE: _promise,
    NoticeKind.WAITING: _waiting,
    NoticeKind.RESTORED: _restored,
    NoticeKind.RESOLVED: _resolved,
    NoticeKind.REOPENED: _reopened,
    NoticeKind.CUSTOMER_WROTE: _customer_wrote,
    NoticeKind.NOTE: _note,
    NoticeKind.CHANGED: _changed,
    NoticeKind.WARNING: _warning,
    NoticeKind.BREACH: _breach,
    NoticeKind.CATCH_UP: _catch_up,
    NoticeKind.PROPOSAL: _proposal,
    NoticeKind.ESCALATION_ASKED: _asked,
    NoticeKind.ESCALATED: _escalated,
    NoticeKind.ESCALATION_UNDONE: _undone,
    NoticeKind.PICK_REASON: _pick_reason,
    NoticeKind.REFUSAL: _refusal,
    NoticeKind.CHASE: _chase,
}


def audience_speech(people: Directory, audience: Audience, data: Mapping[str, Any]) -> Speech:
    """What is shared speaks the desk's language, what is private the reader's."""
    if audience is Audience.PERSON:
        return people.reader(data["person"])
    return people.desk_speech
