"""From a text to a suggestion: what it is, how severe, what it takes, and how sure that is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from triage.suggesting.because import phrases
from triage.suggesting.doubting import a_sentence_tells_an_outage, speaks_of_loss
from triage.suggesting.features import Sort, features
from triage.suggesting.learning import NOTHING_LEARNED, Learned
from triage.suggesting.model import KINDS, Found, Model, shipped
from triage.suggesting.reading import Reading, read
from triage.suggesting.suggestion import INCIDENT, INQUIRY, PROVISIONING, REDIRECT, SKILLS, SURE, Suggestion
from triage.suggesting.terms import terms

_INCIDENTS = range(3)
_KINDS = range(len(KINDS))
#: What can be said of a text without words: it asks for something, more is not known.
_NOTHING = Suggestion(INQUIRY, None, 3, (), 0.0, ())
_LOSS, _PARTLY = 0, 1  # the kinds of incidents that nobody may overlook
#: From this likelihood on of such an incident nothing else is sure, and no surer than this.
_SIGNS, _DOUBT = 0.02, SURE - 0.05
#: A text of which less than this was ever seen is of another language, or of none.
_FOREIGN = 0.6
#: What a learned vote for a skill counts beside the model's score, how many do, and where an unknown skill begins.
_VOTE, _MOST_VOTES, _UNKNOWN_SKILL = 0.3, 10, -1.0


@dataclass(frozen=True, slots=True)
class Understood:
    """A text as a model understands it, before what a desk has learned counts as well: all that takes long, and needs
    nothing but the text."""

    #: What understands it.
    model: Model
    #: Its words.
    reading: Reading
    #: What is known of each sort of its features.
    found: Sequence[Found]
    #: The score of each output.
    scores: Sequence[float]
    #: What lessons may be about.
    said: Sequence[str]

    def suggest(
        self, *, learned: Learned = NOTHING_LEARNED, skills: Collection[str] = SKILLS, explained: bool = True
    ) -> Suggestion:
        """What the text seems to be. Not `explained`: nobody is shown which phrases decided it, so they are not looked
        for."""
        if not self.reading.words:
            return _NOTHING
        model, gains = self.model, learned.gains(self.said)
        likely = model.likelihoods(
            [score + gain * model.temperature for score, gain in zip(self.scores, gains, strict=False)]
        )
        kind = _most_likely(likely)
        category, redirect, severity = _meaning(kind)
        return Suggestion(
            category,
            redirect,
            severity,
            () if category == REDIRECT else _skills(self.scores[len(KINDS) :], learned.votes(self.said), skills),
            round(_sureness(model, self.reading, likely, kind, _known(self.found)), 3),
            phrases(self.reading, _worth(self, learned, likely)) if explained else (),
        )


def understand(text: str, model: Model | None = None) -> Understood:
    """Read a text, by `model` or by the one that comes with this release."""
    model, reading = model or shipped(), read(text)
    if not reading.words:
        return Understood(model, reading, (), (), ())
    found = model.find(features(reading))
    return Understood(model, reading, found, model.scores(found), terms(reading))


def suggest(text: str, *, learned: Learned = NOTHING_LEARNED, skills: Collection[str] = SKILLS) -> Suggestion:
    """What `text` seems to be, by what the desk has `learned` and for a desk with these `skills`.

    Any text is answered, and the same one always alike.
    """
    return understand(text).suggest(learned=learned, skills=skills)


def _most_likely(likely: Sequence[float]) -> int:
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


def _sureness(model: Model, reading: Reading, likely: list[float], kind: int, known: float) -> float:
    """How sure the kind is. A text in another language is no surer than so much of it was ever seen."""
    sure = min(likely[kind], known if known < _FOREIGN else 1.0)
    return min(sure, _DOUBT) if sure > _DOUBT and _may_be_an_outage(model, reading, likely, kind) else sure


def _may_be_an_outage(model: Model, reading: Reading, likely: list[float], kind: int) -> bool:
    """Whether there are signs of an outage in what is shown as none: somebody has to look."""
    category, _, _ = _meaning(kind)
    if category not in (INQUIRY, REDIRECT):
        return False
    signs = likely[_LOSS] if category == INQUIRY else likely[_LOSS] + likely[_PARTLY]
    return signs >= _SIGNS or speaks_of_loss(reading) or a_sentence_tells_an_outage(model, reading)


def _known(found: Sequence[Found]) -> float:
    """How much of the text's words was ever seen, 0 to 1, by their pieces."""
    pieces = found[Sort.PIECES]
    return len(pieces.rows) / pieces.of if pieces.of else 0.0


def _skills(scores: Sequence[float], votes: Mapping[str, int], wanted: Collection[str]) -> tuple[str, ...]:
    """The skills it takes: those that the model knows in its order, then those that only the desk knows, by name."""
    strength = dict(zip(SKILLS, scores, strict=True))
    ours = [
        *(skill for skill in SKILLS if skill in wanted),
        *sorted(set(votes).intersection(wanted).difference(SKILLS)),
    ]
    return tuple(
        skill for skill in ours if strength.get(skill, _UNKNOWN_SKILL) + _VOTE * _bounded(votes.get(skill, 0)) > 0
    )


def _bounded(votes: int) -> int:
    return max(-_MOST_VOTES, min(_MOST_VOTES, votes))


def _worth(text: Understood, learned: Learned, likely: Sequence[float]) -> list[float]:
    """What each word speaks for the kind that is shown, and against the one that comes next."""
    model, reading = text.model, text.reading
    kind = _most_likely(likely)
    rival = max((other for other in _KINDS if other != kind), key=likely.__getitem__)
    chosen, against = model.columns[kind], model.columns[rival]
    worth = [0.0] * len(reading.words)
    for each in text.found:
        for row, places in each.rows.items():
            if places:
                value = each.worth * (chosen[row] - against[row]) / len(places)
                for place in places:
                    worth[place] += value
    for place, word in enumerate(reading.words):
        if word in learned.kinds:
            gains = learned.gains([word])
            worth[place] += (gains[kind] - gains[rival]) * model.temperature
    return worth
