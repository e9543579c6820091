"""Change the core arithmetic in one place at a time, and see that a test fails: `make mutate`.

A mutant is a module with one change: `<` for `<=`, one more or less in a number, plus for minus, `min` for `max`, `and`
for `or`, and their like. Each is tried in a process of its own, against the tests of its module. What no test notices
is printed, and the exit code is 1, unless `mutants.toml` says why that change is none.
"""

from __future__ import annotations

import ast
import importlib.util
import os
import signal
import sys
import time
import tomllib
from collections.abc import Callable, Iterator, Sequence
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, NamedTuple

import hypothesis
import pytest
from hypothesis import Phase

ROOT = Path(__file__).parents[1]
EQUIVALENT = ROOT / "tests" / "mutants.toml"
PROCESSES = 2
PATIENCE = 2  # times as long as the tests take as they stand: a change that makes a loop endless is noticed, too

HOURS = ("hours", "hours_instants", "cases", "hours_reference")
TICKET = ("cases", "case_targets", "ticket_reference")
ACTS = ("opening", "owning", "updating", "awaiting", "answering", "restoring", "reporting", "sorting", "resolving")
CLOCKS = (
    "clocks",
    "clocks_edges",
    "kinds_of_waiting",
    "starts",
    "day_targets",
    "cases",
    "ticket",
    *ACTS,
    "ticket_reference",
)
TESTS = {
    "instants": HOURS,
    "zones": ("zones", *HOURS),
    "recurring": ("recurring",),
    "openings": ("case_hours", "opening_hours", *HOURS),
    "opening_hours": ("case_hours", "opening_hours", *HOURS),
    "opening_days": ("opening_days", "special_dates", "case_hours", "opening_hours", *HOURS),
    "special_dates": ("special_dates",),
    "named_hours": ("case_hours",),
    "opentable": ("hours_table", "opening_hours", *HOURS),
    "counting": ("hours_table", *HOURS),
    "hours": HOURS,
    "day_targets": ("day_targets",),
    "target": ("day_targets", "terms"),
    "target_text": ("target_text",),
    "case_targets": ("case_targets",),
    "case_timing": ("case_targets", "case_forms", "ticket_reference"),
    "case_fields": TICKET,
    "cases": TICKET,
    "ticket_case": TICKET,
    "durations": ("durations",),
    "cycles": ("moving", "figures", "agreements", "bringing"),
    "targets": ("policy", "warnings"),
    "terms": ("terms", "policy", "starts", "kinds_of_waiting", "agreements"),
    "why": ("why", "starts", "agreements"),
    "warnings": ("warnings",),
    "clock": CLOCKS,
    "clocks": CLOCKS,
    "case_clocks": ("kinds_of_waiting", "starts"),
    "case_agreements": ("case_agreements",),
    "based_on": ("case_agreements",),
    "agreements": ("agreements",),
    "agreement_figures": ("agreements", "figures"),
    "agreement_rules": ("agreement_rules",),
    "agenda": ("agenda", "agenda_edges", "snoozing", "due", "warnings", "escalation", *ACTS),
}
"""Module of triage to the tests that hold it, the quickest first."""

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.Div: ast.Mult,
    ast.Mod: ast.FloorDiv,
}  # fmt: skip
NAMES = {
    "min": "max", "max": "min", "any": "all", "all": "any", "bisect_left": "bisect_right", "bisect_right": "bisect_left"
}  # fmt: skip

Change = Callable[[], Callable[[], None]]
"""Makes a change in the tree and answers what takes it back."""


class Mutant(NamedTuple):
    """One change. `line` is the source it is made in, `within` the function; both find it again when lines move."""

    module: str
    number: int
    line: str
    within: str
    change: str
    column: int
    make: Change

    @property
    def key(self) -> tuple[str, str, str, str]:
        return self.module, self.within, self.line, f"{self.column}: {self.change}"


def mutants(module: str, tree: ast.Module, lines: Sequence[str]) -> Iterator[Mutant]:
    """Every change there is to make in a module."""
    for node, within in _arithmetic(tree, ""):
        for change, place, make in _changes(node):
            line = lines[place.lineno - 1]
            column = place.col_offset - (len(line) - len(line.lstrip())) + 1
            yield Mutant(module, place.lineno, line.strip(), within, change, column, make)


def _arithmetic(node: ast.AST, within: str) -> Iterator[tuple[ast.AST, str]]:
    """The nodes that may be changed, with the function they are in: no annotations, decorators, texts or errors."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        within = f"{within}.{node.name}".lstrip(".")
    yield node, within
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "exc") or isinstance(node, ast.JoinedStr):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not (isinstance(child, ast.keyword) and child.arg == "strict"):
                yield from _arithmetic(child, within)


def _changes(node: ast.AST) -> Iterator[tuple[str, ast.expr | ast.stmt, Change]]:
    """What changes, where it is told to be, and how it is made."""
    match node:
        case ast.Compare():
            for at, op in enumerate(node.ops):
                other = COMPARISONS[type(op)]()
                yield _to(op, other), node.comparators[at], _item(node.ops, at, other)
        case ast.BinOp() | ast.AugAssign() if type(node.op) in OPERATORS:
            changed = OPERATORS[type(node.op)]()
            yield _to(node.op, changed), node, _field(node, "op", changed)
        case ast.BoolOp():
            both = ast.And() if isinstance(node.op, ast.Or) else ast.Or()
            yield _to(node.op, both), node, _field(node, "op", both)
        case ast.UnaryOp(op=ast.Not()):
            # `not not x` is x where only its truth is asked for.
            twice = ast.copy_location(ast.UnaryOp(ast.Not(), node.operand), node.operand)
            yield "without not", node, _field(node, "operand", twice)
        case ast.UnaryOp(op=ast.USub()):
            yield "without minus", node, _field(node, "op", ast.UAdd())
        case ast.Constant(value=bool()):
            yield f"{node.value!r} to {not node.value!r}", node, _field(node, "value", not node.value)
        case ast.Constant(value=int() | float()):
            for more in (1, -1):
                value = node.value + more  # type: ignore[operator]  # a number, as the case says
                yield f"{node.value!r} to {value!r}", node, _field(node, "value", value)
        case ast.Name() if node.id in NAMES:
            yield f"{node.id} to {NAMES[node.id]}", node, _field(node, "id", NAMES[node.id])
        case ast.For() | ast.While() | ast.If():
            for block in (node.body, node.orelse):
                for at, child in enumerate(block):
                    if isinstance(child, ast.Break | ast.Continue):
                        other_way = ast.copy_location(
                            ast.Continue() if isinstance(child, ast.Break) else ast.Break(), child
                        )
                        yield _to(child, other_way), child, _item(block, at, other_way)


def _to(before: ast.AST, after: ast.AST) -> str:
    return f"{_name(before)} to {_name(after)}"


def _name(node: ast.AST) -> str:
    return type(node).__name__.lower()


def _field(node: ast.AST, name: str, value: object) -> Change:
    def make() -> Callable[[], None]:
        before = getattr(node, name)
        setattr(node, name, value)
        return lambda: setattr(node, name, before)

    return make


def _item(nodes: list[Any], at: int, value: ast.AST) -> Change:
    def make() -> Callable[[], None]:
        before = nodes[at]
        nodes[at] = value
        return lambda: nodes.__setitem__(at, before)

    return make


class _Changed(SourceFileLoader):
    """Loads one module from a tree instead of its file."""

    def __init__(self, name: str, path: str, code: CodeType) -> None:
        super().__init__(name, path)
        self._code = code

    def get_code(self, fullname: str) -> CodeType:
        return self._code

    def find_spec(self, name: str, path: object = None, target: ModuleType | None = None) -> ModuleSpec | None:
        """As the finder of this one module."""
        return importlib.util.spec_from_file_location(name, self.path, loader=self) if name == self.name else None


def passes(module: str, code: CodeType, seconds: float) -> bool:
    """Whether the tests of a module notice nothing. Ends in the child: they import what it changed."""
    path = ROOT / "triage" / f"{module}.py"
    sys.meta_path.insert(0, _Changed(f"triage.{module}", str(path), code))
    signal.setitimer(signal.ITIMER_PROF, seconds)  # of this process's own: a busy machine is no endless loop
    options = ["-qx", "--noconftest", "-p", "no:randomly", "-p", "no:cacheprovider", "-W", "ignore"]
    return all(pytest.main([*options, str(ROOT / "tests" / "triage" / f"test_{n}.py")]) == 0 for n in TESTS[module])


def start(module: str, code: CodeType, seconds: float) -> int:
    """Try one in a process of its own; answers its id. It leaves with 0 where nothing was noticed."""
    if child := os.fork():
        return child
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    try:
        os._exit(0 if passes(module, code, seconds) else 1)
    finally:
        os._exit(1)


def survivors(module: str) -> list[Mutant]:
    """The mutants of a module that no test noticed."""
    path = ROOT / "triage" / f"{module}.py"
    source = path.read_text(encoding="utf-8")
    tree = ast.parse(source)
    began = time.monotonic()
    _, status, used = os.wait4(start(module, compile(tree, path, "exec"), 600), 0)
    if status != 0:
        sys.exit(f"The tests of triage/{module}.py fail as it stands: make them pass first.")
    patience = 5 + PATIENCE * (used.ru_utime + used.ru_stime)
    found: list[Mutant] = []
    running: dict[int, Mutant] = {}

    def finish() -> None:
        child, status = os.wait()
        mutant = running.pop(child)
        if status == 0:
            found.append(mutant)

    every = list(mutants(module, tree, source.splitlines()))
    for mutant in every:
        undo = mutant.make()
        code = compile(ast.fix_missing_locations(tree), path, "exec")
        undo()
        if len(running) == PROCESSES:
            finish()
        running[start(module, code, patience)] = mutant
    while running:
        finish()
    seconds = time.monotonic() - began
    say(f"triage/{module}.py: {len(every)} changes, {len(found)} unnoticed, {seconds:.0f} s")
    return sorted(found, key=lambda mutant: (mutant.number, mutant.column, mutant.change))


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(wanted: Sequence[str]) -> int:
    """Try the modules named, or all; 1 where something is unnoticed, or excused for nothing."""
    quick = [Phase.explicit, Phase.generate]
    hypothesis.settings.register_profile("mutants", deadline=None, derandomize=True, database=None, phases=quick)
    hypothesis.settings.load_profile("mutants")
    sys.dont_write_bytecode = True
    sys.path.insert(0, str(ROOT))
    os.chdir(ROOT)
    if unknown := set(wanted) - set(TESTS):
        sys.exit(f"No tests are named for {', '.join(unknown)}; there are some for {', '.join(TESTS)}.")
    known = tomllib.loads(EQUIVALENT.read_text(encoding="utf-8"))["equivalent"]
    excused = {(e["module"], e["within"], e["line"], change) for e in known for change in e["changes"]}
    wrong = 0
    for module in wanted or TESTS:
        unnoticed = survivors(module)
        for mutant in unnoticed:
            if mutant.key not in excused:
                wrong += 1
                place = f"triage/{module}.py:{mutant.number}, column {mutant.column}"
                say(f"  {place}: {mutant.change}\n    {mutant.line}  ({mutant.within})")
        for key in sorted({key for key in excused if key[0] == module} - {mutant.key for mutant in unnoticed}):
            wrong += 1
            say(f"  {EQUIVALENT.name} excuses what is noticed, or is not there: {' | '.join(key)}")
    return min(wrong, 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
