"""Testing the escalation: every contact of every level is sent one private message, and whoever asked sees who got
it."""

from __future__ import annotations

from sqlmodel import Session

from bot.desk.runtime import DeskRuntime
from bot.verbs.base.call import Answer, Call, sentence_answer
from storage.test_pings import begin_test
from triage import rights
from triage.levels import ON_CALL
from triage.membership import is_email

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
