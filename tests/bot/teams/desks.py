"""A desk on Teams, for tests of what comes in: its people, its channels, and its listeners with a way out that keeps
what is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import cast

from bot.desk.binding import Binding
from bot.desk.directory import Directory
from bot.desk.now import Now
from bot.desk.policy_layers import PolicyLayers
from bot.desk.runtime import DeskRuntime
from bot.desk.state import DeskState
from bot.outbound import callers
from bot.outbound.port import ForOne
from bot.teams.app_home import Homes
from bot.teams.forms import LIMITS
from bot.teams.inbound_messages import permalink
from bot.teams.listeners import Listeners
from bot.teams.payload import Activity, activity_of
from bot.teams.responses import Reply
from bot.wording.card import Card
from bot.wording.sentences import plain
from storage.accounts import Account, save_accounts
from storage.database import Database
from storage.installations import ensure_installation
from storage.organisations import ensure_desk
from tests.bot.samples import POLICY
from tests.bot.teams.shapes import ANA, APP, BENOIT, CHANNEL, CUSTOMERS, DANA, NAMES, TENANT, Json
from triage.desk import Desk, Roles
from triage.policy import Policy

AT = datetime(2026, 3, 2, 9, 5, 4, 123000, tzinfo=UTC)
KEY = {who: f"teams:{who}" for who in NAMES}
PEOPLE = (
    Account(KEY[ANA], NAMES[ANA], "Europe/London", "en", alias="teams:0000-ana"),
    Account(KEY[BENOIT], NAMES[BENOIT], "Europe/Paris", "fr"),
    Account(KEY[DANA], NAMES[DANA], is_external=True),
    Account(KEY[APP], "Vigie", is_bot=True),
)
TEAMS_POLICY: Policy = replace(
    POLICY,
    desk=Desk(channels=(f"teams:{CHANNEL}",), customer_channels={f"teams:{CUSTOMERS}": "Fabrikam"}),
    roles=Roles(agents=(KEY[ANA],), managers=(KEY[BENOIT],)),
    levels=(replace(POLICY.levels[0], contacts=(KEY[BENOIT],)), *POLICY.levels[1:]),
)


def desk_of(policy: Policy = TEAMS_POLICY, members: Mapping[str, frozenset[str]] | None = None) -> DeskRuntime:
    """A desk whose database is never asked."""
    directory = Directory(policy, {each.key: each for each in PEOPLE}, members or {})
    binding = Binding("teams", link=partial(permalink, TENANT), limits=LIMITS)
    return DeskRuntime(1, 1, binding, cast("Database", None), Now(), DeskState(policy, directory))


@dataclass
class Heard:
    """Stands where people, conversations and private answers will: keeps what it is told."""

    #: Whom it is asked to find out about.
    met: list[str] = field(default_factory=list)
    #: Who moved, and where.
    moves: list[tuple[str, str]] = field(default_factory=list)
    #: The conversations that were noted, and those that were closed.
    noted: list[str] = field(default_factory=list)
    shut: list[str] = field(default_factory=list)
    #: What was said privately, to whom and where.
    said: list[tuple[str, ForOne]] = field(default_factory=list)
    #: How often everybody was read.
    refreshed: int = 0
    #: Whom it does not know.
    strangers: set[str] = field(default_factory=set)

    def knows(self, user: str, channel: str = "") -> bool:
        return user not in self.strangers

    async def meet(self, activity: Activity) -> None:
        self.met.append(activity.from_id)

    async def noticed(self, activity: Activity) -> None:
        """Nothing is news."""

    async def moved(self, user: str, channel: str) -> None:
        self.moves.append((user, channel))

    async def refresh(self) -> None:
        self.refreshed += 1

    async def heard(self, activity: Activity) -> None:
        self.noted.append(activity.conversation)

    async def closed(self, activity: Activity) -> None:
        self.shut.append(activity.conversation)

    async def say(self, card: Card, where: ForOne) -> bool:
        self.said.append((plain(card.brief), where))
        return True


@dataclass
class Front:
    """The listeners of a desk with a database of its own."""

    #: The desk that they serve.
    desk: DeskRuntime
    #: What they tell of.
    parts: Heard
    #: The listeners.
    listeners: Listeners
    #: For how long what is done beside an answer is waited for, in seconds.
    patience: float = 0.2

    async def receive(self, raw: Json) -> Reply:
        """One request, with what it leads to beside its answer done as well, unless that waits for something."""
        reply = await self.listeners.receive(activity_of(raw))
        callers.DRAIN_SECONDS, before = self.patience, callers.DRAIN_SECONDS
        try:
            await self.listeners.drain()
        finally:
            callers.DRAIN_SECONDS = before
        return reply


def front_of(url: str, *, is_new: bool = False) -> Front:
    """A desk at work, whose clock stands at a minute after `AT`."""
    database = Database(url)
    home = database.write_now(
        lambda session: ensure_installation(
            session, platform="teams", workspace=TENANT, name="Contoso", app="app", bot_user=APP, bot_id=APP, now=AT
        )
    )
    desk_id = database.write_now(lambda session: ensure_desk(session, home.organisation_id, "support"))
    database.write_now(lambda session: save_accounts(session, home.organisation_id, PEOPLE, AT))
    state = DeskState(TEAMS_POLICY, Directory(TEAMS_POLICY, {each.key: each for each in PEOPLE}))
    state.policy_layers = PolicyLayers() if is_new else PolicyLayers(chosen={"set": "up"})
    binding = Binding("teams", link=partial(permalink, TENANT), limits=LIMITS)
    clock = Now()
    clock.offset = AT + timedelta(minutes=1) - datetime.now(UTC)
    desk = DeskRuntime(home.organisation_id, desk_id, binding, database, clock, state)
    parts = Heard()
    return Front(desk, parts, Listeners(desk, parts, parts, parts, Homes(desk, cast("object", parts)), bot=APP))  # type: ignore[arg-type]
