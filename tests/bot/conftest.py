"""What tests of the program share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting in the environment, and an empty folder to start in."""
    for name in os.environ:
        if name.startswith(("VIGIE_", "SLACK_", "TEAMS_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
