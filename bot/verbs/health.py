"""`health`: which platforms are connected, when each was last heard, and what waits."""

from __future__ import annotations

from functools import partial

from bot.desk.binding import called
from bot.verbs.base.call import Answer, Call
from bot.verbs.base.verb import StandaloneVerb
from bot.wording.card import Card, Line
from bot.wording.sentences import Sentence
from bot.wording.speech import Speech
from storage.reach import Reach, reach_of
from triage import rights


async def health(call: Call) -> Answer:
    """For each platform of the desk, whether it is reached, when it was last heard, and what waits for it."""
    rights.require(call.actor, "health")
    desk = call.desk
    desk.heard()
    look = partial(reach_of, organisation_id=desk.organisation_id, platforms=list(desk.state.bindings), now=call.now)
    found = [desk.with_heard(each) for each in await desk.database.read(look)]
    down = [called(each.platform) for each in found if each.down_since is not None]
    said = call.speech("health.down", platforms=call.speech.all_of(down)) if down else call.speech("health.fine")
    return Answer(Card(said, (Line(said), *(Line(reach_line(call.speech, each)) for each in found))))


def reach_line(speech: Speech, reach: Reach) -> Sentence:
    """How it stands with one platform."""
    heard = speech("health.never") if reach.heard_at is None else (speech.since(reach.heard_at),)
    said = speech("health.never") if reach.said_at is None else (speech.since(reach.said_at),)
    key = "health.reached" if reach.down_since is None else "health.unreached"
    since = "" if reach.down_since is None else speech.since(reach.down_since)
    waits = speech("health.waiting", count=reach.waiting) if reach.waiting else ()
    return (*speech(key, platform=called(reach.platform), heard=heard, said=said, since=since), *waits)


HEALTH = StandaloneVerb(name="health", aliases=("santé", "sante", "état", "etat"), answer=health)
