"""The composition root: wires settings, storage, scheduler and front ends. What each of these is, it does not know."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

import aiohttp
import structlog
from aiohttp import web

from bot.api.door import add_api_route
from bot.api.house import House
from bot.api.webhooks import RATE, Webhooks
from bot.desk.now import Now
from bot.desk.runtime import DeskRuntime
from bot.front_ends import front_ends
from bot.local_workspace.opening import ANSWER_WITHIN
from bot.outbound.desk_start import DeskStart, let_go
from bot.outbound.front_end import TIMEOUT, CannotStartError, FrontEnd, Host
from bot.outbound.pager import Pager
from bot.outbound.shadow import Gate, Hushed, HushedWork
from bot.server.connections import BODY_LIMIT, GuardedRunner, watched
from bot.server.database_time import DatabaseTime
from bot.server.ending import ANSWERED_BY, SENT_BY, Closing
from bot.server.health import add_health_routes
from bot.server.heartbeat import Heartbeat
from bot.server.metrics_route import add_metrics_route
from bot.server.refused_requests import Refusals
from bot.server.repeating import Repeating
from bot.server.rota_route import add_rota_route
from bot.server.settings import ConfigError, Settings, not_listening
from bot.server.writable import Writable
from bot.verbs.reading import times
from bot.verbs.setup.setup import on_other_terms
from bot.watching.metrics import Metrics
from bot.watching.traces import start_traces
from bot.web.customer.route import add_customer_route
from bot.web.desk import SignIn, WebDesk
from bot.wording.speech import warm_up
from scheduler.audit import Auditor
from scheduler.deferred import DeferredWork, Performer
from scheduler.delivery import Delivery
from scheduler.desk_agenda import DeskAgenda
from scheduler.desk_duties import DeskAtWork
from scheduler.pacing import Pacer
from scheduler.retention import Retention
from scheduler.runner import Runner
from storage.database import Database, DatabaseUnusableError
from storage.migrate import migrate
from storage.pages import PAGER
from storage.wakeups import WakeUps
from storage.webhooks import WEBHOOK
from triage.errors import PolicyError
from triage.suggesting.model import shipped

log = structlog.get_logger(__name__)

AUDIT_EVERY = timedelta(minutes=1)
CATCH_UP_EVERY = timedelta(seconds=15)  # with what another process has put on record
ROTA_EVERY = timedelta(minutes=15)
TIME_EVERY = timedelta(seconds=15)  # the database's clock is read
DELETE_EVERY = timedelta(minutes=1)  # a part of what is too old
# What keeps Vigie from starting, each with one line that says what to do.
STARTUP_ERRORS = (ConfigError, DatabaseUnusableError, PolicyError, CannotStartError)


def at_work(desk: DeskRuntime) -> DeskAtWork:
    """A desk as its agenda sees it at this moment."""
    return DeskAtWork(
        desk.organisation_id, desk.desk_id, desk.nearest_channel, desk.roster, desk.policy, tuple(desk.channels.own)
    )


@dataclass
class Vigie:
    """A running Vigie. `start` brings everything up or raises one of STARTUP_ERRORS; `stop` drains and closes."""

    #: What it is set up by.
    settings: Settings
    #: `web`, `worker` or `all`: whether this process serves people, holds the clocks, or both.
    role: str = "all"
    #: Whether the local workspace was asked for in so many words.
    local: bool = False
    #: The real seconds that the local workspace gives it to answer, and to open a form.
    answer_within: float = ANSWER_WITHIN
    #: The platforms that the local workspace imitates; None: what the settings say, else all that it can.
    local_platforms: Collection[str] | None = None
    #: What makes further front ends, beside those that the settings ask for.
    more: Sequence[Callable[[Host], FrontEnd]] = ()
    #: The project's time.
    now: Now = field(default_factory=Now)
    #: The ways in and out, once it has started.
    front_ends: list[FrontEnd] = field(default_factory=list)
    desk: DeskRuntime | None = None  # where there is but one
    #: Who holds the clocks; None in a process that does not.
    runner: Runner | None = None
    #: Whether people and load balancers should come here.
    ready: bool = False
    #: The port that it serves on; 0: not yet.
    port: int = 0
    on_other_terms: int = 0  # open tickets that an earlier version of the policy holds to something else
    _closing: Closing = field(default_factory=Closing)
    _repeating: Repeating = field(default_factory=Repeating)
    _other_server: asyncio.Event = field(
        default_factory=asyncio.Event
    )  # the database's may be: set when it was reached anew
    _web: web.AppRunner | None = None

    @property
    def address(self) -> str:
        """Where it can be reached."""
        host = self.settings.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port or self.settings.port}"

    @property
    def shown_address(self) -> str:
        """Where others reach it: the public address, where it has one."""
        return (self.settings.public_url or self.address).rstrip("/")

    @property
    def page(self) -> str | None:
        """The path of a page that people open in a browser, if a front end has one."""
        return next((each.page for each in self.front_ends if each.page is not None), None)

    @property
    def in_local_mode(self) -> bool:
        """Whether it speaks with a local workspace, its own or one that runs by itself."""
        return self.local or "local" in self.settings.platforms

    async def start(self) -> None:
        """Bring everything up: database, server, front ends, clocks, in this order."""
        self.settings.check(local=self.local)
        end_traces = start_traces(os.environ)
        if end_traces is not None:
            self._closing.then(partial(asyncio.to_thread, end_traces))
        database = Database(self.settings.database_url)
        self._closing.then(database.close)
        await asyncio.to_thread(migrate, database)
        wake_ups = WakeUps(database)
        self._closing.then(wake_ups.stop)
        wake_ups.start()
        self._closing.at_once(self._repeating.stop)
        if not database.is_sqlite:
            ours = DatabaseTime(database, self.now)
            await ours.read()
            self._repeating.every(TIME_EVERY, ours.read, self._other_server)
        session = aiohttp.ClientSession(timeout=TIMEOUT)
        self._closing.then(session.close)
        refusals = Refusals()
        self._closing.at_once(refusals.close)
        desks = DeskStart(self.settings, database, self.now, self._recorded, lambda: self.shown_address)
        host = Host(
            self.settings, database, session, self.now, desks, refusals, lambda: self.address, lambda: self.runner
        )
        self.front_ends = [
            *front_ends(
                host,
                local=self.local,
                answer_within=self.answer_within,
                local_platforms=self.local_platforms,
                role=self.role,
            ),
            *(make(host) for make in self.more),
        ]
        await self._serve(database, session, refusals)
        await asyncio.gather(self._start_front_ends(database), asyncio.to_thread(warm_up))
        if desks.only is not None:
            self.desk = desks.only
            await let_go(self.desk)
            self.on_other_terms = await database.read(partial(on_other_terms, desk=self.desk))
        for each in self.front_ends:
            self._repeating.every(CATCH_UP_EVERY, each.refresh)
        if self.role != "web":
            self._repeating.every(ROTA_EVERY, self._read_rotas)
            self._closing.at_once(asyncio.create_task(self._read_rotas()).cancel)
        self._run_clocks(database, session, wake_ups)
        await self._listen()
        self.ready = True

    async def broken(self) -> None:
        """Wait until this process does not do its work any more, and cannot recover."""
        await (asyncio.Event() if self.runner is None else self.runner.died).wait()

    async def stop(self) -> None:
        """Stop accepting, finish what was accepted, close everything; within the seconds of `bot.server.ending`."""
        self.ready = False
        await self._closing.close()

    async def _serve(self, database: Database, session: aiohttp.ClientSession, refusals: Refusals) -> None:
        app = web.Application(client_max_size=BODY_LIMIT, middlewares=[watched])
        proxies = self.settings.trusted_proxies
        add_health_routes(app, self._trouble, Writable(database), self._silent_until)
        metrics = Metrics(database, self.now, self._trouble, lambda: self.now.machine_is_ahead)
        add_metrics_route(app, self.settings.metrics_token, refusals, metrics.render)
        add_rota_route(app, database, self._desk_of, refusals, proxies=proxies)
        pages = WebDesk(
            database, self.now, refusals, lambda: self._served, is_local=self.in_local_mode,
            sign_in=SignIn(self.settings, session) if self.settings.sign_in else None, local_page=lambda: self.page,
        )  # fmt: skip
        pages.add_routes(app)
        add_customer_route(app, database, self.now, self._desk_of, refusals, proxies=proxies)
        add_api_route(app, House(database, self._desk_of, refusals, proxies))
        for each in self.front_ends:
            each.add_routes(app)
        runner = GuardedRunner(app, refusals)
        await runner.setup()
        self._web = runner
        self._closing.then(runner.cleanup)
        self._closing.then(pages.stop)
        site = web.TCPSite(runner, self.settings.host, self.settings.port)
        try:
            await site.start()
        except OSError as error:
            raise not_listening(self.settings.host, self.settings.port, error) from error
        self.port = int(runner.addresses[0][1])

    def _trouble(self) -> str | None:
        """Why nobody should be sent here."""
        if not self.ready:
            return "it is not up yet, or is going down"
        return None if self.runner is None else self.runner.trouble

    def _silent_until(self) -> str | None:
        """Until when at least one of the desks says nothing; None: each of them speaks."""
        now = self.now()
        until = [each.policy.shadow_until for each in self._served if each.policy.is_silent(now)]
        last = max((each for each in until if each is not None), default=None)
        return None if last is None else last.isoformat()

    async def _start_front_ends(self, database: Database) -> None:
        """One after another: of two that serve one desk the second finds it at work."""
        database.is_starting = True
        for each in self.front_ends:
            self._closing.then(each.stop)
            await each.start()
        database.is_starting = False

    def _recorded(self) -> None:
        if self.runner is not None:
            self.runner.nudge_soon()

    def _run_clocks(self, database: Database, session: aiohttp.ClientSession, wake_ups: WakeUps) -> None:
        if self.role == "web":
            return
        gate = Gate(lambda: self._served, database)
        senders = {each.platform: Hushed(each.sender, gate) for each in self.front_ends}
        performers: dict[str, Performer] = {each.platform: each.performer for each in self.front_ends}
        pager = Pager(lambda: (desk for each in self.front_ends for desk in each.desks), self.settings.page_secrets)
        performers[PAGER] = pager
        self._closing.then(pager.stop)
        webhooks = Webhooks(lambda: self._served, self.settings.secret_keys, self.settings.webhook_networks)
        performers[WEBHOOK] = webhooks
        self._closing.then(webhooks.stop)
        delivery = Delivery(database, senders, Pacer({each.platform: each.rate for each in self.front_ends}))
        hushed = {name: HushedWork(each, gate) for name, each in performers.items()}
        work = DeferredWork(database, {}, Pacer({WEBHOOK: RATE}), performers=hushed)
        agenda = DeskAgenda(database, self._desks)
        self.runner = runner = Runner(database, delivery, self.now, work, agenda)
        runner.start()
        self._closing.then(lambda: runner.stop(self._closing.left(SENT_BY)))
        wake_ups.listen(runner.nudge_soon, self._other_server.set)
        url = self.settings.heartbeat_url
        beat = None if url is None else Heartbeat(session, url).beat
        auditor = Auditor(
            database, self.now, lambda: runner.last_sweep, lambda: runner.is_at_work, self._desks, runner.nudge_soon,
            beat,
        )  # fmt: skip
        self._repeating.every(AUDIT_EVERY, auditor.run, self.now.moved)
        days = self.settings.keep_days
        retention = Retention(database, self.now, timedelta(days=days) if days else None)
        self._repeating.every(DELETE_EVERY, retention.run)

    def _desks(self) -> list[DeskAtWork]:
        """The desks that are served here, each once, whatever platforms it is on."""
        served = {(desk.organisation_id, desk.desk_id): desk for each in self.front_ends for desk in each.desks}
        return [at_work(desk) for desk in served.values()]

    async def _read_rotas(self) -> None:
        """Read the calendars that the desks' rotas are kept in. What fails is on record, and tried again."""
        for desk in self._served:
            if desk.policy.rota_calendar:
                from bot.desk.rota_calendar import read_rota  # noqa: PLC0415  few desks keep theirs in one

                try:
                    await read_rota(desk)
                except Exception:
                    log.exception("a rota's calendar was not read")  # the database may be away; it is tried again

    @property
    def _served(self) -> list[DeskRuntime]:
        return [desk for each in self.front_ends for desk in each.desks]

    def _desk_of(self, organisation_id: int, desk_id: int) -> DeskRuntime | None:
        wanted = (organisation_id, desk_id)
        return next((desk for desk in self._served if (desk.organisation_id, desk.desk_id) == wanted), None)

    async def _listen(self) -> None:
        if self.role == "worker":
            return
        listening: list[FrontEnd] = []
        self._closing.then(lambda: asyncio.gather(*(each.drain() for each in listening)), by=ANSWERED_BY)
        for each in self.front_ends:
            listening.append(each)
            await each.listen()
        if not any(each.is_embedded for each in self.front_ends):
            self._closing.then(self._stop_accepting)
        # Beside the first work, not before it: only times in words need the one, only suggestions the other.
        self._closing.at_once(asyncio.create_task(asyncio.to_thread(times.warm_up)).cancel)
        self._closing.at_once(asyncio.create_task(asyncio.to_thread(shipped)).cancel)

    async def _stop_accepting(self) -> None:
        for site in list(self._web.sites if self._web is not None else ()):
            await site.stop()
