"""A desk on one platform: how it is called there, how a message is linked to, and what the platform can do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

#: What people say instead of the command where none can be typed.
NAME = "@Vigie"


def nowhere(_channel: str, _message_id: str, _root_id: str) -> str:
    """The address of a message where nobody knows addresses."""
    return ""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a platform can hold and do. The defaults are what Slack can; each platform gives its own."""

    #: Characters of a text that is typed into a form.
    longest_answer: int = 3000
    #: Choices of a question in a form.
    most_choices: int = 100
    #: Characters of a choice's label.
    longest_label: int = 75
    #: Entries of the menu behind a card's buttons.
    most_in_menu: int = 5
    #: Elements of a message, beside its title.
    most_elements: int = 48
    #: Whether a command can be typed inside a thread; else people name the bot there.
    commands_in_threads: bool = False


@dataclass(frozen=True, slots=True)
class Binding:
    """What a desk is on one platform, and nowhere else."""

    #: The platform's name, as it stands in keys: `slack`.
    platform: str
    #: What people type before a verb.
    command: str = "/ticket"
    #: The address of a message, given its channel, its id and that of the message that carries its thread; empty where
    #: there is none.
    link: Callable[[str, str, str], str] = nowhere
    #: What the platform can hold and do.
    limits: Limits = field(default_factory=Limits)
