"""The local workspace as a person uses it, over HTTP: nothing of the bot is called from inside."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import datetime
from itertools import count
from time import time
from typing import Any, ClassVar

import aiohttp
import pytest

from bot.slack_emulator.workspace_people import ANA, BENOIT, CARLA, INGRID, KENJI, MARCUS, PEOPLE, PRIYA
from tests.scenarios.seen import Form, Message, everything

ENGINEER, FRENCH, LEAD, MANAGER, HEAD, CHIEF, CUSTOMER = (
    person.id for person in (ANA, BENOIT, PRIYA, MARCUS, INGRID, KENJI, CARLA)
)
Json = dict[str, Any]
BOTH_WAYS = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
#: What never comes as far as the database is told on one.
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
_MICROS = count(1)


class Chat:
    """Types, clicks, reacts and looks, through the control of a local workspace, in Slack."""

    platform = "slack"
    #: What the customer of the customer's channel is called.
    customers_name = "ext-acme"
    #: What whoever lost it is told to do, so that the bot is in a channel again.
    way_back = "/invite @Vigie"
    #: Whether what may have arrived can be looked for; else it is said once more, as a repetition.
    finds_again = True
    #: Whether the bot is told of reactions on what people wrote, too.
    hears_every_reaction = True
    #: What a post is answered that can never be sent as it is.
    never = "channel_not_found"
    #: Whom the policy of the workspace names as agents beside those whom the stories know.
    other_agents: ClassVar[tuple[str, ...]] = ()
    #: The fields of which a form offers what may be chosen, and nothing else can be sent.
    offered: ClassVar[frozenset[str]] = frozenset()
    #: How many words are kept until whoever typed them is told that they were refused.
    keeps_refused = 0
    #: How a customer is told to answer, in a ticket's thread and beside it.
    ways_to_answer = ("write that in this thread", "thread")
    #: What **Create ticket** in a message's menu is called between the platform and the bot.
    on_a_message = "ticket.create"
    #: How many tickets a list on a person's own page shows at once.
    rows = 10
    #: How a fault of the platform is asked for, by what goes wrong.
    methods: ClassVar[dict[str, str]] = {"post": "chat.postMessage", "edit": "chat.update"}

    def __init__(self, session: aiohttp.ClientSession, address: str) -> None:
        self.session = session
        self.address = address
        self.desk = ""
        self.customer = ""

    async def look_around(self) -> Json:
        """Find the channels; answers the state."""
        state = await self.get("state")
        for channel in state["channels"]:
            if channel["platform"] == self.platform and channel["kind"] == "desk":
                self.desk = channel["id"]
            elif channel["platform"] == self.platform and channel["kind"] == "customer":
                self.customer = channel["id"]
        return state

    def bot_of(self, state: Json) -> str:
        """The bot's id, as the state says it."""
        return str(state["slack"]["bot_user_id"])

    async def post(self, call: str, **body: Any) -> Json:
        """One control call; whatever it answers."""
        async with self.session.post(f"{self.address}/_control/{call}", json=body) as answer:
            found: Json = await answer.json()
            return found

    async def get(self, name: str, **query: str) -> Json:
        """One control read."""
        async with self.session.get(f"{self.address}/_control/{name}", params=query) as answer:
            found: Json = await answer.json()
            return found

    async def command(self, user: str, text: str, channel: str | None = None) -> str:
        """Type `/ticket TEXT`; answers what only that person then sees, empty if nothing."""
        before = {m["ts"] for m in await self.messages(user, channel)}
        done = await self.post("command", channel=channel or self.desk, user=user, command="/ticket", text=text)
        assert done["ok"], done
        new = [m for m in await self.messages(user, channel) if m.id not in before and m.only_for == user]
        return "\n".join(everything(m) for m in new)

    def name(self, user: str) -> str:
        """What somebody is called."""
        return PEOPLE[user].name

    def at(self, user: str) -> str:
        """How somebody is mentioned by whoever types."""
        return f"@{PEOPLE[user].handle}"

    async def fails(self, what: str, error: str, count: int = 1, **more: Any) -> None:
        """The next calls of the bot go wrong: to `post` or `edit` a message."""
        done = await self.post("fault", method=self.methods[what], error=error, count=count, **more)
        assert done["ok"], done

    async def open_from(self, user: str, message: Message) -> None:
        """Make a ticket of somebody's message."""
        await self.react(user, message, "ticket", channel=message.channel)

    async def below(self, root: Message, user: str = ENGINEER) -> list[Message]:
        """The messages that stand below one, in order, those that are shown above it too among them."""
        await self.settled()
        return [m for m in await self.messages(user, root.channel) if m.below == root.id and not m.only_for]

    def anywhere(self, user: str) -> str:
        """Where somebody can always ask for something, in whatever channels the bot is."""
        return self.desk

    async def open_form(self, user: str, words: str, channel: str | None = None) -> Form:
        """Ask for something, in words that ask for a form; that form."""
        assert await self.command(user, words, channel) == ""
        return await self.view(user)

    async def written_to(self, user: str) -> list[Message]:
        """What the bot wrote to that person directly."""
        found = await self.get(f"messages/D{user[1:]}", user=user)
        return [Message(m, f"D{user[1:]}") for m in found.get("messages", ()) if m["user"] != user]

    async def alone(self, user: str) -> str:
        """All that the bot wrote to that person directly."""
        return "\n".join(everything(m) for m in await self.written_to(user))

    def key(self, user: str) -> str:
        """The key of their account here."""
        return f"{self.platform}:{user}"

    def groups(self, field: str, *groups: str) -> Json:
        """What a form is filled in with, where it asks for groups beside people."""
        return {f"{field}_groups": list(groups)}

    async def event(self, **event: Any) -> str:
        """What Slack sends where this page cannot type it: a signed message event of the customer's, now. Answers its
        time."""
        state = await self.get("state")
        slack, ts = state["slack"], f"{datetime.fromisoformat(state['now']).timestamp() + next(_MICROS) / 1e6:.6f}"
        event = {"type": "message", "channel": self.customer, "user": CUSTOMER, "ts": ts, "event_ts": ts, **event}
        who = {"team_id": slack["team_id"], "user_id": slack["bot_user_id"], "is_bot": True}
        body = json.dumps({
            "type": "event_callback", "team_id": slack["team_id"], "api_app_id": slack["app_id"],
            "event_id": f"Ev{ts}", "event_time": int(time()), "event": event, "authorizations": [who],
        }).encode()  # fmt: skip
        stamp = str(int(time()))
        sign = hmac.new(slack["signing_secret"].encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": "application/json", "X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={sign}"
        }  # fmt: skip
        async with self.session.post(slack["events_url"], data=body, headers=headers) as answer:
            assert answer.status == 200, await answer.text()
        await self.settled()
        return ts

    async def messages(self, user: str, channel: str | None = None) -> list[Message]:
        """What that person sees in a channel, threads included."""
        found = await self.get(f"messages/{channel or self.desk}", user=user)
        return [Message(message, channel or self.desk) for message in found["messages"]]

    async def settled(self) -> None:
        """Wait until everything that is due now was said: through a few seconds of the workspace's time, which pass at
        once, for a channel that has been posted to often rests for so long."""
        done = await self.post("advance", minutes=0.1)
        assert done["ok"], done

    async def advance(self, minutes: float, *, jump: bool = False) -> None:
        """Move time on."""
        done = await self.post("advance", minutes=minutes, jump=jump)
        assert done["ok"], done

    async def card(self, number: int = 1, channel: str | None = None) -> Message:
        """The one card of a ticket in the desk's channel."""
        await self.settled()
        cards = [
            m for m in await self.messages(ENGINEER, channel)
            if f"#{number} " in f"{m.title} " and not m.below and not m.only_for
        ]  # fmt: skip
        assert len(cards) == 1, [everything(m)[:80] for m in cards]
        return cards[0]

    async def thread(self, root: Json, channel: str | None = None, user: str = ENGINEER) -> list[str]:
        """What stands in a thread, in order."""
        await self.settled()
        return [
            everything(m) for m in await self.messages(user, channel)
            if m.below == root["ts"] and not m.only_for
        ]  # fmt: skip

    async def private(self, user: str, words: str, channel: str | None = None) -> str:
        """What was said to that person alone with these words in it: the answer to a button comes after it."""
        for _ in range(100):
            await self.settled()
            for message in await self.messages(user, channel):
                if message.only_for == user and words in everything(message):
                    return everything(message)
        raise AssertionError(f"nobody told {user} {words!r}")

    async def react(
        self,
        user: str,
        message: Json,
        name: str,
        *,
        present: bool = True,
        channel: str | None = None,
        settle: bool = True,
    ) -> None:
        """Put a reaction on a message, or take it off. Not to `settle` leaves it to whoever moves time on."""
        done = await self.post(
            "reaction", channel=channel or self.desk, ts=message["ts"], user=user, name=name, present=present
        )
        assert done["ok"], done
        if settle:
            await self.settled()

    async def press(self, user: str, message: Json, verb: str, channel: str | None = None) -> Json:
        """Press a button of a message."""
        block_id, action = next(
            (block.get("block_id"), element)
            for block in message["blocks"]
            for element in block.get("elements", [])
            if str(element.get("action_id", "")).startswith(f"ticket.{verb}")
        )
        done = await self.post(
            "interact", channel=channel or self.desk, messageTs=message["ts"], user=user,
            action={"action_id": action["action_id"], "block_id": block_id, "value": action.get("value")},
        )  # fmt: skip
        assert done["ok"], done
        return done

    async def choose(self, user: str, message: Json, verb: str, channel: str | None = None) -> Json:
        """Pick something from the menu of a message."""
        block_id, menu = next(
            (block.get("block_id"), element)
            for block in message["blocks"]
            for element in block.get("elements", [])
            if element.get("type") == "overflow"
        )
        option = next(o for o in menu["options"] if json.loads(o["value"])["verb"] == verb)
        done = await self.post(
            "interact", channel=channel or self.desk, messageTs=message["ts"], user=user,
            action={"action_id": menu["action_id"], "block_id": block_id, "selected_option": option},
        )  # fmt: skip
        assert done["ok"], done
        return done

    async def view(self, user: str) -> Form:
        """The form that person has open."""
        state = await self.get("state")
        views = [v["view"] for v in state["views"] if v["user"] == user and v["view"]["type"] == "modal"]
        assert views, "no form is open"
        return Form(views[-1])

    def shown(self, done: Json) -> str:
        """What whoever sent a form reads then."""
        return everything(done["view"])

    async def page(self, user: str) -> Json | None:
        """The page of the app that is that person's own, as they see it now; None: they see none."""
        views = [v["view"] for v in (await self.get("state"))["views"] if v["user"] == user]
        return next((view for view in views if view["type"] == "home"), None)

    async def press_on_page(
        self, user: str, verb: str, number: int = 0, value: str = "", page: Json | None = None
    ) -> Json:
        """Press a button of a row of it, or of `page`, which they saw before."""
        view = page or await self.page(user)
        assert view is not None
        name = f"ticket.{verb}" + (f".{value}" if value else "")
        block_id, button = next(
            (block["block_id"], element)
            for block in view["blocks"]
            for element in block.get("elements", [])
            if element.get("action_id") == name and f'"number": {number},' in element["value"]
        )
        action = {"action_id": name, "block_id": block_id, "value": button["value"]}
        done = await self.post("interact", view_id=view["id"], user=user, action=action)
        assert done["ok"], done
        return done

    async def told_on_page(self, user: str, _pressed: Json) -> str:
        """What that person was told for that."""
        return (await self.view(user)).text

    async def submit(self, user: str, **values: Any) -> Json:
        """Fill in and send the form that person has open."""
        view = await self.view(user)
        return await self.post("submit", user=user, view_id=view["id"], values=values)


async def say(chat: Chat, user: str, text: str, channel: str, *, below: Json | None = None, **more: Any) -> Message:
    """Write a message, `below` another one in its thread; answers it as it stands there."""
    if below is not None:
        more["thread_ts"] = below["ts"]
    done = await chat.post("message", channel=channel, user=user, text=text, **more)
    assert done["ok"], done
    return next(m for m in await chat.messages(user, channel) if m.id == done["ts"])
