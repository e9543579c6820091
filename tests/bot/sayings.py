"""Every notice there is, as the policy itself plans it, for tests of what is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any

from bot.wording.sentences import to_data
from tests.bot.samples import (
    CUSTOMER,
    POLICY,
    READERS,
    Story,
    climbed,
    opened,
    promised,
    resolved,
    restored,
    taken,
    waiting,
)
from tests.contents import says
from tests.factories import AGENT, MANAGER, NOW, REQUESTER
from triage import (
    acknowledging,
    answering,
    awaiting,
    correcting,
    escalation,
    linking,
    looking_alike,
    majors,
    merging,
    noting,
    owning,
    rating,
    referring,
    reporting,
    resolving,
    restoring,
    sorting,
    updating,
)
from triage.alike import Many
from triage.contents.deadlines import AgreementContent, ChaseContent
from triage.contents.privately import AnswerContent, RefusalContent
from triage.contents.to_customer import JoinedContent
from triage.contents.to_desk import GroupSilentContent, NobodyContent, OfferedContent, TalkContent
from triage.customers import correct_customer
from triage.facts.owning import Reason
from triage.hours import ELAPSED
from triage.linking import Numbered
from triage.notice import Audience, Notice
from triage.opening import open_ticket
from triage.people import Actor, Role
from triage.policy import Policy
from triage.terms import Category, Climbing, ClockKind, Target
from triage.ticket import Ticket

HEAD = Actor("slack:UHEAD", frozenset({Role.MANAGER}))
LEAD = Actor("slack:ULEAD", frozenset({Role.LEAD}))
# With a plan, so that there is something to offer.
GOLD = {severity: {ClockKind.RESTORE: Target(3600, ELAPSED)} for severity in (1, 2, 3)}
PLANS = replace(POLICY, plans={"gold": GOLD})


def passed(story: Story, verb: str) -> Story:
    """... and two minutes are over before a reaction that did that is taken off."""
    do = {"take": owning.take, "resolve": resolving.resolve}[verb]
    story.does(do(story.ticket, AGENT, story.now, by_reaction=True))
    story.later(3)
    return story.does(escalation.undo_reaction(story.ticket, AGENT, story.now, verb))


@cache
def every_notice() -> tuple[tuple[Notice, str], ...]:
    """At least one notice of every kind and variant, with its text, as the policy plans them."""
    stories = [
        resolved(restored(promised(taken(opened().later(13 * 60))))),
        opened().away(5 * 60),
        taken(waiting(opened(severity=2))).later(8 * 24 * 60),
        taken(waiting(opened(severity=2), question="Which floor is it?")).later(8 * 24 * 60),
        opened(severity=None, category=Category.PROVISIONING, requested_date=NOW + timedelta(days=3)).later(
            4 * 24 * 60
        ),
        opened(actor=CUSTOMER, severity=2),
    ]
    own = opened(requester=AGENT, apart=False)
    own.does(updating.update(own.ticket, AGENT, own.now, "We are on it"))
    own.does(updating.promise(own.ticket, AGENT, own.now, own.now + timedelta(hours=1), "Then we know more"))
    own.does(restoring.restored(own.ticket, AGENT, own.now, None, "Moved"))
    own.does(resolving.resolve(own.ticket, AGENT, own.now, "Replaced"))
    under = opened(severity=None, requester=REQUESTER, apart=False)
    for minutes in (0, 1):
        words = answering.customer_wrote(
            under.ticket, REQUESTER, under.later(minutes).now, "It still is", at=under.now, under_card=True
        )
        if words.notices:
            under.does(words)
    late = resolved(opened().later(3))
    late.does(answering.customer_wrote(late.ticket, CUSTOMER, late.now, "Hm", at=late.now - timedelta(minutes=1)))
    stories += [own, under, late]
    story = stories[5]
    ticket = story.ticket
    story.does(sorting.change_severity(ticket, AGENT, story.now, POLICY, 2, "as claimed"))
    story.does(sorting.change_severity(story.ticket, AGENT, story.now, POLICY, 1, "it grew"))
    story.does(sorting.change_category(story.ticket, AGENT, story.now, POLICY, Category.PROVISIONING))
    story.does(sorting.change_category(story.ticket, AGENT, story.now, POLICY, Category.INCIDENT, 1))
    story.does(owning.take(story.ticket, AGENT, story.now, by_reaction=True))
    story.does(escalation.undo_reaction(story.ticket, AGENT, story.now, "take"))
    story.does(owning.assign(story.ticket, AGENT, story.now, MANAGER, "your router"))
    story.does(owning.hand_to_group(story.ticket, AGENT, story.now, "slack:S1NETOPS", None, 1800))
    story.does(acknowledging.acknowledge(story.ticket, MANAGER, story.now, in_group=True))
    story.does(owning.assign(story.ticket, AGENT, story.now, None))
    story.does(owning.take(story.ticket, AGENT, story.now))
    story.does(owning.take(story.ticket, HEAD, story.now))
    story.does(owning.assign(story.ticket, LEAD, story.now, MANAGER))
    story.does(owning.assign(story.ticket, LEAD, story.now, None))
    asked = resolved(taken(opened())).later(120)
    asked.does(rating.rate(asked.ticket, CUSTOMER, asked.now, good=False))
    asked.does(rating.rate(asked.ticket, CUSTOMER, asked.now, good=True, text="Better now"))
    stories.append(asked)
    stories += [passed(opened(), "take"), passed(taken(opened()), "resolve")]
    for customer, plan in (("Globex", "gold"), (None, None)):
        story.does(correct_customer(story.ticket, AGENT, story.now, PLANS, customer, plan))
    story.does(correct_customer(story.ticket, AGENT, story.now, PLANS, "Globex", "gold", on_plan=True))
    for verb in (linking.link, linking.unlink):
        story.does(verb(Numbered(42, story.ticket), Numbered(43, opened().ticket), AGENT, story.now)[0])
    for called in (referring.Elsewhere("CARRIER-9", "https://carrier.example/9"), referring.Elsewhere("INC-7")):
        story.does(referring.refer(story.ticket, AGENT, story.now, called))
    story.does(referring.unrefer(story.ticket, AGENT, story.now, "INC-7", story.texts))
    into = opened()
    one, other = Numbered(42, into.ticket), Numbered(43, opened().ticket)
    for change in merging.merge(one, other, AGENT, into.now, POLICY)[::-1]:
        into.does(change)
    stories.append(into)
    stories.append(_one_major_incident())
    story.does(noting.note(story.ticket, AGENT, story.now, "The vendor is slow"))
    story.does(updating.update(story.ticket, AGENT, story.now, "We are on it"))
    story.does(updating.update(story.ticket, AGENT, story.now, "In my own words", seen=True))
    story.does(correcting.redact(story.ticket, LEAD, story.now, [1]))
    story.later(5)
    story.does(updating.update(story.ticket, AGENT, story.now, "By phone", at=story.now - timedelta(minutes=2)))
    story.does(awaiting.wait(story.ticket, AGENT, story.now, "Traceroute", what="customer"))
    story.does(awaiting.resume(story.ticket, AGENT, story.now))
    soon = story.now + timedelta(minutes=20)
    story.does(awaiting.wait(story.ticket, AGENT, story.now, "", question="Which floor?", next_update=soon))
    story.does(answering.customer_wrote(story.ticket, CUSTOMER, story.now, "Here it is", at=story.now))
    story.does(answering.customer_wrote(story.ticket, CUSTOMER, story.now, "And the log", at=story.now))
    story.does(restoring.restored(story.ticket, AGENT, story.now, None, "Moved"))
    story.does(restoring.relapsed(story.ticket, AGENT, story.now))
    earlier = story.now - timedelta(hours=1)
    story.does(reporting.correct_report(story.ticket, AGENT, story.now, earlier, "they called"))
    story.does(escalation.escalate(story.ticket, CUSTOMER, story.now, "Too slow"))
    story.does(escalation.escalate_by_reaction(story.ticket, MANAGER, story.now))
    story.does(escalation.undo_reaction(story.ticket, MANAGER, story.now, "escalate"))
    story.does(escalation.escalate_by_reaction(story.ticket, MANAGER, story.now))
    story.does(escalation.escalate_by_reaction(story.ticket, HEAD, story.now))
    story.does(escalation.escalate_by_reaction(story.ticket, MANAGER, story.now))
    for person in (MANAGER, MANAGER, HEAD):  # theirs stands twice, then it was endorsed, then it never was the other's
        story.does(escalation.undo_reaction(story.ticket, person, story.now, "escalate"))
    story.does(escalation.give_reason(story.ticket, MANAGER, story.now, 1, "The impact has grown"))
    story.does(acknowledging.acknowledge(story.ticket, MANAGER, story.now))
    story.does(escalation.de_escalate(story.ticket, MANAGER, story.now, "It shrank again"))
    story.does(escalation.undo_reaction(story.ticket, MANAGER, story.now, "escalate"))
    owed = climbed(opened(), 2).later(70)
    owed.does(escalation.de_escalate(owed.ticket, MANAGER, owed.now, "One level will do"))
    own = opened()
    own.does(escalation.escalate(own.ticket, MANAGER, own.now, "The impact has grown", answers=True))
    automatic = Policy(desk=POLICY.desk, climbing=Climbing.AUTOMATIC)
    by_itself = Story()
    by_itself.does(open_ticket(automatic, AGENT, by_itself.now, summary="Link down in Sydney", severity=1)).later(121)
    stories += [owed, climbed(opened(), 3).later(70), own, by_itself]
    story.does(resolving.resolve(story.ticket, AGENT, story.now))
    story.does(answering.customer_wrote(story.ticket, CUSTOMER, story.now, "It is back", at=story.now))
    story.does(resolving.resolve(story.ticket, AGENT, story.now))
    story.does(resolving.reopen(story.ticket, AGENT, story.now, counts=False))
    raised = taken(opened(severity=3))
    for _ in range(2):
        raised.later(200)
        raised.does(updating.update(raised.ticket, AGENT, raised.now, "We are on it"))
    raised.does(sorting.change_severity(raised.ticket, AGENT, raised.now, POLICY, 1, "it grew"))
    stories.append(raised.later(1))
    found = [(notice, story.texts.get(body or 0, "")) for story in stories for notice, body in story.notices]
    refusals: list[tuple[str, dict[str, Any]]] = [
        ("not_allowed", {"verb": "escalate-by-reaction", "who": [Role.MANAGER]}),
        ("resolved", {"at": NOW.isoformat()}),
    ]
    where = CUSTOMER.id, "slack:CACME"
    found += [
        (Notice(RefusalContent(*where, code=code, values=values), Audience.PERSON), "") for code, values in refusals
    ]
    sentence = READERS["en"]("done.opened_already")
    found.append((Notice(AnswerContent(*where, sentence=to_data(sentence)), Audience.PERSON), ""))
    found.append((Notice(TalkContent(), Audience.DESK, body="Carla, Mon 2 Mar 10:00:\nDown"), "Down"))
    joined = JoinedContent(NOW, "https://acme.slack.com/archives/CACME/p1")
    found.append((Notice(joined, Audience.CUSTOMER), ""))
    why = Reason(("cloud",), ("network",), NOW + timedelta(hours=8), 2)
    soon = NOW + timedelta(minutes=10)
    found += [
        (Notice(content, Audience.DESK), "")
        for content in (
            OfferedContent(AGENT.id, why, soon, MANAGER.id),
            OfferedContent(MANAGER.id, Reason(on_call=True), soon),
            NobodyContent(),
            NobodyContent((MANAGER.id, AGENT.id), AGENT.id),
            GroupSilentContent("slack:S1NETOPS", 4, NOW),
            AgreementContent("left-900", 4, "restore", "network", soon, group="slack:S1NETOPS"),
            AgreementContent("breach", 4, "restore", "carrier", NOW, late=True),
        )
    ]
    for step in ("nudge", "nudge-lead"):
        found.append((Notice(ChaseContent(step, 1, "idle"), Audience.DESK), ""))
    return tuple(_one_of_each(found))


def _one_of_each(found: list[tuple[Notice, str]]) -> list[tuple[Notice, str]]:
    """The first of each kind and variant."""
    first: dict[tuple[str, ...], tuple[Notice, str]] = {}
    for notice, body in found:
        variant = tuple(
            str(says(notice, key))
            for key in (
                "what",
                "clock",
                "step",
                "to",
                "confirmed",
                "code",
                "whom",
                "then",
                "own",
                "named",
                "above",
                "by",
                "tried",
            )
        )
        first.setdefault((notice.kind, *variant, str(bool(body))), (notice, body))
    return list(first.values())


def _one_major_incident() -> Story:
    """A ticket that others look like stands for a major incident, and for what is said then."""
    story, now = opened(), NOW
    part = Numbered(43, opened().ticket)
    story.does(looking_alike.found_alike(story.ticket, now, [43, 44]))
    story.does(majors.propose(story.ticket, now, [part], Many(alike=2)))
    story.does(majors.declare(story.ticket, LEAD, now))
    story.does(majors.add(Numbered(42, story.ticket), part, AGENT, now)[0])
    story.does(majors.remove(Numbered(42, story.ticket), Numbered(43, _part_of(42)), AGENT, now)[0])
    story.does(majors.end(story.ticket, LEAD, now))
    for change in (
        majors.add(Numbered(41, _major()), Numbered(42, story.ticket), AGENT, now)[1],
        majors.remove(Numbered(41, _major()), Numbered(42, _part_of(41)), AGENT, now)[1],
    ):
        story.does(change)
    story.does(majors.ask_back(story.ticket, AGENT, now, 41))
    return story.does(majors.answer_back(story.ticket, CUSTOMER, now, "No", is_back=True, asked_at=now))


def _major() -> Ticket:
    story = opened()
    return story.does(majors.declare(story.ticket, LEAD, NOW)).ticket


def _part_of(number: int) -> Ticket:
    story = opened()
    return story.does(majors.add(Numbered(number, _major()), Numbered(43, story.ticket), AGENT, NOW)[1]).ticket
