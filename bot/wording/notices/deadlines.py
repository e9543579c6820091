"""Notices about deadlines: warnings, breaches, and what fell due during an outage."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot.wording.card import Card, Line
from bot.wording.card_links import with_links
from bot.wording.clock_lines import clock_name, next_agreed, next_deadline
from bot.wording.notices.saying import Saying, actions, sentence_card
from bot.wording.offers import Asked, asked, because, proposed
from bot.wording.sentences import Sentence
from bot.wording.speech import Speech
from triage.agenda import BREACH_STEPS
from triage.agreements import GROUP, parted
from triage.contents.deadlines import BreachContent, CatchUpContent, FallsToContent, WarningContent
from triage.notice import Missed, NoticeKind
from triage.terms import ClockKind


def _warning(saying: Saying, said: WarningContent) -> Card:
    ticket = saying.view.stored.ticket
    clock = ticket.clocks.get(ClockKind(said.clock))
    due = clock.due if clock is not None and clock.due is not None else said.due
    promised = clock is not None and clock.promised is not None
    left = saying.speech.duration((due - saying.view.now).total_seconds())
    sentence = saying.speech(
        "notice.warning_promise" if promised else "notice.warning",
        who=saying.mentions(saying.roster.on_duty(ticket, saying.view.now), quiet=said.quiet or saying.told),
        clock=saying.speech(f"clock.{said.clock}"),
        number=saying.view.stored.number,
        summary=saying.view.summary,
        left=left,
        at=due,
        do=saying.speech(f"do.{said.clock}"),
    )
    if said.last_call:
        sentence = (*saying.speech("notice.last_call"), *sentence)
    card = sentence_card(saying, sentence, *_also(saying), actions(saying, *_HELPFUL[ClockKind(said.clock)]))
    if not saying.also:
        return card
    count = saying.speech("notice.also_brief", count=len(saying.also))
    return replace(card, brief=(*card.brief, " ", *count))


def _also(saying: Saying) -> list[Line]:
    """What else is near for the same person, each with the way to its card."""
    speech, erased = saying.speech, saying.speech.text("card.erased")
    lines = [
        speech("notice.also", number=each.number, summary=each.summary or erased, clock=speech(f"clock.{each.clock}"),
               at=each.due)
        for each in saying.also
    ]  # fmt: skip
    return [Line(with_links(line, saying.view.cards)) for line in lines]


def _falls_to(saying: Saying, said: FallsToContent) -> Card:
    ticket, now, speech = saying.view.stored.ticket, saying.view.now, saying.speech
    clock = ticket.clocks.get(ClockKind.RESPONSE)
    due = clock.due if clock is not None and clock.due is not None and clock.due >= now else ticket.next_due
    given, named = asked(saying.view), saying.roster.falls_to(ticket, now)
    sentence = speech(
        "notice.falls_to" if ticket.severity is not None else "notice.falls_to_claimed",
        who=(*saying.mentions(named, acted=said.by), *_because(saying, given, named)),
        severity=ticket.severity_said or said.severity,
        number=saying.view.stored.number,
        summary=saying.view.summary,
        by=saying.people.named(said.by),
        do=speech("notice.take_by", at=due) if due is not None and due >= now else speech("notice.take"),
    )
    if given is not None and now <= given[2]:
        sentence = (*sentence, *speech("notice.falls_to_answer", by=speech.when(given[2], "time")))
    return sentence_card(saying, sentence, actions(saying, "take", "update"))


def _because(saying: Saying, given: Asked | None, named: list[str]) -> Sentence:
    """Why whoever it falls to was given it, where Vigie did; why it falls to them, where the card proposes somebody
    else."""
    if given is not None:
        return (" (", *because(saying.speech, given[1]), ")")
    offer = proposed(saying.view)
    if offer is None or offer.to is None or not named or offer.to in named:
        return ()
    speech, on_call = saying.speech, named[0] in saying.roster.on_call(saying.view.now)
    why = speech("assigned.on_call" if on_call else "assigned.in_charge")
    return (" (", *why, speech.semicolon, *speech("assigned.instead", who=saying.people.named(offer.to)), ")")


# The buttons beside a warning: what `do.<clock>` speaks of.
_HELPFUL = {
    ClockKind.RESPONSE: ("take", "update"),
    ClockKind.UPDATE: ("update", "promise"),
    ClockKind.RESTORE: ("take", "restored", "escalate"),
}


def _breach(saying: Saying, said: BreachContent) -> Card:
    to, due = said.to, said.due
    sentence = saying.speech(
        "notice.breach" if to == "assignee" else "notice.breach_again",
        who=saying.mentions(_breach_to(saying, to, owner_too=said.owner_too), quiet=said.quiet),
        deadline=saying.speech(f"deadline.{said.clock}"),
        number=saying.view.stored.number,
        summary=saying.view.summary,
        at=due,
        over=saying.speech.duration((saying.view.now - due).total_seconds()),
        do=saying.speech(f"do.{said.clock}"),
    )
    verbs = (*_HELPFUL[ClockKind(said.clock)], "ack", "escalate")
    return sentence_card(saying, sentence, actions(saying, *dict.fromkeys(verbs)))


def _breach_to(saying: Saying, to: str, *, owner_too: bool = False) -> list[str]:
    return saying.roster.told_of_breach(saying.view.stored.ticket, saying.view.now, to, owner_too=owner_too)


def _catch_up(saying: Saying, said: CatchUpContent) -> Card:
    ticket, speech = saying.view.stored.ticket, saying.speech
    missed = [Line(line, small=True) for line in _missed(speech, said.missed)]
    sentence = speech(
        "notice.catch_up",
        who=saying.mentions(_caught_up_to(saying, said), quiet=said.quiet),
        number=saying.view.stored.number,
        summary=saying.view.summary,
        next=(*next_deadline(speech, ticket, saying.view.now), *next_agreed(speech, ticket, saying.view.now)),
    )
    return sentence_card(saying, sentence, *missed, actions(saying, "take", "update", "escalate"))


def _caught_up_to(saying: Saying, said: CatchUpContent) -> list[str]:
    """Whom a catch-up names: who is on duty for the ticket, those of the breach that is furthest along, and the group
    that has the work in hand, where it is about what was agreed with them."""
    ticket = saying.view.stored.ticket
    owner, names = saying.roster.on_duty(ticket, saying.view.now), [parted(each.clock) for each in said.missed]
    agreed = [ticket.terms.agreement(of[1]) for of in names if of is not None]
    groups = [each.of for each in agreed if each is not None and each.begins == GROUP and each.of is not None]
    at_work = [group for group in groups if group == ticket.ownership.group]
    return list(dict.fromkeys([*owner, *_breach_to(saying, said.to), *at_work]))


def _missed(speech: Speech, missed: tuple[Missed, ...]) -> list[Sentence]:
    """What fell due during an outage. Each clock has one line: its breach, else its last warning. Everything else
    shares one."""
    told: dict[str, Sentence] = {}
    for clock, step, at, _ in missed:
        if clock not in set(ClockKind) and parted(clock) is None:
            told["other"] = speech("missed.other", at=at)
        elif step in BREACH_STEPS:
            told.setdefault(f"{clock} breach", speech("missed.breach", clock=clock_name(speech, clock), at=at))
        else:
            told[clock] = speech("missed.warning", clock=clock_name(speech, clock), at=at)
    return [line for clock, line in told.items() if f"{clock} breach" not in told]


SAY: dict[NoticeKind, Callable[[Saying, Any], Card]] = {
    NoticeKind.WARNING: _warning,
    NoticeKind.FALLS_TO: _falls_to,
    NoticeKind.BREACH: _breach,
    NoticeKind.CATCH_UP: _catch_up,
}
