"""Composing what is about no ticket: announcements, and answers to whoever asked for something else."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from sqlmodel import Session

from bot.desk.runtime import DeskRuntime
from bot.outbound.briefing import compose_briefing
from bot.outbound.message import Message, for_one
from bot.outbound.port import ForOne, InChannel, InPlaceOf
from bot.wording.announcements import announcement_card
from bot.wording.card_links import card_urls, card_with_links
from bot.wording.notices import alone_card
from bot.wording.notices.saying import Telling
from bot.wording.phrase_book import PhraseBook
from scheduler.sender import Drop, Retry
from storage.announcements import ANNOUNCEMENTS
from storage.announcements.to_admins import ChannelLost, NotToAll, Undelivered
from storage.announcements.to_desk import Briefing, CustomerSpoke, QuestionRedirected, ReportPosted, Returned, SetUp
from storage.announcements.to_person import (
    HandedOver,
    LeftOpen,
    Moved,
    MoveStopped,
    PingReport,
    QuietOver,
    ShiftEnds,
    StandInTold,
    Week,
)
from storage.announcing import announce
from storage.cause import CLOSED
from storage.handing_over import InHand, in_hand, next_in_line
from storage.messages import number_of_message
from storage.outbox import Outgoing
from storage.posted import load_posted
from storage.redirects import find_redirect
from storage.refresh import Target
from storage.stand_ins import State, find_stand_in
from storage.test_pings import results_of
from storage.tickets import get_ticket, get_ticket_by_id
from triage.assigning import Chosen
from triage.contents.privately import AnswerContent, RefusalContent
from triage.notice import Audience, NoticeKind
from triage.people import Role

AGAIN_WITHIN = timedelta(minutes=5)  # what is to be shown anew waits so long for being sent at all
ADMIN_WAITS = timedelta(minutes=5)  # while no admin is known, notices to one are tried again after this


async def compose_alone(desk: DeskRuntime, item: Outgoing, now: datetime) -> Message | Drop | Retry:
    """An announcement, which is about no ticket. Where it may have arrived it is sent again: reading it twice does no
    harm."""
    if item.kind == Target.MESSAGE:
        return await _compose_again(desk, item, now)
    if item.kind in ANNOUNCEMENTS:
        return await _compose_announcement(desk, item, now)
    content = item.content if item.kind in (NoticeKind.ANSWER, NoticeKind.REFUSAL) else None
    if not isinstance(content, AnswerContent | RefusalContent):
        return Drop("no such ticket")
    people = PhraseBook(desk.directory)
    reader = people.reader(content.person)
    card = alone_card(content, people, reader, desk.command, heard=desk.limits.hears_all)
    return Message(card, for_one(content), card)


async def _compose_again(desk: DeskRuntime, item: Outgoing, now: datetime) -> Message | Drop | Retry:
    """An announcement that was sent before, as it reads now."""
    load = partial(load_posted, organisation_id=item.organisation_id, row_id=item.data["outbox"])
    posted = await desk.database.read(load)
    if posted is None:  # it may be on its way
        late = now - item.planned_at > AGAIN_WITHIN
        return Drop("it was never sent") if late else Retry(now + timedelta(seconds=1), "it is not sent yet")
    said = await _compose_announcement(desk, posted.item, now, again=True)
    if not isinstance(said, Message):
        return said
    return Message(said.card, InPlaceOf(posted.item.channel, posted.message_id, is_refresh=True), said.card)


async def _compose_announcement(
    desk: DeskRuntime, item: Outgoing, now: datetime, *, again: bool = False
) -> Message | Drop | Retry:
    """`again`: it was said before."""
    said = ANNOUNCEMENTS[item.kind].from_data(item.data, item.data_version)
    to_admin = item.audience == Audience.ADMIN
    by = said.by if isinstance(said, Undelivered | NotToAll) else None
    person, platform = _responsible(desk, by) if to_admin else (item.data.get("person"), desk.platform)
    if to_admin and person is not None and platform != desk.platform:
        if not isinstance(said, Undelivered | NotToAll | ChannelLost):  # which says what this platform refuses
            return Retry(now + ADMIN_WAITS, "no admin has an account here")
        if isinstance(said, Undelivered) and said.side == "desk" and said.cause in CLOSED:
            return Drop("the desk's channel there says so to everybody")
        await desk.write(partial(_told_there, item=item, platform=platform, now=now))
        return Drop("it is told on another platform, where whoever can put it right is")
    if to_admin and person is None:
        return Retry(now + ADMIN_WAITS, "nobody is known as an admin")
    directory = desk.directory
    if isinstance(said, SetUp | Moved | MoveStopped):  # that version may be in force in another process alone yet
        policy = await desk.database.read(partial(desk.policy_of, version=said.version))
        directory = replace(directory, policy=policy)
    people = PhraseBook(directory)
    speech = people.desk_speech if person is None else people.reader(person)
    telling = Telling(people, speech, desk.command, desk.platform, desk.invite, desk.link, now, person)
    if isinstance(said, Briefing | Week | ReportPosted):
        return await compose_briefing(desk, item, said, telling, now)
    if isinstance(said, ShiftEnds | HandedOver | Returned | QuietOver | LeftOpen):
        if isinstance(said, ShiftEnds) and now > said.at:
            return Drop("the shift is over")
        tickets, after = await desk.database.read(partial(_handed, desk=desk, said=said))
        if not (tickets or again):
            return Drop("there is nothing left of it")
        telling = replace(telling, tickets=tickets, after=after)
    if isinstance(said, PingReport):
        of_test = partial(results_of, organisation_id=item.organisation_id, test=said.test)
        telling = replace(telling, results=tuple(await desk.database.read(of_test)))
    if isinstance(said, QuestionRedirected | CustomerSpoke):
        words, opened, urls = await desk.database.read(partial(_asked, desk=desk, said=said))
        card = card_with_links(announcement_card(replace(telling, words=words, opened=opened), said), urls)
        return Message(card, InChannel(item.channel), card)
    if isinstance(said, StandInTold) and said.state == State.ASKED:
        said = await desk.database.read(partial(_as_it_stands, organisation_id=item.organisation_id, said=said))
    card = announcement_card(telling, said)
    return Message(card, InChannel(item.channel) if person is None else ForOne(person), card)


def _as_it_stands(session: Session, organisation_id: int, said: StandInTold) -> StandInTold:
    """What became of a question meanwhile: nobody is asked what was answered or taken back."""
    found = find_stand_in(session, organisation_id, said.id)
    return said if found is None else replace(said, state=found.state.value, by=found.answered_by or said.by)


def _asked(
    session: Session, desk: DeskRuntime, said: QuestionRedirected | CustomerSpoke
) -> tuple[str, tuple[int, str] | None, dict[int, str]]:
    """What somebody wrote, where no link leads to it: empty where one does, and once it was erased. The number of the
    ticket that was opened from it and who did, None where nobody has; the address of its card."""
    whose, words, opened = desk.organisation_id, "", None
    if isinstance(said, CustomerSpoke):
        number = number_of_message(session, whose, said.channel, (said.message,))
        opened = None if number is None else get_ticket(session, whose, number)
    elif (found := find_redirect(session, whose, said.row)) is not None:
        words = "" if said.link else found.text
        opened = None if found.ticket_id is None else get_ticket_by_id(session, whose, found.ticket_id)
    if opened is None:
        return words, None, {}
    return words, (opened.number, opened.events[0].actor), card_urls(session, desk, [opened.number])


def _handed(
    session: Session, desk: DeskRuntime, said: ShiftEnds | HandedOver | Returned | QuietOver | LeftOpen
) -> tuple[list[InHand], Chosen | None]:
    """The tickets that are handed over, as they are now, and who comes next."""
    load = partial(in_hand, session, desk.organisation_id, desk.desk_id, platform=desk.platform)
    match said:
        case ShiftEnds():
            tickets = load(person=said.who)
            return tickets, next_in_line(session, desk, desk.organisation_id, said.who, tickets, said.at)
        case HandedOver():
            return [each for each in load(numbers=(*said.moved, *said.asked)) if said.to in _whose(each)], None
        case Returned():
            return load(numbers=said.numbers), None
        case QuietOver():
            return [each for each in load(numbers=said.numbers) if each.listed.assignee == said.who], None
        case LeftOpen():
            return [each for each in load(numbers=said.numbers) if each.is_pressing and _is_left(each, said.who)], None


def _whose(ticket: InHand) -> tuple[str | None, str | None]:
    return ticket.listed.assignee, ticket.asked


def _is_left(ticket: InHand, to: str) -> bool:
    return ticket.listed.assignee == to and ticket.asked is None


def _responsible(desk: DeskRuntime, by: str | None) -> tuple[str | None, str]:
    """Who can put it right, and the platform of the desk's on which they are told: whoever did it, wherever they are;
    else an admin, on this platform if one is here. (None, "") where nobody is known."""
    first, admins = desk.roster.told_of_failure(by), desk.roster.with_role(Role.ADMIN)
    platforms = sorted(desk.state.bindings, key=lambda platform: platform != desk.platform)
    each = [(person, platform) for platform in platforms for person in admins]
    if first is not None:
        each = [*((first, platform) for platform in platforms), *each]
    return next((one for one in each if desk.directory.account_on(*one) is not None), (None, ""))


def _told_there(session: Session, item: Outgoing, platform: str, now: datetime) -> None:
    """Plan what an admin is to be told on the platform that they are on."""
    said = ANNOUNCEMENTS[item.kind].from_data(item.data, item.data_version)
    announce(session, item.organisation_id, said, platform=platform, key=f"of.{item.id}.{platform}", now=now)
