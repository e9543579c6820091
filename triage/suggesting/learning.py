"""What a desk's own corrections teach: small whole numbers beside the model's weights, for the words in them.

Learned off line, from corrections that a lead approved. The corrections are gone through in an order of their own, not
in the one they came in, and only whole numbers are added: the same corrections make the same lessons on every machine.
Each lesson can be told: a word or two in a row, what they speak for, and how strongly.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt

from triage.suggesting.features import features
from triage.suggesting.model import KINDS, Model, shipped
from triage.suggesting.reading import read
from triage.suggesting.suggestion import BILLING, INCIDENT, INQUIRY, PROVISIONING, REDIRECT, SALES
from triage.suggesting.terms import terms

#: So often the corrections are gone through, unless all are known before.
ROUNDS = 12
#: What one mistake adds to a lesson, and the most that a lesson may say, in scores times `UNIT`.
LESSON, STRONGEST, UNIT = 60, 400, 100
#: By how much the right kind must lead before a correction counts as known, in scores times `UNIT`.
LEAD = 300
#: A word of so large a share of the corrections of several kinds is everybody's word, and teaches nothing.
COMMON = 0.2
_VERSION = 1


class LearnedError(ValueError):
    """Stored lessons that cannot be read."""


@dataclass(frozen=True, slots=True, order=True)
class Correction:
    """A text, and what a person said it is."""

    #: As it was written.
    text: str
    #: One of `INCIDENT`, `PROVISIONING`, `INQUIRY`, `REDIRECT`.
    category: str
    #: `BILLING` or `SALES` for a redirect; empty for everything else.
    redirect: str = ""
    #: 1 to 3 for an incident; of anything else it is not read.
    severity: int = 0
    #: The skills that it takes, by the desk's own names.
    skills: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """The kind of `triage.suggesting.model.KINDS` that this is. Raises ValueError where it is none."""
        if self.category == INCIDENT and self.severity in (1, 2, 3):
            return f"{INCIDENT} {self.severity}"
        if self.category in (PROVISIONING, INQUIRY):
            return self.category
        if self.category == REDIRECT and self.redirect in (BILLING, SALES):
            return self.redirect
        raise ValueError(f"no kind of ticket: {self.category} {self.redirect} {self.severity}")


@dataclass(frozen=True, slots=True)
class Learned:
    """Lessons. Without any, suggestions are those of the model alone."""

    #: From a word, or two in a row, to what each kind gains by it, in scores times `UNIT`; in the order of `KINDS`.
    kinds: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    #: From a word, or two in a row, to how often texts with it took each skill, less how often they did not.
    skills: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    #: How many corrections they come from.
    corrections: int = 0

    def gains(self, said: Iterable[str]) -> list[float]:
        """What each kind gains in a text of these terms."""
        total = [0.0] * len(KINDS)
        for term in said:
            if lesson := self.kinds.get(term):
                for kind, gain in enumerate(lesson):
                    total[kind] += gain / UNIT
        return total

    def votes(self, said: Iterable[str]) -> dict[str, int]:
        """How strongly these terms speak for each skill; below 0, against it."""
        found: Counter[str] = Counter()
        for term in said:
            found.update(self.skills.get(term, {}))
        return dict(found)

    def to_bytes(self) -> bytes:
        """What can be stored; the same lessons are the same bytes."""
        data = {
            "version": _VERSION,
            "corrections": self.corrections,
            "kinds": {term: list(self.kinds[term]) for term in sorted(self.kinds)},
            "skills": {term: dict(sorted(self.skills[term].items())) for term in sorted(self.skills)},
        }
        return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Learned:
        """What was stored. Raises LearnedError where these are no lessons, or those of a later release."""
        try:
            told = json.loads(data)
            if told["version"] != _VERSION:
                raise LearnedError(f"these lessons are of version {told['version']}: learn them again.")
            kinds = {term: tuple(map(int, gains)) for term, gains in told["kinds"].items()}
            skills = {term: {name: int(votes) for name, votes in each.items()} for term, each in told["skills"].items()}
            if any(len(gains) != len(KINDS) for gains in kinds.values()):
                raise LearnedError("these lessons are of other kinds: learn them again.")
            return cls(kinds, skills, int(told["corrections"]))
        except LearnedError:
            raise
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise LearnedError("these are no lessons: learn them again.") from error


NOTHING_LEARNED = Learned()


def learn(corrections: Iterable[Correction], model: Model | None = None) -> Learned:
    """The lessons of `corrections`: what the model would get wrong, or not clearly right, teaches its words.

    Of the same text said to be different things the last is meant: hand over the latest last. Otherwise their
    order changes nothing. Raises ValueError for one that is no kind of ticket.
    """
    latest = {each.text: each for each in corrections}
    cases = [_Case.of(each, model or shipped()) for each in sorted(latest.values())]
    cases = [each for each in cases if each.terms]
    common = _common(cases)
    lessons: dict[str, list[int]] = {}
    for _ in range(ROUNDS):
        if not sum([_corrected(lessons, case, [term for term in case.terms if term not in common]) for case in cases]):
            break
    kept = {term: tuple(gains) for term, gains in lessons.items() if any(gains)}
    return Learned(kept, _skills_of(cases, common), len(latest))


@dataclass(frozen=True, slots=True)
class _Case:
    """A correction, with what the model alone makes of it."""

    terms: tuple[str, ...]
    kind: int
    skills: frozenset[str]
    scores: tuple[int, ...]

    @classmethod
    def of(cls, correction: Correction, model: Model) -> _Case:
        reading = read(correction.text)
        scores = model.scores(model.find(features(reading)))[: len(KINDS)] if reading.words else [0.0] * len(KINDS)
        return cls(
            tuple(terms(reading)),
            KINDS.index(correction.kind),
            frozenset(correction.skills),
            tuple(round(score * UNIT / model.temperature) for score in scores),
        )


def _common(cases: Sequence[_Case]) -> frozenset[str]:
    """The terms that texts of several kinds have in common: a lesson for one of them would be wrong for another."""
    found: dict[str, Counter[int]] = {}
    for case in cases:
        for term in case.terms:
            found.setdefault(term, Counter())[case.kind] += 1
    most = max(3.0, COMMON * len(cases))
    return frozenset(term for term, kinds in found.items() if len(kinds) > 1 and kinds.total() >= most)


def _corrected(lessons: dict[str, list[int]], case: _Case, said: Sequence[str]) -> bool:
    """Where the right kind does not lead clearly, the terms of the text are moved from the wrong one towards it."""
    scores = list(case.scores)
    for term in said:
        for kind, gain in enumerate(lessons.get(term, ())):
            scores[kind] += gain
    rival = max((kind for kind in range(len(KINDS)) if kind != case.kind), key=scores.__getitem__)
    if not said or scores[case.kind] - scores[rival] >= LEAD:
        return False
    share = max(1, round(LESSON / sqrt(len(said))))
    for term in said:
        lesson = lessons.setdefault(term, [0] * len(KINDS))
        lesson[case.kind] = min(STRONGEST, lesson[case.kind] + share)
        lesson[rival] = max(-STRONGEST, lesson[rival] - share)
    return True


def _skills_of(cases: Sequence[_Case], common: frozenset[str]) -> dict[str, dict[str, int]]:
    """Which skills go with which terms: so many texts with the term took it, less those that did not."""
    named = sorted({skill for case in cases for skill in case.skills})
    votes: dict[str, dict[str, int]] = {}
    for case in cases:
        if KINDS[case.kind] in (BILLING, SALES):
            continue
        for term in case.terms:
            if term not in common:
                count = votes.setdefault(term, dict.fromkeys(named, 0))
                for skill in named:
                    count[skill] += 1 if skill in case.skills else -1
    clear = {term: {skill: count for skill, count in each.items() if abs(count) > 1} for term, each in votes.items()}
    return {term: each for term, each in clear.items() if each}


def told(learned: Learned) -> Iterator[tuple[str, str, int]]:
    """Every lesson in words, the strongest first: the term, the kind it speaks for (or, below 0, against), how much."""
    rows = [
        (term, KINDS[kind], gain) for term, gains in learned.kinds.items() for kind, gain in enumerate(gains) if gain
    ]
    yield from sorted(rows, key=lambda row: (-abs(row[2]), row))
