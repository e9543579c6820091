"""What lies in the mailbox: letters are read in the order in which they arrived, and what becomes nothing is moved into
a folder beside the inbox. Nothing is ever deleted, and nothing is marked as read."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from imaplib import IMAP4
from typing import TypeVar

from bot.email.intake import Arrived
from bot.email.servers import Account

INBOX, ASIDE = "INBOX", "Vigie aside"
LARGEST = 25_000_000  # bytes of a letter that is read
AT_ONCE = 20  # letters of one look
LONGEST_ANSWER = 120.0  # seconds, of all of one answer: a letter of 25 MB takes so long where 2 Mbit/s arrive

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at the mailbox has shown."""

    #: Of the numbering of its letters: with another one every number means another letter.
    uidvalidity: int
    #: The numbers of the next letters, the earliest first.
    uids: tuple[int, ...]
    #: The number of the latest letter of all.
    end: int


class Mailbox:
    """One connection to the mailbox. Everything waits for the network, and is asked for by `ask`.

    Raises OSError or IMAPClientError.
    """

    def __init__(self, account: Account, token: str | None = None) -> None:
        """`token`: what opens it where there is no password."""
        self._account, self._token = account, token
        self._connection: socket.socket | None = None
        self._is_cut = False

    async def ask(self, what: Callable[..., Answer], *given: object) -> Answer:
        """Ask one thing of the server, in a thread. Where that takes longer than `LONGEST_ANSWER`, the connection is
        cut: a server that sends a byte now and then would hold us for ever. Raises TimeoutError then, and what `what`
        raises."""
        ends = asyncio.get_running_loop().call_later(LONGEST_ANSWER, self.cut)
        try:
            return await asyncio.to_thread(what, *given)
        except Exception as error:
            if self._is_cut:
                raise TimeoutError(f"the server took longer than {LONGEST_ANSWER:.0f} s") from error
            raise
        finally:
            ends.cancel()

    def open(self) -> None:
        """Connect and log in."""
        self._client = self._account.receiving(self._seen, self._token)

    def cut(self) -> None:
        """Break the connection, whatever waits for it, or as soon as there is one."""
        self._is_cut = True
        if self._connection is not None:
            with suppress(OSError):  # it is gone already
                # Closing it would wait for whoever reads from it.
                self._connection.shutdown(socket.SHUT_RDWR)

    def _seen(self, connection: socket.socket) -> None:
        self._connection = connection
        if self._is_cut:
            self.cut()

    def look(self, uidvalidity: int, after: int, since: date) -> Look:
        """The letters after that number; with another numbering, those that arrived on that day or later."""
        found = self._client.select_folder(INBOX)
        numbering = int(found[b"UIDVALIDITY"])
        if numbering == uidvalidity:
            # A server answers `9:*` with the last letter, also where its number is smaller than 9.
            uids = [uid for uid in self._client.search(["UID", f"{after + 1}:*"]) if uid > after]
        else:
            uids = self._client.search(["SINCE", since])
        return Look(numbering, tuple(sorted(uids)[:AT_ONCE]), int(found.get(b"UIDNEXT", 1)) - 1)

    def end(self) -> tuple[int, int]:
        """The numbering, and the number of the latest letter: where a new desk begins to listen."""
        found = self._client.select_folder(INBOX)
        return int(found[b"UIDVALIDITY"]), int(found.get(b"UIDNEXT", 1)) - 1

    def letter(self, uidvalidity: int, uid: int) -> Arrived | None:
        """That letter; None: somebody has moved it meanwhile."""
        about = self._client.fetch([uid], ["RFC822.SIZE", "INTERNALDATE"]).get(uid)
        if not about:
            return None
        at, key = _in_utc(about[b"INTERNALDATE"]), f"{uidvalidity}.{uid}"
        if int(about[b"RFC822.SIZE"]) > LARGEST:
            return Arrived(key, None, at)
        found = self._client.fetch([uid], ["BODY.PEEK[]"]).get(uid)
        raw = None if found is None else found.get(b"BODY[]")
        return None if raw is None else Arrived(key, raw, at)

    def leave(self) -> None:
        """End the connection politely."""
        try:
            self._client.logout()
        except Exception:  # noqa: BLE001  it is gone, however it went
            with suppress(Exception):
                self._client.shutdown()

    def put_aside(self, uid: int) -> bool:
        """Move that letter into the folder for what became nothing. Whether the server did so: where it does not let us
        (it is full, or has no such folders), the letter stays, and must not hold up those behind it."""
        try:
            self._move(uid)
        except IMAP4.abort:  # it is not the server that says no: nobody is there any more
            raise
        except IMAP4.error:
            return False
        return True

    def _move(self, uid: int) -> None:
        if not self._client.folder_exists(ASIDE):
            self._client.create_folder(ASIDE)
        if self._client.has_capability("MOVE"):
            self._client.move([uid], ASIDE)
            return
        self._client.copy([uid], ASIDE)
        self._client.delete_messages([uid])
        if self._client.has_capability("UIDPLUS"):
            self._client.uid_expunge([uid])
        # Else it stays, marked as deleted, until the mailbox's owner lets go of such letters.


def _in_utc(at: datetime) -> datetime:
    """IMAPClient gives the machine's own time without a zone."""
    return (at if at.tzinfo is not None else at.astimezone()).astimezone(UTC)
