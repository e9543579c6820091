"""From a text to a suggestion: what it is, how severe, what it takes, and how sure that is."""

from __future__ import annotations

from collections.abc import Collection

from triage.suggesting.because import phrases
from triage.suggesting.features import Features, features
from triage.suggesting.model import KINDS, Model, shipped
from triage.suggesting.reading import Reading, read
from triage.suggesting.suggestion import INCIDENT, INQUIRY, PROVISIONING, REDIRECT, SKILLS, Suggestion

_INCIDENTS = range(3)
_KINDS, _SKILLS = range(len(KINDS)), range(len(KINDS), len(KINDS) + len(SKILLS))
#: What can be said of a text without words: it asks for something, more is not known.
_NOTHING = Suggestion(INQUIRY, None, 3, (), 0.0, ())


def suggest(text: str, *, skills: Collection[str] = SKILLS) -> Suggestion:
    """What `text` seems to be, for a desk with these `skills`. Any text is answered; the same one always alike."""
    reading = read(text)
    if not reading.words:
        return _NOTHING
    seen = features(reading)
    model = shipped()
    likely = model.likelihoods(model.scores(seen, _KINDS))
    kind = _most_likely(likely)
    category, redirect, severity = _meaning(kind)
    return Suggestion(
        category,
        redirect,
        severity,
        () if category == REDIRECT else _skills(model, seen, skills),
        round(likely[kind], 3),
        _because(model, reading, seen, likely, kind),
    )


def _most_likely(likely: list[float]) -> int:
    """The kind that is shown. An incident is one whatever its severity, so its severities are taken together first."""
    incident = sum(likely[kind] for kind in _INCIDENTS)
    best = max(_KINDS, key=likely.__getitem__)
    if incident >= max(likely[len(_INCIDENTS) :]):
        best = max(_INCIDENTS, key=likely.__getitem__)
    return best


def _meaning(kind: int) -> tuple[str, str | None, int | None]:
    name = KINDS[kind]
    if kind in _INCIDENTS:
        return INCIDENT, None, kind + 1
    if name == PROVISIONING:
        return PROVISIONING, None, None
    if name == INQUIRY:
        return INQUIRY, None, 3
    return REDIRECT, name, None


def _skills(model: Model, seen: Features, wanted: Collection[str]) -> tuple[str, ...]:
    scores = model.scores(seen, _SKILLS)
    return tuple(skill for skill, score in zip(SKILLS, scores, strict=True) if score > 0 and skill in wanted)


def _because(model: Model, reading: Reading, seen: Features, likely: list[float], kind: int) -> tuple[str, ...]:
    """The phrases that speak for the kind and against the others, each of these weighed by how likely it was."""
    others = [other for other in _KINDS if other != kind]
    total = sum(likely[other] for other in others) or 1.0
    against = [(model.columns[other], likely[other] / total) for other in others]
    chosen = model.columns[kind]
    worth = [0.0] * len(reading.words)
    for slots, step in zip(seen.kinds, model.step, strict=True):
        for slot, places in slots.items():
            if places:
                value = step * (chosen[slot] - sum(column[slot] * share for column, share in against))
                for place in places:
                    worth[place] += value / len(places) / len(slots) ** 0.5
    return phrases(reading, worth)
