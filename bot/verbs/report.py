"""`report`: what the desk's tickets came to over a week, a month, or from one day to another."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta, tzinfo
from functools import partial

from sqlmodel import Session

from bot.desk.customers import Customers
from bot.verbs.base.call import Answer, Call, sentence_answer
from bot.verbs.base.verb import ButtonOn, StandaloneVerb
from bot.verbs.reading.days import take_days
from bot.verbs.reading.marks import unquoted
from bot.verbs.shared.ticket_customer import meant_by
from bot.wording.card import Button, Buttons
from bot.wording.report import Told, report_card
from storage.announcements.to_desk import ReportPosted
from storage.announcing import announce, announced_since
from storage.reports import read_report
from storage.texts import load_texts
from triage import rights
from triage.days import Days
from triage.errors import Refusal
from triage.keys import platform_of

BETWEEN = "|"  # the parts of what its button says
AGAIN = timedelta(minutes=10)  # the same report is posted no sooner again
READ = 200  # reasons, the newest, of which the commonest are named


async def report(call: Call) -> Answer:
    """`report` is about the week before this one; `report month`; `report 2026-11-01..2026-11-30 Acme`. Whoever asked
    alone sees it; who had how much to do is for leads and managers."""
    rights.require(call.actor, "report")
    desk, zone = call.desk, call.people.desk_speech.zone
    days, name = take_days(call.words, call.now.astimezone(zone).date())
    scope = Scope(desk.organisation_id, desk.desk_id, desk.customers, zone)
    with_people = rights.may(call.actor, "overview")
    read = partial(told_of, scope=scope, days=days, name=unquoted(name), with_people=with_people)
    told = await desk.database.read(read)
    card = report_card(told, call.people, call.speech)
    if not desk.channels.own:
        return Answer(card)
    value = f"{days.first}{BETWEEN}{days.last}{BETWEEN}{told.customer}"
    post = Button("report", call.speech.text("button.post"), 0, 0, value=value)
    return Answer(replace(card, elements=(*card.elements, Buttons((post,)))))


async def post(call: Call) -> Answer:
    """The button under it: everybody at the desk sees it, without who had how much to do. Pressed twice in a row it is
    posted once."""
    rights.require(call.actor, "report")
    desk = call.desk
    said = _posted(call)
    if said is None or not desk.channels.own:
        raise Refusal("unknown_button")

    def transaction(session: Session) -> bool:
        turn = int(call.now.timestamp() // AGAIN.total_seconds())
        keys = [f"posted.{desk.desk_id}.{said.first}.{said.last}.{said.customer}.{turn - ago}" for ago in (0, 1)]
        new = False
        for channel in desk.channels.own:
            if not announced_since(session, desk.organisation_id, f"{keys[1]}.{channel}", call.now - AGAIN):
                new |= announce(
                    session, desk.organisation_id, said, platform=platform_of(channel), channel=channel,
                    key=f"{keys[0]}.{channel}", now=call.now,
                )  # fmt: skip
        return new

    posted = await desk.write(transaction)
    return sentence_answer(call.speech("report.posted" if posted else "report.posted_already"))


def _posted(call: Call) -> ReportPosted | None:
    """What the button says; None: it is none of ours."""
    first, last, customer = [*call.answers.get("value", "").split(BETWEEN, 2), "", ""][:3]
    try:
        days = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        return None
    return ReportPosted(call.actor.id, *days, customer) if days[0] <= days[1] else None


@dataclass(frozen=True, slots=True)
class Scope:
    """Of what a report is made."""

    #: The organisation.
    organisation_id: int
    #: The desk.
    desk_id: int
    #: Its customers.
    customers: Customers
    #: Its zone.
    zone: tzinfo


def told_of(session: Session, scope: Scope, days: Days, name: str, *, with_people: bool = False) -> Told:
    """The report over these days, of the customer of that name (empty: of everybody), with what telling it needs.
    Raises `Refusal` where nobody is called like that."""
    customer = scope.customers.called(session, name) if name else None
    if name and customer is None:
        near = meant_by(scope.customers, session, name)
        if near is not None:
            raise Refusal("report_no_customer_close", text=name[:60], near=near)
        raise Refusal("report_no_customer", text=name[:60])
    found = read_report(
        session, scope.organisation_id, scope.desk_id, days.since(scope.zone), days.until(scope.zone),
        zone=scope.zone, customer_key=None if customer is None else customer.key,
    )  # fmt: skip
    newest = sorted(found.reasons)[-READ:]
    texts = load_texts(session, scope.organisation_id, newest)
    reasons = tuple(texts[each] for each in newest if each in texts)
    return Told(found, days, "" if customer is None else customer.name, reasons, with_people)


REPORT = StandaloneVerb(
    name="report", aliases=("rapport", "reports", "bilan"), button_on=ButtonOn.BESIDE, answer=report, press=post
)
