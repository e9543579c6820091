"""Notices about the levels of escalation: proposed, asked for, reached, taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.wording.card import Button, Buttons, Card
from bot.wording.card_buttons import show_button
from bot.wording.notices.saying import Saying, actions, sentence_card
from bot.wording.sentences import join
from triage.contents.deadlines import ProposalContent
from triage.contents.privately import EndorsedContent, PickReasonContent, StandsContent
from triage.contents.to_desk import EscalatedContent, EscalationAskedContent, EscalationUndoneContent
from triage.escalation import REASONS
from triage.notice import NoticeKind


def _proposal(saying: Saying, said: ProposalContent) -> Card:
    ticket, level = saying.view.stored.ticket, said.level
    who = saying.roster.told_of_proposal(ticket, saying.view.now)
    # How long it has been is the threshold's that fell due, though the level that is proposed may be below that one's.
    step = said.step
    after = next((each.seconds for each in ticket.terms.thresholds if f"propose-{each.level}" == step), 0)
    # Without the level's number: that is only said once the level was reached.
    sentence = saying.speech(
        "notice.proposal_overdue" if step == "overdue" else "notice.proposal",
        who=saying.mentions(who),
        number=saying.view.stored.number,
        summary=saying.view.summary,
        role=saying.people.level_role(level, saying.speech),
        after=saying.speech.duration(after),
    )
    return sentence_card(saying, sentence, actions(saying, "escalate"))


def _asked(saying: Saying, said: EscalationAskedContent) -> Card:
    who = saying.roster.told_of_request(saying.view.now)
    sentence = saying.speech(
        "notice.escalation_asked",
        who=saying.mentions(who),
        by=saying.people.named(said.by),
        number=saying.view.stored.number,
        summary=saying.view.summary,
    )
    return sentence_card(saying, sentence, actions(saying, "escalate", "update"))


def _escalated(saying: Saying, said: EscalatedContent) -> Card:
    level = said.level
    who = saying.roster.contact(level, saying.view.now)
    key = "notice.escalated" if saying.roster.has_contact(level) else "notice.escalated_no_contact"
    sentence = saying.speech(
        key,
        who=join([(saying.called(each),) for each in who], ", ") if who else saying.speech("notice.nobody"),
        by=saying.people.named(said.by),
        level=level,
        role=saying.people.level_role(level, saying.speech),
        number=saying.view.stored.number,
        summary=saying.view.summary,
    )
    return sentence_card(saying, sentence, actions(saying, "ack", "update", "show"))


def _undone(saying: Saying, said: EscalationUndoneContent) -> Card:
    return sentence_card(
        saying, saying.speech("notice.escalation_undone", who=saying.people.named(said.by), level=said.level)
    )


def _pick_reason(saying: Saying, said: PickReasonContent) -> Card:
    level = said.level
    buttons = tuple(
        Button("reason", saying.speech.text(f"reason.{name}"), saying.view.stored.number,
               saying.view.stored.ticket.version, value=f"{level}.{name}")
        for name in REASONS
    )  # fmt: skip
    sentence = saying.speech("notice.pick_reason", number=saying.view.stored.number, level=level)
    return sentence_card(saying, sentence, Buttons((*buttons, show_button(saying.view, saying.view.stored.number))))


def _endorsed(saying: Saying, said: EndorsedContent) -> Card:
    key = "notice.endorsed" if said.by != said.person else "notice.endorsed_own"
    sentence = saying.speech(
        key, number=saying.view.stored.number, who=saying.people.named(said.by), level=said.level, at=said.at
    )
    return sentence_card(saying, sentence, _showing(saying))


def _stands(saying: Saying, said: StandsContent) -> Card:
    number = saying.view.stored.number
    values: dict[str, object] = {"number": number}
    if said.verb == "escalate" and said.by is not None:
        others = join([(saying.people.named(each),) for each in said.others], ", ")
        values |= {"level": said.level, "who": saying.people.named(said.by), "at": said.at, "others": others}
    return sentence_card(saying, saying.speech(f"stands.{said.verb}.{said.why}", **values), _showing(saying))


def _showing(saying: Saying) -> Buttons:
    return Buttons((show_button(saying.view, saying.view.stored.number),))


SAY: dict[NoticeKind, Callable[[Saying, Any], Card]] = {
    NoticeKind.ENDORSED: _endorsed,
    NoticeKind.STANDS: _stands,
    NoticeKind.PROPOSAL: _proposal,
    NoticeKind.ESCALATION_ASKED: _asked,
    NoticeKind.ESCALATED: _escalated,
    NoticeKind.ESCALATION_UNDONE: _undone,
    NoticeKind.PICK_REASON: _pick_reason,
}
