"""Lanes: what of the outbox shares one rate limit (`scheduler.pacing`), and is claimed in turn.

A lane is an organisation and where it speaks: its posts in a channel are one, its edits there another, since few
platforms count these as posts. What one person alone is told has a lane of its own, so that much of it delays only
them. The pages of a platform are one lane.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

EDITS = "#edits"  # a lane of edits ends with this
PAGES = "#pages"  # that of an organisation's pages on a platform
STAR = "*"
EDITED, PAGE = "message", "page"  # storage.refresh.Target
_DIGITS = "0123456789"
ONE_PERSONS = ("person", "work")  # triage.notice.Audience, storage.deferred.WORK


def lane_of(
    organisation_id: int, audience: str, platform: str, channel: str, data: Mapping[str, Any], *, is_edit: bool = False
) -> str:
    """The lane of a row of the outbox; its columns are explained in `OutboxRow`. `is_edit`: it changes a message
    that stands there."""
    if audience in ONE_PERSONS:
        return f"{organisation_id}#{data.get('person') or ''}"
    if audience == PAGE:
        return f"{organisation_id}:{platform}:{PAGES}"
    posts = f"{organisation_id}:{channel}"
    return f"{posts}{EDITS}" if is_edit or audience == EDITED else posts


def organisation_of(lane: str) -> int | None:
    """Whose lane it is; None where a release that knew of no lanes wrote the row."""
    digits = lane[: len(lane) - len(lane.lstrip(_DIGITS))]
    return int(digits) if digits else None


class Way(StrEnum):
    """By which of a platform's methods a lane is sent to. Platforms limit most of these for a whole workspace."""

    POSTS = "posts"
    EDITS = "edits"
    PRIVATE = "private"  # to one person alone
    PAGES = "pages"


_EVERYTHING = {f"{STAR}{way}": way for way in Way}


def way_of(lane: str) -> tuple[str, Way]:
    """The lane, written with a star, of everything that an organisation sends by that way on that platform; and the
    way. That of such a lane is itself."""
    rest = lane.lstrip(_DIGITS)
    organisation, where = lane[: len(lane) - len(rest)], rest[1:]
    platform, _, name = where.partition(":")
    if name in _EVERYTHING:
        return lane, _EVERYTHING[name]
    if rest.startswith("#"):
        way = Way.PRIVATE
    elif lane.endswith(EDITS):
        way = Way.EDITS
    else:
        way = Way.PAGES if lane.endswith(PAGES) else Way.POSTS
    return f"{organisation}:{platform}:{STAR}{way}", way
