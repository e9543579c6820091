"""What a move of open tickets to the policy in force would change, as it is offered in chat."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.desk.policy_file import load_policy
from bot.desk.runtime import DeskRuntime
from bot.verbs.setup.setup import setup_pressed
from bot.wording.sentences import plain
from tests.bot.asking import call, typed
from tests.bot.samples import POLICY
from tests.factories import NOW
from triage.people import Actor, Role

ADMIN = Actor("slack:UADMIN", frozenset({Role.ADMIN}))
AGREED = """
targets: {3: {update: 2h}}
agreements: {"the *team*": {targets: {3: {response: 20m, restore: 8h}}}}
"""


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["Update: 1 deadline comes sooner",
                "the *team*: Response: 1 deadline is new", "the *team*: Restore: 1 deadline is new"]),
        ("fr", ["Point client : 1 échéance avancée",
                "the *team* : Réponse : 1 nouvelle échéance", "the *team* : Rétablissement : 1 nouvelle échéance"]),
    ],
)  # fmt: skip
async def test_deadlines_of_agreements_are_counted_apart_from_the_customers(
    desk: DeskRuntime, language: str, said: list[str]
) -> None:
    await typed(desk, "new sev3 A minor thing")
    policy = replace(load_policy(AGREED, today=NOW.date())[0], roles=POLICY.roles, version=2)
    desk.state.earlier[1] = desk.policy
    desk.policy, desk.directory = policy, replace(desk.directory, policy=policy)
    answer = await setup_pressed(replace(call(desk, "", actor=ADMIN, language=language), answers={"value": "move"}))
    assert answer.form is not None
    assert [line.replace("\u00a0", " ") for line in plain(answer.form.intro).splitlines()[-3:]] == said
