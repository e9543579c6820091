"""Calls of the Bot Connector, each under a token and a timeout. Nothing is tried again here but once, with a new token:
retries are the outbox's business."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote

import aiohttp
from yarl import URL

from bot.outbound.json_answers import object_in
from bot.teams.errors import AddressRefusedError, ConnectorError, code_in
from bot.teams.payload import Body, id_in, mappings

TIMEOUT = aiohttp.ClientTimeout(total=10, connect=3)  # seconds, of one call
PAGE, MOST_PAGES = 200, 50  # people of a roster at once, and how often
MOST_READ = 4_000_000  # bytes of an answer
PRIVATE = {"isTargetedActivity": "true"}
UNAUTHORIZED = 401
SCOPE = "https://api.botframework.com/.default"  # what our tokens are good for: the Connector alone


class Tokens(Protocol):
    """What the bot is let in with."""

    async def token(self, *, fresh: bool = False) -> str:
        """A token for the Connector. `fresh`: not one that is kept, for that was refused. Raises NoTokenError."""
        ...


class NoTokens:
    """See Tokens: where nobody asks for one, as a test tool on this machine."""

    async def token(self, *, fresh: bool = False) -> str:  # noqa: ARG002  there is but one
        """See Tokens."""
        return "none"


@dataclass(frozen=True, slots=True)
class ConnectorClient:
    """The Connector, called as one bot."""

    #: Closed by whoever made it.
    session: aiohttp.ClientSession
    #: What it is let in with.
    tokens: Tokens
    #: Whether that address may be talked to, and given a token.
    is_allowed: Callable[[str], bool]
    #: The bot's id in conversations: `28:...`.
    bot: str

    async def post(
        self, service_url: str, conversation: str, activity: Body, *, root: str | None = None, to: str | None = None
    ) -> str:
        """Post a message, in the thread of `root` where one is named; its id. `to`: the person who alone sees it."""
        if to is not None:
            activity = {**activity, "recipient": {"id": to, "isTargeted": True}}
        path = f"{_at(conversation, root)}/activities"
        answer = await self._call("POST", service_url, path, activity, PRIVATE if to is not None else {})
        return id_in(answer.get("id"))

    async def update(
        self, service_url: str, conversation: str, message_id: str, activity: Body, *,
        root: str | None = None, private: bool = False,
    ) -> None:  # fmt: skip
        """Replace a message of ours."""
        path = f"{_at(conversation, root)}/activities/{_part(message_id)}"
        await self._call("PUT", service_url, path, {**activity, "id": message_id}, PRIVATE if private else {})

    async def delete(
        self, service_url: str, conversation: str, message_id: str, *, root: str | None = None, private: bool = False
    ) -> None:
        """Delete a message of ours."""
        path = f"{_at(conversation, root)}/activities/{_part(message_id)}"
        await self._call("DELETE", service_url, path, None, PRIVATE if private else {})

    async def open_with(self, service_url: str, person: str, tenant: str) -> str:
        """The id of the conversation with that person alone, made if need be."""
        wanted: Body = {
            "isGroup": False, "bot": {"id": self.bot}, "members": [{"id": person}], "tenantId": tenant,
            "channelData": {"tenant": {"id": tenant}},
        }  # fmt: skip
        return id_in((await self._call("POST", service_url, "v3/conversations", wanted)).get("id"))

    async def members(self, service_url: str, conversation: str) -> AsyncIterator[Body]:
        """Everybody in a conversation; of a channel, everybody in its team."""
        how = {"pageSize": str(PAGE)}
        for _ in range(MOST_PAGES):
            page = await self._call("GET", service_url, f"{_at(conversation)}/pagedMembers", None, how)
            for each in mappings(page.get("members")):
                yield each
            following = page.get("continuationToken")
            if not isinstance(following, str) or not following:
                return
            how["continuationToken"] = following

    async def member(self, service_url: str, conversation: str, person: str) -> Body:
        """Somebody who is in a conversation. Raises ConnectorError (404) where they are not."""
        return await self._call("GET", service_url, f"{_at(conversation)}/members/{_part(person)}")

    async def channels(self, service_url: str, team: str) -> list[Body]:
        """The channels of a team: `id` and `name`, of which the first has none."""
        answer = await self._call("GET", service_url, f"v3/teams/{_part(team)}/conversations")
        return mappings(answer.get("conversations"))

    async def team(self, service_url: str, team: str) -> Body:
        """What a team is called: `name`."""
        return await self._call("GET", service_url, f"v3/teams/{_part(team)}")

    async def react(self, service_url: str, conversation: str, message_id: str, kind: str, *, add: bool = True) -> None:
        """Put a reaction of ours on a message, or take it off."""
        path = f"{_at(conversation)}/activities/{_part(message_id)}/reactions/{_part(kind)}"
        await self._call("PUT" if add else "DELETE", service_url, path)

    async def _call(
        self, method: str, service_url: str, path: str, body: Body | None = None, query: Mapping[str, str] | None = None
    ) -> Body:
        """One call; the object that was answered. Raises ConnectorError for a refusal, NoTokenError, and whatever
        aiohttp raises for a broken connection."""
        if not self.is_allowed(service_url):
            raise AddressRefusedError(service_url)
        url = URL(f"{service_url.rstrip('/')}/{path}", encoded=True)
        how = _Call(method, url, body, dict(query or {}))
        try:
            return await self._once(how, await self.tokens.token())
        except ConnectorError as error:
            if error.status != UNAUTHORIZED:
                raise
        return await self._once(how, await self.tokens.token(fresh=True))

    async def _once(self, call: _Call, token: str) -> Body:
        asking = self.session.request(
            call.method, call.url, params=call.query, data=call.sent, timeout=TIMEOUT, allow_redirects=False,
            headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json; charset=utf-8"},
        )  # fmt: skip
        async with asking as response:
            found = await object_in(response, MOST_READ)
            if response.status >= 300:
                code, detail = code_in(found)
                raise ConnectorError(response.status, code, detail, response.headers.get("Retry-After"))
            return found


@dataclass(frozen=True, slots=True)
class _Call:
    method: str
    url: URL
    body: Any
    query: dict[str, str]

    @property
    def sent(self) -> bytes | None:
        """The body as it goes out. Letters stay letters: written as escapes they would count twice against what Teams
        takes."""
        if self.body is None:
            return None
        return json.dumps(self.body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _at(conversation: str, root: str | None = None) -> str:
    return f"v3/conversations/{_part(conversation if root is None else f'{conversation};messageid={root}')}"


def _part(text: str) -> str:
    """An id as a part of a path: whatever stands in it, it leads nowhere else."""
    return quote(text, safe=":@;=") if text.strip(".") else text.replace(".", "%2E")
