"""`help`: what can be typed, as far as this person may."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from bot.verbs.base.call import Answer, Call
from bot.verbs.base.verb import ButtonOn, StandaloneVerb, Verb
from bot.wording.card import Button, Buttons, Card, Element, Line
from bot.wording.sentences import Part, plain
from triage import rights

MORE = {"more", "all", "plus", "tout"}
LONGEST = 2500  # characters of one text
FEW_VERBS = 8  # that are shown all at once


def help_on(others: Sequence[Verb]) -> StandaloneVerb:
    """The verb `help`, which lists `others` and itself."""
    shown = [*((verb.name, verb.daily) for verb in others), ("help", False)]
    answer = partial(_help, verbs=shown)
    return StandaloneVerb(
        name="help", aliases=("aide", "?", ""), button_on=ButtonOn.BESIDE, answer=answer, press=answer
    )


async def _help(call: Call, verbs: Sequence[tuple[str, bool]]) -> Answer:
    """The verbs that this person may use. `help` shows those of every day, with a button for the rest; `help more`
    shows the rest. Whoever may use only a few sees all of them at once.

    `verbs`: (name, whether it is daily), in order.
    """
    speech = call.speech
    mine = [(name, daily) for name, daily in verbs if rights.may_ever(call.actor, name)]
    more = call.words.strip().lower() in MORE or call.answers.get("value") == "more"
    if len(mine) <= FEW_VERBS:
        wanted: tuple[bool, ...] = (True, False)
    else:
        wanted = (False,) if more else (True,)
    elements: list[Element] = [
        line for daily in wanted for line in _lines(call, [name for name, often in mine if often is daily], daily=daily)
    ]
    if False in wanted:
        reactions = "reactions" if call.desk.limits.reactions_on_all else "reactions_on_mine"
        elements.append(Line(speech(_key(call, reactions)), small=True))
    else:
        elements.append(Buttons((Button("help", speech.text("button.more"), 0, 0, value="more"),)))
    return Answer(Card(speech("help.brief", command=call.command), tuple(elements), name=speech.text("form.help")))


def _lines(call: Call, verbs: Sequence[str], *, daily: bool) -> list[Line]:
    """One text, or several where it is longer than a platform takes."""
    if not verbs:
        return []
    texts: list[list[Part]] = [[*call.speech("help.daily" if daily else "help.more")]]
    for verb in verbs:
        said = call.speech(_key(call, verb), command=call.command)
        if len(plain((*texts[-1], *said))) > LONGEST:
            texts.append([*said])
        else:
            texts[-1] += ["\n", *said]
    return [Line(tuple(text)) for text in texts]


def _key(call: Call, name: str) -> str:
    """The sentence about a verb, or about reactions, that fits this person: to a customer some do something else."""
    outside = f"help_outside.{name}"
    return outside if call.actor.is_outside and call.speech.has(outside) else f"help.{name}"
