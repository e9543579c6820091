"""A file of customers: CSV in, checked customers out, every line that cannot be used with its reason."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterable
from difflib import get_close_matches

from bot.languages import LANGUAGES
from storage.customers import Customer

COLUMNS = ("name", "plan", "region", "language", "vip", "channels", "domains")
LONGEST_NAME = 120

_YES, _NO = ("yes", "y", "true", "1", "vip", "oui", "x"), ("", "no", "n", "false", "0", "non")
_CHANNEL = re.compile(r"(?:slack:)?([CG][A-Z0-9]{2,})|(teams:\S+)")
_DOMAIN = re.compile(r"@?([a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+)")
_LISTED = re.compile(r"[\s;,]+")


class _UnusableError(ValueError):
    """Why a line cannot be used."""


def read_customers(text: str, plans: Collection[str]) -> tuple[list[Customer], list[str]]:
    """The customers of a CSV text, and one sentence for each line that cannot be used.

    The first line names the columns: `name`, and whichever of the others there are. `plans` are those of the policy.
    Lists (`channels`, `domains`) are separated by blanks or semicolons.
    """
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=_delimiter(text), strict=True)
    problems: list[str] = []
    try:
        header = [column.strip().lower() for column in next(rows, [])]
        problems = [f"line 1: {problem}" for problem in _header_problems(header)]
        found = _read_rows(((rows.line_num, row) for row in rows), header, plans, problems)
    except csv.Error as error:
        problems.append(f"line {rows.line_num}: this is not CSV ({error}): save the file again as CSV.")
        found = []
    return ([] if any(problem.startswith("line 1: ") for problem in problems) else found), problems


def _read_rows(
    rows: Iterable[tuple[int, list[str]]], header: list[str], plans: Collection[str], problems: list[str]
) -> list[Customer]:
    """What can be used of the rows; what is wrong with the others goes to `problems`."""
    found: dict[str, Customer] = {}
    for number, row in rows:
        if not any(field.strip() for field in row):
            continue
        try:
            if len(row) > len(header):
                columns = "1 column" if len(header) == 1 else f"{len(header)} columns"
                raise _UnusableError(f"{len(row)} fields, but the first line names {columns}.")
            customer = _customer(dict(zip(header, map(str.strip, row), strict=False)), plans)
            key = " ".join(customer.name.split()).casefold() if customer.name else str(number)
            if key in found:
                raise _UnusableError(f"{customer.name} is there twice: keep one.")
            found[key] = customer
        except _UnusableError as error:
            problems.append(f"line {number}: {error}")
    return list(found.values())


def _header_problems(header: list[str]) -> Iterable[str]:
    if "name" not in header:
        yield f"there is no column `name`; the first line names the columns: {', '.join(COLUMNS)}."
    for column in dict.fromkeys(header):
        if column not in COLUMNS:
            near = get_close_matches(column, COLUMNS, n=1)
            yield f"unknown column `{column}`; " + (f"did you mean `{near[0]}`?" if near else "leave it out.")
        elif header.count(column) > 1:
            yield f"the column `{column}` is there twice: keep one."


def _customer(row: dict[str, str], plans: Collection[str]) -> Customer:
    name = " ".join(row.get("name", "").split())
    if "name" in row and not 0 < len(name) <= LONGEST_NAME:
        raise _UnusableError(f"a customer needs a name of up to {LONGEST_NAME} characters.")
    plan = row.get("plan") or None
    if plan is not None and plan not in plans:
        near = get_close_matches(plan, plans, n=1)
        hint = f"did you mean {near[0]}?" if near else f"the policy has {', '.join(sorted(plans)) or 'no plans'}."
        raise _UnusableError(f"there is no plan {plan}; {hint}")
    language = row.get("language", "").lower() or None
    if language not in (None, *LANGUAGES):
        raise _UnusableError(f"language {language} is not spoken here; write {' or '.join(LANGUAGES)}.")
    return Customer(
        name, plan, row.get("region") or None, language, _is_vip(row.get("vip", "")),
        tuple(_channel(text) for text in _listed(row.get("channels", ""))),
        tuple(_domain(text) for text in _listed(row.get("domains", ""))),
    )  # fmt: skip


def _is_vip(text: str) -> bool:
    if text.lower() in _YES + _NO:
        return text.lower() in _YES
    raise _UnusableError(f"vip is {text}; write yes or no.")


def _channel(text: str) -> str:
    match = _CHANNEL.fullmatch(text)
    if match is None:
        raise _UnusableError(f"{text} is not a channel's id; write one such as C0123ABC.")
    return match[2] or f"slack:{match[1]}"


def _domain(text: str) -> str:
    match = _DOMAIN.fullmatch(text.lower())
    if match is None:
        raise _UnusableError(f"{text} is not a domain; write one such as acme.example.")
    return match[1]


def _listed(text: str) -> list[str]:
    return [part for part in _LISTED.split(text) if part]


def _delimiter(text: str) -> str:
    """Comma or semicolon, as the first line has it: spreadsheets differ by country."""
    first = text.partition("\n")[0]
    return ";" if first.count(";") > first.count(",") else ","
