"""How PostgreSQL plans the statements of a transaction, where that takes longer than to run them."""

from __future__ import annotations

from sqlmodel import Session

# Until the end of the transaction. What is kept of a plan is what was chosen under these.
_BY_INDEX = (
    "SELECT set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_seqscan', 'off', true)"
)


def by_index_alone(session: Session) -> None:
    """From now on, in this transaction, each statement is planned once for each connection, not for the values of
    each run, and goes through indexes however small its tables seem: for those that always find few rows by an index.

    A plan that is kept has to hold for the table that has grown since, too. One that was made beside few rows would
    read all there are, until the table is analysed.
    """
    if session.info["engine"] == "postgresql":
        session.info["cursor"].execute(_BY_INDEX)
