"""The loop reads what people read: its patterns know today's sentences."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.chaos.verdict import SPOKEN

AT = "<!date^1795900000^{time}|09:02>"
VALUES = {
    "who": "<@U0ANAREYES1>", "by": "Ana Reyes", "clock": "Update", "deadline": "Update", "number": "7", "at": AT,
    "summary": "Link down. It was due", "left": "3 minutes", "over": "1 hour", "after": "2 hours", "next": "", "do": "",
    "severity": "1", "role": "operations manager",
}  # fmt: skip
SENTENCES = {
    "warning": "warning", "warning_promise": "warning", "breach": "breach", "breach_again": "again",
    "catch_up": "catch-up", "proposal": "proposal", "proposal_overdue": "proposal", "falls_to": "named",
}  # fmt: skip


@pytest.mark.parametrize(("key", "kind"), SENTENCES.items())
def test_each_sentence_is_taken_for_what_it_is(key: str, kind: str) -> None:
    words = yaml.safe_load(Path("bot/wording/locales/en.yaml").read_text(encoding="utf-8"))["notice"][key].format(
        **VALUES
    )
    found = next((each, match) for each, pattern in SPOKEN if (match := pattern.search(words)))
    assert (found[0], found[1]["n"]) == (kind, "7")
