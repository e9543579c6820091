"""A desk's report over a span, read and added up."""

from __future__ import annotations

from datetime import datetime, tzinfo

from sqlmodel import Session

from storage.persons import load_persons
from storage.ticket_figures import open_at, opened_in, sums_in
from triage.report import Report, report


def read_report(
    session: Session, organisation_id: int, desk_id: int, since: datetime, until: datetime,
    *, zone: tzinfo, customer_key: str | None = None,
) -> Report:  # fmt: skip
    """What the desk's tickets came to from `since` until before `until`. `zone`: the desk's. `customer_key`: that
    customer's tickets alone."""
    where = (session, organisation_id, desk_id)
    return report(
        since, until,
        opened_in(*where, since, until, customer_key=customer_key),
        sums_in(*where, since, until, customer_key=customer_key),
        open_at(*where, until, customer_key=customer_key),
        zone=zone, persons=load_persons(session, organisation_id),
    )  # fmt: skip
