"""Why a notice became a dead letter, in words that mean the same on every platform."""

from __future__ import annotations

from enum import StrEnum


class Cause(StrEnum):
    """Each cause that a person can do something about has a sentence of its own in the catalogues (`undelivered`)."""

    NOT_A_MEMBER = "not_a_member"  # the bot is not in the channel
    NOT_FOUND = "not_found"  # there is no such channel, or none that the bot may see
    ARCHIVED = "archived"  # nobody can write in the channel any more
    GONE = "gone"  # the message, or the thread, was deleted or can no longer be changed
    REVOKED = "revoked"  # the bot is not let in: its tokens were taken from it
    FORBIDDEN = "forbidden"  # a permission is lacking, or the channel's rules are against it
    UNREACHABLE_PERSON = "unreachable_person"  # nobody can write to that person
    TOO_LONG = "too_long"
    REFUSED = "refused"  # the platform will not have it, for whatever else
    UNANSWERED = "unanswered"  # tried for a day, and never accepted
    DEFECT = "defect"  # it failed on our side, however often it was tried


NOT_IN_CHANNEL = (Cause.NOT_A_MEMBER, Cause.NOT_FOUND, Cause.ARCHIVED)
"""What may be over once the bot is in the channel."""
CLOSED = (*NOT_IN_CHANNEL, Cause.REVOKED)
"""Why nothing at all can be said in a channel: the desk hears of it in its channels on other platforms."""
