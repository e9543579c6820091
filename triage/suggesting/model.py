"""The weights that were learned from texts, and what they say of one: a table of small whole numbers, read from a file.

The file is made by `make model` and is the same on every machine, byte for byte (docs/triage-suggestions.md).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from math import exp, sqrt

from triage.suggesting.features import SLOTS, Features

MAGIC = b"vigie triage model 1\n"
#: What a text may be, severity and place of a redirect included.
KINDS = ("incident 1", "incident 2", "incident 3", "provisioning", "inquiry", "billing", "sales")
NAME = "model.bin"


class ModelError(ValueError):
    """A file that is no model of this release."""


@dataclass(frozen=True, slots=True)
class Model:
    """What was learned. Scores are sums of weights: which words they came from can be told."""

    #: For each output the weight of every slot, as signed bytes; first `KINDS`, then the skills.
    columns: tuple[memoryview, ...]
    #: What every score of an output begins with.
    base: tuple[float, ...]
    #: What one step of a weight is worth, for each kind of features.
    step: tuple[float, ...]
    #: By how much scores are divided before they are taken for likelihoods.
    temperature: float
    #: The digest of the texts and the code that the model was made from.
    made_from: str

    def scores(self, seen: Features, outputs: range) -> list[float]:
        """The score of each of `outputs`."""
        scores = [self.base[output] for output in outputs]
        for slots, step in zip(seen.kinds, self.step, strict=True):
            if slots:
                worth = step / sqrt(len(slots))
                for place, output in enumerate(outputs):
                    scores[place] += worth * sum(map(self.columns[output].__getitem__, slots))
        return scores

    def likelihoods(self, scores: list[float]) -> list[float]:
        """How likely each kind is, by its score; together 1."""
        most = max(scores)
        odds = [exp((score - most) / self.temperature) for score in scores]
        total = sum(odds)
        return [each / total for each in odds]


def read_model(data: bytes) -> Model:
    """The model in a file. Raises ModelError where it is none, or of another release."""
    if not data.startswith(MAGIC):
        raise ModelError("this is no triage model of this release: make it with `make model`.")
    head, _, body = data.removeprefix(MAGIC).partition(b"\n")
    told = json.loads(head)
    if told["slots"] != SLOTS or len(body) != SLOTS * len(told["base"]):
        raise ModelError("the triage model was made for other features: make it again with `make model`.")
    weights = memoryview(body).cast("b")
    columns = tuple(weights[begin : begin + SLOTS] for begin in range(0, len(body), SLOTS))
    return Model(columns, tuple(told["base"]), tuple(told["step"]), told["temperature"], told["made_from"])


@lru_cache(maxsize=1)
def shipped() -> Model:
    """The model that comes with this release; read when it is first asked for."""
    return read_model(files("triage.suggesting").joinpath(NAME).read_bytes())
