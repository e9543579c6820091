"""What takes long is shared out first, so that no process is left with it at the end."""

from __future__ import annotations

import pytest

from tests.order import dealt


@pytest.mark.parametrize(
    ("hands", "expected"),
    [
        (1, "CAGbdefhij"),
        (2, "CGbdeAfhij"),
        (3, "CbdAefGhij"),
        (4, "CbAdGefhij"),
        (20, "CAGbdefhij"),
    ],
)
def test_each_of_equal_runs_begins_with_its_share_of_what_takes_long(hands: int, expected: str) -> None:
    assert "".join(dealt("bCdAefGhij", "CAG", hands)) == expected


def test_however_much_takes_long_nothing_is_left_out_or_taken_twice() -> None:
    for long in range(12):
        for hands in range(1, 15):
            order = dealt(range(11), range(long), hands)
            assert sorted(order) == list(range(11))
