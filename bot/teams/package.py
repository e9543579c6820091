"""The Teams app's package: a zip with the manifest, its translations and the icons, the same for the same settings."""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from bot.teams.icons import colour_icon, outline_icon
from bot.teams.manifest import AppSettings, other_languages, teams_manifest, translation

MANIFEST = "manifest.json"
FIRST = "1.0.0"
BEGINNING = (1980, 1, 1, 0, 0, 0)  # a zip knows nothing earlier
READABLE = 0o100644 << 16


@dataclass(frozen=True)
class Written:
    """What became of a package."""

    #: Where it is.
    path: Path
    #: The app's version in it.
    version: str
    #: Whether it differs from what was there before, or nothing was.
    is_new: bool


def package(app: AppSettings, version: str = FIRST) -> bytes:
    """The package. Raises ValueError as `teams_manifest` does."""
    files = {
        MANIFEST: _json(teams_manifest(app, version)),
        **{f"{language}.json": _json(translation(app, language)) for language in other_languages(app)},
        "color.png": colour_icon(),
        "outline.png": outline_icon(),
    }
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, BEGINNING)
            entry.external_attr = READABLE
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return content.getvalue()


def write_package(app: AppSettings, path: Path, version: str | None = None) -> Written:
    """Write the package there. Teams takes a changed package only under a higher version: without one, that of the
    package which stands there is raised where anything else in it changed. Raises ValueError as `teams_manifest` does,
    and OSError."""
    old = _version_in(path)
    found = version or old or FIRST
    content = package(app, found)
    if version is None and old is not None and content != path.read_bytes():
        found = _next(old)
        content = package(app, found)
    is_new = old is None or content != path.read_bytes()
    if is_new:
        path.write_bytes(content)
    return Written(path, found, is_new)


def is_version(text: str) -> bool:
    """Whether Teams reads that as a version: three numbers."""
    parts = text.split(".")
    return len(parts) == 3 and all(
        part.isascii() and part.isdigit() and len(part) < 6 and str(int(part)) == part for part in parts
    )


def _version_in(path: Path) -> str | None:
    """The version of the package there; None where there is none that we have written."""
    try:
        with zipfile.ZipFile(path) as archive:
            found = json.loads(archive.read(MANIFEST)).get("version")
    except (OSError, zipfile.BadZipFile, KeyError, ValueError, AttributeError):
        return None
    return found if isinstance(found, str) and is_version(found) else None


def _next(version: str) -> str:
    major, minor, _ = version.split(".")
    return f"{major}.{int(minor) + 1}.0"


def _json(data: dict[str, Any]) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode()
