"""The layers hold: who may import whom, and what the pure core may never touch."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TRIAGE = sorted((ROOT / "triage").rglob("*.py"))
# What serves every platform alike. The policy file and what people import know how each of them writes its ids.
NEUTRAL = [
    path
    for folder in ("bot/commands", "bot/outbound", "bot/verbs", "bot/wording", "scheduler", "storage")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "migrations" not in path.parts
]

OUTSIDE_WORLD = frozenset(
    (
        *("asyncio", "multiprocessing", "signal", "subprocess"),
        *("http", "socket", "ssl", "urllib"),
        *("logging", "os", "pathlib", "shutil", "sqlite3", "sys", "tempfile"),
        *("random", "secrets", "time"),
    )
)
CLOCK_READERS = frozenset({"now", "today", "utcnow"})
CLOCK_OWNERS = frozenset({"date", "datetime", "dt"})
LONGEST_FUNCTION = 50  # lines: what is longer is two things
PROGRAM = [
    path
    for folder in ("bot", "scheduler", "storage", "triage")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "migrations" not in path.parts
]
PLATFORM_WORD = re.compile(r"slack|(?<![a-z])teams|mrkdwn|block_?kit|adaptive", re.IGNORECASE)
# Which emoji means what is the policy file's and the platforms' own: in a text that somebody wrote they are words.
EMOJI = re.compile(r":[a-z0-9_+-]+:|eyes|thumbsup|\+1|rotating_light|(white|heavy)_check_mark|[a-z_]+_(hand|face)")


def impurities(source: str) -> Iterator[str]:
    """What in this module's code no pure policy may hold, each with its line; comments and docstrings are free."""
    tree = ast.parse(source)
    docstrings = {id(text) for node in ast.walk(tree) for text in _docstring(node)}
    for node in ast.walk(tree):
        if id(node) in docstrings:
            continue
        for found in _imports(node) | _wall_clock(node) | _input_output(node) | _platform_words(node) | _emoji(node):
            yield f"line {getattr(node, 'lineno', '?')}: {found}"


def _docstring(node: ast.AST) -> list[ast.expr]:
    if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        return []
    # Text standing alone is documentation wherever it stands: below a field or an enum's member too.
    return [part.value for part in node.body if isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant)]


def _imports(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Import):
        roots = {name.name.partition(".")[0] for name in node.names}
    elif isinstance(node, ast.ImportFrom) and not node.level:
        roots = {str(node.module).partition(".")[0]}
    else:
        return set()
    allowed = (sys.stdlib_module_names - OUTSIDE_WORLD) | {"triage"}
    return {f"imports {root}" for root in roots - allowed}


def _wall_clock(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Attribute) and node.attr in CLOCK_READERS:
        owner = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
        if owner in CLOCK_OWNERS:
            return {f"reads the wall clock with {owner}.{node.attr}"}
    return set()


def _input_output(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"open", "print", "input"}:
        return {f"calls {node.func.id}"}
    return set()


def _platform_words(node: ast.AST) -> set[str]:
    return {f"names a platform in {word!r}" for word in _words(node) if PLATFORM_WORD.search(word)}


def _emoji(node: ast.AST) -> set[str]:
    return {f"names an emoji in {word!r}" for word in _words(node) if EMOJI.fullmatch(word)}


def _words(node: ast.AST) -> list[str]:
    named = (getattr(node, name, None) for name in ("id", "attr", "name", "arg", "value"))
    return [value for value in named if isinstance(value, str)]


def test_imports_point_one_way_and_front_ends_never_meet() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def where_found(look: Callable[[Path], Iterable[str]], modules: Iterable[Path]) -> dict[str, list[str]]:
    """What is found in each of them, by path from the top; those without a finding are left out."""
    return {str(each.relative_to(ROOT)): found for each in modules if (found := list(look(each)))}


def test_the_policy_reads_no_clock_touches_no_world_and_names_no_platform() -> None:
    assert where_found(lambda module: impurities(module.read_text(encoding="utf-8")), TRIAGE) == {}


def test_what_serves_every_platform_names_none() -> None:
    assert where_found(platforms_named, NEUTRAL) == {}


def platforms_named(module: Path) -> Iterator[str]:
    """The words outside docstrings by which a module names a platform."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    docstrings = {id(text) for node in ast.walk(tree) for text in _docstring(node)}
    return (found for node in ast.walk(tree) if id(node) not in docstrings for found in _platform_words(node))


def test_no_function_is_longer_than_a_screen() -> None:
    found = {
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in PROGRAM
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno >= LONGEST_FUNCTION
    }
    assert found == set()


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("from datetime import datetime\nx = datetime.now(UTC)", "reads the wall clock"),
        ("import datetime as dt\nx = dt.datetime.utcnow()", "reads the wall clock"),
        ("from datetime import date\nx = date.today", "reads the wall clock"),
        ("import time", "imports time"),
        ("from time import time", "imports time"),
        ("import os.path", "imports os"),
        ("import sqlmodel", "imports sqlmodel"),
        ("from storage.tickets import get", "imports storage"),
        ("x = open('policy.yaml')", "calls open"),
        ("slack_id = 1", "names a platform"),
        ("def f(teams_tenant): ...", "names a platform"),
        ("x = person.slack", "names a platform"),
        ("x = 'slack:U0123'", "names a platform"),
        ("x = f'see {1} in Teams'", "names a platform"),
        ("class SlackPerson: ...", "names a platform"),
        ("x = {'rotating_light': 'escalate'}", "names an emoji"),
        ("x = {'eyes': 'take'}", "names an emoji"),
        ("x = ':ticket:'", "names an emoji"),
    ],
)
def test_each_impurity_is_seen(code: str, found: str) -> None:
    assert any(found in line for line in impurities(code)), list(impurities(code))


@pytest.mark.parametrize(
    "code",
    [
        "from datetime import UTC, datetime, time, timedelta\nimport dataclasses\nfrom zoneinfo import ZoneInfo",
        "from triage.ticket import Ticket\nfrom .errors import Refusal",
        '"""Slack and Teams both do this."""\nclass A:\n    """Slack."""\n    x: int\n    """As Slack has it."""',
        "x = facts.now  # never datetime.now()",
        "x = at.time()",
        "x = 'steams ahead'",
        "x = words('pray heart white_check_mark')",
    ],
)
def test_what_is_pure_is_let_be(code: str) -> None:
    assert list(impurities(code)) == []


def unexplained(path: Path) -> Iterator[str]:
    """The fields of public values that have no comment above them or beside them."""
    source = path.read_text(encoding="utf-8")
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.ClassDef) or node.name.startswith("_"):
            continue
        made_of = {ast.unparse(each).partition("(")[0] for each in (*node.decorator_list, *node.bases)}
        if not made_of & {"dataclass", "value", "NamedTuple"}:
            continue
        for field in node.body:
            if not isinstance(field, ast.AnnAssign) or "ClassVar" in ast.unparse(field.annotation):
                continue
            name, above = ast.unparse(field.target), lines[field.lineno - 2].strip()
            beside = "".join(lines[field.lineno - 1 : field.end_lineno])
            if not name.startswith("_") and not above.startswith("#") and "#" not in beside:
                yield f"{node.name}.{name}"


def test_every_field_of_a_public_value_is_explained_where_it_stands() -> None:
    assert where_found(unexplained, PROGRAM) == {}
