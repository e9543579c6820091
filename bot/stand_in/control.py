"""The control of a local workspace, whatever it imitates: what belongs to one platform goes to its stand-in, by the
channel or the person named; time, faults, joining and starting again are of all of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from bot.stand_in import asking
from bot.stand_in.asking import RefusedCallError
from bot.stand_in.faults import Fault
from bot.stand_in.ground import Ground
from bot.stand_in.loopback import is_loopback_name
from bot.stand_in.shapes import Json
from bot.stand_in.stand import Call, Stand
from bot.stand_in.stepping import advance as step_forward

Stands = Sequence[Stand]
Shared = Callable[[Stands, Json, str], Awaitable[Json]]


def call_named(stands: Stands, name: str) -> Call | None:
    """The control call of that name; None where there is none."""
    shared = SHARED.get(name)
    if shared is not None:
        return lambda body, base: shared(stands, body, base)
    if not any(name in stand.calls for stand in stands):
        return None

    async def call(body: Json, base: str) -> Json:
        stand = meant(stands, body)
        if name not in stand.calls:
            raise RefusedCallError(f"there is no {name} in {stand.platform.capitalize()}")
        user = body.get("user")
        if isinstance(user, str):
            body = {**body, "user": account_on(stands, stand, user)}
        return await stand.calls[name](body, base)

    return call


def meant(stands: Stands, body: Json) -> Stand:
    """The stand-in that a call is about: by the channel or the people it names, else the first."""
    by_name = {stand.platform: stand for stand in stands}
    if body.get("platform") in by_name:
        return by_name[str(body["platform"])]
    return next((stand for name in _names(body) for stand in stands if stand.owns(name)), stands[0])


def account_on(stands: Stands, stand: Stand, user: str) -> str:
    """Who that is there: somebody who has accounts on several platforms may be named by any of them."""
    if stand.owns(user):
        return user
    emails = {one.email for each in stands for one in each.people() if one.id == user}
    return next((one.id for one in stand.people() if one.email in emails), user)


def _names(body: Json) -> Iterator[str]:
    for key in ("channel", "user", "members", "users"):
        value: Any = body.get(key)
        yield from (one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str))


async def join(stands: Stands, body: Json, base: str) -> Json:
    """A bot has come up; answers what it needs to know. `suggestions`: what the page is to suggest where a command is
    composed, by language. `beside`: it is one process of several."""
    ground = stands[0].ground
    bot_url, suggestions = own_address(body, "bot_url"), body.get("suggestions")
    answer: Json = {"ok": True}
    told: set[str] = set()
    for stand in stands:
        everybody = stand.people()
        answer |= stand.join(body, base, [one for one in everybody if one.email not in told])
        told |= {one.email for one in everybody}
    said = suggestions if isinstance(suggestions, dict) else {}
    ground.join(bot_url, said, beside=body.get("beside") is True)
    ground.feed.changed()
    return answer | {"offset": ground.now.offset}


def own_address(body: Json, name: str) -> str | None:
    """An address on this machine, if one is given."""
    url = body.get(name)
    if url is not None and not (isinstance(url, str) and is_loopback_name(urlsplit(url).hostname or "")):
        raise RefusedCallError(f"{name} must be an address on this machine")
    return url


def state(stands: Stands, base: str) -> Json:
    """What `GET /_control/state` answers: the lists of all, one after the other."""
    ground = stands[0].ground
    found: Json = {"ok": True, "now": ground.now.iso(), "offset": ground.now.offset, "users": [], "channels": [],
                   "views": []}  # fmt: skip
    for stand in stands:
        for key, value in stand.state(base).items():
            found[key] = found[key] + value if key in found else value
    return found


async def advance(stands: Stands, body: Json, _base: str) -> Json:
    """`{minutes, jump?}`: moves time forward."""
    minutes = asking.number(body, "minutes")
    if minutes < 0:
        raise RefusedCallError("time moves forward only: minutes must not be negative")
    return await step_forward(stands[0].ground, minutes, jump=body.get("jump") is True)


async def fault(stands: Stands, body: Json, _base: str) -> Json:
    """`{method, error | delay, count, after_posting?}`: the next calls of that method go wrong; `*` means any."""
    faults = stands[0].ground.faults
    error = body.get("error")
    delay = asking.number(body, "delay", 0.0)
    if (error is None) == (delay <= 0):
        raise RefusedCallError("give either error or delay")
    count = int(asking.number(body, "count", 1.0))
    if count < 1:
        faults.clear()
        return {"ok": True}
    faults.add(
        Fault(asking.text(body, "method"), None if error is None else str(error), delay, count,
              after_posting=body.get("after_posting") is True)
    )  # fmt: skip
    return {"ok": True}


async def reset(stands: Stands, _body: Json, _base: str) -> Json:
    """Workspace and bot back to where they began, the offset included; the bot stays joined, secrets stay valid."""
    ground = stands[0].ground
    async with ground.stepping:
        # The bot first: what it was still sending belongs to what is forgotten.
        trouble = await _reset_the_bot(ground)
        ground.reset(tuple(name for stand in stands for name in stand.kept))
        for stand in stands:
            stand.reset()
        ground.feed.changed()
    if trouble is not None:
        return {"ok": False, "error": trouble}
    return {"ok": True, "now": ground.now.iso()}


async def _reset_the_bot(ground: Ground) -> str | None:
    """What went wrong with it."""
    try:
        answers = await ground.ask_all("reset", {}, 15.0, in_turn=True)
    except (ConnectionError, TimeoutError) as error:
        return f"the bot does not answer: {error}"
    refused = [answer.get("error") for answer in answers if not answer.get("ok")]
    return f"the bot could not reset: {refused[0]}" if refused else None


SHARED: dict[str, Shared] = {"join": join, "advance": advance, "fault": fault, "reset": reset}
