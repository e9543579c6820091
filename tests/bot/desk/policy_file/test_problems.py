"""A policy file that cannot be used: every problem at once, by line, with what to write; whatever is in it."""

from __future__ import annotations

import re
import time
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk.policy_file import check_policy, load_policy, policy_from_data, read_policy_file
from bot.desk.policy_file.example import example_policy
from triage.errors import PolicyError

TODAY = date(2026, 11, 25)
# Blocks of a file's text followed by its problems, each after "! ".
BLOCKS = (Path(__file__).parents[3] / "data" / "policy_problems.txt").read_text(encoding="utf-8").split("\n\n")


def problems(text: str) -> list[str]:
    with pytest.raises(PolicyError) as caught:
        load_policy(text, today=TODAY)
    return caught.value.problems


def said(text: str) -> list[str]:
    """The problems of a text, or else what is hardly meant in it."""
    try:
        return check_policy(text, today=TODAY)[1]
    except PolicyError as error:
        return error.problems


def parted(block: str) -> tuple[str, list[str]]:
    """The text and the problems of a block."""
    lines = block.rstrip("\n").split("\n")
    first = next(number for number, line in enumerate(lines) if line.startswith("! "))
    return "\n".join(lines[:first]), [line.removeprefix("! ") for line in lines[first:]]


@pytest.mark.parametrize("block", BLOCKS)
def test_a_problem_names_its_line_its_place_and_what_to_write(block: str) -> None:
    text, expected = parted(block)
    assert problems(text) == expected


def test_the_blocks_are_whole() -> None:
    assert len(BLOCKS) > 90
    assert all(parted(block)[1] for block in BLOCKS)


@pytest.mark.parametrize("text", ["", " \n\n"])
def test_a_file_without_anything_in_it_is_refused(text: str) -> None:
    assert problems(text) == ["The policy file is empty: write at least `version: 1`."]


def test_a_file_that_is_no_text_is_refused() -> None:
    (problem,) = problems("a: \x00")
    assert re.fullmatch(r"This is not YAML \(.*\): save the file as plain UTF-8 text\.", problem)


def test_of_a_flood_of_problems_only_the_beginning_is_told() -> None:
    found = problems(f"roles: {{agents: [{','.join(f'person{n}' for n in range(9000))}]}}")
    assert len(found) == 101
    assert found[-1] == "There may be more: correct these first."


def test_a_problem_of_the_overlay_is_said_beside_those_of_the_file() -> None:
    with pytest.raises(PolicyError) as caught:
        load_policy("targets: {9: {}}", today=TODAY, overlay={"roles": {"agents": ["ana"]}})
    assert [problem.split(";")[0] for problem in caught.value.problems] == [
        "line 1: targets: unknown key `9`",
        "roles.agents[1]: `ana` is not a person",
    ]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "cannot be read (No such file or directory): correct the path or the permissions."),
        (b"\xff\xfe\x00", "is not text in UTF-8: save it as UTF-8."),
        (b"#" * 1_000_001, "is larger than 1 MB: that is no policy file."),
    ],
)
def test_a_file_that_cannot_be_used_is_one_sentence(tmp_path: Path, content: bytes | None, says: str) -> None:
    path = tmp_path / "policy.yml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(PolicyError) as caught:
        read_policy_file(path)
    assert caught.value.problems == [f"{path} {says}"]


@pytest.mark.parametrize("path", [".", "no\0path"])
def test_what_is_no_file_is_no_policy_file(path: str) -> None:
    with pytest.raises(PolicyError, match="cannot be read"):
        read_policy_file(path)


@pytest.mark.usefixtures("measured")
def test_50_megabytes_are_refused_without_reading_them(tmp_path: Path) -> None:
    path = tmp_path / "policy.yml"
    with path.open("wb") as file:
        file.truncate(50 * 2**20)  # a hole: nothing is written, and reading it whole would take 50 MB of memory
    began = time.process_time()
    with pytest.raises(PolicyError, match="larger than 1 MB"):
        read_policy_file(path)
    assert time.process_time() - began < 0.5


MEGABYTE = 1_000_000
HEAVY = {
    "lists in lists": "[" * MEGABYTE,
    "mappings in mappings": "{a: " * (MEGABYTE // 4),
    "one long line": "version: " + "x" * MEGABYTE,
    "one long key": "x" * 900 + ": 1\n" + "y" * MEGABYTE,
    "one long list": f"roles: {{agents: [{'U1A,' * (MEGABYTE // 4 - 10)}]}}",
    "many keys": "".join(f"k{n}:\n" for n in range(MEGABYTE // 8)),
    "many words that are near to something": f"roles: {{agents: [{','.join(f'u{n}' for n in range(19_000))}]}}",
    "many unknown zones": f"desks: {{{','.join(f'd{n}: {{timezone: Europe/P{n}}}' for n in range(4_900))}}}",
    "many unknown countries": f"calendars: {{c: {{hours: {{mon: 9-17}}, holidays: [{'Frnce,' * 19_000}]}}}}",
    "many holidays": "calendars: {c: {hours: {mon-sun: 0-24}, holidays: ["
    + ",".join(date.fromordinal(735_000 + n).isoformat() for n in range(19_000))
    + "]}}",
    "many plans": f"plans: {{{','.join(f'p{n}: {{}}' for n in range(9_000))}}}",
}


@pytest.mark.usefixtures("measured")
@pytest.mark.parametrize("heavy", HEAVY)
def test_a_file_of_a_megabyte_costs_no_more_than_a_moment(heavy: str) -> None:
    began = time.process_time()
    told = said(HEAVY[heavy])
    assert time.process_time() - began < 3
    assert heavy == "many plans" or sum(map(len, told)) < 50_000


def test_aliases_cannot_multiply() -> None:
    laughs = "a: &a [x, x]\n" + "".join(f"{new}: &{new} [*{old}, *{old}]\n" for old, new in pairwise("abcdefgh"))
    assert problems(laughs) == ["line 2: `*a` is not followed here: write the value out."]


# -- anything at all -------------------------------------------------------------------------------------------------

TEXTS = [parted(block)[0] for block in BLOCKS] + [example_policy()]
YAML_LIKE = st.text(alphabet="abc:-[]{},'\"#&*!|>%@\n 0123\t?~\\é\x00", max_size=80)
WORDS = st.sampled_from(
    ["-", ": ", "{", "}", "[", "]", "\n", "  ", "null", "closed", "open", "elapsed", "business", "9-17", "17-9", "FR",
     "DE-BY", "2026-12-25", "5m", "2d", "48 business hours", "50%", "none", "response", "incident", "1", "3", "U1A",
     "&a", "*a", "!!int", "---", "\u2028", "\ufeff", "٣", "1e9", "9" * 30]
)  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A policy file with some of it cut out, put elsewhere, or replaced by other words."""
    text = draw(st.sampled_from(TEXTS))
    for _ in range(draw(st.integers(1, 5))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 12)))
        text = text[:start] + draw(WORDS | YAML_LIKE) + text[end:]
    return text


@given(st.text(max_size=80) | YAML_LIKE | mutated())
def test_any_text_is_a_policy_or_a_list_of_problems(text: str) -> None:
    """Nothing but PolicyError is ever raised, what is told is one line each, and both ways to load agree."""
    told = said(text)
    assert all(len(line.splitlines()) == 1 and len(line) < 1500 for line in told)
    try:
        found, data = load_policy(text, today=TODAY)
    except PolicyError as error:
        found, data, problems = None, {}, error.problems
    else:
        problems = []
    if found is None:
        assert told == problems != []
    else:
        assert policy_from_data(data) == found
        assert check_policy(text, today=TODAY) == (data, told)
