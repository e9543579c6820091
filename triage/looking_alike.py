"""A new ticket looks like others: the desk is shown them once, and may say that they are something else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from triage import rights
from triage.alike import MOST
from triage.change import Change
from triage.checks import by_vigie, event, must_go_on
from triage.contents.together import AlikeContent
from triage.errors import Refusal
from triage.facts.together import Distinguished, FoundAlike
from triage.notice import Audience, Notice, NoticeKind
from triage.people import Actor
from triage.stale import Stale
from triage.ticket import Ticket

SHOWN_ANEW = Stale(kinds=frozenset({NoticeKind.ALIKE}))
"""What was shown as alike reads otherwise: something was decided about one of them."""


def found_alike(ticket: Ticket, now: datetime, numbers: Sequence[int]) -> Change:
    """These look like it, the one most worth a look first. It is said once, in its thread, and names nobody."""
    numbers = [number for number in numbers if number not in ticket.links][:MOST]
    if not numbers or ticket.together.alike or not ticket.is_open:
        return Change()
    found = tuple(numbers)
    return Change((by_vigie(now, FoundAlike(found)),), (Notice(AlikeContent(found), Audience.DESK),))


def undecided(ticket: Ticket) -> list[int]:
    """Those that look like it, and of which nobody has said yet what they are to it."""
    together = ticket.together
    if ticket.merged_into is not None or not ticket.is_open:
        return []
    known = {*ticket.links, *together.different, together.part_of}
    return [number for number in together.alike if number not in known]


def distinguish(ticket: Ticket, actor: Actor, now: datetime, numbers: Sequence[int]) -> Change:
    """They are something else, however alike they look. It is not asked of this pair again."""
    rights.require(actor, "different")
    must_go_on(ticket)
    found = [number for number in numbers if number in ticket.together.alike]
    if not found:
        raise Refusal("not_alike")
    events = [event(actor, now, Distinguished(number)) for number in found if number not in ticket.together.different]
    return Change(tuple(events), (), (SHOWN_ANEW,)) if events else Change()
