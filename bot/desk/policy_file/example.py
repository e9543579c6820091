"""The default policy written out, for people to start from."""

from __future__ import annotations

from importlib.resources import files


def example_policy() -> str:
    """A policy file that says every default, with what can be written beside them in comments."""
    return files("bot.desk.policy_file").joinpath("example.yaml").read_text(encoding="utf-8")
