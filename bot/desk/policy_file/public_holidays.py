"""Public holidays of a country or a part of it, as dates. What is a holiday is the `holidays` library's knowledge."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from functools import cache
from types import ModuleType
from typing import Any

from bot.desk.policy_file.reader import Reader, listed
from bot.desk.policy_file.yaml_nodes import Node

# The years whose holidays a version of the policy knows, counted from the one it is saved in: a ticket may have been
# reported last year, and a target in opening hours may take a few.
YEARS_BEFORE, YEARS_AFTER = 1, 5


def read_place(reader: Reader, node: Node, country: str, part: str) -> str | None:
    """`FR` or `DE-BY` for a country's code and the code or name of a part, which may be empty.

    None, with a problem, for anything else.
    """
    code = country.strip().upper()
    if code not in _countries():
        reader.problem(node, f"`{country[:60]}` is not a country's two-letter code; {_country_hint(country)}")
        return None
    if not part:
        return code
    own = _parts(code).get(part.strip().casefold())
    if own is None:
        what = f"`{part[:60]}` is not a part of {code} with holidays of its own"
        reader.problem(node, f"{what}; {_part_hint(code, part)}")
        return None
    return f"{code}-{own}"


def holidays_of(place: str, today: date) -> set[date]:
    """The public holidays of a place that `read_place` answered, of last year, this year and five more."""
    country, _, part = place.partition("-")
    years = range(today.year - YEARS_BEFORE, today.year + YEARS_AFTER + 1)
    return set(_library().country_holidays(country, subdiv=part or None, years=years))


def _library() -> ModuleType:
    import holidays  # noqa: PLC0415  takes a while to load, and many policies name no country

    return holidays


@cache
def _countries() -> Mapping[str, Any]:
    countries: Mapping[str, Any] = _library().list_supported_countries(include_aliases=False)
    return countries


@cache
def _names() -> dict[str, str]:
    """Codes by what else people write: the English name, the three-letter code."""
    found = {}
    for name, (_, code, *others) in _library().registry.COUNTRIES.items():
        found.update(dict.fromkeys([name.replace("_", " "), *(other.lower() for other in others)], code))
    return found


@cache
def _parts(country: str) -> dict[str, str]:
    """The codes of a country's parts, by code and by name, in lower case."""
    empty = _library().country_holidays(country)
    names = {name: name for name in empty.subdivisions} | dict(empty.subdivisions_aliases)
    return {name.casefold(): code for name, code in names.items()}


def _country_hint(text: str) -> str:
    plain = " ".join(text[:60].lower().replace("_", " ").split())
    near = get_close_matches(plain, _names(), n=1, cutoff=0.8)
    return f"did you mean `{_names()[near[0]]}`?" if near else "write for example FR, DE-BY, or a date."


def _part_hint(country: str, text: str) -> str:
    parts = _parts(country)
    if not parts:
        return f"write `{country}` alone."
    near = get_close_matches(text[:60].casefold(), parts, n=1, cutoff=0.7)
    return f"did you mean `{country}-{parts[near[0]]}`?" if near else f"use {listed(dict.fromkeys(parts.values()))}."
