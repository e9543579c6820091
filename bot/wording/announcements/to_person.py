"""What is said to one person of the desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.wording.announcements.rows import ticket_rows
from bot.wording.card import Button, Buttons, Card, Facts, Line
from bot.wording.handing import offer_to
from bot.wording.notices.saying import Telling
from bot.wording.oncall import stand_in_line
from bot.wording.pings import ping_card, report_card
from bot.wording.policy.settings import setup_buttons
from bot.wording.sentences import Sentence, join
from storage.announcements.announcement import AnnouncementKind
from storage.announcements.to_person import (
    CorrectionsWait,
    Greeting,
    HandedOver,
    LeftOpen,
    Moved,
    MoveStopped,
    QueueWaits,
    QuietOver,
    SetUpUnsaid,
    ShadowDay,
    ShiftEnds,
    StandInTold,
)
from storage.stand_ins import State
from triage.people import Role
from triage.rota import StandIn


def _greeting(telling: Telling, _: Greeting) -> Card:
    speech, admins = telling.speech, telling.people.roster.with_role(Role.ADMIN)
    meanwhile = speech("announce.meanwhile", count=len(admins), who=telling.named(admins))
    return Card(
        speech("announce.greeting", command=telling.command),
        (
            Line(speech("announce.greeting", command=telling.command)),
            *([Line(meanwhile, small=True)] if admins else []),
            Buttons(setup_buttons(telling.people.policy.version, speech)),
        ),
    )


def _set_up_unsaid(telling: Telling, said: SetUpUnsaid) -> Card:
    invite = telling.invited(said.channel)
    return Card(telling.speech("announce.set_up_unsaid", channel=telling.channel(said.channel), invite=invite))


def _queue_waits(telling: Telling, said: QueueWaits) -> Card:
    return Card(telling.speech("announce.queue_waits", count=said.count, command=telling.command))


def _corrections_wait(telling: Telling, said: CorrectionsWait) -> Card:
    heading = telling.speech("announce.corrections_wait", count=said.count, command=telling.command)
    button = Button("learn", telling.speech.text("button.learn"), 0, 0)
    return Card(heading, (Line(heading), Buttons((button,))))


def _shift_ends(telling: Telling, said: ShiftEnds) -> Card:
    speech = telling.speech
    heading = speech("announce.shift_ends", at=said.at, count=len(telling.tickets))
    return Card(heading, (Line(heading), *ticket_rows(telling), *offer_to(telling.after, telling.people, speech)))


def _left_open(telling: Telling, said: LeftOpen) -> Card:
    speech = telling.speech
    numbers = [each.listed.number for each in telling.tickets] or said.numbers
    heading = speech(
        "announce.left_open_away" if said.is_away else "announce.left_open", who=telling.people.named(said.who),
        count=len(numbers), numbers=speech.all_of([f"#{number}" for number in numbers]), number=numbers[0],
        command=telling.command,
    )  # fmt: skip
    return Card(heading, (Line(heading), *ticket_rows(telling, to_take=True)))


def _quiet_over(telling: Telling, _: QuietOver) -> Card:
    heading = telling.speech("announce.quiet_over", count=len(telling.tickets))
    return Card(heading, (Line(heading), *ticket_rows(telling)))


def _handed_over(telling: Telling, said: HandedOver) -> Card:
    speech, who = telling.speech, telling.people.named(said.by)
    heading: Sentence = ()
    if said.moved:
        heading = speech("announce.handed_over", who=who, count=len(said.moved))
    waiting = sum(each.asked == said.to for each in telling.tickets)
    if waiting:
        asked = speech("announce.handover_asked", who=who, count=waiting, command=telling.command)
        heading = (*heading, " ", *asked) if heading else asked
    if not heading:
        heading = speech("announce.handover_settled", who=who)
    return Card(heading, (Line(heading), *ticket_rows(telling, answerable=True)))


def _shadow_day(telling: Telling, said: ShadowDay) -> Card:
    speech = telling.speech
    heading = speech("announce.shadow_day", ends=(speech.date(said.ends.astimezone(speech.zone).date()),))
    rows: list[tuple[str, Sentence]] = [(speech.text("announce.shadow_opened"), (str(said.opened),))]
    rows.append((speech.text("announce.shadow_warned"), (str(said.warned),)))
    tickets = join([(f"#{number}",) for number in said.missed], " · ")
    rows.append((speech.text("announce.shadow_passed"), (str(said.passed), ": ", *tickets) if tickets else ("0",)))
    rows.append((speech.text("announce.shadow_escalated"), (str(said.escalated),)))
    since = Line(speech("announce.shadow_since", since=said.since, command=telling.command), small=True)
    return Card(heading, (Line(heading), Facts(tuple(rows)), since))


def _stand_in(telling: Telling, said: StandInTold) -> Card:
    state = State(said.state)
    wanted = StandIn(said.who, said.start, said.end, said.instead_of)
    line = stand_in_line(telling.people, telling.speech, wanted, state, by=said.by, to=telling.to or "")
    if state is State.ASKED and telling.to == said.who:
        answers = (("yes", "primary"), ("no", None))
        buttons = tuple(
            Button("oncall", telling.speech.text(f"button.oncall_{word}"), 0, 0, style, f"{word}.{said.id}")
            for word, style in answers
        )
        return Card(line, (Line(line), Buttons(buttons)))
    return Card(line)


def _moved(telling: Telling, said: Moved) -> Card:
    return Card(telling.speech("announce.moved", count=said.moved, version=said.version))


def _move_stopped(telling: Telling, said: MoveStopped) -> Card:
    return Card(
        telling.speech(
            "announce.move_stopped", count=said.moved, version=said.version, command=telling.command
        )
    )  # fmt: skip


SAY: dict[AnnouncementKind, Callable[[Telling, Any], Card]] = {
    AnnouncementKind.PING: ping_card,
    AnnouncementKind.PING_REPORT: report_card,
    AnnouncementKind.SET_UP_UNSAID: _set_up_unsaid,
    AnnouncementKind.GREETING: _greeting,
    AnnouncementKind.MOVED: _moved,
    AnnouncementKind.SHIFT_ENDS: _shift_ends,
    AnnouncementKind.LEFT_OPEN: _left_open,
    AnnouncementKind.QUEUE_WAITS: _queue_waits,
    AnnouncementKind.CORRECTIONS_WAIT: _corrections_wait,
    AnnouncementKind.QUIET_OVER: _quiet_over,
    AnnouncementKind.HANDED_OVER: _handed_over,
    AnnouncementKind.STAND_IN: _stand_in,
    AnnouncementKind.SHADOW_DAY: _shadow_day,
    AnnouncementKind.MOVE_STOPPED: _move_stopped,
}
