"""Whatever somebody outside asks, by whichever way: the answer is the same whether another customer exists or not."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from sqlalchemy import update
from sqlmodel import select

from bot.commands import dispatch
from bot.commands.mention import obey
from bot.commands.reactions import Reaction, react
from bot.desk.runtime import DeskRuntime
from bot.slack.app_home import render_home
from bot.slack.forms import render_form
from bot.slack.render import render_message
from bot.verbs.base.call import Answer, Call, Reply
from bot.verbs.base.source_message import SourceMessage
from bot.verbs.new import new_form
from bot.verbs.registry import VERBS
from bot.wording.app_home import read_home
from bot.wording.sentences import plain
from storage.app_home import AppHome
from storage.changes import Place, record_opening
from storage.core import table
from storage.customers import Customer, save_customers
from storage.tables.organisations import OrganisationRow
from storage.tables.outbox import OutboxRow
from tests.bot.samples import CUSTOMER, READERS
from tests.factories import AGENT, NOW, opening
from tests.outbox import private_data
from triage.people import Actor, Role

ACME, GLOBEX, ELSEWHERE = "slack:CACME", "slack:CGLOBEX", "DDIRECT"
GUEST = Actor("slack:UGUEST", frozenset({Role.CUSTOMER}))
THEIRS = 5000  # the number that is another customer's ticket, once there is one
NAMES = ("Globex", "globex", "Globx", "Hooli Secret Client", "Hooli Secret Clint", "ext-globex", "gold")
RESTS = ("", "{n}", "{n} because it burns", "{n} 1", "1 {n}", "1 into {n}", "{n} me", "{n} severity 1", *NAMES)


def call(desk: DeskRuntime, actor: Actor, words: str, channel: str) -> Call:
    return Call(desk, actor, READERS["en"], NOW, channel, words)


def shown(answer: Answer) -> str:
    """Everything that an answer shows, without figures: they move with what was done before."""
    said = [str(answer.errors)]
    if answer.form is not None:
        said.append(str(render_form(answer.form)))
    if answer.card is not None:
        said += [plain(answer.card.brief), str(render_message(answer.card))]
    return re.sub(r"\d+", "N", " ".join(said))


async def answers(desk: DeskRuntime, actor: Actor, channel: str) -> AsyncIterator[tuple[str, str]]:
    """What was tried, and what was answered."""
    for verb in VERBS:
        for rest in RESTS:
            words = f"{verb} {rest.format(n=THEIRS)}"
            yield words, shown(await dispatch.typed(call(desk, actor, words, channel)))
        for value in ("", "plan", "is:Globex", "draft.1", "yes", "sev1", f"{GLOBEX}:9.9"):
            pressed = replace(call(desk, actor, "", channel), number=THEIRS, answers={"value": value})
            yield f"button {verb} {value}", shown(await dispatch.pressed(pressed, verb))
        for name in NAMES:
            filled = {
                "customer": name,
                "text": "so",
                "other": str(THEIRS),
                "what": "customer",
                "summary": name,
            }
            submitted = replace(call(desk, actor, "", channel), number=THEIRS, answers=filled, reply=Reply.AS_POSTED)
            yield f"form {verb} {name}", shown(await dispatch.submitted(submitted, verb))
    form = await new_form(call(desk, actor, "", channel))
    yield "form of new", re.sub(r"\d+", "N", str(render_form(form)))
    page = AppHome()
    read = desk.database.read_now(lambda session: read_home(session, desk, actor, page, now=NOW))
    yield "home", re.sub(r"\d+", "N", str(render_home(read)))


async def private(desk: DeskRuntime, actor: Actor, channel: str) -> list[str]:
    """What is planned to be said to somebody who mentions or reacts: where no answer can be given at once."""

    def planned() -> list[str]:
        return [f"{kind} {data}" for kind, data in desk.database.read_now(private_data)]

    before, done = len(planned()), len(planned())
    for number, name in enumerate(NAMES):
        source = SourceMessage(
            channel, f"{done}{number}.0", f"{done}{number}.0", actor.id, NOW, f"customer {THEIRS} {name}"
        )
        await obey(replace(call(desk, actor, f"customer {THEIRS} {name}", channel), source=source, reply=Reply.LATER,
                           key=f"m{done}.{number}"))  # fmt: skip
    for name in desk.policy.reactions:
        await react(desk, Reaction(f"r{done}.{name}", actor.id, name, channel, "9.9", added=True), NOW)
    return [re.sub(r"\d+", "N", each) for each in planned()[before:]]


@pytest.mark.parametrize("actor", [CUSTOMER, GUEST], ids=["customer", "guest"])
@pytest.mark.parametrize("channel", [ACME, ELSEWHERE, ""])
async def test_no_answer_to_somebody_outside_tells_whether_another_customer_exists(
    desk: DeskRuntime, actor: Actor, channel: str
) -> None:
    policy = replace(desk.policy, flood_tickets=10_000, replies={"Stalling": {"en": "Soon."}})
    desk.policy, desk.directory = policy, replace(desk.directory, policy=policy)
    known = [Customer("Acme", channels=(f"slack:{ACME}",))]
    desk.database.write_now(lambda session: save_customers(session, desk.organisation_id, known))
    _open(desk, ACME, CUSTOMER, "Acme")
    async for _ in answers(desk, actor, channel):
        pass  # what can be done once is done
    before = {tried: said async for tried, said in answers(desk, actor, channel)}
    told = await private(desk, actor, channel)
    others = [Customer("Globex", "gold", channels=(f"slack:{GLOBEX}",)), Customer("Hooli Secret Client")]
    desk.database.write_now(lambda session: save_customers(session, desk.organisation_id, others))
    own = replace(policy.desk, customer_channels={**policy.desk.customer_channels, GLOBEX: "ext-globex"})
    desk.policy = replace(policy, desk=own)
    desk.directory = replace(desk.directory, policy=desk.policy)
    desk.database.write_now(
        lambda session: session.execute(update(table(OrganisationRow)).values(last_number=THEIRS - 1))
    )
    _open(desk, GLOBEX, AGENT, "Globex")
    after = {tried: said async for tried, said in answers(desk, actor, channel)}
    changed = {tried: (before[tried][:300], said[:300]) for tried, said in after.items() if said != before[tried]}
    assert not changed
    query = select(OutboxRow.data).where(OutboxRow.kind == "open_from")
    planned = desk.database.read_now(lambda session: session.exec(query).all())
    assert {data["channel"] for data in planned} <= {channel}, "no message of another channel is ever read for them"
    assert await private(desk, actor, channel) == told


def _open(desk: DeskRuntime, channel: str, actor: Actor, customer: str) -> None:
    change = opening(actor=actor, customer=customer, severity=None, summary=f"The secret of {customer}")
    places = [Place("slack:CDESK", "desk"), Place(channel, "customer")]
    desk.database.write_now(
        lambda session: record_opening(session, desk.organisation_id, desk.desk_id, change, places, NOW)
    )


@pytest.mark.parametrize("channel", [ACME, ELSEWHERE])
@pytest.mark.parametrize("words", ["list", "list open", "list Globex", "list sev1"])
async def test_who_may_see_their_own_tickets_alone_is_not_sent_to_look_at_everyones(
    desk: DeskRuntime, words: str, channel: str
) -> None:
    answer = await dispatch.typed(call(desk, CUSTOMER, words, channel))
    assert answer.card is not None
    assert plain(answer.card.brief) == "You have no open tickets."
