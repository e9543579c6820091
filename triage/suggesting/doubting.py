"""Whether a text that asks for something also tells of an outage: then somebody has to look, and it is not sure.

However politely an outage is told, in a question, after thanks or with a request for money, it must not be taken for
the rest of what is said.
"""

from __future__ import annotations

from collections.abc import Iterator

from triage.suggesting.cues import find
from triage.suggesting.features import features
from triage.suggesting.model import Model
from triage.suggesting.reading import Reading, read

_LOSS = frozenset({"down", "unusable", "no_way_round"})
_NOT_NOW = frozenset({"past", "if", "works_planned"})
_OVER = "closed"
#: A sentence with none of these tells of no outage, so it need not be read alone.
_HINTS = _LOSS | {"total", "harm", "stopped", "used_to", "slow"}
#: What was, and is since, still is.
_LASTING = frozenset({"since", "depuis", "still", "toujours"})
#: A sentence of fewer words says too little alone, and from this likelihood on of an outage it says one.
_WORDS, _LIKELY = 4, 0.5
_OUTAGE = 0  # the kind of incidents that nobody may overlook


def speaks_of_loss(reading: Reading) -> bool:
    """Whether a sentence has a word for a loss of service and none that puts it in the past, in a plan or in an if,
    and nothing after it says that it is over."""
    said = _said(reading)
    now, over = _now(reading, said), _over(said)
    return any(group in _LOSS and place > over and reading.sentences[place] in now for place, group in said)


def a_sentence_tells_an_outage(model: Model, reading: Reading) -> bool:
    """Whether one sentence, read alone, would be taken for an outage that is not over."""
    return any(
        model.likelihoods(model.scores(model.find(features(alone))))[_OUTAGE] >= _LIKELY for alone in _alone(reading)
    )


def _alone(reading: Reading) -> Iterator[Reading]:
    """Each sentence of several that speaks of now, read by itself."""
    if len(reading.ends) < 2:
        return
    said = _said(reading)
    now, over = _now(reading, said), _over(said)
    places: dict[int, list[int]] = {}
    for place, sentence in enumerate(reading.sentences):
        places.setdefault(sentence, []).append(place)
    hinted = {reading.sentences[place] for place, group in said if group in _HINTS}
    for sentence in sorted(now & hinted):
        first, last = places[sentence][0], places[sentence][-1]
        if last - first + 1 >= _WORDS and last > over:
            begin = reading.spans[first][0]
            end = reading.spans[last + 1][0] if last + 1 < len(reading.spans) else len(reading.text)
            alone = read(reading.text[begin:end])
            if alone.words:
                yield alone


def _said(reading: Reading) -> list[tuple[int, str]]:
    """The groups of cues that are not denied, and where."""
    return [(first, group) for group, first, _ in find(reading.words) if not reading.denied[first]]


def _now(reading: Reading, said: list[tuple[int, str]]) -> set[int]:
    """The sentences that nothing puts in the past, in a plan or in an if, or that say since when."""
    not_now = {reading.sentences[place] for place, group in said if group in _NOT_NOW}
    lasting = {sentence for word, sentence in zip(reading.words, reading.sentences, strict=True) if word in _LASTING}
    return set(reading.sentences) - not_now | lasting


def _over(said: list[tuple[int, str]]) -> int:
    """Where it is last said that something is over; -1 where it never is."""
    return max((place for place, group in said if group == _OVER), default=-1)
