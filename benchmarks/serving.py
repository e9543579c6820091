"""A program that serves a web application until it is told to stop."""

from __future__ import annotations

import asyncio
import signal

from aiohttp import web


async def serve(app: web.Application) -> None:
    """Serve on a free port of this machine, print the address, and end at SIGTERM."""
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await stopping.wait()
    await runner.cleanup()
