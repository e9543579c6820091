"""What people type and press: translated, called, answered. Each of these waits for its answer."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.commands import dispatch
from bot.desk.where import Where
from bot.slack import inbound, payload
from bot.slack.app_home import Homes
from bot.slack.callers import Body, Callers
from bot.slack.charts import has_charts, without_charts
from bot.slack.errors import UNANSWERED
from bot.slack.forms import render_form, render_view
from bot.slack.owner import marked
from bot.slack.pictures import PAUSES
from bot.slack.render import escape, render_message
from bot.slack.responses import Answers
from bot.slack.tables import has_tables, without_tables
from bot.verbs.base.call import Answer, Call, sentence_answer
from bot.wording.card import Card
from bot.wording.phrase_book import PhraseBook
from bot.wording.refusals import refusal_card, stand
from bot.wording.speech import Speech
from triage.errors import Refusal

log = structlog.get_logger(__name__)


class Asked:
    """The listeners for commands, shortcuts, buttons and forms. They answer the person alone."""

    def __init__(self, callers: Callers, homes: Homes, answers: Answers) -> None:
        self.callers = callers
        self.desk = callers.desk
        self.homes = homes
        self.answers = answers

    async def command(self, ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        """`/ticket ...`"""
        async with self.callers.turn(body):
            await self.callers.ask_who(payload.user_of(body))
            prepared = _Prepared()
            call = replace(inbound.command_call(self.desk, body), prepare=prepared.prepare)
            self.callers.meet(call, payload.user_of(body))
            answer = await self._opened(client, body, call, await dispatch.typed(call))
            if answer.card is None:
                await ack()
            elif has_charts((said := prepared.said(answer)).get("blocks")):
                await ack()  # whether charts are refused is heard of only where the answer is posted by itself
                self.callers.later(self._tell(body, answer))
            else:
                await ack(**self._ours(said))

    async def shortcut(self, ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        """Create ticket, on a message; New ticket, anywhere."""
        async with self.callers.turn(body):
            await self.callers.ask_who(payload.user_of(body))
            call = inbound.shortcut_call(self.desk, body)
            self.callers.meet(call, payload.user_of(body))
            answer = await self._opened(client, body, call, await dispatch.shortcut(call))
            await self._say(client, body, answer)
            await ack()

    async def button(self, ack: AsyncAck, body: Body, action: Body, client: AsyncWebClient) -> None:
        """A button on a card or a notice."""
        async with self.callers.turn(body):
            await self.callers.ask_who(payload.user_of(body))
            call = inbound.button_call(self.desk, body, action)
            self.callers.meet(call, payload.user_of(body))
            verb = inbound.pressed_verb(action)
            if inbound.is_anothers_button(self.desk, action):
                await self._say(client, body, sentence_answer(self._reader(body)("refusal.anothers")))
                await ack()
                return
            at_home = inbound.is_at_home(body)
            if at_home and verb == "home":
                self.callers.later(self.homes.turn(self._account(body), call.answers["value"]))
            else:
                answer = await self._opened(client, body, call, await dispatch.pressed(call, verb))
                await self._say(client, body, answer)
                if at_home:
                    self.callers.later(self.homes.show(self._account(body)))
            await ack()

    async def form(self, ack: AsyncAck, body: Body) -> None:
        """A form was submitted."""
        async with self.callers.turn(body):
            await self.callers.ask_who(payload.user_of(body))
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
                self.callers.later(self.homes.show(self._account(body)))

    async def unknown(self, ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        """Something was pressed that we know nothing of, a button of another release perhaps."""
        person = self.desk.person(payload.user_of(body))
        to = stand(PhraseBook(self.desk.directory), Where(person, thread=payload.thread_of(body)), self.desk.command)
        await self._say(client, body, Answer(refusal_card(Refusal("unknown_button"), to)))
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
            self.callers.later(self._tell(body, Answer(Card((said,)))))
        return BoltResponse(status=200)

    def _reader(self, body: Body) -> Speech:
        return PhraseBook(self.desk.directory).reader(self.desk.person(payload.user_of(body)))

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
            self.callers.later(self._tell(body, answer))
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
        if has_charts(said.get("blocks")):
            sent = await self._tell_with_charts(body["response_url"], said)
            said["blocks"] = without_charts(said["blocks"])
        else:
            sent = await self.answers.say(body["response_url"], said)
        if not sent and has_tables(said.get("blocks")):
            self.desk.state.tables[self.desk.platform] = False
            await self.answers.say(body["response_url"], {**said, "blocks": without_tables(said["blocks"])})

    async def _tell_with_charts(self, url: str, said: Body) -> bool:
        """With charts, else with pictures of them, else in words alone. Whether it was posted."""
        client = self.callers.people.client
        if client.takes_charts and await self.answers.say(url, said):
            return True
        blocks = await client.pictured(said["blocks"])
        for pause in PAUSES if blocks is not None else ():
            await asyncio.sleep(pause)
            if await self.answers.say(url, {**said, "blocks": blocks}):
                client.takes_charts = False
                return True
        sent = await self.answers.say(url, {**said, "blocks": without_charts(said["blocks"])})
        client.takes_charts &= not sent
        return sent

    def _account(self, body: Body) -> str:
        return self.desk.key(payload.user_of(body))

    def _ours(self, content: Body) -> Body:
        organisation = self.callers.people.client.organisation
        return content if organisation is None else marked(content, organisation)


class _Prepared:
    """An answer that was rendered before it could be given (`Call.prepare`)."""

    def __init__(self) -> None:
        self._card: Card | None = None
        self._said: Body = {}

    def prepare(self, answer: Answer) -> Answer:
        """Render it."""
        self._card, self._said = answer.card, _ephemeral(answer)
        return answer

    def said(self, answer: Answer) -> Body:
        """What is said: of the answer that is given in the end, which may be another."""
        return self._said if answer.card is not None and answer.card is self._card else _ephemeral(answer)


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
