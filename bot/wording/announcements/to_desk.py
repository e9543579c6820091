"""What is said in the desk's channel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.desk.binding import called
from bot.wording.announcements.rows import ticket_rows
from bot.wording.card import Button, Buttons, Card, Facts, Line, Quote
from bot.wording.digest import digest_card
from bot.wording.notices.saying import Telling
from bot.wording.policy.settings import setting
from bot.wording.sentences import Link, Sentence, Typed, join, plain
from bot.wording.view import glance
from storage.announcements.announcement import AnnouncementKind
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


def _unreached(telling: Telling, said: Unreached) -> Card:
    since = telling.speech.when(said.since, "time")
    return Card(
        telling.speech("announce.unreached", platform=called(said.unreached), since=since, command=telling.command)
    )


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


def _returned(telling: Telling, said: Returned) -> Card:
    who = telling.people.named(said.who)
    heading = telling.speech("announce.returned", who=who, count=len(said.numbers), command=telling.command)
    return Card(heading, (Line(heading), *ticket_rows(telling)))


def _customer_set(telling: Telling, said: CustomerSet) -> Card:
    speech = telling.speech
    now = {name: Typed(words) if words else speech("customers.nothing") for name, words in said.facts}
    heading = speech("announce.customer_set", who=telling.people.named(said.by), customer=Typed(said.customer))
    rows: list[tuple[str, Sentence]] = [
        (speech.text(f"customers.{name}"), words if isinstance(words, tuple) else (words,))
        for name, words in now.items()
    ]
    return Card(heading, (Line(heading), *([Facts(tuple(rows))] if rows else [])))


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


def _speaks(telling: Telling, _said: Speaks) -> Card:
    return Card(telling.speech("announce.speaks", command=telling.command))


SAY: dict[AnnouncementKind, Callable[[Telling, Any], Card]] = {
    AnnouncementKind.UNREACHED: _unreached,
    AnnouncementKind.LETTER_ASIDE: _letter_aside,
    AnnouncementKind.ADMINS: _admins,
    AnnouncementKind.SET_UP: _set_up,
    AnnouncementKind.CUSTOMER_SPOKE: _customer_spoke,
    AnnouncementKind.QUESTION_REDIRECTED: _question_redirected,
    AnnouncementKind.BOT_LEFT_OUT: _bot_left_out,
    AnnouncementKind.RETURNED: _returned,
    AnnouncementKind.CUSTOMER_SET: _customer_set,
    AnnouncementKind.DIGEST: digest_card,
    AnnouncementKind.BROUGHT: _brought,
    AnnouncementKind.SPEAKS: _speaks,
}
