"""Which front ends there are: those that the settings ask for. What each of these is, is not known here either."""

from __future__ import annotations

from collections.abc import Collection

from bot.local_workspace.front_end import LocalSlack
from bot.local_workspace.opening import playable
from bot.local_workspace.workspace import LocalWorkspace
from bot.outbound.front_end import FrontEnd, Host
from bot.slack.front_end import SlackFrontEnd


def front_ends(
    host: Host,
    *,
    local: bool,
    answer_within: float,
    local_platforms: Collection[str] | None = None,
    role: str = "all",
) -> list[FrontEnd]:
    """The front ends that the settings ask for, the one that has the desk first. `local`: the local workspace was asked
    for in so many words. `answer_within`, `local_platforms`, `role`: see `bot.app.Vigie`."""
    platforms = host.settings.platforms
    found: list[FrontEnd] = []
    if local or "local" in platforms:
        wanted = local_platforms or host.settings.local or playable()
        # Beside the real Teams there is no second one: both would be called by the same name.
        imitated = [each for each in wanted if each not in platforms]
        found += _local_front_ends(host, LocalWorkspace(host, answer_within, imitated, role))
    elif "slack" in platforms:
        found.append(SlackFrontEnd(host))
    if "teams" in platforms:
        from bot.teams.installed import require_sdk  # noqa: PLC0415  a desk in Slack alone never loads any of it

        require_sdk()
        from bot.teams.front_end import TeamsFrontEnd  # noqa: PLC0415  as above

        found.append(TeamsFrontEnd(host))
    if host.settings.has_email:
        from bot.email.installed import require_email  # noqa: PLC0415  a desk without email never loads any of it

        require_email()
        from bot.email.front_end import EmailFrontEnd  # noqa: PLC0415  as above

        found.append(EmailFrontEnd(host))
    return found


def _local_front_ends(host: Host, workspace: LocalWorkspace) -> list[FrontEnd]:
    found: list[FrontEnd] = []
    if "slack" in workspace.platforms:
        found.append(LocalSlack(host, workspace))
    if "teams" in workspace.platforms:
        from bot.teams.installed import require_sdk  # noqa: PLC0415  as in front_ends

        require_sdk()
        from bot.local_workspace.teams_front_end import LocalTeams  # noqa: PLC0415  as above

        found.append(LocalTeams(host, workspace))
    return found
