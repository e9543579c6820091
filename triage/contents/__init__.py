"""What notices say: one class for each kind. A notice is stored as data and read back by its class. The words for it
are in `bot.wording`.

A new kind of notice is a member of `triage.notice.NoticeKind`, a class here, and its words in `bot.wording.notices`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from triage.contents import changes, deadlines, privately, rating, to_customer, to_desk, together
from triage.contents.changes import ChangedContent, What
from triage.contents.to_customer import PromiseContent, UpdateContent, WaitingContent
from triage.contents.to_desk import ToldContent
from triage.notice import CardContent, Content, NoticeKind

_MODULES = (to_customer, to_desk, changes, deadlines, privately, rating, together)
CONTENTS: dict[NoticeKind, type[Content]] = {CardContent.KIND: CardContent} | {
    content.KIND: content
    for module in _MODULES
    for content in vars(module).values()
    if isinstance(content, type) and issubclass(content, Content) and "KIND" in vars(content)
}
"""The class of each kind; of changes the one that says least."""

_READERS: dict[str, Callable[[Mapping[str, Any], int], Content]] = {
    kind.value: content.from_data for kind, content in CONTENTS.items()
}


def speaks_of_update(content: Content) -> bool:
    """Whether a notice shows what somebody wrote to the customer, so that it is corrected and taken back with it."""
    if isinstance(content, ToldContent):
        return content.what in ("update", "promise", "message", "waiting")
    if isinstance(content, ChangedContent):
        return content.what is What.LOGGED
    return isinstance(content, UpdateContent | PromiseContent | WaitingContent)


def read_content(kind: str, data: Mapping[str, Any], version: int) -> Content:
    """What a stored notice says. Raises NewerDataError where a later release wrote it."""
    return _READERS[kind](data, version)
