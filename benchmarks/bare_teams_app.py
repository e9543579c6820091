"""What answers to Teams are held against: an app of the Teams SDK with its defaults, on the server that it brings, that
does nothing but answer 200.

Run as a program: it prints its address and serves until SIGTERM. Its argument is a file in which stands who signs what
it is sent, as JSON.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import socket
import sys
import warnings
from pathlib import Path
from typing import Any

warnings.simplefilter("ignore")  # of what is new in it, which is no business of ours here
os.environ["PYTHON_DOTENV_DISABLED"] = "1"

from microsoft_teams.api.auth.cloud_environment import PUBLIC, with_overrides  # noqa: E402  after what is above
from microsoft_teams.apps import App  # noqa: E402


async def _heard(_context: Any) -> None:
    """Nothing to do: it answers 200."""


async def _serve(given: dict[str, str]) -> None:
    logging.disable(logging.CRITICAL)
    metadata = given["keys_url"].removesuffix("/keys") + "/openidconfiguration"
    cloud = with_overrides(PUBLIC, token_issuer=given["issuer"], openid_metadata_url=metadata)
    app = App(client_id=given["app"], client_secret="none", tenant_id=given["tenant"], cloud=cloud)  # noqa: S106
    app.on_message(_heard)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    serving = asyncio.create_task(app.start(port))
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, os._exit, 0)
    while True:
        await asyncio.sleep(0.05)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
    print(f"http://127.0.0.1:{port}", flush=True)
    await serving


if __name__ == "__main__":
    asyncio.run(_serve(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))))
