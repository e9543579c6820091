"""When Python looks for garbage that refers to itself: seldom, for next to nothing of ours does."""

from __future__ import annotations

import gc

AFTER = 10_000  # objects more than before: some megabytes at most


def keep_what_is_loaded() -> None:
    """All that is there by now stays: looking through it again and again would hold everybody up for a tenth of a
    second. And for what comes, a fifth of the time would go into looking as often as Python does by itself."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(AFTER)
