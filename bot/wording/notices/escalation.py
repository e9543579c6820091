"""Notices about the levels of escalation: proposed, asked for, reached, taken back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from bot.wording.card import Button, Buttons, Card, Line
from bot.wording.card_buttons import show_button
from bot.wording.notices.saying import Saying, actions, sentence_card
from bot.wording.notices.settled import how_settled
from bot.wording.sentences import Sentence, join
from triage.agenda import UNANSWERED
from triage.calling import FIRST
from triage.contents.deadlines import ProposalContent, UnacknowledgedContent
from triage.contents.privately import EndorsedContent, PickReasonContent, StandsContent
from triage.contents.to_desk import (
    DeescalatedContent,
    EscalatedContent,
    EscalationAskedContent,
    EscalationUndoneContent,
)
from triage.escalation import REASONS
from triage.event import Kind
from triage.notice import NoticeKind
from triage.people import VIGIE
from triage.settling import climb_of


def _proposal(saying: Saying, said: ProposalContent) -> Card:
    ticket, level = saying.view.stored.ticket, said.level
    who = saying.roster.told_of_proposal(ticket, saying.view.now)
    if said.step == UNANSWERED:
        return _unanswered(saying, said, who)
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
    who = saying.roster.told_of_request(saying.view.now, saying.region)
    sentence = saying.speech(
        "notice.escalation_asked",
        who=saying.mentions(who),
        by=saying.people.named(said.by),
        number=saying.view.stored.number,
        summary=saying.view.summary,
    )
    return sentence_card(saying, sentence, actions(saying, "escalate", "update"))


def _escalated(saying: Saying, said: EscalatedContent) -> Card:
    """A level was reached. The first of its contacts is called, unless whoever climbed is one. Once nobody is waited
    for, it says how that ended."""
    ticket, roster, now = saying.view.stored.ticket, saying.roster, saying.view.now
    climb = climb_of(ticket, said, saying.seq)
    is_owed = climb is not None and ticket.is_open and climb is ticket.escalation.owed
    called = None if climb is None else climb.called_at(FIRST)
    who = [called] if called is not None else roster.contact(said.level, now) if is_owed else []
    own = climb is not None and climb.answered
    how = "escalated_own" if own else _how_escalated(saying, said) if is_owed else "escalated_over"
    sentence = saying.speech(
        f"notice.{how}",
        who=_called(saying, who, notified=is_owed),
        by=saying.people.named(said.by),
        level=said.level,
        role=saying.people.level_role(said.level, saying.speech),
        number=saying.view.stored.number,
        summary=saying.view.summary,
    )
    if is_owed:
        away = [Line(saying.speech("notice.all_away"), small=True)] if who and roster.is_away(who[0], now) else []
        return sentence_card(saying, sentence, *away, actions(saying, "ack", "update", "show"))
    ended = _ended(saying)
    return sentence_card(saying, sentence, *([Line(ended, small=True)] if ended else []))


def _how_escalated(saying: Saying, said: EscalatedContent) -> str:
    """The words for a climb that calls somebody: by a person, by Vigie itself, to a level that has no contact."""
    how = "escalated_by_itself" if said.by == VIGIE else "escalated"
    return how if saying.roster.has_contact(said.level, saying.view.now) else f"{how}_no_contact"


def _called(saying: Saying, who: Sequence[str], *, notified: bool) -> Sentence:
    if not who:
        return saying.speech("notice.nobody")
    return join([(saying.called(each) if notified else saying.people.named(each),) for each in who], ", ")


def _ended(saying: Saying) -> Sentence:
    """Who acknowledged a climb, took it back, or did whatever else ended it. Empty where it was acknowledged from the
    start."""
    after = (event for event in saying.view.stored.events if saying.seq is not None and event.seq > saying.seq)
    by = next((event for event in after if event.kind in _ENDS and getattr(event.fact, "of_level", True)), None)
    return () if by is None else saying.speech("settled.climb", how=how_settled(saying, by))


_ENDS = {
    Kind.ACKNOWLEDGED, Kind.LEVEL_ANSWERED, Kind.ESCALATED, Kind.ESCALATION_UNDONE, Kind.DEESCALATED, Kind.RESOLVED,
    Kind.MERGED, Kind.DISMISSED,
}  # fmt: skip


def _unacknowledged(saying: Saying, said: UnacknowledgedContent) -> Card:
    """The next contact of a level joins."""
    climb = saying.view.stored.ticket.escalation.owed
    who = None if climb is None else climb.called_at(said.step)
    before = [] if climb is None else [call.who for call in climb.calls if call.step != said.step]
    sentence = saying.speech(
        "notice.unacknowledged",
        who=_called(saying, [who] if who else [], notified=True),
        before=join([(saying.people.named(each),) for each in before], ", ") or saying.speech("notice.nobody"),
        level=said.level,
        role=saying.people.level_role(said.level, saying.speech),
        number=saying.view.stored.number,
        summary=saying.view.summary,
        at=saying.view.now if climb is None else climb.at,
    )
    return sentence_card(saying, sentence, actions(saying, "ack", "update", "show"))


def _unanswered(saying: Saying, said: ProposalContent, who: list[str]) -> Card:
    """Nobody is left to be called to a level: the one above is proposed, where there is one."""
    ticket = saying.view.stored.ticket
    climb, is_top = ticket.escalation.last, said.level > ticket.terms.levels
    sentence = saying.speech(
        "notice.unanswered_top" if is_top else "notice.proposal_unanswered",
        who=saying.mentions(who),
        level=said.level - 1,
        role=saying.people.level_role(said.level - 1 if is_top else said.level, saying.speech),
        number=saying.view.stored.number,
        summary=saying.view.summary,
        at=saying.view.now if climb is None else climb.at,
    )
    return sentence_card(saying, sentence, actions(saying, *(("update", "show") if is_top else ("escalate",))))


def _deescalated(saying: Saying, said: DeescalatedContent) -> Card:
    key = "notice.deescalated" if said.level > 1 else "notice.deescalated_off"
    sentence = saying.speech(
        key, who=saying.people.named(said.by), level=said.level, below=said.level - 1, number=saying.view.stored.number
    )
    return sentence_card(saying, sentence)


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
    NoticeKind.UNACKNOWLEDGED: _unacknowledged,
    NoticeKind.DEESCALATED: _deescalated,
    NoticeKind.ESCALATION_UNDONE: _undone,
    NoticeKind.PICK_REASON: _pick_reason,
}
