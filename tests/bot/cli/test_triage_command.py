"""`vigie triage suggest` as a program: texts in, suggestions out, one for one."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from bot.cli.triage_learn import numbers_in

PROGRAM = [sys.executable, "-m", "bot", "triage", "suggest"]
KEYS = ["id", "category", "redirect", "severity", "skills", "confidence", "because"]


def test_only_whole_numbers_name_tickets() -> None:
    assert numbers_in("42,43 x ² 9999999999") == [42, 43]
    assert numbers_in("all") is None


def suggest(*arguments: str, lines: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*PROGRAM, *arguments], input=lines, capture_output=True, check=False)


def test_a_text_is_answered_with_what_it_suggests() -> None:
    done = suggest(lines=b'{"id": 7, "text": "both our ports are down, nobody can work"}\n')
    assert (done.returncode, done.stderr) == (0, b"")
    found = json.loads(done.stdout)
    assert list(found) == KEYS
    assert (found["id"], found["category"], found["redirect"], found["severity"]) == (7, "incident", None, 1)
    assert 0 < found["confidence"] <= 1
    assert found["because"]


def test_a_file_is_answered_in_order_and_bad_lines_among_good_ones(tmp_path: Path) -> None:
    file = tmp_path / "texts.jsonl"
    lines = (
        '{"id": "a", "text": "an invoice please"}',
        "",
        "[]",
        '{"id": "b"}',
        '{"id": "c", "text": 4}',
        '{"text": ""}',
        '{"id": 1e400, "text": "down"}',
    )
    file.write_text("\ufeff" + "\n".join(lines), encoding="utf-8")
    done = suggest(str(file))
    assert done.returncode == 0
    first, *rest = [json.loads(line) for line in done.stdout.splitlines()]
    assert (first["id"], first["category"], first["redirect"], first["severity"]) == ("a", "redirect", "billing", None)
    assert [list(each) for each in rest] == [
        ["id", "line", "error"],
        ["id", "error"],
        ["id", "error"],
        KEYS,
        KEYS,
    ]
    assert (rest[0]["id"], rest[0]["line"], rest[-2]["confidence"], rest[-1]["id"]) == (None, 3, 0, None)


def test_a_file_that_is_not_there_is_a_mistake_said_in_one_line(tmp_path: Path) -> None:
    done = suggest(str(tmp_path / "none"))
    assert (done.returncode, done.stdout, done.stderr.count(b"\n")) == (2, b"", 1)
