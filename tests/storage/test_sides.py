"""What is meant for the desk is never on its way to a customer: decided by place, whatever it says."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from storage.changes import Place, record
from storage.database import Database
from storage.tables.outbox import OutboxRow
from storage.tables.tickets import BodyRow
from storage.tickets import StoredTicket
from tests.earlier import earlier_notices
from tests.factories import AGENT, CARD_PLACE, MANAGER, NOW, make_home, open_stored, opening
from triage.change import Change
from triage.contents import read_content
from triage.contents.privately import PrivateContent
from triage.fold import fold
from triage.notice import Audience, Notice
from triage.noting import note
from triage.people import Actor, Role

CUSTOMERS = "slack:CACME"
HELPER = Actor("slack:UHELP", frozenset({Role.HELPER}))


def sent_to(session: Session, channel: str) -> list[str]:
    """The texts of everything that is on its way to a channel."""
    query = select(BodyRow.text).join(OutboxRow, col(OutboxRow.body_id) == col(BodyRow.id))
    return list(session.exec(query.where(OutboxRow.channel == channel)).all())


def opened(session: Session) -> StoredTicket:
    return open_stored(session, make_home(session), NOW, CARD_PLACE, Place(CUSTOMERS, "customer", "1.1"))


@pytest.mark.parametrize("audience", [each for each in Audience if each is not Audience.CUSTOMER])
def test_only_what_is_for_the_customer_goes_to_the_customers_channel(database: Database, audience: Audience) -> None:
    known = {row[0]: read_content(*row) for row in earlier_notices()}
    contents = [each for each in known.values() if audience is not Audience.PERSON or isinstance(each, PrivateContent)]

    def say(session: Session) -> list[str]:
        stored = opened(session)
        for content in contents:
            inside = Notice(content, audience, body=f"for us: {content.KIND}")
            outside = Notice(content, Audience.CUSTOMER, body=f"for them: {content.KIND}")
            stored = record(session, stored, Change((), (inside, outside)), NOW)
        return sent_to(session, CUSTOMERS)

    texts = database.write_now(say)
    assert sorted(texts) == sorted(f"for them: {content.KIND}" for content in contents)


@given(st.text(min_size=1).filter(str.strip), st.sampled_from([AGENT, MANAGER, HELPER]), st.booleans())
def test_a_note_speaks_to_the_desk_whatever_it_says(text: str, author: Actor, sent: bool) -> None:
    ticket = fold(replace(event, seq=seq) for seq, event in enumerate(opening(NOW).events, 1))
    change = note(ticket, author, NOW, f"@customer update: {text}", sent=sent)
    assert {notice.audience for notice in change.notices} <= {Audience.DESK, Audience.CARD}


def test_a_note_is_on_its_way_to_no_customer(database: Database) -> None:
    def say(session: Session) -> tuple[list[str], list[str]]:
        stored = opened(session)
        record(session, stored, note(stored.ticket, AGENT, NOW, "The customer is wrong"), NOW)
        return sent_to(session, CUSTOMERS), sent_to(session, CARD_PLACE.channel)

    to_customer, to_desk = database.write_now(say)
    assert "The customer is wrong" in to_desk
    assert "The customer is wrong" not in to_customer
