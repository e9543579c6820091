"""The people of the workspace, and how `users.info` describes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.slack_emulator.ids import APP_ID, BOT_ID, BOT_NAME, BOT_USER_ID, PARTNER_TEAM_ID, SLACKBOT_ID, TEAM_ID
from bot.stand_in.record import Record
from bot.stand_in.shapes import Json


@dataclass(frozen=True)
class Person:
    """Somebody who can type, press and react. `team_id` other than the workspace's own means an outsider."""

    #: Slack's id: `U...`.
    id: str
    #: What is typed after `@`.
    handle: str
    #: What others read.
    name: str
    #: What they do, shown on the page beside their name.
    title: str
    #: Their address, as their profile has it.
    email: str
    #: Their zone, by its IANA name.
    tz: str
    #: Their language as Slack says it, such as `en-US`.
    locale: str
    #: What they are to the desk in the policy that comes with the workspace: `agent`, `lead`, `manager`, `admin`,
    #: `customer`.
    roles: tuple[str, ...]
    #: Which level of escalation they are a contact of; None: of none.
    level: int | None = None
    #: What they know, by the policy's words.
    skills: tuple[str, ...] = ()
    #: When they work, every day, by the clocks of their zone, as a policy file writes it; empty: that is not on record.
    #: The shifts are long: at any time somebody is on one, and early in the afternoon of Europe all are.
    shift: str = ""
    #: Whom to call first, from 1 up, around the clock; 0: they are not on call.
    on_call: int = 0
    #: Their workspace; another than this one's: they are outside.
    team_id: str = TEAM_ID

    @property
    def external(self) -> bool:
        """Whether this person belongs to another company and only shares a channel with us."""
        return self.team_id != TEAM_ID


ANA = Person("U0ANAREYES1", "ana", "Ana Reyes", "Network engineer", "ana@vigie.example.com", "Australia/Sydney",
             "en-AU", ("agent",), skills=("network", "routing"), shift="11:00-03:00 next day", on_call=2)  # fmt: skip
BENOIT = Person("U0BENGIRAR1", "benoit", "Benoît Girard", "Cloud engineer", "benoit@vigie.example.com", "Europe/Paris",
                "fr-FR", ("agent",), skills=("cloud", "portal"), shift="06:00-22:00", on_call=3)  # fmt: skip
# Half an hour off the full hour, on purpose: arithmetic in whole hours shows at once.
PRIYA = Person("U0PRIYANAI1", "priya", "Priya Nair", "Shift lead", "priya@vigie.example.com", "Asia/Kolkata", "en-IN",
               ("agent", "lead"), skills=("network", "cloud"), shift="14:00-07:00 next day", on_call=1)  # fmt: skip
MARCUS = Person("U0MARCUSWE1", "marcus", "Marcus Webb", "Customer support and operations manager",
                "marcus@vigie.example.com", "Europe/London", "en-GB", ("manager", "admin"), level=1)  # fmt: skip
INGRID = Person("U0INGRIDDA1", "ingrid", "Ingrid Dahl", "Head of customer and network services",
                "ingrid@vigie.example.com", "Europe/Oslo", "en-GB", ("manager",), level=2)  # fmt: skip
KENJI = Person("U0KENJISAT1", "kenji", "Kenji Sato", "Chief operating officer", "kenji@vigie.example.com",
               "Asia/Tokyo", "en-US", ("manager",), level=3)  # fmt: skip
CARLA = Person("U0CARLAMEN1", "carla", "Carla Mendes", "IT manager at Acme", "carla@acme.example.com",
               "America/Sao_Paulo", "pt-BR", ("customer",), team_id=PARTNER_TEAM_ID)  # fmt: skip

PEOPLE = {person.id: person for person in (ANA, BENOIT, PRIYA, MARCUS, INGRID, KENJI, CARLA)}
STAFF = tuple(person.id for person in PEOPLE.values() if not person.external)

GROUP: Json = {
    "id": "S0NETOPSGR1", "team_id": TEAM_ID, "is_usergroup": True, "name": "Network operations",
    "description": "Second line for the network", "handle": "netops", "is_external": False, "date_create": 1760000000,
    "date_update": 1760000000, "date_delete": 0, "auto_type": None, "created_by": MARCUS.id, "updated_by": MARCUS.id,
    "deleted_by": None, "prefs": {"channels": [], "groups": []}, "users": [ANA.id, PRIYA.id], "user_count": 2,
}  # fmt: skip


def the_group(record: Record) -> Json:
    """The one group as it is now."""
    return GROUP | (record.get("group") or {})


def change_group(record: Record, **changes: object) -> Json:
    """The group after its people, or its being there at all, have changed."""
    record.set("group", (record.get("group") or {}) | changes)
    return the_group(record)


def said_of(record: Record, user: str) -> Json:
    """Whether somebody is active, and from when to when they are not to be disturbed (seconds since 1970; None)."""
    known: Json = (record.get("presence") or {}).get(user, {})
    return {"active": True, "undisturbed": None} | known


def change_presence(record: Record, user: str, **changes: object) -> Json:
    """The same, after somebody has gone away, or does not want to be disturbed."""
    after = said_of(record, user) | changes
    record.set("presence", (record.get("presence") or {}) | {user: after})
    return after


def user_object(person: Person, now: float, *, locale: bool = False) -> Json:
    """What `users.info` answers. An outsider has neither locale nor email, as across two companies in Slack."""
    offset = datetime.fromtimestamp(now, UTC).astimezone(ZoneInfo(person.tz)).utcoffset()
    profile = {
        "title": person.title, "phone": "", "skype": "", "real_name": person.name, "real_name_normalized": person.name,
        "display_name": person.handle, "display_name_normalized": person.handle, "status_text": "", "status_emoji": "",
        "status_expiration": 0, "avatar_hash": "", "team": person.team_id,
    }  # fmt: skip
    user: Json = {
        "id": person.id, "team_id": person.team_id, "name": person.handle, "deleted": False, "color": "4bbe2e",
        "real_name": person.name, "tz": person.tz, "tz_label": person.tz,
        "tz_offset": int(offset.total_seconds()) if offset else 0, "profile": profile,
        "is_admin": "admin" in person.roles, "is_owner": False, "is_primary_owner": False, "is_restricted": False,
        "is_ultra_restricted": False, "is_bot": False, "is_app_user": False, "updated": 1760000000,
    }  # fmt: skip
    if person.external:
        user["is_stranger"] = False
        return user
    profile["email"] = person.email
    user["is_email_confirmed"] = True
    if locale:
        user["locale"] = person.locale
    return user


def robot_object(user_id: str) -> Json:
    """`users.info` of the bot itself or of Slackbot."""
    name = BOT_NAME if user_id == BOT_USER_ID else "slackbot"
    profile: Json = {"real_name": name, "display_name": "", "title": "", "team": TEAM_ID, "always_active": True}
    if user_id == BOT_USER_ID:
        profile |= {"api_app_id": APP_ID, "bot_id": BOT_ID}
    return {
        "id": user_id, "team_id": TEAM_ID, "name": name, "deleted": False, "real_name": name, "profile": profile,
        "is_admin": False, "is_owner": False, "is_primary_owner": False, "is_restricted": False,
        "is_ultra_restricted": False, "is_bot": user_id != SLACKBOT_ID, "is_app_user": False, "updated": 1760000000,
    }  # fmt: skip
