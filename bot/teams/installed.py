"""Whether the SDK is there: it comes with an extra, and what needs it cannot even be loaded without."""

from __future__ import annotations

from importlib.util import find_spec

from bot.outbound.front_end import CannotStartError


def is_installed() -> bool:
    """Whether it is."""
    return find_spec("microsoft_teams") is not None


def require_sdk() -> None:
    """Raises CannotStartError where it is not."""
    if not is_installed():
        raise CannotStartError("Microsoft Teams needs its SDK: install vigie[teams], or start with make run TEAMS=1")
