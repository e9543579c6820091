"""`make tests-of FILE=storage/outbox.py`: which tests try a file, read from what they import.

Tests are named after promises, so one file is often tried by several and one test tries several files. Those that use
the file's names themselves come first, most uses first; then those that use what stands on it, in the file's own part
of the tree before others.
"""

from __future__ import annotations

import ast
import re
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = ("triage", "storage", "scheduler", "bot", "benchmarks", "tools")
MOST = 12  # of those that only use what stands on it


def module_of(file: Path) -> str:
    """The dotted name that a file of the project is imported by."""
    parts = list(file.relative_to(ROOT).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def imports(file: Path) -> frozenset[tuple[str, str]]:
    """What a file imports of ours: (module, name it has there), the module once more by itself."""
    return frozenset(_imports(ast.parse(file.read_text(encoding="utf-8"))))


def _imports(tree: ast.AST) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, alias.asname or alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield node.module, alias.asname or alias.name
                yield f"{node.module}.{alias.name}", alias.asname or alias.name  # where a module is imported by name


def direct(module: str, tests: list[Path]) -> list[tuple[Path, int]]:
    """The tests that import the module, each with how often it uses what it has from there, the most often first."""
    found: Counter[Path] = Counter()
    for test in tests:
        names = {name for where, name in imports(test) if where == module}
        if names:
            text = test.read_text(encoding="utf-8")
            found[test] = sum(len(re.findall(rf"\b{re.escape(name)}\b", text)) for name in names)
    return found.most_common()


def tests_of(file: Path) -> tuple[list[tuple[Path, int]], list[Path]]:
    """The tests that use the file's names, with how often; and those that only use what imports the file."""
    tests = sorted((ROOT / "tests").rglob("test_*.py"))
    module = module_of(file)
    first = direct(module, tests)
    known = {test for test, _ in first}
    second: Counter[Path] = Counter()
    for package in PACKAGES:
        for other in (ROOT / package).rglob("*.py"):
            if any(where == module for where, _ in imports(other)):
                second.update({test: uses for test, uses in direct(module_of(other), tests) if test not in known})
    near = ROOT / "tests" / file.relative_to(ROOT).parts[0]
    return first, sorted(second, key=lambda test: (not test.is_relative_to(near), -second[test], test))


def main(arguments: list[str]) -> int:
    """Print them, a path each; answers the exit code."""
    file = (ROOT / arguments[0]).resolve() if arguments else ROOT
    if not file.is_file() or file.suffix != ".py" or not file.is_relative_to(ROOT):
        print("make tests-of FILE=storage/outbox.py: name a Python file of the project", file=sys.stderr)
        return 2
    first, second = tests_of(file)
    for test, uses in first:
        print(f"{test.relative_to(ROOT)}  ({uses} uses)")
    if second:
        print(f"{'and ' if first else ''}through what imports it:")
        for test in second[:MOST]:
            print(f"  {test.relative_to(ROOT)}")
        if len(second) > MOST:
            print(f"  and {len(second) - MOST} more")
    if not first and not second:
        print("no test imports it: the stories in tests/scenarios/ try it through HTTP")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
