"""Microsoft's Agents Playground in a story: by the HTTP that its own page speaks, and its stream of messages."""

from __future__ import annotations

import asyncio
import json
import re
import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import aiohttp

from tools import playground

Json = dict[str, Any]
STARTED = re.compile(r"Listening on (\d+)")


class Playground:
    """It runs from `async with` on, for a bot at `endpoint`. `tenant`: see `tools.playground.environment`."""

    def __init__(self, http: aiohttp.ClientSession, endpoint: str, folder: Path, tenant: Path | None) -> None:
        self.http = http
        self.endpoint = endpoint
        self.settings = playground.environment(tenant, folder / "playground.log")
        self.folder = folder
        self.messages: dict[str, Json] = {}
        self.config: Json = {}
        self.address = ""

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            *playground.command(self.endpoint, 0), env=self.settings, cwd=self.folder, stdout=asyncio.subprocess.PIPE
        )
        assert self._process.stdout is not None
        found = None
        while found is None:
            found = STARTED.search((await self._process.stdout.readline()).decode())
        self.address = f"http://127.0.0.1:{found[1]}"
        self.config = (await self._ask("GET", "/_internal/v1/testConfig"))["config"]
        self._stream = await self.http.ws_connect(f"{self.address}/_ws_conversation/v1/conversations/stream")
        self._reading = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._reading.cancel()
        await self._stream.close()
        with suppress(ProcessLookupError):
            self._process.terminate()
        await self._process.wait()

    async def _read(self) -> None:
        async for each in self._stream:
            told = json.loads(each.data)
            message = told["message"]
            where = {"in": told["actionConversationId"], "updates": 0}
            before = self.messages.get(message["messageId"], where)
            updates = before["updates"] + (told["action"] == "updateMessage")
            self.messages[message["messageId"]] = {**before, **message, "in": before["in"], "updates": updates}

    async def _ask(self, method: str, path: str, **body: Any) -> Json:
        async with self.http.request(method, f"{self.address}{path}", json=body or None) as answer:
            text = await answer.text()
            assert answer.status < 300, text
            return json.loads(text) if text else {}

    # -- what a person does ------------------------------------------------------------------------------------------

    @property
    def me(self) -> str:
        """Who is at the page."""
        return str(self.config["currentUser"]["id"])

    @property
    def bot(self) -> str:
        """How the bot is called there, without the `28:` of Teams."""
        return str(self.config["bot"]["id"])

    async def say(self, conversation: str, text: str, *, mention: bool = True) -> str:
        """Type something, to the bot by its name; the message's id."""
        tag = f"<at>{self.config['bot']['name']}</at>"
        mentions = [{"mentioned": {"id": self.bot}, "text": tag}] if mention else []
        said = await self._ask(
            "POST", f"/_conversation/v1/conversations/{conversation}/messages",
            **{"from": {"id": self.me}}, text=f"{tag} {text}" if mention else text, textFormat="plain",
            mentions=mentions,
        )  # fmt: skip
        return str(said["messageId"])

    async def installed(self, conversation: str) -> None:
        """Have the app installed in that channel or chat, as opening its page does for the chat with the bot."""
        path = f"/_internal/v1/customActivities/template?type=install&conversationId={conversation}"
        await self._ask("POST", "/_internal/v1/customActivities", **await self._ask("GET", path))

    async def press(self, message: Json, verb: str) -> Json:
        """Press a button that acts at once; what the bot answers."""
        action = button(message, verb)
        value = {"action": {key: action.get(key) for key in ("type", "verb", "title", "data")}, "trigger": "manual"}
        return await self._ask("POST", "/_conversation/v1/invoke", name="adaptiveCard/action", value=value,
                               replyToId=message["messageId"], **self._where(message))  # fmt: skip

    async def react(self, message: Json, kind: str, by: Json | None = None) -> None:
        """Put a reaction on, for which its page has no menu: as an activity of our own making."""
        who = by or self.config["currentUser"]
        team = self.config["teams"][0]["id"]
        channel = message["in"].partition(";")[0]
        await self._ask(
            "POST", "/_internal/v1/customActivities",
            type="messageReaction", id=str(uuid.uuid4()), channelId="msteams", replyToId=message["messageId"],
            serviceUrl=f"{self.address}/_connector", reactionsAdded=[{"type": kind}],
            recipient=self.config["bot"], conversation=self._where(message)["conversation"] | {
                "isGroup": True, "conversationType": "channel", "tenantId": self.config["tenantId"]},
            channelData={"tenant": {"id": self.config["tenantId"]}, "team": {"id": team}, "channel": {"id": channel}},
            **{"from": {"id": who["id"], "aadObjectId": who["aadObjectId"]}},
        )  # fmt: skip

    def _where(self, message: Json) -> Json:
        root = message.get("postConversationId") or message["in"]
        return {"from": {"id": self.me}, "conversation": {"id": root}}

    # -- what a person sees ------------------------------------------------------------------------------------------

    async def see(self, holds: Callable[[Json], bool], seconds: float = 30.0) -> Json:
        """The newest message of which that holds, once there is one."""
        async with asyncio.timeout(seconds):
            while True:
                found = [each for each in self.messages.values() if holds(each)]
                if found:
                    return found[-1]
                await asyncio.sleep(0.05)

    async def see_text(self, *words: str, within: str | None = None) -> Json:
        """The newest message that says all of these; `within`: in that conversation or thread."""
        try:
            return await self.see(
                lambda one: all(word in shown(one) for word in words) and (within is None or one["in"] == within)
            )
        except TimeoutError:
            raise AssertionError([(one["in"], shown(one)) for one in self.messages.values()]) from None


def card_of(message: Json) -> Json:
    """The card of a message, or nothing."""
    found: Json = next((each["content"] for each in message.get("attachments") or [] if "content" in each), {})
    return found


def shown(message: Json) -> str:
    """Every word of a message, as it is written in it."""
    return f"{message.get('text') or ''} {json.dumps(card_of(message), ensure_ascii=False)}"


def button(message: Json, verb: str) -> Json:
    """The button of that verb on a card."""

    def below(part: Any) -> list[Json]:
        if isinstance(part, list):
            return [each for one in part for each in below(one)]
        if not isinstance(part, dict):
            return []
        own = [part] if str(part.get("type", "")).startswith("Action.") else []
        return own + [each for one in part.values() for each in below(one)]

    return next(each for each in below(card_of(message)) if (each.get("data") or {}).get("action") == f"ticket.{verb}")
