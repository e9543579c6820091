"""What notices say is stored by their fields and read as it was, in the version in which it was written."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.earlier import earlier_notices
from triage.contents import CONTENTS, read_content
from triage.contents.changes import ChangedContent, What
from triage.data import NewerDataError
from triage.notice import NoticeKind

# The kinds of that release: what came later is not in its rows.
EARLIER = sorted({NoticeKind(kind) for kind, _, _ in earlier_notices()})
ADDED = {"undelivered_telling"}  # what storage adds to the data of a row, for itself


def says_something(data: dict[str, Any]) -> dict[str, Any]:
    """Without what is the same as left out."""
    return {key: value for key, value in data.items() if value not in (None, False, []) and key not in ADDED}


def test_every_kind_of_the_earlier_release_is_in_its_rows() -> None:
    assert len(EARLIER) == 32


def test_every_kind_has_its_class() -> None:
    assert set(CONTENTS) == set(NoticeKind)
    assert all(content.KIND is kind for kind, content in CONTENTS.items())


@pytest.mark.parametrize("kind", EARLIER)
def test_the_first_version_of_each_kind_is_read_and_nothing_of_it_is_lost(kind: NoticeKind) -> None:
    rows = [row for row in earlier_notices() if row[0] == kind]
    assert rows
    for _, data, version in rows:
        assert version == 1
        content = read_content(kind, data, version)
        assert isinstance(content, CONTENTS[kind])
        written = json.loads(json.dumps(content.to_data()))
        assert says_something(written).items() >= says_something(known_today(kind, data)).items()
        assert read_content(kind, written, content.VERSION) == content


def known_today(kind: NoticeKind, data: dict[str, Any]) -> dict[str, Any]:
    """Without what nobody reads any more: a mirrored line had all of what the customer was told, and a corrected
    customer's name stands in the event alone."""
    unread = {NoticeKind.TOLD: ("before", "counts"), NoticeKind.CHANGED: ("customer",)}.get(kind, ())
    return {key: value for key, value in data.items() if key not in unread}


def test_a_change_is_read_as_the_class_that_says_as_much() -> None:
    changes = [row for row in earlier_notices() if row[0] == NoticeKind.CHANGED]
    assert len({data["what"] for _, data, _ in changes}) > 20
    for row in changes:
        content = read_content(*row)
        assert isinstance(content, ChangedContent)
        assert content.what is What(row[1]["what"])


@pytest.mark.parametrize("kind", EARLIER)
def test_what_a_later_release_wrote_is_refused(kind: NoticeKind) -> None:
    data = next(data for name, data, _ in earlier_notices() if name == kind)
    with pytest.raises(NewerDataError, match="of version 99"):
        read_content(kind, data, 99)
