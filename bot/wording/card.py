"""The platform-neutral content of a message: what is said, decided once; how it looks is each platform's own."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from bot.wording.sentences import Sentence


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence. `small`: of lesser weight, context."""

    sentence: Sentence
    small: bool = False


@dataclass(frozen=True, slots=True)
class Quote:
    """Text that somebody typed, shown exactly so."""

    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Labelled facts, side by side. `in_line`: one after the other, where they should take little room."""

    rows: tuple[tuple[str, Sentence], ...]
    in_line: bool = False


@dataclass(frozen=True, slots=True)
class Button:
    """`verb` on ticket `number`, as the card showed it at `version`. `value` narrows the verb, a level or a reason."""

    verb: str
    label: str
    number: int
    version: int
    style: str | None = None  # primary or danger
    value: str = ""


@dataclass(frozen=True, slots=True)
class Buttons:
    """What can be done from here."""

    buttons: tuple[Button, ...]
    #: What is done more rarely, the likeliest first: a platform leaves out the last of what its menus do not hold.
    menu: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Heading:
    """What the elements after it are about."""

    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """A ticket in a list: what it is, and how it stands."""

    title: Sentence
    state: Sentence


@dataclass(frozen=True, slots=True)
class Fold:
    """What is read rarely, folded away where the platform can, under its title and a few words of what is in it."""

    title: str
    teaser: str
    elements: tuple[Line | Quote | Facts, ...]


Element = Line | Quote | Facts | Buttons | Row | Heading | Fold


@dataclass(frozen=True, slots=True)
class Card:
    """A message. `title` is plain text. `brief` is what a notification shows instead of everything; `name` stands over
    the card where it is shown in a window of its own."""

    brief: Sentence
    elements: tuple[Element, ...] = ()
    title: str | None = None
    name: str = ""


class FieldKind(StrEnum):
    """What a question of a form is answered with. Every answer comes back as a string."""

    #: One line.
    LINE = "line"
    #: Several lines.
    TEXT = "text"
    #: One of its options, by value.
    CHOICE = "choice"
    #: Any of its options, by value, joined by commas.
    CHOICES = "choices"
    #: A day and a time, in unix seconds.
    INSTANT = "instant"
    #: A person, by key.
    PERSON = "person"
    #: People, by key, joined by commas.
    PEOPLE = "people"
    #: A channel, as the platform names it.
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class Field:
    """A question of a form."""

    #: The name under which its answer comes back.
    id: str
    kind: FieldKind
    label: str
    required: bool = False
    hint: str = ""
    placeholder: str = ""
    #: What can be chosen: the value that comes back, and what it is called.
    options: tuple[tuple[str, str], ...] = ()
    #: What stands there at first, as an answer would come back.
    initial: str | None = None
    #: Characters of the answer; None: as many as the platform takes.
    longest: int | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """A form that carries out `verb` when it is submitted; one without `submit` only tells. `context` comes back with
    the answers, untrusted."""

    verb: str
    title: str
    submit: str
    close: str
    fields: tuple[Field, ...]
    intro: Sentence = ()
    context: dict[str, str] = field(default_factory=dict)
