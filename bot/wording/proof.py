"""What was kept of a customer's deadlines in a month, in words: for the customer, so that nobody of the desk is named,
and nothing stands in it that was written inside the desk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.desk.directory import Directory
from bot.wording.card import Line
from bot.wording.explain_cards import calendar_words, why_card
from bot.wording.phrase_book import PhraseBook
from bot.wording.sentences import plain
from bot.wording.speech import Speech
from bot.wording.view import View
from storage.accounts import Account
from storage.tickets import StoredTicket
from triage.policy import Policy
from triage.proof import Proven, proven

MOST_LINES = 400  # of an explanation
COLUMNS = (
    "ticket", "summary", "reported", "opened", "resolved", "kind", "severity", "clock", "target", "due", "ended",
    "result", "pauses", "why",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One deadline in words, by column."""

    #: Every column's text.
    cells: Mapping[str, str]
    #: Whether it was kept.
    kept: bool


@dataclass(frozen=True, slots=True)
class Teller:
    """Puts a ticket's deadlines in words."""

    #: Whose desk it was.
    policy: Policy
    #: In whose language and zone.
    speech: Speech
    #: Its texts, by id.
    texts: Mapping[int, str]
    #: Whether instants are written as machines sort them; else as people read them.
    sortable: bool = True

    def rows(self, stored: StoredTicket) -> Iterator[Row]:
        """Every deadline of it that counts; one line without any where it has none."""
        found = proven(stored.events)
        for each in found:
            yield Row({**self._ticket(stored), **self.deadline(stored, each)}, each.kept)
        if not found:
            none = {"result": self.speech.text("proof.nothing")}
            yield Row({**dict.fromkeys(COLUMNS, ""), **self._ticket(stored), **none}, kept=True)

    def _ticket(self, stored: StoredTicket) -> dict[str, str]:
        ticket, speech = stored.ticket, self.speech
        body = stored.events[0].body_id
        text = "" if body is None else self.texts.get(body) or speech.text("card.erased")
        return {
            "ticket": f"#{stored.number}",
            "summary": text.split("\n", 1)[0],
            "reported": self._at(ticket.report.at),
            "opened": self._at(ticket.opened_at),
            "resolved": self._at(ticket.resolved_at),
            "kind": speech.text(f"category.{ticket.category or 'none'}"),
        }

    def deadline(self, stored: StoredTicket, each: Proven) -> dict[str, str]:
        """What became of one of them, by column."""
        cycle, speech = each.cycle, self.speech
        clock, promised = cycle.clock, cycle.clock.promised is not None
        target = calendar_words(speech, clock.target, clock.base)
        return {
            "severity": "" if cycle.severity is None else str(cycle.severity),
            "clock": speech.text(f"clock.{clock.kind}"),
            "target": speech.text("proof.promise") if promised else plain(target),
            "due": self._at(clock.deadline),
            "ended": self._at(cycle.ended_at),
            "result": speech.text("proof.kept" if each.kept else "proof.missed"),
            "pauses": speech.semicolon.join(self._pauses(each)),
            "why": " / ".join(self._why(stored, each)),
        }

    def _pauses(self, each: Proven) -> Iterator[str]:
        ended = each.cycle.ended_at
        for since, until in each.cycle.clock.pauses:
            end = until if until is not None else ended
            yield f"{self._at(since)} - {self._at(end)}"

    def _why(self, stored: StoredTicket, each: Proven) -> Sequence[str]:
        """The sum behind a deadline that was missed. Whoever acted is the desk, or the customer."""
        if each.why is None:
            return ()
        names = {
            event.actor: Account(event.actor, self.policy.desk.name) for event in stored.events
        }  # fmt: skip
        view = View(
            stored,
            {},
            PhraseBook(Directory(self.policy, names)),
            self.speech,
            each.cycle.ended_at or stored.events[-1].at,
        )
        first, *lines = [
            plain(e.sentence) for e in why_card(view, [each.why], MOST_LINES).elements if isinstance(e, Line)
        ]
        return [line for part in lines for line in part.split("\n")] or [first]

    def _at(self, at: datetime | None) -> str:
        if at is None:
            return ""
        if not self.sortable:
            return self.speech.clock(at, "second")
        return at.astimezone(self.speech.zone).isoformat(sep=" ", timespec="seconds")
