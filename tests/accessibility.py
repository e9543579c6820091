"""What a checker of pages finds that keeps people with other eyes and hands out."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Page

from tests.browser import AXE
from tests.conftest import absent

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


async def faults(page: Page) -> list[str]:
    """What the checker has against the page as it is."""
    if not AXE.exists():
        absent("no accessibility checker: run `make setup` with a network")
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = (
        await page.evaluate("rules => axe.run(document, { runOnly: { type: 'tag', values: rules } })", RULES)
    )["violations"]
    return [f"{one['id']}: {node['target']} {node['failureSummary']}" for one in found for node in one["nodes"]]
