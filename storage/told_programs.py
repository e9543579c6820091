"""Whether any program is told what happens at an organisation's desks (`storage.webhooks`): asked beside what is read
of a ticket anyway, so that a desk that has none takes no statement more."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from storage.core import table
from storage.tables.programs import WebhookRow

_rows = table(WebhookRow)


def any_told(organisation_id: sa.ColumnElement[Any] | None = None) -> sa.ColumnElement[bool]:
    """A condition for queries: whether the organisation has any webhook in force. Which it is is the parameter
    `organisation_id`, or that column."""
    of = sa.bindparam("organisation_id") if organisation_id is None else organisation_id
    return sa.exists(sa.select(_rows.c.id).where(_rows.c.organisation_id == of, _rows.c.ended_at.is_(None)))
