"""The local workspace itself: opened with our own app installed, and put on the application that serves us too."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import yaml
from aiohttp import web

from bot.local_workspace.file import workspace_file
from bot.slack.manifest import slack_manifest
from storage.database import Database

if TYPE_CHECKING:
    from bot.slack_emulator.installed_app import Manifest
    from bot.slack_emulator.workspace import Workspace
    from bot.stand_in.ground import Ground
    from bot.stand_in.stand import Stand

ANSWER_WITHIN = 3.0  # real seconds, as in Slack
PAGE = Path(__file__).parent / "page"  # the chat page: index.html and what it loads
SLACK, TEAMS = "slack", "teams"


def playable() -> tuple[str, ...]:
    """The platforms that can be imitated here: Teams with its extra alone, for without it there is no bot to join."""
    return (SLACK, TEAMS) if find_spec("microsoft_teams") else (SLACK,)


def open_stands(
    database: Database, command: str, answer_within: float = ANSWER_WITHIN, platforms: Collection[str] | None = None
) -> list[Stand]:
    """A stand-in for each of these platforms, on one file, with our own app installed; without any named, for all that
    can be imitated. `answer_within`: the real seconds that the app has to answer Slack."""
    from bot.stand_in.ground import Ground  # noqa: PLC0415  a desk on a real platform never loads it

    ground = Ground(workspace_file(database))
    wanted = playable() if platforms is None else platforms
    found: list[Stand] = []
    if SLACK in wanted:
        from bot.slack_emulator.routes import SlackStand  # noqa: PLC0415

        found.append(SlackStand(open_workspace(ground, command, answer_within)))
    if TEAMS in wanted:
        found.append(_teams(ground, command, answer_within))
    return found


def _teams(ground: Ground, command: str, answer_within: float) -> Stand:
    from bot.teams.manifest import AppSettings, teams_manifest  # noqa: PLC0415  as above
    from bot.teams_emulator.ids import APP_ID  # noqa: PLC0415
    from bot.teams_emulator.installed_app import Installed  # noqa: PLC0415
    from bot.teams_emulator.routes import TeamsStand  # noqa: PLC0415
    from bot.teams_emulator.workspace import ANSWER_WITHIN as OF_TEAMS  # noqa: PLC0415
    from bot.teams_emulator.workspace import Workspace as Tenant  # noqa: PLC0415

    settings = AppSettings(APP_ID, "https://vigie.example.com", command, reads_all=True)
    app = Installed.from_manifest(teams_manifest(settings, "1.0.0"))
    return TeamsStand(Tenant(ground, installed=app, answer_within=max(OF_TEAMS, answer_within)))


def open_workspace(on: Database | Ground, command: str, answer_within: float = ANSWER_WITHIN) -> Workspace:
    """Slack's part of it: it sends and allows what the manifest asks for, nothing else. `on`: the database beside which
    its file is, or the ground that it shares. `answer_within`: the real seconds that the app has to answer, and to open
    a form."""
    from bot.slack_emulator.workspace import Workspace  # noqa: PLC0415  as above

    where = workspace_file(on) if isinstance(on, Database) else on
    return Workspace(where, manifest=our_manifest(command), page=PAGE, answer_within=answer_within)


@cache
def our_manifest(command: str) -> Manifest:
    """Our own app as the workspace has it installed. Reading YAML takes longer than all else in opening a workspace."""
    from bot.slack_emulator.installed_app import Manifest  # noqa: PLC0415  as above

    return Manifest.from_mapping(yaml.safe_load(slack_manifest(command=command)))


def serve(app: web.Application, stands: Sequence[Stand]) -> None:
    """Put them on the application, with their one page and one control. Whoever calls this starts and stops them."""
    from bot.stand_in.routes import add_routes  # noqa: PLC0415  as above

    add_routes(app, stands, PAGE)


def embed(app: web.Application, stands: Sequence[Stand]) -> None:
    """Put them on the application, which starts and stops them."""
    serve(app, stands)

    async def start(_: web.Application) -> None:
        for stand in stands:
            await stand.start()

    async def stop(_: web.Application) -> None:
        for stand in stands:
            await stand.stop()

    app.on_startup.append(start)
    app.on_cleanup.append(stop)
