"""Reading what a program sent, or a page, as the answers of a verb: each value by what the verb says it takes
(`bot.commands.inputs`). Every mistake is named, with its field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as default
from datetime import UTC, datetime

from bot.desk.directory import Directory
from bot.verbs.base.verb import Answers
from bot.wording.card import Field, FieldKind
from bot.wording.speech import Speech
from triage.text import LONGEST_TEXT, clean

LONGEST_LINE = 250  # characters, where the field says nothing else
MOST_CHOICES = 50
HIGHEST = 999_999_999  # of a number in the place of a text, such as a ticket's
EARLIEST, LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with one value."""

    #: The name of the answer.
    field: str
    #: The sentence that says so, in the locales under `given.CODE`.
    code: str
    #: What fills its gaps.
    values: Mapping[str, object] = default(default_factory=dict)

    def in_words(self, speech: Speech) -> str:
        """The same as a sentence."""
        key = f"{self.code}_none" if self.values.get("known") == "" else self.code  # there is nothing to choose from
        return speech.text(f"given.{key}", field=self.field, **self.values)


class WrongAnswersError(ValueError):
    """Something is wrong with what was given."""

    def __init__(self, wrong: list[Wrong]) -> None:
        super().__init__(", ".join(f"{each.field}: {each.code}" for each in wrong))
        self.wrong = wrong


def read_given(fields: Mapping[str, Field], given: Mapping[str, object], directory: Directory) -> Answers:
    """What was given as answers: texts, instants in unix seconds, people by key. What is null counts as left out.
    Raises WrongAnswersError, which names everything that is wrong."""
    known = ", ".join(fields)
    wrong = [Wrong(_shown(name), "unknown", {"known": known}) for name in given if name not in fields]
    answers: Answers = {}
    for name, each in fields.items():
        value = given.get(name)
        if value is None:
            if each.required:
                wrong.append(_missing(name, each))
            continue
        found = _read(each, value, directory)
        if isinstance(found, Wrong):
            wrong.append(found)
        else:
            answers[name] = found
            if each.required and not found:
                wrong.append(_missing(name, each))
    if wrong:
        raise WrongAnswersError(wrong)
    return answers


def _missing(name: str, each: Field) -> Wrong:
    """What is to be given there: one of these, else what a form calls it."""
    return Wrong(name, "missing", {"what": ", ".join(option for option, _ in each.options) or each.label})


def _shown(name: str) -> str:
    """A name that somebody made up, fit for a sentence."""
    return clean(name)[:60]


def _read(each: Field, value: object, directory: Directory) -> str | Wrong:
    if each.kind is FieldKind.CHOICES:
        return _choices(each, value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # JSON makes no difference between 43 and 43.0
    if type(value) is int and 0 <= value <= HIGHEST and each.kind in (FieldKind.LINE, FieldKind.CHOICE):
        value = str(value)
    if not isinstance(value, str):
        return Wrong(each.id, "text")
    if not _is_text(value):
        return Wrong(each.id, "characters")
    if any(value == option for option, _ in each.options):
        return value
    match each.kind:
        case FieldKind.INSTANT:
            return _instant(each, value)
        case FieldKind.PERSON:
            return _person(each, value, directory)
        case FieldKind.CHOICE if each.options:
            return Wrong(each.id, "choice", {"known": ", ".join(option for option, _ in each.options)})
    limit = LONGEST_TEXT if each.kind is FieldKind.TEXT else each.longest or LONGEST_LINE
    return value if len(value) <= limit else Wrong(each.id, "long", {"limit": limit})


def _is_text(value: str) -> bool:
    """Whether a database can hold it: no zeros, no halves of characters."""
    return "\0" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)


def _instant(each: Field, value: str) -> str | Wrong:
    try:
        at = datetime.fromisoformat(value)
        if at.tzinfo is None or not EARLIEST <= at <= LATEST:
            return Wrong(each.id, "instant")
        return str(int(at.timestamp()))
    except (ValueError, OverflowError):
        return Wrong(each.id, "instant")


def _person(each: Field, value: str, directory: Directory) -> str | Wrong:
    """Whoever goes by that key, or alone has that email."""
    wanted = value.strip()
    found = {directory.person(key) for key in directory.accounts_called(wanted) if ":" in wanted or "@" in wanted}
    return next(iter(found)) if len(found) == 1 else Wrong(each.id, "person")


def _choices(each: Field, value: object) -> str | Wrong:
    known = [option for option, _ in each.options]
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        return Wrong(each.id, "list")
    if len(value) > MOST_CHOICES:
        return Wrong(each.id, "many", {"limit": MOST_CHOICES})
    if not all(one in known for one in value):
        return Wrong(each.id, "none_here", {"known": ", ".join(known) or "-"})
    return ",".join(dict.fromkeys(value))
