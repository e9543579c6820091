"""Programs under measurement, each a process of its own: started, waited for until they say where they are, stopped."""

from __future__ import annotations

import asyncio
import os
import re
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import CalledProcessError

ROOT = Path(__file__).parents[1]
VIGIE = (sys.executable, "-m", "bot")
START_SECONDS, STOP_SECONDS = 240, 30

_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")
# What is configured on this machine must neither be measured nor be spoken to.
_OURS = ("VIGIE_", "SLACK_", "TEAMS_")


class NotStartedError(Exception):
    """A program ended, or said nothing in time; the message holds its last words."""


@dataclass(frozen=True, slots=True)
class Running:
    """A program that is up: its address, its process id, how many seconds it took to say that it is ready, and what it
    says after that, a line each."""

    address: str
    pid: int
    seconds: float
    said: list[str] = field(default_factory=list)


@asynccontextmanager
async def running(command: tuple[str, ...], folder: Path, **environment: str) -> AsyncIterator[Running]:
    """Start `command` in `folder`; it is up once it prints an address. Ends with SIGTERM, as a service manager does.

    `environment` comes on top of this process's own, which is passed on without what is set of Vigie and its platforms.
    Raises NotStartedError.
    """
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=folder,
        env=_environment(environment),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        if process.stdout is None:
            raise NotStartedError("no pipe")
        address = await _address(process.stdout)
        seconds = time.perf_counter() - began
        up = Running(address, process.pid, seconds)
        draining = asyncio.create_task(_pass_on(process.stdout, up.said))  # a full pipe would stop it
        yield up
        await _stop(process)
        await draining
    finally:
        if process.returncode is None:
            await _stop(process)


async def done(command: tuple[str, ...], folder: Path, output: Path) -> float:
    """Run `command` in `folder` to its end, what it prints going to the file `output`; how many seconds it took.

    Raises CalledProcessError where it ends with anything but 0.
    """
    with output.open("wb") as printed:
        began = time.perf_counter()
        process = await asyncio.create_subprocess_exec(*command, cwd=folder, env=_environment({}), stdout=printed)
        try:
            code = await process.wait()
            seconds = time.perf_counter() - began
        finally:
            if process.returncode is None:
                await _stop(process)
    if code:
        raise CalledProcessError(code, command)
    return seconds


def _environment(given: dict[str, str]) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    return {**inherited, "PYTHONPATH": str(ROOT), **given}


async def _address(output: asyncio.StreamReader) -> str:
    said: list[str] = []
    try:
        async with asyncio.timeout(START_SECONDS):
            while line := (await output.readline()).decode():
                said.append(line)
                if found := _ADDRESS.search(line):
                    return found[0]
    except TimeoutError:
        said.append(f"not ready within {START_SECONDS} s")
    raise NotStartedError("".join(said[-20:]).strip() or "it ended without a word")


async def _pass_on(output: asyncio.StreamReader, said: list[str]) -> None:
    """What the program complains about belongs beside the figures, on standard error."""
    while line := await output.readline():
        if line.startswith(b"Join it with"):
            continue
        said.append(line.decode(errors="replace"))
        sys.stderr.write(said[-1])


async def _stop(process: asyncio.subprocess.Process) -> None:
    process.terminate()
    try:
        async with asyncio.timeout(STOP_SECONDS):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
