"""Bolt's listeners: translate, call, answer. The answer leaves after the commit (`process_before_response`)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.commands import dispatch
from bot.commands.call import Answer, Call, told
from bot.commands.edits import correct, erase
from bot.commands.intake import take_in
from bot.commands.mention import obey
from bot.commands.messages import hear
from bot.commands.reactions import Reaction, react
from bot.desk import Desk
from bot.slack import inbound
from bot.slack.forms import render_form
from bot.slack.people import People
from bot.slack.render import render_message, slack_id

log = structlog.get_logger(__name__)
Body = dict[str, Any]

ACTION = re.compile(r"^ticket\.[a-z-]+(\..*)?$")
VIEW = re.compile(r"^ticket\.[a-z-]+$")
HOLD_SECONDS, HOLD_STEP = 10.0, 0.5


class Listeners:
    """Everything the app listens for, bound to the desk it serves."""

    def __init__(self, desk: Desk, people: People) -> None:
        self.desk = desk
        self.people = people
        self._held: set[asyncio.Task[None]] = set()

    def register(self, app: AsyncApp) -> None:
        """Hang every listener on the app."""
        app.command(self.desk.command)(self.command)
        app.message_shortcut("ticket.create")(self.shortcut)
        app.global_shortcut("ticket.new")(self.shortcut)
        app.action(ACTION)(self.button)
        app.action(re.compile(".*"))(self.anything)
        app.view(VIEW)(self.form)
        app.view_closed(VIEW)(self.anything)
        app.event("reaction_added")(self.reaction)
        app.event("reaction_removed")(self.reaction)
        app.event("message")(self.message)
        app.event("app_mention")(self.mention)
        app.event("member_joined_channel")(self.people_changed)
        app.event("member_left_channel")(self.people_changed)

    async def command(self, ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        """`/ticket ...`"""
        call = inbound.command_call(self.desk, body)
        self._meet(call)
        answer = await dispatch.typed(call)
        if answer.form is not None:
            failed = await self._open(client, body, call, answer)
            if failed is None:
                await ack()
                return
            answer = failed
        await ack(**_ephemeral(answer))

    async def shortcut(self, ack: AsyncAck, body: Body, client: AsyncWebClient, respond: Any) -> None:
        """Create ticket, on a message; New ticket, anywhere."""
        call = inbound.shortcut_call(self.desk, body)
        self._meet(call)
        answer = await dispatch.shortcut(call)
        if answer.form is not None:
            failed = await self._open(client, body, call, answer)
            if failed is None:
                await ack()
                return
            answer = failed
        if body.get("response_url"):
            self._later(self._tell(respond, answer))
        await ack()

    async def button(self, ack: AsyncAck, body: Body, action: Body, client: AsyncWebClient, respond: Any) -> None:
        """A button on a card or a notice."""
        call = inbound.button_call(self.desk, body, action)
        answer = await dispatch.pressed(call, str(action["action_id"]).split(".")[1])
        if answer.form is not None:
            failed = await self._open(client, body, call, answer)
            if failed is None:
                await ack()
                return
            answer = failed
        if answer.card is not None and not answer.quiet:
            self._later(self._tell(respond, answer))
        await ack()

    async def form(self, ack: AsyncAck, body: Body) -> None:
        """A form was submitted."""
        call = inbound.form_call(self.desk, body)
        answer = await dispatch.submitted(call, str(body["view"]["callback_id"]).split(".", 1)[1])
        if answer.errors:
            await ack(response_action="errors", errors=answer.errors)
        else:
            await ack()

    async def reaction(self, ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        """A reaction was put on a message or taken off. One on a message of ours whose id is not stored yet is kept."""
        reaction = inbound.reaction_of(self.desk, body, context.bot_user_id or "")
        if reaction is not None and not await react(self.desk, reaction, self.desk.now()):
            self._hold(reaction)
        await ack()

    async def message(self, ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        """A message in a channel we are in."""
        desk, bot_user = self.desk, context.bot_user_id or ""
        call = inbound.mention_call(desk, body, bot_user)
        if call is not None:
            await self._obey(call)
        elif (deletion := inbound.deletion_of(body)) is not None:
            await erase(desk, deletion, desk.now())
        elif (edit := inbound.edit_of(desk, body, bot_user)) is not None:
            await correct(desk, edit, desk.now())
        elif (message := inbound.message_of(desk, body)) is not None:
            await (take_in if message.root_id == message.message_id else hear)(desk, message, desk.now())
        await ack()

    async def mention(self, ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        """Somebody named us. Named in the middle of a message, nothing is asked of us."""
        call = inbound.mention_call(self.desk, body, context.bot_user_id or "")
        if call is not None:
            await self._obey(call)
        await ack()

    async def _obey(self, call: Call) -> None:
        self._meet(call)
        await obey(call)

    async def people_changed(self, ack: AsyncAck) -> None:
        """Somebody joined a channel or changed their profile."""
        self._later(self.people.refresh())
        await ack()

    async def anything(self, ack: AsyncAck) -> None:
        """What needs no answer: a link button, a form that was closed."""
        await ack()

    async def drain(self) -> None:
        """Finish what was promised to be looked at again."""
        for task in list(self._held):
            task.cancel()
        await asyncio.gather(*self._held, return_exceptions=True)

    async def _open(self, client: AsyncWebClient, body: Body, call: Call, answer: Answer) -> Answer | None:
        """Open the form; the private sentence instead where Slack would not."""
        if answer.form is None:
            return None
        try:
            await client.views_open(trigger_id=str(body.get("trigger_id", "")), view=render_form(answer.form))
        except (SlackApiError, TimeoutError, OSError) as error:
            log.warning("form not opened", verb=answer.form.verb, error=str(error)[:200])
            return told(call.speech("refusal.form_not_opened", command=call.desk.command))
        return None

    async def _tell(self, respond: Any, answer: Answer) -> None:
        message = _ephemeral(answer)
        try:
            await respond(**message, replace_original=False)
        except (TimeoutError, OSError) as error:
            log.warning("private answer not delivered", error=str(error)[:200])

    def _hold(self, reaction: Reaction) -> None:
        async def retry() -> None:
            for _ in range(int(HOLD_SECONDS / HOLD_STEP)):
                await asyncio.sleep(HOLD_STEP)
                if await react(self.desk, reaction, self.desk.now()):
                    return

        self._later(retry())

    def _meet(self, call: Call) -> None:
        if call.actor.id not in self.desk.directory.accounts:
            self._later(self.people.meet(slack_id(call.actor.id)))

    def _later(self, work: Awaitable[None]) -> None:
        async def guarded() -> None:
            try:
                await work
            except Exception:
                log.exception("work after the answer failed")

        task = asyncio.create_task(guarded())
        self._held.add(task)
        task.add_done_callback(self._held.discard)


def _ephemeral(answer: Answer) -> dict[str, Any]:
    """A private answer; `response_type` always said."""
    if answer.card is None:
        return {"response_type": "ephemeral", "text": " "}
    return {"response_type": "ephemeral", **render_message(answer.card)}
