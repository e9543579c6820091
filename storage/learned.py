"""What a desk's approved corrections have taught: learned anew from all of them, kept, and read by every process at its
next suggestion."""

from __future__ import annotations

import json
from datetime import datetime
from hashlib import blake2b

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import table, upsert
from storage.corrections import Correction, State, corrections
from storage.prepared import Prepared
from storage.tables.learning import CorrectionRow, LearnedRow
from triage.suggesting import NOTHING_LEARNED, Learned, LearnedError
from triage.suggesting import Correction as Lesson

_rows, _corrections = table(LearnedRow), table(CorrectionRow)
_MINE = (_rows.c.organisation_id == sa.bindparam("of"), _rows.c.desk_id == sa.bindparam("desk"))
STALE = -1  # as the number of texts: one of them was erased since
_COUNT = Prepared(sa.select(_rows.c.texts).where(*_MINE))
_DIGEST = Prepared(sa.select(_rows.c.digest).where(*_MINE))


def learned_digest(session: Session, organisation_id: int, desk_id: int) -> str:
    """By what to tell whether something else was learned since; empty: nothing ever was."""
    found = _DIGEST.rows(session, {"of": organisation_id, "desk": desk_id})
    return str(found[0][0]) if found else ""


def load_learned(session: Session, organisation_id: int, desk_id: int) -> Learned:
    """What was learned. Nothing where a later release wrote it."""
    query = sa.select(_rows.c.data).where(_rows.c.organisation_id == organisation_id, _rows.c.desk_id == desk_id)
    data = session.execute(query).scalar_one_or_none()
    if data is None:
        return NOTHING_LEARNED
    try:
        return Learned.from_bytes(json.dumps(data).encode())
    except LearnedError:
        return NOTHING_LEARNED


def lessons_of(session: Session, organisation_id: int, desk_id: int) -> list[Lesson]:
    """What is to be learned from: every approved correction whose text was not erased."""
    return [_lesson(each) for each in corrections(session, organisation_id, desk_id, State.APPROVED) if each.text]


def save_learned(  # noqa: PLR0917  whose, what, from what
    session: Session, organisation_id: int, desk_id: int, learned: Learned, lessons: list[Lesson], now: datetime
) -> bool:
    """Keep what was learned from `lessons`; it is in force at once, in every process. False where these are not all of
    them any more, so that it has to be learned again."""
    if lessons_of(session, organisation_id, desk_id) != lessons:
        return False
    data = learned.to_bytes()
    row = {
        "organisation_id": organisation_id, "desk_id": desk_id, "digest": blake2b(data, digest_size=16).hexdigest(),
        "data": json.loads(data), "texts": learned.corrections, "made_at": now,
    }  # fmt: skip
    upsert(session, LearnedRow, [row], key=("organisation_id", "desk_id"))
    return True


def unlearn(session: Session, organisation_id: int, ticket_id: int) -> None:
    """A text of that ticket was erased: where it was learned from, it has to be learned anew without it."""
    taught = sa.select(_corrections.c.desk_id).where(
        _corrections.c.organisation_id == organisation_id, _corrections.c.ticket_id == ticket_id,
        _corrections.c.state == State.APPROVED.value,
    )  # fmt: skip
    stale = sa.update(_rows).where(_rows.c.organisation_id == organisation_id, _rows.c.desk_id.in_(taught))
    session.execute(stale.values(texts=STALE))


def is_stale(session: Session, organisation_id: int, desk_id: int) -> bool:
    """Whether it has to be learned anew."""
    found = _COUNT.rows(session, {"of": organisation_id, "desk": desk_id})
    return bool(found) and found[0][0] == STALE


def _lesson(correction: Correction) -> Lesson:
    category, _, severity = correction.chosen.partition(" ")
    return Lesson(correction.text, category, severity=int(severity or 0))
