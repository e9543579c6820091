"""docs/security.md says what is so: every permission, every table, every sealed column."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot.outbound.entra import LOGIN
from bot.outbound.scope import Scope
from bot.slack.scopes import SCOPES
from bot.teams.manifest import AppSettings, teams_manifest
from bot.teams.platform import KEYS_URL, SERVICE_URL
from bot.teams.scopes import SCOPES as TEAMS_SCOPES
from bot.teams.service_urls import ServiceUrls
from storage.tables.table import Table

PAGE = (Path(__file__).parents[2] / "docs" / "security.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[list[str]]:
    """The cells of the table below a heading, without its head."""
    lines = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")][2:]


@pytest.mark.parametrize(("heading", "scopes"), [("Permissions", SCOPES), ("Permissions in Teams", TEAMS_SCOPES)])
def test_the_permissions_are_those_of_the_manifest_with_their_reasons(heading: str, scopes: tuple[Scope, ...]) -> None:
    assert rows(heading) == [
        [f"`{scope.name}`", "optional" if scope.optional else "yes", scope.why, scope.lost] for scope in scopes
    ]


def test_the_package_for_teams_asks_for_the_permissions_of_the_page_and_no_others() -> None:
    app = AppSettings("0f6c4d1e-7a52-4c38-9be1-2d1f3a5b7c90", "https://vigie.example.com", reads_all=True)
    asked = teams_manifest(app, "1.0.0")
    (bot,) = asked["bots"]
    per_team = [each["name"] for each in asked["authorization"]["permissions"]["resourceSpecific"]]
    found = [f"bot: {', '.join(bot['scopes'])}", *asked["permissions"], *per_team]
    assert found == [row[0].strip("`") for row in rows("Permissions in Teams")]


def test_the_administrators_page_names_every_host_that_has_to_be_reached() -> None:
    page = (Path(__file__).parents[2] / "docs" / "teams.md").read_text(encoding="utf-8")
    table = page.split("## Network\n")[1].split("\n## ")[0]
    for url in (LOGIN, KEYS_URL, SERVICE_URL):
        assert f"`{urlsplit(url).hostname}`" in table
    for host in ("smba.trafficmanager.net", "europe.botframework.com", "emea.teams.microsoft.com"):
        assert ServiceUrls().allow(f"https://{host}/emea/")
        assert f"`{host.partition('.')[2]}`" in table or f"`{host}`" in table


def test_every_table_is_in_the_inventory_and_no_other() -> None:
    named = [row[0].strip("`") for row in rows("Data")]
    assert sorted(named) == sorted(Table.metadata.tables)
    assert all(all(cells) for cells in rows("Data"))


def test_what_is_called_sealed_are_the_columns_that_hold_tokens_and_secrets() -> None:
    sealed = {
        (table.strip("`"), column.strip(" `"))
        for table, _, columns, _ in rows("Data")
        if columns != "no"
        for column in columns.split(",")
    }
    holding = {
        (name, column.name)
        for name, table in Table.metadata.tables.items()
        for column in table.columns
        if column.name.endswith(("token", "secret"))
    }
    assert sealed == holding
