"""Short ways to what most tests begin with: people, an opening, a ticket on record."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session

from storage.changes import Place, record_opening
from storage.installations import ensure_installation
from storage.organisations import ensure_desk
from storage.tickets import StoredTicket
from triage.change import Change
from triage.facts.sorting import Opened
from triage.notice import NoticeKind
from triage.opening import open_ticket
from triage.people import Actor, Role
from triage.policy import Policy
from triage.terms import Agreement, ClockKind, Target

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)  # a Monday morning

AGENT = Actor("slack:UAGENT", frozenset({Role.AGENT}))
OTHER_AGENT = Actor("slack:UOTHER", frozenset({Role.AGENT}))
MANAGER = Actor("slack:UMANAGER", frozenset({Role.MANAGER}))
REQUESTER = Actor("slack:UREQUESTER", frozenset({Role.REQUESTER}))

CARD_PLACE = Place("slack:CDESK", "desk")


@dataclass(frozen=True)
class Home:
    """The organisation and desk that tickets of a test belong to."""

    organisation_id: int
    desk_id: int


def make_home(session: Session, workspace: str = "T1") -> Home:
    """An organisation of its own for that workspace, with a desk."""
    installed = ensure_installation(
        session, platform="slack", workspace=workspace, name=workspace, app="A1", bot_user="UBOT", bot_id="B1", now=NOW
    )
    return Home(installed.organisation_id, ensure_desk(session, installed.organisation_id, "support"))


def opening(now: datetime = NOW, **given: Any) -> Change:
    """What opening a ticket asks to record; severity 1, by an agent, unless `given` says otherwise. Whom it falls to is
    not said, so that a test counts its own notices only."""
    change = open_ticket(Policy(), given.pop("actor", AGENT), now, **{"summary": "Fibre down", "severity": 1, **given})
    return replace(change, notices=tuple(n for n in change.notices if n.kind is not NoticeKind.FALLS_TO))


def agreed(change: Change, name: str, restore: int = 2 * 3600) -> Change:
    """The same opening of a ticket that is held to an agreement of that name beside: so many seconds to restore."""
    opened, *others = change.events
    assert isinstance(opened.fact, Opened)
    terms = opened.fact.terms
    inner = Agreement(name, replace(terms, targets={ClockKind.RESTORE: Target(restore)}))
    fact = replace(opened.fact, terms=replace(terms, agreements=(inner,)))
    return replace(change, events=(replace(opened, fact=fact), *others))


def open_stored(
    session: Session, home: Home, now: datetime = NOW, *places: Place, change: Change | None = None
) -> StoredTicket:
    """A ticket on record, spoken of at `places`: under the desk's card unless others are named."""
    where = list(places) or [CARD_PLACE]
    return record_opening(session, home.organisation_id, home.desk_id, change or opening(now), where, now)
