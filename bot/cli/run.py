"""`vigie run`: everything, until it is told to stop."""

from __future__ import annotations

import argparse
import asyncio
import signal
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from bot.app import STARTUP_ERRORS, Vigie
from bot.cli import DOES_NOT_HOLD, DONE
from bot.cli.terminal import counted
from bot.desk.now import Now
from bot.desk.policy_file import load_policy, read_policy_file
from bot.desk.policy_file.places import of_file
from bot.local_workspace.opening import playable
from bot.server.ending import LastResort
from bot.server.garbage import keep_what_is_loaded
from bot.server.settings import ConfigError, Settings, load_settings
from bot.server.threads import take_turns


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `vigie run` takes."""
    parser.add_argument("--role", choices=("web", "worker", "all"), default="all", help="what this process does")
    parser.add_argument("--local", action="store_true", help="add the local workspace beside a real platform")


def run(chosen: argparse.Namespace) -> int:
    """Run until SIGTERM or SIGINT."""
    take_turns()
    return asyncio.run(_run(chosen))


async def _run(chosen: argparse.Namespace) -> int:
    stopping, last_resort = asyncio.Event(), LastResort()

    def stop() -> None:
        last_resort.begin()
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT):  # a second one changes nothing: it is ending
        asyncio.get_running_loop().add_signal_handler(number, stop)
    settings = load_settings()
    _check_policy(settings.policy)
    vigie = Vigie(settings, chosen.role, chosen.local)
    told = asyncio.create_task(stopping.wait())
    try:
        if not await _unless(told, vigie.start()):
            return DONE
        keep_what_is_loaded()
        _greet(vigie, settings)
        if await _unless(told, vigie.broken()):
            last_resort.begin()
            return DOES_NOT_HOLD  # whoever looks after this process starts it anew
    except STARTUP_ERRORS as error:
        raise ConfigError(" ".join(str(error).split())) from error
    finally:
        await vigie.stop()
        last_resort.closed()
    return DONE


async def _unless(told: asyncio.Task[object], work: Coroutine[Any, Any, None]) -> bool:
    """Do that, unless the process is told to stop first; whether it was done."""
    task = asyncio.create_task(work)
    await asyncio.wait((told, task), return_when=asyncio.FIRST_COMPLETED)
    if not task.done():
        task.cancel()
        await asyncio.wait((task,), timeout=1)
        return False
    task.result()
    return True


def _greet(vigie: Vigie, settings: Settings) -> None:
    print(_greeting(vigie), flush=True)
    if vigie.in_local_mode and not (settings.local or "teams" in playable()):
        print("Without the SDK of Teams it is Slack alone: make run TEAMS=1 installs it, or vigie[teams].", flush=True)
    if settings.teams_dev:
        print("VIGIE_TEAMS_DEV is set: whoever reaches this port may act as anybody in Teams.", flush=True)
    if vigie.on_other_terms:
        print(_offer(vigie.on_other_terms), flush=True)


def _greeting(vigie: Vigie) -> str:
    if vigie.page is not None:
        return f"Vigie is ready: open {vigie.address}{vigie.page} for the chat, {vigie.address}/ for the desk"
    if vigie.in_local_mode:
        return f"Vigie is ready on {vigie.address} and has joined the local workspace"
    return f"Vigie is ready on {vigie.address}"


def _offer(tickets: int) -> str:
    keep, them = ("keeps", "it") if tickets == 1 else ("keep", "them")
    return (
        f"{counted(tickets, 'open ticket')} {keep} the terms of an earlier policy: vigie policy move shows what this "
        f"one would change, and moves {them}."
    )


def _check_policy(file: Path | None) -> None:
    """Raises PolicyError where the policy file is none: before anything is made."""
    if file is not None:
        with of_file(file):
            load_policy(read_policy_file(file), today=Now()().date())
