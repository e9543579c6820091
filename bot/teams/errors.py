"""What an answer of the Connector means for a notice, and that none came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import aiohttp

from bot.outbound.entra import NoTokenError
from bot.outbound.port import ChannelClosedError, MessageGoneError, NotDeliveredError
from bot.teams.payload import Body, mapping, words_in
from scheduler.backoff import pause_after
from scheduler.sender import GiveUp, Retry, Unsure
from storage.cause import Cause

UNREACHABLE = (aiohttp.ClientError, OSError)
"""No answer came: it could not be reached, it hung up, or it took too long (TimeoutError is an OSError)."""
NEVER_LEFT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)
"""The request never left: nothing can have arrived."""
LONGEST_REST = timedelta(hours=1)
"""However long we are asked to wait, it is tried again after this."""
GONE, TOO_LARGE, RATIONED = (404, 410), 413, 429
AGAIN = (412, 502, 503, 504)
"""Answers after which the same may be sent again, as Teams says."""


class ConnectorError(Exception):
    """The Connector answered with an error."""

    def __init__(self, status: int, code: str = "", detail: str = "", retry_after: str | None = None) -> None:
        super().__init__(f"{status} {code}".strip())
        #: The HTTP status.
        self.status = status
        #: The Connector's own word, `ConversationNotFound`; empty: a proxy or a broken server answered.
        self.code = code
        #: What it says of it.
        self.detail = detail
        #: For how many seconds it asks to be left alone, as it stands in the header.
        self.retry_after = retry_after

    @property
    def is_too_large(self) -> bool:
        """Whether what was sent was too long."""
        return self.status == TOO_LARGE or self.code in _TOO_LARGE


class AddressRefusedError(Exception):
    """The address on record is none that a token may be sent to."""


FAILURES = (ConnectorError, NoTokenError, AddressRefusedError, *UNREACHABLE)
"""Whatever a call may raise."""

_TOO_LARGE = {"MessageSizeTooBig", "RequestEntityTooLarge", "ContentTooLarge"}
# We are not in that conversation, or nobody can write there any more.
CLOSED = {
    "BotNotInConversationRoster": Cause.NOT_A_MEMBER, "BotDisabledByAdmin": Cause.NOT_A_MEMBER,
    "BotNotInstalled": Cause.NOT_A_MEMBER, "AppNotInstalled": Cause.NOT_A_MEMBER,
    "ConversationNotFound": Cause.NOT_FOUND, "TeamNotFound": Cause.NOT_FOUND, "ChannelNotFound": Cause.NOT_FOUND,
    "ThreadNotFound": Cause.NOT_FOUND, "ConversationArchived": Cause.ARCHIVED, "TeamArchived": Cause.ARCHIVED,
    "ChannelArchived": Cause.ARCHIVED,
}  # fmt: skip
# Nobody can write to that person alone.
UNWRITTEN = {"ConversationBlockedByUser", "MessageWritesBlocked", "UserNotFound", "FailedToResolveUser"}
_REVOKED = {"BotNotRegistered", "Unauthorized", "InvalidBotApiHost"}


def code_in(answer: Body) -> tuple[str, str]:
    """The Connector's own word for an error, and what it says of it; of nested words the innermost."""
    error = mapping(answer.get("error"))
    inner = mapping(mapping(mapping(error.get("innerHttpError")).get("body")).get("error"))
    code, detail = words_in(inner.get("code")) or words_in(error.get("code")), words_in(error.get("message"))
    sub = words_in(error.get("subCode")) or words_in(answer.get("subCode"))
    known = CLOSED.keys() | UNWRITTEN | _TOO_LARGE
    return (sub if sub in known else code), detail


@dataclass(frozen=True, slots=True)
class Asked:
    """What a call was about."""

    #: A message of ours that was there.
    is_edit: bool = False
    #: A thread, rather than the channel itself.
    in_thread: bool = False
    #: A conversation with one person alone.
    is_alone: bool = False


POST = Asked()


def failed(error: Exception, now: datetime, attempts: int, asked: Asked = POST) -> NotDeliveredError:
    """What a failed call means. Anything that is no failure of a call is raised again."""
    match error:
        case ConnectorError():
            return _refused(error, now, attempts, asked)
        case NoTokenError(is_refused=True):
            return NotDeliveredError(GiveUp(Cause.REVOKED, str(error)))
        case NoTokenError():
            return NotDeliveredError(Retry(now + pause_after(attempts), str(error)))
        case AddressRefusedError():
            return NotDeliveredError(GiveUp(Cause.FORBIDDEN, "the address on record is none of Teams'"))
        case _ if isinstance(error, NEVER_LEFT):
            return NotDeliveredError(Retry(now + pause_after(attempts), _words(error)))
        case _ if isinstance(error, UNREACHABLE):
            return NotDeliveredError(Unsure(_words(error)))
        case _:
            raise error


def _refused(error: ConnectorError, now: datetime, attempts: int, asked: Asked) -> NotDeliveredError:
    words, cause = _named(error), _cause(error)
    if error.status == RATIONED:
        return NotDeliveredError(Retry(now + rest_of(error, attempts), "slowed down by Teams", channel_rests=True))
    if error.status in AGAIN:
        return NotDeliveredError(Retry(now + pause_after(attempts), words))
    if error.status >= 500 or error.status == 408:
        return NotDeliveredError(Unsure(words))
    if asked.is_alone and cause in (Cause.NOT_A_MEMBER, Cause.NOT_FOUND, Cause.FORBIDDEN):
        cause = Cause.UNREACHABLE_PERSON
    if error.status in GONE and (asked.is_edit or asked.in_thread):
        gone = GiveUp(Cause.GONE, words)
        return MessageGoneError(gone) if asked.is_edit else NotDeliveredError(gone)
    if cause in CLOSED.values() and not asked.is_alone:
        return ChannelClosedError(GiveUp(cause, words))
    return NotDeliveredError(GiveUp(cause, words))


def _cause(error: ConnectorError) -> Cause:
    """What people are told of it."""
    if error.is_too_large:
        return Cause.TOO_LONG
    if error.code in CLOSED:
        return CLOSED[error.code]
    if error.code in UNWRITTEN:
        return Cause.UNREACHABLE_PERSON
    if error.status == 401 or error.code in _REVOKED:
        return Cause.REVOKED
    if error.status == 403 and "archived" in error.detail.lower():
        return Cause.ARCHIVED
    if error.status == 403:
        return Cause.FORBIDDEN
    return Cause.NOT_FOUND if error.status in GONE else Cause.REFUSED


def rest_of(error: ConnectorError, attempts: int = 1) -> timedelta:
    """For how long Teams asks to be left alone; where it does not say, a little longer each time."""
    try:
        asked = timedelta(seconds=max(1.0, float(error.retry_after or "")))
    except (ValueError, OverflowError):
        return pause_after(attempts)
    return min(asked, LONGEST_REST)


def _named(error: ConnectorError) -> str:
    return error.code or f"http {error.status}"


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:200]
