"""Testing the escalation: every contact of every level is sent one private message, and whoever asked sees who got
it."""

from __future__ import annotations

from functools import partial

from sqlmodel import Session

from bot.desk.runtime import DeskRuntime
from bot.verbs.base.call import Answer, Call, sentence_answer
from bot.verbs.base.verb import ButtonOn, StandaloneVerb
from storage.test_pings import answer_test, begin_test
from triage import rights
from triage.errors import Refusal
from triage.membership import is_email
from triage.policy import ON_CALL

Levels = dict[str, list[int]]


async def ping_everyone(call: Call) -> Answer:
    """Send the messages, at most once a minute, and say that they are on their way."""
    rights.require(call.actor, "setup")
    desk = call.desk
    people, nobody = contacts_of(desk, call)
    targets = sorted(desk.policy.pages.targets)

    def begin(session: Session) -> bool:
        test = f"{desk.desk_id}.{call.now:%Y%m%d%H%M}"
        return begin_test(session, desk.organisation_id, test, people, nobody, targets, call.actor.id, call.now)

    begun = await desk.write(begin)
    return sentence_answer(call.speech("setup.pinged" if begun else "setup.pinged_already", count=len(people)))


def contacts_of(desk: DeskRuntime, call: Call) -> tuple[Levels, Levels]:
    """The people who are contacts, each with their levels; and the names in the policy that stand for nobody who can be
    reached."""
    roster, directory = desk.roster, desk.directory
    people: Levels = {}
    nobody: Levels = {}
    for number, level in enumerate(desk.policy.levels, 1):
        for name in level.contacts:
            key = roster.with_email(name) if is_email(name) else name if name == ON_CALL else directory.person(name)
            if name == ON_CALL:
                found = roster.on_call(call.now)
            elif key is None or key not in roster.contacts[number - 1]:
                found = []
            elif directory.is_group(key):
                found = [
                    person for person in sorted(roster.level_people[number - 1]) if roster.is_in_group(person, key)
                ]
            else:
                found = [key]
            for person in found:
                people.setdefault(person, []).append(number)
            if not found:
                nobody.setdefault(name, []).append(number)
        if not level.contacts:
            for person in roster.admins:
                people.setdefault(person, []).append(number)
    return {who: sorted(set(levels)) for who, levels in people.items()}, nobody


async def got_it(call: Call) -> Answer:
    """A contact says that the message reached them."""
    test = call.answers.get("value", "")
    if not test:
        raise Refusal("unknown_button")
    desk = call.desk
    record = partial(
        answer_test, organisation_id=desk.organisation_id, test=test, person=call.actor.id, now=call.now
    )  # fmt: skip
    return sentence_answer(call.speech("setup.got_it" if await desk.write(record) else "setup.got_it_already"))


GOT_IT = StandaloneVerb(
    name="got-it", button_on=ButtonOn.BESIDE, answer=got_it, press=got_it, is_typed=False
)  # fmt: skip
