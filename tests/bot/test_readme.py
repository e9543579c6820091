"""The README's table of verbs says what there is."""

from __future__ import annotations

import re
from pathlib import Path

from bot.commands.dispatch import KNOWN
from bot.commands.looking import VERBS
from triage.people import MAY

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
TABLE = README.partition("| after `/ticket` | does |")[2].partition("\n\n")[0]
TYPED = {
    words.split()[0] for row in re.findall(r"^\| (`.*?) \|", TABLE, re.MULTILINE) for words in row.split("`")[1::2]
}


def test_every_verb_is_in_the_table_of_the_readme_and_every_verb_of_the_table_exists() -> None:
    assert {row.verb for row in VERBS} <= TYPED
    first = set(re.findall(r"^\| `([\w-]+)", TABLE, re.MULTILINE))
    assert first <= set(KNOWN)


def test_a_verb_with_roles_of_its_own_exists() -> None:
    assert {verb for verb in MAY if verb not in KNOWN} == {"escalate-by-reaction", "confirm-promise"}
