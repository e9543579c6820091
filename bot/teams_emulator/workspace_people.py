"""The people of the tenant, and how the Connector's roster describes them."""

from __future__ import annotations

from dataclasses import dataclass

from bot.stand_in.shapes import Json
from bot.teams_emulator.ids import PARTNER_TENANT_ID, TENANT_ID, chat_id, object_id, person_id


@dataclass(frozen=True)
class Person:
    """Somebody who can type, press and react. `is_guest`: of another company, let into this tenant."""

    #: What the ids are made of, and what stands before the `@` of the address.
    handle: str
    #: What others read.
    name: str
    #: What they do, shown on the page beside their name.
    title: str
    #: Their address, as the directory has it.
    email: str
    #: Their zone, by its IANA name.
    tz: str
    #: Their language as their client says it, such as `en-US`.
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
    #: Whether they are a guest: the roster then says so.
    is_guest: bool = False

    @property
    def id(self) -> str:
        """The Connector's id: `29:...`."""
        return person_id(self.handle)

    @property
    def object_id(self) -> str:
        """The id in Entra."""
        return object_id(self.handle)

    @property
    def chat(self) -> str:
        """The id of their conversation with the bot."""
        return chat_id(self.handle)

    @property
    def tenant(self) -> str:
        """The tenant that they are at home in."""
        return PARTNER_TENANT_ID if self.is_guest else TENANT_ID


ANA = Person("ana", "Ana Reyes", "Network engineer", "ana@vigie.example.com", "Australia/Sydney", "en-AU", ("agent",),
             skills=("network", "routing"), shift="11:00-03:00 next day", on_call=2)  # fmt: skip
BENOIT = Person("benoit", "Benoît Girard", "Cloud engineer", "benoit@vigie.example.com", "Europe/Paris", "fr-FR",
                ("agent",), skills=("cloud", "portal"), shift="06:00-22:00", on_call=3)  # fmt: skip
PRIYA = Person("priya", "Priya Nair", "Shift lead", "priya@vigie.example.com", "Asia/Kolkata", "en-IN",
               ("agent", "lead"), skills=("network", "cloud"), shift="14:00-07:00 next day", on_call=1)  # fmt: skip
MARCUS = Person("marcus", "Marcus Webb", "Customer support and operations manager", "marcus@vigie.example.com",
                "Europe/London", "en-GB", ("manager", "admin"), level=1)  # fmt: skip
INGRID = Person("ingrid", "Ingrid Dahl", "Head of customer and network services", "ingrid@vigie.example.com",
                "Europe/Oslo", "en-GB", ("manager",), level=2)  # fmt: skip
TOMAS = Person("tomas", "Tomás Silva", "Systems engineer", "tomas@vigie.example.com", "Europe/Lisbon", "pt-PT",
               ("agent",), skills=("cloud",), shift="07:00-23:00", on_call=4)  # fmt: skip
YUKI = Person("yuki", "Yuki Tanaka", "Duty manager", "yuki@vigie.example.com", "Asia/Tokyo", "ja-JP", ("manager",),
              level=1)  # fmt: skip
DANA = Person("dana", "Dana Fox", "IT manager at Fabrikam", "dana@fabrikam.example.com", "America/New_York", "en-US",
              ("customer",), is_guest=True)  # fmt: skip

PEOPLE = {person.id: person for person in (ANA, BENOIT, PRIYA, MARCUS, INGRID, TOMAS, YUKI, DANA)}
STAFF = tuple(person.id for person in PEOPLE.values() if not person.is_guest)


def account(person: Person) -> Json:
    """Who somebody is in an activity."""
    return {"id": person.id, "name": person.name, "aadObjectId": person.object_id}


def member(person: Person) -> Json:
    """Who somebody is in a roster. A guest's principal name is their address at home, written into this tenant's."""
    given, _, family = person.name.partition(" ")
    principal = person.email.replace("@", "_") + "#EXT#@contoso.example.com" if person.is_guest else person.email
    return {
        "id": person.id, "objectId": person.object_id, "name": person.name, "givenName": given, "surname": family,
        "email": person.email, "userPrincipalName": principal, "tenantId": TENANT_ID,
        "userRole": "guest" if person.is_guest else "user", "aadObjectId": person.object_id,
    }  # fmt: skip
