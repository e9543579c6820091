"""Deferred work: what was asked for and cannot be done at once, such as reading a message first.

It is planned in the transaction that asks for it, as a row of the outbox, and done by a pass of its own
(`scheduler.deferred`): at least once (each work is idempotent), and always before what is said of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import uuid4

from sqlmodel import Session

from storage.core import add
from storage.outbox_rows import planned, put
from storage.tables.tickets import BodyRow
from storage.typed import lift
from triage.keys import platform_of
from triage.notice import Urgency

WORK = "work"
"""The `audience` of such a row: nobody."""


class WorkKind(StrEnum):
    """What is to be done. Each is done for the person `data["person"]`."""

    OPEN_FROM = "open_from"  # read data["message"] of data["channel"], and open a ticket from it; asked for in its
    # thread: by the message data["asked"], written data["at"], with the words data["new"]
    REACTION = "reaction"  # a reaction on a message of ours that was on no record: look once more, then answer
    REPLY = "reply"  # data["message"], written data["at"], answers data["root"], which may be ours and was on no
    # record: look again, until it is
    PAGE = "page"  # tell another system, data["target"], of data["subject"]: see `storage.pages`
    WEBHOOK = "webhook"  # tell another program, by its row id data["webhook"], of data["type"]: see `storage.webhooks`
    ALIKE = "alike"  # keep the words of the ticket of row id data["ticket"], opened just now; look for what looks alike
    LOOK_UP = "look_up"  # show what they asked for by mention: data["words"], typed in data["asked_in"]


@dataclass(frozen=True, slots=True)
class Work:
    """One work to be done."""

    #: What is to be done.
    kind: WorkKind
    #: Who asked for it: a key, `platform:id`. It is done by that platform.
    person: str
    #: What it takes; what somebody typed is marked (`triage.notice.typed`).
    data: Mapping[str, Any] = field(default_factory=dict)
    #: Not earlier than that; None: at once.
    not_before: datetime | None = None
    #: Its idempotency key: under each there is one work ever; empty: it is another each time.
    key: str = ""


def alike_key(ticket_id: int) -> str:
    """The key of the work that is done of every ticket once it is open. It begins as those of the ticket's notices do,
    so that they stand on one page of their index."""
    return f"{ticket_id}.{WorkKind.ALIKE}"


# What opens a ticket goes before what only shows one.
_URGENCY = {WorkKind.OPEN_FROM: Urgency.AHEAD, WorkKind.ALIKE: Urgency.LAST}


def defer(session: Session, organisation_id: int, work: Work, now: datetime) -> None:
    """Plan a work."""
    data, typed = lift({"person": work.person, **work.data})
    channel = str(work.data.get("channel") or "")
    typed_id = None if typed is None else add(session, BodyRow, organisation_id=organisation_id, text=typed)
    row = planned(
        organisation_id=organisation_id, platform=platform_of(channel) or platform_of(work.person),
        channel=channel, kind=work.kind.value, audience=WORK, data=data, typed_id=typed_id,
        key=work.key or uuid4().hex, now=now, not_before=work.not_before,
        urgency=_URGENCY.get(work.kind, Urgency.USUAL),
    )  # fmt: skip
    put(session, [row])
