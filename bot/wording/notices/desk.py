"""What the desk is told of what people did, and what it is reminded of."""

from __future__ import annotations

from bot.wording.card import Button, Buttons, Card, Quote
from bot.wording.card_buttons import show_button
from bot.wording.notices.saying import Saying, actions, told
from bot.wording.sentences import Typed
from triage.notice import NoticeKind


def _customer_wrote(saying: Saying) -> Card:
    data, stored = saying.data, saying.view.stored
    then = data.get("then")
    key = f"wrote.{then}" if then else "wrote.above" if data.get("above") else "wrote.only"
    sentence = saying.speech(
        key, who=saying.by(), number=stored.number, summary=saying.view.summary, at=saying.at("at") if then else None
    )
    if data.get("asks"):
        owner = saying.roster.on_duty(stored.ticket, saying.view.now)
        to = saying.mentions(owner, quiet=not data["named"], acted=data["by"])
        sentence = (*saying.speech("notice.to", who=to), *sentence)
    verbs = ("take", "update") if stored.ticket.is_open else ("reopen",) if then == "before" else ()
    return told(saying, sentence, *([actions(saying, *verbs)] if verbs else []))


def _told(saying: Saying) -> Card:
    """What the customer reads, as the desk reads it: with who said it, and nobody notified."""
    data = saying.data
    key = f"told.{data['what']}{'_own' if data.get('own') else ''}"
    times = {name: saying.at(name) for name in ("at", "until") if data.get(name)}
    owner = saying.people.named(data["assignee"]) if data.get("assignee") else ""
    return told(saying, saying.speech(key, number=saying.view.stored.number, who=saying.by(), owner=owner, **times))


def _closing(saying: Saying) -> Card:
    stored = saying.view.stored
    sentence = saying.speech(
        f"closing.{saying.data['what']}",
        who=saying.by(),
        number=stored.number,
        summary=saying.view.summary,
        at=saying.at("at"),
    )
    return told(saying, sentence)


def _note(saying: Saying) -> Card:
    return told(saying, saying.speech("notice.note", who=saying.by()))


def _talk(saying: Saying) -> Card:
    return told(saying, saying.speech("notice.talk"))


def _changed(saying: Saying) -> Card:
    data, speech = saying.data, saying.speech
    what = data["what"]
    owner = saying.view.stored.ticket.assignee
    values: dict[str, object] = {
        "who": saying.by(), "owner": saying.people.named(owner) if owner else speech("card.nobody"),
    }  # fmt: skip
    if "number" in data:
        values["number"] = data["number"]
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
        whom = saying.view.stored.asker if data["for"] == "customer" else data["for"]
        values["what"] = speech(f"awaited.{whom}")
    if what in ("customer", "plan"):
        values["customer"] = Typed(data["customer"]) if data["customer"] else speech("card.no_customer")
        values["plan"] = Typed(data["plan"]) if data["plan"] else speech("notice.standard_plan")
        values["offer"] = speech("notice.plan_offered", plan=values["plan"]) if data.get("offered") else ()
    if "number" in data:
        return told(
            saying, speech(f"changed.{what}", **values),
            Buttons((show_button(saying.view, data["number"]),)),
        )  # fmt: skip
    if what == "reason":
        values |= {"level": data["level"], "reason": data["reason"]}
    if what == "take_undone" and owner not in (None, data["by"]):
        values["owner"] = saying.people.mention(owner)
    if what in ("taken_over", "taken_away"):
        values["before"] = saying.people.mention(data["before"])
    sentence = speech(f"changed.{what}", **values)
    if not data.get("offered"):
        return told(saying, sentence)
    stored = saying.view.stored
    hold = Button("customer", speech.text("button.hold_to_plan"), stored.number, stored.ticket.version, value="plan")
    return told(saying, sentence, Buttons((hold,)))


def _assigned(saying: Saying) -> Card:
    key = "notice.handed_over" if saying.data["group"] else "notice.assigned"
    before = saying.data.get("before")
    lost = saying.speech("notice.lost", before=saying.people.mention(before)) if before is not None else ()
    sentence = saying.speech(key, to=saying.people.mention(saying.data["to"]), who=saying.by(), lost=lost)
    return told(saying, sentence, actions(saying, "update", "promise"))


def _chase(saying: Saying) -> Card:
    ticket, roster, now = saying.view.stored.ticket, saying.roster, saying.view.now
    step = "chase" if saying.data["step"].startswith("chase-") else saying.data["step"]
    waiting = ticket.waiting
    if step == "chase" and waiting is not None and waiting.asked is None:
        step = "unasked"
    sentence = saying.speech(
        f"chase.{step.replace('-', '_')}",
        who=saying.mentions(roster.lead(now) if step == "nudge-lead" else roster.on_duty(ticket, now)),
        number=saying.view.stored.number,
        summary=saying.view.summary,
        since=ticket.waiting.since if ticket.waiting is not None else saying.view.now,
        at=ticket.requested_date,
        asker=saying.speech(f"asker.{saying.view.stored.asker}"),
    )
    question = saying.view.text(waiting.question_id) if waiting is not None else ""
    return told(saying, sentence, *([Quote(question)] if question else []), actions(saying, *_CHASING[step]))


_CHASING = {
    "chase": ("update", "resume"),
    "unasked": ("wait", "resume"),
    "close": ("update", "resolve"),
    "until": ("update", "resume"),
    "day-before": ("take", "update"),
    "come": ("update", "resolve"),
    "nudge": ("take", "update", "promise", "resolve"),
    "nudge-lead": ("take", "update", "promise"),
}


SAY = {
    NoticeKind.CUSTOMER_WROTE: _customer_wrote,
    NoticeKind.TOLD: _told,
    NoticeKind.CLOSING: _closing,
    NoticeKind.NOTE: _note,
    NoticeKind.TALK: _talk,
    NoticeKind.ASSIGNED: _assigned,
    NoticeKind.CHANGED: _changed,
    NoticeKind.CHASE: _chase,
}
