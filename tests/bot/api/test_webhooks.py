"""Other programs are told what happens at a desk: signed, at least once, in order, and never at addresses of ours."""

from __future__ import annotations

import asyncio
import base64
import hmac
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr
from sqlmodel import Session

from bot.api.webhooks import GIVES_UP_AFTER, RATE, TOLD_AFTER, Webhooks, opened, refused, sealed
from bot.cli import main
from bot.cli.checks.webhooks import look_at_webhooks
from bot.desk.runtime import DeskRuntime
from bot.outbound.posting import Poster, PublicResolver, is_allowed
from bot.server.settings import Settings
from scheduler import deadlines
from scheduler.deferred import DeferredWork
from scheduler.pacing import Pacer
from scheduler.sender import Sent
from storage import outbox
from storage.dead_letters import OutboxEntry, Which, find_entries
from storage.webhooks import WEBHOOK, Webhook, add_webhook, end_webhook, list_webhooks, replay, set_secret
from tests.bot.asking import typed
from tests.bot.outbound.test_pager import Leads, Target, policy_of, use
from tests.factories import NOW
from tests.statements import statements

KEYS = (SecretStr("a-key-of-the-vault-" * 2),)
SECRET = f"whsec_{base64.b64encode(b'0123456789abcdef' * 2).decode()}"
PAGE = (Path(__file__).parents[3] / "docs" / "webhooks.md").read_text(encoding="utf-8")
HERE = (ip_network("127.0.0.0/8"),)
SECOND = timedelta(seconds=1)
Networks = Sequence[IPv4Network | IPv6Network]


@dataclass
class Receiver:
    """Another program, on this machine: keeps what it is told, and answers what the test wants."""

    url: str = ""
    answers: list[int] = field(default_factory=list)  # one after another; 204 in the end
    lets_go: asyncio.Event = field(default_factory=asyncio.Event)
    told: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        self.told.append(({name.lower(): value for name, value in request.headers.items()}, await request.read()))
        await self.lets_go.wait()
        status = self.answers.pop(0) if self.answers else 204
        return web.Response(status=status, headers={"Location": f"{self.url}elsewhere"} if status == 302 else {})

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.told]

    @property
    def types(self) -> list[str]:
        return [body["type"] for body in self.bodies]

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _ in self.told]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    found = Receiver()
    found.lets_go.set()
    app = web.Application()
    app.router.add_post("/{path:.*}", found.take)
    async with TestServer(app) as server:
        found.url = str(server.make_url("/"))
        yield found


@dataclass
class Telling:
    """A desk whose webhook leads to that program, and the pass that tells it."""

    desk: DeskRuntime
    webhooks: Webhooks
    work: DeferredWork
    at: datetime = NOW

    def add(self, url: str, *events: str, with_text: bool = False) -> int:
        def make(session: Session) -> int:
            desk = self.desk
            made = add_webhook(
                session, desk.organisation_id, desk.desk_id, url, events, with_text=with_text, by="ada", now=NOW
            )
            set_secret(session, made, sealed(KEYS, made, SECRET))
            return made

        return self.desk.database.write_now(make)

    async def run(self, seconds: float = 30) -> None:
        """Tell whatever may be told within so much time."""
        until = self.at + timedelta(seconds=seconds)
        while self.at <= until:
            while await self.work.run_once(self.at):
                pass
            self.at += SECOND

    def rows(self, *states: str) -> list[OutboxEntry]:
        which = Which(states=states or ("pending", "claimed", "failed"), kind=WEBHOOK)
        return self.desk.database.read_now(lambda session: find_entries(session, which))

    @property
    def place(self) -> str:
        return self.desk.database.url.render_as_string(hide_password=False)

    @property
    def only(self) -> Webhook:
        (found,) = self.desk.database.read_now(list_webhooks)
        return found

    def announced(self) -> int:
        which = Which(states=("pending",), kind="webhook_failed")
        return len(self.desk.database.read_now(lambda session: find_entries(session, which)))


def telling_of(desk: DeskRuntime, *, networks: Networks = HERE) -> Telling:
    webhooks = Webhooks(lambda: [desk], KEYS, networks)
    return Telling(
        desk, webhooks, DeferredWork(desk.database, {}, Pacer({WEBHOOK: RATE}), performers={WEBHOOK: webhooks})
    )


@pytest.fixture
async def telling(desk: DeskRuntime) -> AsyncIterator[Telling]:
    found = telling_of(desk)
    yield found
    await found.webhooks.stop()


def verified(headers: dict[str, str], body: bytes, secret: str = SECRET) -> bool:
    """As a receiver would, knowing the standard alone."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    over = b".".join((headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body))
    expected = base64.b64encode(hmac.new(key, over, "sha256").digest()).decode()
    given = [each.partition(",") for each in headers["webhook-signature"].split(" ")]
    return any(version == "v1" and hmac.compare_digest(text, expected) for version, _, text in given)


async def test_what_happens_to_a_ticket_is_told_signed_and_in_order_with_its_state_and_clocks(
    telling: Telling, receiver: Receiver
) -> None:
    telling.add(f"{receiver.url}hook")
    await typed(telling.desk, "new incident sev2 Link down")
    await typed(telling.desk, "take 1")
    await typed(telling.desk, "restored 1 it is back")
    await typed(telling.desk, "resolve 1 done")
    await telling.run()
    assert receiver.types[0] == "ticket.opened"
    assert [name for name in receiver.types if name in ("ticket.assigned", "ticket.restored", "ticket.resolved")] == [
        "ticket.assigned", "ticket.restored", "ticket.resolved",
    ]  # fmt: skip
    assert all(verified(headers, body) for headers, body in receiver.told)
    assert not verified(receiver.told[0][0], receiver.told[0][1] + b" ")
    seqs = [body["data"]["event"]["seq"] for body in receiver.bodies]
    assert seqs == sorted(seqs)
    assert len(set(receiver.ids)) == len(receiver.ids)
    first, last = receiver.bodies[0], receiver.bodies[-1]
    assert (first["version"], first["data"]["ticket"]["number"]) == (1, 1)
    assert first["data"]["ticket"]["status"] == "open"
    assert {clock["clock"] for clock in first["data"]["ticket"]["clocks"]} == {"response", "update", "restore"}
    assert all({"deadline", "late", "state"} <= clock.keys() for clock in first["data"]["ticket"]["clocks"])
    assert last["data"]["ticket"]["status"] == "resolved"
    assert not telling.rows()


async def test_nothing_that_people_wrote_is_told_unless_it_was_asked_for(telling: Telling, receiver: Receiver) -> None:
    telling.add(f"{receiver.url}a")
    await typed(telling.desk, "new sev2 Password hunter2 leaked")
    await typed(telling.desk, "note 1 hunter2 again")
    await telling.run()
    assert len(receiver.told) >= 2
    assert not any(b"hunter2" in body for _, body in receiver.told)
    telling.add(f"{receiver.url}b", with_text=True)
    await typed(telling.desk, "note 1 it was hunter3")
    await telling.run()
    assert any(body["data"]["event"].get("text") == "it was hunter3" for body in receiver.bodies)


async def test_a_webhook_is_told_of_the_types_that_it_asked_for_alone(telling: Telling, receiver: Receiver) -> None:
    telling.add(receiver.url, "escalation", "ticket.resolved")
    await typed(telling.desk, "new sev2 Link down")
    await typed(telling.desk, "escalate 1 it grew")
    await typed(telling.desk, "resolve 1 done")
    await telling.run()
    assert {name.partition(".")[0] for name in receiver.types} == {"escalation", "ticket"}
    assert [name for name in receiver.types if name.startswith("ticket.")] == ["ticket.resolved"]


async def test_warnings_breaches_and_what_became_of_a_promise_are_told(telling: Telling, receiver: Receiver) -> None:
    desk = telling.desk
    telling.add(receiver.url, "deadline", "promise")
    await typed(desk, "new incident sev2 Link down")
    await typed(desk, "promise 1 in 10m We are looking")
    await typed(desk, "promise 1 in 20m Still looking", now=NOW + timedelta(minutes=5))
    later = NOW + timedelta(hours=1)
    await deadlines.run_once(desk.database, later)
    telling.at = later
    await telling.run()
    assert {"deadline.warning", "deadline.breach", "promise.broken"} <= set(receiver.types)
    broken = next(body for body in receiver.bodies if body["type"] == "promise.broken")
    assert broken["data"]["promised_until"] is not None
    await typed(desk, "promise 1 in 30m Found it", now=later)
    await typed(desk, "update 1 It is replaced", now=later + SECOND)
    await telling.run()
    assert receiver.types[-1] == "promise.kept"
    assert receiver.types.count("promise.broken") == 1


async def test_what_is_not_taken_is_sent_again_as_the_same_and_in_order(telling: Telling, receiver: Receiver) -> None:
    telling.add(receiver.url)
    receiver.answers = [500, 302, 404]
    await typed(telling.desk, "new sev2 Link down")
    await typed(telling.desk, "take 1")
    await telling.run(60)
    assert len(set(receiver.ids[:4])) == 1, "nothing else of the ticket is told before"
    seqs = [body["data"]["event"]["seq"] for body in receiver.bodies[3:]]
    assert seqs == sorted(seqs)
    assert seqs[-1] > seqs[0]
    assert not telling.rows()
    assert telling.only.failures == 0, "it takes what it is told again"


async def test_what_does_not_answer_in_time_is_sent_again(telling: Telling, receiver: Receiver) -> None:
    telling.add(receiver.url)
    telling.webhooks.poster = Poster(aiohttp.ClientTimeout(total=0.1), partial(PublicResolver, HERE))
    receiver.lets_go.clear()
    await typed(telling.desk, "new sev2 Link down")
    await telling.run(1)
    waits = telling.rows("pending")[0]
    assert waits.reason == "it did not answer in time"
    receiver.lets_go.set()
    await telling.run(10)
    assert receiver.ids[0] == receiver.ids[1]
    assert not telling.rows()


async def test_a_kill_between_sending_and_recording_repeats_it_under_the_same_id(
    telling: Telling, receiver: Receiver
) -> None:
    telling.add(receiver.url, "ticket.opened")
    await typed(telling.desk, "new sev2 Link down")
    claim = partial(outbox.claim, now=NOW, limit=9, work=True)
    (item,) = [each for each in telling.desk.database.write_now(claim) if each.platform == WEBHOOK]
    assert isinstance(await telling.webhooks.perform(item, NOW), Sent)
    assert len(receiver.told) == 1, "and whoever sent it dies"
    telling.desk.database.write_now(lambda session: outbox.take_over(session, NOW, 9))
    await telling.run(60)
    assert len(receiver.told) == 2
    assert receiver.ids[0] == receiver.ids[1]
    assert receiver.told[0][1] == receiver.told[1][1]
    assert not telling.rows()


async def test_an_endpoint_that_is_gone_is_told_nothing_more_and_an_admin_hears_of_it_once(
    telling: Telling, receiver: Receiver
) -> None:
    telling.add(receiver.url)
    receiver.answers = [410]
    await typed(telling.desk, "new sev2 Link down")
    await typed(telling.desk, "take 1")
    await telling.run()
    await typed(telling.desk, "resolve 1 done")
    await telling.run()
    assert len(receiver.told) == 1
    assert telling.only.ended_at is not None
    assert telling.announced() == 1
    (dead,) = telling.rows("failed")
    assert "410" in (dead.reason or "")


async def test_an_endpoint_that_fails_is_left_alone_named_by_the_doctor_and_told_to_an_admin_once(
    telling: Telling, receiver: Receiver
) -> None:
    telling.add(receiver.url)
    receiver.answers = [503] * 1000
    for number in range(1, 9):
        await typed(telling.desk, f"new sev2 Link {number} down")
    await telling.run(400)
    assert telling.only.failures >= TOLD_AFTER
    assert len(receiver.told) < 20, "one at a time asks whether it is back"
    assert telling.announced() == 1
    settings = Settings(VIGIE_DATABASE_URL=telling.place, VIGIE_SECRET_KEY=KEYS)
    (finding,) = look_at_webhooks(settings)
    assert "it answered 503" in str(finding)
    telling.at = NOW + GIVES_UP_AFTER + timedelta(hours=1)
    await telling.run(5)
    assert telling.rows("failed")
    assert telling.announced() == 2, "and that something was given up, once as well"


async def test_what_was_told_can_be_replayed_each_under_its_id(telling: Telling, receiver: Receiver) -> None:
    made = telling.add(receiver.url)
    await typed(telling.desk, "new sev2 Link down")
    await typed(telling.desk, "take 1")
    await telling.run()
    first = list(receiver.ids)
    assert telling.desk.database.write_now(partial(replay, webhook_id=made, since=NOW + SECOND, now=telling.at)) == 0
    again = partial(replay, webhook_id=made, since=NOW, now=telling.at)
    assert telling.desk.database.write_now(again) == len(first)
    await telling.run()
    assert receiver.ids == [*first, *first]


async def test_while_a_secret_is_changed_both_sign(telling: Telling, receiver: Receiver) -> None:
    made = telling.add(receiver.url)
    other = f"whsec_{base64.b64encode(b'fedcba9876543210' * 2).decode()}"
    change = partial(
        set_secret, webhook_id=made, sealed=sealed(KEYS, made, other), former_until=NOW + timedelta(days=1)
    )
    telling.desk.database.write_now(change)
    await typed(telling.desk, "new sev2 Link down")
    await telling.run()
    headers, body = receiver.told[0]
    assert verified(headers, body, SECRET)
    assert verified(headers, body, other)
    telling.at = NOW + timedelta(days=2)
    await typed(telling.desk, "take 1")
    await telling.run()
    headers, body = receiver.told[-1]
    assert verified(headers, body, other)
    assert not verified(headers, body, SECRET)


async def test_a_desk_without_a_webhook_asks_its_database_nothing_for_it(telling: Telling, receiver: Receiver) -> None:
    async def asked(words: str) -> int:
        with statements(telling.desk.database) as seen:
            await typed(telling.desk, words)
        return len(seen)

    await typed(telling.desk, "new sev2 Link down")
    await typed(telling.desk, "note 1 first")
    before = await asked("note 1 second")
    made = telling.add(receiver.url)
    assert await asked("note 1 third") > before
    telling.desk.database.write_now(partial(end_webhook, webhook_id=made, by="ada", now=NOW))
    assert await asked("note 1 fourth") == before
    assert not telling.rows("pending")[1:], "nothing was planned for whoever is told nothing"


# -- where nothing is ever sent ----------------------------------------------------------------------------------------

PRIVATE = [
    "127.0.0.1", "10.0.0.7", "172.16.3.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.1", "224.0.0.1",
    "240.0.0.1", "168.63.129.16", "::1", "::", "fe80::1", "fd00::1", "::ffff:10.0.0.1", "2002:0a00:0001::1",
    "64:ff9b::a00:1", "192.0.2.1", "fec0::1",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_no_private_address_is_allowed(address: str) -> None:
    assert not is_allowed(address, ())
    assert refused(f"https://{f'[{address}]' if ':' in address else address}/hook", ()) is not None


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/", "https://me:you@example.com/", "http://example.com/", "https:///hook", "https://a b/",
        "https://example.com/#here", "https://example.com:99999/", "https://example.com/\r\nX: y", "",
    ],
)  # fmt: skip
def test_what_is_no_address_of_a_webhook_is_refused(url: str) -> None:
    assert refused(url, ()) is not None


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888"])
def test_public_addresses_are_allowed_and_so_is_a_network_that_is_named(address: str) -> None:
    assert is_allowed(address, ())
    assert is_allowed("10.1.2.3", (ip_network("10.1.0.0/16"),))
    assert not is_allowed("10.2.2.3", (ip_network("10.1.0.0/16"),))
    assert not is_allowed("169.254.169.254", (ip_network("0.0.0.0/0"),)), "where machines keep their secrets, never"


async def test_a_name_that_leads_to_a_private_address_is_not_connected_to(
    desk: DeskRuntime, receiver: Receiver
) -> None:
    telling = telling_of(desk, networks=())
    to = Leads("127.0.0.1", "10.0.0.7", "169.254.169.254")
    telling.webhooks.poster = Poster(aiohttp.ClientTimeout(total=2), partial(PublicResolver, (), to))
    port = receiver.url.rsplit(":", 1)[1]
    telling.add(f"https://hooks.example.com:{port}hook")
    await typed(desk, "new sev2 Link down")
    await telling.run(1)
    await telling.webhooks.stop()
    assert receiver.told == []
    waits = telling.rows("pending")[0]
    assert "it cannot be reached" in (waits.reason or "")
    assert "10.0.0.7" not in (waits.reason or "")


#: As browsers and aiohttp read them, these are 127.0.0.1: every full stop and every digit of Unicode counts.
LIKE_ASCII = ["127。0。0。1", "127．0．0．1", "127｡0.0.1", "①②⑦。0.0.1", "１２７。０。０。１"]


@pytest.mark.parametrize("host", LIKE_ASCII)
def test_an_address_in_other_letters_is_the_same_address(host: str) -> None:
    assert "private address" in (refused(f"https://{host}/hook", ()) or "")
    assert refused(f"https://{host}/hook", (ip_network("127.0.0.0/8"),)) is None


@pytest.mark.parametrize("host", ["caf\u00e9.example", "\u4f8b\u3048.example"])
def test_a_name_in_other_letters_is_a_name(host: str) -> None:
    assert refused(f"https://{host}/hook", ()) is None


@pytest.mark.parametrize("host", LIKE_ASCII)
async def test_who_posts_looks_at_an_address_as_it_is_connected_to(receiver: Receiver, host: str) -> None:
    port, poster = receiver.url.rsplit(":", 1)[1], Poster(aiohttp.ClientTimeout(total=2), partial(PublicResolver, ()))
    assert await poster.post(f"http://{host}:{port}hook", b"{}", {}) == "nothing is sent to such an address"
    await poster.close()
    assert receiver.told == []


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1", "localhost", "[::1]", *LIKE_ASCII])
async def test_no_way_of_writing_this_machine_leads_to_it(desk: DeskRuntime, receiver: Receiver, host: str) -> None:
    telling = telling_of(desk, networks=(ip_network("10.1.0.0/16"),))
    port = receiver.url.rsplit(":", 1)[1]
    telling.add(f"http://{host}:{port}hook")
    await typed(desk, "new sev2 Link down")
    await telling.run(1)
    await telling.webhooks.stop()
    assert receiver.told == []


async def test_a_redirection_is_not_followed(telling: Telling, receiver: Receiver) -> None:
    telling.add(receiver.url)
    receiver.answers = [302]
    await typed(telling.desk, "new sev2 Link down")
    await telling.run(1)
    assert len(receiver.told) == 1
    assert "a redirection is not followed" in (telling.rows("pending")[0].reason or "")


# -- by hand -----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("bare_environment")
async def test_a_webhook_is_made_listed_tested_and_revoked_by_hand(
    telling: Telling, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    use(telling.desk, policy_of(Target(receiver.url)))
    monkeypatch.setenv("VIGIE_DATABASE_URL", telling.place)
    monkeypatch.setenv("VIGIE_WEBHOOK_NETWORKS", "127.0.0.0/8")

    async def run(*words: str) -> tuple[int, str, str]:
        code = await asyncio.to_thread(main, ["webhook", *words])
        said = capsys.readouterr()
        return code, said.out.strip(), said.err

    code, _, err = await run("add", f"{receiver.url}t0ken")
    assert code == 2
    assert "VIGIE_SECRET_KEY" in err
    monkeypatch.setenv("VIGIE_SECRET_KEY", KEYS[0].get_secret_value())
    code, _, err = await run("add", "https://10.0.0.1/hook")
    assert code == 2
    assert "private address" in err
    code, _, err = await run("add", receiver.url, "--events", "tickets")
    assert code == 2
    assert "did you mean ticket" in err
    code, secret, _ = await run("add", f"{receiver.url}t0ken", "--events", "ticket,promise")
    assert code == 0
    assert secret.startswith("whsec_")
    hook = telling.only
    assert secret not in hook.secret
    assert opened(KEYS, hook.id, hook.secret) == secret
    code, listed, _ = await run("list")
    assert "ticket+promise" in listed
    assert "t0ken" not in listed
    code, out, _ = await run("test", str(hook.id))
    assert (code, receiver.types) == (0, ["vigie.test"]), out
    assert verified(*receiver.told[0], secret)
    code, other, _ = await run("rotate", str(hook.id))
    assert other.startswith("whsec_")
    code, out, _ = await run("replay", str(hook.id), "--since", "2h")
    assert code == 1
    assert out.startswith("0 messages")
    code, out, _ = await run("revoke", str(hook.id), "--yes")
    assert code == 0
    assert telling.only.ended_at is not None


async def test_the_receiver_of_the_documentation_takes_what_is_signed_and_nothing_else(
    telling: Telling,
) -> None:
    code = PAGE.split("```python\n")[1].split("```")[0]
    space: dict[str, Any] = {"SECRET": SECRET}
    exec(  # noqa: S102  it is ours
        compile(code.replace('SECRET = "whsec_..."', ""), "docs/webhooks.md", "exec"), space
    )
    async with TestServer(space["app"]) as server:
        telling.add(str(server.make_url("/vigie")))
        await typed(telling.desk, "new sev2 Link down")
        await telling.run()
        assert not telling.rows()
        async with aiohttp.ClientSession() as session:
            forged = {"webhook-id": "a", "webhook-timestamp": "1", "webhook-signature": "v1,AAAA"}
            async with session.post(server.make_url("/vigie"), data=b"{}", headers=forged) as answer:
                assert answer.status == 401
