"""Reads what stands behind a command's name, and says in one line what is wrong with it."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import Any, NoReturn

from bot.cli import MISUSED


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, and what may have been meant."""

    def error(self, message: str) -> NoReturn:
        """Leave with that line."""
        line = " ".join(message.split()).rstrip(".")
        self.exit(MISUSED, f"{self.prog}: {line}{_end(line)} Type {self.prog} --help to see what there is.\n")

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is None or value in action.choices:
            return
        known = [str(each) for each in action.choices]
        hint = near(str(value), known)
        tip = f"did you mean {hint}?" if hint else f"write {' or '.join(known)}"
        raise argparse.ArgumentError(action, f"{value} is not known here: {tip}")


def parse(
    name: str, said: str, arguments: Callable[[argparse.ArgumentParser], None], rest: list[str]
) -> argparse.Namespace:
    """What was typed for the command of that name, which does what is `said`."""
    parser = Parser(
        prog=f"vigie {name}",
        description=f"{said[:1].upper()}{said[1:]}.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(action=name.rpartition(" ")[2])
    arguments(parser)
    chosen, unknown = parser.parse_known_args(rest)
    if unknown:
        _refuse(parser, unknown[0])
    return chosen


def number(text: str) -> int:
    """A whole number, as an argument."""
    if text.isascii() and text.isdigit() and len(text) < 16:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text} is not a number")


def count(text: str) -> int:
    """How many, as an argument: one at least."""
    if (given := number(text)) > 0:
        return given
    raise argparse.ArgumentTypeError("it has to be 1 at least")


def name(text: str) -> str:
    """What something is called, as an argument. Empty, as a variable that is not set leaves it, it names nothing."""
    if text.strip():
        return text
    raise argparse.ArgumentTypeError("it is empty")


def near(typed: str, known: Iterable[str]) -> str | None:
    """What may have been meant; None where nothing is like it."""
    return next(iter(get_close_matches(typed[:60].lower(), sorted(known), n=1, cutoff=0.5)), None)


def _refuse(parser: Parser, typed: str) -> NoReturn:
    if not typed.startswith("-"):
        parser.error(f"{typed} is one word too many")
    option = typed.partition("=")[0]
    known = [each for action in parser._actions for each in action.option_strings]  # noqa: SLF001  no public way
    hint = near(option, (each for each in known if each.startswith("--")))
    parser.error(f"there is no option {option}" + (f": did you mean {hint}?" if hint else ""))


def _end(line: str) -> str:
    return "" if line.endswith("?") else "."
