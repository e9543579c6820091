"""A customer's month, proven: every ticket, every deadline, kept or missed, and why each that was missed was due then.
To be looked at, printed, or taken along as a file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any, NamedTuple
from urllib.parse import urlencode

from babel.dates import format_skeleton
from sqlmodel import Session

from bot.commands.acting import asked
from bot.desk.languages import LANGUAGES
from bot.verbs.shared.ticket_customer import meant_by
from bot.web.viewer import Viewer
from bot.web.words import Html, html_of, typed
from bot.wording.proof import Row
from bot.wording.proof_of_month import Proof, proof_of
from bot.wording.refusals import explain
from bot.wording.sentences import Sentence
from storage.customers import Customer
from triage.days import month_before
from triage.errors import Refusal

_MONTH = re.compile(r"20[0-9]{2}-[0-9]{2}")
LONGEST = 200  # characters of a customer's name
TOLD = ("clock", "result", "due", "ended", "target", "pauses")  # columns of a ticket's table


class Found(NamedTuple):
    """What the database says."""

    #: The customer's name, as it was typed.
    customer: str
    #: The month, as `2026-11`.
    month: str
    #: In which language it is told; empty: the customer's.
    language: str
    #: Whose proof it is; None: there is none.
    whose: Customer | None
    #: The proof; None: nobody was named, or nobody is called so.
    proof: Proof | None
    #: Why there is none.
    refused: Sentence
    #: Every customer's name.
    customers: Sequence[str]


def read_page(session: Session, viewer: Viewer, query: Mapping[str, str], now: datetime) -> Found:
    """The proof that was asked for; the month is the one before this unless it is named."""
    desk, name = viewer.desk, " ".join(query.get("customer", "").split())[:LONGEST]
    first = _first(query.get("month", ""))
    if first is None:
        first = month_before(now.astimezone(viewer.people.desk_speech.zone).date()).first
    language = query.get("language", "")
    language = language if language in LANGUAGES else ""
    customers = desk.customers.names(session)
    whose = desk.customers.called(session, name) if name else None
    refused: Sentence = ()
    if name and whose is None:
        near = meant_by(desk.customers, session, name)
        refusal = Refusal("report_no_customer", text=name[:60])
        if near is not None:
            refusal = Refusal("report_no_customer_close", text=name[:60], near=near)
        refused = explain(refusal, asked(desk, viewer.actor, viewer.speech).stand)
    proof = None
    if whose is not None:
        proof = proof_of(
            session,
            desk.organisation_id,
            desk.desk_id,
            desk.policy,
            customer=whose,
            first=first,
            language=language or None,
            sortable=False,
        )
    return Found(name, f"{first:%Y-%m}", language, whose, proof, refused, customers)


def page_of(viewer: Viewer, found: Found, now: datetime) -> dict[str, Any]:  # noqa: ARG001
    """What its template shows."""
    proof = found.proof
    asked_for = {"customer": found.customer, "month": found.month, "language": found.language}
    return {
        "asked": found, "customers": found.customers,
        "refused": html_of(found.refused) if found.refused else None,
        "languages": [(each, viewer.speech.text(f"language.{each}")) for each in LANGUAGES],
        "in_words": "" if proof is None else _month_in_words(proof, found.month),
        "whose": typed(found.whose.name) if found.whose is not None else None,
        "spoken": "" if proof is None else proof.speech.language,
        "counted": None if proof is None else typed(proof.counted),
        "columns": [] if proof is None else [typed(proof.speech.text(f"proof.{each}")) for each in TOLD],
        "tickets": [] if proof is None else [_ticket(proof, list(rows)) for _, rows in _by_ticket(proof)],
        "csv": f"/proof.csv?{urlencode(asked_for)}",
    }  # fmt: skip


def _by_ticket(proof: Proof) -> Any:
    return groupby(proof.rows, key=lambda row: row.cells["ticket"])


def _ticket(proof: Proof, rows: list[Row]) -> dict[str, Any]:
    """A ticket and its deadlines."""
    cells, say = rows[0].cells, proof.speech.text
    about = [(say(f"proof.{name}"), cells[name]) for name in ("reported", "opened", "resolved", "kind", "severity")]
    return {
        "number": cells["ticket"], "summary": typed(cells["summary"]),
        "about": [(label, typed(text)) for label, text in about if text],
        "nothing": "" if cells["clock"] else typed(cells["result"]),
        "rows": [_row(row) for row in rows if row.cells["clock"]],
        "why": typed(say("proof.why")),
    }  # fmt: skip


def _row(row: Row) -> dict[str, Any]:
    why: list[Html] = [typed(line) for line in row.cells["why"].split(" / ") if line]
    return {"cells": [typed(row.cells[name]) for name in TOLD], "kept": row.kept, "why": why}


def _month_in_words(proof: Proof, month: str) -> str:
    return str(format_skeleton("yMMMM", date.fromisoformat(f"{month}-01"), locale=proof.speech.language))


def _first(text: str) -> date | None:
    try:
        return date.fromisoformat(f"{text}-01") if _MONTH.fullmatch(text) else None
    except ValueError:
        return None
