"""What is said before a deadline passes, when it has, and after an outage."""

from __future__ import annotations

from bot.card import Card, Line
from bot.cards import next_deadline
from bot.notices.saying import Saying, actions, told
from bot.sentences import Sentence
from bot.speech import Speech
from triage.agenda import BREACH_STEPS
from triage.event import read_stamp
from triage.notice import NoticeKind
from triage.terms import ClockKind


def _warning(saying: Saying) -> Card:
    ticket = saying.view.stored.ticket
    clock = ticket.clocks.get(ClockKind(saying.data["clock"]))
    due = clock.due if clock is not None and clock.due is not None else saying.at("due")
    promised = clock is not None and clock.promised is not None
    left = saying.speech.duration((due - saying.view.now).total_seconds())
    sentence = saying.speech(
        "notice.warning_promise" if promised else "notice.warning",
        who=saying.mentions(saying.people.owner(ticket, saying.view.now)),
        clock=saying.speech(f"clock.{saying.data['clock']}"),
        number=saying.view.stored.number,
        summary=saying.view.summary,
        left=left,
        at=due,
        do=saying.speech(f"do.{saying.data['clock']}"),
    )
    return told(saying, sentence, actions(saying, *_HELPFUL[ClockKind(saying.data["clock"])]))


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
    return told(saying, sentence, actions(saying, *dict.fromkeys(verbs)))


def _breach_to(saying: Saying, to: str) -> list[str]:
    """Whom a breach is said to: its assignee, then the lead, then level 1's contact."""
    people, now = saying.people, saying.view.now
    if to == "assignee":
        return people.owner(saying.view.stored.ticket, now)
    return people.lead(now) if to == "lead" else people.contacts(1, now)


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
    return told(saying, sentence, *missed, actions(saying, "take", "update", "escalate"))


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


SAY = {
    NoticeKind.WARNING: _warning,
    NoticeKind.BREACH: _breach,
    NoticeKind.CATCH_UP: _catch_up,
}
