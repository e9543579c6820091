"""The agreements of a policy beside the customer's as a table: for the desk alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.wording.phrase_book import PhraseBook
from bot.wording.policy.words import Words
from bot.wording.speech import Speech
from triage.agreements import GROUP, WAITING
from triage.terms import CREATED, ClockKind

Target = Mapping[str, Any]


def agreement_table(data: Mapping[str, Any], speech: Speech, people: PhraseBook, nothing: str) -> list[list[str]]:
    """A row for each agreement and severity, the headings first: what the desk calls it, when it begins and with whom,
    and its targets with the hours that they count in; `nothing` where it has no such clock."""
    say, words = speech.text, Words(speech)
    columns = ("agreement", "begins", "severity", *ClockKind)
    rows = [[say(f"policy.column.{column}") for column in columns]]
    for name, own in data["agreements"].items():
        label = [name, _begins(own, speech, people)]
        for severity, clocks in own["targets"].items():
            if any(clocks.values()):
                held = [clocks.get(kind) for kind in ClockKind]
                rows.append([*label, severity, *(words.target(each) if each else nothing for each in held)])
                label = ["", ""]
    return rows


def agreed_targets(data: Mapping[str, Any]) -> Iterator[Target]:
    """All their targets."""
    for own in data.get("agreements", {}).values():
        for clocks in own["targets"].values():
            yield from filter(None, clocks.values())


def _begins(own: Mapping[str, Any], speech: Speech, people: PhraseBook) -> str:
    begins, of = own.get("begins", (CREATED, None))
    if begins == GROUP:
        return speech.text("policy.begins.assigned", group=people.name(of))
    return speech.text(f"policy.begins.{begins}_{of}" if begins == WAITING else f"policy.begins.{begins}")
