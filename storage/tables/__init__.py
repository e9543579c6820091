"""Every table, by subject. Rows belong to an organisation, by `organisation_id`; `id` is ours alone; instants are UTC.
Free text is kept in `body`, beside the events, whose `body_id`s point there.

Whoever imports one subject has them all: keys point from one to another, and the schema is complete."""

from __future__ import annotations

from storage.tables import (
    accounts,
    availability,
    channels,
    conversations,
    customers,
    desks,
    email,
    intake,
    learning,
    on_call,
    operation,
    organisations,
    outbox,
    pages,
    programs,
    table,
    tickets,
    words,
)

__all__ = [
    "accounts",
    "availability",
    "channels",
    "conversations",
    "customers",
    "desks",
    "email",
    "intake",
    "learning",
    "on_call",
    "operation",
    "organisations",
    "outbox",
    "pages",
    "programs",
    "table",
    "tickets",
    "words",
]
