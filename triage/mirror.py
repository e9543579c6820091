"""The desk sees all of what the customer is told, and nobody is told of what they did themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from triage.notice import Audience, Notice, NoticeKind

# Of these the desk has no line of its own that says as much.
_MIRRORED = frozenset(
    {
        NoticeKind.TAKEN,
        NoticeKind.UPDATE,
        NoticeKind.PROMISE,
        NoticeKind.RESTORED,
        NoticeKind.RESOLVED,
        NoticeKind.REOPENED,
    }
)


def heard(notices: Sequence[Notice], requester: str, *, apart: bool) -> list[Notice]:
    """The notices of a change as they are said where the customer reads `apart`, in a thread of their own, or, where
    the `requester` counts as the customer, under the desk's card."""
    return [said for notice in notices for said in (_apart(notice) if apart else _together(notice, requester))]


def _apart(notice: Notice) -> Iterator[Notice]:
    """What goes to the customer stands under the card as well, quietly."""
    yield notice
    if notice.audience is not Audience.CUSTOMER:
        return
    if notice.kind in _MIRRORED or (notice.kind is NoticeKind.WAITING and notice.body):
        yield _told(notice)


def _together(notice: Notice, requester: str) -> Iterator[Notice]:
    """Of what the requester did themselves only their words are shown, to the desk; who takes their own ticket from
    them is said in the line that names them for it."""
    by_requester = requester in (notice.data.get("by"), notice.data.get("assignee"))
    if notice.kind is NoticeKind.TAKEN and notice.data.get("before") == requester:
        return
    if notice.audience is not Audience.CUSTOMER or not by_requester:
        yield notice
    elif notice.kind in _MIRRORED and notice.body:
        yield _told(notice, own=True)


def _told(notice: Notice, **more: object) -> Notice:
    data = {**notice.data, "what": notice.kind.value, **more}
    return replace(notice, kind=NoticeKind.TOLD, audience=Audience.DESK, data=data, broadcast=False)
