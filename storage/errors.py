"""What storage raises, in words of the domain."""

from __future__ import annotations


class AlreadyHandledError(Exception):
    """An event or act that was recorded before: its redelivery is a success that does nothing."""


class NoSuchTicketError(LookupError):
    """The organisation has no ticket of that number."""


class StaleTicketError(Exception):
    """The ticket moved on since it was read: it was not locked before deciding. Nothing was recorded."""


class MessageTakenError(Exception):
    """A ticket was made from that message already; the caller's transaction must be rolled back."""


class SamePlatformError(ValueError):
    """Two accounts on one platform are not one person's."""


class InDoubtError(Exception):
    """The database broke off while a transaction was committed: it is on record, or nothing of it is. Its cause is what
    the database said."""


class DatabaseBusyError(Exception):
    """Whatever could run a transaction was in use for as long as somebody waited: it was not begun."""
