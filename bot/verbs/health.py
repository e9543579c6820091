"""`health`: which platforms are connected, when each was last heard, what waits; and whether everything that fell due
was said."""

from __future__ import annotations

from functools import partial

from sqlmodel import Session

from bot.desk.binding import called
from bot.verbs.base.call import Answer, Call
from bot.verbs.base.verb import StandaloneVerb
from bot.wording.card import Card, Line
from bot.wording.health import health_lines, shadow_line
from bot.wording.sentences import InChannel, Sentence, Typed
from bot.wording.speech import Speech
from storage.channels import Channel, troubled_channels
from storage.health import health_of
from storage.reach import Reach, reach_of
from triage import rights
from triage.keys import id_of, platform_of


async def health(call: Call) -> Answer:
    """For each platform of the desk, whether it is reached, when it was last heard, and what waits for it. How late
    notices are, what is due next, what the auditor found."""
    rights.require(call.actor, "health")
    desk = call.desk
    desk.heard()
    look = partial(reach_of, organisation_id=desk.organisation_id, platforms=list(desk.state.bindings), now=call.now)
    found = [desk.state.hearing.shown(each) for each in await desk.database.read(look)]
    down = [called(each.platform) for each in found if each.down_since is not None]
    troubled = await _troubled(call)
    whole = partial(health_of, organisation_id=desk.organisation_id, now=call.now, moved_at=desk.now.moved_to)
    state = await desk.database.read(whole)
    said = call.speech("health.partly" if troubled else "health.fine")
    if not state.is_well:
        said = call.speech("health.wrong_title")
    if down:
        said = call.speech("health.down", platforms=call.speech.all_of(down))
    lines = (
        *filter(None, [shadow_line(call.speech, desk.policy, call.now)]),
        *(reach_line(call.speech, each) for each in found),
        *(line for line, _ in health_lines(call.speech, state)),
        *(_channel_line(call, each) for each in troubled),
    )  # fmt: skip
    return Answer(Card(said, (Line(said), *map(Line, lines))))


async def _troubled(call: Call) -> list[Channel]:
    """The channels of the desk and its customers that something is wrong with."""
    desk = call.desk

    def read(session: Session) -> list[Channel]:
        served = {*desk.policy.desk.channels, *desk.customers.channels(session)}
        return [each for each in troubled_channels(session, desk.organisation_id) if each.key in served]

    return await desk.database.read(read)


def _channel_line(call: Call, channel: Channel) -> Sentence:
    """What is wrong with a channel."""
    is_here = platform_of(channel.key) == call.desk.platform
    named = (InChannel(channel.key),) if is_here else (Typed(channel.name or id_of(channel.key)),)
    if channel.closed_at is not None:
        return call.speech("health.closed", channel=named, since=call.speech.since(channel.closed_at))
    return call.speech("health.unread", channel=named, since=call.speech.since(channel.unread_since or call.now))


def reach_line(speech: Speech, reach: Reach) -> Sentence:
    """How it stands with one platform."""
    heard = speech("health.never") if reach.heard_at is None else (speech.since(reach.heard_at),)
    said = speech("health.never") if reach.said_at is None else (speech.since(reach.said_at),)
    key = "health.reached" if reach.down_since is None else "health.unreached"
    since = "" if reach.down_since is None else speech.since(reach.down_since)
    waits = speech("health.waiting", count=reach.waiting) if reach.waiting else ()
    return (*speech(key, platform=called(reach.platform), heard=heard, said=said, since=since), *waits)


HEALTH = StandaloneVerb(name="health", aliases=("santé", "sante", "état", "etat"), answer=health)
