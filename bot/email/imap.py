"""An IMAP connection that can be broken from outside, from its first byte on: a server may send one byte every few
seconds for ever, and no timeout of the socket notices."""

from __future__ import annotations

import socket
from collections.abc import Callable
from imaplib import IMAP4
from ssl import SSLContext

from imapclient import IMAPClient, SocketTimeout
from imapclient.imap4 import IMAP4WithTimeout
from imapclient.tls import IMAP4_TLS

Seen = Callable[[socket.socket], None]


class Client(IMAPClient):  # type: ignore[misc]  # the library has no types
    """`IMAPClient`, which shows its socket before it reads the server's first line. `seen`: takes it."""

    def __init__(self, host: str, port: int, encrypted: SSLContext | None, timeout: SocketTimeout, seen: Seen) -> None:
        self._seen = seen
        super().__init__(
            host, port, use_uid=True, ssl=encrypted is not None, ssl_context=encrypted, timeout=timeout
        )  # fmt: skip
        self._imap.debug = 0  # else the library writes each letter, twice as long, into a log that nobody reads

    def _create_IMAP4(self) -> IMAP4:  # noqa: N802  the library's name for it
        """See IMAPClient."""
        seen, connect = self._seen, self._timeout.connect
        if not self.ssl:
            return _Plain(self.host, self.port, connect, seen)
        return _Encrypted(self.host, self.port, self.ssl_context, connect, seen)


class _Plain(IMAP4WithTimeout):  # type: ignore[misc]  # as above
    def __init__(self, host: str, port: int, timeout: float, seen: Seen) -> None:
        self._seen = seen
        super().__init__(host, port, timeout)

    def open(self, host: str = "", port: int = 143, timeout: float | None = None) -> None:
        """See IMAP4."""
        super().open(host, port, timeout)
        self._seen(self.sock)


class _Encrypted(IMAP4_TLS):  # type: ignore[misc]  # as above
    def __init__(self, host: str, port: int, encrypted: SSLContext, timeout: float, seen: Seen) -> None:
        self._seen = seen
        super().__init__(host, port, encrypted, timeout)

    def open(self, host: str = "", port: int = 993, timeout: float | None = None) -> None:
        """See IMAP4."""
        super().open(host, port, timeout)
        self._seen(self.sock)
