"""Charts that Vigie draws itself: every figure stands in them, nothing leaves the sheet, no name is markup."""

from __future__ import annotations

from itertools import product
from xml.etree import ElementTree as ET

import pytest

from bot.charts.picture import can_draw, picture
from bot.charts.svg import svg
from bot.charts.words import in_words
from bot.wording.card import Chart, Series

HOURS = Chart("When", ("00-08", "08-16", "16-24"), (Series("Opened", (0, 1203, 17)),), "Hours", "Tickets")
TARGETS = Chart(
    "Targets", tuple(f"{clock} {severity}" for clock, severity in product(("Response", "Next update"), range(1, 5))),
    (Series("In time", (3, 0, 12, 0, 1, 1, 1, 1)), Series("Missed", (0, 2, 0, 0, 0, 0, 0, 0))), "By severity",
    "Deadlines",
)  # fmt: skip
NOTHING = Chart("Nothing", ("1",), (Series("Opened", (0,)),), "", "")
ODD = Chart("<b>&", ('"quoted"', "x" * 200), (Series("<script>", (1, 2.5)),), "a & b", "<")
SPACE = "{http://www.w3.org/2000/svg}"


def read(chart: Chart) -> ET.Element:
    return ET.fromstring(svg(chart))  # noqa: S314  our own


def words(root: ET.Element) -> list[str]:
    return [each.text or "" for each in root.iter(f"{SPACE}text")]


@pytest.mark.parametrize("chart", [HOURS, TARGETS, NOTHING, ODD], ids=lambda chart: chart.title)
def test_every_bar_is_on_the_sheet_and_says_how_high_it_is(chart: Chart) -> None:
    root = read(chart)
    wide, high = (float(root.attrib[name]) for name in ("width", "height"))
    for box in root.iter(f"{SPACE}rect"):
        x, y, w, h = (float(box.attrib[name]) for name in ("x", "y", "width", "height"))
        assert min(x, y, w, h) >= 0
        assert x + w <= wide
        assert y + h <= high
    said = words(root)
    for series in chart.series:
        for value in series.values:
            assert not value or f"{value:g}" in said
    for name in chart.categories:
        assert name[:20] in " ".join(said)


def test_bars_that_are_twice_as_high_stand_for_twice_as_much() -> None:
    highest, other = (float(box.attrib["height"]) for box in list(read(HOURS).iter(f"{SPACE}rect"))[3:5])
    assert highest / other == pytest.approx(1203 / 17, rel=0.05)


def test_what_a_name_holds_is_never_markup() -> None:
    root = read(ODD)
    assert not list(root.iter(f"{SPACE}script"))
    assert root.find(f"{SPACE}title") is not None
    assert "<script>" in words(root)


def test_whoever_cannot_see_it_is_told_every_figure() -> None:
    said = in_words(TARGETS)
    assert said.startswith("Targets. In time: Response 1 3; Response 3 12; Next update 1 1")
    assert said.endswith("Missed: Response 2 2")
    assert len(in_words(ODD)) <= 2000


@pytest.mark.parametrize(("language", "said"), [("en", "1.5"), ("fr", "1,5")])
def test_numbers_are_written_as_the_language_writes_them(language: str, said: str) -> None:
    chart = Chart("T", ("Réponse", "Rétablissement"), (Series("Médiane", (1.5, 12)),), "", "", language)
    assert {said, "12"} <= set(words(read(chart)))
    assert f"Réponse {said}; Rétablissement 12" in in_words(chart)


def test_a_style_sheet_may_colour_it_and_none_stands_in_it() -> None:
    drawn = svg(TARGETS)
    assert "style" not in drawn
    assert {each.attrib["class"] for each in read(TARGETS).iter() if "class" in each.attrib} == {
        "chart", "chart-paper", "chart-0", "chart-1", "chart-grid", "chart-text",
    }  # fmt: skip


@pytest.mark.skipif(not can_draw(), reason="the renderer of pictures is not installed")
def test_a_picture_is_made_of_it_with_letters_on_a_machine_that_has_none() -> None:
    drawn = picture(HOURS)
    assert drawn.startswith(b"\x89PNG\r\n\x1a\n")
    wordless = Chart("", ("", "", ""), HOURS.series, "", "")
    assert len(drawn) > len(picture(wordless)) + 1000, "letters are drawn"
