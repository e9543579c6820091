"""Announcements: what is said to a desk's channel, to one person or to an admin and is about no ticket. They go through
the outbox like every notice (`storage.announcing`).

A new one is a member of `AnnouncementKind`, a class in the module of those whom it is said to, and its words in the
module of the same name in `bot.wording.announcements`.
"""

from __future__ import annotations

from storage.announcements import to_admins, to_desk, to_person
from storage.announcements.announcement import Announcement

ANNOUNCEMENTS: dict[str, type[Announcement]] = {
    each.KIND.value: each
    for module in (to_admins, to_desk, to_person)
    for each in vars(module).values()
    if isinstance(each, type) and issubclass(each, Announcement) and "KIND" in vars(each)
}
"""The class of each kind."""
