"""Notices to the desk: what people did, and what it is reminded of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.wording.card import Button, Buttons, Card, Quote
from bot.wording.card_buttons import show_button
from bot.wording.notices.saying import Saying, actions, sentence_card
from bot.wording.sentences import Sentence, Typed, join
from triage.contents.changes import (
    AwaitsContent,
    ChangedAtContent,
    ChangedContent,
    CustomerContent,
    HandedContent,
    LostContent,
    MergedHereContent,
    OtherTicketContent,
    ReasonContent,
    TermsContent,
    What,
)
from triage.contents.deadlines import ChaseContent
from triage.contents.to_desk import (
    AssignedContent,
    ClosingContent,
    CustomerWroteContent,
    NoteContent,
    TalkContent,
    ToldContent,
)
from triage.customers import customer_at
from triage.notice import NoticeKind
from triage.owning import acknowledge_by


def _customer_wrote(saying: Saying, said: CustomerWroteContent) -> Card:
    stored, then = saying.view.stored, said.then
    key = f"wrote.{then}" if then else "wrote.above" if said.above else "wrote.only"
    sentence = saying.speech(
        key,
        who=saying.people.named(said.by),
        number=stored.number,
        summary=saying.view.summary,
        at=said.at if then else None,
    )
    if said.asks:
        owner = saying.roster.on_duty(stored.ticket, saying.view.now)
        to = saying.mentions(owner, quiet=not said.named, acted=said.by)
        sentence = (*saying.speech("notice.to", who=to), *sentence)
    verbs = ("take", "update") if stored.ticket.is_open else ("reopen",) if then == "before" else ()
    return sentence_card(saying, sentence, *([actions(saying, *verbs)] if verbs else []))


def _told(saying: Saying, said: ToldContent) -> Card:
    """What the customer reads, as the desk reads it: with who said it, and nobody notified."""
    key = f"told.{said.what}{'_own' if said.own else ''}"
    times = {name: at for name, at in (("at", said.at), ("until", said.until)) if at is not None}
    owner = saying.people.named(said.assignee) if said.assignee else ""
    return sentence_card(
        saying,
        saying.speech(key, number=saying.view.stored.number, who=saying.people.named(said.by), owner=owner, **times),
    )


def _closing(saying: Saying, said: ClosingContent) -> Card:
    stored = saying.view.stored
    sentence = saying.speech(
        f"closing.{said.what}",
        who=saying.people.named(said.by),
        number=stored.number,
        summary=saying.view.summary,
        at=said.at,
    )
    return sentence_card(saying, sentence)


def _note(saying: Saying, said: NoteContent) -> Card:
    return sentence_card(saying, saying.speech("notice.note", who=saying.people.named(said.by)))


def _talk(saying: Saying, _: TalkContent) -> Card:
    return sentence_card(saying, saying.speech("notice.talk"))


def _changed(saying: Saying, said: ChangedContent) -> Card:
    key, values = said.what.value, _values(saying, said)
    if isinstance(said, TermsContent) and said.confirmed:
        key = "confirmed"
    sentence = saying.speech(f"changed.{key}", **values)
    if isinstance(said, OtherTicketContent):
        return sentence_card(saying, sentence, Buttons((show_button(saying.view, said.number),)))
    if not (isinstance(said, CustomerContent) and said.offered):
        return sentence_card(saying, sentence)
    stored, label = saying.view.stored, saying.speech.text("button.hold_to_plan")
    hold = Button("customer", label, stored.number, stored.ticket.version, value="plan")
    return sentence_card(saying, sentence, Buttons((hold,)))


def _merged_here(saying: Saying, said: MergedHereContent) -> Sentence:
    """What went over, who had the other ticket and is told, and who else worked on it."""
    speech, more = saying.speech, []
    if said.takes:
        takes = join([(speech.text(f"merge_takes.{what}"),) for what in said.takes], ", ")
        more.append(speech("merge_takes.line", what=takes))
    if said.tell:
        more.append(speech("merge_takes.tell", who=saying.mentions(list(said.tell)), number=said.number))
    if said.people:
        named = join([(saying.people.named(person),) for person in said.people], ", ")
        more.append(speech("merge_takes.people", who=named))
    return tuple(part for each in more for part in (" ", *each))


def _values(saying: Saying, said: ChangedContent) -> dict[str, object]:
    """What the words for a change may name."""
    people, speech, stored = saying.people, saying.speech, saying.view.stored
    owner = stored.ticket.ownership.assignee
    values: dict[str, object] = {
        "who": people.named(said.by), "owner": people.named(owner) if owner else speech("card.nobody"),
    }  # fmt: skip
    match said:
        case MergedHereContent():
            values |= {"number": said.number, "more": _merged_here(saying, said)}
        case OtherTicketContent():
            values["number"] = said.number
        case ChangedAtContent():
            values["at"] = said.at
        case HandedContent():
            values["whom"] = people.named(said.whom)
        case LostContent():
            values["before"] = saying.mention(said.before)
        case ReasonContent():
            values |= {"level": said.level, "reason": said.reason}
        case AwaitsContent():
            values["what"] = speech(f"awaited.{stored.asker if said.whom == 'customer' else said.whom}")
        case TermsContent():
            terms = speech(f"category.{said.category}")
            if said.severity is not None:
                terms = speech("notice.terms_severity", severity=said.severity, category=terms)
            values["terms"] = terms
        case CustomerContent():
            plan = Typed(said.plan) if said.plan else speech("notice.standard_plan")
            name = customer_at(stored.events, saying.seq)
            values |= {
                "customer": Typed(name) if name else speech("card.no_customer"),
                "plan": plan,
                "offer": speech("notice.plan_offered", plan=plan) if said.offered else (),
            }
        case ChangedContent(what=What.TAKE_UNDONE) if owner is not None and owner != said.by:
            values["owner"] = saying.mention(owner)
    return values


def _assigned(saying: Saying, said: AssignedContent) -> Card:
    key = "notice.handed_over" if said.group else "notice.assigned"
    before = said.before
    lost = saying.speech("notice.lost", before=saying.mention(before)) if before is not None else ()
    sentence = saying.speech(key, to=saying.mention(said.to), who=saying.people.named(said.by), lost=lost)
    by = acknowledge_by(saying.view.stored.ticket, said.to, said.answer_by) if said.group else None
    if by is not None:
        sentence = (*sentence, *saying.speech("notice.acknowledge_by", by=saying.speech.when(by, "time")))
    return sentence_card(saying, sentence, actions(saying, *(("ack", "note") if said.group else ("update", "promise"))))


def _chase(saying: Saying, said: ChaseContent) -> Card:
    ticket, roster, now = saying.view.stored.ticket, saying.roster, saying.view.now
    step = "chase" if said.step.startswith("chase-") else said.step
    waiting = ticket.waiting
    if step == "chase" and waiting is not None and waiting.asked is None:
        step = "unasked"
    sentence = saying.speech(
        f"chase.{step.replace('-', '_')}",
        who=saying.mentions(roster.lead(now, saying.region) if step in _TO_LEAD else roster.on_duty(ticket, now)),
        number=saying.view.stored.number,
        summary=saying.view.summary,
        since=ticket.waiting.since if ticket.waiting is not None else saying.view.now,
        at=ticket.requested_date,
        asker=saying.speech(f"asker.{saying.view.stored.asker}"),
    )
    question = saying.view.text(waiting.question_id) if waiting is not None else ""
    return sentence_card(saying, sentence, *([Quote(question)] if question else []), actions(saying, *_CHASING[step]))


_TO_LEAD = {"nudge-lead", "handover-lead"}
_CHASING = {
    "chase": ("update", "resume"),
    "unasked": ("wait", "resume"),
    "close": ("update", "resolve"),
    "until": ("update", "resume"),
    "day-before": ("take", "update"),
    "come": ("update", "resolve"),
    "nudge": ("take", "update", "promise", "resolve"),
    "nudge-lead": ("take", "update", "promise"),
    "handover-lead": ("assign", "update"),
}


SAY: dict[NoticeKind, Callable[[Saying, Any], Card]] = {
    NoticeKind.CUSTOMER_WROTE: _customer_wrote,
    NoticeKind.TOLD: _told,
    NoticeKind.CLOSING: _closing,
    NoticeKind.NOTE: _note,
    NoticeKind.TALK: _talk,
    NoticeKind.ASSIGNED: _assigned,
    NoticeKind.CHANGED: _changed,
    NoticeKind.CHASE: _chase,
}
