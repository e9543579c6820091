"""Reading whom a command names: a mention, a name, an email."""

from __future__ import annotations

from bot.verbs.base.call import Call, Mentioned
from triage.errors import Refusal

LONGEST_NAME = 5  # words


def first_mentioned(call: Call, words: str) -> tuple[Mentioned, str] | None:
    """Whom `words` begin with as a mention, and the rest; None where they begin with none. Raises Refusal where two are
    called the same."""
    for typed in sorted(call.mentioned, key=len, reverse=True):
        if words.startswith(typed):
            who = call.mentioned[typed]
            if who is None:
                raise Refusal("ambiguous_person", text=typed)
            return who, words.removeprefix(typed).lstrip(" :,").rstrip()
    return None


def first_called(call: Call, words: str) -> tuple[str, str] | None:
    """The person of the desk whose name or email is the longest beginning of `words`, and the rest; None where that is
    nobody. Raises Refusal where it is several."""
    known = words.split(maxsplit=LONGEST_NAME)
    for length in range(min(len(known), LONGEST_NAME), 0, -1):
        found = call.desk.directory.staff_called(" ".join(known[:length]).rstrip(":,"))
        if len(found) > 1:
            raise Refusal("ambiguous_person", text=" ".join(known[:length]))
        if found:
            return found[0], words.split(maxsplit=length)[length] if len(known) > length else ""
    return None


def take_person(call: Call, words: str) -> tuple[str, str]:
    """The key of the person whom `words` begin with, and the rest. Raises Refusal where that is nobody, or several."""
    if (mentioned := first_mentioned(call, words)) is not None:
        who, rest = mentioned
        return who.key, rest
    if (called := first_called(call, words)) is not None:
        return called
    raise Refusal("nobody_called", text=words[:60])


def named_person(call: Call, words: str) -> str:
    """The key of the person of the desk whom `words` name, and nobody else."""
    person, rest = take_person(call, words.strip())
    if rest:
        raise Refusal("nobody_called", text=words[:60])
    return person
