"""`make teams`: Microsoft's Agents Playground, which plays Teams in a browser, with Vigie behind it and no account.

Playground cannot sign what it sends, so Vigie takes whoever reaches its port at their word (VIGIE_TEAMS_DEV): on this
machine only, and never beside a secret of Teams'. Playground listens on every address of a machine by itself; it is
held to this one. Its telemetry is off. The local workspace is there too, as the same desk in Slack: its page has the
bar that moves time.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tools.npm import download, extract, node

HERE = Path(__file__).parent
HOME = Path(sys.prefix) / "playground"
PACKAGE = "@microsoft/m365agentsplayground@0.2.28"
SHA256 = "1544f23fcf8cdab6a6da6a309fe7bb26cfcbcd931edabd18bb1c342e151f4f03"
ABSENT = "no Agents Playground: run `make teams` once with a network"
TENANT = HERE / "playground.yml"  # its people, channels and chats, made up
TENANT_ID = "5f0a3c1e-2b7d-4d57-9b0e-6a1f0c9e7d21"
CHANNEL = "19:playground-support@thread.tacv2"
PORT = 56150
READY = re.compile(r"Vigie is ready: open (http://\S+)")
SECONDS = 60.0  # how long either of the two may take to start


def fetch() -> None:
    """Put it into `.venv/playground`. Raises OSError, CalledProcessError or TimeoutExpired where it cannot be had."""
    with tempfile.TemporaryDirectory(dir=sys.prefix, prefix="playground-") as name:
        folder = Path(name)
        extract(download(folder, PACKAGE, SHA256), folder)
        shutil.rmtree(HOME, ignore_errors=True)
        (folder / "package").rename(HOME)


def is_there() -> bool:
    """Whether it was fetched."""
    return (HOME / "cli.js").exists()


def command(endpoint: str, port: int) -> list[str]:
    """What starts it, for a bot at `endpoint`."""
    start = ("start", "--app-endpoint", endpoint, "--channel-id", "msteams", "--port", str(port), "--disable-telemetry")
    return [str(node()), "--require", str(HERE / "loopback.cjs"), str(HOME / "cli.js"), *start]


def environment(tenant: Path | None = TENANT, log: Path | None = None, *, browser: bool = False) -> dict[str, str]:
    """What it is started with, beside that. `tenant`: who and what is in it; None: Microsoft's own example."""
    found = dict(os.environ) | {
        "M365_AGENTS_PLAYGROUND_LOGFILE": str(log or HOME / "playground.log"),
        # Without a file of that name it takes its own example; it looks into the working folder otherwise.
        "M365_AGENTS_PLAYGROUND_CONFIG_PATH": str(tenant or HOME / "none.yml"),
    }
    return found if browser else found | {"TEAMSAPPTESTER_BROWSER": "none"}


def settings(given: Mapping[str, str]) -> dict[str, str]:
    """The settings of the Vigie behind it: `given`, and what makes it a trial. Beside a secret of Teams' it refuses to
    start."""
    ours = {
        "VIGIE_TEAMS_DEV": "1", "VIGIE_TEAMS_CHANNEL": CHANNEL, "TEAMS_CLIENT_ID": "", "TEAMS_TENANT_ID": TENANT_ID,
        # Playground shows everybody what is meant for one person alone: such answers go to the chat with the bot.
        "VIGIE_TEAMS_TARGETED": "0",
    }  # fmt: skip
    return {"VIGIE_DATABASE_URL": "sqlite:///vigie-playground.db", **given, **ours}


def main() -> int:
    """Run both until Ctrl-C."""
    if not is_there():
        print(f"Fetching {PACKAGE} …", flush=True)
        try:
            fetch()
        except (OSError, subprocess.SubprocessError) as error:
            print(f"Agents Playground could not be fetched ({type(error).__name__}: {error}).")
            return 1
    running: list[subprocess.Popen[str]] = []
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return _both(running)
    except KeyboardInterrupt:
        return 0
    finally:
        stop(running)


def _both(running: list[subprocess.Popen[str]]) -> int:
    port = os.environ.get("VIGIE_PORT") or "8080"
    endpoint = f"http://127.0.0.1:{port}/teams/messages"
    wants_browser = os.environ.get("BROWSER", "") not in ("", "none", "0")
    # Playground first: what Vigie asks of Teams on its way up is answered then.
    playground = subprocess.Popen(
        command(endpoint, int(os.environ.get("PLAYGROUND_PORT", PORT))),
        env=environment(browser=wants_browser), stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    running.append(playground)
    listening = said(playground, re.compile(r"Listening on (\d+)"))
    if listening is None:
        return playground.wait() or 1
    run = [sys.executable, "-m", "bot", "run", "--local"]
    vigie = subprocess.Popen(run, env=settings(os.environ), stdout=subprocess.PIPE, text=True)
    running.append(vigie)
    page = said(vigie, READY)
    if page is None:
        return vigie.wait()
    print(f"Teams, played by Agents Playground: open http://localhost:{listening} and type @Vigie new sev1 Link down")
    print(f"The same desk in Slack, and the bar that moves time: open {page}")
    print("Nobody is asked who they are: Vigie and Playground both answer this machine alone. Ctrl-C stops both.")
    sys.stdout.flush()
    for each in running:
        threading.Thread(target=_pass_on, args=(each,), daemon=True).start()
    while all(each.poll() is None for each in running):
        time.sleep(0.2)
    return next(each.returncode for each in running if each.poll() is not None)


def _pass_on(process: subprocess.Popen[str]) -> None:
    for line in process.stdout or ():
        print(line, end="", flush=True)


def said(process: subprocess.Popen[str], wanted: re.Pattern[str]) -> str | None:
    """What a program says of itself once it is up; None: it ended before, or never says so."""
    until = time.monotonic() + SECONDS
    for line in process.stdout or ():
        if found := wanted.search(line):
            return found[1]
        print(line, end="", flush=True)
        if time.monotonic() > until:
            break
    return None


def stop(running: Sequence[subprocess.Popen[str]]) -> None:
    """End whatever of these still runs."""
    for each in running:
        if each.poll() is None:
            each.send_signal(signal.SIGTERM)
    for each in running:
        try:
            each.wait(15)
        except subprocess.TimeoutExpired:
            each.kill()


if __name__ == "__main__":
    sys.exit(main())
