"""Trigger ids: the right to open one form soon after what a person did, within three seconds in Slack."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from bot.slack_emulator.ids import new_id

REMEMBERED = 1_000


@dataclass
class Trigger:
    """Whose action it was; `born` is real time, it expires by that time, not by the workspace's."""

    #: Whose action made it.
    user: str
    #: When it was made, in seconds by the machine's clock: it expires by that clock.
    born: float
    #: The form that the action was in; None: it was in none.
    view_id: str | None
    #: Whether a form was opened with it; it opens one only.
    used: bool = False


class Triggers:
    """The trigger ids handed out lately. Each is valid for `life` seconds of `real` time."""

    def __init__(self, real: Callable[[], float], life: float) -> None:
        self._real, self._life = real, life
        self._triggers: OrderedDict[str, Trigger] = OrderedDict()

    def make(self, user: str, view_id: str | None = None) -> str:
        """A new trigger id for `user`; `view_id` names the form the action happened in."""
        trigger_id = f"{new_id('', 13)}.{new_id('', 12)}"
        self._triggers[trigger_id] = Trigger(user, self._real(), view_id)
        while len(self._triggers) > REMEMBERED:
            self._triggers.popitem(last=False)
        return trigger_id

    def exchange(self, trigger_id: str) -> Trigger | str:
        """The trigger, now used up; or the error Slack answers instead."""
        trigger = self._triggers.get(trigger_id)
        if trigger is None:
            return "invalid_trigger_id"
        if trigger.used:
            return "exchanged_trigger_id"
        if self._real() - trigger.born > self._life:
            return "expired_trigger_id"
        trigger.used = True
        return trigger
