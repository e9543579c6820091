"""`report`: what the desk's tickets came to over a week, a month, or from one day to another."""

from __future__ import annotations

from functools import partial

from sqlmodel import Session

from bot.desk.runtime import DeskRuntime
from bot.verbs.base.call import Answer, Call
from bot.verbs.base.verb import StandaloneVerb
from bot.verbs.reading.days import take_days
from bot.verbs.reading.marks import unquoted
from bot.verbs.shared.ticket_customer import meant_by
from bot.wording.phrase_book import PhraseBook
from bot.wording.report import Told, report_card
from storage.reports import read_report
from storage.texts import load_texts
from triage import rights
from triage.days import Days
from triage.errors import Refusal

READ = 200  # reasons, the newest, of which the commonest are named


async def report(call: Call) -> Answer:
    """`report` is about the week before this one; `report month`; `report 2026-11-01..2026-11-30 Acme`. Whoever asked
    alone sees it; who had how much to do is for leads and managers."""
    rights.require(call.actor, "report")
    desk, zone = call.desk, call.people.desk_speech.zone
    days, name = take_days(call.words, call.now.astimezone(zone).date())
    with_people = rights.may(call.actor, "overview")
    read = partial(told_of, desk=desk, days=days, name=unquoted(name), with_people=with_people)
    return Answer(report_card(await desk.database.read(read), call.people, call.speech))


def told_of(session: Session, desk: DeskRuntime, days: Days, name: str, *, with_people: bool = False) -> Told:
    """The report over these days, of the customer of that name (empty: of everybody), with what telling it needs.
    Raises `Refusal` where nobody is called like that."""
    zone = PhraseBook(desk.directory).desk_speech.zone
    customer = desk.customers.called(session, name) if name else None
    if name and customer is None:
        near = meant_by(desk, session, name)
        if near is not None:
            raise Refusal("report_no_customer_close", text=name[:60], near=near)
        raise Refusal("report_no_customer", text=name[:60])
    found = read_report(
        session, desk.organisation_id, desk.desk_id, days.since(zone), days.until(zone), zone=zone,
        customer_key=None if customer is None else customer.key,
    )  # fmt: skip
    newest = sorted(found.reasons)[-READ:]
    texts = load_texts(session, desk.organisation_id, newest)
    reasons = tuple(texts[each] for each in newest if each in texts)
    return Told(found, days, "" if customer is None else customer.name, reasons, with_people)


REPORT = StandaloneVerb(name="report", aliases=("rapport", "reports", "bilan"), answer=report)
