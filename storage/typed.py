"""What people typed is stored apart from the data of the private notices that quote it, so that it can be erased.

In the data a typed part is marked (`triage.notice.typed`). On its way into the outbox the marked parts are taken out
and stored as one row of `body`; on its way out they are put back; once the notice is delivered the row is erased.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from triage.notice import IS, TEXT, TYPED

APART = "\x1e"  # no key types it, and where words are looked for it is a space
ERASED = "\u2588" * 5  # of the same length whatever was there
PLACE = "place"  # in the data, of a typed part: which of the parts it is


def lift(data: Mapping[str, Any]) -> tuple[dict[str, Any], str | None]:
    """Split data: the data without the typed parts, and those parts as one text. None where there are none."""
    parts: list[str] = []
    lifted = {key: _lift(value, parts) for key, value in data.items()}
    return lifted, APART.join(parts) if parts else None


def restore(data: Mapping[str, Any], text: str) -> dict[str, Any]:
    """The inverse of `lift`. Where the text was erased, a mark stands in each place."""
    parts = text.split(APART) if text else []
    return {key: _restore(value, parts) for key, value in data.items()}


def _lift(value: Any, parts: list[str]) -> Any:
    if isinstance(value, Mapping):
        if value.get(IS) == TYPED and value.get(TEXT):
            parts.append(str(value[TEXT]).replace(APART, " "))
            return {IS: TYPED, PLACE: len(parts) - 1}
        return {key: _lift(each, parts) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_lift(each, parts) for each in value]
    return value


def _restore(value: Any, parts: Sequence[str]) -> Any:
    if isinstance(value, Mapping):
        if value.get(IS) == TYPED and PLACE in value:
            return {IS: TYPED, TEXT: parts[value[PLACE]] if value[PLACE] < len(parts) else ERASED}
        return {key: _restore(each, parts) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_restore(each, parts) for each in value]
    return value
