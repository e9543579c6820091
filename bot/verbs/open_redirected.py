"""`open-redirected`: open a ticket from a question that was redirected. A button beside what its author was told, and
beside the line that the desk reads."""

from __future__ import annotations

from dataclasses import replace

from sqlmodel import Session

from bot.verbs.base.call import Answer, Call, Reply, sentence_answer
from bot.verbs.base.source_message import SourceMessage, parted
from bot.verbs.base.verb import ButtonOn, StandaloneVerb
from bot.verbs.engine.access import sees_all
from bot.verbs.reading.figures import figure
from bot.verbs.shared.open_ticket import Opened, Wanted, carry_out_opening, opened_sentence
from bot.wording.speech import Speech
from storage.errors import AlreadyHandledError, MessageTakenError
from storage.messages import number_of_message
from storage.redirects import Redirected, find_redirect, note_opened
from storage.tickets import get_ticket_by_id
from triage.errors import Refusal


async def open_redirected(call: Call) -> Answer:
    """Open the ticket, reported when the question was written, by whoever wrote it. However many press, one is opened;
    the others are told its number."""
    row_id = figure(call.answers.get("value", ""))
    if row_id is None:
        raise Refusal("unknown_button")

    def transaction(session: Session) -> tuple[Opened, Speech]:
        asked = find_redirect(session, call.desk.organisation_id, row_id, lock=True)
        if asked is None or not (asked.person == call.actor.id or sees_all(call)):
            raise Refusal("unknown_button")
        if asked.ticket_id is not None:
            number = get_ticket_by_id(session, call.desk.organisation_id, asked.ticket_id).number
            raise Refusal("message_has_ticket", number=number)
        if not asked.text:
            raise Refusal("message_unreadable")
        opened = _open(session, call, asked)
        note_opened(session, call.desk.organisation_id, asked.id, opened.stored.id, call.now)
        mine = asked.person == call.actor.id
        return opened, call.people.reader(asked.person, wrote=asked.text) if mine else call.speech

    try:
        opened, speech = await call.desk.write(transaction)
    except AlreadyHandledError:
        return sentence_answer(call.speech("done.opened_already"))
    except MessageTakenError:
        raise Refusal("message_has_ticket", number=await _taken(call, row_id)) from None
    return sentence_answer(opened_sentence(replace(call, speech=speech), opened.stored))


def _open(session: Session, call: Call, asked: Redirected) -> Opened:
    summary, description = parted(asked.text)
    source = None
    if asked.message_id is not None:
        root_id = asked.root_id or asked.message_id
        source = SourceMessage(asked.channel, asked.message_id, root_id, asked.person, asked.written_at, asked.text)
    answers = {"description": description, "reported_at": str(int(asked.written_at.timestamp()))}
    # As if it were asked for where it was written: whose it is follows from that place.
    there = replace(call, channel=asked.channel, source=source, answers=answers, reply=Reply.AS_POSTED)
    return carry_out_opening(session, there, Wanted(summary, requester=asked.person))


async def _taken(call: Call, row_id: int) -> int | None:
    def read(session: Session) -> int | None:
        asked = find_redirect(session, call.desk.organisation_id, row_id)
        if asked is None or asked.message_id is None:
            return None
        return number_of_message(session, call.desk.organisation_id, asked.channel, (asked.message_id,))

    return await call.desk.database.read(read)


OPEN_REDIRECTED = StandaloneVerb(
    name="open-redirected", button_on=ButtonOn.BESIDE, answer=open_redirected, press=open_redirected, is_typed=False
)
