"""Carrying out a verb on a ticket, in one transaction: lock the ticket, let triage decide, record.

What came of it is data (`Outcome`). Words are up to the caller: a chat answers by `bot.verbs.engine.answering`; a page
or a program may need none.
"""

from __future__ import annotations

from sqlmodel import Session

from bot.verbs.base.call import Call, Reply
from bot.verbs.base.verb import Answers, Outcome, TicketVerb, VerbCall
from bot.verbs.engine.access import access_ticket, must_act, require_unmerged
from bot.verbs.engine.answered import answered
from bot.verbs.engine.parts import carry_on, lock_together, put_right
from bot.verbs.engine.private_answer import sure_of
from bot.verbs.engine.reopened import without_who_left
from bot.verbs.reading.arguments import read_number
from storage.assigning import find_owner, note_group
from storage.changes import record
from storage.foreseen import events_of
from storage.inbox import handle_once
from storage.messages import keep_revision, link_message
from storage.notices import is_draft_of
from storage.texts import text_of
from storage.tickets import StoredTicket, lock_survivor
from triage import rights
from triage.errors import Refusal
from triage.flooding import bounded


def carry_out(session: Session, call: Call, verb: TicketVerb, number: int, answers: Answers) -> Outcome:
    """Do `verb` to the ticket of that number, in the transaction of `session`. Rights are checked, and either
    everything is recorded or nothing.

    Raises `Refusal` where it cannot be done. Raises `AlreadyHandledError` where a call with the same `call.key` (the
    idempotency key) was handled before: the caller should treat that as a success.
    """
    desk = call.desk
    if call.key:
        handle_once(session, desk.organisation_id, call.key, call.now)
    stored, other = _lock(session, call, verb, number, answers)
    request = VerbCall(call, stored, session, _confirmed(session, call, stored, answers), other)
    try:
        change = answered(desk, stored, call.where.placed(verb.decide(request)), call.actor, call.now)
        change = bounded(desk.policy, change, stored.events, call.actor, call.now)
        change = without_who_left(session, desk, stored, change, call.actor, call.now)
    except Refusal as refusal:
        refusal.values.setdefault("version", stored.ticket.version)
        raise
    if other is not None and verb.echo is not None:
        record(session, other, verb.echo(request), call.now)
    after = record(session, stored, change, call.now)
    after = find_owner(session, desk, after, call.now, before=stored.ticket, said=change.notices)
    after = note_group(session, desk, stored, after, call.actor, call.now)
    carry_on(session, desk, stored, after, actor=call.actor, answers=request.answers)
    carried = put_right(session, stored, after, call.actor)
    outcome = Outcome(verb.name, stored, after, change, other, carried.done, carried.kept)
    if verb.keeps_words:
        _keep_message(session, call, outcome)
    return outcome


def _lock(
    session: Session, call: Call, verb: TicketVerb, number: int, answers: Answers
) -> tuple[StoredTicket, StoredTicket | None]:
    """The ticket, and the second one where the verb is on a pair, both locked; and with them every other ticket that
    the verb may change, all in the order of their numbers."""
    rights.require_ever(call.actor, verb.name)
    organisation_id = call.desk.organisation_id
    if verb.echo is None:
        lock_together(session, organisation_id, {number, *verb.beside(answers)})
        stored = access_ticket(session, call, number)
        must_act(call, stored, verb.name)
        return _spoken_of(session, call, verb, stored), None
    if not answers.get("other"):
        raise Refusal("pair_needs_number", verb=verb.name)
    wanted = read_number(sure_of(answers["other"])[0] or answers["other"], verb.name)
    lock_together(session, organisation_id, {number, wanted}, merged=True)
    locked = {each: require_unmerged(session, access_ticket(session, call, each)) for each in sorted({number, wanted})}
    return locked[number], locked[wanted]


def _spoken_of(session: Session, call: Call, verb: TicketVerb, stored: StoredTicket) -> StoredTicket:
    """The ticket that the verb acts on. Where it was merged, a customer or requester acts on the one that goes on for
    it; staff are refused with its number, unless the verb acts on merged tickets too (`on_merged`)."""
    if stored.ticket.merged_into is None or verb.on_merged:
        return stored
    if rights.speaks_as_asker(call.actor, verb.name):
        return lock_survivor(session, stored.organisation_id, stored.id)
    return require_unmerged(session, stored)


def _confirmed(session: Session, call: Call, stored: StoredTicket, answers: Answers) -> Answers:
    """The answers, with `sure` (what the person has said yes to) and, where a text was kept when they were asked, that
    text."""
    token, kept = sure_of(answers.get("value", ""))
    if not token:
        return {**answers, "sure": call.context.get("sure", "")}
    given = {**answers, "value": "", "sure": token}
    if kept is not None and is_draft_of(session, stored.organisation_id, call.actor.id, kept):
        given["text"] = text_of(session, stored, kept)
    return given


def _keep_message(session: Session, call: Call, outcome: Outcome) -> None:
    """Link the text just recorded to the message with the mention, so that later edits and the deletion of that message
    change the text too."""
    new, source, before = events_of(outcome.before, outcome.stored), call.source, outcome.before
    if not (call.reply is Reply.LATER and source is not None and new and new[0].body_id is not None):
        return
    organisation = call.desk.organisation_id
    link_message(session, organisation, source.channel, source.message_id, before.id, root_id=source.root_id)
    keep_revision(session, organisation, source.channel, source.message_id, new[0].body_id, "")
