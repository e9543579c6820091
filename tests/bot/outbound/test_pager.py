"""Other systems are told beside people: signed, once, in order, never instead of people and never in their way."""

from __future__ import annotations

import asyncio
import base64
import hmac
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from bot.desk.policy_file import load_policy
from bot.desk.policy_file.pages import may_be_told
from bot.desk.runtime import DeskRuntime
from bot.outbound.pager import CARD_WITHIN, Pager
from bot.outbound.posting import GuardedResolver, signed
from scheduler.deferred import DeferredWork
from storage.core import table
from storage.dead_letters import OutboxEntry, Which, change_dead_letters, find_entries
from storage.pages import PAGER
from storage.policies import save_policy
from storage.tables.conversations import ConversationRow
from storage.test_pings import answer_test, begin_test, results_of
from tests.bot.asking import told, typed
from tests.bot.samples import POLICY
from tests.factories import MANAGER, NOW
from triage.errors import PolicyError

SECRET = "page-secret-" * 3
KEY = "R0UT1NGKEY"
SECOND = timedelta(seconds=1)
SECRETS = {"VIGIE_PAGE_NOC": SecretStr(SECRET), "VIGIE_PAGE_PD": SecretStr(KEY)}


@dataclass
class Target:
    """Another system, on this machine: keeps what it is told, and answers what the test wants."""

    url: str = ""
    answers: list[int] = field(default_factory=list)  # one after another; 202 in the end
    lets_go: asyncio.Event = field(default_factory=asyncio.Event)
    told: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        self.told.append((dict(request.headers), await request.read()))
        await self.lets_go.wait()
        status = self.answers.pop(0) if self.answers else 202
        return web.Response(status=status, headers={"Location": f"{self.url}elsewhere"} if status == 302 else {})

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.told]

    @property
    def events(self) -> list[tuple[str, int | None]]:
        """What it was told: the event, and the level."""
        return [(body["event"], body["level"]) for body in self.bodies]


@pytest.fixture
async def target() -> AsyncIterator[Target]:
    found = Target()
    found.lets_go.set()
    app = web.Application()
    app.router.add_post("/{path:.*}", found.take)
    async with TestServer(app) as server:
        found.url = str(server.make_url("/"))
        yield found


@dataclass
class Paging:
    """A desk whose policy names that target, and the pass that tells it."""

    desk: DeskRuntime
    pager: Pager
    work: DeferredWork

    async def run(self, now: datetime = NOW + CARD_WITHIN) -> None:  # no card is posted here, and no page waits longer
        while await self.work.run_once(now):
            pass

    def rows(self, *states: str) -> list[OutboxEntry]:
        found = self.desk.database.read_now(
            lambda session: find_entries(session, Which(states=states or ("pending", "failed")))
        )
        return [entry for entry in found if entry.kind == "page"]


def policy_of(target: Target, *, noc: str = "", level: str = "noc", severity_1: str = "noc") -> str:
    return f"""
page:
  targets:
    noc: {{url: '{target.url}hook', secret: $VIGIE_PAGE_NOC{noc}}}
    pd: {{pagerduty: $VIGIE_PAGE_PD, url: '{target.url}v2/enqueue', title: yes}}
  severity_1: [{severity_1}]
levels: [{{page: [{level}]}}, {{}}, {{}}]
"""


def use(desk: DeskRuntime, text: str) -> None:
    policy, data = load_policy(text, today=date(2026, 3, 1))
    desk.database.write_now(lambda session: save_policy(session, desk.organisation_id, desk.desk_id, data, NOW))
    levels = (replace(POLICY.levels[0], page=policy.levels[0].page), *POLICY.levels[1:])
    desk.policy = replace(POLICY, pages=policy.pages, levels=levels)


@pytest.fixture
async def paging(desk: DeskRuntime, target: Target) -> AsyncIterator[Paging]:
    use(desk, policy_of(target))
    pager = Pager(lambda: [desk], SECRETS)
    yield Paging(desk, pager, DeferredWork(desk.database, {}, performers={PAGER: pager}))
    await pager.stop()


async def test_a_severity_1_and_a_level_are_told_and_so_is_what_becomes_of_them(paging: Paging, target: Target) -> None:
    await typed(paging.desk, "new sev1 Link down")
    await typed(paging.desk, "escalate 1 it grew")
    await paging.run()
    assert set(target.events) == {("trigger", None), ("trigger", 1)}
    await typed(paging.desk, "take 1")
    await typed(paging.desk, "ack 1", actor=MANAGER)
    await paging.run()
    assert set(target.events[2:]) == {("acknowledge", None), ("acknowledge", 1)}
    await typed(paging.desk, "resolve 1 done")
    await paging.run(NOW + CARD_WITHIN + SECOND)
    assert set(target.events[4:]) == {("resolve", None), ("resolve", 1)}
    assert len({body["key"] for body in target.bodies}) == 2, "one for each thing that it is about"
    assert not paging.rows()


async def test_a_page_waits_for_the_card_that_it_leads_to(paging: Paging, target: Target) -> None:
    bound = replace(paging.desk.binding, link=lambda channel, message, _: f"https://x/{channel}/{message}")
    paging.desk.state.bindings[bound.platform] = bound
    await typed(paging.desk, "new sev1 Link down")
    await paging.run(NOW)
    assert target.told == []
    posted = sa.update(table(ConversationRow)).values(card_id="1.1")
    paging.desk.database.write_now(lambda session: session.execute(posted))
    await paging.run(NOW + 2 * SECOND)
    (body,) = target.bodies
    assert body["url"].startswith("https://x/slack:C")


async def test_a_webhook_is_signed_over_its_id_its_time_and_its_bytes(paging: Paging, target: Target) -> None:
    await typed(paging.desk, "new sev1 Link down")
    await paging.run()
    (headers, body), *_ = target.told
    signed_over = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(SECRET.encode(), signed_over, "sha256").digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert SECRET not in body.decode() + str(headers)


def test_a_secret_of_the_standards_form_is_read_as_such() -> None:
    raw = b"0123456789abcdef01234567"
    with_prefix = SecretStr(f"whsec_{base64.b64encode(raw).decode()}")
    assert signed("a", 1, b"{}", with_prefix) == signed("a", 1, b"{}", SecretStr(raw.decode()))


async def test_what_the_customer_wrote_stays_here_unless_the_policy_says_otherwise(
    paging: Paging, target: Target
) -> None:
    await typed(paging.desk, "new sev1 Password hunter2 leaked")
    await paging.run()
    assert b"hunter2" not in target.told[0][1]
    assert set(target.bodies[0]) == {"type", "event", "key", "number", "severity", "level", "role", "at", "url"}
    use(paging.desk, policy_of(target, noc=", title: yes"))
    await typed(paging.desk, "new sev1 Link down in Sydney")
    await paging.run()
    assert target.bodies[1]["title"] == "Link down in Sydney"


async def test_pagerduty_is_told_in_its_own_words_with_one_key_for_each_thing(paging: Paging, target: Target) -> None:
    use(paging.desk, policy_of(target, level="pd", severity_1="pd"))
    await typed(paging.desk, "new sev1 Link down in Sydney")
    await paging.run()
    await typed(paging.desk, "take 1")
    await paging.run()
    await typed(paging.desk, "restored 1")
    await paging.run()
    first, second, third = target.bodies
    assert (first["event_action"], second["event_action"], third["event_action"]) == (
        "trigger", "acknowledge", "resolve",
    )  # fmt: skip
    assert first["routing_key"] == KEY
    assert first["payload"]["summary"] == "#1: severity 1: Link down in Sydney"
    assert first["payload"]["severity"] == "critical"
    assert len({body["dedup_key"] for body in target.bodies}) == 1


async def test_a_target_that_fails_is_tried_again_as_the_same_page(paging: Paging, target: Target) -> None:
    target.answers = [503, 429, 500]
    await typed(paging.desk, "new sev1 Link down")
    for seconds in (10, 13, 20, 40):
        await paging.run(NOW + seconds * SECOND)
    assert target.events == [("trigger", None)] * 4
    assert len({headers["webhook-id"] for headers, _ in target.told}) == 1
    assert not paging.rows()


@pytest.mark.parametrize(("status", "says"), [(400, "it answered 400"), (302, "a redirection is not followed")])
async def test_what_a_target_will_never_take_is_a_dead_letter_and_an_admin_is_told(
    paging: Paging, target: Target, status: int, says: str
) -> None:
    target.answers = [status]
    await typed(paging.desk, "new sev1 Link down")
    await paging.run()
    (dead,) = paging.rows("failed")
    assert dead.number == 1
    assert says in (dead.reason or "")
    assert len(target.told) == 1
    found = paging.desk.database.read_now(lambda session: find_entries(session, Which(states=("pending",))))
    assert [entry.kind for entry in found].count("page_failed") == 1
    paging.desk.database.write_now(lambda session: change_dead_letters(session, [dead.id], state="pending", now=NOW))
    await paging.run(NOW + CARD_WITHIN + SECOND)
    assert not paging.rows()


async def test_a_target_that_cannot_be_reached_is_tried_again_and_an_admin_is_told(paging: Paging) -> None:
    use(paging.desk, policy_of(Target("http://127.0.0.1:9/")))
    await typed(paging.desk, "new sev1 Link down")
    for seconds in (10, 13, 20, 30, 50):
        await paging.run(NOW + seconds * SECOND)
    (waits,) = paging.rows("pending")
    assert waits.reason is not None
    assert "127.0.0.1" not in waits.reason
    found = paging.desk.database.read_now(lambda session: find_entries(session, Which(states=("pending",))))
    assert [entry.kind for entry in found].count("page_failed") == 1


async def test_a_target_that_hangs_holds_up_neither_people_nor_other_targets(paging: Paging, target: Target) -> None:
    paging.work.patience = 0.2
    target.lets_go.clear()
    await typed(paging.desk, "new sev1 Link down")
    await paging.run()
    (waits,) = paging.rows("pending")
    assert waits.reason == "no answer within 0 s"
    target.lets_go.set()
    kinds = [e.kind for e in paging.desk.database.read_now(lambda s: find_entries(s, Which(states=("pending",))))]
    assert "falls_to" in kinds, "what people are told is another pass's business"


async def test_what_is_over_before_it_could_be_told_is_told_nobody(paging: Paging, target: Target) -> None:
    target.answers = [503]
    await typed(paging.desk, "new sev1 Link down")
    await paging.run()
    await typed(paging.desk, "severity 1 3 a false alarm")
    await paging.run(NOW + 40 * SECOND)
    await paging.run(NOW + 70 * SECOND)
    assert target.events == [("trigger", None)]
    assert not paging.rows()


async def test_a_missing_secret_is_named_and_nothing_is_sent(desk: DeskRuntime, target: Target) -> None:
    use(desk, policy_of(target))
    pager = Pager(lambda: [desk], {})
    paging = Paging(desk, pager, DeferredWork(desk.database, {}, performers={PAGER: pager}))
    await typed(desk, "new sev1 Link down")
    await paging.run()
    (dead,) = paging.rows("failed")
    assert dead.reason == "VIGIE_PAGE_NOC is not set in the environment"
    assert target.told == []


async def test_a_desk_that_names_no_target_plans_no_page(desk: DeskRuntime) -> None:
    assert await told(desk, "new sev1 Link down")
    found = desk.database.read_now(lambda session: find_entries(session, Which(states=("pending",))))
    assert "page" not in [entry.kind for entry in found]


async def test_a_test_of_the_escalation_tells_every_target_and_shows_what_became_of_it(
    paging: Paging, target: Target
) -> None:
    target.answers = [202, 400]
    desk = paging.desk
    people, nobody = {MANAGER.id: [1]}, {"gone@example.com": [2]}
    begin = partial(
        begin_test, organisation_id=desk.organisation_id, test="t1", people=people, nobody=nobody,
        targets=["noc", "pd"], by="slack:UADMIN", now=NOW,
    )  # fmt: skip
    assert desk.database.write_now(begin)
    assert not desk.database.write_now(begin), "the same test begins once"
    await paging.run()
    assert sorted(str(body.get("event") or body.get("event_action")) for body in target.bodies) == ["resolve", "test"]
    read = partial(results_of, organisation_id=desk.organisation_id, test="t1")
    answer = partial(answer_test, organisation_id=desk.organisation_id, test="t1", now=NOW)
    assert desk.database.write_now(partial(answer, person=MANAGER.id))
    assert not desk.database.write_now(partial(answer, person=MANAGER.id)), "once"
    assert not desk.database.write_now(partial(answer, person="slack:UAGENT")), "who was not asked cannot answer"
    found = {result.who: (result.state, result.answered_at) for result in desk.database.read_now(read)}
    assert found[MANAGER.id] == ("waits", NOW)
    assert found["gone@example.com"] == ("nobody", None)
    assert {found["page:noc"][0], found["page:pd"][0]} == {"sent", "failed"}


# -- what may stand in a policy, and where nothing is ever sent --------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("{url: 'https://a.example.com', secret: hunter2hunter2}", "no secret stands in a policy"),
        ("{url: 'https://a.example.com', secret: $SLACK_BOT_TOKEN}", "no secret stands in a policy"),
        ("{url: 'http://a.example.com', secret: $VIGIE_PAGE_A}", "what is not encrypted stays on this machine"),
        ("{url: 'https://me:you@a.example.com', secret: $VIGIE_PAGE_A}", "no name and no password"),
        ("{url: 'https://169.254.169.254/latest', secret: $VIGIE_PAGE_A}", "nothing is sent to such an address"),
        ("{url: 'https://[fe80::1]/', secret: $VIGIE_PAGE_A}", "nothing is sent to such an address"),
        ("{url: 'https://169。254。169。254/latest', secret: $VIGIE_PAGE_A}", "nothing is sent to such an address"),
        ("{url: 'https://１６９.254.169.254/', secret: $VIGIE_PAGE_A}", "nothing is sent to such an address"),
        ("{url: 'file:///etc/passwd', secret: $VIGIE_PAGE_A}", "this is no web address"),
        ("{url: 'https://a.example.com'}", "write `url:` and `secret:"),
        ("{pagerduty: $VIGIE_PAGE_A, secret: $VIGIE_PAGE_B}", "PagerDuty takes no `secret`"),
    ],
)
def test_a_target_that_would_be_unsafe_is_no_policy_and_a_secret_is_not_repeated(written: str, says: str) -> None:
    with pytest.raises(PolicyError, match=says) as refused:
        load_policy(f"page: {{targets: {{a: {written}}}}}", today=date(2026, 3, 1))
    assert "hunter2" not in str(refused.value)


def test_a_name_that_stands_for_no_target_is_refused_where_it_is_written() -> None:
    with pytest.raises(PolicyError, match=r"levels\[1\].page: `noc` is no target of pages"):
        load_policy("levels: [{page: noc}]", today=date(2026, 3, 1))


@pytest.mark.parametrize(
    "host",
    [
        "169.254.169.254",
        "::ffff:169.254.169.254",
        "2002:a9fe:a9fe::1",
        "64:ff9b::a9fe:a9fe",
        "fe80::1",
        "fe80::1%eth0",
        "::",
        "224.0.0.1",
        "fd00:ec2::254",
        "fd20:ce::254",
        "100.100.100.200",
        "168.63.129.16",
    ],
)
def test_nothing_is_sent_where_cloud_machines_keep_their_secrets(host: str) -> None:
    assert not may_be_told(host)


class Leads(AbstractResolver):
    """A name on the network that leads to this machine, or wherever it is told to."""

    def __init__(self, *to: str) -> None:
        self.to = to

    async def resolve(self, host: str, port: int = 0, family: Any = 0) -> list[ResolveResult]:
        return [ResolveResult(hostname=host, host=to, port=port, family=2, proto=0, flags=0) for to in self.to]

    async def close(self) -> None:
        """It holds nothing."""


async def test_a_name_that_leads_to_this_machine_or_to_secrets_is_not_followed() -> None:
    with pytest.raises(OSError, match="no address"):
        await GuardedResolver(Leads("127.0.0.1", "169.254.169.254")).resolve("pager.example.com", 443)
    found = await GuardedResolver(Leads("127.0.0.1", "10.0.0.7")).resolve("pager.example.com", 443)
    assert [each["host"] for each in found] == ["10.0.0.7"]
    assert await GuardedResolver(Leads("127.0.0.1")).resolve("localhost", 80)
