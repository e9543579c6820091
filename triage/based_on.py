"""One thing built on another: what it leaves out is taken from there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

BASED_ON = "based_on"


def filled_in(given: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Each with what it leaves out taken from the one that its `based_on` names, and so on. Raises ValueError, with one
    sentence that says what to write, where that names none of them or comes back to where it began."""
    return {name: _filled_in(name, given) for name in given}


def _filled_in(name: str, given: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    passed: list[str] = []
    at: str | None = name
    while at is not None:
        if at in passed:
            through = " on ".join([*passed[passed.index(at) :], at])
            raise ValueError(f"{name} comes back to itself ({through}); leave `based_on` out of one of them.")
        passed.append(at)
        own = given[at]
        found = {**own, **found}
        below = own.get(BASED_ON)
        if below is not None and not (isinstance(below, str) and below in given):
            others = ", ".join(other for other in given if other != at)
            better = f"write the name of another, such as {others}, or leave" if others else "leave"
            raise ValueError(f"{at} is based on {below!r}, which is not there; {better} `based_on` out.")
        at = below
    found.pop(BASED_ON, None)
    return found
