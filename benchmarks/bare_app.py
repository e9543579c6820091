"""What acknowledgements are held against: a Bolt app with its defaults that does nothing but acknowledge.

Run as a program: it prints its address and serves until SIGTERM.
"""

from __future__ import annotations

import asyncio
import signal

from aiohttp import web
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult

SECRET = "bare-app"  # noqa: S105  it guards nothing


async def _authorize(**_: object) -> AuthorizeResult:
    """As cheap as can be, in the bare app's favour: no call to Slack, no database."""
    return AuthorizeResult(enterprise_id=None, team_id="T0BENCH", bot_user_id="U0BARE", bot_token="xoxb-bare")  # noqa: S106


async def _acknowledge(ack: AsyncAck) -> None:
    await ack()


async def _serve() -> None:
    app = AsyncApp(signing_secret=SECRET, authorize=_authorize)
    app.command("/ticket")(_acknowledge)
    runner = web.AppRunner(app.web_app())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await stopping.wait()
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(_serve())
