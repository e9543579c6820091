"""Reading rows of the outbox that are somebody else's: one that cannot be read, damaged or by a later release, fails by
itself when its turn comes, and holds up neither a claim nor whoever looks among the others."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa
import structlog

from triage.contents import read_content
from triage.notice import Content

log = structlog.get_logger(__name__)


class Lenient(sa.types.TypeDecorator[dict[str, Any]]):
    """What a row says. Of one that cannot be read nothing."""

    impl = sa.JSON
    cache_ok = True

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Callable[[Any], dict[str, Any]]:  # noqa: ARG002
        """See TypeDecorator."""

        def read(stored: Any) -> dict[str, Any]:
            try:
                data = json.loads(stored) if isinstance(stored, str | bytes) else stored
            except ValueError:
                log.warning("what a row of the outbox says cannot be read")
                return {}
            return data if isinstance(data, dict) else {}

        return read


# It is JSON to whoever asks what the column holds; how it is read on either engine is another matter.
LENIENT = sa.JSON().with_variant(Lenient(), "sqlite", "postgresql")


def content_of(kind: str, data: Mapping[str, Any], version: int) -> Content | None:
    """What a stored notice says; None where it cannot be read: it says so by itself once it is to be sent."""
    try:
        return read_content(kind, data, version)
    except Exception:  # noqa: BLE001  whatever is wrong with it
        return None
