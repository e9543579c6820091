"""Announcements as cards: what is said to the desk's channel, to one person or to an admin, and is about no ticket."""

from __future__ import annotations

from bot.wording.announcements import to_admins, to_desk, to_person
from bot.wording.card import Card
from bot.wording.notices.saying import Telling
from storage.announcements.announcement import Announcement

_SAY = {**to_admins.SAY, **to_desk.SAY, **to_person.SAY}


def announcement_card(telling: Telling, announcement: Announcement) -> Card:
    """The card of an announcement."""
    return _SAY[announcement.KIND](telling, announcement)
