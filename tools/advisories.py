"""`make advisories`: whether a locked version has a known vulnerability.

It asks the database of advisories that uv asks, so it needs a network and is no part of the gate. Exit code 0 when
nothing is known, and when the database cannot be reached, which one line then says; 1 when a version is affected.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
LOCKS = (
    "requirements-uv.txt",
    "requirements.txt",
    "requirements-teams.txt",
    "requirements-dev.txt",
    "requirements-bench.txt",
    "requirements-deploy.txt",
)
NOT_ASKED = 2  # uv's exit code
# uv audits its own kind of lock alone. Nothing listens where its packages are said to be from: only the database of
# advisories is asked.
PROJECT = '[project]\nname = "locked"\nversion = "0"\nrequires-python = ">=3.11"\n'
LOCK_HEAD = 'version = 1\nrevision = 3\nrequires-python = ">=3.11"\n'
SOURCE = 'source = { registry = "http://127.0.0.1:9/simple" }'


def pinned() -> dict[str, str]:
    """Package to version, of all locks together."""
    text = "".join((ROOT / lock).read_text(encoding="utf-8") for lock in LOCKS)
    return dict(re.findall(r"^([a-z0-9._-]+)==([^ ;\\]+)", text, re.MULTILINE))


def audit(packages: dict[str, str], *options: str) -> int:
    """Ask about these packages; `options` are uv's own. Answers the exit code."""
    needed = ", ".join(f'{{ name = "{name}" }}' for name in packages)
    entries = [f'name = "locked"\nversion = "0"\nsource = {{ virtual = "." }}\ndependencies = [{needed}]']
    entries += [f'name = "{name}"\nversion = "{version}"\n{SOURCE}' for name, version in packages.items()]
    with TemporaryDirectory() as folder:
        (Path(folder) / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
        lock = "\n".join([LOCK_HEAD, *(f"[[package]]\n{entry}\n" for entry in entries)])
        (Path(folder) / "uv.lock").write_text(lock, encoding="utf-8")
        command = [
            str(Path(sys.executable).with_name("uv")),
            *("audit", "--frozen", "--preview-features", "audit-command"),
            *options,
        ]
        patience = {**os.environ, "UV_HTTP_RETRIES": "0", "UV_HTTP_TIMEOUT": "10"}
        ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=patience)
    if ran.returncode == NOT_ASKED:
        last = (ran.stderr.strip().splitlines() or ["no answer"])[-1].strip()
        print(f"advisories: nothing was checked: the database of advisories could not be asked ({last})")
        return 0
    print(ran.stdout.strip() or ran.stderr.strip())
    if not ran.returncode:
        print(f"advisories: nothing is known against the {len(packages)} locked versions")
    return ran.returncode


if __name__ == "__main__":
    sys.exit(audit(pinned(), *sys.argv[1:]))
