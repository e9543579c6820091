"""The tickets that an announcement speaks of, as rows."""

from __future__ import annotations

from bot.wording.card import Element
from bot.wording.handing import handed_rows
from bot.wording.notices.saying import Telling


def ticket_rows(telling: Telling, *, answerable: bool = False, to_take: bool = False) -> list[Element]:
    """A row for each ticket: none where they were not looked up. `answerable`: with the buttons that agree or decline;
    `to_take`: with the one that takes it."""
    if telling.now is None:
        return []
    return handed_rows(
        telling.tickets, telling.people, telling.speech, telling.now, telling.link, answerable=answerable,
        to_take=to_take,
    )  # fmt: skip
