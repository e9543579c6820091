"""What `make mutate` changes, and that what it excuses is still there."""

from __future__ import annotations

import ast
import tomllib

import pytest

from tests.mutate import EQUIVALENT, ROOT, TESTS, mutants

SOURCE = '''
LIMIT = 3

@cache(maxsize=5)
def late(at: int | None, due: int = -1) -> bool:
    """Adds 1."""
    for n in range(7):
        if at < due <= n and not n:
            continue
        raise ValueError(n + 1)
    return min(at, due) == due * 60 or zip(at, due, strict=True)
'''


def test_every_comparison_number_and_operator_is_changed_but_no_annotation_decorator_text_or_error() -> None:
    tree = ast.parse(SOURCE)
    found = {(mutant.number, mutant.column, mutant.change) for mutant in mutants("late", tree, SOURCE.splitlines())}
    assert found == {
        (2, 9, "3 to 4"), (2, 9, "3 to 2"),
        (5, 37, "without minus"), (5, 38, "1 to 2"), (5, 38, "1 to 0"),
        (7, 16, "7 to 8"), (7, 16, "7 to 6"),
        (8, 4, "and to or"), (8, 9, "lt to lte"), (8, 16, "lte to lt"), (8, 22, "without not"),
        (9, 1, "continue to break"),
        (11, 8, "or to and"), (11, 8, "min to max"), (11, 24, "eq to noteq"), (11, 24, "mult to floordiv"),
        (11, 30, "60 to 61"), (11, 30, "60 to 59"),
    }  # fmt: skip


def test_a_change_is_made_and_taken_back() -> None:
    tree = ast.parse(SOURCE)
    before = ast.dump(tree)
    changed = set()
    for mutant in mutants("late", tree, SOURCE.splitlines()):
        undo = mutant.make()
        changed.add(ast.dump(tree))
        undo()
        assert ast.dump(tree) == before
    assert before not in changed
    assert len(changed) == len(list(mutants("late", tree, SOURCE.splitlines())))


@pytest.mark.parametrize("module", TESTS)
def test_the_tests_of_a_module_and_the_lines_it_is_excused_for_are_there(module: str) -> None:
    for name in TESTS[module]:
        assert (ROOT / "tests" / "triage" / f"test_{name}.py").exists()
    lines = {line.strip() for line in (ROOT / "triage" / f"{module}.py").read_text(encoding="utf-8").splitlines()}
    excused = tomllib.loads(EQUIVALENT.read_text(encoding="utf-8"))["equivalent"]
    assert {entry["line"] for entry in excused if entry["module"] == module} <= lines
    assert all(entry["why"] for entry in excused)
