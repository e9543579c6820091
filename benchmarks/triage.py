"""How often suggested triage is right, how long a suggestion takes, and how much memory it holds."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from functools import partial

from benchmarks.figure import Figure, at_least, at_most, percentile, spread, without_bar
from tools.triage_model.texts import Labelled, asked_outages, sample_texts, training_texts, unseen_texts
from triage.suggesting import Suggestion, suggest
from triage.suggesting.deciding import understand
from triage.suggesting.model import Model, read_model

FOLDS = 5
CATEGORY, SEVERITY, REDIRECT, SURELY_RIGHT = 0.90, 0.80, 0.90, 0.95
MILLISECONDS, MEGABYTES = 5.0, 20.0
RUNS = 5
LONGEST = 4000  # characters: what a message may hold
HELD = """
import json, sys, psutil
texts, me = json.load(sys.stdin), psutil.Process()
before = me.memory_info().rss
from triage.suggesting import suggest
for text in texts:
    suggest(text)
print((me.memory_info().rss - before) / 1e6)
"""

Answered = Sequence[tuple[Labelled, Suggestion]]


async def measure(*, quick: bool) -> AsyncIterator[Figure]:
    """On the texts that nothing is learned from; on our own by cross-validation; then time and memory."""
    sample = sample_texts()[: 20 if quick else None]
    for figure in accuracy("triage.sample", [(each, suggest(each.text)) for each in sample], bars=not quick):
        yield figure
    unseen = unseen_texts()[: 20 if quick else None]
    for figure in accuracy("triage.unseen", [(each, suggest(each.text)) for each in unseen], bars=not quick):
        yield figure
    outages = [suggest(each.text) for each in asked_outages()]
    missed = sum(found.is_sure for found in outages if found.category in ("inquiry", "redirect"))
    yield at_most("triage.asked.outage_as_sure_request", float(missed), "texts", 0.0, of=len(outages))
    for figure in accuracy("triage.crossed", await asyncio.to_thread(crossed, quick=quick), bars=False):
        yield figure
    texts = [each.text for each in sample]
    took = [_milliseconds(text) for text in texts]
    yield at_most("triage.time", percentile(took, 0.99), "ms", MILLISECONDS, spread=spread(took))
    long = " ".join(texts * (LONGEST * len(texts) // sum(map(len, texts)) + 1))[:LONGEST]
    yield at_most("triage.longest_time", _milliseconds(long), "ms", MILLISECONDS, length=LONGEST)
    held = await asyncio.to_thread(_megabytes, [*texts, long])
    yield at_most("triage.memory", held, "MB", MEGABYTES)


def accuracy(name: str, answered: Answered, *, bars: bool) -> Iterator[Figure]:
    """How often category, severity of incidents and redirects are right, and how often what is sure is."""
    sure = [each for each in answered if each[1].is_sure]
    lost = [each for each in answered if each[0].kind == "incident 1" and each[1].category == "inquiry"]
    for part, bar, chosen, right in (
        ("category", CATEGORY, answered, _right_category),
        ("severity", SEVERITY, [each for each in answered if each[0].kind.startswith("incident")], _right),
        ("redirect", REDIRECT, [each for each in answered if each[0].kind in ("billing", "sales")], _right),
        ("sure", SURELY_RIGHT, sure, _right),
    ):
        share = sum(right(*each) for each in chosen) / len(chosen) if chosen else None
        figure = partial(at_least, bar=bar) if bars else without_bar
        yield figure(f"{name}.{part}", share, "share", texts=len(chosen), of=len(answered))
    yield at_most(
        f"{name}.severity_1_as_sure_inquiry",
        float(sum(each[1].is_sure for each in lost)),
        "texts",
        0.0 if bars else 5.0,
    )


def crossed(*, quick: bool) -> Answered:
    """Our own texts, each answered by a model that was learned from the others."""
    from tools.triage_model import training  # noqa: PLC0415  only `make bench` installs the libraries

    texts = training_texts()[:: 200 if quick else 1]
    seen = training.matrix([each.text for each in texts])
    found: list[tuple[Labelled, Suggestion]] = []
    for fold in range(FOLDS):
        out = [place % FOLDS == fold for place in range(len(texts))]
        rest = [place for place, left in enumerate(out) if not left]
        weights = training.learn(seen[rest], [texts[place] for place in rest], left=0.01)
        model: Model = read_model(training.as_file(weights, 1.0, ""))
        found += [(each, understand(each.text, model).suggest()) for each, left in zip(texts, out, strict=True) if left]
    return found


def _right_category(labelled: Labelled, found: Suggestion) -> bool:
    kind = labelled.kind
    meant = "redirect" if kind in ("billing", "sales") else kind.split()[0]
    return found.category == meant


def _right(labelled: Labelled, found: Suggestion) -> bool:
    said = f"incident {found.severity}" if found.category == "incident" else found.redirect or found.category
    return said == labelled.kind


def _milliseconds(text: str) -> float:
    """The best of some runs: what else the machine does is not asked here."""
    found = []
    for _ in range(RUNS):
        begin = time.perf_counter()
        suggest(text)
        found.append((time.perf_counter() - begin) * 1000)
    return min(found)


def _megabytes(texts: Sequence[str]) -> float:
    """What a fresh process holds more once it has answered these texts, all that it had to import included."""
    done = subprocess.run(
        [sys.executable, "-c", HELD], input=json.dumps(texts), capture_output=True, text=True, check=True
    )
    return float(done.stdout)
