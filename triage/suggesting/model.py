"""The weights that were learned from texts, and what they say of one: a table of small whole numbers, read from a file.

The file is made by `make model` and is the same on every machine, byte for byte (docs/triage-suggestions.md).
"""

from __future__ import annotations

import json
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from math import exp, sqrt
from operator import itemgetter
from struct import unpack

from triage.suggesting.features import Features

BLOCK = 20  # bits of a checksum, of 32, that differ within a block
MAGIC = b"vigie triage model 1\n"
NAME = "model.bin"
#: What a text may be, severity and the place of a redirect included.
KINDS = ("incident 1", "incident 2", "incident 3", "provisioning", "inquiry", "billing", "sales")


class ModelError(ValueError):
    """A file that is no model of this release."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the model knows of one sort of a text's features."""

    #: The rows of the features that have weights, and the places of the words that each rests on.
    rows: dict[int, tuple[int, ...]]
    #: How many features of this sort the text has, known or not.
    of: int
    #: What a weight of 1 is worth.
    worth: float


@dataclass(frozen=True, slots=True)
class Model:
    """What was learned. A score is a sum of weights, so it can be told which words it came from."""

    #: The checksums of the features that have weights, each once, the least first: a row each.
    known: array[int]
    #: The first row of each block of checksums, those that begin with the same twelve bits, and the end of the last.
    blocks: array[int]
    #: For each output its weights, a signed byte a row; first `KINDS`, then the skills.
    columns: tuple[array[int], ...]
    #: What every score of an output begins with.
    base: tuple[float, ...]
    #: What a weight of 1 is worth, for each sort of features.
    step: tuple[float, ...]
    #: By how much scores are divided before they are taken for likelihoods.
    temperature: float
    #: The digest of the texts and of the code that the model was made from.
    made_from: str

    def find(self, seen: Features) -> list[Found]:
        """What is known of each sort of features."""
        known, blocks, found = self.known, self.blocks, []
        for sort, step in zip(seen, self.step, strict=True):
            rows: dict[int, tuple[int, ...]] = {}
            for checksum, places in sort.items():
                block = checksum >> BLOCK
                row = bisect_left(known, checksum, blocks[block], end := blocks[block + 1])
                if row < end and known[row] == checksum:
                    rows[row] = places
            found.append(Found(rows, len(sort), step / sqrt(len(sort)) if sort else 0.0))
        return found

    def scores(self, found: Iterable[Found]) -> list[float]:
        """The score of each output."""
        scores = list(self.base)
        for each in found:
            if each.rows:
                take = _taking(each.rows)
                for output, column in enumerate(self.columns):
                    scores[output] += each.worth * sum(take(column))
        return scores

    def likelihoods(self, scores: Sequence[float]) -> list[float]:
        """How likely each kind is by its score; together 1."""
        most = max(scores)
        odds = [exp((score - most) / self.temperature) for score in scores]
        total = sum(odds)
        return [each / total for each in odds]


def _taking(rows: Iterable[int]) -> Callable[[array[int]], tuple[int, ...]]:
    """Takes these rows of a column, all at once: one after another takes twice as long."""
    first, *others = rows
    return itemgetter(first, *others) if others else lambda column: (column[first],)


def read_model(data: bytes) -> Model:
    """The model in a file. Raises ModelError where it is none, or of another release."""
    if not data.startswith(MAGIC):
        raise ModelError("this is no triage model of this release: make it with `make model`.")
    head, _, body = data.removeprefix(MAGIC).partition(b"\n")
    told = json.loads(head)
    rows, outputs = told["rows"], len(told["base"])
    if len(body) != rows * (4 + outputs):
        raise ModelError("the triage model is cut short: make it again with `make model`.")
    known = array("I", unpack(f"<{rows}I", body[: 4 * rows]))
    blocks = array("I", (bisect_left(known, block << BLOCK) for block in range((1 << (32 - BLOCK)) + 1)))
    columns = tuple(array("b", body[begin : begin + rows]) for begin in range(4 * rows, len(body), rows))
    return Model(
        known, blocks, columns, tuple(told["base"]), tuple(told["step"]), told["temperature"], told["made_from"]
    )


@lru_cache(maxsize=1)
def shipped() -> Model:
    """The model that comes with this release; read when it is first asked for."""
    return read_model(files("triage.suggesting").joinpath(NAME).read_bytes())
