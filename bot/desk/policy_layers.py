"""Where a desk's policy comes from: a policy file, what was chosen in chat, and the settings under both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from bot.desk.policy_file import load_policy
from bot.desk.policy_file.desks import channel_key
from triage.policy import Policy


@dataclass(frozen=True)
class PolicyLayers:
    """The layers of a policy. The file wins over what was chosen in chat, and that wins over the base."""

    #: The path of the file; None: there is none.
    file: str | None = None
    #: What is in the file.
    text: str | None = None
    #: What lies under both, in a file's shape: the desk's channel and language as the settings tell them, a local
    #: workspace's people.
    base: Mapping[str, Any] = field(default_factory=dict)
    #: What was chosen in chat, in a file's shape; None: nothing yet.
    chosen: dict[str, Any] | None = None

    @property
    def is_new(self) -> bool:
        """Whether nobody has set anything up yet."""
        return self.text is None and self.chosen is None and not self.base.get("roles")

    def with_channels(self, desk: Mapping[str, Any]) -> PolicyLayers:
        """The same layers, with the channels of that desk in the base."""
        desks: Mapping[str, Any] = self.base.get("desks", {})
        below: Mapping[str, Any] = next(iter(desks.values()), {})
        channels = {"customers": desk["customer_channels"], **({"desk": desk["channels"]} if desk["channels"] else {})}
        if desk.get("escalation_channels"):
            channels["escalation"] = desk["escalation_channels"]
        return replace(self, base={**self.base, "desks": {desk["name"]: {**below, "channels": channels}}})

    def read(self, today: date, chosen: Mapping[str, Any] | None = None) -> tuple[Policy, dict[str, Any]]:
        """The policy made of all layers, and its data. `chosen` replaces what was chosen in chat. Raises
        PolicyError."""
        if self.text is not None:
            return load_policy(self.text, today=today, overlay=self.base)
        return load_policy(chosen if chosen is not None else self.chosen, today=today, overlay=self.base)


def chosen_channels(chosen: Mapping[str, Any] | None, desk: str) -> list[str]:
    """The keys of the channels that were chosen in chat for the desk of that name."""
    own: Mapping[str, Any] = (chosen or {}).get("desks", {}).get(desk, {})
    found = own.get("channels", {}).get("desk") or []
    written = [found] if isinstance(found, str) else found
    return [key for each in written if (key := channel_key(each)) is not None]
