"""How a desk assigns tickets: one word, or figures for each severity; what is hardly meant is said."""

from __future__ import annotations

from datetime import date

import pytest

from bot.desk.policy_file import check_policy, load_policy, policy_from_data
from triage.assignment import ANSWER_WITHIN, GROUP_ANSWER_WITHIN, WEIGHTS, Assignment, Mode
from triage.errors import PolicyError

TODAY = date(2026, 11, 25)


def read(text: str) -> Assignment:
    return load_policy(text, today=TODAY)[0].assignment


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("version: 1", Assignment()),
        ("assignment: automatic", Assignment(Mode.AUTOMATIC)),
        ("assignment: off", Assignment(Mode.OFF)),
        ("assignment: {mode: propose}", Assignment(Mode.PROPOSE)),
        ("assignment: {answer_within: 2m}", Assignment(answer_within={1: 120, 2: 120, 3: 120})),
        ("assignment: {answer_within: {1: 2m}}", Assignment(answer_within={**ANSWER_WITHIN, 1: 120})),
        (
            "assignment: {group_answer_within: {3: 4h}}",
            Assignment(group_answer_within={**GROUP_ANSWER_WITHIN, 3: 14400}),
        ),
        ("assignment: {weights: {1: 9, 3: 0}}", Assignment(weights={**WEIGHTS, 1: 9, 3: 0})),
    ],
)
def test_it_is_one_word_or_what_is_different_from_the_usual(text: str, means: Assignment) -> None:
    assert read(text) == means


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "assignment: always",
            "line 1: assignment: `always` is not known here; use `automatic`, `propose` or `off`.",
        ),
        (
            "assignment: {answer_within: 5s}",
            "line 1: assignment.answer_within: `5s` is no time to answer in; write from 30s to 24h.",
        ),
        (
            "assignment: {group_answer_within: {1: 2d}}",
            "line 1: assignment.group_answer_within.1: `2d` is no time to answer in; write from 30s to 24h.",
        ),
        ("assignment: {weights: -1}", "line 1: assignment.weights: `-1` is not a whole number from 0 to 100."),
        ("assignment: {weighs: 1}", "line 1: assignment: unknown key `weighs`; did you mean `weights`?"),
    ],
)
def test_what_is_wrong_with_it_is_said_with_what_to_write(text: str, problem: str) -> None:
    with pytest.raises(PolicyError) as refused:
        read(text)
    assert refused.value.problems == [problem]


def test_a_version_that_was_saved_before_there_was_such_a_key_has_the_usual() -> None:
    _, data = load_policy("version: 1", today=TODAY)
    del data["assignment"]
    assert policy_from_data(data).assignment == Assignment()


@pytest.mark.parametrize(
    ("text", "doubted"),
    [
        ("assignment: automatic", "nobody has a skill or working hours"),
        ("assignment: {answer_within: {1: 15m}}", "a severity 1 has longer to answer than the first response may take"),
        ("assignment: {mode: automatic}\nskills: {cloud: U1A}", None),
        ("assignment: {mode: off, answer_within: 1h}", None),
    ],
)
def test_what_is_hardly_meant_is_doubted(text: str, doubted: str | None) -> None:
    found = [each for each in check_policy(text, today=TODAY)[1] if "assignment" in each]
    assert len(found) == (0 if doubted is None else 1)
    assert doubted is None or doubted in found[0]
