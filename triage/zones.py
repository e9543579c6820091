"""Time zones by name, and what their changes of clock do to local times."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from difflib import get_close_matches
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

_ZERO = timedelta(0)

# In no zone have two changes of clock ever been less than six days apart (a test holds this against tzdata), so none is
# missed by looking every five days.
_PROBE = 5 * 86400


class CalendarError(ValueError):
    """A calendar that cannot be used, or a time it cannot count with; the message is one sentence saying why."""


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """Every name that `zone` knows."""
    return frozenset(files("tzdata").joinpath("zones").read_text(encoding="utf-8").split())


def zone(name: object) -> tzinfo:
    """The time zone called `name`, such as `Europe/Paris`. Raises CalendarError when that is not the name of one.

    It is read from the installed tzdata package rather than from the machine, so that every machine counts alike.
    """
    if isinstance(name, str) and name in zone_names():
        return _read_zone(name)
    lowered = {known.lower(): known for known in zone_names()}
    near = get_close_matches(str(name).lower(), lowered)
    hint = f"did you mean {lowered[near[0]]}?" if near else "use an IANA name such as Europe/Paris."
    raise CalendarError(f"Unknown time zone {name!r}: {hint}")


@lru_cache(maxsize=1024)
def _read_zone(name: str) -> tzinfo:
    with files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as data:
        return ZoneInfo.from_file(data, key=name)


class LocalTimes:
    """What the clocks of a zone show between two instants, in seconds.

    A local time is given as the seconds since 1970 that it would be in UTC (`wall`).
    """

    __slots__ = ("_changes", "_first")

    def __init__(self, tz: tzinfo, begin: int, end: int) -> None:
        self._first = _offset(tz, begin)
        self._changes: list[tuple[int, int]] = []  # the instant of each change of clock and the offset it brings
        before = self._first
        while begin < end:
            probe = min(begin + _PROBE, end)
            after = _offset(tz, probe)
            if after != before:
                self._changes.append((_change(tz, begin, probe), after))
            begin, before = probe, after

    def instant(self, wall: int) -> int:
        """Seconds since 1970 at which the clocks show `wall`.

        A local time that a change of clock skips moves forward by the gap; a repeated one takes its first occurrence.
        """
        offset = self._first
        for change, after in self._changes:
            # In a gap, counting with the old offset is past the change and with the new one before it.
            if wall - offset < change or wall - after < change:
                break
            offset = after
        return wall - offset

    def spans(self, begin: int, end: int) -> list[tuple[int, int]]:
        """When the clocks show a local time from `begin` on and before `end`, as spans of seconds since 1970.

        One span as a rule, two where the clocks change meanwhile or come to it twice, none where all of it is skipped.
        """
        spans = []
        since, offset = None, self._first
        for change, after in [*self._changes, (None, 0)]:
            low, high = begin - offset, end - offset
            low, high = low if since is None else max(low, since), high if change is None else min(high, change)
            if low < high:
                spans.append((low, high))
            since, offset = change, after
        return spans


def _offset(tz: tzinfo, at: int) -> int:
    offset = datetime.fromtimestamp(at, tz).utcoffset() or _ZERO
    return offset.days * 86400 + offset.seconds


def _change(tz: tzinfo, begin: int, end: int) -> int:
    """The first second in (begin, end] with another offset than `begin`, when there is one."""
    before = _offset(tz, begin)
    while end - begin > 1:
        middle = (begin + end) // 2
        if _offset(tz, middle) == before:
            begin = middle
        else:
            end = middle
    return end
