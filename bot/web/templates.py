"""The templates, loaded with the first page that is asked for."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.web.assets import address_of
from bot.web.words import Html, html_of, typed

FOLDER = Path(__file__).parent / "templates"


@cache
def environment() -> Environment:
    """Everything that is put into a template is escaped; a gap that nobody fills is a defect."""
    found = Environment(
        loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, auto_reload=False,
    )  # fmt: skip
    found.filters["typed"] = typed
    found.globals["asset"] = address_of
    return found


def render(name: str, viewer: Any, **values: object) -> str:
    """The page of that template, in the words of whoever looks."""

    def say(key: str, /, **gaps: object) -> Html:
        return html_of(viewer.speech(key, **gaps))

    return environment().get_template(name).render(say=say, viewer=viewer, **values)
