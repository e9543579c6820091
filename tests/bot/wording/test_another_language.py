"""Adding a language is one file: nothing else has to know of it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
IN_GERMAN = """
from bot.wording.ticket_card import ticket_card
from bot.desk.binding import Binding
from bot.desk.runtime import DeskRuntime, DeskState
from bot.desk.languages import LANGUAGES
from bot.desk.now import Now
from bot.verbs.setup.hours import USUAL, read_hours, written_hours
from bot.verbs.setup.parts import PARTS
from bot.wording.policy.settings import NAMES, setting
from bot.slack.forms import render_form
from bot.slack.render import render_message
from bot.wording.card import Form
from bot.wording.speech import speech
from tests.bot.samples import PEOPLE, POLICY, STATES, people_called

assert LANGUAGES == ("de", "en", "fr"), LANGUAGES
german, people = speech("de", "Europe/Berlin"), people_called(PEOPLE)
desk = DeskRuntime(1, 1, Binding("slack"), None, Now(), DeskState(POLICY, people.directory))
for state in STATES.values():
    render_message(ticket_card(state().view(german)))
for name, part in PARTS.items():
    render_form(Form(name, name, "ok", "no", part.fields(desk, german)))
for name in NAMES:
    setting(name, POLICY, people, german)
assert german.language_name("fr") == "Französisch"
assert speech("en").language_name("de") == "German"
assert written_hours(USUAL, "de") == "mo-fr 09:00-17:00"
assert read_hours("mo-fr 9-17; samstag 10-12") == {"mon-fri": ["9-17"], "sat": ["10-12"]}
"""


def test_a_language_is_one_file(tmp_path: Path) -> None:
    for package in ("bot", "storage", "triage", "scheduler", "tests/bot", "tests/factories.py"):
        source, target = ROOT / package, tmp_path / package
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "local"))
        else:
            shutil.copy(source, target)
    locales = tmp_path / "bot" / "wording" / "locales"
    shutil.copy(locales / "en.yaml", locales / "de.yaml")
    done = subprocess.run(
        [sys.executable, "-c", IN_GERMAN], cwd=tmp_path, env={"PYTHONPATH": str(tmp_path)}, capture_output=True,
        text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
