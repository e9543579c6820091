"""The local workspace itself: opened with our own app installed, and put on the application that serves us too."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import yaml
from aiohttp import web

from bot.local_workspace.file import workspace_file
from bot.slack.manifest import slack_manifest
from storage.database import Database

if TYPE_CHECKING:
    from bot.slack_emulator.workspace import Workspace

ANSWER_WITHIN = 3.0  # real seconds, as in Slack
PAGE = Path(__file__).parent / "page"  # the chat page: index.html and what it loads


def open_workspace(database: Database, command: str, answer_within: float = ANSWER_WITHIN) -> Workspace:
    """The local workspace with our own app installed: it sends and allows what the manifest asks for, nothing else.
    `answer_within`: the real seconds that the app has to answer, and to open a form."""
    from bot.slack_emulator.installed_app import Manifest  # noqa: PLC0415  a desk on a real platform never loads it
    from bot.slack_emulator.workspace import Workspace  # noqa: PLC0415

    manifest = Manifest.from_mapping(yaml.safe_load(slack_manifest(command=command)))
    return Workspace(workspace_file(database), manifest=manifest, page=PAGE, answer_within=answer_within)


def embed_workspace(app: web.Application, workspace: Workspace) -> None:
    """Put the workspace on the application, which starts and stops it."""
    from bot.slack_emulator.routes import add_routes  # noqa: PLC0415  as above

    add_routes(app, workspace)

    async def start(_: web.Application) -> None:
        await workspace.start()

    async def stop(_: web.Application) -> None:
        await workspace.stop()

    app.on_startup.append(start)
    app.on_cleanup.append(stop)
