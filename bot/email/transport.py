"""Sends letters: a `bot.outbound.port.Transport` by SMTP submission."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.header import Header
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, formataddr
from functools import partial
from ssl import SSLError
from typing import TYPE_CHECKING

from bot.desk.runtime import DeskRuntime
from bot.email.letter import is_address
from bot.email.render import as_html, as_text, subject_of
from bot.email.servers import Account, Opening
from bot.outbound.entra import NoTokenError
from bot.outbound.port import ForOne, Found, InChannel, InPlaceOf, MessageGoneError, NotDeliveredError, Unknowable
from bot.wording.card import Card
from scheduler.backoff import pause_after
from scheduler.sender import GiveUp, Retry, Sent, Unsure
from storage.cause import Cause
from storage.email_threads import EmailThread, find_thread
from storage.outbox import Outgoing
from triage.keys import id_of

if TYPE_CHECKING:
    from aiosmtplib import SMTP, SMTPResponseException

TIMEOUT, WHOLE = 5.0, 10.0  # seconds, of each step, and of them all: below what delivery waits for
NAME = "Vigie"
SETTLES = timedelta(0)  # nobody can look for a letter, however long one waits
PATIENT = 4  # the try at which nobody is waited for any more whom the server does not take yet: after 14 seconds
SHORT = 60  # characters of a subject that need no folding

#: To whom a letter does not go, and what the server said of each.
Missed = tuple[tuple[str, str], ...]


class _AsGiven(EmailPolicy):
    """Headers leave as they were given. The library's own way reads what is encoded in a value once more, which lets
    whoever chose a subject add headers to it, and encodes ids that are long, which nobody's mail program finds again.
    """

    def header_store_parse(self, name: str, value: str) -> tuple[str, str]:
        """See EmailPolicy."""
        return name, value


_POLICY = _AsGiven(linesep="\r\n", refold_source="none")


@dataclass(frozen=True, slots=True)
class EmailTransport:
    """See `bot.outbound.port.Transport`."""

    #: Whose letters they are.
    desk: DeskRuntime
    #: By which server they are sent, and from which address.
    account: Account
    #: What gives the tokens that open it; None: a password does.
    opening: Opening | None = None

    async def post(self, item: Outgoing, card: Card, where: InChannel, now: datetime) -> Sent:
        """A letter. Its id is the same at each try, so that most mailboxes show it once if it arrives twice."""
        thread = None
        if where.root_id is not None:
            find = partial(
                find_thread, organisation_id=self.desk.organisation_id, channel=where.channel, root_id=where.root_id
            )
            thread = await self.desk.database.read(find)
        to = [each for each in (thread.addresses if thread else (id_of(where.channel),)) if is_address(each)]
        if not to:
            raise NotDeliveredError(GiveUp(Cause.UNREACHABLE_PERSON, "there is no address to write to"))
        letter = letter_of(self.account, item.id, card, thread, to, now)
        missed = await self._send(item, letter, to, now)
        return Sent(str(letter["Message-ID"]), where.channel, missed=missed)

    async def edit(self, item: Outgoing, card: Card, where: InPlaceOf, now: datetime) -> None:  # noqa: ARG002
        """See Transport: never asked for."""
        raise MessageGoneError(GiveUp(Cause.GONE, "a letter that was sent stays as it is"))

    async def delete(self, item: Outgoing, channel: str, message_id: str, now: datetime) -> None:  # noqa: ARG002
        """See Transport: never asked for."""
        raise MessageGoneError(GiveUp(Cause.GONE, "a letter that was sent stays where it is"))

    async def private(self, item: Outgoing, card: Card, where: ForOne, now: datetime) -> Sent | None:  # noqa: ARG002
        """See Transport: a letter to one person is a letter."""
        return None

    async def direct(self, item: Outgoing, person: str, now: datetime) -> str:  # noqa: ARG002
        """See Transport: somebody's key is their conversation's."""
        return person

    async def find_again(self, item: Outgoing, where: InChannel, now: datetime, *, besides: str = "") -> Found:  # noqa: ARG002
        """See Transport: nobody can be asked what lies in a mailbox that is not ours."""
        return Unknowable()

    async def _send(self, item: Outgoing, letter: EmailMessage, to: Sequence[str], now: datetime) -> Missed:
        """Hand it to the server. To whom it does not go. Raises NotDeliveredError."""
        from aiosmtplib import SMTPException, SMTPResponseException  # noqa: PLC0415  an extra

        later = now + pause_after(item.attempts)
        try:
            token = None if self.opening is None else await self.opening.token()
        except NoTokenError as error:
            raise NotDeliveredError(Retry(later, str(error))) from error
        client = self.account.sending(TIMEOUT)
        is_begun = is_handed_over = is_taken = False
        missed: Missed = ()
        try:
            async with asyncio.timeout(WHOLE), client:
                await self.account.log_in(client, token)
                is_begun = True  # a server that refuses us before refuses no letter
                await client.mail(self.account.address)
                missed = await self._name(client, item, to, later)
                is_handed_over = True
                await client.data(letter.as_bytes())
                is_taken = True
        except SMTPResponseException as error:
            said = _said(error)
            if 500 <= error.code < 600 and is_begun and not self.account.is_about_us(error):
                raise NotDeliveredError(GiveUp(_cause(error.code), said)) from error
            raise NotDeliveredError(Retry(later, said)) from error
        except (SMTPException, OSError, SSLError, TimeoutError) as error:
            if is_taken:
                return missed  # it took too long over the farewell
            said = f"{type(error).__name__}: {str(error)[:200]}"
            raise NotDeliveredError(Unsure(said, SETTLES) if is_handed_over else Retry(later, said)) from error
        return missed

    async def _name(self, client: SMTP, item: Outgoing, to: Sequence[str], later: datetime) -> Missed:
        """Name those to whom it goes. Those whom the server does not take, and what it said of each. Raises
        NotDeliveredError where it takes none of them, and SMTPResponseException where it refuses us."""
        from aiosmtplib import SMTPResponseException  # noqa: PLC0415  an extra

        refused: dict[str, SMTPResponseException] = {}
        for each in to:
            try:
                await client.rcpt(each)
            except SMTPResponseException as error:
                if self.account.is_about_us(error):
                    raise
                refused[each] = error
        missed = tuple((each, _said(error)) for each, error in refused.items())
        said = ", ".join(map(": ".join, missed))
        is_everybody = len(refused) == len(to)
        # Until it is handed over nobody has it: it may be said to all of them a moment later.
        if any(error.code < 500 for error in refused.values()) and (is_everybody or item.attempts < PATIENT):
            raise NotDeliveredError(Retry(later, said))
        if is_everybody:
            raise NotDeliveredError(GiveUp(_cause(refused[to[-1]].code), said))
        return missed


def _said(error: SMTPResponseException) -> str:
    return f"{error.code} {' '.join(str(error.message).split())[:200]}"


def _cause(code: int) -> Cause:
    if code in (550, 551, 553):
        return Cause.UNREACHABLE_PERSON
    return Cause.TOO_LONG if code == 552 else Cause.REFUSED


def letter_of(  # noqa: PLR0917  what is said, to whom, in which conversation, when
    account: Account, outbox_id: int, card: Card, thread: EmailThread | None, to: Sequence[str], now: datetime
) -> EmailMessage:
    """The card as a letter that continues the conversation, or begins one."""
    letter = EmailMessage(policy=_POLICY)
    letter["From"] = formataddr((NAME, account.address))
    letter["To"] = ", ".join(to)
    letter["Date"] = format_datetime(now)
    if thread is None:
        letter["Subject"] = _subject(subject_of(card))
        letter["Message-ID"] = f"<{outbox_id}@{account.domain}>"
    else:
        letter["Subject"] = _subject(f"Re: {thread.subject}" if thread.subject else subject_of(card))
        letter["Message-ID"] = f"<{outbox_id}.{thread.mark}@{account.domain}>"
        letter["In-Reply-To"] = thread.last_id
        letter["References"] = " ".join(dict.fromkeys((thread.root_id, thread.last_id)))
    # So that absence notices and other programs do not answer it.
    letter["Auto-Submitted"] = "auto-generated"
    letter["X-Auto-Response-Suppress"] = "All"
    letter.set_content(as_text(card) + "\n")
    letter.add_alternative(f"<!doctype html><meta charset=utf-8>{as_html(card)}\n", subtype="html")
    return letter


def _subject(text: str) -> str:
    """The text as it stands in a header, whatever is in it."""
    line = " ".join(text.split())
    is_plain = line.isascii() and line.isprintable() and "=?" not in line and len(line) <= SHORT
    return line if is_plain else Header(line, "utf-8", header_name="Subject").encode(linesep="\r\n")
