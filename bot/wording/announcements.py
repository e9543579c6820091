"""Announcements as cards: what is said to the desk's channel or to an admin, and is about no ticket."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from bot.desk.binding import called
from bot.wording.card import Button, Buttons, Card, Element, Facts, Line, Quote
from bot.wording.digest import digest_card
from bot.wording.handing import handed_rows, offer_to
from bot.wording.notices.saying import Telling
from bot.wording.oncall import stand_in_line
from bot.wording.pings import ping_card, report_card
from bot.wording.policy.settings import setting, setup_buttons
from bot.wording.sentences import Link, Sentence, Typed, join, plain
from bot.wording.view import glance
from storage.announcements.announcement import Announcement, AnnouncementKind
from storage.announcements.to_admins import (
    ChannelLost,
    GroupsUnread,
    MailboxUnread,
    NotToAll,
    PageFailed,
    PermissionMissing,
    Undelivered,
    WebhookFailed,
)
from storage.announcements.to_desk import (
    Admins,
    BotLeftOut,
    BroughtHere,
    CustomerSet,
    CustomerSpoke,
    LetterAside,
    QuestionRedirected,
    Returned,
    SetUp,
    Speaks,
    Unreached,
)
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
from triage.keys import id_of, platform_of
from triage.people import Role
from triage.rota import StandIn


def _permission_missing(telling: Telling, said: PermissionMissing) -> Card:
    speech, scope = telling.speech, said.scope
    name = re.sub(r"\W", "-", scope)
    lost = speech.text(f"lost.{name}" if speech.has(f"lost.{name}") else "lost.unknown")
    return Card(speech("announce.permission_missing", platform=called(telling.platform), scope=scope, lost=lost))


def _groups_unread(telling: Telling, said: GroupsUnread) -> Card:
    groups = telling.named(said.groups)
    platform = called(telling.platform)
    return Card(telling.speech("announce.groups_unread", platform=platform, groups=groups, error=said.error))


def _channel_lost(telling: Telling, said: ChannelLost) -> Card:
    channel = said.channel
    where = (Typed(id_of(channel)),) if id_of(channel).startswith("#") else telling.channel(channel)
    invite = telling.invited(channel)
    if said.for_climbs:
        return Card(telling.speech("announce.channel_lost_climbs", channel=where, invite=invite))
    if not said.customer:
        return Card(telling.speech("announce.channel_lost_own", channel=where, invite=invite))
    return Card(telling.speech("announce.channel_lost", channel=where, customer=said.customer, invite=invite))


def _unreached(telling: Telling, said: Unreached) -> Card:
    since = telling.speech.when(said.since, "time")
    return Card(
        telling.speech("announce.unreached", platform=called(said.unreached), since=since, command=telling.command)
    )


def _page_failed(telling: Telling, said: PageFailed) -> Card:
    return Card(telling.speech("announce.page_failed", target=Typed(said.target), reason=Typed(said.reason)))


def _webhook_failed(telling: Telling, said: WebhookFailed) -> Card:
    key = "announce.webhook_given_up" if said.gave_up else "announce.webhook_failed"
    return Card(telling.speech(key, webhook=said.webhook, host=Typed(said.host), reason=Typed(said.reason)))


def _mailbox_unread(telling: Telling, said: MailboxUnread) -> Card:
    return Card(telling.speech("announce.mailbox_unread", address=Typed(said.address), reason=Typed(said.reason)))


def _letter_aside(telling: Telling, said: LetterAside) -> Card:
    """What a customer wrote by email, or may have. Why it became nothing, and what to do about it."""
    speech = telling.speech
    who = Typed(said.address) if said.address else speech("announce.somebody")
    reason = speech(f"announce.broken.{said.broken}", what=Typed(said.what)) if said.broken else ()
    return Card(speech(f"announce.aside.{said.why}", who=who, reason=reason, command=telling.command))


def _admins(telling: Telling, said: Admins) -> Card:
    people, platform = said.people, called(telling.platform)
    who = telling.named(people)
    return Card(
        telling.speech("announce.admins", count=len(people), who=who, platform=platform, command=telling.command)
    )


def _set_up(telling: Telling, said: SetUp) -> Card:
    speech, people = telling.speech, telling.people
    heading = speech("announce.set_up", who=people.named(said.by), version=said.version)
    rows = tuple(
        (speech.text(f"setup_field.{name}"), setting(name, people.policy, people, speech, telling.platform))
        for name in said.changes
    )
    return Card(heading, (Line(heading), Facts(rows)))


def _set_up_unsaid(telling: Telling, said: SetUpUnsaid) -> Card:
    invite = telling.invited(said.channel)
    return Card(telling.speech("announce.set_up_unsaid", channel=telling.channel(said.channel), invite=invite))


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


def _customer_spoke(telling: Telling, said: CustomerSpoke) -> Card:
    """A customer wrote what becomes no ticket by itself. Their words are not repeated: the link leads to them."""
    speech = telling.speech
    message = speech("announce.its_message")
    where = (Link(plain(message), said.link),) if said.link else message
    values = {"who": telling.people.named(said.who), "channel": telling.channel(said.channel), "message": where}
    if telling.opened is not None:
        return Card((*speech("announce.customer_spoke_once", **values), " ", *_opened(telling, *telling.opened)))
    heading = speech("announce.customer_spoke", **values)
    value = f"{said.channel}:{said.message}"
    return Card(heading, (Line(heading), Buttons((Button("open-from", speech.text("button.new"), 0, 0, value=value),))))


def _question_redirected(telling: Telling, said: QuestionRedirected) -> Card:
    """Somebody was told where their question belongs. The link leads to their words."""
    speech, who = telling.speech, telling.people.named(said.who)
    message = speech("announce.its_question")
    words = (Link(plain(message), said.link),) if said.link else message
    key = "announce.redirected" if said.channel else "announce.redirected_nowhere"
    channel = telling.channel(said.channel) if said.channel else ()
    heading = speech(key, who=who, channel=channel, message=words, to=speech(f"suggested.for_{said.to}"))
    if telling.opened is not None:
        return Card((*heading, " ", *_opened(telling, *telling.opened)))
    heading = (*heading, " ", *speech("announce.redirected_so"))
    button = Button("open-redirected", speech.text("button.open_as_ticket"), 0, 0, value=str(said.row))
    quote = [Quote(glance(telling.words))] if telling.words else []
    return Card(heading, (Line(heading), *quote, Buttons((button,))))


def _opened(telling: Telling, number: int, by: str) -> Sentence:
    """That what it speaks of is a ticket since."""
    return telling.speech("announce.opened_since", number=number, who=telling.people.named(by))


def _bot_left_out(telling: Telling, said: BotLeftOut) -> Card:
    ids = Typed(", ".join(said.ids))
    return Card(
        telling.speech(
            "announce.bot_left_out", name=Typed(said.name), channel=telling.channel(said.channel), ids=ids,
            first=Typed(said.ids[0]),
        )
    )  # fmt: skip


def _queue_waits(telling: Telling, said: QueueWaits) -> Card:
    return Card(telling.speech("announce.queue_waits", count=said.count, command=telling.command))


def _corrections_wait(telling: Telling, said: CorrectionsWait) -> Card:
    heading = telling.speech("announce.corrections_wait", count=said.count, command=telling.command)
    button = Button("learn", telling.speech.text("button.learn"), 0, 0)
    return Card(heading, (Line(heading), Buttons((button,))))


def _shift_ends(telling: Telling, said: ShiftEnds) -> Card:
    speech = telling.speech
    heading = speech("announce.shift_ends", at=said.at, count=len(telling.tickets))
    return Card(heading, (Line(heading), *_rows(telling), *offer_to(telling.after, telling.people, speech)))


def _left_open(telling: Telling, said: LeftOpen) -> Card:
    speech = telling.speech
    numbers = [each.listed.number for each in telling.tickets] or said.numbers
    heading = speech(
        "announce.left_open_away" if said.is_away else "announce.left_open", who=telling.people.named(said.who),
        count=len(numbers), numbers=speech.all_of([f"#{number}" for number in numbers]), number=numbers[0],
        command=telling.command,
    )  # fmt: skip
    return Card(heading, (Line(heading), *_rows(telling, to_take=True)))


def _quiet_over(telling: Telling, _: QuietOver) -> Card:
    heading = telling.speech("announce.quiet_over", count=len(telling.tickets))
    return Card(heading, (Line(heading), *_rows(telling)))


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
    return Card(heading, (Line(heading), *_rows(telling, answerable=True)))


def _returned(telling: Telling, said: Returned) -> Card:
    who = telling.people.named(said.who)
    heading = telling.speech("announce.returned", who=who, count=len(said.numbers), command=telling.command)
    return Card(heading, (Line(heading), *_rows(telling)))


def _brought(telling: Telling, said: BroughtHere) -> Card:
    speech, command = telling.speech, telling.command
    heading = speech("announce.brought", count=said.open)
    lines = [heading]
    if said.pressing:
        lines.append(speech("announce.brought_pressing", count=said.pressing))
    if said.late:
        some = join([(f"#{number}",) for number in said.first], ", ")
        lines.append(speech("announce.brought_late", count=said.late, tickets=some))
    if said.closed:
        lines.append(speech("announce.brought_closed", count=said.closed))
    lines.append(speech("announce.brought_next", command=command))
    return Card(heading, tuple(Line(line) for line in lines))


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


def _speaks(telling: Telling, _said: Speaks) -> Card:
    return Card(telling.speech("announce.speaks", command=telling.command))


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


def _customer_set(telling: Telling, said: CustomerSet) -> Card:
    speech = telling.speech
    now = {name: Typed(words) if words else speech("customers.nothing") for name, words in said.facts}
    heading = speech("announce.customer_set", who=telling.people.named(said.by), customer=Typed(said.customer))
    rows: list[tuple[str, Sentence]] = [
        (speech.text(f"customers.{name}"), words if isinstance(words, tuple) else (words,))
        for name, words in now.items()
    ]
    return Card(heading, (Line(heading), *([Facts(tuple(rows))] if rows else [])))


def _rows(telling: Telling, *, answerable: bool = False, to_take: bool = False) -> list[Element]:
    if telling.now is None:
        return []
    return handed_rows(
        telling.tickets, telling.people, telling.speech, telling.now, telling.link, answerable=answerable,
        to_take=to_take,
    )  # fmt: skip


def _moved(telling: Telling, said: Moved) -> Card:
    return Card(telling.speech("announce.moved", count=said.moved, version=said.version))


def _move_stopped(telling: Telling, said: MoveStopped) -> Card:
    return Card(
        telling.speech(
            "announce.move_stopped", count=said.moved, version=said.version, command=telling.command
        )
    )  # fmt: skip


def _undelivered(telling: Telling, said: Undelivered) -> Card:
    speech = telling.speech
    cause = said.cause
    key = cause if speech.has(f"undelivered.{cause}") else "other"
    channel = telling.channel(said.channel)
    do = speech(
        f"undelivered.{key}", platform=called(platform_of(said.channel) or telling.platform), channel=channel,
        command=telling.command, error=said.error, invite=telling.invited(said.channel),
    )  # fmt: skip
    return Card(speech(f"announce.undelivered_{said.side}", number=said.number, channel=channel, do=do))


def _not_to_all(telling: Telling, said: NotToAll) -> Card:
    who = join([(Typed(f"{address} ({reason})"),) for address, reason in said.missed], ", ")
    return Card(telling.speech("announce.not_to_all", count=len(said.missed), number=said.number, who=who))


_SAY: dict[AnnouncementKind, Callable[[Telling, Any], Card]] = {
    AnnouncementKind.PERMISSION_MISSING: _permission_missing,
    AnnouncementKind.GROUPS_UNREAD: _groups_unread,
    AnnouncementKind.CHANNEL_LOST: _channel_lost,
    AnnouncementKind.UNREACHED: _unreached,
    AnnouncementKind.PAGE_FAILED: _page_failed,
    AnnouncementKind.WEBHOOK_FAILED: _webhook_failed,
    AnnouncementKind.MAILBOX_UNREAD: _mailbox_unread,
    AnnouncementKind.LETTER_ASIDE: _letter_aside,
    AnnouncementKind.PING: ping_card,
    AnnouncementKind.PING_REPORT: report_card,
    AnnouncementKind.ADMINS: _admins,
    AnnouncementKind.SET_UP: _set_up,
    AnnouncementKind.SET_UP_UNSAID: _set_up_unsaid,
    AnnouncementKind.CUSTOMER_SPOKE: _customer_spoke,
    AnnouncementKind.QUESTION_REDIRECTED: _question_redirected,
    AnnouncementKind.BOT_LEFT_OUT: _bot_left_out,
    AnnouncementKind.GREETING: _greeting,
    AnnouncementKind.MOVED: _moved,
    AnnouncementKind.SHIFT_ENDS: _shift_ends,
    AnnouncementKind.LEFT_OPEN: _left_open,
    AnnouncementKind.QUEUE_WAITS: _queue_waits,
    AnnouncementKind.CORRECTIONS_WAIT: _corrections_wait,
    AnnouncementKind.QUIET_OVER: _quiet_over,
    AnnouncementKind.HANDED_OVER: _handed_over,
    AnnouncementKind.RETURNED: _returned,
    AnnouncementKind.CUSTOMER_SET: _customer_set,
    AnnouncementKind.STAND_IN: _stand_in,
    AnnouncementKind.DIGEST: digest_card,
    AnnouncementKind.BROUGHT: _brought,
    AnnouncementKind.SHADOW_DAY: _shadow_day,
    AnnouncementKind.SPEAKS: _speaks,
    AnnouncementKind.UNDELIVERED: _undelivered,
    AnnouncementKind.NOT_TO_ALL: _not_to_all,
    AnnouncementKind.MOVE_STOPPED: _move_stopped,
}


def announcement_card(telling: Telling, announcement: Announcement) -> Card:
    """The card of an announcement."""
    return _SAY[announcement.KIND](telling, announcement)
