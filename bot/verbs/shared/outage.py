"""Since when service is back, or down again: the question in forms, and the reading of its answer."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.verbs.base.verb import FormContext, VerbCall
from bot.verbs.reading.figures import instant_of
from bot.wording.card import Field, FieldKind

PICKED = timedelta(minutes=1)  # a form's instants are picked to the minute


def back_since(request: VerbCall, field: str) -> datetime | None:
    """When service came back, by that field of the form. A form's instants have no seconds: one picked in the minute in
    which service went down becomes the instant at which it went down."""
    at, down = instant_of(request.answers, field), request.stored.ticket.down_since
    return down if at is not None and down - PICKED < at < down else at


def down_since(request: VerbCall, field: str) -> datetime | None:
    """When service went down again, by that field of the form. A form's instants have no seconds: one picked in the
    minute in which service came back becomes the instant at which it came back."""
    at, back = instant_of(request.answers, field), request.stored.ticket.outage.restored_at
    return back if at is not None and back is not None and back - PICKED < at < back else at


def since_field(context: FormContext, label: str) -> Field:
    """The field `at` that asks for that instant, under the label `field.LABEL`. It begins with the present."""
    speech, now = context.speech, str(int(context.now.timestamp()))
    return Field(
        "at",
        FieldKind.INSTANT,
        speech.text(f"field.{label}"),
        required=True,
        initial=now,
        hint=speech.text(f"hint.{label}"),
    )
