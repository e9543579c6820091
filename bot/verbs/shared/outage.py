"""Since when service is up or down, as the forms ask it and as their answers are read."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.verbs.base.verb import FormContext, VerbCall
from bot.verbs.reading.figures import instant_of
from bot.wording.card import Field, FieldKind

PICKED = timedelta(minutes=1)  # a form's instants are picked to the minute


def back_since(request: VerbCall, field: str) -> datetime | None:
    """When service came back, as a form says it. What was picked to the minute in which it went down is no earlier."""
    at, down = instant_of(request.answers, field), request.stored.ticket.down_since
    return down if at is not None and down - PICKED < at < down else at


def down_since(request: VerbCall, field: str) -> datetime | None:
    """When service went down again, as a form says it. What was picked to the minute in which it came back is no
    earlier."""
    at, back = instant_of(request.answers, field), request.stored.ticket.outage.restored_at
    return back if at is not None and back is not None and back - PICKED < at < back else at


def since_field(context: FormContext, label: str) -> Field:
    """Asks for that instant, `field.LABEL`; now, if nobody says otherwise."""
    speech, now = context.speech, str(int(context.now.timestamp()))
    return Field(
        "at",
        FieldKind.INSTANT,
        speech.text(f"field.{label}"),
        required=True,
        initial=now,
        hint=speech.text(f"hint.{label}"),
    )
