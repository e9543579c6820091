"""The local workspace knows Slack and nothing of Vigie."""

from __future__ import annotations

import ast
from pathlib import Path

import bot.slack_emulator

OURS = ("triage", "storage", "scheduler", "bot")


def test_it_imports_nothing_of_ours_from_outside_its_folder() -> None:
    folder = Path(bot.slack_emulator.__file__).parent
    sources = sorted(folder.rglob("*.py"))
    assert len(sources) > 20
    for source in sources:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            foreign = [
                name for name in names if name.split(".")[0] in OURS and not name.startswith("bot.slack_emulator")
            ]
            assert foreign == [], source
