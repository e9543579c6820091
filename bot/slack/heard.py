"""What Slack tells of: messages, reactions, people who come and go. Nobody waits for an answer."""

from __future__ import annotations

from slack_bolt.async_app import AsyncAck, AsyncBoltContext

from bot.commands.edits import correct, erase
from bot.commands.intake import listen, listen_to_post
from bot.commands.mention import obey
from bot.commands.reactions import heed
from bot.slack import inbound_messages
from bot.slack.app_home import Homes
from bot.slack.callers import Body, Callers
from bot.verbs.base.call import Call
from storage.dead_letters import revive


class Heard:
    """The listeners for events. One that fails is sent again by Slack."""

    def __init__(self, callers: Callers, homes: Homes) -> None:
        self.callers = callers
        self.desk = callers.desk
        self.people = callers.people
        self.homes = homes

    async def reaction(self, ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        """A reaction was put on a message or taken off."""
        async with self.callers.turn(body):
            reaction = inbound_messages.reaction_of(self.desk, body, context.bot_user_id or "")
            if reaction is not None:
                await self.callers.ask_who(str(body["event"]["user"]))  # a person, or a bot
                await heed(self.desk, reaction, self.desk.now(), self.callers.later)
            await ack()

    async def message(self, ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        """A message in a channel we are in."""
        async with self.callers.turn(body):
            desk, bot_user = self.desk, context.bot_user_id or ""
            await self.callers.ask_who(
                inbound_messages.user_behind(body)
            )  # who writes through an app: a person, or the app itself
            call = inbound_messages.mention_call(desk, body, bot_user)
            if call is not None:
                await self._obey(call, body)
            elif (deletion := inbound_messages.deletion_of(desk, body)) is not None:
                await erase(desk, deletion, desk.now())
            elif (edit := inbound_messages.edit_of(desk, body, bot_user)) is not None:
                await correct(desk, edit, desk.now())
            elif (message := inbound_messages.message_of(desk, body)) is not None:
                await listen(desk, message, desk.now())
            elif (post := inbound_messages.post_of(desk, body, bot_user)) is not None:
                await listen_to_post(desk, post, desk.now())
            await ack()

    async def mention(self, ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        """Somebody named us. Named in the middle of a message, nothing is asked of us."""
        async with self.callers.turn(body):
            call = inbound_messages.mention_call(self.desk, body, context.bot_user_id or "")
            if call is not None:
                await self._obey(call, body)
            await ack()

    async def _obey(self, call: Call, body: Body) -> None:
        self.callers.meet(call, inbound_messages.speaker_of(body))
        await obey(call)

    async def people_changed(self, ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        """Somebody joined a channel or left it. Where it was us who joined, what could not be said there is said."""
        desk, event = self.desk, body["event"]
        if event.get("type") == "member_joined_channel" and event.get("user") == context.bot_user_id:
            channel = desk.key(str(event.get("channel") or ""))
            await desk.write(lambda session: revive(session, desk.organisation_id, channel, desk.now()))
            self.callers.later(self.people.refresh())
        else:
            self.callers.later(
                self.people.moved(str(event.get("user") or ""), desk.key(str(event.get("channel") or "")))
            )
        await ack()

    async def home(self, ack: AsyncAck, body: Body) -> None:
        """Somebody opened the app. Slack says so at every visit, of either tab."""
        opened = inbound_messages.home_of(body)
        if opened is not None:
            self.callers.later(self._show_home(*opened))
        await ack()

    async def _show_home(self, user: str, view_hash: str | None) -> None:
        await self.people.meet(user)
        await self.homes.opened(self.desk.key(user), view_hash)

    async def groups_changed(self, ack: AsyncAck) -> None:
        """Somebody came into a user group or left it, or the group itself changed."""
        if self.people.groups.named:
            self.callers.later(self.people.refresh())
        await ack()

    async def person_changed(self, ack: AsyncAck, body: Body) -> None:
        """Somebody's profile changed, or what they are in the workspace: an admin, a guest, or gone."""
        self.callers.later(self.people.changed(body["event"].get("user")))
        await ack()
