"""Notices about who gets a ticket that nobody has, and who does not answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.wording.card import Button, Buttons, Card
from bot.wording.notices.saying import Saying, actions, sentence_card
from bot.wording.offers import because
from bot.wording.sentences import join
from triage.contents.to_desk import GroupSilentContent, NobodyContent, OfferedContent
from triage.notice import NoticeKind


def _offered(saying: Saying, said: OfferedContent) -> Card:
    speech, stored = saying.speech, saying.view.stored
    common = {"number": stored.number, "summary": saying.view.summary, "why": because(speech, said.why)}
    silent = () if said.before is None else speech("notice.not_answered", before=saying.mention(said.before))
    by = speech.when(said.answer_by, "time")
    sentence = speech("notice.offered", silent=silent, who=saying.mention(said.to), by=by, **common)
    return sentence_card(saying, sentence, Buttons((*_of(saying, "take"), _pass_on(saying))))


def _of(saying: Saying, verb: str) -> tuple[Button, ...]:
    stored = saying.view.stored
    return (Button(verb, saying.speech.text(f"button.{verb}"), stored.number, stored.ticket.version, style="primary"),)


def _pass_on(saying: Saying) -> Button:
    """The button by which whoever was given it says that it is for somebody else."""
    stored = saying.view.stored
    label = saying.speech.text("button.pass_on")
    return Button("assign", label, stored.number, stored.ticket.version, value="nobody")


def _nobody(saying: Saying, said: NobodyContent) -> Card:
    speech, people = saying.speech, saying.people
    tried = join([(saying.mention(p) if p == said.before else people.named(p),) for p in said.tried], ", ")
    sentence = speech(
        "notice.nobody_answered" if said.tried else "notice.nobody_there",
        who=saying.mentions(saying.roster.lead(saying.view.now, saying.region)),
        number=saying.view.stored.number,
        summary=saying.view.summary,
        tried=tried,
    )
    return sentence_card(saying, sentence, actions(saying, "take", "assign"))


def _group_silent(saying: Saying, said: GroupSilentContent) -> Card:
    ticket, now, roster = saying.view.stored.ticket, saying.view.now, saying.roster
    told = list(dict.fromkeys((*roster.on_duty(ticket, now), *roster.lead(now, saying.region))))
    sentence = saying.speech(
        "notice.group_silent",
        who=saying.mentions(told),
        group=saying.people.named(said.group),
        number=saying.view.stored.number,
        summary=saying.view.summary,
        at=saying.speech.when(said.since, "time"),
    )
    return sentence_card(saying, sentence, actions(saying, "assign", "note"))


SAY: dict[NoticeKind, Callable[[Saying, Any], Card]] = {
    NoticeKind.OFFERED: _offered,
    NoticeKind.NOBODY: _nobody,
    NoticeKind.GROUP_SILENT: _group_silent,
}
