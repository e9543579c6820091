"""The policy key `major`: when a major incident is proposed."""

from __future__ import annotations

from datetime import date

import pytest

from bot.desk.policy_file import check_policy

TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("text", "doubted"),
    [
        ("major: {alike: 2}", "as soon as two tickets look alike"),
        ("major: {alike: 60}", "only linked ones are ever so many"),
        ("major: {alike: 3, within: 30m}", None),
        ("major: {within: 7d}", None),
    ],
)
def test_what_is_hardly_meant_is_doubted(text: str, doubted: str | None) -> None:
    found = [each for each in check_policy(text, today=TODAY)[1] if "major" in each]
    assert len(found) == (0 if doubted is None else 1)
    assert doubted is None or doubted in found[0]
