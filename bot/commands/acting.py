"""Acting without a chat: what somebody asks for on a page, or a program by its key, led to a verb by the verb's record.
What comes of it is data, and nothing is put in words.

It goes the way that everything typed in a chat goes: the same rights, the same decision, one transaction. Whoever asks
stands in no channel (`triage.rights.Venue.ELSEWHERE`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from sqlmodel import Session

from bot.commands.inputs import SURE
from bot.desk.runtime import DeskRuntime
from bot.verbs.base.call import Call, Reply
from bot.verbs.base.verb import Answers, Outcome, TicketVerb
from bot.verbs.engine.carry_out import carry_out
from bot.verbs.reading.figures import figure
from bot.verbs.registry import VERBS
from bot.verbs.shared.canned_replies import with_reply
from bot.verbs.shared.open_ticket import Opened, Wanted, carry_out_opening
from bot.wording.speech import Speech
from storage.errors import AlreadyHandledError
from storage.inbox import Handled, find_answer, keep_answer
from storage.listing import numbers_elsewhere
from triage.errors import Refusal
from triage.keys import is_program
from triage.people import Actor

LONGEST_KEY = 255  # characters of an idempotency key

Done = TypeVar("Done", Outcome, Opened)


@dataclass(frozen=True)
class Acted:
    """What became of a request to do a verb."""

    #: The ticket it was about.
    number: int
    #: What came of it; None: this very request was carried out before, and nothing was done again.
    outcome: Outcome | None


@dataclass(frozen=True)
class OpenedNow:
    """What became of a request to open a ticket."""

    #: The new ticket, or the one that it was added to.
    number: int
    #: What was opened; None: this very request was carried out before, and nothing was opened again.
    opened: Opened | None


def asked(desk: DeskRuntime, actor: Actor, speech: Speech, key: str = "") -> Call:
    """A call by somebody who is in no channel. `key`: the idempotency key, which no two of them may choose alike."""
    return Call(desk, actor, speech, desk.now(), channel="", key=key, reply=Reply.AS_POSTED)


async def act(call: Call, name: str, number: int, answers: Answers) -> Acted:
    """Do the verb of that name to a ticket of the desk. `answers` are as a form gives them: instants in unix seconds,
    people by key; `sure` says yes to what the verb asked before (`TicketVerb.questions`).

    Raises `Refusal` where it cannot be done: `no_such_ticket` also for a ticket of another desk, `other_request` where
    the idempotency key came with something else before.
    """
    verb = VERBS.get(name)
    if not isinstance(verb, TicketVerb):
        raise Refusal("unknown_button")
    if verb.by_person and is_program(call.actor.id):
        raise Refusal("not_by_program", verb=name)
    call = replace(call, number=number, answers=dict(answers), context={**call.context, SURE: answers.get(SURE, "")})
    if verb.form is not None:
        call = replace(call, answers=await with_reply(call, verb.form))

    def work(session: Session) -> Outcome:
        _must_be_here(session, call, {number, *_others(verb, call.answers)})
        return carry_out(session, call, verb, number, call.answers)

    return Acted(*await _once(call, [name, number, answers], work, lambda outcome: outcome.stored.number))


async def open_ticket(call: Call, wanted: Wanted, answers: Answers) -> OpenedNow:
    """Open a ticket. `answers`: what the form of `new` asks for beside what is `wanted`, as it gives it. Raises
    `Refusal`."""
    call = replace(call, answers=dict(answers))

    def work(session: Session) -> Opened:
        return carry_out_opening(session, call, wanted)

    said = [wanted.summary, wanted.category, wanted.severity, wanted.requester, answers]
    return OpenedNow(*await _once(call, said, work, lambda opened: opened.stored.number))


async def _once(
    call: Call, said: Sequence[object], work: Callable[[Session], Done], number_of: Callable[[Done], int]
) -> tuple[int, Done | None]:
    """Do the work in a transaction, unless it was done under the same key before. The number of the ticket, and what
    came of it now."""
    digest = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
    desk = call.desk

    def transaction(session: Session) -> tuple[int, Done | None]:
        before = _before(session, call, digest)
        if before is not None:
            return before, None
        done = work(session)
        if call.key:
            keep_answer(session, desk.organisation_id, call.key, Handled(digest, number_of(done)))
        return number_of(done), done

    try:
        return await desk.write(transaction)
    except AlreadyHandledError:  # at the same time, by the same request
        before = await desk.database.read(partial(_before, call=call, digest=digest))
        if before is None:
            raise Refusal("other_request") from None
        return before, None


def _before(session: Session, call: Call, digest: str) -> int | None:
    """The ticket of the same request, where it was carried out before. Raises `Refusal` where another one had its
    key."""
    found = find_answer(session, call.desk.organisation_id, call.key) if call.key else None
    if found is not None and found.digest != digest:
        raise Refusal("other_request")
    return None if found is None else found.number


def _others(verb: TicketVerb, answers: Mapping[str, str]) -> Collection[int]:
    """The further tickets that the answers name."""
    other = figure(answers.get("other", "").removeprefix("#"))
    return [*verb.beside(dict(answers)), *([] if other is None else [other])]


def _must_be_here(session: Session, call: Call, numbers: Collection[int]) -> None:
    """Raises `Refusal` where one of these tickets is another desk's: whoever asks here knows of none."""
    elsewhere = numbers_elsewhere(session, call.desk.organisation_id, call.desk.desk_id, numbers)
    if elsewhere:
        raise Refusal("no_such_ticket", number=elsewhere[0])
