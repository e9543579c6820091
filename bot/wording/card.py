"""The platform-neutral content of a message: what is said, decided once; how it looks is each platform's own."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from bot.wording.sentences import Sentence, join


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence."""

    #: What it says.
    sentence: Sentence
    #: Of lesser weight: context.
    small: bool = False


@dataclass(frozen=True, slots=True)
class Quote:
    """Text that somebody typed, shown exactly so."""

    #: As it was typed, line breaks and all.
    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Labelled facts."""

    #: Label and fact, in the order in which they are read.
    rows: tuple[tuple[str, Sentence], ...]
    #: One after the other, where they should take little room; else side by side.
    in_line: bool = False


@dataclass(frozen=True, slots=True)
class Button:
    """Something that can be done by pressing it."""

    #: The verb that is asked for, by its name in English.
    verb: str
    #: What stands on it, in the reader's language.
    label: str
    #: The ticket that it is about; 0: none.
    number: int
    #: The ticket's version, or the policy's where it is about that, as the card showed it: what changed since is
    #: noticed.
    version: int
    #: `primary` or `danger`; None: neither.
    style: str | None = None
    #: What narrows the verb: a level, a reason, a choice.
    value: str = ""


@dataclass(frozen=True, slots=True)
class Buttons:
    """What can be done from here."""

    #: The likeliest first.
    buttons: tuple[Button, ...]
    #: What is done more rarely, the likeliest first: a platform leaves out the last of what its menus do not hold.
    menu: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Heading:
    """What the elements after it are about."""

    #: Plain text.
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """A ticket in a list."""

    #: Which one it is.
    title: Sentence
    #: How it stands.
    state: Sentence


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one column of a table."""

    #: Empty: nothing.
    sentence: Sentence = ()
    #: What the rows are sorted by in this column, smallest first; None: the words. All cells of a column have one, or
    #: none has.
    rank: float | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Tickets as a table, where the platform has one that sorts, filters and pages; elsewhere a row each."""

    #: What it is a table of, in plain text.
    caption: str
    #: What each column is called.
    columns: tuple[str, ...]
    #: The tickets, each with a cell for every column; in the first stands which one it is.
    rows: tuple[tuple[Cell, ...], ...]

    def as_rows(self) -> tuple[Row, ...]:
        """The same, a row each."""
        return tuple(
            Row(first.sentence, join([each.sentence for each in others if each.sentence], " · "))
            for first, *others in self.rows
        )


@dataclass(frozen=True, slots=True)
class Fold:
    """What is read rarely, folded away where the platform can."""

    #: What is in it, in a word or two.
    title: str
    #: The beginning of what is in it.
    teaser: str
    #: What is seen once it is unfolded.
    elements: tuple[Line | Quote | Facts, ...]


@dataclass(frozen=True, slots=True)
class Series:
    """The bars of one kind in a chart."""

    #: What they are.
    name: str
    #: How high each is, a number for every category.
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Numbers as bars, where the platform draws them. Elsewhere it is left out: what it shows is always said in words
    beside it."""

    #: What it shows, in plain text.
    title: str
    #: What stands under each group of bars.
    categories: tuple[str, ...]
    #: The bars of each group.
    series: tuple[Series, ...]
    #: What the categories are.
    across: str
    #: What is counted.
    up: str
    #: The language of all that, as which its numbers are written.
    language: str = "en"


Element = Line | Quote | Facts | Buttons | Row | Table | Heading | Fold | Chart


@dataclass(frozen=True, slots=True)
class Card:
    """A message."""

    #: What a notification shows instead of everything.
    brief: Sentence
    #: What stands in it, from top to bottom. Empty: the brief is all.
    elements: tuple[Element, ...] = ()
    #: Its headline, in plain text; None: it has none.
    title: str | None = None
    #: What stands over it where it is shown in a window of its own.
    name: str = ""
    #: What is said where a platform has no room for the whole of a text: where that stands. Empty: nothing is said.
    shortened: Sentence = ()


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
    #: What it is answered with.
    kind: FieldKind
    #: What is asked, in the reader's language.
    label: str
    #: Whether the form cannot be sent without it.
    required: bool = False
    #: What helps to answer it.
    hint: str = ""
    #: What stands in an empty field.
    placeholder: str = ""
    #: What can be chosen: the value that comes back, and what it is called.
    options: tuple[tuple[str, str], ...] = ()
    #: What stands there at first, as an answer would come back.
    initial: str | None = None
    #: Characters of the answer; None: as many as the platform takes.
    longest: int | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """A form that somebody fills in."""

    #: The verb that is carried out with the answers.
    verb: str
    #: What stands over it.
    title: str
    #: What stands on the button that sends it; empty: it only tells.
    submit: str
    #: What stands on the button that closes it.
    close: str
    #: What is asked, in order.
    fields: tuple[Field, ...]
    #: What is said above the questions.
    intro: Sentence = ()
    #: What comes back with the answers. It comes from outside then, and is not believed.
    context: dict[str, str] = field(default_factory=dict)
