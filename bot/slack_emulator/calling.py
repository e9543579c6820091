"""One call of the Web API: its arguments, read as leniently as Slack reads them, and the ways it can be refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.slack_emulator.workspace import Workspace
from bot.stand_in.shapes import Json, loads


class RefusedMethodError(Exception):
    """Slack's `{"ok": false, "error": ...}`; `messages` go into `response_metadata`."""

    def __init__(self, error: str, messages: list[str] | None = None, **extra: Any) -> None:
        super().__init__(error)
        self.answer: Json = {"ok": False, "error": error, **extra}
        if messages:
            self.answer["response_metadata"] = {"messages": messages}


class RateLimitedError(Exception):
    """Slack's 429; `retry_after` is in whole seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after


class Call:
    """The arguments of one call, from a form, a query or JSON alike."""

    def __init__(self, workspace: Workspace, args: Json, host: str) -> None:
        self.workspace = workspace
        self.args = args
        self.host = host

    def text(self, name: str) -> str | None:
        """A string argument, or None."""
        value = self.args.get(name)
        return None if value is None else str(value)

    def required(self, name: str) -> str:
        """A string argument that must be there."""
        value = self.text(name)
        if not value:
            raise RefusedMethodError("invalid_arguments", [f"[ERROR] missing required field: {name}"])
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        """A boolean argument: true, "true", "1" and 1 are all true."""
        value = self.args.get(name)
        return default if value is None else str(value).lower() in {"true", "1"}

    def number(self, name: str, default: int) -> int:
        """A whole number."""
        try:
            return int(self.args.get(name) or default)
        except (TypeError, ValueError):
            raise RefusedMethodError(
                "invalid_arguments", [f"[ERROR] must be an integer [json-pointer:/{name}]"]
            ) from None

    def json(self, name: str, error: str = "invalid_arguments") -> Any:
        """A structured argument: as it stands in JSON, or written out as a string in a form."""
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        try:
            return loads(value)
        except (ValueError, RecursionError):
            raise RefusedMethodError(error) from None

    def words(self, name: str) -> list[str]:
        """A list of words, separated by commas."""
        value = self.args.get(name)
        if isinstance(value, list):
            return [str(one) for one in value]
        return [one.strip() for one in (self.text(name) or "").split(",") if one.strip()]


Method = Callable[[Call], Json]
