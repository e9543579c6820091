"""`vigie teams manifest`: the Teams app as a package to upload."""

from __future__ import annotations

import argparse
from pathlib import Path

from bot.cli import DONE
from bot.server.settings import ConfigError, Settings, load_settings
from bot.teams.credentials import is_id
from bot.teams.manifest import VERSIONS, AppSettings
from bot.teams.package import is_version, write_package

PACKAGE = Path("vigie-teams.zip")
WHERE = "https://admin.teams.microsoft.com, Teams apps, Manage apps"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `vigie teams manifest` takes; the rest is in the settings."""
    add_package_options(parser)
    parser.add_argument(
        "--version", type=_version,
        help="the app's version; without it, that of the package there, raised where anything changed",
    )  # fmt: skip


def add_package_options(parser: argparse.ArgumentParser) -> None:
    """What a package can be made with."""
    parser.add_argument(
        "--manifest", choices=VERSIONS, default=VERSIONS[0],
        help="the version of Teams' manifest: 1.25 for tenants that refuse 1.29, without slash commands",
    )  # fmt: skip
    parser.add_argument(
        "--rsc", action="store_true", help="ask to read every message of the teams and chats that Vigie is added to"
    )
    parser.add_argument("--out", type=Path, default=PACKAGE, metavar="FILE", help=f"where to write it ({PACKAGE})")


def run(chosen: argparse.Namespace) -> int:
    """Write it."""
    settings = load_settings()
    app_id, public_url = (settings.teams_client_id or "").lower(), settings.public_url
    if not is_id(app_id):
        raise ConfigError("TEAMS_CLIENT_ID is not set to the app's Application (client) ID: type vigie connect teams.")
    if public_url is None:
        raise ConfigError("VIGIE_PUBLIC_URL is not set: set it to the https address at which Teams reaches Vigie.")
    try:
        written = write_package(
            app_settings(settings, chosen, app_id=app_id, public_url=public_url), chosen.out, chosen.version
        )
    except ValueError as error:
        raise ConfigError(f"VIGIE_PUBLIC_URL: {error}") from None
    if written.is_new:
        print(f"{written.path} has version {written.version} of the app. Upload it: {WHERE}.")
    else:
        print(f"{written.path} is as it was, with version {written.version} of the app.")
    return DONE


def app_settings(settings: Settings, chosen: argparse.Namespace, *, app_id: str, public_url: str) -> AppSettings:
    """The app, as the settings and the options say."""
    return AppSettings(
        app_id=app_id,
        public_url=public_url,
        command=settings.command,
        language=settings.lang,
        manifest=chosen.manifest,
        targeted=settings.teams_targeted,
        reads_all=chosen.rsc,
    )


def _version(text: str) -> str:
    if not is_version(text):
        raise argparse.ArgumentTypeError(f"{text} is not a version: write three numbers, like 1.2.0")
    return text
