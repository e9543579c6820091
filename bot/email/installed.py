"""Whether what email needs is installed: it is an extra, so that a desk without email never loads any of it."""

from __future__ import annotations

from importlib.util import find_spec

from bot.outbound.front_end import CannotStartError

NEEDED = ("imapclient", "aiosmtplib", "mailparser_reply")


def require_email() -> None:
    """Raises CannotStartError where a library is missing."""
    if any(find_spec(each) is None for each in NEEDED):
        raise CannotStartError("Email needs its libraries: install vigie[email]")
