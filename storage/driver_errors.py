"""Database errors without the values of the row: those may be private, and errors are logged."""

from __future__ import annotations

from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext


def without_values(error: BaseException) -> BaseException:
    """The driver's error without values: PostgreSQL quotes the whole row in its details."""
    primary = getattr(getattr(error, "diag", None), "message_primary", None)
    if primary:
        error.args = (str(primary),)
    return error


def keep_values_out(engine: Engine) -> None:
    """Make every error of this engine one without values."""

    @event.listens_for(engine, "handle_error")
    def handle(context: ExceptionContext) -> None:
        driver, ours = without_values(context.original_exception), context.sqlalchemy_exception
        if ours is not None and driver is not ours:
            ours.args = (f"({type(driver).__module__}.{type(driver).__qualname__}) {driver}",)
