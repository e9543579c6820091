"""What email is like as a platform."""

from __future__ import annotations

from bot.desk.binding import Binding, Limits
from triage.keys import EMAIL

PLATFORM = EMAIL
#: A letter that was sent stays as it is, and nobody can be asked whether it arrived.
LIMITS = Limits(
    opens_forms=False, can_edit=False, can_look_up=False, private_in_channels=False,
    has_threads=False, has_buttons=False, has_groups=False, reactions_on_all=False,
)  # fmt: skip


def binding(command: str) -> Binding:
    """A desk as it is by email. `command`: what its own people type before a verb."""
    return Binding(PLATFORM, command, limits=LIMITS, invite="app")
