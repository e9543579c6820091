"""`vigie sla evaluate` as a program: lines in, lines out, one for one."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.triage.test_cases import LINES

PROGRAM = [sys.executable, "-m", "bot", "sla", "evaluate"]
CASE = b'{"id": "a", "kind": "is_open", "clock": "elapsed", "at": "2026-11-23T09:00:00Z"}'


def evaluate(*arguments: str, lines: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*PROGRAM, *arguments], input=lines, capture_output=True, check=False)


def test_a_file_is_answered_line_by_line_in_order(tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text("\n".join(LINES), encoding="utf-8")
    done = evaluate(str(file))
    assert (done.returncode, done.stderr) == (0, b"")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["id"] for line in found] == [json.loads(line)["id"] for line in LINES]


def test_standard_input_is_read_without_a_file_or_with_a_dash() -> None:
    for arguments in ([], ["-"]):
        assert evaluate(*arguments, lines=CASE).stdout == b'{"id": "a", "result": true}\n'


def test_bad_lines_are_answered_among_good_ones_and_blank_ones_are_counted_only() -> None:
    done = evaluate(
        lines=b"\n".join([b"\xef\xbb\xbf" + CASE, b"", b"  ", b"nonsense", b'{"id": "caf\xe9"}', CASE, b""])
    )
    assert done.returncode == 0
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(line["id"], line.get("line")) for line in found] == [("a", None), (None, 4), (None, 5), ("a", None)]


def test_line_ends_of_windows_are_line_ends() -> None:
    done = evaluate(lines=CASE + b"\r\n\r\n" + CASE + b"\r\n")
    assert done.stdout == b'{"id": "a", "result": true}\n' * 2


def test_a_byte_order_mark_begins_a_file_and_nothing_else() -> None:
    done = evaluate(lines=CASE + b"\n\xef\xbb\xbf" + CASE)
    assert [json.loads(line).get("line") for line in done.stdout.splitlines()] == [None, 2]


def test_answers_are_ascii_whatever_was_asked() -> None:
    done = evaluate(lines='{"id": "café \U0001f600", "kind": "été"}'.encode())
    assert done.stdout.isascii()
    assert json.loads(done.stdout)["id"] == "café \U0001f600"


def test_nothing_in_is_nothing_out() -> None:
    done = evaluate()
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_each_answer_is_there_before_the_next_line_is_sent() -> None:
    with subprocess.Popen(PROGRAM, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        for _ in range(3):
            program.stdin.write(CASE + b"\n")
            program.stdin.flush()
            assert json.loads(program.stdout.readline())["result"] is True
        program.stdin.close()
        assert program.wait() == 0


def test_a_reader_that_has_seen_enough_is_no_error(tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_bytes((CASE + b"\n") * 5000)
    with subprocess.Popen([*PROGRAM, str(file)], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        program.stdout.readline()
        program.stdout.close()
        assert program.stderr.read() == b""
        assert program.wait() == 1


def test_a_file_that_cannot_be_read_is_told_in_one_line(tmp_path: Path) -> None:
    for file in (tmp_path / "none.jsonl", tmp_path):
        done = evaluate(str(file))
        assert (done.returncode, done.stdout) == (2, b"")
        assert done.stderr.count(b"\n") == 1
        assert str(file).encode() in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this machine")
def test_no_room_for_the_answers_is_told_in_one_line() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(PROGRAM, input=CASE, stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 2
    assert done.stderr.count(b"\n") == 1
