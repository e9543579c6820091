"""Asking `why` and `what-if` of a desk, for tests: what the answer says, line by line."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.commands import dispatch
from bot.desk.policy_file import load_policy
from bot.desk.runtime import DeskRuntime
from bot.verbs.base.call import Mentioned
from bot.wording.card import Card, Line
from bot.wording.sentences import plain
from tests.bot.asking import call, typed
from tests.bot.samples import POLICY
from tests.factories import AGENT, NOW
from triage.people import Actor

MINUTE = timedelta(minutes=1)


async def lines(
    desk: DeskRuntime, words: str, *, minutes: float = 0, language: str = "en", actor: Actor = AGENT
) -> list[str]:
    """What a card says, line by line. `@netops` is a group."""
    asked = call(desk, words, now=NOW + minutes * MINUTE, language=language, actor=actor)
    answer = await dispatch.typed(replace(asked, mentioned={"@netops": Mentioned("slack:S1NETOPS", is_group=True)}))
    assert answer.card is not None
    return texts(answer.card)


def texts(card: Card) -> list[str]:
    return [
        line.replace("\u00a0", " ")
        for element in card.elements
        if isinstance(element, Line)
        for line in plain(element.sentence).split("\n")
    ]


async def act(desk: DeskRuntime, words: str, minutes: float) -> None:
    await typed(desk, words, now=NOW + minutes * MINUTE)


BY_DAY = """
targets:
  1: {response: {within: 15m, out_of_hours: 60m}, restore: next business day by 16:00}
  2: {restore: 2 business days at the same time}
  3:
    response: {within: 1 business day, out_of_hours: {within: 30m, not_before: 09:00}}
    update: {within: 4h, from: unanswered_customer}
    restore: end of day
"""


def by_day(desk: DeskRuntime) -> None:
    under(desk, BY_DAY)


def under(desk: DeskRuntime, text: str) -> None:
    policy = replace(load_policy(text, today=NOW.date())[0], roles=POLICY.roles)
    desk.policy, desk.directory = policy, replace(desk.directory, policy=policy)
