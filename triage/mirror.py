"""Two rules about who reads a notice: the desk reads all that the customer is told, and nobody is told what they did
themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from triage.contents.changes import ChangedContent, What
from triage.contents.to_customer import ByContent, PromiseContent, RestoredContent, TakenContent, WaitingContent
from triage.contents.to_desk import ToldContent
from triage.notice import Audience, Notice, NoticeKind
from triage.people import VIGIE

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
    """The notices of a change, adapted to where the customer reads: `apart`, in a thread of their own; otherwise under
    the desk's card, where the `requester` counts as the customer."""
    by_customer = any(
        isinstance(each.content, ChangedContent) and each.content.what is What.IS_BACK for each in notices
    )
    return [
        said for notice in notices
        for said in (_apart(notice, by_customer=by_customer) if apart else _together(notice, requester))
    ]  # fmt: skip


def _apart(notice: Notice, *, by_customer: bool) -> Iterator[Notice]:
    """The notice, and, where it goes to the customer, a quiet copy under the card. None of what they did themselves
    (`by_customer`): a line of its own says that."""
    yield notice
    if notice.audience is not Audience.CUSTOMER or by_customer:
        return
    if notice.kind in _MIRRORED or (notice.kind is NoticeKind.WAITING and notice.body):
        yield _told(notice)


def _together(notice: Notice, requester: str) -> Iterator[Notice]:
    """The notice, without what only tells the requester of their own act: of that only their words are shown, to the
    desk."""
    content = notice.content
    if isinstance(content, TakenContent) and content.before == requester:
        return
    by_requester = isinstance(content, ByContent) and is_by(content, requester)
    if notice.audience is not Audience.CUSTOMER or not by_requester:
        yield notice
    elif notice.kind in _MIRRORED and notice.body:
        yield _told(notice, own=True)


def is_by(content: ByContent, requester: str) -> bool:
    """Whether the requester did it, or has the ticket for it."""
    return requester in (content.by, content.assignee if isinstance(content, TakenContent) else None)


def _told(notice: Notice, *, own: bool = False) -> Notice:
    said = notice.content
    told = ToldContent(
        said.by if isinstance(said, ByContent) else VIGIE,
        notice.kind.value,
        own,
        at=said.at if isinstance(said, RestoredContent) else None,
        until=said.until if isinstance(said, PromiseContent | WaitingContent) else None,
        assignee=said.assignee if isinstance(said, TakenContent) else None,
    )
    return replace(notice, content=told, audience=Audience.DESK, broadcast=False)
