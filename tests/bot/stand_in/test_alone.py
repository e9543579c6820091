"""The stand-ins know their platforms and nothing of Vigie."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import bot.stand_in

FOLDERS = {
    "stand_in": ("bot.stand_in",),
    "slack_emulator": ("bot.slack_emulator", "bot.stand_in"),
    "teams_emulator": ("bot.teams_emulator", "bot.stand_in"),
}
OURS = ("triage", "storage", "scheduler", "bot")


@pytest.mark.parametrize("folder", FOLDERS)
def test_it_imports_nothing_of_ours_besides_what_all_stand_ins_share(folder: str) -> None:
    sources = sorted((Path(bot.stand_in.__file__).parents[1] / folder).rglob("*.py"))
    assert len(sources) > 10
    for source in sources:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            foreign = [name for name in names if name.split(".")[0] in OURS and not name.startswith(FOLDERS[folder])]
            assert foreign == [], source
