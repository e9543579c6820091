"""A customer's month, proven: read, counted, and as a file for spreadsheets."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from bot.desk.customers import Customers
from bot.wording.cells import safe_cell
from bot.wording.proof import COLUMNS, Row, Teller
from bot.wording.speech import DEFAULT, Speech, speech
from storage.customers import Customer
from storage.proofs import resolved_of
from storage.texts import load_texts
from triage.days import month_of
from triage.policy import Policy


@dataclass(frozen=True, slots=True)
class Proof:
    """How a customer's deadlines were kept in a month."""

    #: In whose language and zone it is told.
    speech: Speech
    #: Every deadline of every ticket that was resolved then, in the order of their ends.
    rows: list[Row]

    @property
    def tickets(self) -> int:
        """How many tickets there were."""
        return len({row.cells["ticket"] for row in self.rows})

    @property
    def missed(self) -> int:
        """How many deadlines were missed."""
        return sum(not row.kept for row in self._told)

    @property
    def kept(self) -> int:
        """How many were kept."""
        return len(self._told) - self.missed

    @property
    def counted(self) -> str:
        """All of that in a sentence."""
        tickets = self.speech("proof.tickets", count=self.tickets)
        return self.speech.text("proof.counted", tickets=tickets, kept=self.kept, missed=self.missed)

    @property
    def _told(self) -> list[Row]:
        return [row for row in self.rows if row.cells["clock"]]


def proof_of(
    session: Session, organisation_id: int, desk_id: int, policy: Policy, *, customer: Customer, first: date,
    language: str | None = None, sortable: bool = True,
) -> Proof:  # fmt: skip
    """The proof of the month that `first` is in, as the desk counts days. `language`: None means the customer's.
    `sortable`: whether instants are for spreadsheets, rather than for people."""
    whose = Customers(organisation_id, policy.desk).language_of(session, customer.name)
    spoken, days = speech(language or whose or policy.desk.language or DEFAULT, policy.desk.timezone), month_of(first)
    since, until = days.since(spoken.zone), days.until(spoken.zone)
    rows: list[Row] = []
    for stored in resolved_of(session, organisation_id, desk_id, customer.key, since=since, until=until):
        body = stored.events[0].body_id
        texts = load_texts(session, organisation_id, [] if body is None else [body])
        rows += Teller(policy, spoken, texts, sortable).rows(stored)
    return Proof(spoken, rows)


def proof_csv(proof: Proof) -> str:
    """A row for each deadline, its cells none that a spreadsheet would take for a formula."""
    out = io.StringIO(newline="")
    table = csv.writer(out)
    table.writerow([proof.speech.text(f"proof.{column}") for column in COLUMNS])
    for row in proof.rows:
        table.writerow([safe_cell(row.cells[column]) for column in COLUMNS])
    return out.getvalue()
