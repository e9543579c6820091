"""Letters of ours that came back: to whom they did not go, as the mail server reports it (RFC 3464)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from email.message import Message

from sqlmodel import Session

from bot.desk.runtime import DeskRuntime
from bot.email.letter import MOST_NAMED, is_address, parsed
from scheduler.undelivered import record_undelivered, tell_missed, tell_undelivered
from storage.cause import Cause
from storage.email_threads import MARK_LENGTH, threads_named
from storage.posted import load_posted
from triage.keys import id_of

_OURS = re.compile(rf"<(?P<outbox>[0-9]{{1,18}})\.(?P<mark>[0-9a-f]{{{MARK_LENGTH}}})@[^<>\s]+>")
LOOKED_THROUGH = 100_000  # characters of the letter


@dataclass(frozen=True, slots=True)
class Returned:
    """A letter that came back."""

    #: The row id of the notice that it was ...
    outbox_id: int
    #: ... and its message id.
    message_id: str
    #: The mark of the conversation.
    mark: str
    #: To whom it did not go, and what was said of each; empty: the report does not say.
    missed: tuple[tuple[str, str], ...]


def read_returned(raw: bytes) -> Returned | None:
    """What came back; None: nothing in it is a letter of ours."""
    ours = _OURS.search(raw[:LOOKED_THROUGH].decode("ascii", "replace"))
    if ours is None:
        return None
    return Returned(int(ours["outbox"]), ours[0], ours["mark"], tuple(_missed(parsed(raw)).items())[:MOST_NAMED])


def note_returned(session: Session, desk: DeskRuntime, returned: Returned, now: datetime) -> str:
    """Put on record what did not arrive, and tell whoever wrote it. Whom it did not reach, as far as that is known.

    Where nobody of the conversation got it, it does not count as told. A report proves nothing of who sent it; that it
    names a letter of ours, by an id that nobody can guess, says that somebody has it who was in the conversation.
    """
    thread = next(iter(threads_named(session, desk.organisation_id, [returned.mark], ())), None)
    posted = load_posted(session, desk.organisation_id, returned.outbox_id)
    missed = tuple(each for each in returned.missed if thread is not None and each[0] in thread.addresses)
    if thread is None or posted is None or posted.message_id != returned.message_id or not missed:
        return "" if thread is None else id_of(thread.channel)
    item = replace(posted.item, channel=thread.channel)
    if {address for address, _ in missed} < set(thread.addresses):
        tell_missed(session, item, missed, now)
    else:
        record_undelivered(session, item, now)
        said = ", ".join(f"{address}: {why}" for address, why in missed)
        tell_undelivered(session, item, Cause.UNREACHABLE_PERSON, said, now)
    return ", ".join(address for address, _ in missed)


def _missed(message: Message) -> dict[str, str]:
    """To whom it was not delivered for good, by address, and why."""
    found: dict[str, str] = {}
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        for block in part.walk():
            named = str(block.get("final-recipient") or "").partition(";")[2].strip().lower()
            if is_address(named) and str(block.get("action") or "").strip().lower() == "failed":
                said = str(block.get("diagnostic-code") or block.get("status") or "").partition(";")
                found[named] = " ".join((said[2] or said[0]).split())[:200]
    return found
