"""Reading whom a command names: a mention, a name, an email."""

from __future__ import annotations

from bot.verbs.base.call import Call
from triage.errors import Refusal

LONGEST_NAME = 5  # words


def take_person(call: Call, words: str) -> tuple[str, str]:
    """The key of the person of the desk whom `words` begin with, and the rest. Raises Refusal where that is nobody, or
    several."""
    for typed in sorted(call.mentioned, key=len, reverse=True):
        if words.startswith(typed):
            who = call.mentioned[typed]
            if who is None:
                raise Refusal("ambiguous_person", text=typed)
            return who.key, words.removeprefix(typed).strip(" :,")
    known = words.split(maxsplit=LONGEST_NAME)
    for length in range(min(len(known), LONGEST_NAME), 0, -1):
        found = call.desk.directory.staff_called(" ".join(known[:length]).rstrip(":,"))
        if len(found) > 1:
            raise Refusal("ambiguous_person", text=" ".join(known[:length]))
        if found:
            return found[0], words.split(maxsplit=length)[length] if len(known) > length else ""
    raise Refusal("nobody_called", text=words[:60])


def named_person(call: Call, words: str) -> str:
    """The key of the person of the desk whom `words` name, and nobody else."""
    person, rest = take_person(call, words.strip())
    if rest:
        raise Refusal("nobody_called", text=words[:60])
    return person
