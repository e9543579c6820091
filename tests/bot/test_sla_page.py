"""The page on `vigie sla evaluate` shows cases with their true answers, and leaves out no kind, word or rule."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from triage.case_fields import Case
from triage.cases import KINDS, evaluate_line
from triage.terms import UPDATE_BASES
from triage.ticket_case import RETARGETS, WORDS, evaluate_ticket

PAGE = (Path(__file__).parents[2] / "docs" / "sla-evaluate.md").read_text(encoding="utf-8")
BLOCKS = [block.strip().splitlines() for block in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]


@pytest.mark.parametrize(("case", "answer"), [
    pair for asked, answered in zip(BLOCKS[::2], BLOCKS[1::2], strict=True)
    for pair in zip(asked, answered, strict=True)
])  # fmt: skip
def test_the_page_shows_true_answers(case: str, answer: str) -> None:
    assert evaluate_line(1, case.encode()) == json.loads(answer)


def test_the_page_names_every_kind_word_rule_and_result() -> None:
    given = {"clock": "elapsed", "targets": {}, "events": [["2026-11-27T09:00:00Z", "created"]]}
    results = {re.sub(r"^(response|update|restore)_(?!met)", "X_", name) for name in evaluate_ticket(Case(given))}
    for name in (*KINDS, *WORDS, *UPDATE_BASES, *RETARGETS, *results):
        assert name in PAGE, name
