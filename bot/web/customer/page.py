"""A customer's own page: their tickets, what they were told of each, and by when they will hear more."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from bot.desk.runtime import DeskRuntime
from bot.web.customer.told import Said, bodies_of, is_of_a_customer, is_theirs, said, wrote_it_themselves
from bot.web.templates import environment
from bot.web.words import Html, html_of, typed
from bot.wording.phrase_book import PhraseBook
from bot.wording.speech import Speech, speech
from storage.customer_links import CustomerLink
from storage.customer_tickets import tickets_of_customer
from storage.customers import customer_key
from storage.texts import load_texts
from storage.tickets import StoredTicket
from triage.clocks import Clock, ClockState
from triage.hours import Calendar
from triage.parts.state import Waiting
from triage.terms import ClockKind
from triage.text import LONGEST_TEXT

RESOLVED_FOR = timedelta(days=30)
MOST = 60  # tickets of a page
LONGEST_SUMMARY, LONGEST_CONTACT = 200, 200  # characters
FOLDED = 3  # of what was said of a ticket, so much stands in the open


@dataclass(frozen=True, slots=True)
class Form:
    """What a customer typed to open a ticket."""

    #: Tells this form, sent twice, from another.
    once: str
    #: What it is about, in one line.
    summary: str = ""
    #: The rest.
    description: str = ""
    #: Who can be asked, and how.
    contact: str = ""
    #: Why it could not be taken; empty: nothing is wrong.
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a customer's page is made of."""

    #: Their name, as the desk wrote it for the link.
    customer: str
    #: Their language and zone.
    speech: Speech
    #: Who people are, in words.
    people: PhraseBook
    #: Their tickets, each with what was said of it.
    tickets: list[tuple[StoredTicket, list[Said]]]
    #: The texts of these, by id.
    texts: dict[int, str]
    #: Whether there are more than the page shows.
    more: bool
    #: The moment at which it is shown, in UTC.
    now: datetime
    #: Whether a ticket can be opened from it.
    opens: bool = False

    def text(self, body_id: int | None) -> str:
        """A free text; an erased one says so."""
        return "" if body_id is None else self.texts.get(body_id) or self.speech.text("card.erased")


def read_page(session: Session, desk: DeskRuntime, link: CustomerLink, now: datetime) -> Shown:
    """The customer's tickets, as far as they read along."""
    key, people = customer_key(link.customer), PhraseBook(desk.directory)
    channels, roster = desk.customers.channels(session), people.roster
    found = tickets_of_customer(
        session, desk.organisation_id, desk.desk_id, key, resolved_since=now - RESOLVED_FOR, most=MOST + 1,
        is_outside=lambda person: is_of_a_customer(person, roster),
        reads_along=lambda each: is_theirs(each, key, channels, roster),
    )  # fmt: skip
    tickets = [(stored, said(stored, roster)) for stored in found[:MOST]]
    bodies = sorted({body for stored, every in tickets for body in bodies_of(stored, every)})
    texts = dict(load_texts(session, desk.organisation_id, bodies))
    spoken = _speech(session, desk, people, link.customer)
    opens = bool(desk.channels.own)  # else there is nowhere where the desk would read it
    return Shown(link.customer, spoken, people, tickets, texts, len(found) > MOST, now, opens)


def _speech(session: Session, desk: DeskRuntime, people: PhraseBook, customer: str) -> Speech:
    """In the customer's language, with the times of their region."""
    usual, of = people.desk_speech, desk.policy.desk
    language = desk.customers.language_of(session, customer) or usual.language
    known = desk.customers.called(session, customer)
    region = None if known is None else of.regions.get(of.region_called(known.region) or "")
    hours = None if region is None else region.hours
    return speech(language, hours.timezone if isinstance(hours, Calendar) else of.timezone)


def render_page(shown: Shown, form: Form | None = None, opened: str = "") -> str:
    """The page. `form`: what was typed into its form and could not be taken; `opened`: the number of the ticket that
    was just opened from it, as the address has it."""
    now, form = shown.now, form or Form(secrets.token_urlsafe(12))

    def say(key: str, /, **gaps: object) -> Html:
        return html_of(shown.speech(f"customer_page.{key}", **gaps))

    rows = [_ticket(shown, stored, every) for stored, every in shown.tickets]
    return environment().get_template("theirs.html").render(
        say=say, language=shown.speech.language, customer=typed(shown.customer), title=shown.customer,
        open=[row for row in rows if row["is_open"]], done=[row for row in rows if not row["is_open"]],
        more=shown.more, days=RESOLVED_FOR.days, as_of=say("as_of", at=now), style=Html(STYLE),
        form=form if shown.opens else None, longest=LONGEST_SUMMARY, longest_text=LONGEST_TEXT,
        opened=opened if opened in {str(stored.number) for stored, _ in shown.tickets} else "",
    )  # fmt: skip


def _ticket(shown: Shown, stored: StoredTicket, every: list[Said]) -> dict[str, Any]:
    ticket, speech = stored.ticket, shown.speech
    title, _, rest = shown.text(stored.events[0].body_id).partition("\n")
    entries = [_entry(shown, each) for each in every]
    return {
        "number": stored.number,
        "title": typed(title),
        "text": typed(rest.strip()) if rest.strip() and wrote_it_themselves(stored, shown.people.roster) else None,
        "is_open": ticket.is_open,
        "standing": _standing(speech, stored),
        "asks": ticket.is_open and _asks_them(ticket.waiting),
        "reported": html_of(speech("customer_page.reported", at=ticket.report.at)),
        "clocks": [_clock(shown, kind, ticket.clocks[kind]) for kind in ClockKind if kind in ticket.clocks]
        if ticket.is_open else [],
        "said": entries[:FOLDED],
        "earlier": entries[FOLDED:],
    }  # fmt: skip


def _asks_them(waiting: Waiting | None) -> bool:
    """Whether they were asked for something: that it waits for them is said to the desk alone."""
    return waiting is not None and waiting.what == "customer" and waiting.asked is not None


def _standing(speech: Speech, stored: StoredTicket) -> Html:
    """How it stands, in a few words."""
    ticket = stored.ticket
    if ticket.resolved_at is not None and not ticket.is_open:
        return html_of(speech("customer_page.resolved", at=ticket.resolved_at))
    if _asks_them(ticket.waiting):
        return html_of(speech("customer_page.waits"))
    if ticket.outage.restored_at is not None:
        return html_of(speech("customer_page.is_back", at=ticket.outage.restored_at))
    return html_of(speech("customer_page.taken" if ticket.ownership.assignee else "customer_page.received"))


def _clock(shown: Shown, kind: ClockKind, clock: Clock) -> dict[str, Any]:
    """By when something is due, or what became of it."""
    if clock.state is ClockState.PAUSED:
        what, at = "paused", None
    elif clock.state is ClockState.MET:
        what, at = "met", clock.ended_at
    elif clock.due is None:
        what, at = "none", None
    elif clock.breached(shown.now):
        what, at = "late", clock.due
    else:
        what, at = "promised" if clock.promised is not None else "due", clock.due
    gaps = {} if at is None else {"at": at}
    return {
        "what": what,
        "name": shown.speech.text(f"customer_page.clock.{kind}"),
        "line": html_of(shown.speech(f"customer_page.{what}", **gaps)),
    }


def _entry(shown: Shown, each: Said) -> dict[str, Any]:
    """Something that was said, as the template shows it."""
    gaps: dict[str, object] = {"at": each.at}
    if each.by is not None:
        gaps["who"] = shown.people.named(each.by)
    if each.promise is not None:
        gaps["until"] = each.promise
    key = f"said_{each.what}{'_until' if each.what == 'question' and each.promise is not None else ''}"
    text = shown.text(each.body_id)
    return {
        "side": "customer" if each.by is None else "desk",
        "what": html_of(shown.speech(f"customer_page.{key}", **gaps)),
        "text": typed(text) if text else None,
    }


STYLE = """
:root{color-scheme:light dark;--page:light-dark(#f4f1ea,#0f1517);--pane:light-dark(#fffefb,#161d20);
--ink:light-dark(#1c2426,#e4e7e2);--soft:light-dark(#4a5456,#a9b5b6);--line:light-dark(#ddd7c9,#2b363a);
--accent:light-dark(#0e5d57,#63c6b8);--late:light-dark(#a8231a,#ff9589);--ask:light-dark(#fbeed3,#382a0c);
--mine:light-dark(#e3eef6,#17303f);--ours:light-dark(#e0efe9,#16342d);
font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;color:var(--ink);
background:var(--page)}
*{box-sizing:border-box}body{margin:0 auto;max-width:46rem;padding:1rem}
h1{font-size:1.4rem;line-height:1.25;margin:0;overflow-wrap:anywhere}
h2{font-size:1.1rem;margin:1.6rem 0 .6rem}h3{font-size:1.05rem;line-height:1.3;margin:0;overflow-wrap:anywhere}
p{margin:.25rem 0}a{color:var(--accent)}.soft{color:var(--soft);font-size:.9rem}
article{background:var(--pane);border:1px solid var(--line);border-radius:10px;padding:.9rem;margin:0 0 .8rem}
.standing{font-weight:600}.asks{background:var(--ask);border-radius:6px;padding:.3rem .5rem}
dl{display:grid;grid-template-columns:minmax(7.5rem,auto) 1fr;gap:.15rem .8rem;margin:.6rem 0}
dt{color:var(--soft)}dd{margin:0}.late{color:var(--late);font-weight:600}.promised{font-weight:600}
ul{list-style:none;margin:.6rem 0 0;padding:0}li{border-radius:8px;padding:.5rem .7rem;margin:0 0 .5rem}
li.desk{background:var(--ours)}li.customer{background:var(--mine);margin-left:1.2rem}
.text{white-space:pre-wrap;overflow-wrap:anywhere;margin:.2rem 0 0}
summary{cursor:pointer;color:var(--accent);padding:.4rem 0;min-height:24px}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:4px}
label{display:block;margin:.7rem 0 .2rem;font-weight:600}
input,textarea,button{font:inherit;color:inherit;width:100%;padding:.5rem;border:1px solid var(--soft);
border-radius:6px;background:var(--page)}
textarea{min-height:7rem}button{width:auto;margin-top:.8rem;padding:.6rem 1.2rem;background:var(--accent);
color:var(--page);border:0;font-weight:600}.opened{background:var(--ours);border-radius:8px;padding:.6rem .8rem}
@media (max-width:26rem){dl{grid-template-columns:1fr;gap:0}dd{margin:0 0 .35rem}li.customer{margin-left:.6rem}}
"""
