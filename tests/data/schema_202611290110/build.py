"""Builds the database of schema 202611290110: `python build.py CHECKOUT`, where CHECKOUT is the tree of commit 39ca249.

The program of that tree runs with its local workspace, and people act in it over HTTP until every kind of event and of
notice is on record and every table has rows. Then it is stopped, and the tree's own fold says what every ticket is.
Nothing of the present tree is imported: what is built here is what that release wrote.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
BEGINS = "2026-03-10T12:00:00+00:00"  # a Tuesday
ANA, BENOIT, PRIYA, MARCUS, INGRID, KENJI, CARLA = (
    "U0ANAREYES1", "U0BENGIRAR1", "U0PRIYANAI1", "U0MARCUSWE1", "U0INGRIDDA1", "U0KENJISAT1", "U0CARLAMEN1",
)  # fmt: skip
Json = dict[str, Any]
POLICY = """
version: 1
plans: {gold: {targets: {2: {update: 20m}}}}
"""
CUSTOMERS = "name,plan,region,language,vip,channels,domains\nAcme,gold,EU,fr,yes,,acme.example.com\nGlobex,,,,,,\n"

SET_TIME = """
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from bot.local.record import open_record
with closing(open_record(Path("vigie-local.db"))) as record:
    record.set("offset", (datetime.fromisoformat(sys.argv[1]) - datetime.now(UTC)).total_seconds())
"""

# What the workspace that runs here cannot cause is written by that release's own functions: another workspace that was
# installed by OAuth, with its sealed tokens, and the announcements that Slack's refusals lead to.
INSTALL = """
import sys
from datetime import UTC, datetime, timedelta
from storage.announcements import AnnouncementKind as Kind, announce
from storage.database import Database
from storage.installations import Tokens, ensure_installation, install, note_lacking
from storage.oauth_states import consume_state
now = datetime(2026, 3, 24, 12, tzinfo=UTC)
def write(session):
    soon = now + timedelta(minutes=10)
    assert consume_state(session, "a-state-that-was-given-out", soon, now)
    found = ensure_installation(session, platform="slack", workspace="T0GLOBEX001", name="Globex", app="A0VIGIE0001",
                                bot_user="U0VIGIEBOT2", bot_id="B0VIGIE0002", now=now)
    tokens = Tokens("sealed-bot-token", "sealed-refresh-token", now + timedelta(hours=12))
    install(session, found, tokens, installer="slack:U0GLOBEXADM", now=now)
    note_lacking(session, "slack", found.organisation_id, "channels:history", now)
    def say(kind, key, to="", person=None, **data):
        announce(session, 1, kind, platform="slack", key=key, now=now, channel=to, person=person, data=data)
    admin = "slack:U0MARCUSWE1"
    say(Kind.GROUPS_UNREAD, "groups-unread.1.1", error="internal_error", groups=["slack:S0NETOPSGR1"])
    say(Kind.CHANNEL_LOST, "channel-lost.1.ext-lost.2026-03-24", channel="ext-lost", customer="Initech")
    say(Kind.ADMINS, "admins.1.1", sys.argv[2], people=[admin])
    say(Kind.SET_UP_UNSAID, "unsaid.1.1", person=admin, channel=sys.argv[2])
    say(Kind.BOT_LEFT_OUT, "bot.C1.B1", sys.argv[2], name="Monitor", ids=["B0MONITOR01"], channel=sys.argv[2])
    say(Kind.GREETING, "greeting.1", person=admin)
    say(Kind.MOVE_STOPPED, "move_stopped.1.2.x", person=admin, moved=0, version=2)
Database(sys.argv[1]).write_now(write)
"""

FOLD = """
import dataclasses, enum, json, sys
from collections.abc import Mapping
from datetime import datetime
from storage.database import Database
from storage.tables.tickets import TicketRow
from storage.tickets import get_ticket_by_id
from sqlmodel import select
from triage.agenda import upcoming
from triage.hours import Hours
from triage.terms import Terms

def plain(value):
    if isinstance(value, Terms):
        return dict(value.to_data())
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat()
    if hasattr(value, "to_data"):
        return value.to_data()
    if dataclasses.is_dataclass(value):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if hasattr(value, "_asdict"):
        return {name: plain(each) for name, each in value._asdict().items()}
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(each) for key, each in value.items()}
    if isinstance(value, frozenset | set):
        return sorted((plain(each) for each in value), key=repr)
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value

found = {}
database = Database(sys.argv[1])
def read(session):
    for ticket_id, organisation_id in session.exec(select(TicketRow.id, TicketRow.organisation_id)).all():
        stored = get_ticket_by_id(session, organisation_id, ticket_id)
        ticket = stored.ticket
        found[str(stored.number)] = plain(ticket) | {
            "status": ticket.status.value, "level": ticket.level, "next_due": plain(ticket.next_due),
            "due": {kind.value: plain(clock.due) for kind, clock in ticket.clocks.items()},
            "upcoming": plain(upcoming(ticket)),
        }
database.read_now(read)
print(json.dumps(found))
"""


class World:
    """The program of that tree in a folder of its own, and what people do in its workspace."""

    def __init__(self, checkout: Path, folder: Path) -> None:
        self.checkout, self.folder = checkout, folder
        self.process: subprocess.Popen[str] | None = None
        self.address, self.desk, self.customer, self.bot = "", "", "", ""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("VIGIE_", "SLACK_", "TEAMS_"))}
        self.url = f"sqlite:///{folder / 'vigie.db'}"
        self.environment = kept | {
            "VIGIE_PORT": "0", "VIGIE_DATABASE_URL": self.url, "PYTHONPATH": str(checkout), "TZ": "UTC",
        }  # fmt: skip

    def python(self, *arguments: str) -> str:
        """Run something of that tree; what it prints."""
        done = subprocess.run(
            [sys.executable, *arguments], cwd=self.folder, env=self.environment, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{arguments}: {done.stdout}{done.stderr}")
        return done.stdout

    def start(self) -> None:
        """Start the program and look around."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run"], cwd=self.folder, env=self.environment, stdout=subprocess.PIPE,
            text=True,
        )  # fmt: skip
        assert self.process.stdout is not None
        found = re.search(r"http://[\d.:]+", self.process.stdout.readline())
        assert found is not None
        self.address = found[0]
        state = self.get("state")
        self.bot = state["slack"]["bot_user_id"]
        for channel in state["channels"]:
            if channel["kind"] == "desk":
                self.desk = channel["id"]
            elif channel["kind"] == "customer":
                self.customer = channel["id"]

    def stop(self) -> None:
        """Stop it as a restart would."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(30)
            self.process = None

    def call(self, name: str, /, **body: Any) -> Json:
        """One control call; whatever it answers."""
        request = urllib.request.Request(  # noqa: S310  loopback
            f"{self.address}/_control/{name}", json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request) as answer:  # noqa: S310  loopback
            found: Json = json.load(answer)
            return found

    def post(self, name: str, /, **body: Any) -> Json:
        """One control call that has to work."""
        done = self.call(name, **body)
        assert done["ok"], (name, body, done)
        return done

    def get(self, name: str) -> Json:
        """One control read."""
        with urllib.request.urlopen(f"{self.address}/_control/{name}") as answer:  # noqa: S310  loopback
            found: Json = json.load(answer)
            return found

    def messages(self, user: str, channel: str = "") -> list[Json]:
        """What that person sees in a channel."""
        found: list[Json] = self.get(f"messages/{channel or self.desk}?user={user}")["messages"]
        return found

    def advance(self, minutes: float = 0, *, jump: bool = False) -> None:
        """Let time go on, and everything that is due be said."""
        self.post("advance", minutes=minutes, jump=jump)

    def type(self, user: str, text: str, channel: str = "") -> str:
        """Type `/ticket TEXT`; what that person alone was answered."""
        before = {m["ts"] for m in self.messages(user, channel)}
        self.post("command", channel=channel or self.desk, user=user, command="/ticket", text=text)
        self.advance()
        new = [m for m in self.messages(user, channel) if m["ts"] not in before and m.get("ephemeral_for") == user]
        return " | ".join(str(m.get("text")) for m in new)

    def say(self, user: str, text: str, channel: str, thread: str | None = None) -> Json:
        """Write a message; answers it as it stands there."""
        more = {} if thread is None else {"thread_ts": thread}
        done = self.post("message", channel=channel, user=user, text=text, **more)
        self.advance()
        found: Json = next(m for m in self.messages(user, channel) if m["ts"] == done["ts"])
        return found

    def react(self, user: str, message: Json, name: str, *, channel: str = "", present: bool = True) -> None:
        """Put a reaction on a message, or take it off."""
        self.post("reaction", channel=channel or self.desk, ts=message["ts"], user=user, name=name, present=present)
        self.advance()

    def card(self, number: int) -> Json:
        """The card of a ticket in the desk's channel."""
        self.advance()
        return next(
            m for m in self.messages(ANA)
            if m.get("blocks") and m["blocks"][0]["type"] == "header" and f"#{number} " in json.dumps(m["blocks"][0])
            if not m.get("ephemeral_for")
        )  # fmt: skip

    def press(self, user: str, message: Json, verb: str, channel: str = "") -> Json:
        """Press a button of a message."""
        block_id, action = next(
            (block.get("block_id"), element)
            for block in message["blocks"]
            for element in [*block.get("elements", []), *([block["accessory"]] if "accessory" in block else [])]
            if str(element.get("action_id", "")).startswith(f"ticket.{verb}")
        )
        done = self.post(
            "interact", channel=channel or self.desk, messageTs=message["ts"], user=user,
            action={"action_id": action["action_id"], "block_id": block_id, "value": action.get("value")},
        )  # fmt: skip
        self.advance()
        return done

    def submit(self, user: str, **values: Any) -> Json:
        """Fill in and send the form that person has open."""
        views = [v["view"] for v in self.get("state")["views"] if v["user"] == user and v["view"]["type"] == "modal"]
        done = self.post("submit", user=user, view_id=views[-1]["id"], values=values)
        self.advance()
        return done

    def alone(self, user: str, words: str, channel: str = "") -> Json:
        """The last thing that only this person was told, with these words in it."""
        self.advance()
        return [m for m in self.messages(user, channel) if m.get("ephemeral_for") == user and words in json.dumps(m)][
            -1
        ]


def a_ticket_of_the_desk(world: World) -> None:
    """Ticket 1: every verb that an engineer types."""
    world.type(ANA, "new sev1 Link down in Sydney\nBoth ends are dark")
    world.advance(2)
    for words in (
        "take 1", "update 1 We are on it", "edit 1 We are working on it", "update 1 Wrong ticket", "take-back 1",
        "promise 1 15m A technician is on the way", "reported 1 11:55 they called at five to twelve",
        "wait 1 vendor RMA", "wait 1 their traceroute", "resume 1",
        "severity 1 2 one end is up", "category 1 provisioning", "category 1 incident sev1",
        "escalate 1 impact has grown", "ack 1", "note 1 Careful with the other pair", "restored 1",
        "relapsed 1", "restored 1", "snooze 1 1h", "snooze 1 off", "customer 1 Globex", "assign 1 @netops look",
        "assign 1 Benoît please", "assign 1 nobody", "assign 1 me", "assign 1 nobody", "take 1",
        "resolve 1 replaced the optic",
        "resolve 1 again", "reopen 1 came back", "reopen 1 no: it was never fixed", "relapsed 1", "link 1 99",
    ):  # fmt: skip
        world.type(ANA, words)
        world.advance(0.2)
    world.type(MARCUS, "update 1 at 12:03 by phone: told them")
    world.type(ANA, "wait 1")
    world.submit(ANA, text="the trace", question="Could you send us a traceroute?")
    world.type(PRIYA, "redact 1 dark")
    world.type(PRIYA, "take 1")


def several_tickets(world: World) -> None:
    """Tickets 2 to 4: linked, no longer linked, merged, sorted, dismissed."""
    world.type(KENJI, "new sev2 Packet loss in Lyon")
    world.type(BENOIT, "nouveau gravité 2 Pertes de paquets à Lyon")
    world.type(PRIYA, "new provisioning New circuit for Oslo")
    world.type(ANA, "link 2 3")
    world.type(ANA, "unlink 2 3")
    world.type(ANA, "restored 2")
    world.type(ANA, "relapsed 2")
    world.type(ANA, "link 2 4")
    world.type(ANA, "merge 3 into 2")


def reactions(world: World) -> None:
    """Ticket 5: climbs by reaction, endorsed, taken off, explained; taken and resolved by reaction, and undone."""
    world.type(ANA, "new sev2 Portal is slow")
    card = world.card(5)
    world.react(MARCUS, card, "rotating_light")
    world.react(INGRID, card, "rotating_light")
    world.react(INGRID, card, "rotating_light", present=False)
    world.react(MARCUS, card, "rotating_light", present=False)
    world.advance(2)
    world.react(MARCUS, card, "rotating_light")
    told = world.alone(MARCUS, "ticket.reason")
    world.press(MARCUS, told, "reason")
    world.advance(3)
    world.react(MARCUS, card, "rotating_light", present=False)
    world.type(BENOIT, "ack 5")
    world.react(BENOIT, card, "eyes")
    world.react(BENOIT, card, "eyes", present=False)
    world.react(BENOIT, card, "white_check_mark")
    world.react(BENOIT, card, "white_check_mark", present=False)
    world.react(BENOIT, card, "rotating_light")
    world.react(ANA, card, "eyes")
    world.react(BENOIT, card, "eyes")


def a_customers_thread(world: World) -> str:
    """Ticket 6: from a message in the customer's channel, with what was said there before; told and answered."""
    root = world.say(CARLA, "Our VPN is unreachable", world.customer)
    world.advance(1)
    world.say(CARLA, "Only from Lyon", world.customer, root["ts"])
    world.advance(1)
    world.say(BENOIT, "We see it on the concentrator", world.customer, root["ts"])
    world.react(ANA, root, "ticket", channel=world.customer)
    number = 6
    world.type(ANA, f"severity {number} 2")
    world.type(ANA, f"take {number}")
    world.type(ANA, f"update {number} We see it")
    world.type(ANA, f"promise {number} 30m Next word soon")
    world.say(CARLA, "Any news?", world.customer, root["ts"])
    world.say(ANA, "We found the tunnel", world.customer, root["ts"])
    world.say(CARLA, "Thank you!", world.customer, root["ts"])
    world.type(ANA, f"wait {number}")
    world.submit(ANA, text="the trace", question="Could you send us a traceroute?")
    world.type(ANA, f"wait {number}")
    world.submit(ANA, text="", question="Could you send us a traceroute from Lyon?")
    world.advance(1)
    world.say(CARLA, "Here it is, it ends at the second hop", world.customer, root["ts"])
    world.say(CARLA, "@Vigie escalate this stops our business", world.customer, root["ts"])
    world.say(CARLA, "@Vigie escalate still", world.customer, root["ts"])
    world.say(CARLA, "@Vigie show", world.customer, root["ts"])
    world.say(ANA, f"@Vigie why {number}", world.desk)
    world.post("invite", channel=world.customer, user=world.bot, present=False)
    world.type(ANA, f"update {number} The vendor is on it")
    world.advance(1)
    world.post("invite", channel=world.customer, user=world.bot)
    world.advance(1)
    world.post("invite", channel=world.customer, user=world.bot, present=False)
    world.type(ANA, f"update {number} Nobody reads this")
    world.advance(1)
    world.post("invite", channel=world.customer, user=world.bot)
    world.type(ANA, f"restored {number} the tunnel is back")
    world.type(ANA, f"resolve {number} replaced the optic")
    world.say(CARLA, "It is down again", world.customer, root["ts"])
    world.type(ANA, f"resolve {number} replaced the other optic")
    world.say(CARLA, "Thanks!", world.customer, root["ts"])
    return str(root["ts"])


def taken_in(world: World) -> None:
    """Tickets that nobody asked for, one of which is none; a message that joins one; a message that was picked."""
    world.say(CARLA, "Is there a maintenance tonight?", world.customer)
    line = next(m for m in world.messages(ANA) if "and it is no ticket" in json.dumps(m))
    world.react(ANA, line, "eyes")
    world.advance(6)
    world.type(MARCUS, "channel auto", world.customer)
    world.say(CARLA, "Packet loss to Frankfurt", world.customer)
    world.advance(1)
    world.say(CARLA, "The portal shows error 500", world.customer)
    world.advance(10)
    world.say(CARLA, "Lunch at noon tomorrow with everybody of the project", world.customer)
    world.press(ANA, world.card(8), "dismiss")
    world.advance(10)
    message = world.say(CARLA, "The invoice portal shows an old address", world.customer)
    world.post("shortcut", user=ANA, callback_id="ticket.create", channel=world.customer, ts=message["ts"])
    made = world.post("channel", name="random", members=[KENJI, ANA, world.bot])
    other = world.say(KENJI, "Wifi is gone on the third floor", made["channel"])
    world.post("shortcut", user=ANA, callback_id="ticket.create", channel=made["channel"], ts=other["ts"])
    world.submit(ANA, severity="3")
    for user in (ANA, PRIYA, MARCUS):
        world.post("open-home", user=user)
        world.advance()
    world.type(BENOIT, "away until demain 9h dentiste")


def time_passes(world: World) -> None:
    """Warnings, breaches, proposals, reminders; an outage; a wait that lasts; a late answer."""
    world.type(ANA, "new sev2 Port flapping in Oslo")
    world.type(ANA, "new provisioning Second circuit for Oslo")
    world.advance(60)
    world.type(ANA, "wait 4 customer their order number")
    world.advance(7 * 60)
    world.advance(5 * 60, jump=True)
    world.type(ANA, "new sev1 Core router in Oslo restarts")
    world.advance(7 * 60)
    for _ in range(3):
        world.advance(24 * 60)
    world.advance(6 * 24 * 60, jump=True)


def other_terms(world: World) -> None:
    """The desk is set up in chat and open tickets are moved; then a file brings a plan, customers are imported, and the
    tickets are moved again on purpose."""
    world.type(MARCUS, "setup")
    world.press(MARCUS, world.alone(MARCUS, "ticket.setup.desk"), "setup.desk")
    world.submit(MARCUS, hours="24/7", timezone="Europe/Paris", holidays="FR")
    world.submit(MARCUS)
    time.sleep(2)  # they are moved beside
    world.advance(1)
    world.stop()
    (world.folder / "policy.yml").write_text(POLICY)
    (world.folder / "customers.csv").write_text(CUSTOMERS)
    world.environment["VIGIE_POLICY"] = str(world.folder / "policy.yml")
    world.start()
    world.python("-m", "bot", "import", "customers", "customers.csv")
    said = world.type(ANA, "new sev2 The link to the warehouse is down")
    number = re.findall(r"#(\d+)", said)[0]
    world.type(ANA, f"customer {number} Acme")
    world.type(ANA, f"customer {number} Globex")
    world.type(ANA, f"customer {number} Acme plan")
    world.stop()
    world.python("-m", "bot", "policy", "move", "--yes")
    world.start()
    world.advance(30)


def left_behind(world: World, number: int) -> None:
    """The customer's channel is lost and then all of the chat, and the program is stopped: dead letters, one of them
    dropped, and notices that are still to be sent."""
    world.post("invite", channel=world.customer, user=world.bot, present=False)
    world.type(BENOIT, f"take {number}")
    world.type(BENOIT, f"update {number} Nobody reads this either")
    world.advance(1)
    world.type(PRIYA, f"assign {number} nobody")
    listed = re.findall(r"(\d+)  failed", world.python("-m", "bot", "outbox", "list"))
    world.python("-m", "bot", "outbox", "drop", listed[0])
    world.call("fault", method="*", error="http_500", count=1000)
    world.call("command", channel=world.desk, user=ANA, command="/ticket", text=f"note {number} The chat is away")
    world.call("command", channel=world.desk, user=ANA, command="/ticket", text=f"severity {number} 1 it grew")
    time.sleep(2)


def a_late_answer(world: World, root: str) -> None:
    """Long after ticket 6 was resolved its customer answers: another one goes on with it."""
    world.say(CARLA, "It is back since this morning", world.customer, root)
    world.say(CARLA, "All prefixes, in fact", world.customer, root)


def dump(database: Path) -> Json:
    """Every table as plain JSON: columns and rows."""
    connection = sqlite3.connect(database)
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    tables: Json = {}
    for name in names:
        if name.startswith("sqlite_"):
            continue
        cursor = connection.execute(f'SELECT * FROM "{name}"')  # noqa: S608  its own names
        columns = [each[0] for each in cursor.description]
        tables[name] = {"columns": columns, "rows": sorted(map(list, cursor), key=repr)}
    connection.close()
    (revision,) = tables.pop("alembic_version")["rows"]
    return {"schema": revision[0], "tables": tables}


def lacking(found: Json, world: World) -> list[str]:
    """Kinds that no row has, and tables that have none."""
    code = (
        "import json; from triage.event import Kind; from triage.notice import NoticeKind;"
        "from storage.announcements import AnnouncementKind as A;"
        "print(json.dumps([[*Kind], [*NoticeKind], [*A]]))"
    )
    events, notices, announcements = json.loads(world.python("-c", code))
    tables = found["tables"]

    def kinds(name: str) -> set[str]:
        at = tables[name]["columns"].index("kind")
        return {row[at] for row in tables[name]["rows"]}

    said, outbox = kinds("outbox"), tables["outbox"]
    states = {row[outbox["columns"].index("state")] for row in outbox["rows"]}
    return [
        *(f"event {kind}" for kind in events if kind not in kinds("event")),
        *(f"notice {kind}" for kind in notices if kind not in said),
        *(f"announcement {kind}" for kind in announcements if kind not in said),
        *(f"outbox {state}" for state in ("pending", "sent", "failed", "dropped") if state not in states),
        *(f"table {name}" for name, table in tables.items() if not table["rows"]),
    ]


def main(checkout: Path) -> int:
    """Build; 1 and nothing written where something is lacking."""
    with tempfile.TemporaryDirectory() as name:
        world = World(checkout.resolve(), Path(name))
        world.python("-c", SET_TIME, BEGINS)
        try:
            world.start()
            a_ticket_of_the_desk(world)
            several_tickets(world)
            reactions(world)
            root = a_customers_thread(world)
            taken_in(world)
            time_passes(world)
            a_late_answer(world, root)
            other_terms(world)
            left_behind(world, 7)
        finally:
            world.stop()
        world.python("-c", INSTALL, world.url, world.desk)
        database = dump(Path(name) / "vigie.db")
        tickets = json.loads(world.python("-c", FOLD, world.url))
        missing = lacking(database, world)
    if missing:
        sys.stderr.write("lacking:\n  " + "\n  ".join(missing) + "\n")
        return 1
    for file, value in (("database.json.gz", database), ("tickets.json.gz", tickets)):
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        (HERE / file).write_bytes(gzip.compress(text, 9, mtime=0))
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
