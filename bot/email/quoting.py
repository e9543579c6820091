"""What somebody wrote themselves, without the letters that their program put below it."""

from __future__ import annotations

from functools import cache
from typing import Any

LANGUAGES = ["en", "fr", "de", "es", "it", "nl", "pt"]


def own_words(text: str) -> str:
    """The answer alone. Where nothing would be left of it, everything: rather too much than lost."""
    found = str(_parser().parse_reply(text) or "").strip()
    return found or text


@cache
def _parser() -> Any:
    from mailparser_reply import EmailReplyParser  # noqa: PLC0415  slow to load, and a desk may do without email

    return EmailReplyParser(languages=LANGUAGES)
