"""Notices about deadlines of agreements beside the customer's: for the desk alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.wording.card import Card
from bot.wording.notices.saying import Saying, actions, sentence_card
from bot.wording.sentences import Typed
from triage.contents.deadlines import AgreementContent
from triage.notice import NoticeKind


def _agreement(saying: Saying, said: AgreementContent) -> Card:
    ticket, now, speech = saying.view.stored.ticket, saying.view.now, saying.speech
    told = [said.group] if said.group is not None else list(saying.roster.on_duty(ticket, now))
    sentence = speech(
        "notice.agreement_late" if said.late else "notice.agreement",
        who=saying.mentions(told, quiet=said.quiet),
        agreement=Typed(said.agreement),
        clock=speech(f"clock.{said.clock}"),
        number=saying.view.stored.number,
        summary=saying.view.summary,
        at=said.due,
        left=speech.duration((said.due - now).total_seconds()),
    )
    return sentence_card(saying, sentence, actions(saying, *(("ack", "note") if said.group is not None else ("note",))))


SAY: dict[NoticeKind, Callable[[Saying, Any], Card]] = {NoticeKind.AGREEMENT: _agreement}
