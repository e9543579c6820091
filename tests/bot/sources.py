"""What our sources say of sentences: which keys they ask for, which refusals they raise and with what values."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
ANYTHING = "\0"
IN_TEMPLATES = re.compile(r"""["']([a-z_]+\.[a-z0-9_.]+)["']( ~)?""")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Raised:
    """A refusal as one line of our sources raises it."""

    code: str
    values: frozenset[str]
    where: str


@cache
def sources(*folders: str) -> dict[Path, str]:
    """The text of every module below these folders."""
    return {path: path.read_text(encoding="utf-8") for each in folders for path in sorted((ROOT / each).rglob("*.py"))}


def modules(*folders: str, saying: str = "") -> dict[Path, ast.Module]:
    """Every module below these folders that has these words in it, parsed."""
    return {path: _parsed(text) for path, text in sources(*folders).items() if saying in text}


@cache
def _parsed(text: str) -> ast.Module:
    return ast.parse(text)


def texts(tree: ast.AST) -> Iterator[str]:
    """Every string, and every f-string with its gaps as ANYTHING; docstrings are no exception."""
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if id(node) in inside:
            continue
        if isinstance(node, ast.JoinedStr):
            yield "".join(p.value if isinstance(p, ast.Constant) else ANYTHING for p in node.values)  # type: ignore[misc]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@cache
def keys_asked_for(groups: frozenset[str]) -> tuple[set[str], set[str]]:
    """Keys of the catalogue that the bot's sources name: written out, and as patterns for those put together."""
    plain, patterns = set(), set()
    for tree in modules("bot").values():
        for text in texts(tree):
            if text.partition(".")[0] not in groups or not re.fullmatch(r"[a-z_]+\.[a-z0-9_.\0]+", text):
                continue
            if ANYTHING in text:
                patterns.add(re.escape(text).replace(re.escape(ANYTHING), r"[\w-]+"))
            else:
                plain.add(text)
    for template in sorted((ROOT / "bot").rglob("templates/*.html")):
        for text, goes_on in IN_TEMPLATES.findall(template.read_text(encoding="utf-8")):
            if text.partition(".")[0] in groups:
                patterns.add(f"{re.escape(text)}[\\w-]+") if goes_on else plain.add(text)
    return plain, patterns


@cache
def refusals_raised() -> tuple[Raised, ...]:
    """Every refusal raised in triage and bot; a code put together from an argument is followed to the callers."""
    found: list[Raised] = []
    for path, tree in modules("triage", "bot", saying="Refusal(").items():
        for function, call in _calls(tree):
            if function is None or _name(call) != "Refusal":
                continue
            values = frozenset(keyword.arg for keyword in call.keywords if keyword.arg)
            where = f"{path.relative_to(ROOT)}:{call.lineno}"
            found += [Raised(code, values, where) for code in sorted(_codes(call.args[0], function))]
    return tuple(found)


def _codes(code: ast.expr, function: Function) -> set[str]:
    if isinstance(code, ast.Constant):
        return {str(code.value)}
    if not isinstance(code, ast.JoinedStr):
        return set()  # a refusal that was raised elsewhere, passed on
    gap = next(part.value for part in code.values if isinstance(part, ast.FormattedValue))
    assert isinstance(gap, ast.Name), ast.unparse(code)
    names = [argument.arg for argument in function.args.args]
    end = "".join(str(part.value) for part in code.values if isinstance(part, ast.Constant))
    return {
        f"{_given(call, names.index(gap.id), gap.id)}{end}"
        for tree in modules("triage", "bot", saying=f"{function.name}(").values()
        for _, call in _calls(tree)
        if _name(call) == function.name
    }


def _given(call: ast.Call, place: int, name: str) -> str:
    argument = next((k.value for k in call.keywords if k.arg == name), None) or call.args[place]
    assert isinstance(argument, ast.Constant), f"cannot follow {ast.unparse(call)}"
    return str(argument.value)


@cache
def _calls(tree: ast.Module) -> list[tuple[Function | None, ast.Call]]:
    """Every call of a module with the function it stands in."""
    found: list[tuple[Function | None, ast.Call]] = []
    waiting: list[tuple[Function | None, ast.AST]] = [(None, tree)]
    while waiting:
        function, node = waiting.pop()
        if isinstance(node, ast.Call):
            found.append((function, node))
        inside = node if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else function
        waiting += [(inside, child) for child in ast.iter_child_nodes(node)]
    return found


def _name(call: ast.Call) -> str | None:
    return call.func.id if isinstance(call.func, ast.Name) else None
