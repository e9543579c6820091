"""The policy file: YAML in, a checked policy and its data out. The keys are design's contract; all have defaults."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from bot.desk.policy_file.data import complete, policy_from_data
from bot.desk.policy_file.lint import doubt_policy
from bot.desk.policy_file.parse import Given, lay_over, read_policy
from bot.desk.policy_file.reader import Reader
from bot.desk.policy_file.yaml_nodes import parse_yaml, tree_of
from triage.errors import PolicyError
from triage.policy import Policy

__all__ = ["UnreadableFileError", "check_policy", "doubts_about", "load_policy", "policy_from_data", "read_policy_file"]

LARGEST = 1_000_000


class UnreadableFileError(PolicyError):
    """There is no such file, or Vigie may not read it."""


def load_policy(
    text: str | Mapping[str, Any] | None, *, today: date, overlay: Mapping[str, Any] | None = None
) -> tuple[Policy, dict[str, Any]]:
    """The policy that a file's text means, and its complete JSON data as stored with each version.

    None is no file: the defaults. A mapping is what a file would say, already taken apart. Public holidays become
    dates: those of the year before `today`'s, of that year, and of five more. `overlay` is a layer under the file, in
    the file's own shape (a local workspace's people and channels): the file wins key by key, its first desk takes what
    the overlay's first desk has, and its levels take contacts by position. Raises PolicyError naming every problem at
    once.
    """
    reader = Reader(today)
    given: Given = {}
    if text is not None:
        tree = parse_yaml(text, reader.problem) if isinstance(text, str) else tree_of(text)
        given = read_policy(reader, tree)
    if overlay:
        given = lay_over(given, read_policy(reader, tree_of(overlay)))
    reader.refuse()
    data = complete(given)
    return policy_from_data(data), data


def doubts_about(data: Mapping[str, Any], *, today: date) -> list[str]:
    """One sentence for each thing in a policy on record that is legal but hardly meant."""
    reader = Reader(today)
    doubt_policy(reader, tree_of({}), dict(data))
    return reader.doubts


def check_policy(text: str, *, today: date) -> tuple[dict[str, Any], list[str]]:
    """The data of a policy file, and one sentence for each thing in it that is legal but hardly meant.

    Raises PolicyError as `load_policy` does.
    """
    reader = Reader(today)
    tree = parse_yaml(text, reader.problem)
    given = read_policy(reader, tree)
    reader.refuse()
    data = complete(given)
    doubt_policy(reader, tree, data)
    return data, reader.doubts


def read_policy_file(path: Path | str) -> str:
    """The text of a policy file of up to 1 MB. Raises PolicyError when it cannot be read or is none."""
    try:
        with Path(path).open("rb") as file:
            content = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "that is no path"
        raise UnreadableFileError([f"{path} cannot be read ({reason}): correct the path or the permissions."]) from None
    if len(content) > LARGEST:
        raise PolicyError([f"{path} is larger than 1 MB: that is no policy file."])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise PolicyError([f"{path} is not text in UTF-8: save it as UTF-8."]) from None
