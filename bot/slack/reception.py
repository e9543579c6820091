"""Where every request of Slack's arrives, by HTTP or socket, and is handed to the app of its workspace."""

from __future__ import annotations

import asyncio
import copy
import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.outbound.answering import answering
from bot.server.ending import within
from bot.slack.errors import UnservableError
from bot.slack.platform import PLATFORM
from bot.slack.render import escape
from bot.slack.responses import Answers
from bot.slack.workspaces import Workspaces, shared_channel

log = structlog.get_logger(__name__)
DRAIN_SECONDS = 2.0  # for a moment in which nothing is being answered
LAST_SECONDS = 1.0  # after it for the last, while nothing more is taken up
ANSWER_SECONDS = 2.3  # Slack waits for three
UNSOUND = "not what Slack sends"
_AN_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
ANY = re.compile(r".*", re.DOTALL)


class Reception:
    """Hands each request to the app of its workspace: what comes here is known to be Slack's. What is for none that is
    known goes to the lobby: it looks on record, and answers strangers with `stranger`, in private, once; with `defect`
    where it cannot even look. `seconds`: in which an answer has to leave."""

    def __init__(
        self,
        workspaces: Workspaces,
        answers: Answers,
        *,
        stranger: str,
        defect: str,
        seconds: Callable[[], float] = lambda: ANSWER_SECONDS,
    ) -> None:
        self.workspaces = workspaces
        self.answers = answers
        self.stranger = stranger
        self.defect = defect
        self.seconds = seconds
        self._lobby = self._make_lobby()
        self._saying: set[asyncio.Task[bool]] = set()
        self._inside = 0
        self._empty = asyncio.Event()
        self._empty.set()
        self.is_closed = False

    async def receive(self, request: AsyncBoltRequest) -> BoltResponse:
        """Answer one request."""
        self._inside += 1
        self._empty.clear()
        body = request.body
        try:
            with answering(
                PLATFORM, kind_of(body), seconds=self.seconds(), workspace=_id(body.get("team_id")),
                event=_id(body.get("event_id")),
            ):  # fmt: skip
                if not _is_sound(body):
                    return BoltResponse(status=400, body=UNSOUND)
                if channel := shared_channel(body):
                    return await self._hand_round(request, channel)
                workspace = self.workspaces.known(request)
                return await (self._lobby if workspace is None else workspace.app).async_dispatch(request)
        except Exception:
            # What fails in a listener is answered there. Here Bolt itself could not take the request apart.
            log.exception("not what Slack sends")
            return BoltResponse(status=400, body=UNSOUND)
        finally:
            self._inside -= 1
            if not self._inside:
                self._empty.set()

    async def _hand_round(self, request: AsyncBoltRequest, channel: str) -> BoltResponse:
        """An event in a channel of several workspaces, to each of them that is served here. Where one could not take it
        Slack sends it again: the others know that they have had it."""
        answers = []
        try:
            hearing = await self.workspaces.hearing(request, channel)
        except Exception as error:  # noqa: BLE001  whatever it is, Slack sends the event again
            return await self._failed(error, request.body)
        for workspace in hearing:
            own = AsyncBoltRequest(body=copy.deepcopy(request.body), headers=request.headers, mode="socket_mode")
            answers.append(await workspace.app.async_dispatch(own))
        if not answers:
            return await self._lobby.async_dispatch(request)
        return max(answers, key=lambda answer: answer.status)

    async def drain(self) -> None:
        """Wait until everything that was accepted is answered; nothing is accepted any more after that."""
        try:
            await within(DRAIN_SECONDS, self._empty.wait)
        finally:
            self.is_closed = True
        if not await within(LAST_SECONDS, self._answered):
            log.warning("requests left unanswered", requests=self._inside)

    async def _answered(self) -> None:
        await self._empty.wait()
        await asyncio.gather(*self._saying)

    def _make_lobby(self) -> AsyncApp:
        async def authorize(**_: Any) -> AuthorizeResult:
            return AuthorizeResult(enterprise_id=None, team_id=None)

        async def look_on_record(
            req: AsyncBoltRequest, next_: Callable[[], Awaitable[BoltResponse]]
        ) -> BoltResponse | None:
            workspace = await self.workspaces.found(req)
            if workspace is not None:
                return await workspace.app.async_dispatch(req)
            await next_()
            return None

        lobby = AsyncApp(
            name="vigie",
            signing_secret="",
            authorize=authorize,
            before_authorize=look_on_record,
            process_before_response=True,
            request_verification_enabled=False,
        )
        lobby.error(self._failed)
        lobby.command(ANY)(self._refuse)
        lobby.shortcut(ANY)(self._nod)
        lobby.action(ANY)(self._refuse_later)
        lobby.view(ANY)(self._refuse_form)
        lobby.view_closed(ANY)(self._nod)
        lobby.options(ANY)(self._nod)
        lobby.event(ANY)(self._nod)
        return lobby

    async def _failed(self, error: Exception, body: dict[str, Any]) -> BoltResponse:
        if isinstance(error, UnservableError):
            log.error("a workspace cannot be served", error=str(error))
        else:
            log.error("a workspace cannot be served", exc_info=error)
        if "command" not in body:
            return BoltResponse(status=500 if body.get("type") == "event_callback" else 200)  # an event is sent again
        said = {"response_type": "ephemeral", "text": escape(self.defect)}
        return BoltResponse(status=200, body=json.dumps(said), headers={"Content-Type": "application/json"})

    async def _refuse(self, ack: AsyncAck) -> None:
        await ack(response_type="ephemeral", text=escape(self.stranger))

    async def _refuse_later(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        if body.get("response_url"):
            said = {"response_type": "ephemeral", "text": escape(self.stranger)}
            task = asyncio.create_task(self.answers.say(body["response_url"], said))
            self._saying.add(task)
            task.add_done_callback(self._saying.discard)
        await ack()

    async def _refuse_form(self, ack: AsyncAck) -> None:
        said = {"type": "section", "text": {"type": "plain_text", "text": self.stranger}}
        view = {"type": "modal", "title": {"type": "plain_text", "text": "Vigie"}, "blocks": [said]}
        await ack(response_action="update", view=view)

    async def _nod(self, ack: AsyncAck) -> None:
        await ack()


_KINDS = {
    "block_actions": "button", "view_submission": "form", "view_closed": "form", "shortcut": "shortcut",
    "message_action": "shortcut", "block_suggestion": "options", "event_callback": "event",
}  # fmt: skip


def kind_of(body: dict[str, Any]) -> str:
    """What kind of request it is, as it is counted."""
    if "command" in body:
        return "command"
    kind = _KINDS.get(str(body.get("type")), "other")
    event = body.get("event")
    is_message = kind == "event" and isinstance(event, dict) and event.get("type") in ("message", "app_mention")
    return "message" if is_message else kind


def _id(value: object) -> str:
    """An id as it goes into the log; empty where it is none."""
    return value if isinstance(value, str) and _AN_ID.fullmatch(value) else ""


def _is_sound(body: dict[str, Any]) -> bool:
    """Whether an event is one: Bolt takes that for granted, before anybody could answer for it."""
    event = body.get("event")
    return body.get("type") != "event_callback" or (isinstance(event, dict) and isinstance(event.get("type"), str))
