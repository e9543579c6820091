"""What pages load: style, script, icon. All of it is under one address that changes with any of it, so that a browser
keeps it for good."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "static"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
PREFIX = "/assets/"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that pages load."""

    #: What is in it.
    body: bytes
    #: Its content type.
    content_type: str


@cache
def assets() -> dict[str, Asset]:
    """All of them, by their address."""
    files = sorted(path for path in FOLDER.iterdir() if path.suffix in TYPES)
    bodies = {path.name: path.read_bytes() for path in files}
    sign = hashlib.sha256(b"\0".join(name.encode() + b"\0" + body for name, body in bodies.items())).hexdigest()[:16]
    return {f"{PREFIX}{sign}/{path.name}": Asset(bodies[path.name], TYPES[path.suffix]) for path in files}


@cache
def address_of(name: str) -> str:
    """The address of a file, by its name."""
    return next(address for address in assets() if address.rpartition("/")[2] == name)
