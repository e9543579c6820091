"""What Teams calls a reaction, by the emoji's common short name, as the policy says it (`reactions`).

Six of them have a word of their own. Every other emoji of Teams' picker is its code and Teams' own word for it:
`1f440_eyes`, `2705_whiteheavycheckmark`, with a tone of skin behind it where somebody chose one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

# The words of Teams' first six, and what people type for them.
_WORDS = {
    "like": ("+1", "thumbsup"),
    "heart": ("heart",),
    "laugh": ("laughing", "joy"),
    "surprised": ("open_mouth", "astonished"),
    "sad": ("cry", "disappointed"),
    "angry": ("angry", "rage"),
    "launch": ("rocket",),
}
# Short names that Unicode calls otherwise.
_SHORT: dict[str, tuple[str, ...]] = {
    "1f440": ("eyes",),
    "1f6a8": ("rotating_light",),
    "2705": ("white_check_mark",),
    "2714": ("heavy_check_mark",),
    "2611": ("ballot_box_with_check",),
    "1f3ab": ("ticket",),
    "1f39f": ("admission_tickets", "tickets"),
    "1f44d": ("+1", "thumbsup"),
    "1f44e": ("-1", "thumbsdown"),
    "1f44b": ("wave",),
    "1f44f": ("clap",),
    "1f44c": ("ok_hand",),
    "1f64f": ("pray",),
    "1f64c": ("raised_hands",),
    "270b": ("hand", "raised_hand"),
    "1f64b": ("raising_hand",),
    "1f4aa": ("muscle",),
    "2764": ("heart",),
    "1f389": ("tada",),
    "1f4a5": ("boom",),
    "26d4": ("no_entry",),
    "1f6ab": ("no_entry_sign",),
    "1f6d1": ("octagonal_sign",),
    "26a0": ("warning",),
    "2757": ("exclamation", "heavy_exclamation_mark"),
    "203c": ("bangbang",),
    "2753": ("question",),
    "274c": ("x",),
    "274e": ("negative_squared_cross_mark",),
    "1f514": ("bell",),
    "1f4e3": ("mega",),
    "1f198": ("sos",),
    "1f197": ("ok",),
    "23f0": ("alarm_clock",),
    "231b": ("hourglass",),
    "23f3": ("hourglass_flowing_sand",),
    "1f534": ("red_circle",),
    "1f7e0": ("large_orange_circle", "orange_circle"),
    "1f7e1": ("large_yellow_circle", "yellow_circle"),
    "1f7e2": ("large_green_circle", "green_circle"),
    "1f525": ("fire",),
    "1f692": ("fire_engine",),
    "1f691": ("ambulance",),
    "1f528": ("hammer",),
    "1f527": ("wrench",),
    "1f6e0": ("hammer_and_wrench",),
    "1f4cc": ("pushpin",),
    "2b06": ("arrow_up",),
    "23eb": ("arrow_double_up",),
    "1f199": ("up",),
    "1f680": ("rocket",),
    "1f3c1": ("checkered_flag",),
    "1f6a9": ("triangular_flag_on_post",),
}
_SIGNS = {name: chr(int(code, 16)) for code, names in _SHORT.items() for name in names}
_NAMED = re.compile(r":([\w+-]+):")
_TONE = re.compile(r"[-_]tone\d$")
_CODE = re.compile(r"([0-9a-f]{4,6}(?:-[0-9a-f]{4,6})*)(?:_|$)")
_SAME = frozenset(("fe0e", "fe0f", "200d", "1f3fb", "1f3fc", "1f3fd", "1f3fe", "1f3ff"))  # how it looks, no other one


def short_name(kind: str, meant: Mapping[str, str]) -> str:
    """The name of a reaction of that kind: of those by which it is known the one that the policy uses in `meant`, else
    its commonest."""
    known = names_of(kind)
    return next((each for each in known if each in meant), known[0])


def names_of(kind: str) -> tuple[str, ...]:
    """The short names by which that kind of reaction is known, the commonest first; Teams' own word comes last."""
    bare = _TONE.sub("", kind.strip().lower())
    found = list(_WORDS.get(bare, ()))
    if code := _CODE.match(bare):
        points = [each for each in code[1].split("-") if each not in _SAME]
        found += _SHORT.get("-".join(points), ())
        if len(points) == 1 and (name := unicodedata.name(chr(int(points[0], 16)), "") if _is_point(points[0]) else ""):
            found.append(name.lower().replace(" ", "_").replace("-", "_"))
    return (*dict.fromkeys(found), bare)


def _is_point(code: str) -> bool:
    return int(code, 16) <= 0x10FFFF


def with_signs(text: str) -> str:
    """A text of ours with every emoji in place of its short name, which people in Teams do not know."""
    return _NAMED.sub(lambda found: _SIGNS.get(found[1], found[0]), text) if ":" in text else text
