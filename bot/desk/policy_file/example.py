"""Policies written out, for people to start from: the default one, and some for contracts of other shapes."""

from __future__ import annotations

from importlib.resources import files

CONTRACTS = ("carrier", "office-hours", "three-regions", "managed-service", "public-tender")
"""By the kind of desk that signs them."""


def example_policy(contract: str | None = None) -> str:
    """A policy file to start from. Without a contract it says every default, with what can be written beside them in
    comments; with one of `CONTRACTS`, what such a contract promises."""
    name = contract or "default"
    return files("bot.desk.policy_file").joinpath("examples", f"{name}.yaml").read_text(encoding="utf-8")
