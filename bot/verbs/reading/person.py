"""Reading whom a command names: a mention, a name, an email."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.verbs.base.call import Call, Mentioned
from triage.errors import Refusal
from triage.people import Actor

LONGEST_NAME = 5  # words

_LED = re.compile(r"(?:to|for|with|à|a|pour|avec)\s+", re.IGNORECASE)  # "assign 42 to @ana" names Ana


def unled(words: str) -> str:
    """The words without a "to" before whom they name."""
    led = _LED.match(words)
    return words if led is None else words[led.end() :]


def first_mentioned(call: Call, words: str) -> tuple[Mentioned, str] | None:
    """Whom `words` begin with as a mention, with or without "to" before it, and the rest; None where they begin with
    none. Raises Refusal where two are called the same."""
    words = unled(words)
    for typed in sorted(call.mentioned, key=len, reverse=True):
        if words.startswith(typed):
            who = call.mentioned[typed]
            if who is None:
                raise Refusal("ambiguous_person", text=typed)
            return who, words.removeprefix(typed).lstrip(" :,").rstrip()
    return None


def first_called(call: Call, words: str) -> tuple[str, str] | None:
    """The person of the desk whose name or email is the longest beginning of `words`, with or without "to" before it,
    and the rest; None where that is nobody. Raises Refusal where it is several."""
    return _first_called(call, words) or _first_called(call, unled(words))


def _first_called(call: Call, words: str) -> tuple[str, str] | None:
    known = words.split(maxsplit=LONGEST_NAME)
    for length in range(min(len(known), LONGEST_NAME), 0, -1):
        found = call.desk.directory.staff_called(" ".join(known[:length]).rstrip(":,"))
        if len(found) > 1:
            raise Refusal("ambiguous_person", text=" ".join(known[:length]))
        if found:
            return found[0], words.split(maxsplit=length)[length] if len(known) > length else ""
    return None


def take_person(call: Call, words: str, *, no_group: Callable[[str], Refusal]) -> tuple[str, str]:
    """The key of the person whom `words` begin with, and the rest. Raises Refusal where that is nobody, or several;
    where it is a group, `no_group` of its name."""
    mentioned = first_mentioned(call, words)
    if mentioned is None and (called := first_called(call, words)) is not None:
        return called
    if mentioned is None:
        first = words.split(maxsplit=1)[0] if words else ""
        if (group := call.desk.directory.group_called(first)) is None:
            raise left_or(call, words, Refusal("nobody_called", text=words[:60]))
        mentioned = Mentioned(group, is_group=True), ""
    who, rest = mentioned
    if who.is_group or call.desk.directory.is_group(who.key):
        raise no_group(call.desk.directory.name(who.key))
    return who.key, rest


def named_person(call: Call, words: str, *, no_group: Callable[[str], Refusal]) -> str:
    """The key of the person of the desk whom `words` name, and nobody else."""
    person, rest = take_person(call, words.strip(), no_group=no_group)
    if rest:
        raise Refusal("nobody_called", text=words[:60])
    return person


def left_or(call: Call, words: str, other: Refusal) -> Refusal:
    """Why nobody of the desk is meant by `words`: whoever is called so has left, else the `other` refusal."""
    known = unled(words).split(maxsplit=LONGEST_NAME)
    for length in range(min(len(known), LONGEST_NAME), 0, -1):
        if len(left := call.desk.directory.left_called(" ".join(known[:length]).rstrip(":,"))) == 1:
            return Refusal("has_left", name=call.desk.directory.name(left[0]))
    return other


def must_be_of_desk(call: Call, person: str) -> Actor:
    """Somebody who is to be given something, with their roles. Raises Refusal where they have left, or are nobody of
    the desk."""
    whom, directory = call.desk.roster.actor(person), call.desk.directory
    if whom.is_staff:
        return whom
    if person in directory.gone:
        raise Refusal("has_left", name=directory.name(person))
    raise Refusal("not_of_desk", name=directory.name(person))
