"""Starting a desk on any platform: from an installation to a desk at work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Protocol

import structlog
from sqlmodel import Session

from bot.desk.binding import Binding
from bot.desk.directory import Directory
from bot.desk.now import Now
from bot.desk.policy_file import policy_from_data, read_policy_file
from bot.desk.policy_layers import PolicyLayers, chosen_channels
from bot.desk.runtime import DeskRuntime
from bot.desk.state import DeskState
from bot.server.settings import ConfigError, Settings
from bot.verbs.setup.setup import go_on_moving, greet
from storage.announcements.to_admins import ChannelLost
from storage.announcing import announce
from storage.database import Database
from storage.installations import Installation
from storage.organisations import ensure_desk
from storage.policies import chosen_in_chat, latest_policy, save_policy
from triage.keys import id_of, platform_of

log = structlog.get_logger(__name__)
Data = dict[str, Any]
Lost = list[tuple[str, str]]
"""Channels as they were written, and whose they are."""


class Channels(Protocol):
    """How a platform finds the channels that the settings and the policy name."""

    async def find(self, named: str) -> str | None:
        """The key of the channel that is meant, by id or name; None where there is none, or Vigie is not in it. Raises
        ConfigError where it cannot be looked for."""
        ...

    def is_id(self, named: str) -> bool:
        """Whether that names a channel by its id."""
        ...


@dataclass
class DeskStart:
    """What is needed to start desks in this process."""

    #: The program's settings.
    settings: Settings
    #: The one database of the process.
    database: Database
    #: The project's time.
    now: Now
    #: Called after each commit that may have made something due.
    recorded: Callable[[], None]
    #: Where this program is reached, without a slash at its end.
    address: Callable[[], str] = lambda: ""
    #: The desk that the settings speak of, once it is prepared; None where every desk installed Vigie by itself.
    only: DeskRuntime | None = field(default=None, init=False)

    def policy_layers(self, overlay: Data | None = None) -> PolicyLayers:
        """Where a desk's policy comes from: the policy file, else what is set up in chat, over `overlay`, which is what
        a platform knows of its people and channels. A desk of it speaks VIGIE_LANG unless it names a language."""
        file, spoken = self.settings.policy, {"language": self.settings.lang}
        known = overlay or {"desks": {"support": {}}}
        base = {**known, "desks": {name: {**spoken, **desk} for name, desk in known["desks"].items()}}
        return PolicyLayers(
            file=str(file) if file else None,
            text=read_policy_file(file) if file else None,
            base=base,
        )

    async def prepare(
        self,
        installation: Installation,
        layers: PolicyLayers,
        channels: Channels,
        binding: Binding,
        *,
        is_only: bool,
        may_wait: bool = False,
    ) -> tuple[DeskRuntime, Lost]:
        """The desk of that installation with its policy in force, and the customers' channels that Vigie cannot find or
        is not in. The platform then adds its parts, and `begin` starts the work.

        `is_only`: no other installation is served, so the settings are about this one, and its channel has to exist,
        unless it `may_wait`: where Vigie learns of channels only while it runs, `look_again` finds it later.
        Raises ConfigError.
        """
        organisation_id, platform = installation.organisation_id, installation.platform
        policy, data = layers.read(self.now().date())

        def look(session: Session) -> tuple[int, Data | None]:
            desk_id = ensure_desk(session, organisation_id, policy.desk.name)
            return desk_id, chosen_in_chat(session, organisation_id, desk_id)

        desk_id, chosen = await self.database.write(look)
        settled = layers.text is None and platform in map(platform_of, chosen_channels(chosen, policy.desk.name))
        must_exist = is_only and not settled and not may_wait
        own = policy.desk.channel_on(platform)
        # What was named before another channel was chosen in chat need not be there any more.
        named = self.settings.desk_channel(own) if must_exist else own or self.settings.channel_on(platform)
        lost: Lost = []
        if named and (is_only or layers.text is not None):
            data, lost = await _with_channel_ids(platform, channels, data, named, must_exist=must_exist)
        if layers.text is None:
            layers = replace(layers.with_channels(data["desks"][0]), chosen=chosen)
            _, data = layers.read(self.now().date())
        keep = partial(_with_others, organisation_id=organisation_id, desk_id=desk_id, platform=platform, data=data)
        data = await self.database.read(keep)
        save = partial(save_policy, organisation_id=organisation_id, desk_id=desk_id, data=data, now=self.now())
        version = await self.database.write(partial(save, chosen=layers.chosen))
        policy = policy_from_data({**data, "version": version})
        state = DeskState(policy, Directory(policy), layers, address=self.address)
        desk = DeskRuntime(
            organisation_id, desk_id, binding, self.database, self.now, state, installation.installer, self.recorded
        )
        if is_only:
            self.only = desk
        return desk, lost

    async def join(
        self, desk: DeskRuntime, named: str | None, channels: Channels, binding: Binding, *, may_wait: bool = False
    ) -> DeskRuntime:
        """Put a desk that is at work on a further platform. Its channel there is the one that the policy names, else
        the one that is `named`. Raises ConfigError where that channel cannot be found, unless it `may_wait`."""
        layers = desk.policy_layers
        policy, _ = layers.read(self.now().date())
        own = policy.desk.channel_on(binding.platform)
        data = await self.database.read(desk.policy_data)
        data, lost = await _with_channel_ids(binding.platform, channels, data, own or named, must_exist=not may_wait)
        save = partial(save_policy, organisation_id=desk.organisation_id, desk_id=desk.desk_id, data=data)
        version = await self.database.write(partial(save, now=self.now(), chosen=layers.chosen))
        desk.state.policy_layers = layers.with_channels(data["desks"][0])
        joined = desk.on(binding)
        await joined.put_in_force(version, data, layers.chosen)
        for channel, customer in lost:
            await desk.write(partial(_say_lost, desk=joined, channel=channel, customer=customer))
        return joined

    async def look_again(self, desk: DeskRuntime, channels: Channels) -> None:
        """Where a desk still waits for the channel that was named for it, look whether it is there by now. Raises
        ConfigError."""
        if desk.own_channel is not None:
            return
        policy, _ = desk.policy_layers.read(self.now().date())
        named = policy.desk.channel_on(desk.platform) or self.settings.channel_on(desk.platform)
        if named and await channels.find(named) is not None:
            await self.join(desk, named, channels, desk.binding, may_wait=True)


async def begin(desk: DeskRuntime, lost: Lost) -> None:
    """Start the work of a prepared desk: read its people, go on with what was under way, say what has to be said."""
    await desk.card_open_tickets()
    await desk.refresh_people()
    await desk.speak_again()
    await go_on_moving(desk)
    for channel, customer in lost:
        await desk.write(partial(_say_lost, desk=desk, channel=channel, customer=customer))
    if desk.policy_layers.is_new and desk.installer is not None:
        await greet(desk, desk.installer)


def _with_others(session: Session, organisation_id: int, desk_id: int, platform: str, data: Data) -> Data:
    """The policy's data with the desk's channels of today on the other platforms: whoever joins finds its own in place,
    so that a restart that changes nothing makes no version. `let_go` leaves out those that nobody joined."""
    latest, (first, *others) = latest_policy(session, organisation_id, desk_id), data["desks"]
    before = latest[1]["desks"][0]["channels"] if latest is not None else []
    named = {platform, *map(platform_of, first["channels"])}
    both = [*first["channels"], *(each for each in before if platform_of(each) not in named)]
    order = [platform_of(each) for each in before]  # which means nothing, but a change of it would be a change
    both.sort(key=lambda each: order.index(of) if (of := platform_of(each)) in order else len(order))
    return {**data, "desks": [{**first, "channels": both}, *others]}


async def let_go(desk: DeskRuntime) -> None:
    """Leave out the channels of platforms that the desk is not on any more, unless the policy names them."""
    data = await desk.database.read(desk.policy_data)
    first, *others = data["desks"]
    gone = [each for each in first["channels"] if platform_of(each) not in desk.state.bindings]
    if not gone:
        return
    policy, _ = desk.policy_layers.read(desk.now().date())
    stays = [each for each in first["channels"] if each not in gone or each in policy.desk.channels]
    if stays == first["channels"]:
        return
    data = {**data, "desks": [{**first, "channels": stays}, *others]}
    save = partial(save_policy, organisation_id=desk.organisation_id, desk_id=desk.desk_id, data=data, now=desk.now())
    chosen = desk.policy_layers.chosen
    await desk.put_in_force(await desk.database.write(partial(save, chosen=chosen)), data, chosen)


async def _with_channel_ids(
    platform: str, channels: Channels, data: Data, named: str | None, *, must_exist: bool = True
) -> tuple[Data, Lost]:
    """The policy's data with channel names replaced by ids (people write `#support`; platforms mostly take ids only),
    and the customers' channels that Vigie cannot find or is not in."""
    first, *others = data["desks"]
    channel = await channels.find(named) if named else None
    if channel is None and named and must_exist:
        written = id_of(named).removeprefix("#")
        raise ConfigError(f"there is no channel {written}, or Vigie is not in it: invite it, or correct VIGIE_CHANNEL")
    own = {platform_of(each): each for each in first["channels"]}  # one on each, in an order that stays
    if channel is None:
        own.pop(platform, None)
    else:
        own[platform] = channel
    climbs = []
    customers, lost = {}, []
    for written in first.get("escalation_channels", ()):
        found = await _found(channels, written) if platform_of(written) == platform else written
        if found is None:
            lost.append((written, ""))  # climbs are said in the desk's own channel then
        else:
            climbs.append(found)
    for written, name in first["customer_channels"].items():
        found = await _found(channels, written) if platform_of(written) == platform else written
        if found is None:
            lost.append((written, name))
        if found is not None or channels.is_id(written):  # by its id it is served again as soon as Vigie is invited
            customers[found or written] = name
    desk = {**first, "channels": list(own.values()), "customer_channels": customers}
    if "escalation_channels" in first:
        desk["escalation_channels"] = climbs
    return {**data, "desks": [desk, *others]}, lost


async def _found(channels: Channels, named: str) -> str | None:
    """The id of a channel beside the desk's own. One that is lost, or cannot be looked up now, does not keep the desk
    from starting."""
    try:
        return await channels.find(named)
    except ConfigError as error:
        log.warning("a channel cannot be looked for", error=str(error))
        return named if channels.is_id(named) else None


def _say_lost(session: Session, desk: DeskRuntime, channel: str, customer: str) -> None:
    """Tell an admin, at most once a day, that a customer's channel is lost: the customer hears nothing until Vigie is
    invited again; or, where no customer is named, the channel for climbs."""
    log.warning("a channel is lost", channel=channel)
    announce(
        session, desk.organisation_id, ChannelLost(channel, customer, for_climbs=not customer), platform=desk.platform,
        now=desk.now(),
        key=f"channel-lost.{desk.desk_id}.{channel}.{desk.now().date()}",
    )  # fmt: skip
