"""The closed line, without buttons, that replaces a notice once it is settled."""

from __future__ import annotations

from bot.wording.card import Card
from bot.wording.clock_lines import clock_name
from bot.wording.notices.saying import Saying, sentence_card
from bot.wording.sentences import Sentence
from triage.contents.deadlines import AgreementContent, BreachContent, WarningContent
from triage.contents.to_desk import OfferedContent
from triage.event import Event, Kind
from triage.facts.owning import Assigned
from triage.facts.telling import Updated
from triage.notice import NoticeKind
from triage.people import VIGIE
from triage.settling import SETTLING, is_settled, settled_by


def settled_card(saying: Saying) -> Card | None:
    """The closed line that replaces a message once it is settled. None while it is open, and when the message is sent
    for the first time."""
    stored, speech, said = saying.view.stored, saying.speech, saying.content
    if saying.said_by is None or said.KIND not in SETTLING or said.KIND in _OWN_WORDS:
        return None
    if not is_settled(stored.ticket, said, saying.said_by):
        return None
    by = settled_by(stored.events, said, saying.said_by)
    values: dict[str, object] = {"how": how_settled(saying, by), "number": stored.number}
    if isinstance(said, OfferedContent) and by is not None and by.actor == VIGIE:  # it is settled for nobody else
        return sentence_card(saying, speech("settled.passed_on", **values))
    if not isinstance(said, WarningContent | BreachContent | AgreementContent):
        return sentence_card(saying, speech("settled.line", **values))
    values["clock"] = clock_name(speech, said.called if isinstance(said, AgreementContent) else said.clock)
    over = 0.0 if by is None else (by.at - said.due).total_seconds()
    near = isinstance(said, WarningContent) or (isinstance(said, AgreementContent) and not said.late)
    if near or over <= 0:
        return sentence_card(saying, speech("settled.line_clock", **values))
    return sentence_card(saying, speech("settled.line_late", over=speech.duration(over), **values))


def how_settled(saying: Saying, by: Event | None) -> Sentence:
    """Who settled it, how and when; that it was undone, where nobody did."""
    if by is None:
        return saying.speech("settled.undone")
    fact, owner, key = by.fact, None, _HOW.get(by.kind, "changed")
    if isinstance(fact, Assigned):
        owner = fact.assignee
        silent = "unanswered" if by.actor == VIGIE else "given_up"
        key = "taken" if owner == by.actor else "assigned" if owner else silent
        if fact.group is not None and owner == fact.before:  # the owner stays
            owner, key = fact.group, "handed"
    if isinstance(fact, Updated):
        key = "resolved" if fact.resolved else "restored" if fact.restored else "updated"
    return saying.speech(
        f"settled.{key}",
        who=saying.people.named(by.actor),
        owner=saying.people.named(owner) if owner else "",
        at=saying.speech.when(by.at, "time"),
    )


# What says something else once it is settled, and not only that it is.
_OWN_WORDS = (NoticeKind.ESCALATED,)
_HOW = {
    Kind.ACKNOWLEDGED: "acknowledged",
    Kind.RESTORED: "restored",
    Kind.RESOLVED: "resolved",
    Kind.WAITED: "waiting",
    Kind.MERGED: "merged",
    Kind.DISMISSED: "dismissed",
    Kind.LEVEL_ANSWERED: "acknowledged",
    Kind.DEESCALATED: "deescalated",
    Kind.ESCALATION_UNDONE: "escalation_undone",
    Kind.ESCALATED: "escalated",
    Kind.CUSTOMER_WROTE: "answered",
    Kind.RESUMED: "resumed",
}
