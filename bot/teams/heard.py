"""What Teams tells of: messages, reactions, people who come and go, conversations that open and close. Nobody waits for
an answer."""

from __future__ import annotations

from bot.commands.edits import correct, erase
from bot.commands.intake import listen, listen_to_post
from bot.commands.mention import obey
from bot.commands.reactions import heed
from bot.teams import inbound_messages
from bot.teams.app_home import Homes
from bot.teams.callers import Callers, Conversations
from bot.teams.history import TeamsReader
from bot.teams.inbound_messages import us_in
from bot.teams.installer import brought_by
from bot.teams.payload import Activity, id_in, mappings
from bot.verbs.setup.setup import greet
from triage.rights import may

MOST_MOVED = 20  # people who come or go at once and are asked about one by one
# What is told of a conversation that is closed to everybody, or to us.
CLOSING = frozenset(("channelDeleted", "teamArchived", "teamDeleted", "teamHardDeleted"))


class Heard:
    """The listeners for events. One that fails is sent again by Teams."""

    def __init__(
        self, callers: Callers, homes: Homes, conversations: Conversations, remembers: TeamsReader, bot: str = ""
    ) -> None:
        self.callers = callers
        self.desk = callers.desk
        self.homes = homes
        self.conversations = conversations
        self.remembers = remembers
        self.bot = bot

    async def message(self, activity: Activity) -> None:
        """A message where others read along."""
        desk, bot = self.desk, self.bot
        self._remember(activity)
        call = inbound_messages.mention_call(desk, activity, bot)
        if call is not None:
            self.callers.meet(call, activity)
            await obey(call)
        elif (message := inbound_messages.message_of(desk, activity, bot)) is not None:
            await listen(desk, message, desk.now())
        elif (post := inbound_messages.post_of(desk, activity, bot)) is not None:
            await listen_to_post(desk, post, desk.now())

    def _remember(self, activity: Activity) -> None:
        """What is written where others read along may be asked for later, and cannot be read then."""
        message = inbound_messages.message_of(self.desk, activity, self.bot)
        if message is not None and not activity.is_personal:
            self.remembers.keep(message, self.desk.directory.name(message.person))

    async def edited(self, activity: Activity) -> None:
        """A message reads otherwise now, or is there again after it was deleted."""
        self._remember(activity)
        edit = inbound_messages.edit_of(self.desk, activity, self.bot)
        if edit is not None:
            await correct(self.desk, edit, self.desk.now())

    async def deleted(self, activity: Activity) -> None:
        """A message is gone."""
        deletion = inbound_messages.deletion_of(self.desk, activity)
        if deletion is not None:
            self.remembers.forget(deletion.channel, deletion.message_id)
            await erase(self.desk, deletion, self.desk.now())

    async def reaction(self, activity: Activity) -> None:
        """Reactions were put on a message of ours, or taken off."""
        desk = self.desk
        for reaction in inbound_messages.reactions_of(desk, activity, self.bot):
            await heed(desk, reaction, desk.now(), self.callers.later)

    async def conversation(self, activity: Activity) -> None:
        """A conversation changed: who is in it, what it is called, whether it is there at all."""
        us, added, removed = us_in(activity, self.bot), _ids(activity, "membersAdded"), _ids(activity, "membersRemoved")
        if us in removed or activity.event in CLOSING:
            await self.conversations.closed(activity)
            return
        if us in added:
            await self._let_in(activity)
            return
        channel = self.desk.key(activity.conversation)
        moved = dict.fromkeys((*added, *removed))
        if len(moved) > MOST_MOVED:
            self.callers.later(self.callers.people.refresh())
            return
        for user in moved:
            self.callers.later(self.callers.people.moved(user, channel))

    async def installation(self, activity: Activity) -> None:
        """Vigie was installed somewhere, or taken out of it. What is only made newer was there before."""
        match activity.raw.get("action"):
            case "add" | "add-upgrade":
                await self._let_in(activity)
            case "remove":
                await self.conversations.closed(activity)

    async def _let_in(self, activity: Activity) -> None:
        """We are in a conversation from now on. In that with one person they are shown their home; whoever brings us to
        a team whose desk nobody has set up, and may, is told how that is done."""
        self.callers.later(self.callers.people.refresh())
        if activity.is_by_a_bot:
            return
        if activity.is_personal:
            if activity.kind == "installationUpdate":  # the other one that comes with it would show it twice
                await self.homes.opened(self.desk.key(activity.from_id))
        elif self.desk.policy_layers.is_new:
            await self.callers.ask_who(activity)  # whether they are inside
            person = self.desk.person(activity.from_id)
            await brought_by(self.desk, person)
            if may(self.desk.actor(person), "setup"):
                await greet(self.desk, person)


def _ids(activity: Activity, part: str) -> tuple[str, ...]:
    return tuple(found for each in mappings(activity.raw.get(part)) if (found := id_in(each.get("id"))))
