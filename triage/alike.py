"""How much two tickets look alike, by the words that they were opened with.

What is rare tells more than what every ticket says: ids of circuits most of all, then names of sites and people, then
other words. Nothing said is better than something wrong, so that two tickets have to share much of what they say, and
something that tells.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log, sqrt

from triage.words import words_of

AGO = timedelta(days=90)  # what was opened before then is another story
MOST = 3  # that are shown
COMPARED = 40  # tickets, those that share most, with which one is compared word by word
MOST_COMMON = 300  # tickets with a word, beyond which it is only counted as common
WORDS = 40  # of a ticket, that are looked at
ENOUGH = 0.5  # of 1: from then on two tickets look alike
LEAST = 1.5  # that has to be shared, so that two short texts do not look alike by a word
TELLS = 0.55  # a word of that weight tells something by itself
USUAL_TOTAL = 300  # a desk with fewer tickets does not know yet which words are rare
UNKNOWN = 0.6  # the rarity of a word of which nobody has counted the tickets
SAME_CUSTOMER = 0.1

# What half of all tickets say, in English and French, without its plural (`triage.words`).
GENERIC = frozenset(
    words_of(
        "link down up slow router routeur circuit line liaison ligne site network réseau service outage panne coupure "
        "coupé coupée loss perte packet paquet drop flap latency latence high error erreur issue problem problème "
        "connection connexion connect internet access accès VPN mail email portal portail user utilisateur customer "
        "team équipe office bureau server serveur backup secours primary principal port interface voice voix phone "
        "téléphonie call appel urgent critical intermittent intermittently again encore still toujours unreachable "
        "inaccessible morning today hier aujourd hui matin soir yesterday night nuit monitoring alarm alert alerte "
        "alarme reboot rebooted redémarré new nouveau nouvelle need besoin help aide question request demande ticket "
        "see working work marche fonctionne restart lent lente très BGP session DNS firewall switch fibre fiber cable "
        "both only partly light degraded dégradé completely total totale cannot hour heure minute off since reports "
        "perd client clients"
    )
)


@dataclass(frozen=True, slots=True)
class Many:
    """What a desk calls many: from then on a major incident is proposed."""

    #: As many tickets look alike, or are linked, all of them counted.
    alike: int = 5
    #: Those that look alike count when they were opened within this time.
    within: timedelta = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A ticket that may look like another."""

    #: What people call it by.
    number: int
    #: The words that it was opened with.
    words: tuple[str, ...]
    #: When it was opened.
    opened_at: datetime
    #: Whether it is open.
    is_open: bool
    #: Whether it is the same customer's.
    same_customer: bool


def weight(word: str, having: int | None, total: int) -> float:
    """How much a word tells, from 0: `having` of `total` tickets have it; None: nobody has counted."""
    total = max(total, USUAL_TOTAL)
    rarity = UNKNOWN if having is None else max(0.0, log(total / (having + 1)) / log(total))
    return rarity * _kind(word)


def _kind(word: str) -> float:
    figures = sum(c.isdigit() for c in word)
    if figures:
        return 2.0 if len(word) > 4 else 1.2 if len(word) > 3 else 0.3
    return 0.25 if word in GENERIC else 1.0


def likeness(own: Mapping[str, float], candidate: Candidate, total: int) -> float:
    """How much a ticket whose words weigh `own` looks like the other, 0 to 1; 0 where what they share tells nothing."""
    theirs = {word: own.get(word, weight(word, None, total)) for word in candidate.words[:WORDS]}
    shared = {word: of for word, of in own.items() if word in theirs}
    sum_shared = sum(shared.values())
    if sum_shared < LEAST or max(shared.values(), default=0.0) < TELLS:
        return 0.0
    found = sum_shared / sqrt(sum(own.values()) * sum(theirs.values()))
    return min(1.0, found + SAME_CUSTOMER * candidate.same_customer)


def most_alike(own: Mapping[str, float], candidates: Iterable[Candidate], total: int) -> list[Candidate]:
    """Those that look alike: open ones first, then those of the same customer, then the most alike."""
    scored = [(likeness(own, candidate, total), candidate) for candidate in candidates]
    found = [(score, candidate) for score, candidate in scored if score >= ENOUGH]
    found.sort(key=lambda each: (not each[1].is_open, not each[1].same_customer, -each[0], -each[1].number))
    return [candidate for _, candidate in found]
