"""Bolt's listeners: translate, call, answer. The answer leaves after the commit (`process_before_response`)."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable
from typing import Any
from weakref import WeakValueDictionary

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.commands import dispatch
from bot.commands.edits import correct, erase
from bot.commands.intake import listen, listen_to_post
from bot.commands.mention import obey
from bot.commands.reactions import heed
from bot.desk.runtime import DeskRuntime
from bot.desk.where import Where
from bot.slack import inbound, inbound_messages, payload
from bot.slack.app_home import Homes
from bot.slack.errors import UNANSWERED
from bot.slack.forms import render_form, render_view
from bot.slack.owner import marked
from bot.slack.people import People
from bot.slack.render import escape, render_message
from bot.slack.responses import Answers
from bot.verbs.base.call import Answer, Call, sentence_answer
from bot.verbs.setup.setup import greet
from bot.wording.card import Card
from bot.wording.phrase_book import PhraseBook
from bot.wording.refusals import refusal_card, stand
from bot.wording.speech import Speech
from storage.dead_letters import revive
from triage.errors import Refusal
from triage.rights import may

log = structlog.get_logger(__name__)
Body = dict[str, Any]

ACTION = re.compile(r"^ticket\.[a-z-]+(\..*)?$")
VIEW = re.compile(r"^ticket\.[a-z-]+$")
DRAIN_SECONDS = 2.0
WHO_SECONDS = 1.5


class Listeners:
    """Everything the app listens for, bound to the desk it serves."""

    def __init__(self, desk: DeskRuntime, people: People, homes: Homes, answers: Answers) -> None:
        self.desk = desk
        self.people = people
        self.homes = homes
        self.answers = answers
        self._held: set[asyncio.Task[None]] = set()
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        desk.when_changed(lambda: self._later(people.refresh()))

    def register(self, app: AsyncApp) -> None:
        """Hang every listener on the app."""
        app.error(self.failed)
        app.command(self.desk.command)(self.command)
        app.message_shortcut("ticket.create")(self.shortcut)
        app.global_shortcut("ticket.new")(self.shortcut)
        app.action(ACTION)(self.button)
        app.action(re.compile(".*"))(self.unknown)
        app.view(VIEW)(self.form)
        app.view_closed(VIEW)(self.anything)
        app.event("reaction_added")(self.reaction)
        app.event("reaction_removed")(self.reaction)
        app.event("message")(self.message)
        app.event("app_mention")(self.mention)
        app.event("member_joined_channel")(self.people_changed)
        app.event("member_left_channel")(self.people_changed)
        app.event("subteam_members_changed")(self.groups_changed)
        app.event("subteam_updated")(self.groups_changed)
        app.event("user_change")(self.person_changed)
        app.event("app_home_opened")(self.home)

    async def command(self, ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        """`/ticket ...`"""
        async with self._turn(body):
            await self._ask_who(payload.user_of(body))
            call = inbound.command_call(self.desk, body)
            self._meet(call, payload.user_of(body))
            answer = await self._opened(client, body, call, await dispatch.typed(call))
            if answer.card is None:
                await ack()
            else:
                await ack(**self._ours(_ephemeral(answer)))

    async def shortcut(self, ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        """Create ticket, on a message; New ticket, anywhere."""
        async with self._turn(body):
            await self._ask_who(payload.user_of(body))
            call = inbound.shortcut_call(self.desk, body)
            self._meet(call, payload.user_of(body))
            answer = await self._opened(client, body, call, await dispatch.shortcut(call))
            await self._say(client, body, answer)
            await ack()

    async def button(self, ack: AsyncAck, body: Body, action: Body, client: AsyncWebClient) -> None:
        """A button on a card or a notice."""
        async with self._turn(body):
            await self._ask_who(payload.user_of(body))
            call = inbound.button_call(self.desk, body, action)
            self._meet(call, payload.user_of(body))
            verb = inbound.pressed_verb(action)
            if inbound.is_anothers_button(self.desk, action):
                await self._say(client, body, sentence_answer(self._reader(body)("refusal.anothers")))
                await ack()
                return
            at_home = inbound.is_at_home(body)
            if at_home and verb == "home":
                self._later(self.homes.turn(self._account(body), call.answers["value"]))
            else:
                answer = await self._opened(client, body, call, await dispatch.pressed(call, verb))
                await self._say(client, body, answer)
                if at_home:
                    self._later(self.homes.show(self._account(body)))
            await ack()

    async def form(self, ack: AsyncAck, body: Body) -> None:
        """A form was submitted."""
        async with self._turn(body):
            await self._ask_who(payload.user_of(body))
            if inbound.is_anothers_form(self.desk, body):
                said = self._reader(body).text("refusal.anothers")
                await ack(response_action="errors", errors={_first_question(body): said})
                return
            call = inbound.form_call(self.desk, body)
            answer = await dispatch.submitted(call, str(body["view"]["callback_id"]).split(".", 1)[1])
            if answer.errors:
                await ack(response_action="errors", errors=answer.errors)
            elif answer.form is not None:
                await ack(response_action="update", view=self._ours(render_form(answer.form, self.desk.account)))
            elif answer.card is not None and not answer.quiet:
                await ack(response_action="update", view=render_view(answer.card, call.speech.text("button.close")))
            else:
                await ack()
            if not call.channel:  # it was opened from the person's own page
                self._later(self.homes.show(self._account(body)))

    async def reaction(self, ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        """A reaction was put on a message or taken off."""
        async with self._turn(body):
            reaction = inbound_messages.reaction_of(self.desk, body, context.bot_user_id or "")
            if reaction is not None:
                await heed(self.desk, reaction, self.desk.now(), self._later)
            await ack()

    async def message(self, ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        """A message in a channel we are in."""
        async with self._turn(body):
            desk, bot_user = self.desk, context.bot_user_id or ""
            await self._ask_who(
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
        async with self._turn(body):
            call = inbound_messages.mention_call(self.desk, body, context.bot_user_id or "")
            if call is not None:
                await self._obey(call, body)
            await ack()

    async def _obey(self, call: Call, body: Body) -> None:
        self._meet(call, inbound_messages.speaker_of(body))
        await obey(call)

    async def people_changed(self, ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        """Somebody joined a channel or left it. Where it was us who joined, what could not be said there is said."""
        desk, event = self.desk, body["event"]
        if event.get("type") == "member_joined_channel" and event.get("user") == context.bot_user_id:
            channel = desk.key(str(event.get("channel") or ""))
            await desk.write(lambda session: revive(session, desk.organisation_id, channel, desk.now()))
            self._later(self.people.refresh())
        else:
            self._later(self.people.moved(str(event.get("user") or ""), desk.key(str(event.get("channel") or ""))))
        await ack()

    async def unknown(self, ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        """Something was pressed that we know nothing of, a button of another release perhaps."""
        person = self.desk.person(payload.user_of(body))
        to = stand(PhraseBook(self.desk.directory), Where(person, thread=payload.thread_of(body)), self.desk.command)
        await self._say(client, body, Answer(refusal_card(Refusal("unknown_button"), to)))
        await ack()

    async def home(self, ack: AsyncAck, body: Body) -> None:
        """Somebody opened the app. Slack says so at every visit, of either tab."""
        opened = inbound_messages.home_of(body)
        if opened is not None:
            self._later(self._show_home(*opened))
        await ack()

    async def _show_home(self, user: str, view_hash: str | None) -> None:
        await self.people.meet(user)
        await self.homes.opened(self.desk.key(user), view_hash)

    async def groups_changed(self, ack: AsyncAck) -> None:
        """Somebody came into a user group or left it, or the group itself changed."""
        if self.people.groups.named:
            self._later(self.people.refresh())
        await ack()

    async def person_changed(self, ack: AsyncAck, body: Body) -> None:
        """Somebody's profile changed, or what they are in the workspace: an admin, a guest, or gone."""
        self._later(self.people.changed(body["event"].get("user")))
        await ack()

    async def anything(self, ack: AsyncAck) -> None:
        """What needs no answer: a link button, a form that was closed."""
        await ack()

    async def failed(self, error: Exception, body: Body) -> BoltResponse:
        """What went wrong before anything could answer for itself. An event is sent again by Slack; a command, a button
        or a form never is, so whoever acted is told that nothing was changed."""
        log.error("a request failed", kind=str(body.get("type") or "command"), exc_info=error)
        if body.get("type") == "event_callback":
            return BoltResponse(status=500)
        said = dispatch.failure(self._reader(body), error)
        if body.get("type") == "view_submission":
            return _json_answer(response_action="errors", errors={_first_question(body): said})
        if "command" in body:
            return _json_answer(response_type="ephemeral", text=escape(said))
        if body.get("response_url"):
            self._later(self._tell(body, Answer(Card((said,)))))
        return BoltResponse(status=200)

    def _reader(self, body: Body) -> Speech:
        return PhraseBook(self.desk.directory).reader(self.desk.person(payload.user_of(body)))

    async def drain(self) -> None:
        """Finish what was begun beside an answer, the private sentences to people above all; what still waits for
        something else after a moment is given up."""
        if self._held:
            _, waiting = await asyncio.wait(list(self._held), timeout=DRAIN_SECONDS)
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)

    async def _opened(self, client: AsyncWebClient, body: Body, call: Call, answer: Answer) -> Answer:
        """Open the form, if it is one; what is left to be said, and the private sentence instead where Slack would not
        open it."""
        if answer.form is None:
            return answer
        try:
            await client.views_open(
                trigger_id=str(body.get("trigger_id", "")), view=self._ours(render_form(answer.form, self.desk.account))
            )
        except UNANSWERED as error:
            log.warning("form not opened", verb=answer.form.verb, error=str(error)[:200])
            return dispatch.refused(call, Refusal("form_not_opened"))
        return Answer()

    async def _say(self, client: AsyncWebClient, body: Body, answer: Answer) -> None:
        """What a button or a shortcut answers, privately: where it was pressed, else, as on somebody's own page, over
        it."""
        if answer.card is None or answer.quiet:
            return
        if body.get("response_url"):
            self._later(self._tell(body, answer))
        elif body.get("trigger_id"):
            view = render_view(answer.card, self._reader(body).text("button.close"))
            try:
                await client.views_open(trigger_id=str(body["trigger_id"]), view=view)
            except UNANSWERED as error:
                log.warning("answer not shown", error=str(error)[:200])

    async def _tell(self, body: Body, answer: Answer) -> None:
        said, thread = self._ours(_ephemeral(answer)), payload.thread_of(body)
        if thread is not None:
            said["thread_ts"] = thread
        await self.answers.say(body["response_url"], said)

    def _account(self, body: Body) -> str:
        return self.desk.key(payload.user_of(body))

    def _ours(self, content: Body) -> Body:
        organisation = self.people.client.organisation
        return content if organisation is None else marked(content, organisation)

    def _turn(self, body: Body) -> asyncio.Lock:
        """What one person outside asks for is handled one after another: a flood of theirs is in nobody else's way."""
        event = body.get("event")
        user = payload.user_of(body) or str((event.get("user") if isinstance(event, dict) else "") or "")
        person = self.desk.person(user)
        if not user or not self.desk.roster.is_outside(person):
            return asyncio.Lock()
        return self._turns.setdefault(person, asyncio.Lock())

    async def _ask_who(self, user: str) -> None:
        """Ask who somebody unknown is before they are answered, for until then they are outside. Slack waits three
        seconds for the answer: what takes longer is for the next time."""
        if user and not self.people.knows(user):
            await asyncio.wait({self._begun(self.people.meet(user))}, timeout=WHO_SECONDS)

    def _meet(self, call: Call, user: str) -> None:
        if user and not self.people.knows(user, call.channel):
            self._later(self.people.meet(user, call.channel))
        if self.desk.policy_layers.is_new and may(call.actor, "setup"):
            self._later(greet(self.desk, call.actor.id))

    def _later(self, work: Awaitable[None]) -> None:
        _ = self._begun(work)

    def _begun(self, work: Awaitable[None]) -> asyncio.Task[None]:
        async def guarded() -> None:
            try:
                await work
            except Exception:
                log.exception("work after the answer failed")

        task = asyncio.create_task(guarded())
        self._held.add(task)
        task.add_done_callback(self._held.discard)
        return task


def _json_answer(**values: Any) -> BoltResponse:
    return BoltResponse(status=200, body=json.dumps(values), headers={"Content-Type": "application/json"})


def _first_question(body: Body) -> str:
    """The block under which a form says what is wrong with it as a whole."""
    blocks = (body.get("view") or {}).get("blocks") or []
    return str(next((block["block_id"] for block in blocks if block.get("type") == "input"), "text"))


def _ephemeral(answer: Answer) -> dict[str, Any]:
    """A private answer; `response_type` always said."""
    if answer.card is None:
        return {"response_type": "ephemeral", "text": " "}
    return {"response_type": "ephemeral", **render_message(answer.card)}
