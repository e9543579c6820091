"""A file of tickets from another help desk: a line of CSV in, a ticket out, or why it cannot be used."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from bot.desk.csv_file import Row, UnusableError
from bot.desk.tickets_file.columns import Columns
from bot.desk.tickets_file.instants import Order, read_instant
from bot.desk.tickets_file.values import Standing, Values, read_owner
from storage.brought import ref_key
from triage.bringing import EARLIEST, Brought, check
from triage.errors import Refusal
from triage.referring import LONGEST, Elsewhere
from triage.text import clean

AHEAD = "it is still to come"
_SAID = {
    "ref_needs_number": "it has no number of its own.",
    "reference_too_long": f"its number is longer than {LONGEST} characters.",
    "bad_reference_link": "its link is no address on the web, or holds a name or password.",
    "no_summary": "it says nothing: its summary is empty.",
    "reported_in_future": f"reported at {{at}}: {AHEAD}.",
    "too_long_ago": f"reported at {{at}}: that is before {EARLIEST:%Y}.",
    "too_early": "something happened at {at}, before it was reported.",
    "in_future": f"something happened at {{at}}: {AHEAD}.",
}


@dataclass(frozen=True, slots=True)
class Read:
    """A line that can be used."""

    #: The line, counted from 1.
    line: int
    #: The ticket, without its people.
    brought: Brought
    #: Who has it there, as that is written; empty: nobody.
    owner: str
    #: Whose trouble it is, likewise.
    requester: str


@dataclass
class Reader:
    """Reads the lines of one file, each number once."""

    #: Where it stands in a row.
    columns: Columns
    #: What its values mean.
    values: Values
    #: In which zone times are that name none.
    zone: tzinfo
    #: What comes first in 03/04/2026; None: nobody has said.
    order: Order | None
    #: The address of a ticket there, with `{ref}` for its number; empty: there is none.
    link: str
    #: The present instant.
    now: datetime
    _known: dict[str, int] = field(default_factory=dict)

    def read(self, row: Row) -> Read:
        """The ticket of a line. Raises `UnusableError`."""
        if row.problem:
            raise UnusableError(row.problem)
        cells = {name: cell.strip() for name, cell in self.columns.cells(row.cells).items()}
        brought = self._brought(cells)
        try:
            check(brought, self.now)
        except Refusal as refusal:
            raise UnusableError(_said(refusal)) from None
        key = ref_key(brought.ref.number)
        if key in self._known:
            raise UnusableError(f"{brought.ref.number} is there twice: line {self._known[key]} has it already.")
        self._known[key] = row.line
        return Read(row.line, brought, read_owner(cells.get("owner", "")), cells.get("requester", ""))

    def _brought(self, cells: dict[str, str]) -> Brought:
        state, resolved = self.values.state(cells.get("state", "")), self._at(cells, "resolved_at")
        if state is None:
            state = Standing.OPEN if resolved is None else Standing.RESOLVED
        if state is Standing.RESOLVED and resolved is None:
            raise UnusableError(
                'it is closed, and nothing says when: say which column does with --map "...=resolved_at".'
            )
        reported = self._at(cells, "reported_at")
        if reported is None:
            raise UnusableError("nothing says when it was reported.")
        number = cells["ref"]
        link = cells.get("link", "") or (self.link.replace("{ref}", number) if number else "")
        return Brought(
            Elsewhere(number, link), cells["summary"], reported,
            description=cells.get("description", ""),
            category=self.values.category(cells.get("category", "")),
            severity=self.values.severity(cells.get("severity", "")),
            waits=None if state in (Standing.OPEN, Standing.RESOLVED) else state.value,
            answered_at=self._at(cells, "answered_at"), restored_at=self._at(cells, "restored_at"),
            resolved_at=resolved if state is Standing.RESOLVED else None,
            customer=" ".join(clean(cells.get("customer", "")).split()) or None,
            notes=cells.get("notes", ""), resolution=cells.get("resolution", ""),
        )  # fmt: skip

    def _at(self, cells: dict[str, str], name: str) -> datetime | None:
        text = cells.get(name, "")
        if not text:
            return None
        try:
            return read_instant(text, self.zone, self.order)
        except UnusableError as error:
            raise UnusableError(f"{self.columns.heading(name)}: {error}") from None


def _said(refusal: Refusal) -> str:
    at = refusal.values.get("at")
    return _SAID[refusal.code].format(at=at.strftime("%Y-%m-%d %H:%M UTC") if isinstance(at, datetime) else at)
