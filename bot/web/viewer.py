"""Who looks: as whom, in which language, by day or by night."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from aiohttp import web

from bot.desk.languages import LANGUAGES
from bot.desk.runtime import DeskRuntime
from bot.web.door import new_session, session_of, token_of
from bot.wording.phrase_book import PhraseBook
from bot.wording.speech import Speech, spoken
from triage.keys import id_of
from triage.people import OURS, Actor, Role

AS, LANGUAGE, THEME = "vigie_as", "vigie_language", "vigie_theme"
THEMES = ("light", "dark")


async def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who looks at the desk."""

    #: The desk.
    desk: DeskRuntime
    #: Who they are, with the roles they hold now.
    actor: Actor
    #: Their language and zone.
    speech: Speech
    #: `light` or `dark`; empty: as their machine is.
    theme: str
    #: What tells their browser from others.
    session: str
    #: Whether that is new, so that it has to be told.
    is_new: bool
    #: Where their pages come from, as their browser says it: `https://vigie.example.com`.
    origin: str
    #: Whether they showed who they are; in local mode they choose.
    is_signed_in: bool = False
    #: Whether they may still look, for what goes on for long.
    holds: Callable[[], Awaitable[bool]] = _always

    @property
    def people(self) -> PhraseBook:
        """Who people are, in words."""
        return PhraseBook(self.desk.directory)

    @property
    def token(self) -> str:
        """What their forms carry."""
        return token_of(self.session)

    @property
    def name(self) -> str:
        """What to call them."""
        return self.people.name(self.actor.id)


def viewer_of(request: web.Request, desk: DeskRuntime) -> Viewer | None:
    """Who looks, in local mode: whom they have chosen to be, else the first of the desk's people. None: the desk has
    nobody."""
    people = people_to_be(desk)
    if not people:
        return None
    chosen = request.cookies.get(AS, "")
    person = chosen if chosen in people else people[0]
    session, origin = session_of(request), f"{request.scheme}://{request.host}"
    speech, theme = look_of(request, PhraseBook(desk.directory).reader(person))
    return Viewer(desk, desk.roster.actor(person), speech, theme, session or new_session(), session is None, origin)


def look_of(request: web.Request, own: Speech) -> tuple[Speech, str]:
    """The language that a browser chose, else asks for, and its theme. `own`: the language and zone of whoever looks,
    as far as they are known."""
    language = request.cookies.get(LANGUAGE, "")
    if language not in LANGUAGES:
        language = _asked_for(request.headers.get("Accept-Language", "")) or own.language
    theme = request.cookies.get(THEME, "")
    return replace(own, language=language), theme if theme in THEMES else ""


def people_to_be(desk: DeskRuntime) -> Sequence[str]:
    """Who has a role at the desk, by name: whoever works on tickets first, and last whose name is not known yet."""
    roster, directory = desk.roster, desk.directory
    ours = [person for person, roles in roster.roles.items() if roles & OURS and person not in directory.gone]

    def place(person: str) -> tuple[bool, bool, str]:
        name = directory.name(person)
        return name == id_of(person), Role.AGENT not in roster.roles[person], name.casefold()

    return sorted(ours, key=place)


def _asked_for(header: str) -> str | None:
    """The first language of ours that a browser asks for, as it orders them."""
    asked = [each.partition(";")[0].strip() for each in header.split(",")[:10]]
    return next((found for each in asked if (found := spoken(each)) is not None), None)
