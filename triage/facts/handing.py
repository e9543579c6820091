"""Facts of tickets that are handed over when somebody's shift ends, or they are away (policy: Handing over)."""

from __future__ import annotations

from typing import ClassVar

from triage.event import Fact, Kind
from triage.values import value


@value(frozen=True, slots=True)
class HandoverAsked(Fact):
    """Whoever owns the ticket asks somebody to take it over. It stays theirs until that is accepted."""

    KIND: ClassVar[Kind] = Kind.HANDOVER_ASKED
    #: Who is asked.
    to: str


class HandoverDeclined(Fact):
    """Whoever was asked cannot take it over."""

    __slots__ = ()
    KIND = Kind.HANDOVER_DECLINED
