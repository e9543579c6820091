"""What somebody wrote themselves, without the letters that their program put below it."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

LANGUAGES = ["en", "fr", "de", "es", "it", "nl", "pt"]
# The library looks by patterns whose time grows with the cube of what they are given, and nothing else of ours runs
# meanwhile: it gets the beginning alone, without what only fills it.
LOOKED_AT = 4000  # characters
_LONG = re.compile(r"[^\n]{250,}")  # a line: what says that a letter follows is shorter
_KEPT = re.compile("\ue000([0-9]{1,6})\ue001")
_RUNS = re.compile(r"([^a-zA-Z0-9\n])\1{19,}")
_EMPTY_LINES = re.compile(r"\n(?:[ \t\r\f\v]*\n){3,}")


def own_words(text: str) -> str:
    """The answer alone. Where nothing would be left of it, everything: rather too much than lost."""
    long: list[str] = []

    def put_by(line: re.Match[str]) -> str:
        long.append(line[0])
        return f"\ue000{len(long) - 1}\ue001"

    tidy = _LONG.sub(put_by, _EMPTY_LINES.sub("\n\n", _RUNS.sub(lambda run: run[1] * 20, _KEPT.sub("", text))))
    beginning, rest = tidy[:LOOKED_AT], tidy[LOOKED_AT:]
    found = str(_parser().parse_reply(beginning) or "").strip()
    if rest and len(found) >= len(beginning.strip()):  # no letter begins below it so far
        found = beginning.lstrip() + "".join(line for line in rest.splitlines(keepends=True) if line[0] != ">")
    return _KEPT.sub(lambda kept: long[int(kept[1])], found) or text


@cache
def _parser() -> Any:
    from mailparser_reply import EmailReplyParser  # noqa: PLC0415  slow to load, and a desk may do without email

    return EmailReplyParser(languages=LANGUAGES)
