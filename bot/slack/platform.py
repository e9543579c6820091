"""What Slack's keys begin with."""

from __future__ import annotations

PLATFORM = "slack"
