"""In which language a program is answered: by `Accept-Language`, else the desk's, else English."""

from __future__ import annotations

from bot.wording.speech import DEFAULT, spoken

LONGEST = 200  # characters that are read
MOST = 10


def language_of(header: str, usual: str | None = None) -> str:
    """The language that is wanted most of those that are spoken here."""
    wanted: list[tuple[float, int, str]] = []
    for place, part in enumerate(header[:LONGEST].split(",")[:MOST]):
        name, _, weight = part.partition(";")
        found = spoken(name.strip())
        quality = _quality(weight.strip())
        if found is not None and quality > 0:
            wanted.append((-quality, place, found))
    return min(wanted)[2] if wanted else spoken(usual) or DEFAULT


def _quality(text: str) -> float:
    name, _, value = text.partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        found = float(value)
    except ValueError:
        return 0.0
    return found if 0 <= found <= 1 else 0.0
