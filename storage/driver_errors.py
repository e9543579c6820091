"""What a database says of a failure, without what stood in the row: that may be private, and errors are logged."""

from __future__ import annotations

from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext


def without_values(error: BaseException) -> BaseException:
    """A driver's error that says what was wrong, and not with what: PostgreSQL quotes the row in its details."""
    primary = getattr(getattr(error, "diag", None), "message_primary", None)
    if primary:
        error.args = (str(primary),)
    return error


def keep_values_out(engine: Engine) -> None:
    """No error of this engine's quotes a row."""

    @event.listens_for(engine, "handle_error")
    def handle(context: ExceptionContext) -> None:
        driver, ours = without_values(context.original_exception), context.sqlalchemy_exception
        if ours is not None and driver is not ours:
            ours.args = (f"({type(driver).__module__}.{type(driver).__qualname__}) {driver}",)
