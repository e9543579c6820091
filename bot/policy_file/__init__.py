"""The policy file: YAML in, a checked policy and its data out. The keys are design's contract; all have defaults."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.policy_file.data import complete, policy_from_data
from bot.policy_file.given import lay_over, read_policy
from bot.policy_file.tree import parse_yaml, tree_of
from triage.errors import PolicyError
from triage.policy import Policy

__all__ = ["load_policy", "policy_from_data", "read_policy_file"]

LARGEST = 1_000_000


def load_policy(text: str | None, *, overlay: Mapping[str, Any] | None = None) -> tuple[Policy, dict[str, Any]]:
    """The policy that a file's text means, and its complete JSON data as stored with each version.

    None is no file: the defaults. `overlay` is a layer under the file, in the file's own shape (a local workspace's
    people and channels): the file wins key by key, its first desk takes what the overlay's first desk has, and its
    levels take contacts by position. Raises PolicyError naming every problem at once.
    """
    given = read_policy(parse_yaml(text)) if text is not None else {}
    if overlay:
        given = lay_over(given, read_policy(tree_of(overlay)))
    data = complete(given)
    return policy_from_data(data), data


def read_policy_file(path: Path | str) -> str:
    """The text of a policy file of up to 1 MB. Raises PolicyError when it cannot be read."""
    try:
        with Path(path).open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise PolicyError([f"{path} cannot be read ({error.strerror}): check VIGIE_POLICY."]) from None
    if len(content) > LARGEST:
        raise PolicyError([f"{path} is larger than 1 MB: that is no policy file."])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise PolicyError([f"{path} is not text in UTF-8: save it as UTF-8."]) from None
