"""The app's two icons as PNG files, drawn here so that no picture has to be kept: an eye that watches."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from math import hypot

COLOUR_SIZE, OUTLINE_SIZE = 192, 32  # pixels, as Teams wants them
GROUND = (0x0E, 0x5D, 0x57)
LINE = (0xE9, 0xF5, 0xF2)
PUPIL = (0xF2, 0xB5, 0x44)
ACCENT = "#0E5D57"

Point = tuple[float, float]
Paint = Callable[[float, float], tuple[int, int, int, int]]

# The eye on a square of 32, its middle at the origin. Its four quarters mirror each other, so one is enough: from the
# corner of the eye up to the middle of the lid.
CORNER, BEND, NEAR_TOP, TOP = (11.0, 0.0), (8.0, 5.0), (4.0, 7.5), (0.0, 7.5)
STEPS = 16
HALF_LINE = 1.1
PUPIL_RADIUS = 4.0


@cache
def colour_icon() -> bytes:
    """The icon in full colour. Teams rounds its corners by itself."""

    def paint(x: float, y: float) -> tuple[int, int, int, int]:
        pixel = 32 / COLOUR_SIZE
        x, y = x / 0.92, y / 0.92  # what matters stays within the part that Teams never cuts
        colour = _mixed(GROUND, LINE, _cover(_from_lid(x, y) - HALF_LINE, pixel))
        return (*_mixed(colour, PUPIL, _cover(hypot(x, y) - PUPIL_RADIUS, pixel)), 255)

    return _png(COLOUR_SIZE, paint)


@cache
def outline_icon() -> bytes:
    """The icon in white on nothing, as Teams shows it in a bar."""

    def paint(x: float, y: float) -> tuple[int, int, int, int]:
        x, y = x / 1.15, y / 1.15  # thin lines need the room
        nearest = min(_from_lid(x, y) - HALF_LINE, hypot(x, y) - PUPIL_RADIUS * 0.85)
        return (255, 255, 255, round(255 * _cover(nearest, 1.0)))

    return _png(OUTLINE_SIZE, paint)


def _lid() -> list[Point]:
    """The quarter of the lid as points of its curve."""
    points = []
    for step in range(STEPS + 1):
        t = step / STEPS
        weights = ((1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3)
        held = tuple(zip(weights, (CORNER, BEND, NEAR_TOP, TOP), strict=True))
        points.append((sum(w * p[0] for w, p in held), sum(w * p[1] for w, p in held)))
    return points


LID = _lid()


def _from_lid(x: float, y: float) -> float:
    """How far a point is from the line of the lids."""
    x, y = abs(x), abs(y)
    return min(_from_stretch(x, y, start, end) for start, end in pairwise(LID))


def _from_stretch(x: float, y: float, start: Point, end: Point) -> float:
    dx, dy = end[0] - start[0], end[1] - start[1]
    along = ((x - start[0]) * dx + (y - start[1]) * dy) / (dx * dx + dy * dy)
    along = min(1.0, max(0.0, along))
    return hypot(x - start[0] - along * dx, y - start[1] - along * dy)


def _cover(outside: float, pixel: float) -> float:
    """How much of a pixel a shape covers whose edge is that far away; negative: inside."""
    return min(1.0, max(0.0, 0.5 - outside / pixel))


def _mixed(under: tuple[int, int, int], over: tuple[int, int, int], share: float) -> tuple[int, int, int]:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(under, over, strict=True))
    return red, green, blue


def _png(size: int, paint: Paint) -> bytes:
    """A picture of that many pixels a side, whose quarters mirror each other; `paint` is asked for the pixels of one,
    on a square of 32 around the origin."""
    rows = []
    for row in range(size // 2):
        y = (row + 0.5) * 32 / size - 16
        left = [bytes(paint((column + 0.5) * 32 / size - 16, y)) for column in range(size // 2)]
        rows.append(b"\0" + b"".join([*left, *reversed(left)]))  # begins with: no filter
    whole = b"".join([*rows, *reversed(rows)])
    head = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)  # eight bits a channel, red green blue alpha
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(whole, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
