"""What is said about the levels: proposed, asked for, reached, taken back."""

from __future__ import annotations

from bot.card import Button, Buttons, Card
from bot.notices.saying import Saying, actions, told
from triage.escalation import REASONS
from triage.notice import NoticeKind


def _proposal(saying: Saying) -> Card:
    ticket, level = saying.view.stored.ticket, saying.data["level"]
    who = list(dict.fromkeys([*saying.people.owner(ticket, saying.view.now), *saying.people.lead(saying.view.now)]))
    # Without the level's number: that is only said once the level was reached.
    sentence = saying.speech(
        "notice.proposal_overdue" if saying.data.get("step") == "overdue" else "notice.proposal",
        who=saying.mentions(who),
        number=saying.view.stored.number,
        summary=saying.view.summary,
        role=saying.people.level_role(level, saying.speech),
    )
    return told(saying, sentence, actions(saying, "escalate"))


def _asked(saying: Saying) -> Card:
    who = list(dict.fromkeys([*saying.people.lead(saying.view.now), *saying.people.contacts(1, saying.view.now)]))
    sentence = saying.speech(
        "notice.escalation_asked",
        who=saying.mentions(who),
        by=saying.by(),
        number=saying.view.stored.number,
        summary=saying.view.summary,
    )
    return told(saying, sentence, actions(saying, "escalate", "update"))


def _escalated(saying: Saying) -> Card:
    level = saying.data["level"]
    key = "notice.escalated" if saying.people.has_contact(level) else "notice.escalated_no_contact"
    sentence = saying.speech(
        key,
        who=saying.mentions(saying.people.contacts(level, saying.view.now)),
        by=saying.by(),
        level=level,
        role=saying.people.level_role(level, saying.speech),
        number=saying.view.stored.number,
        summary=saying.view.summary,
    )
    return told(saying, sentence, actions(saying, "ack", "update", "show"))


def _undone(saying: Saying) -> Card:
    return told(saying, saying.speech("notice.escalation_undone", who=saying.by(), level=saying.data["level"]))


def _pick_reason(saying: Saying) -> Card:
    level = saying.data["level"]
    buttons = tuple(
        Button("reason", saying.speech.text(f"reason.{name}"), saying.view.stored.number,
               saying.view.stored.ticket.version, value=f"{level}.{name}")
        for name in REASONS
    )  # fmt: skip
    sentence = saying.speech("notice.pick_reason", number=saying.view.stored.number, level=level)
    return told(saying, sentence, Buttons(buttons))


SAY = {
    NoticeKind.PROPOSAL: _proposal,
    NoticeKind.ESCALATION_ASKED: _asked,
    NoticeKind.ESCALATED: _escalated,
    NoticeKind.ESCALATION_UNDONE: _undone,
    NoticeKind.PICK_REASON: _pick_reason,
}
