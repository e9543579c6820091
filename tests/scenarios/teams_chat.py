"""The local workspace's Teams as a person uses it. Its people are called as the stories call them: whoever of Slack is
there too, by their address; the customer is its guest."""

from __future__ import annotations

from typing import Any, ClassVar

import aiohttp

from bot.slack_emulator.workspace_people import PEOPLE
from bot.teams_emulator.workspace_people import PEOPLE as IN_TEAMS
from bot.teams_emulator.workspace_people import TOMAS
from tests.scenarios.chat import CUSTOMER, ENGINEER, Chat, Json
from tests.scenarios.seen import Form, Message, everything
from tests.scenarios.seen_in_teams import TeamsForm, TeamsMessage, action_of, actions, nodes, texts

TEAMS = "teams"


class TeamsChat(Chat):
    """Types, clicks, reacts and looks in Teams."""

    platform = TEAMS
    customers_name = "Fabrikam"
    finds_again = False
    hears_every_reaction = False
    way_back = "Add the Vigie app there"
    never = "BadArgument"
    other_agents = (TOMAS.id,)
    offered = frozenset({"channel"})
    keeps_refused = 1
    ways_to_answer = ("press Reply in this thread", "Press Reply")
    on_a_message = "ticket.new"
    rows = 4
    methods: ClassVar[dict[str, str]] = {"post": "activities.create", "edit": "activities.update"}

    async def look_around(self) -> Json:
        state = await self.get("state")
        users = [user for user in state["users"] if user["platform"] == TEAMS]
        by_email = {user["email"]: user["id"] for user in users}
        self.ids = {key: by_email[one.email] for key, one in PEOPLE.items() if one.email in by_email}
        self.ids[CUSTOMER] = next(user["id"] for user in users if user["external"])
        self.names = {id_: key for key, id_ in self.ids.items()}
        #: What people were told by a press or a dialog alone, by who.
        self.told: dict[str, list[str]] = {}
        for channel in state["channels"]:
            if channel["platform"] == TEAMS and channel["kind"] == "desk":
                self.desk = channel["id"]
            elif channel["platform"] == TEAMS and channel["kind"] == "customer":
                self.customer = channel["id"]
        self.chats = {
            c["members"][0]: c["id"] for c in state["channels"] if c["kind"] == "dm" and c["platform"] == TEAMS
        }
        return state

    def name(self, user: str) -> str:
        return IN_TEAMS[self.ids.get(user, user)].name

    def anywhere(self, user: str) -> str:
        return str(self.chats[self.ids[user]])

    def at(self, user: str) -> str:
        return f"@{self.name(user)}"

    async def open_from(self, user: str, message: Message) -> None:
        """No reaction on what people write is told to the bot there: the extension makes the ticket, by its form."""
        (action,) = (await self.get("state"))[TEAMS]["shortcuts"][:1]
        ask = {"user": user, "callback_id": action["callback_id"], "channel": message.channel, "ts": message.id}
        done = await self.post("shortcut", **ask)
        assert done.get("view"), done
        if not any(one.get("id") == "severity" for one in nodes((await self.view(user))["card"])):
            return  # it has its ticket already, and the dialog says so
        done = await self.submit(user, category="incident", severity="2")
        assert done["ok"], done["errors"]
        await self.settled()

    async def below(self, root: Message, user: str = ENGINEER) -> list[Message]:
        """With what stands in the channel instead, and leads to it."""
        await self.settled()
        return [
            m for m in await self.messages(user, root.channel)
            if not m.only_for and (m.below == root.id or (m.is_shown_above_too and m.leads_to(root)))
        ]  # fmt: skip

    def bot_of(self, state: Json) -> str:
        return str(state[TEAMS]["bot_id"])

    async def post(self, call: str, **body: Any) -> Json:
        for key in ("user", "members", "users"):
            if isinstance(body.get(key), list):
                body[key] = [self.ids.get(one, one) for one in body[key]]
            elif key in body:
                body[key] = self.ids.get(body[key], body[key])
        done = await super().post(call, **body)
        if done.get("message"):
            self.told.setdefault(self.names.get(body["user"], body["user"]), []).append(done["message"])
        return done

    async def get(self, name: str, **query: str) -> Json:
        return await super().get(name, **{key: self.ids.get(value, value) for key, value in query.items()})

    async def command(self, user: str, text: str, channel: str | None = None) -> str:
        """Type `/ticket TEXT`; what only that person then sees. The answer comes through the outbox."""
        before = {m.id for m in await self.messages(user, channel)}
        done = await self.post("command", channel=channel or self.desk, user=user, command="/ticket", text=text)
        assert done["ok"], done
        await self.settled()
        is_alone = channel in self.chats.values()
        new = [m for m in await self.messages(user, channel) if m.id not in before and m["user"] != user]
        return "\n".join(everything(m) for m in new if is_alone or m.only_for == user)

    async def open_form(self, user: str, words: str, channel: str | None = None) -> Form:
        """Nothing but a press opens a dialog: what was typed is answered with the button that does."""
        before = {m.id for m in await self.messages(user, channel)}
        await self.command(user, words, channel)
        new = [m for m in await self.messages(user, channel) if m.id not in before and m["user"] != user and m.only_for]
        button = next(one for one in actions(new[-1]["card"]) if "msteams" in one["data"])
        await self._press(user, new[-1], button, channel)
        return await self.view(user)

    async def messages(self, user: str, channel: str | None = None) -> list[Message]:
        found = await self.get(f"messages/{channel or self.desk}", user=user)
        return [TeamsMessage(message, channel or self.desk, self.names) for message in found["messages"]]

    async def written_to(self, user: str) -> list[Message]:
        return [m for m in await self.messages(user, self.anywhere(user)) if m.is_ours]

    def key(self, user: str) -> str:
        return f"{TEAMS}:{self.ids[user]}"

    def groups(self, field: str, *groups: str) -> Json:
        return {}  # a form asks for none there

    async def thread(self, root: Json, channel: str | None = None, user: str = ENGINEER) -> list[str]:
        assert isinstance(root, Message)
        return [everything(m) for m in await self.below(root, user)]

    async def private(self, user: str, words: str, channel: str | None = None) -> str:
        for _ in range(100):
            for said in self.told.get(user, []):
                if words in said:
                    return said
            await self.settled()
            for message in await self.messages(user, channel):
                if message.only_for == user and words in everything(message):
                    return everything(message)
        raise AssertionError(f"nobody told {user} {words!r}, but {self.told.get(user)}")

    async def press(self, user: str, message: Json, verb: str, channel: str | None = None) -> Json:
        button = next(one for one in actions(message["card"]) if action_of(one).startswith(f"ticket.{verb}"))
        return await self._press(user, message, button, channel)

    async def choose(self, user: str, message: Json, verb: str, channel: str | None = None) -> Json:
        """A menu's entries are buttons that stand behind the others."""
        behind = (one for one in actions(message["card"]) if one.get("mode") == "secondary")
        button = next(one for one in behind if action_of(one).startswith(f"ticket.{verb}"))
        return await self._press(user, message, button, channel)

    async def _press(self, user: str, message: Json, button: Json, channel: str | None) -> Json:
        action = {"action_id": action_of(button), "value": button["data"].get("value")}
        where = channel or getattr(message, "channel", self.desk)
        done = await self.post("interact", channel=where, messageTs=message["ts"], user=user, action=action)
        assert done["ok"], done
        return done

    async def view(self, user: str) -> Form:
        state = await self.get("state")
        views = [v["view"] for v in state["views"] if v["user"] == self.ids[user]]
        assert views, "no dialog is open"
        form = TeamsForm(views[-1])
        form.names = self.names
        return form

    def shown(self, done: Json) -> str:
        if done.get("view") is None:
            return str(done.get("message", ""))
        form = TeamsForm(done["view"])
        form.names = self.names
        return everything(form)

    async def page(self, user: str) -> Json | None:
        """The last of the cards that show it, which alone is kept as it is now."""
        return next((m for m in reversed(await self.written_to(user)) if m["text"] == "Vigie"), None)

    async def press_on_page(
        self, user: str, verb: str, number: int = 0, value: str = "", page: Json | None = None
    ) -> Json:
        page = page or await self.page(user)
        assert page is not None
        name = f"ticket.{verb}" + (f".{value}" if value else "")
        button = next(
            one for one in actions(page["card"])
            if action_of(one) == name and f'"number": {number},' in one["data"]["value"]
        )  # fmt: skip
        return await self._press(user, page, button, self.anywhere(user))

    async def told_on_page(self, user: str, pressed: Json) -> str:
        return self.shown(pressed)

    async def submit(self, user: str, **values: Any) -> Json:
        """Fill in and send the dialog that person has open. An instant has two fields there, a day and a time."""
        view = await self.view(user)
        known = {str(one["id"]) for one in nodes(view["card"]) if str(one.get("type", "")).startswith("Input.")}
        filled: Json = {}
        for name, value in values.items():
            given = [self.ids.get(one, one) for one in value] if isinstance(value, list) else self.ids.get(value, value)
            if f"{name}.date" in known and isinstance(given, str):
                filled[f"{name}.date"], filled[f"{name}.time"] = given[:10], given[11:16]
            else:
                filled[name] = given
        done = await self.post("submit", user=user, view_id=view["id"], values=filled)
        wrong = {
            name.removesuffix(".date").removesuffix(".time"): said for name, said in done.get("errors", {}).items()
        }
        if done.get("view"):
            wrong |= complaints(done["view"]["card"])
        return {**done, "ok": False, "errors": wrong} if wrong else done


def complaints(card: Json) -> dict[str, str]:
    """What a dialog that is shown once more says to be wrong, by the field above it."""
    found: dict[str, str] = {}
    field = ""
    for one in card["body"]:
        said = "".join(texts(one))
        if str(one.get("type")).startswith("Input."):
            field = plain(str(one["id"]))
        elif said.startswith("⚠ "):
            found[field] = said.removeprefix("⚠ ")
    return found


def plain(field: str) -> str:
    """The field of a form that an input is for."""
    return field.removesuffix(".date").removesuffix(".time")


def chat_on(platform: str, session: aiohttp.ClientSession, address: str) -> Chat:
    """The chat of that platform, in the workspace there."""
    return TeamsChat(session, address) if platform == TEAMS else Chat(session, address)
