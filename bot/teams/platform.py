"""What the keys of Teams are like."""

from __future__ import annotations

PLATFORM = "teams"
