"""Intake: customers' messages in their channels, which become tickets by themselves where the channel is on *auto*."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlmodel import Session

from bot.commands.held_reply import hear_reply
from bot.commands.messages import Message, customers_words, hear, keep_message
from bot.desk.runtime import DeskRuntime
from bot.verbs.base.source_message import SourceMessage
from bot.verbs.shared.alike import is_looked_at, look_for_alike
from bot.verbs.shared.flooding import add_instead, last_of_too_many
from bot.verbs.shared.redirect import Asked, redirect_message
from bot.verbs.shared.suggested import suggestion_of, understood
from storage.accounts import Account, save_accounts
from storage.announcements.to_desk import BotLeftOut, CustomerSpoke
from storage.announcing import POINTED_OUT, announce, announced_since, spoke_key
from storage.assigning import for_new
from storage.changes import Origin, record, record_opening
from storage.customers import Customer
from storage.errors import AlreadyHandledError, MessageTakenError
from storage.inbox import handle_once
from storage.intake import AUTO, OFF, intake_of, latest_of_author
from storage.notices import enqueue_private
from storage.redirects import note_opened, redirect_of, reword_redirect
from storage.tickets import StoredTicket, get_ticket_by_id, lock_chosen
from triage.contents.to_customer import JoinedContent
from triage.flooding import said_last, writes_much
from triage.keys import platform_of
from triage.notice import Audience, Notice
from triage.opening import open_ticket
from triage.people import Actor
from triage.redirecting import redirected
from triage.suggesting import Suggestion
from triage.text import cut
from triage.titles import says_nothing


@dataclass(frozen=True, slots=True)
class Post:
    """A message of an app or a workflow."""

    #: What was posted.
    message: Message
    #: What the app or workflow calls itself.
    name: str
    #: The ids by which the policy may list it under `bots`.
    ids: tuple[str, ...]


async def listen(desk: DeskRuntime, message: Message, now: datetime) -> None:
    """Somebody wrote in a channel. Their message belongs to a ticket, becomes one, or is pointed out to the desk."""
    desk.heard()
    is_reply = message.root_id != message.message_id
    if not await (hear_reply if is_reply else take_in)(desk, message, now):
        await point_out(desk, message, now)


async def point_out(desk: DeskRuntime, message: Message, now: datetime, told: Notice | None = None) -> bool:
    """Tell the desk in one line that a customer wrote something that became no ticket: for each author once in
    `POINTED_OUT`, and never where the channel is on *off*. Whether the desk is told, or has just been.

    `told`: what the customer hears of it, who asked us by name.
    """
    if desk.actor(message.person).has_role or says_nothing(message.text, message.names):
        return False

    def transaction(session: Session) -> bool:
        organisation, channel = desk.organisation_id, message.channel
        if desk.customers.of_channel(session, channel) is None or intake_of(session, organisation, channel) == OFF:
            return False
        handle_once(session, organisation, message.key, now)
        if told is not None:
            enqueue_private(session, organisation, told, now)
        before = spoke_key(channel, message.person, now, -1)
        if announced_since(session, organisation, before, now - POINTED_OUT):
            return True
        link = desk.link(channel, message.message_id, message.root_id)
        spoke = CustomerSpoke(message.person, channel, message.message_id, link)
        announce(
            session, organisation, spoke, platform=platform_of(desk.nearest_channel) or desk.platform,
            key=spoke_key(channel, message.person, now), now=now, channel=desk.nearest_channel,
        )  # fmt: skip
        return True

    try:
        return await desk.write(transaction)
    except AlreadyHandledError:
        return True


async def listen_to_post(desk: DeskRuntime, post: Post, now: datetime) -> None:
    """An app posted. Those that the policy lists are heard like a customer; of any other the desk is told once, where
    the channel is on *auto*."""
    message = post.message
    if not any(desk.key(each) in desk.policy.bots for each in post.ids):
        await _leave_out(desk, post, now)
        return
    if message.person not in desk.directory.accounts:
        account = Account(message.person, " ".join(cut(post.name, 80).split()), is_external=True, is_bot=True)
        await desk.database.write(lambda session: save_accounts(session, desk.organisation_id, [account], now))
        await desk.refresh_people()
    await (hear if message.root_id != message.message_id else take_in)(desk, message, now)


async def _leave_out(desk: DeskRuntime, post: Post, now: datetime) -> None:
    message, organisation = post.message, desk.organisation_id
    key = f"bot.{message.channel}.{message.person}"

    def is_news(session: Session) -> bool:
        if intake_of(session, organisation, message.channel) != AUTO or not message.text.strip():
            return False
        known = announced_since(session, organisation, key, datetime.min.replace(tzinfo=UTC))
        return not known and desk.customers.of_channel(session, message.channel) is not None

    if not await desk.database.read(is_news):
        return
    left_out = BotLeftOut(" ".join(cut(post.name, 80).split()), list(post.ids), message.channel)

    def tell(session: Session) -> None:
        announce(
            session, organisation, left_out, platform=platform_of(desk.nearest_channel) or desk.platform,
            key=key, now=now, channel=desk.nearest_channel,
        )  # fmt: skip

    await desk.write(tell)


async def take_in(desk: DeskRuntime, message: Message, now: datetime) -> bool:
    """Open a ticket from a customer's message outside threads, or add the message to the ticket that its author has
    just opened so. Whether that was done.

    Nothing is done where the channel is not on *auto*, for messages of the desk's own people, and for thanks, greetings
    and bare mentions.
    """
    actor = desk.actor(message.person)
    if actor.has_role or says_nothing(message.text, message.names):
        return False
    customer = await desk.database.read(lambda session: desk.customers.of_channel(session, message.channel))
    if customer is None:
        return False

    def transaction(session: Session) -> bool:
        # Locked, so that messages that arrive together are taken in one after another.
        if intake_of(session, desk.organisation_id, message.channel, lock=True) != AUTO:
            return False
        handle_once(session, desk.organisation_id, message.key, now)
        begun = None if message.stands_alone else _begun(session, desk, message)
        if begun is None:
            last = last_of_too_many(session, desk, actor, message.channel, now)
            if last is not None:
                after = add_instead(session, desk, last, actor, message.text, message.at, now)
                keep_message(session, last, after, message)
                return True
            suggestion = suggestion_of(session, desk, understood(desk, message.text))
            if not _redirect(session, desk, actor, message, suggestion, now):
                _open(session, desk, actor, message, customer, suggestion, now)
            return True
        words = customers_words(begun, actor, now, message)
        if writes_much(desk.policy, begun.events, actor, now):
            words = said_last(words)
        else:
            words = replace(words, notices=(*words.notices, _joined(desk, message)))
        after = record(session, begun, words, now)
        keep_message(session, begun, after, message)
        return True

    try:
        return await desk.write(transaction)
    except (AlreadyHandledError, MessageTakenError):
        return True


def _joined(desk: DeskRuntime, message: Message) -> Notice:
    """A notice in the ticket's thread that this message is part of it."""
    link = desk.link(message.channel, message.message_id, message.root_id)
    return Notice(JoinedContent(message.at, link), Audience.CUSTOMER)


def _begun(session: Session, desk: DeskRuntime, message: Message) -> StoredTicket | None:
    """The ticket that a further message of the same author is added to: open, opened by itself from a message of
    theirs, and last written to within the policy's window."""
    ticket_id = latest_of_author(session, desk.organisation_id, message.channel, message.person)
    if ticket_id is None:
        return None

    def goes_on(stored: StoredTicket) -> bool:
        last = max(stored.ticket.report.at, stored.ticket.heard.asked_at or stored.ticket.report.at)
        near = abs(message.at - last) <= timedelta(seconds=desk.policy.intake_window)
        return near and stored.ticket.is_open and stored.ticket.automatic

    def choose() -> StoredTicket | None:
        stored = get_ticket_by_id(session, desk.organisation_id, ticket_id)
        return stored if goes_on(stored) else None

    return lock_chosen(session, choose, goes_on)


def _redirect(  # noqa: PLR0917  who, where, what: nothing here has a default
    session: Session, desk: DeskRuntime, actor: Actor, message: Message, suggestion: Suggestion | None, now: datetime
) -> bool:
    """Tell whoever wrote where their question belongs, instead of opening a ticket. Whether that was done."""
    account = desk.directory.accounts.get(message.person)
    if account is not None and account.is_bot:  # nobody reads there what it would be told
        return False
    to = redirected(desk.policy, actor, suggestion, message.text)
    if to is None:
        return False
    asked = Asked(actor, message.channel, message.text, min(message.at, now), message.message_id)
    redirect_message(session, desk, asked, to, now)
    return True


def look_again(session: Session, desk: DeskRuntime, message: Message, now: datetime) -> bool:
    """A message that was redirected reads otherwise now: it becomes a ticket where it would not be redirected any more.
    Whether it was one."""
    asked = redirect_of(session, desk.organisation_id, message.channel, message.message_id)
    if asked is None:
        return False
    customer = desk.customers.of_channel(session, message.channel)
    actor, text = desk.actor(message.person), message.text
    suggestion = None if customer is None else suggestion_of(session, desk, understood(desk, text))
    if customer is not None and redirected(desk.policy, actor, suggestion, text) is None:
        new = _open(session, desk, actor, message, customer, suggestion, now)
        note_opened(session, desk.organisation_id, asked.id, new.id, now)
    else:
        reword_redirect(session, desk.organisation_id, asked.id, cut(text), now)
    return True


def _open(  # noqa: PLR0917  who, where, what: nothing here has a default
    session: Session, desk: DeskRuntime, actor: Actor, message: Message, customer: Customer,
    suggestion: Suggestion | None, now: datetime,
) -> StoredTicket:  # fmt: skip
    source = SourceMessage(message.channel, message.root_id, message.root_id, message.person, message.at, message.text)
    change = open_ticket(
        desk.policy, actor, now, summary=source.summary, description=source.description,
        reported_at=min(message.at, now), customer=customer.name, plan=customer.plan, region=customer.region,
        automatic=True, suggestion=suggestion,
    )  # fmt: skip
    origin = Origin(source.channel, source.message_id, source.root_id)
    places = desk.channels.places(message.channel, message.channel, message.root_id)
    new = record_opening(
        session, desk.organisation_id, desk.desk_id, change, places, now,
        source=origin, more=for_new(desk, change.notices, now), words=not is_looked_at(places),
    )  # fmt: skip
    look_for_alike(session, new, now)
    return new
