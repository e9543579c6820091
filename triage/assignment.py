"""How a desk wants its tickets assigned: the policy's rules, as values (policy: Assignment)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

MINUTE, HOUR = 60, 3600

LEAST = 3  # as which everything counts that is of no severity
STRICTEST = 1  # as which everything counts of which nobody has said yet what it is


class Mode(StrEnum):
    """What becomes of a ticket that nobody has."""

    #: Somebody is given it, and asked to answer.
    AUTOMATIC = "automatic"
    #: Somebody is proposed on its card.
    PROPOSE = "propose"
    #: Nothing.
    OFF = "off"


ANSWER_WITHIN = {1: 5 * MINUTE, 2: 5 * MINUTE, 3: 10 * MINUTE}
GROUP_ANSWER_WITHIN = {1: 15 * MINUTE, 2: 30 * MINUTE, 3: 2 * HOUR}
WEIGHTS = {1: 3, 2: 2, 3: 1}


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who gets what nobody has, and how long an answer may take. Figures are by severity."""

    #: What becomes of a ticket that nobody has; None: nobody chose, see `triage.assigning.mode`.
    mode: Mode | None = None
    #: Seconds until a ticket that its assignee does not answer goes to the next.
    answer_within: dict[int, int] = field(default_factory=lambda: dict(ANSWER_WITHIN))
    #: Seconds until it is said that a group has not acknowledged what it was handed.
    group_answer_within: dict[int, int] = field(default_factory=lambda: dict(GROUP_ANSWER_WITHIN))
    #: How much an open ticket counts among what somebody has to do.
    weights: dict[int, int] = field(default_factory=lambda: dict(WEIGHTS))
