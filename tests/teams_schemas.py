"""Microsoft's published schemas of a Teams app. As a script (`python -m tests.teams_schemas`) it fetches them into
`.venv/teams-schemas`; it never fails loudly."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import jsonschema

from tools.npm import download, extract

HOME = Path(sys.prefix) / "teams-schemas"
ABSENT = "no schemas of Teams apps: run `make setup` with a network"
PACKAGE = "@microsoft/app-manifest@1.1.2"
SHA256 = "4fcc09ca1c01733849c2639cd7d96530093417a347d026eaaa1c8f046e51882c"


def check(document: dict[str, Any], version: str, part: str = "") -> None:
    """Raises jsonschema.ValidationError where a document of that version of the manifest is not as published."""
    schema = json.loads((HOME / f"v{version}" / f"MicrosoftTeams{part}.schema.json").read_text(encoding="utf-8"))
    # Not jsonschema.validate: the published schemas hold a pattern that Python's expressions do not know.
    jsonschema.validators.validator_for(schema)(schema).validate(document)


def fetch() -> None:
    """Put them there. Raises OSError, CalledProcessError or TimeoutExpired when it cannot."""
    with tempfile.TemporaryDirectory(dir=sys.prefix, prefix="teams-schemas-") as name:
        folder = Path(name)
        extract(download(folder, PACKAGE, SHA256), folder)
        shutil.rmtree(HOME, ignore_errors=True)
        (folder / "package" / "build" / "json-schemas" / "teams").rename(HOME)


def main() -> None:
    """Fetch them where they are not; a machine without them still runs every other test."""
    if HOME.exists():
        return
    try:
        fetch()
    except (OSError, subprocess.SubprocessError) as error:
        print(f"Teams' schemas could not be fetched ({type(error).__name__}: {error}). Some tests will be skipped.")


if __name__ == "__main__":
    main()
