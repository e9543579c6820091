"""Working hours and a rota that are legal but probably a mistake: above all, when nobody would be called."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations
from typing import Any

from bot.desk.policy_file.lint_targets import Suspicion, suspicion
from bot.desk.policy_file.shifts import rota_from_data
from triage.hours import hours_from_data
from triage.rota import Duty, uncovered
from triage.zones import zone

LOOKED_AHEAD = timedelta(weeks=8)
MOST_HOLES = 5


def suspicious_shifts(data: dict[str, Any], today: date) -> Iterator[Suspicion]:
    """What is hardly meant of who works when, and of who is on call."""
    oncall = data["oncall"]
    rota, timezone = rota_from_data(oncall), oncall["timezone"]
    for number, layer in enumerate(oncall["layers"], 1):
        place = f"oncall.layers[{number}]"
        if date.fromisoformat(layer["starts"]) > today:
            sentence = f"the first turn begins on {layer['starts']}: until then nobody has one."
            yield suspicion(sentence, f"{place}.starts", "oncall.starts", place, "oncall")
    for (one, first), (other, second) in combinations(enumerate(oncall["overrides"], 1), 2):
        if (
            first["from"] < second["to"]
            and second["from"] < first["to"]
            and (first["instead_of"] == second["instead_of"])
        ):
            sentence = f"it covers time that override {one} covers too: the later one holds."
            yield suspicion(sentence, f"oncall.overrides[{other}]", "oncall.overrides")
    if rota and not oncall["calendar"]:
        start = datetime.combine(today, time(0), UTC)
        staffed = [hours_from_data(hours) for hours in data["people"].values() or (data["desks"][0]["hours"],)]
        for sentence in holes_in_words(uncovered(rota, staffed, start, start + LOOKED_AHEAD), timezone):
            yield suspicion(sentence, "oncall")


def holes_in_words(holes: list[Duty], timezone: str) -> Iterator[str]:
    """One sentence for each hole, and one for all that come again at the same time of every week."""
    tz = zone(timezone)
    found: dict[tuple[str, str], list[tuple[datetime, datetime]]] = {}
    for hole in holes:
        begin, end = hole.start.astimezone(tz), hole.end.astimezone(tz)
        found.setdefault((f"{begin:%a %H:%M}", f"{end:%a %H:%M}"), []).append((begin, end))
    for (begins, ends), times in list(found.items())[:MOST_HOLES]:
        (begin, end), *more = times
        if end - begin >= LOOKED_AHEAD - timedelta(days=1):
            yield "nobody is on call at all."
        elif more:
            last = f"{times[-1][0]:%Y-%m-%d}"
            yield f"nobody is on call from {begins} to {ends}, {len(times)} times from {begin:%Y-%m-%d} to {last}."
        else:
            yield f"nobody is on call from {begins} ({begin:%Y-%m-%d}) to {ends} ({end:%Y-%m-%d})."
    if len(found) > MOST_HOLES:
        yield f"there are {len(found) - MOST_HOLES} more times at which nobody is on call."
