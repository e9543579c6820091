"""A chart as SVG. Colours stand in attributes, so that a picture can be made of it as it is; every shape has a class,
by which a page's style sheet gives it others.

Bars stand upright where what is written under them is short, and lie where it is long.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from math import ceil

from babel.numbers import format_decimal

from bot.wording.card import Chart

WIDTH, MARGIN = 720, 16
HEAD = 76  # above the bars: the title, and what each colour means
TALL, BAND = 220, 20  # how high upright bars may be, and how thick one that lies is
SHORT = 6  # characters: what is longer has no room under an upright bar
LONGEST = 28  # characters of a label
LEGEND = 36  # of what a colour means
TEXT, SMALL = 13, 12  # size of letters
LETTER = 0.56  # how wide a letter is at most on average, in its size
LINES = 5  # of the grid
COLOURS = ("#2b6cb0", "#c05621", "#2f855a", "#6b46c1", "#b7791f", "#4a5568")
"""Of the series in order; whoever does not tell colours apart sees light from dark in the first two."""
INK, FAINT, PAPER = "#1a202c", "#cbd5e0", "#ffffff"


def svg(chart: Chart) -> str:
    """The chart; it is worth nothing without words beside it, which say the same."""
    upright = all(len(name) <= SHORT for name in chart.categories)
    top = max((value for each in chart.series for value in each.values), default=0)
    draw, height = (_upright, TALL + 52) if upright else (_lying, _lying_height(chart) + 44)
    inside = (*_head(chart), *draw(chart, _steps(top)))
    whole = HEAD + height
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" viewBox="0 0 {WIDTH} {whole}"'
        f' width="{WIDTH}" height="{whole}" font-family="Roboto, sans-serif" font-size="{TEXT}">'
        f"<title>{escape(chart.title)}</title>"
        f"{_box(0, 0, WIDTH, whole, PAPER, 'chart-paper')}{''.join(inside)}</svg>"
    )


def _steps(top: float) -> list[int]:
    """Where the lines of the grid are: whole numbers from nothing up to what is no lower than the highest bar."""
    step = next(
        base * 10**power
        for power in range(16)
        for base in (1, 2, 5)
        if base * 10**power * (LINES - 1) >= top
    )  # fmt: skip
    return [step * place for place in range(max(ceil(top / step), 1) + 1)]


def _head(chart: Chart) -> Iterator[str]:
    yield _text(MARGIN, 28, chart.title, "start", size=16, weight=' font-weight="bold"')
    x = float(MARGIN)
    for place, each in enumerate(chart.series):
        name = _short(each.name, LEGEND)
        yield _box(x, 42, 12, 12, _colour(place), f"chart-{place}")
        yield _text(x + 18, 53, name, "start")
        x += 18 + _wide(name) + 24


def _upright(chart: Chart, steps: Sequence[int]) -> Iterator[str]:
    """Bars side by side, a group for each category."""
    left = MARGIN + _wide(str(steps[-1])) + 8
    group = (WIDTH - MARGIN - left) / len(chart.categories)
    wide = min(group * 0.8 / max(len(chart.series), 1), 48)
    foot = HEAD + TALL
    for step in steps:
        y = foot - TALL * step / steps[-1]
        yield _line(left, y, WIDTH - MARGIN, y)
        yield _text(left - 8, y + 4, str(step), "end", size=SMALL)
    for nth, name in enumerate(chart.categories):
        middle = left + group * (nth + 0.5)
        for place, each in enumerate(chart.series):
            value = each.values[nth]
            high = TALL * value / steps[-1]
            x = middle + wide * (place - len(chart.series) / 2)
            yield _box(x, foot - high, wide - 2, high, _colour(place), f"chart-{place}")
            if value:
                yield _text(x + wide / 2 - 1, foot - high - 4, number(value, chart.language), "middle", size=SMALL)
        yield _text(middle, foot + 18, name, "middle", size=SMALL)
    yield _text((left + WIDTH - MARGIN) / 2, foot + 40, chart.across, "middle", size=SMALL)
    yield _text(WIDTH - MARGIN, 53, chart.up, "end", size=SMALL)


def _lying_height(chart: Chart) -> float:
    return len(chart.categories) * (BAND * len(chart.series) + 10)


def _lying(chart: Chart, steps: Sequence[int]) -> Iterator[str]:
    """Bars below one another, a group for each category."""
    names = [_short(name) for name in chart.categories]
    left = MARGIN + max(map(_wide, names)) + 10
    long = WIDTH - 3 * MARGIN - left
    foot = HEAD + _lying_height(chart)
    for step in steps:
        x = left + long * step / steps[-1]
        yield _line(x, HEAD - 4, x, foot)
        yield _text(x, foot + 16, str(step), "middle", size=SMALL)
    group = BAND * len(chart.series) + 10
    for nth, name in enumerate(names):
        above = HEAD + group * nth
        yield _text(left - 10, above + (group - 10) / 2 + 5, name, "end")
        for place, each in enumerate(chart.series):
            value, y = each.values[nth], above + BAND * place
            wide = long * value / steps[-1]
            yield _box(left, y, wide, BAND - 2, _colour(place), f"chart-{place}")
            if value:
                yield _text(left + wide + 5, y + BAND - 6, number(value, chart.language), "start", size=SMALL)
    yield _text(left + long / 2, foot + 36, chart.up, "middle", size=SMALL)
    yield _text(MARGIN, foot + 36, chart.across, "start", size=SMALL)


def _colour(place: int) -> str:
    return COLOURS[place % len(COLOURS)]


def number(value: float, language: str) -> str:
    """A value as it stands beside its bar."""
    return str(format_decimal(value, format="0.#", locale=language))


def _short(text: str, most: int = LONGEST) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _wide(text: str) -> float:
    return len(text) * TEXT * LETTER


def _box(x: float, y: float, wide: float, high: float, fill: str, name: str) -> str:  # noqa: PLR0917  as SVG has them
    return f'<rect class="{name}" x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}" fill="{fill}"/>'


def _line(x: float, y: float, to_x: float, to_y: float) -> str:
    return f'<line class="chart-grid" x1="{x:.1f}" y1="{y:.1f}" x2="{to_x:.1f}" y2="{to_y:.1f}" stroke="{FAINT}"/>'


def _text(x: float, y: float, text: str, anchor: str, *, size: int = TEXT, weight: str = "") -> str:
    return (
        f'<text class="chart-text" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}"{weight}'
        f' fill="{INK}">{escape(text)}</text>'
    )
