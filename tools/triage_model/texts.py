"""The texts that the model learns from, and those that it is measured on."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from triage.suggesting.suggestion import SKILLS

FOLDER = Path(__file__).with_name("texts")
#: Texts that nothing may be learned from, and that are not changed to be answered better.
UNSEEN = FOLDER.with_name("unseen")
SAMPLE = Path(__file__).parents[2] / "tests" / "data" / "triage_sample.jsonl"


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text with what it is."""

    #: As somebody wrote it.
    text: str
    #: One of `triage.suggesting.model.KINDS`.
    kind: str
    #: Some of `SKILLS`.
    skills: frozenset[str]


def training_texts() -> list[Labelled]:
    """The texts in `texts/*.tsv`, a text a line after its category, severity, redirect and skills."""
    return [text for file in sorted(FOLDER.glob("*.tsv")) for text in _in(file)]


def unseen_texts() -> list[Labelled]:
    """Texts that were written to measure with: `unseen/first.tsv`, `second.tsv` and `third.tsv`, in that order."""
    return [text for name in ("first", "second", "third") for text in _in(UNSEEN / f"{name}.tsv")]


def asked_outages() -> list[Labelled]:
    """Outages told politely, as a question, with thanks, in the past tense, or beside a matter of money."""
    return _in(UNSEEN / "asked.tsv")


def sample_texts() -> list[Labelled]:
    """The sample that nothing is learned from."""
    lines = SAMPLE.read_text(encoding="utf-8").splitlines()
    cases = [json.loads(line) for line in lines]
    return [
        Labelled(
            case["text"],
            _kind(case["category"], str(case["severity"]), case["redirect"]),
            frozenset(case["skills"]),
        )
        for case in cases
    ]


def digest() -> str:
    """What tells these texts, and the code that reads them, from others."""
    suggesting = Path(__file__).parents[2] / "triage" / "suggesting"
    code = [suggesting / name for name in ("reading.py", "cues.py", "features.py")]
    found = hashlib.sha256()
    for file in [*sorted(FOLDER.glob("*.tsv")), *code, Path(__file__).with_name("training.py")]:
        found.update(hashlib.sha256(file.read_bytes()).digest())
    return found.hexdigest()


def _in(file: Path) -> list[Labelled]:
    return [_from_line(line) for line in file.read_text(encoding="utf-8").splitlines()]


def _from_line(line: str) -> Labelled:
    category, severity, redirect, skills, text = line.split("\t")
    known = frozenset(skills.split(",")) if skills != "-" else frozenset()
    assert known <= frozenset(SKILLS), line
    return Labelled(text, _kind(category, severity, redirect), known)


def _kind(category: str, severity: str, redirect: str) -> str:
    return redirect if category == "redirect" else f"{category} {severity}" if category == "incident" else category
