"""Asking somebody at the terminal until an answer will do: a wrong one is explained and asked for again."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Awaitable, Callable, Iterable, Mapping
from pathlib import Path
from typing import Protocol, TypeVar

import aiohttp

from bot.server.env_file import write_env
from bot.server.settings import ConfigError

TRIES = 3
Answer = TypeVar("Answer")


class Refused(Exception):
    """An answer that will not do; the message says what to do instead."""


class Console(Protocol):
    """How the person is spoken with."""

    def say(self, text: str) -> None:
        """Show text."""

    def ask(self, question: str) -> str:
        """Ask for a line."""

    def ask_secret(self, question: str) -> str:
        """Ask for a line that is not shown while it is typed."""


class Terminal:
    """The person at the terminal."""

    def say(self, text: str) -> None:
        """Print."""
        print(text, flush=True)

    def ask(self, question: str) -> str:
        """Read a line."""
        return input(question)

    def ask_secret(self, question: str) -> str:
        """Read a line without echo."""
        return getpass.getpass(question)


async def until_it_does(
    console: Console,
    platform: str,
    ask: Callable[[], str],
    check: Callable[[str], Awaitable[Answer]],
    tries: int = TRIES,
) -> Answer:
    """What `check` makes of the first answer that it does not refuse. Raises ConfigError, one line that says what to
    do, after that many answers that will not do, or where the platform cannot be reached."""
    for left in reversed(range(tries)):
        given = ask().strip()
        try:
            if not given:
                raise Refused("nothing was typed.")
            return await check(given)
        except Refused as refused:
            reason = str(refused)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise unreachable(platform, error) from error
        if tries > 1:
            console.say(f"That will not do: {reason}")
        if not left:
            raise ConfigError(f"nothing was written: {reason}")
    raise AssertionError("every try returns or raises")


def unreachable(platform: str, error: Exception) -> ConfigError:
    """What is said where the platform does not answer."""
    return ConfigError(
        f"cannot reach {platform} ({type(error).__name__}): check this machine's network and proxy, then try again."
    )


def write(path: Path, values: Mapping[str, str]) -> None:
    """Put settings into that file. Raises ConfigError where it cannot be written."""
    try:
        write_env(path, values)
    except (OSError, ValueError) as error:
        raise ConfigError(f"cannot write {path} ({error}): make this folder writable, then try again.") from error


def warn_of_environment(console: Console, path: Path, names: Iterable[str]) -> None:
    """Point out what the environment sets as well, since that wins."""
    for name in names:
        if os.environ.get(name):
            console.say(f"{name} is also set in the environment, which beats {path}: unset it there.")


def agreed(what: str) -> bool:
    """Whether whoever is at the terminal wants that done; nobody is where input comes from elsewhere."""
    if not sys.stdin.isatty():
        print(f"Add --yes to {what}.")
        return False
    return input(f"{what[:1].upper()}{what[1:]}? [y/N] ").strip().lower() in ("y", "yes", "o", "oui")


def whoever() -> str:
    """Who is at the terminal, as their machine calls them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may have nobody
        return "somebody at the command line"
