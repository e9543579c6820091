"""Brings a workspace up: from a client that is allowed in, to a desk with its people, policy, sender and app."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from sqlmodel import Session

from bot.desk.directory import Directory
from bot.desk.now import Now
from bot.desk.policy_file import policy_from_data, read_policy_file
from bot.desk.policy_layers import PolicyLayers, chosen_channel
from bot.desk.runtime import DeskRuntime
from bot.server.settings import ConfigError, Settings
from bot.slack.app import SlackUnreachableError, bolt_app, identify
from bot.slack.app_home import Homes
from bot.slack.channels import find_channel, is_id
from bot.slack.client import SlackClient
from bot.slack.errors import UNREACHABLE, UnservableError, error_code, is_unknown_method
from bot.slack.inbound import permalink
from bot.slack.listeners import Listeners
from bot.slack.people import People
from bot.slack.removal import Removal
from bot.slack.responses import Answers
from bot.slack.sender import SlackSender
from bot.slack.workspaces import PLATFORM, Workspace
from bot.verbs.setup.setup import go_on_moving, greet
from storage.announcements import AnnouncementKind, announce
from storage.database import Database
from storage.installations import Installation, ensure_installation, note_lacking
from storage.organisations import ensure_desk
from storage.policies import chosen_in_chat, save_policy

log = structlog.get_logger(__name__)
ANY = re.compile(r".*", re.DOTALL)
Data = dict[str, Any]
Lost = list[tuple[str, str]]  # channels as they were written, and whose they are


@dataclass(frozen=True)
class Connector:
    """What all workspaces share. `recorded` is called after each commit that may have made something due; `removed`
    when Vigie is taken out of a workspace."""

    settings: Settings
    database: Database
    now: Now
    answers: Answers
    recorded: Callable[[], None]
    removed: Callable[[str], None]

    async def by_token(self, client: SlackClient, overlay: Data | None) -> Workspace:
        """The single workspace of a token. Raises SlackUnreachableError or ConfigError. `overlay` is what a local
        workspace knows of its people."""
        identity = await identify(client)
        now = self.now()

        def ensure(session: Session) -> Installation:
            return ensure_installation(
                session, platform=PLATFORM, workspace=identity.workspace, name=identity.name, app=identity.app_id,
                bot_user=identity.bot_user, bot_id=identity.bot_id, now=now,
            )  # fmt: skip

        source = self._source(overlay)
        installation = await self.database.write(ensure)
        return await self._start(installation, client, source, identity.address, is_only=True)

    async def by_installation(self, installation: Installation, client: SlackClient) -> Workspace:
        """A workspace that installed Vigie by itself. A policy file counts for each of them; without one, what they
        have set up in chat does. A named channel that is not there is left out: the desk is then where they write.
        Raises UnservableError where Slack says that its token is another's."""
        address = await _address(client, installation.workspace)
        return await self._start(installation, client, self._source(None), address, is_only=False)

    def _source(self, overlay: Data | None) -> PolicyLayers:
        file = self.settings.policy
        return PolicyLayers(
            file=str(file) if file else None,
            text=read_policy_file(file) if file else None,
            base=overlay if overlay is not None else {"desks": {"support": {"language": self.settings.lang}}},
        )

    async def _start(
        self, installation: Installation, client: SlackClient, source: PolicyLayers, address: str, *, is_only: bool
    ) -> Workspace:
        organisation_id = installation.organisation_id
        policy, data = source.read(self.now().date())

        def look(session: Session) -> tuple[int, Data | None]:
            desk_id = ensure_desk(session, organisation_id, policy.desk.name)
            return desk_id, chosen_in_chat(session, organisation_id, desk_id)

        desk_id, chosen = await self.database.write(look)
        settles = source.text is None and bool(chosen_channel(chosen, policy.desk.name))
        named = policy.desk.channel or self.settings.channel
        lost: Lost = []
        if is_only and not settles:
            data, lost = await _with_channel_ids(client, data, self.settings.desk_channel(policy.desk.channel))
        elif named and (is_only or source.text is not None):
            # What was named before another channel was chosen in chat need not be there any more.
            data, lost = await _with_channel_ids(client, data, named, must_exist=False)
        if source.text is None:
            source = replace(source.with_channels(data["desks"][0]), chosen=chosen)
            _, data = source.read(self.now().date())
        save = partial(save_policy, organisation_id=organisation_id, desk_id=desk_id, data=data, now=self.now())
        version = await self.database.write(partial(save, chosen=source.chosen))
        policy = policy_from_data({**data, "version": version})
        desk = DeskRuntime(
            organisation_id=organisation_id,
            desk_id=desk_id,
            platform=PLATFORM,
            database=self.database,
            now=self.now,
            policy=policy,
            directory=Directory(policy),
            command=self.settings.command,
            installer=installation.installer,
            link=partial(permalink, address),
            policy_layers=source,
            recorded=self.recorded,
        )
        lacking = set(installation.lacking)

        async def note(scope: str) -> None:
            if scope in lacking:
                return
            lacking.add(scope)
            fact = partial(
                note_lacking, platform=PLATFORM, organisation_id=organisation_id, scope=scope, now=self.now()
            )
            await desk.write(fact)

        client.on_missing_scope = note
        client.organisation = organisation_id if self.settings.many_workspaces else None
        people = People(desk, client, installation.workspace)
        homes = Homes(desk, client)
        listeners = Listeners(desk, people, homes, self.answers)
        app = bolt_app(client, installation.bot_user, installation.bot_id)
        listeners.register(app)
        Removal(installation, desk, self.removed).register(app)
        _let_go_of_the_rest(app)
        await desk.refresh_people()
        await go_on_moving(desk)
        for channel, customer in lost:
            await desk.write(partial(_say_lost, desk=desk, channel=channel, customer=customer))
        if source.is_new and desk.installer is not None:
            await greet(desk, desk.installer)
        return Workspace(installation, client, desk, people, SlackSender(desk, client, homes), listeners, app)


async def _address(client: AsyncWebClient, workspace: str) -> str:
    """Where the workspace is; empty where Slack does not say, which costs the links to messages alone."""
    try:
        identity = await identify(client)
    except SlackUnreachableError:
        return ""
    if identity.workspace not in ("", workspace):
        raise UnservableError(f"its token is that of the workspace {identity.workspace}: install Vigie there again")
    return identity.address


def _let_go_of_the_rest(app: AsyncApp) -> None:
    """Slack repeats an event that nobody listens for, and shows an error for a form or shortcut of another release."""

    async def nod(ack: AsyncAck) -> None:
        await ack()

    for hang in (app.event, app.view, app.view_closed, app.shortcut):
        hang(ANY)(nod)


async def _with_channel_ids(
    client: AsyncWebClient, data: Data, named: str, *, must_exist: bool = True
) -> tuple[Data, Lost]:
    """The policy's data with channels as ids (people write `#support`, most of Slack's methods take ids alone), and the
    customers' channels that are not there for Vigie."""
    first, *others = data["desks"]
    channel = await _channel_id(client, named, must_exist=must_exist)
    customers, lost = {}, []
    for written, name in first["customer_channels"].items():
        found = await _customers_channel(client, written)
        if found is None:
            lost.append((written, name))
        if found is not None or is_id(written):  # by its id it is served again as soon as Vigie is invited
            customers[found or written] = name
    return {**data, "desks": [{**first, "channel": channel, "customer_channels": customers}, *others]}, lost


async def _customers_channel(client: AsyncWebClient, named: str) -> str | None:
    """A customer's channel. One that is lost, or cannot be looked for now, keeps nobody else from being served."""
    try:
        return await _channel_id(client, named, must_exist=False)
    except ConfigError as error:
        log.warning("a customer's channel cannot be looked for", error=str(error))
        return named if is_id(named) else None


def _say_lost(session: Session, desk: DeskRuntime, channel: str, customer: str) -> None:
    """Tell an admin, once a day while Vigie is started: the customer hears nothing until somebody invites it again."""
    log.warning("a customer's channel is lost", channel=channel)
    announce(
        session, desk.organisation_id, AnnouncementKind.CHANNEL_LOST, platform=desk.platform,
        data={"channel": channel, "customer": customer}, now=desk.now(),
        key=f"channel-lost.{desk.desk_id}.{channel}.{desk.now().date()}",
    )  # fmt: skip


async def _channel_id(client: AsyncWebClient, named: str, *, must_exist: bool) -> str | None:
    try:
        found = await find_channel(client, named)
    except UNREACHABLE as error:
        raise ConfigError(
            f"cannot look for the channel {named} ({type(error).__name__}): check the network, then start again"
        ) from error
    except SlackApiError as error:
        if is_unknown_method(error):
            # A server that speaks some of Slack's API: what was written is then taken at its word.
            log.warning("channels cannot be looked up", channel=named)
            return named.removeprefix("#")
        raise ConfigError(
            f"cannot look for the channel {named} ({error_code(error)}): set VIGIE_CHANNEL to its id"
        ) from error
    if found is not None:
        return str(found["id"])
    if must_exist:
        raise ConfigError(f"there is no channel {named}, or Vigie is not in it: invite it, or correct VIGIE_CHANNEL")
    return None
