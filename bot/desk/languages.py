"""The languages Vigie speaks: one file each in `locales/`, and nothing else has to know of a new one."""

from __future__ import annotations

from importlib.resources import files

_LOCALES = files("bot.wording").joinpath("locales")
LANGUAGES = tuple(sorted(file.name.partition(".")[0] for file in _LOCALES.iterdir() if file.name.endswith(".yaml")))
"""Their codes, as Babel knows them."""
