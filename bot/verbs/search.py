"""`search`: tickets by what is written about them, whose they are and who has them."""

from __future__ import annotations

from bot.desk.runtime import DeskRuntime
from bot.verbs.base.call import Answer, Call, sentence_answer
from bot.verbs.base.verb import ButtonOn, StandaloneVerb
from bot.verbs.engine.access import sees_all
from bot.verbs.list import listed_row
from bot.verbs.reading.figures import figure
from bot.verbs.reading.marks import unquoted
from bot.wording.card import Button, Buttons, Card, Element, Line
from bot.wording.sentences import Typed
from storage.search import Within, find_newest, search
from triage import rights
from triage.errors import Refusal
from triage.people import STAFF
from triage.words import Query, folded, read_query, words_of

PAGE = 10
MOST_PAGES = 20
MOST_SHOWN = 60  # characters of what was looked for
LONGEST = 300  # of what a button carries
BETWEEN = ":"  # in the value of the button: how many were shown, and what is looked for


async def search_typed(call: Call) -> Answer:
    """The first tickets that what was typed finds."""
    return await _search(call, unquoted(call.words), 0)


async def search_on(call: Call) -> Answer:
    """The next ones, behind the button."""
    offset, _, words = call.answers.get("value", "").partition(BETWEEN)
    return await _search(call, words, min(figure(offset) or 0, MOST_PAGES * PAGE))


async def _search(call: Call, words: str, offset: int) -> Answer:
    """Open ones first, then the newest. People who may not see every ticket find their own, by what these were opened
    with."""
    rights.require(call.actor, "search")
    query, speech, desk = read_query(words), call.speech, call.desk
    if not query.words:
        raise Refusal("search_needs_words")
    alone = None if sees_all(call) else call.actor.id
    within = Within(desk.organisation_id, alone, people_named(desk, query), desk.platform)
    await find_newest(desk.database, desk.organisation_id)
    found = await desk.database.read(lambda session: search(session, within, query, limit=PAGE + 1, offset=offset))
    shown = Typed(words[:MOST_SHOWN] + ("…" if len(words) > MOST_SHOWN else ""))
    if not found:
        return sentence_answer(speech("search.none_own" if alone else "search.none", words=shown))
    rows = found[:PAGE]
    heading = (
        speech("search.found", count=len(rows), words=shown)
        if not offset and len(found) <= PAGE
        else speech("search.found_many", first=offset + 1, last=offset + len(rows), words=shown)
    )
    elements: list[Element] = [listed_row(call, row) for row in rows]
    if len(found) > PAGE and offset < MOST_PAGES * PAGE:
        value = f"{offset + PAGE}{BETWEEN}{words[:LONGEST]}"
        elements.append(Buttons((Button("search", speech.text("button.search"), 0, 0, value=value),)))
    return Answer(Card(heading, (Line(heading), *elements)))


def people_named(desk: DeskRuntime, query: Query) -> dict[str, set[str]]:
    """Which people of the desk each word may name."""
    directory = desk.directory
    staff = [person for person, roles in desk.roster.roles.items() if roles & STAFF]
    names = {person: words_of(directory.name(person)) or (folded(directory.name(person)),) for person in staff}
    return {
        (word := asked.exact[0]): {
            person
            for person, parts in names.items()
            if any(part == word or (word in asked.beginnings and part.startswith(word)) for part in parts)
        }
        for asked in query.words
    }


SEARCH = StandaloneVerb(
    name="search",
    aliases=("chercher", "find", "recherche", "rechercher", "trouver"),
    button_on=ButtonOn.BESIDE,
    answer=search_typed,
    press=search_on,
)
