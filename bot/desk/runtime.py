"""A desk while it runs: what every command, event and notice needs. Front ends make it by `bot.outbound.desk_start`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

import structlog
from sqlmodel import Session

from bot.desk.binding import Binding, Limits
from bot.desk.channels import DeskChannels
from bot.desk.customers import Customers
from bot.desk.directory import Directory
from bot.desk.learning import learn_again
from bot.desk.now import Now
from bot.desk.people_on_record import load_people
from bot.desk.policy_file import policy_from_data
from bot.desk.policy_layers import PolicyLayers
from bot.desk.shadow import was_ended
from bot.desk.state import DeskState
from storage.account_joins import join_by_email
from storage.accounts import last_refreshed
from storage.announcements.to_desk import Admins
from storage.announcing import announce
from storage.app_home import refresh_home
from storage.database import Database
from storage.handing_over import return_all
from storage.learned import is_stale
from storage.persons import load_persons
from storage.policies import chosen_in_chat, latest_policy, latest_version, load_policy, save_policy
from storage.reset import forget_everything
from storage.shadow import begin_to_speak
from storage.stand_ins import last_of_rota
from storage.web_sessions import end_sessions_of
from storage.working_hours import copied, save_working_hours
from triage.keys import key_of, platform_of
from triage.people import Actor, Role
from triage.policy import Policy
from triage.roster import Roster
from triage.shadow import listeners

Answer = TypeVar("Answer")
Made = TypeVar("Made")
log = structlog.get_logger(__name__)


@dataclass
class DeskRuntime:
    """One desk of one organisation, seen from one platform. `on` is the same desk seen from another."""

    #: The organisation that the desk is of.
    organisation_id: int
    #: The desk.
    desk_id: int
    #: What it is on the platform that it is seen from.
    binding: Binding
    #: Where everything is on record.
    database: Database
    #: The present instant, for whoever calls it.
    now: Now
    #: Shared by all that see this desk.
    state: DeskState
    #: Who put Vigie there, by key: an admin of the desk where no roles say otherwise.
    installer: str | None = None
    #: Called after each commit that may have made something due.
    recorded: Callable[[], None] = lambda: None

    def __post_init__(self) -> None:
        self.state.bindings[self.binding.platform] = self.binding

    def on(self, binding: Binding) -> DeskRuntime:
        """The same desk, seen from another platform."""
        return replace(self, binding=binding)

    def when_changed(self, tell: Callable[[], None]) -> None:
        """Have `tell` called whenever another policy takes effect."""
        self.state.on_change.append(tell)

    @property
    def platform(self) -> str:
        """The name of the platform that it is seen from."""
        return self.binding.platform

    @property
    def command(self) -> str:
        """What people type there before a verb."""
        return self.binding.command

    @property
    def limits(self) -> Limits:
        """What that platform can hold and do."""
        return self.binding.limits

    @property
    def shows_tables(self) -> bool:
        """Whether tickets can be shown as a table there: as far as it is known."""
        return self.state.tables.get(self.platform, self.limits.has_tables)

    def link(self, channel: str, message_id: str, root_id: str) -> str:
        """The address of a message, given that of the message that carries its thread; empty where there is none."""
        return self.state.bindings.get(platform_of(channel), self.binding).link(channel, message_id, root_id)

    def invite(self, channel: str) -> str:
        """How the bot gets into that channel, by its name in the catalogues."""
        return self.state.bindings.get(platform_of(channel), self.binding).invite

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        return self.state.policy

    @policy.setter
    def policy(self, policy: Policy) -> None:
        self.state.policy = policy

    @property
    def directory(self) -> Directory:
        """Who is who, as far as it was read."""
        return self.state.directory

    @directory.setter
    def directory(self, directory: Directory) -> None:
        self.state.directory = directory

    @property
    def policy_layers(self) -> PolicyLayers:
        """Where the policy comes from."""
        return self.state.policy_layers

    @property
    def roster(self) -> Roster:
        """Who has which role at this moment, who is on duty, who is told."""
        return self.directory.roster

    async def write(self, transaction: Callable[[Session], Answer]) -> Answer:
        """Run a transaction that records something, then wake the scheduler (`nudge_soon`)."""
        answer = await self.database.write(transaction)
        self.recorded()
        return answer

    async def write_for(self, transaction: Callable[[Session], Answer], make: Callable[[Answer], Made]) -> Made:
        """The same, and what `make` makes of its answer meanwhile (`Database.write_for`)."""
        made = await self.database.write_for(transaction, make)
        self.recorded()
        return made

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run `work` in the background until it ends, or until `drain` cancels it."""
        task = asyncio.create_task(work)
        self.state.spawned.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self.state.spawned.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("work beside failed", exc_info=error)

    async def drain(self) -> None:
        """Cancel the background work. The next start resumes it."""
        for task in list(self.state.spawned):
            task.cancel()
        await asyncio.gather(*self.state.spawned, return_exceptions=True)

    async def refresh_people(self) -> None:
        """Read people, groups and absences again."""
        state = self.state
        state.readings += 1
        reading = state.readings
        load = partial(
            load_people, organisation_id=self.organisation_id, desk_id=self.desk_id,
            calendar=self.policy.rota_calendar, now=self.now(),
        )  # fmt: skip
        people = await self.database.read(load)
        if reading < state.last_reading:
            return  # what began to be read later, and so is newer, is in place already
        pairs = people.same_email if len(state.bindings) > 1 else []
        if pairs:
            join = partial(join_by_email, organisation_id=self.organisation_id, pairs=pairs, now=self.now())
            await self.database.write(join)
            joined = await self.database.read(partial(load_persons, organisation_id=self.organisation_id))
            people = replace(people, persons=joined)
        state.last_reading, before = reading, self.directory
        state.rota_problem = people.rota_problem
        self.directory = people.directory(self.policy, self.installer)
        if people.working_hours != (working := copied(self.roster, self.now())):
            keep = partial(save_working_hours, organisation_id=self.organisation_id, hours=working)
            await self.database.write(keep)
        await self._return_tickets()
        if self.roster.roles != before.roster.roles:  # what somebody sees on their page is theirs by role
            again = partial(refresh_home, organisation_id=self.organisation_id, now=self.now())
            await self.database.write(again)
            await self._say_who_became_admin(before)

    @property
    def lead(self) -> str | None:
        """The lead on duty, a person; None where nobody is known, or a group leads."""
        return next((each for each in self.roster.lead(self.now()) if not self.directory.is_group(each)), None)

    async def _return_tickets(self) -> None:
        """Put the tickets of whoever left back into the queue, and tell the lead. They are signed out."""
        self.state.returned &= self.directory.gone  # whoever is back may leave again
        gone = sorted(self.directory.gone - self.state.returned)
        lead = self.lead
        if gone:  # nor is anybody signed in any more who left
            theirs = [account for person in gone for account in self.directory.accounts_of(person)]
            out = partial(end_sessions_of, organisation_id=self.organisation_id, accounts=theirs)
            await self.database.write(out)
        for person in gone:
            put_back = partial(
                return_all, organisation_id=self.organisation_id, desk_id=self.desk_id, person=person, now=self.now(),
                platform=self.platform, channel=self.nearest_channel, lead=lead, desk=self,
            )  # fmt: skip
            await self.write(put_back)
        self.state.returned |= set(gone)

    async def _say_who_became_admin(self, before: Directory) -> None:
        """Announce in the desk's channel who became an admin on the platform, where the policy names no admins, so that
        nobody becomes one unnoticed. Nothing is announced at the start."""
        known, channel = set(before.roster.with_role(Role.ADMIN)), self.own_channel
        new = [person for person in self.roster.with_role(Role.ADMIN) if person not in known]
        if not (channel and known and new) or self.roster.has_own_admins:
            return
        now = self.now()
        say = partial(
            announce, organisation_id=self.organisation_id, announcement=Admins(new), platform=self.platform,
            channel=channel, now=now,
            key=f"admins.{self.desk_id}.{now.date()}.{'.'.join(sorted(new))}",
        )  # fmt: skip
        await self.write(say)

    async def put_in_force(self, version: int, data: dict[str, Any], chosen: dict[str, Any] | None) -> None:
        """Put that version of the policy in force."""
        self.policy = policy_from_data({**data, "version": version})
        self.state.policy_layers = replace(self.policy_layers, chosen=chosen)
        await self.card_open_tickets()
        await self.refresh_people()
        await self.speak_again()
        for tell in self.state.on_change:
            tell()

    async def speak_again(self) -> None:
        """Where the policy in force has ended shadow mode, say once that Vigie speaks from now on."""
        whose, now = (self.organisation_id, self.desk_id), self.now()
        if await self.database.read(lambda session: was_ended(session, *whose, self.policy, now)):
            begin = partial(
                begin_to_speak, organisation_id=self.organisation_id, channels=self.channels.own,
                people=listeners(self.roster, now)[:1], before=now, now=now,
                once=f"{self.desk_id}.version.{self.policy.version}",
            )  # fmt: skip
            await self.write(begin)

    async def card_open_tickets(self) -> None:
        """Give every open ticket a card on each platform where the desk has got a channel since."""
        channels = self.channels
        if self.state.carded == (spoken_in := frozenset((*channels.own, *channels.for_climbs))):
            return
        card = partial(channels.card_open_tickets, organisation_id=self.organisation_id, desk_id=self.desk_id)
        await self.write(partial(card, now=self.now()))
        self.state.carded = spoken_in

    async def begin_again(self) -> None:
        """Delete everything since the first start and go back to the policy of that time (the local workspace's
        Reset)."""
        layers, now = replace(self.policy_layers, chosen=None), self.now()

        def forget(session: Session) -> tuple[int, dict[str, Any]]:
            _, data, _ = self._latest(session)
            if layers.text is None:  # a file's policy is in force as it is
                _, data = layers.read(now.date())
            forget_everything(session, self.organisation_id)
            return save_policy(session, self.organisation_id, self.desk_id, data, now), data

        version, data = await self.database.write(forget)
        self.state.earlier.clear()
        self.state.seen = None
        await self.put_in_force(version, data, None)

    def heard(self) -> None:
        """Note that something was heard from this platform."""
        self.state.hearing.at[self.platform] = self.now()

    async def catch_up(self) -> None:
        """Take over what another process has recorded: a new policy, changes of people."""
        hearing, whose = self.state.hearing, self.organisation_id
        await hearing.keep(self.database, whose, self.platform)
        if len(self.state.bindings) > 1:
            await hearing.look(self.database, whose, self.now())
        if await self.database.read(partial(is_stale, organisation_id=whose, desk_id=self.desk_id)):
            self.spawn(learn_again(self.database, whose, self.desk_id, self.now()))
        seen = await self.database.read(self._look)
        if seen == self.state.seen:
            return
        before, self.state.seen = self.state.seen, seen
        self.state.earlier.clear()  # somebody may have been forgotten in them
        reworded = before is not None and before[1] != seen[1]
        if (seen[0] != self.policy.version or reworded) and self.policy_layers.text is None:
            version, data, chosen = await self.database.read(self._latest)
            await self.put_in_force(version, data, chosen)
        else:
            await self.refresh_people()

    def _look(self, session: Session) -> tuple[Any, ...]:
        return (
            *latest_version(session, self.organisation_id, self.desk_id),
            last_refreshed(session, self.organisation_id),
            last_of_rota(session, self.organisation_id, self.desk_id),
        )

    def _latest(self, session: Session) -> tuple[int, dict[str, Any], dict[str, Any] | None]:
        version, data = latest_policy(session, self.organisation_id, self.desk_id) or (self.policy.version, {})
        return version, data, chosen_in_chat(session, self.organisation_id, self.desk_id)

    def policy_data(self, session: Session) -> dict[str, Any]:
        """The policy that is on record as the latest, as data."""
        return self._latest(session)[1]

    def policy_of(self, session: Session, version: int) -> Policy:
        """The policy of that version, under which a ticket's terms were stamped; today's where it is not on record any
        more."""
        if version == self.policy.version:
            return self.policy
        if version not in self.state.earlier:
            data = load_policy(session, self.organisation_id, self.desk_id, version)
            self.state.earlier[version] = policy_from_data({**data, "version": version}) if data else self.policy
        return self.state.earlier[version]

    @property
    def customers(self) -> Customers:
        """Its customers, as far as they are known."""
        return Customers(self.organisation_id, self.policy.desk)

    @property
    def channels(self) -> DeskChannels:
        """Where it speaks, on all platforms."""
        return DeskChannels(self.policy.desk, self.state.bindings)

    @property
    def own_channel(self) -> str | None:
        """The desk's channel on this platform."""
        return self.policy.desk.channel_on(self.platform)

    @property
    def nearest_channel(self) -> str:
        """The desk's channel on this platform, else on another; empty where it has none of its own."""
        return self.channels.nearest(self.platform)

    def key(self, native_id: str) -> str:
        """The key of a channel, an account or a group of this platform, by its id there; empty where that is."""
        return key_of(self.platform, native_id) if native_id else ""

    def person(self, native_id: str) -> str:
        """The key of the person behind an account on this platform."""
        return self.directory.person(self.key(native_id))

    def actor(self, person: str) -> Actor:
        """That person acting on this platform, with the roles they hold now."""
        return replace(self.roster.actor(person), platform=self.platform)

    def account(self, person: str) -> str | None:
        """That person's account on this platform; None where they have none."""
        return self.directory.account_on(person, self.platform)
