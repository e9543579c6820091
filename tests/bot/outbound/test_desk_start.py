"""From an installation to a desk at work: which language it speaks."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

import pytest

from bot.desk.now import Now
from bot.outbound.desk_start import DeskStart
from bot.server.settings import Settings
from storage.database import Database

OVERLAYS: list[tuple[dict[str, Any] | None, str]] = [
    (None, "fr"),
    ({"desks": {"support": {"channels": ["slack:C1"]}}}, "fr"),
    ({"desks": {"support": {"channels": ["slack:C1"], "language": "en"}}}, "en"),
]


@pytest.mark.parametrize(("overlay", "spoken"), OVERLAYS)
def test_a_desk_speaks_what_the_environment_says_unless_its_platform_knows_better(
    overlay: dict[str, Any] | None, spoken: str
) -> None:
    desks = DeskStart(Settings(VIGIE_LANG="fr"), cast("Database", None), Now(), lambda: None)
    policy, _ = desks.policy_layers(overlay).read(date(2026, 3, 2))
    assert policy.desk.language == spoken
