"""`make licences`: write docs/third-party.md from what the installed packages say of themselves."""

from __future__ import annotations

import sys
from importlib.metadata import metadata
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "third-party.md"
HEAD = """\
# Licences of others

Vigie itself is under the MIT licence (`LICENSE`). It runs with the packages below, which are installed from
`requirements.txt` and are not part of this repository. What is needed for tests and benchmarks alone
(`requirements-dev.txt`, `requirements-bench.txt`, `requirements-deploy.txt`) is not listed: nobody who runs Vigie gets
it.

`psycopg` and `psycopg-binary`, which speak to PostgreSQL, are under the LGPL 3.0. They are used unchanged, as packages
of their own that can be replaced by another version of them, so that the licence asks nothing of Vigie or of your
changes to it. Whoever hands on an image or an archive with them inside hands on their licence texts and says where
their source is. `psycopg-binary` carries libpq (PostgreSQL licence) and OpenSSL (Apache 2.0). `certifi`, which comes
with what Teams needs, is a list of certificates under the MPL 2.0, and used unchanged as well; so is `orjson`, which
reads and writes the database's JSON, partly under the same licence. All others are under licences that ask for their
notice to be kept, which stays in each installed package.

This page is written by `make licences`; a test compares it with what is installed.
"""
TABLE = "\n| package | licence |\n|---|---|\n"
EXTRA = """
## What Microsoft Teams needs besides

Installed from `requirements-teams.txt`, with `vigie[teams]` or `make run TEAMS=1` alone.
"""
# What a package says where it uses no identifier of SPDX.
NAMES = {
    "Apache 2.0": "Apache-2.0",
    "Dual License": "Apache-2.0 OR BSD-3-Clause",
    "License :: OSI Approved :: BSD License": "BSD-3-Clause",  # dependency-injector, whose text says which
    "License :: OSI Approved :: MIT License": "MIT",
}


def locked(lock: str = "requirements.txt") -> list[str]:
    """The packages that a lock pins, by name."""
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    return sorted(line.partition("==")[0] for line in lines if "==" in line and not line.startswith(" "))


def licence(package: str) -> str:
    """The licence of an installed package as it states it, by SPDX identifier where one is known. Raises LookupError
    where it states none."""
    said = metadata(package).json
    classifiers = [each for each in said.get("classifier", ()) if each.startswith("License :: ")]
    for stated in (said.get("license_expression"), said.get("license"), *classifiers):
        if isinstance(stated, str) and "\n" not in stated:
            return NAMES.get(stated, stated)
    raise LookupError(f"{package} states no licence in one line: look it up and add it to tools/licences.py")


def of_teams() -> list[str]:
    """The packages that the extra for Teams adds."""
    return sorted(set(locked("requirements-teams.txt")) - set(locked()))


def page() -> str:
    """The whole page."""
    return HEAD + _table(locked()) + EXTRA + _table(of_teams())


def _table(packages: list[str]) -> str:
    return TABLE + "".join(f"| {package} | {licence(package)} |\n" for package in packages)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE.relative_to(ROOT)}: {len(locked() + of_teams())} packages\n")
