"""Learn the weights: one minimum of a strictly convex function, found so closely that every machine rounds it alike.

Logistic regression with a penalty on the square of the weights: all kinds together, each skill alone.
Newton's method doubles the number of right digits with each step, so that what is left of the error is far below the
rounding. Nothing is drawn by chance, and the texts are taken in the order of their files.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import optimize, sparse

from tools.triage_model.texts import Labelled
from triage.suggesting.features import Sort, features
from triage.suggesting.model import KINDS, MAGIC
from triage.suggesting.reading import read
from triage.suggesting.suggestion import SKILLS

#: How much each sort of features counts beside the others.
SHARES = {Sort.WORDS: 1.0, Sort.PIECES: 1.5, Sort.CUES: 0.5, Sort.MEETINGS: 0.35, Sort.PLACES: 0.4}
#: The penalty on the square of the weights of the kinds, and of the skills.
PENALTY, SKILL_PENALTY = 0.02, 0.05
#: A feature of fewer texts than this is not learned from.
RAREST = 2
#: A feature of which no stored weight is as large as this is left out: it hardly says anything.
WEAKEST = 3
#: What a stored weight of 1 is worth.
STEP = 1 / 16
#: The largest slope that is left at a minimum.
EXACT = 1e-9

Array = Any  # numpy's arrays; its types are not installed where the rest is checked


@dataclass(frozen=True, slots=True)
class Weights:
    """What was learned, rounded."""

    #: The checksums of the features, in order.
    known: Array
    #: A row for each of them, a column for each output: signed bytes.
    table: Array
    #: What each output begins with, in scores.
    base: Array


def matrix(texts: Sequence[str]) -> Array:
    """A row for each text and a column for each checksum; how much its sort counts is in the values."""
    values: list[float] = []
    columns: list[int] = []
    ends = [0]
    for text in texts:
        for sort, share in zip(features(read(text)), SHARES.values(), strict=True):
            columns.extend(sort)
            values.extend([share / np.sqrt(len(sort))] * len(sort) if sort else [])
        ends.append(len(columns))
    return sparse.csr_matrix((values, np.array(columns, dtype=np.int64), ends), shape=(len(texts), 1 << 32))


def learn(seen: Array, labelled: Sequence[Labelled], *, left: float = EXACT) -> Weights:
    """The weights for the rows of `seen`, which are of the texts in `labelled`.

    The rarer a feature, the more it says: columns are stretched before they are learned from, and weights with them.
    `left` is the largest slope that may be left; what is only measured may be coarser than what is kept.
    """
    known, counts = np.unique(seen.indices, return_counts=True)
    known, counts = known[counts >= RAREST], counts[counts >= RAREST]
    stretched: Array = np.append(np.sqrt(np.log(len(labelled) / counts) / 4), 1.0)
    always = np.ones((len(labelled), 1))
    rows = sparse.hstack([_columns(seen, known), always]).tocsr() @ sparse.diags(stretched)
    kinds = np.array([[float(each.kind == kind) for kind in KINDS] for each in labelled])
    found = [_minimum(rows, kinds, PENALTY, _softmax, left)]
    ours = np.array([each.kind not in ("billing", "sales") for each in labelled])
    for skill in SKILLS:
        wanted = np.array([[float(skill in each.skills)] for each in labelled])[ours]
        found.append(_minimum(rows[ours], wanted, SKILL_PENALTY, _sigmoid, left))
    weights = np.hstack(found) * stretched[:, None]
    table = np.clip(np.rint(weights[:-1] / STEP), -127, 127).astype(np.int8)
    some = np.abs(table).max(axis=1) >= WEAKEST
    return Weights(known[some], table[some], np.round(weights[-1], 3))


def _columns(seen: Array, known: Array) -> Array:
    """The columns of `known` alone, side by side."""
    place = np.minimum(np.searchsorted(known, seen.indices), len(known) - 1)
    kept = sparse.csr_matrix(
        (seen.data * (known[place] == seen.indices), place, seen.indptr), (seen.shape[0], len(known))
    )
    kept.eliminate_zeros()
    return kept


def _softmax(scores: Array) -> Array:
    odds = np.exp(scores - scores.max(axis=1, keepdims=True))
    return odds / odds.sum(axis=1, keepdims=True)


def _sigmoid(scores: Array) -> Array:
    return 1 / (1 + np.exp(-np.clip(scores, -500, 500)))


def _minimum(rows: Array, wanted: Array, penalty: float, likely: Callable[[Array], Array], left: float) -> Array:
    """Where loss and penalty together are least: by Newton's method, each step by conjugate gradients."""
    turned, squares = rows.T.tocsr(), rows.multiply(rows).T.tocsr()
    alone = wanted.shape[1] == 1
    weights = np.zeros((rows.shape[1], wanted.shape[1]))

    def loss(tried: Array) -> tuple[float, Array]:
        found = likely(rows @ tried)
        right = np.where(wanted > 0, found, 1 - found) if alone else (found * wanted).sum(axis=1)
        return float(-np.log(np.maximum(right, 1e-300)).sum() + penalty / 2 * (tried * tried).sum()), found

    now, found = loss(weights)
    for _ in range(60):
        slope = turned @ (found - wanted) + penalty * weights
        steepest = float(np.abs(slope).max())
        if steepest < left:
            return weights
        bend = squares @ (found * (1 - found)) + penalty

        def curved(step: Array, found: Array = found) -> Array:
            change = rows @ step
            bent = found * (change * (1 - found) if alone else change - (found * change).sum(axis=1, keepdims=True))
            return turned @ bent + penalty * step

        step = _solved(curved, slope, bend, min(0.1, steepest))
        length = 1.0
        while (tried := loss(weights - length * step))[0] > now + 1e-9 * abs(now):
            length /= 2
        weights = weights - length * step
        now, found = tried
    raise RuntimeError("the minimum was not found closely enough")


def _solved(curved: Callable[[Array], Array], slope: Array, bend: Array, share: float) -> Array:
    """The step to where the slope vanishes, down to a `share` of it; `bend` is the curve of each weight alone."""
    step, left = np.zeros_like(slope), slope.copy()
    eased = left / bend
    direction, size = eased.copy(), float((left * eased).sum())
    enough = share * share * size
    for _ in range(1000):
        if size <= enough:
            break
        along = curved(direction)
        length = size / float((direction * along).sum())
        step += length * direction
        left -= length * along
        eased = left / bend
        size, before = float((left * eased).sum()), size
        direction = eased + size / before * direction
    return step


def held_out(seen: Array, labelled: Sequence[Labelled], folds: int) -> Array:
    """The scores of each text by weights learned from the others: every `folds`th text is left out in turn."""
    scores = np.zeros((len(labelled), len(KINDS) + len(SKILLS)))
    for fold in range(folds):
        out = np.arange(len(labelled)) % folds == fold
        weights = learn(
            seen[~out], [each for each, skipped in zip(labelled, out, strict=True) if not skipped], left=0.01
        )
        scores[out] = scored(seen[out], weights)
    return scores


def temperature(scores: Array, labelled: Sequence[Labelled]) -> float:
    """By how much to divide the scores of texts that were not learned from, for likelihoods that come true."""
    wanted = np.array([KINDS.index(each.kind) for each in labelled])

    def loss(divisor: float) -> float:
        return float(-np.log(_softmax(scores / divisor)[np.arange(len(wanted)), wanted]).sum())

    return round(float(optimize.minimize_scalar(loss, bounds=(0.2, 5), method="bounded").x), 1)


def scored(seen: Array, weights: Weights) -> Array:
    """The scores of each row, as the running model finds them."""
    return _columns(seen, weights.known) @ (weights.table * STEP) + weights.base


def as_file(weights: Weights, divisor: float, made_from: str) -> bytes:
    """The model file: a line of JSON, the checksums, and the weights output by output."""
    head = {
        "base": [float(each) for each in weights.base],
        "made_from": made_from,
        "rows": len(weights.known),
        "step": [STEP * share for share in SHARES.values()],
        "temperature": divisor,
    }
    body: bytes = weights.known.astype("<u4").tobytes() + weights.table.T.tobytes()
    return MAGIC + json.dumps(head, sort_keys=True).encode() + b"\n" + body
