"""`make model`: learn from the texts and write the model file, the same on every machine, byte for byte."""

from __future__ import annotations

import sys
from pathlib import Path

from tools.triage_model import training
from tools.triage_model.texts import digest, training_texts
from triage.suggesting.model import KINDS

FILE = Path(__file__).parents[2] / "triage" / "suggesting" / "model.bin"
FOLDS = 5


def build() -> bytes:
    """The model file that the texts of this repository make."""
    texts = training_texts()
    seen = training.matrix([each.text for each in texts])
    scores = training.held_out(seen, texts, FOLDS)
    divisor = training.temperature(scores[:, : len(KINDS)], texts)
    return training.as_file(training.learn(seen, texts), divisor, digest())


if __name__ == "__main__":
    FILE.write_bytes(build())
    print(f"{FILE.name}: {FILE.stat().st_size} bytes")
    sys.exit(0)
