"""What a ticket is called elsewhere: another help desk's number, a carrier's, each with the link that leads there.

The number and the link are one text, kept beside the events as all that people write: it is found by `search`, erased
by `redact`, and deleted with the other texts. It is the desk's own business: no customer is shown one. A number of
their own stands in their own words, which are found as well.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from triage import rights
from triage.change import Change
from triage.checks import changed, event
from triage.contents.changes import ChangedContent, What
from triage.errors import Refusal
from triage.facts.elsewhere import Referenced, Unreferenced
from triage.notice import CARD
from triage.parts.elsewhere import Reference
from triage.people import Actor
from triage.text import clean
from triage.ticket import Ticket

LONGEST, LONGEST_LINK, MOST = 60, 1000, 20

# No name or password, and nothing that some platform could take for markup.
_LINK = re.compile(
    r"https?://(?P<host>[\w.-]+|\[[0-9a-f:.]+\])(?::(?P<port>[0-9]{1,5}))?(?P<path>(?:/[^\s<>\"\\^`{|}?#]*)?)"
    r"(?:[?#][^\s<>\"\\^`{|}]*)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What a ticket is called somewhere else, as it is shown."""

    #: The number there.
    number: str
    #: Where it leads; empty: nowhere.
    link: str = ""


def read(text: str) -> Elsewhere:
    """A reference from its text. A link that does not hold, of which a part was erased perhaps, leads nowhere."""
    number, _, link = text.rpartition(" ")
    if number and _is_link(link):
        return Elsewhere(number, link)
    return Elsewhere(text)


def refer(
    ticket: Ticket, actor: Actor, now: datetime, wanted: Elsewhere, texts: Mapping[int, str] | None = None
) -> Change:
    """It is called so elsewhere from now on. A number that it has already keeps its link unless there is another now.
    Without a number, that is what the link ends with. `texts`: of its references, by body id."""
    rights.require(actor, "ref")
    said = _checked(wanted)
    alike = [each for each in ticket.references if _named(_text(each, texts)) == _named(said.number)]
    if alike and said.link in {"", *(read(_text(each, texts)).link for each in alike)}:
        return Change()
    if len(ticket.references) - len(alike) >= MOST:
        raise Refusal("too_many_references", limit=MOST)
    text = _together(said)
    gone = tuple(event(actor, now, Unreferenced(each.seq)) for each in alike)
    return Change(
        (event(actor, now, Referenced(), text=text), *gone),
        (changed(ChangedContent(actor.id, What.REFERENCED), text), CARD),
    )


def unrefer(ticket: Ticket, actor: Actor, now: datetime, number: str, texts: Mapping[int, str]) -> Change:
    """It is not called so any more."""
    rights.require(actor, "unref")
    wanted = " ".join(clean(number).split())
    if not wanted:
        raise Refusal("unref_needs_number")
    gone = [
        each
        for each in ticket.references
        if (text := _text(each, texts)) and (_named(text) == _named(wanted) or wanted in {text, read(text).link})
    ]
    if not gone:
        raise Refusal("no_such_reference", text=wanted[:LONGEST])
    text = read(_text(gone[0], texts)).number
    return Change(
        tuple(event(actor, now, Unreferenced(each.seq)) for each in gone),
        (changed(ChangedContent(actor.id, What.UNREFERENCED), text), CARD),
    )


def reference_text(wanted: Elsewhere) -> str:
    """The text of a reference, as it is kept (`read` is the inverse). Raises `Refusal`."""
    return _together(_checked(wanted))


def _together(said: Elsewhere) -> str:
    return f"{said.number} {said.link}".rstrip()


def _checked(said: Elsewhere) -> Elsewhere:
    """The same, as it can be kept. Raises `Refusal`."""
    number, link = " ".join(clean(said.number).split()), clean(said.link)
    if link and not _is_link(link):
        raise Refusal("bad_reference_link")
    number = number or _end_of(link)
    if not number:
        raise Refusal("ref_needs_number")
    if len(number) > LONGEST:
        raise Refusal("reference_too_long", limit=LONGEST)
    return Elsewhere(number, link)


def _is_link(link: str) -> bool:
    """Whether it is an address on the web that anybody may be led to: it holds no name or password."""
    match = _LINK.fullmatch(link)
    return match is not None and len(link) <= LONGEST_LINK and int(match["port"] or 0) < 65536


def _end_of(link: str) -> str:
    """What such an address is about: its last part, else the host."""
    match = _LINK.fullmatch(link)
    if match is None:
        return ""
    ends = [part for part in match["path"].split("/") if part]
    return (ends[-1] if ends else match["host"])[:LONGEST]


def _text(reference: Reference, texts: Mapping[int, str] | None) -> str:
    return "" if texts is None or reference.body_id is None else texts.get(reference.body_id, "")


def _named(text: str) -> str:
    return read(text).number.casefold()
