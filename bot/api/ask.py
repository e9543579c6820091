"""One request after it was read: who asks, for what, with which values."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.api.caller import Caller
from bot.api.shapes import Shape
from bot.commands.acting import asked
from bot.verbs.base.call import Call
from bot.wording.speech import Speech
from triage.scopes import Scope


class ParamKind(StrEnum):
    """What a parameter is."""

    CHOICE = "choice"
    NUMBER = "number"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter in the address of a request."""

    #: Its name.
    name: str
    #: What it is.
    kind: ParamKind
    #: What it means, for whoever reads the document.
    about: str
    #: What may be chosen.
    options: tuple[str, ...] = ()
    #: The largest number, or the most characters.
    most: int = 200
    #: The smallest number, or the fewest characters.
    least: int = 1
    #: What it is where it is left out.
    usual: str | None = None


@dataclass(frozen=True)
class Ask:
    """What somebody asks for."""

    #: Who asks.
    caller: Caller
    #: In which words they are answered.
    speech: Speech
    #: The number of the ticket in the path; 0: there is none.
    number: int = 0
    #: The parameters that were given, and those that have a usual value.
    query: Mapping[str, str] = field(default_factory=dict)
    #: What was sent.
    body: Mapping[str, Any] = field(default_factory=dict)
    #: The idempotency key, the caller's own; empty: none.
    key: str = ""

    @property
    def call(self) -> Call:
        """The same as a call without a channel."""
        return asked(self.caller.desk, self.caller.actor, self.speech, self.key)


@dataclass(frozen=True)
class Answered:
    """What is answered."""

    #: The document.
    shape: Shape
    #: The status.
    status: int = 200
    #: Further headers.
    headers: Mapping[str, str] = field(default_factory=dict)


Handler = Callable[[Ask], Awaitable[Answered]]


@dataclass(frozen=True)
class Route:
    """One thing that can be asked for."""

    #: `GET` or `POST`.
    method: str
    #: Its path below `/api/v1`, with `{number}` where a ticket's number stands.
    path: str
    #: What it is called in the document; no two are called the same.
    name: str
    #: What it does, in a line.
    about: str
    #: Any of these scopes lets a key ask for it.
    scopes: frozenset[Scope]
    #: Carries it out.
    handler: Handler
    #: What is answered, by status.
    answers: Mapping[int, type[Shape]]
    #: Its parameters.
    params: tuple[Param, ...] = ()
    #: The name of the verb whose answers its body holds; empty: it has no body.
    takes: str = ""
    #: Under which heading the document has it.
    tag: str = "tickets"
    #: When a parameter names what there is not, which is answered with 404; empty: none can.
    missing: str = ""
