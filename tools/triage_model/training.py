"""Learn the weights: one minimum of a strictly convex function, found so closely that every machine rounds it alike.

Logistic regression with a penalty on the square of the weights: all kinds together, each skill alone.
L-BFGS comes near the minimum; Newton's method, which doubles the number of right digits with each step, then
leaves an error far below the rounding. Nothing is drawn by chance, and the texts are taken in the order of their files.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import optimize, sparse

from tools.triage_model.texts import Labelled
from triage.suggesting.features import SLOTS, features
from triage.suggesting.model import KINDS, MAGIC
from triage.suggesting.reading import read
from triage.suggesting.suggestion import SKILLS

#: How much words, pieces of words and cues count beside each other.
SHARES = (1.0, 1.0, 1.0)
#: The penalty on the weights of the kinds, and of the skills: so much of the loss of a text.
PENALTY, SKILL_PENALTY = 0.05, 0.05
#: The worth of one step of a stored weight.
STEP = 1 / 16
_NEAR, _EXACT = 1e-5, 1e-10  # the largest slope left

Array = Any  # numpy's arrays; its types are not installed where the rest is checked


@dataclass(frozen=True, slots=True)
class Weights:
    """What was learned, rounded: a row for each slot, a column for each output; what each output begins with."""

    #: Signed bytes.
    table: Array
    #: In scores.
    base: Array


def matrix(texts: Sequence[str]) -> Array:
    """A row for each text, a column for each slot and one that is always 1."""
    values: list[float] = []
    columns: list[int] = []
    ends = [0]
    for text in texts:
        for slots, share in zip(features(read(text)).kinds, SHARES, strict=True):
            columns.extend(slots)
            values.extend([share / np.sqrt(len(slots))] * len(slots) if slots else [])
        columns.append(SLOTS)
        values.append(1.0)
        ends.append(len(columns))
    found = sparse.csr_matrix((values, columns, ends), shape=(len(texts), SLOTS + 1))
    found.sum_duplicates()
    return found


def learn(seen: Array, labelled: Sequence[Labelled]) -> Weights:
    """The weights for the rows of `seen`, which are of the texts in `labelled`."""
    used = np.unique(seen.indices)
    rows = seen[:, used].tocsr()
    kinds = np.array([[float(each.kind == kind) for kind in KINDS] for each in labelled])
    found = np.zeros((SLOTS + 1, len(KINDS) + len(SKILLS)))
    found[used, : len(KINDS)] = _minimum(rows, kinds, PENALTY, _softmax)
    ours = np.array([each.kind not in ("billing", "sales") for each in labelled])
    for place, skill in enumerate(SKILLS):
        wanted = np.array([[float(skill in each.skills)] for each in labelled])[ours]
        found[used, len(KINDS) + place] = _minimum(rows[ours], wanted, SKILL_PENALTY, _sigmoid)[:, 0]
    table = np.clip(np.rint(found[:-1] / STEP), -127, 127).astype(np.int8)
    return Weights(table, np.round(found[-1], 3))


def _softmax(scores: Array) -> Array:
    odds = np.exp(scores - scores.max(axis=1, keepdims=True))
    return odds / odds.sum(axis=1, keepdims=True)


def _sigmoid(scores: Array) -> Array:
    return 1 / (1 + np.exp(-np.clip(scores, -500, 500)))


def _minimum(rows: Array, wanted: Array, penalty: float, likely: Callable[[Array], Array]) -> Array:
    """The weights at which loss and penalty together are least."""
    shape, turned = (rows.shape[1], wanted.shape[1]), rows.T.tocsr()
    alone = wanted.shape[1] == 1

    def loss(flat: Array) -> tuple[float, Array]:
        weights = flat.reshape(shape)
        found = likely(rows @ weights)
        right = np.where(wanted > 0, found, 1 - found) if alone else (found * wanted).sum(axis=1)
        slope = turned @ (found - wanted) + penalty * weights
        return float(-np.log(np.maximum(right, 1e-300)).sum() + penalty / 2 * (flat @ flat)), slope.ravel()

    near = optimize.minimize(
        loss, np.zeros(shape[0] * shape[1]), jac=True, method="L-BFGS-B",
        options={"maxiter": 2000, "maxfun": 4000, "gtol": _NEAR, "ftol": 1e-15, "maxcor": 20},
    )  # fmt: skip
    weights = near.x.reshape(shape)
    for _ in range(20):
        found = likely(rows @ weights)
        slope = turned @ (found - wanted) + penalty * weights
        if np.abs(slope).max() < _EXACT:
            return weights
        weights = weights - _newton(rows, turned, found, slope, penalty, alone=alone)
    raise RuntimeError("the minimum was not found closely enough")


def _newton(rows: Array, turned: Array, found: Array, slope: Array, penalty: float, *, alone: bool) -> Array:
    """The step to where the slope vanishes, by conjugate gradients."""

    def curved(step: Array) -> Array:
        change = rows @ step
        bent = found * (change if alone else change - (found * change).sum(axis=1, keepdims=True))
        return turned @ (bent * (1 - found) if alone else bent) + penalty * step

    step, left = np.zeros_like(slope), slope.copy()
    direction, size = left.copy(), float((left * left).sum())
    for _ in range(2000):
        if size < 1e-24:
            break
        along = curved(direction)
        length = size / float((direction * along).sum())
        step += length * direction
        left -= length * along
        size, before = float((left * left).sum()), size
        direction = left + size / before * direction
    return step


def temperature(scores: Array, labelled: Sequence[Labelled]) -> float:
    """By how much to divide the scores of texts that were not learned from, for likelihoods that come true."""
    wanted = np.array([KINDS.index(each.kind) for each in labelled])

    def loss(divisor: float) -> float:
        return float(-np.log(_softmax(scores / divisor)[np.arange(len(wanted)), wanted]).sum())

    return round(float(optimize.minimize_scalar(loss, bounds=(0.2, 5), method="bounded").x), 1)


def scored(seen: Array, weights: Weights) -> Array:
    """The scores of each row, as the running model finds them."""
    return seen[:, :-1] @ (weights.table * STEP) + weights.base


def as_file(weights: Weights, divisor: float, made_from: str) -> bytes:
    """The model file."""
    head = {
        "base": [float(each) for each in weights.base],
        "made_from": made_from,
        "slots": SLOTS,
        "step": [STEP * share for share in SHARES],
        "temperature": divisor,
    }
    table: bytes = weights.table.T.tobytes()
    return MAGIC + json.dumps(head, sort_keys=True).encode() + b"\n" + table
