"""`vigie local`: the local workspace as its own process, so that a kill of the bot leaves the chat standing."""

from __future__ import annotations

import argparse
import asyncio
import signal

from aiohttp import web

from bot.cli import DONE
from bot.local_workspace.opening import ANSWER_WITHIN, open_stands
from bot.local_workspace.opening import serve as put_on
from bot.server.connections import BODY_LIMIT
from bot.server.settings import ConfigError, is_loopback, load_settings, not_listening
from storage.database import Database


def arguments(parser: argparse.ArgumentParser) -> None:
    """`vigie local` takes nothing: VIGIE_HOST and VIGIE_PORT say where."""


def run(_: argparse.Namespace) -> int:
    """Run until SIGTERM or SIGINT."""
    return asyncio.run(serve())


async def serve(answer_within: float = ANSWER_WITHIN) -> int:
    """Serve the workspace until SIGTERM or SIGINT. `answer_within`: the real seconds that the bot has to answer."""
    settings = load_settings()
    if not is_loopback(settings.host):
        raise ConfigError(
            f"the local workspace stays on this machine: set VIGIE_HOST to 127.0.0.1, not {settings.host}"
        )
    database = Database(settings.database_url)
    stands = open_stands(database, settings.command, answer_within, settings.local or None)
    await database.close()
    app = web.Application(client_max_size=BODY_LIMIT)
    put_on(app, stands)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=2)
    for stand in stands:
        await stand.start()
    await runner.setup()
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    try:
        await web.TCPSite(runner, settings.host, settings.port).start()
        port = runner.addresses[0][1]
        print(f"The local workspace is ready: open http://{settings.host}:{port}/local/", flush=True)
        print(
            f"Join it with SLACK_API_URL=http://{settings.host}:{port}/local/api/ and another VIGIE_PORT: vigie run",
            flush=True,
        )
        await stopping.wait()
    except OSError as error:
        raise not_listening(settings.host, settings.port, error) from None
    finally:
        await runner.cleanup()
        for stand in stands:
            await stand.stop()
    return DONE
