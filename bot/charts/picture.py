"""A chart as a picture (PNG), where the renderer is installed: `pip install 'vigie[pictures]'`. It is loaded with the
first picture."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from bot.charts.svg import svg
from bot.wording.card import Chart

SHARP = 2  # times as many points as the drawing has


def can_draw() -> bool:
    """Whether pictures can be made here."""
    return find_spec("resvg_py") is not None and find_spec("font_roboto") is not None


def picture(chart: Chart) -> bytes:
    """The chart as PNG. It takes some hundredths of a second: not on the loop."""
    import font_roboto  # noqa: PLC0415  with the first picture
    import resvg_py  # noqa: PLC0415

    # Letters of our own: a server has none, or others, and to look for them takes longer than to draw.
    fonts = [str(Path(font_roboto.font_directory) / name) for name in ("Roboto-Regular.ttf", "Roboto-Bold.ttf")]
    return resvg_py.svg_to_bytes(svg_string=svg(chart), font_files=fonts, skip_system_fonts=True, zoom=SHARP)
