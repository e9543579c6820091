"""`vigie run`: everything, until it is told to stop."""

from __future__ import annotations

import argparse
import asyncio
import gc
import signal
import sys

from bot.app import STARTUP_ERRORS, Vigie
from bot.cli import DONE, MISUSED
from bot.config import ConfigError, load_settings
from bot.logs import set_up_logs


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `vigie run` takes."""
    parser.add_argument("--role", choices=("web", "worker", "all"), default="all", help="what this process does")
    parser.add_argument("--local", action="store_true", help="add the local workspace beside a real platform")


def run(chosen: argparse.Namespace) -> int:
    """Run until SIGTERM or SIGINT."""
    set_up_logs()
    return asyncio.run(_run(chosen))


async def _run(chosen: argparse.Namespace) -> int:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    try:
        vigie = Vigie(load_settings(), chosen.role, chosen.local)
    except ConfigError as error:
        return _refuse(error)
    try:
        await vigie.start()
        # All that was loaded stays: looking through it again and again would hold everybody up for a tenth of a second.
        gc.collect()
        gc.freeze()
        print(_greeting(vigie), flush=True)
        if vigie.on_other_terms:
            print(_offer(vigie.on_other_terms), flush=True)
        await stopping.wait()
    except STARTUP_ERRORS as error:
        return _refuse(error)
    finally:
        await vigie.stop()
    return DONE


def _greeting(vigie: Vigie) -> str:
    if vigie.embeds_workspace:
        return f"Vigie is ready: open {vigie.address}/local/"
    if vigie.in_local_mode:
        return f"Vigie is ready on {vigie.address} and has joined the local workspace"
    return f"Vigie is ready on {vigie.address}"


def _offer(tickets: int) -> str:
    return (
        f"{tickets} open tickets keep the terms of an earlier policy: vigie policy move shows what this one would "
        "change, and moves them."
    )


def _refuse(error: Exception) -> int:
    print(f"vigie run: {' '.join(str(error).split())}", file=sys.stderr)
    return MISUSED
