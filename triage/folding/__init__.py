"""What each event makes of a ticket: a file for each of `triage.facts`, with a handler for each fact."""

from __future__ import annotations

from triage.folding import ahead, elsewhere, escalating, handing, owning, rating, sorting, state, telling, together
from triage.folding.handler import Handlers

HANDLERS: Handlers = {
    **sorting.HANDLERS,
    **owning.HANDLERS,
    **handing.HANDLERS,
    **telling.HANDLERS,
    **state.HANDLERS,
    **escalating.HANDLERS,
    **ahead.HANDLERS,
    **rating.HANDLERS,
    **together.HANDLERS,
    **elsewhere.HANDLERS,
}
