"""What becomes of a letter: it opens a ticket, continues one, or is kept aside with a reason that the desk is told.

Nothing that a letter says of itself is believed further than this: whoever writes from an address is outside, and adds
to a conversation only where that address began it, or is by the record of the customer whose conversation it is.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial

import structlog
from sqlmodel import Session

from bot.commands.intake import listen
from bot.commands.messages import Message
from bot.desk.runtime import DeskRuntime
from bot.email.letter import Letter, UnreadableError, Written, read_letter
from bot.email.quoting import own_words
from bot.email.returned import note_returned, read_returned
from bot.wording.phrase_book import PhraseBook
from storage.accounts import Account, save_accounts
from storage.announcements.to_desk import LetterAside
from storage.announcing import announce
from storage.customers import Customer
from storage.email_threads import MARK_LENGTH, EmailThread, begin_thread, begun_since, go_on, threads_named
from storage.errors import AlreadyHandledError
from storage.inbox import handle_once, was_handled
from storage.intake import AUTO, MANUAL, intake_of, set_intake
from triage.keys import EMAIL, id_of, key_of, platform_of
from triage.mail_domains import domain_of

log = structlog.get_logger(__name__)
EARLIEST = timedelta(days=1)  # before it arrived: an earlier date is its author's clock, or made up
MOST_ADDRESSES = 20  # who are written to in one conversation
MOST_BEGUN = 40  # conversations of one domain, in the time in which the policy bounds what one person opens
MOST_TOLD = 10  # letters that became nothing for the same reason, a day
_OURS = re.compile(rf"<[0-9]+\.([0-9a-f]{{{MARK_LENGTH}}})@[^<>\s]+>")
_BEGINS = re.compile(r"^\s*(?:(?:re|aw|antw|sv|vs|rv|r|tr|fw|fwd|wg|rép|rep)\s*(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)


class Aside(StrEnum):
    """Why a letter became nothing, by its name in the catalogues (`announce.aside`)."""

    #: It cannot be read.
    UNREADABLE = "unreadable"
    #: It is larger than what is read.
    TOO_LARGE = "too_large"
    #: It does not come from where it says, by what our mail server found.
    FORGED = "forged"
    #: No customer has such an address.
    UNKNOWN = "unknown"
    #: It answers a conversation of somebody else.
    NOT_THEIRS = "not_theirs"
    #: So many of the same domain have just begun conversations that most are likely to be made up.
    TOO_MANY = "too_many"
    #: A program wrote it.
    BY_A_PROGRAM = "by_a_program"
    #: One of ours came back.
    CAME_BACK = "came_back"


@dataclass(frozen=True, slots=True)
class Arrived:
    """A letter as it lies in the mailbox."""

    #: What tells it from every other that ever lay there.
    key: str
    #: Its bytes; None: it is too large to be read.
    raw: bytes | None
    #: When it arrived, by the mailbox's own clock.
    at: datetime


async def take(desk: DeskRuntime, ours: str, arrived: Arrived, now: datetime, checked_by: str = "") -> Aside | None:
    """Do what a letter asks for. Why it is to be put aside; None: it is part of a ticket. `ours`: our own address;
    `checked_by`: see `read_letter`.

    The same letter may come again at any time, and nothing is done twice.
    """
    if arrived.raw is None:
        return await set_aside(desk, Aside.TOO_LARGE, "", arrived, now)
    try:
        letter = await asyncio.to_thread(read_letter, arrived.raw, checked_by)  # of 25 MB that takes a while
    except UnreadableError as error:
        return await set_aside(desk, Aside.UNREADABLE, "", arrived, now, error)
    if letter.written is Written.CAME_BACK:
        return await _came_back(desk, arrived, now)
    if letter.written is Written.BY_A_PROGRAM or letter.sender == ours:
        return await set_aside(desk, Aside.BY_A_PROGRAM, letter.sender, arrived, now)
    if letter.is_forged:
        return await set_aside(desk, Aside.FORGED, letter.sender, arrived, now)
    # A letter may lack an id, and two may have the same: what it says is its own.
    letter = replace(letter, id=letter.id or f"<{hashlib.sha256(arrived.raw).hexdigest()[:32]}@vigie.invalid>")
    channel = key_of(EMAIL, letter.sender)
    customer = await desk.database.read(partial(desk.customers.of_channel, channel=channel))
    if customer is None:
        return await set_aside(desk, Aside.UNKNOWN, letter.sender, arrived, now)
    letter = await _its_own(desk, channel, letter, now)
    found = await desk.database.read(partial(_named, desk=desk, letter=letter, customer=customer))
    if found is Aside.NOT_THEIRS:
        return await set_aside(desk, Aside.NOT_THEIRS, letter.sender, arrived, now)
    if found is None and await desk.database.read(partial(_is_too_much, desk=desk, sender=letter.sender, now=now)):
        return await set_aside(desk, Aside.TOO_MANY, domain_of(letter.sender), arrived, now)
    await _meet(desk, channel, letter, now)
    with_whom = await desk.database.read(partial(_with_whom, desk=desk, letter=letter, ours=ours, customer=customer))
    thread = found if isinstance(found, EmailThread) else None
    if thread is None:
        begin = partial(_begin, desk=desk, channel=channel, letter=letter, addresses=with_whom, now=now)
        thread = await desk.write(begin)
    elif letter.id != thread.root_id:
        both = tuple(dict.fromkeys([id_of(thread.channel), *with_whom, *thread.addresses]))[:MOST_ADDRESSES]
        await desk.write(partial(go_on, thread=thread, addresses=both, last_id=letter.id))
    await listen(desk, _message(desk, thread, channel, letter, arrived.at, now), now)
    return None


async def _its_own(desk: DeskRuntime, channel: str, letter: Letter, now: datetime) -> Letter:
    """The letter; where its author has written another with the same id, under one of its own, in answer to that."""
    key = _key(channel, letter)
    said = hashlib.sha256("\n".join((letter.id, letter.subject, letter.text, *letter.attachments)).encode()).hexdigest()
    with_words = f"{key}:{said[:16]}"

    def is_another(session: Session) -> bool:
        known = partial(was_handled, session, desk.organisation_id)
        if known(key):
            return not known(with_words)
        if not known(with_words):
            handle_once(session, desk.organisation_id, with_words, now)
        return False

    if not await desk.write(is_another):
        return letter
    log.info("two letters of one author have the same id", letter=letter.id)
    return replace(letter, id=f"<{said[:32]}@vigie.invalid>", references=(*letter.references, letter.id))


def _key(channel: str, letter: Letter) -> str:
    """By which the letter is told from others, so that it counts once."""
    return f"{EMAIL}:{hashlib.sha256(f'{channel} {letter.id}'.encode()).hexdigest()}"


def _named(session: Session, desk: DeskRuntime, letter: Letter, customer: Customer) -> EmailThread | Aside | None:
    """The conversation that it goes on with; None: it begins one."""
    marks = [match[1] for match in map(_OURS.fullmatch, letter.references) if match]
    ids = [*letter.references, letter.id]
    found = threads_named(session, desk.organisation_id, marks, ids)
    theirs = [each for each in found if _may_join(session, desk, letter.sender, each, customer)]
    if theirs:
        latest = {mark: place for place, mark in enumerate(marks)}
        return max(theirs, key=lambda each: (latest.get(each.mark, -1), each.id))
    # An id that somebody else's letter has too proves nothing; one of ours was never sent to whoever wrote.
    return Aside.NOT_THEIRS if any(each.mark in marks for each in found) else None


def _is_too_much(session: Session, desk: DeskRuntime, sender: str, now: datetime) -> bool:
    """Whether people of that domain have just begun more conversations than people do. One person is held to what the
    policy lets them open, and by email anybody can be as many as they like."""
    since = now - desk.policy.flood_window
    return begun_since(session, desk.organisation_id, domain_of(sender), since) >= MOST_BEGUN


def _may_join(session: Session, desk: DeskRuntime, sender: str, thread: EmailThread, customer: Customer) -> bool:
    """Whether somebody began that conversation, or is of the company whose conversation it is: the customer's record
    says which domains and addresses are theirs."""
    if sender == id_of(thread.channel):
        return True
    other = desk.customers.of_channel(session, thread.channel)
    return other is not None and other.key == customer.key


def _begin(  # noqa: PLR0917  what began it: nothing here has a default
    session: Session, desk: DeskRuntime, channel: str, letter: Letter, addresses: Sequence[str], now: datetime
) -> EmailThread:
    organisation = desk.organisation_id
    if intake_of(session, organisation, channel) == MANUAL:  # whoever writes here asks for something
        set_intake(session, organisation, channel, AUTO, channel, now)
    return begin_thread(session, organisation, desk.desk_id, channel, letter.id, _topic(letter.subject), addresses, now)


def _topic(subject: str) -> str:
    """What a conversation is about, without what letters begin with that answer others."""
    return _BEGINS.sub("", subject).strip()


def _with_whom(session: Session, desk: DeskRuntime, letter: Letter, ours: str, customer: Customer) -> tuple[str, ...]:
    """Who is answered: whoever wrote, and those of the same company to whom the letter went too."""

    def is_theirs(address: str) -> bool:
        found = desk.customers.of_channel(session, key_of(EMAIL, address))
        return found is not None and found.key == customer.key

    others = [each for each in letter.others if each not in (ours, letter.sender)]
    return (letter.sender, *filter(is_theirs, others))[:MOST_ADDRESSES]


async def _meet(desk: DeskRuntime, channel: str, letter: Letter, now: datetime) -> None:
    """Know whoever wrote by name. An address proves nothing of who somebody is, so it joins them to nobody."""
    if desk.person(letter.sender) in desk.directory.accounts:
        return
    account = Account(channel, letter.name[:80] or letter.sender, is_external=True)
    await desk.database.write(partial(save_accounts, organisation_id=desk.organisation_id, accounts=[account], now=now))
    await desk.refresh_people()


def _message(  # noqa: PLR0917  what was written, by whom, in which conversation, when
    desk: DeskRuntime, thread: EmailThread, channel: str, letter: Letter, arrived_at: datetime, now: datetime
) -> Message:
    """The letter as a message. What begins a conversation says what it is about in its first line."""
    arrived_at = min(arrived_at, now)
    dated = letter.dated
    at = dated if dated is not None and arrived_at - EARLIEST <= dated <= arrived_at else arrived_at
    begins = letter.id == thread.root_id
    text = own_words(letter.text) if not begins else letter.text
    speech = PhraseBook(desk.directory).desk_speech
    attached = speech.text("source.attached", names=", ".join(letter.attachments)) if letter.attachments else ""
    parts = [_topic(letter.subject) if begins else "", text, attached]
    return Message(
        key=_key(channel, letter),
        person=desk.person(letter.sender),
        channel=thread.channel,
        message_id=letter.id,
        root_id=thread.root_id,
        text="\n".join(part for part in parts if part),
        at=at,
        stands_alone=True,
    )


async def _came_back(desk: DeskRuntime, arrived: Arrived, now: datetime) -> Aside:
    """One of ours came back: whoever wrote it is told."""
    returned = None if arrived.raw is None else await asyncio.to_thread(read_returned, arrived.raw)
    whom = ""
    if returned is not None:
        whom = await desk.write(partial(note_returned, desk=desk, returned=returned, now=now))
    return await set_aside(desk, Aside.CAME_BACK, whom, arrived, now)


async def set_aside(  # noqa: PLR0917  which letter, and why
    desk: DeskRuntime, why: Aside, address: str, arrived: Arrived, now: datetime,
    broken: UnreadableError | None = None,
) -> Aside:  # fmt: skip
    """Tell the desk that a letter became nothing, and why: of one address and reason once a day, and of many addresses
    once altogether, for whoever sends by the thousand has as many."""
    log.info("a letter is kept aside", why=why.value, letter=arrived.key)
    said = LetterAside(why.value, address)
    if broken is not None:
        said = LetterAside(why.value, address, broken.why.value, broken.what)
    whose = hashlib.sha256(address.encode()).hexdigest()[:16] if address else arrived.key
    channel = desk.nearest_channel
    key = f"letter-aside.{desk.desk_id}.{why.value}.{now.date()}"

    def transaction(session: Session) -> None:
        handle_once(session, desk.organisation_id, f"{key}.{whose}", now)
        tell = partial(
            announce, session, desk.organisation_id, platform=platform_of(channel) or desk.platform, channel=channel,
            now=now,
        )  # fmt: skip
        if not any(tell(said, key=f"{key}.{number}") for number in range(MOST_TOLD)):
            tell(LetterAside("many", ""), key=f"{key}.many")

    if channel:
        with suppress(AlreadyHandledError):
            await desk.write(transaction)
    return why
