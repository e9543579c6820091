"""A desk on one platform: how it is called there, how a message is linked to, and what the platform can do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

#: What people say instead of the command where none can be typed.
NAME = "@Vigie"


def nowhere(_channel: str, _message_id: str, _root_id: str) -> str:
    """No address: for platforms whose messages cannot be linked to."""
    return ""


def called(platform: str) -> str:
    """What sentences call a platform: `Slack`, `Teams`."""
    return platform.capitalize()


@dataclass(frozen=True, slots=True)
class Limits:
    """What a platform can hold and do. The defaults are generous: each platform gives its own."""

    #: Choices of a question in a form.
    most_choices: int = 100
    #: Characters of a choice.
    longest_choice: int = 70
    #: Tickets in a list of somebody's own page.
    page_rows: int = 10
    #: Tickets in a table of one message.
    table_rows: int = 40
    #: Whether there are tables, as far as that is not found out where it is at work (`DeskRuntime.shows_tables`).
    has_tables: bool = False
    #: Lines of a message that explains something at length.
    most_lines: int = 44
    #: Whether a form can be opened for whoever types a command or presses a button; else they are told what to type.
    opens_forms: bool = True
    #: Whether a message of ours can read otherwise later; else a card stays as it was posted.
    can_edit: bool = True
    #: Whether it can be looked up whether a message arrived; else what may have arrived is in doubt for good.
    can_look_up: bool = True
    #: Whether somebody can be told something in a channel that they alone see; else it is a direct message.
    private_in_channels: bool = True
    #: Whether channels may refuse to tell one person something alone, and a conversation with one person opens only
    #: for whoever has added the bot. An answer that comes elsewhere then says where it belongs, and whoever cannot be
    #: reached alone is told so where they acted.
    private_is_uncertain: bool = False
    #: Whether a reply in a thread can be shown in the channel too; else it stands there alone, and leads to the card.
    shows_replies: bool = True
    #: Whether everything that is written where the bot is arrives; else perhaps only what names it, and what the
    #: customer is told carries a button to answer.
    hears_all: bool = True
    #: Whether a command can be typed inside a thread; else people name the bot there.
    commands_in_threads: bool = False
    #: Whether what is answered stands below it, in a thread; else every message is a letter of its own.
    has_threads: bool = True
    #: Whether a message can carry buttons; else people are told in words what they can write.
    has_buttons: bool = True
    #: Whether it has groups of people that can be named.
    has_groups: bool = True
    #: Whether reactions on anybody's message are told; else on our own alone.
    reactions_on_all: bool = True


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
    #: How the bot gets into a channel there, by its name in the catalogues (`invite`).
    invite: str = "command"
