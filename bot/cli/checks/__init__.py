"""`vigie doctor`: one line for each thing that is missing, with where to click or what to type."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bot.cli.checks.clock import look_at_database_time
from bot.cli.checks.duty import look_at_rotas
from bot.cli.checks.finding import Finding, Grade, missing, note
from bot.cli.checks.forgetting import look_at_forgetting
from bot.cli.checks.installed import look_at_installed
from bot.cli.checks.machine import (
    look_at_database,
    look_at_files,
    look_at_metrics,
    look_at_people,
    look_at_policy,
    look_at_port,
)
from bot.cli.checks.sign_in import look_at_sign_in
from bot.cli.checks.slack import look_at_slack
from bot.cli.checks.webhooks import look_at_webhooks
from bot.server.settings import ConfigError, Settings

__all__ = ["Finding", "Grade", "doctor", "is_well"]

ENV_FILE = Path(".env")


def _machine_time() -> datetime:
    return datetime.now(UTC)


async def doctor(settings: Settings, *, now: Callable[[], datetime] = _machine_time) -> list[Finding]:
    """Look at everything, changing nothing. `now` is the machine's own time, not the project's."""
    found: list[Finding] = []
    try:
        settings.check()
    except ConfigError as error:
        found.append(missing(str(error)))
    policy, findings = await asyncio.to_thread(look_at_policy, settings)
    found.extend(findings)
    found.append(await asyncio.to_thread(look_at_database, settings))
    found.extend(await asyncio.to_thread(look_at_database_time, settings, now))
    found.extend(await asyncio.to_thread(look_at_people, settings))
    found.extend(await asyncio.to_thread(look_at_rotas, settings))
    found.extend(await asyncio.to_thread(look_at_forgetting, settings))
    found.extend(await asyncio.to_thread(look_at_webhooks, settings))
    found.extend(await asyncio.to_thread(look_at_files, settings, ENV_FILE))
    found.append(await look_at_port(settings))
    found.extend(await asyncio.to_thread(look_at_metrics, settings))
    found.extend(await look_at_sign_in(settings))
    if "slack" in settings.platforms:
        found.extend(await look_at_slack(settings, policy.desk, now))
        found.extend(await look_at_installed(settings))
    if settings.has_email:
        from bot.cli.checks.email import look_at_email  # noqa: PLC0415  few desks have a mailbox

        found.extend(await look_at_email(settings))
    if "teams" in settings.platforms:
        from bot.cli.checks.teams import look_at_teams  # noqa: PLC0415  a desk in Slack alone never loads it

        found.extend(await look_at_teams(settings, policy.desk, now))
    if settings.joins_local:
        found.append(note(f"SLACK_API_URL is a local workspace: vigie run joins it at {settings.slack_api_url}."))
    elif "local" in settings.platforms:
        found.append(
            note(
                "No platform is configured: Vigie serves the local workspace. Next: vigie connect slack, or "
                "vigie connect teams."
            )
        )
    return found


def is_well(findings: list[Finding]) -> bool:
    """Whether nothing is missing: exit code 0 rather than 1."""
    return all(finding.grade is not Grade.MISSING for finding in findings)
