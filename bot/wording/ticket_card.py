"""The card of a ticket: its one message, edited in place. What it says is decided here, once for every platform."""

from __future__ import annotations

from bot.wording.card import Buttons, Card, Element, Facts, Fold, Line, Quote
from bot.wording.card_buttons import customers_buttons, desk_buttons, menu_buttons
from bot.wording.card_links import with_links
from bot.wording.clock_lines import clock_lines, next_deadline
from bot.wording.offers import asked, because, proposed
from bot.wording.sentences import Link, Sentence, Strong, Typed, join
from bot.wording.signs import DONE, LATE, severity_sign
from bot.wording.suggested import suggestion_lines
from bot.wording.view import GLANCE, LONG, View, glance, waited_for
from triage import referring
from triage.facts.sorting import Opened
from triage.parts.telling import Told
from triage.ticket import Status

REFERENCES = 4  # of other systems, that are named; all of them stand in its history
PARTS = 12  # of a major incident that are named
TEASER = 100  # characters of what is folded away, shown beside its title


def ticket_card(view: View, *, whole: bool = False, inside: bool = True) -> Card:
    """The ticket's card, for somebody who was just woken up: what is urgent, who has it, what was said last, what can
    be done.

    Long texts are cut, and what is rarely read is folded away, so that clocks and buttons stay in sight. `whole`:
    everything, and the time left. `inside`: with what is the desk's own business.
    """
    ticket, speech = view.stored.ticket, view.speech
    if ticket.status is Status.DISMISSED:
        key = "card.dismissed" if inside else "card.dismissed_outside"
        return Card(speech(key, number=view.stored.number), title=view.title)
    elements: list[Element] = [Line(_standing(view))]
    elements += [*(suggestion_lines(view) if inside else ()), *clock_lines(view, whole=whole, inside=inside)]
    elements.append(Facts(_facts(view, inside=inside), in_line=True))
    elements += _major(view) if inside else []
    elements += _waiting(view, whole=whole, inside=inside)
    elements += _told(view, whole=whole)
    elements += _description(view, whole=whole, inside=inside)
    elements.append(Line(_origin(view, inside=inside), small=True))
    if ticket.snoozed_until is not None and ticket.is_open and ticket.snoozed_until > view.now and inside:
        elements.append(Line(speech("card.snoozed", until=ticket.snoozed_until), small=True))
    more = ["show"] if not whole and _is_cut(view) else []
    elements.append(Buttons(desk_buttons(view, *more), menu_buttons(view)) if inside else customers_buttons(view))
    due = next_deadline(speech, ticket, view.now)
    brief = speech("card.brief", title=view.title, standing=_standing(view), due=due)
    return Card(brief, tuple(elements), title=f"{_sign(view)} {view.title}")


def _sign(view: View) -> str:
    ticket = view.stored.ticket
    if ticket.status is Status.RESOLVED:
        return DONE
    sign = severity_sign(ticket.severity, ticket.category)
    return f"{sign} {LATE}" if _is_late(view) else sign


def _is_late(view: View) -> bool:
    """Whether a clock that runs is breached."""
    return any(clock.breached(view.now) for clock in view.stored.ticket.clocks.values() if clock.ended_at is None)


def _major(view: View) -> list[Line]:
    """The major incident that it stands for, or is part of."""
    together, speech = view.stored.ticket.together, view.speech
    if together.part_of is not None:
        return [Line(with_links(speech("card.part_of", number=together.part_of), view.cards))]
    if not together.is_major:
        return []
    if not together.parts:
        return [Line(speech("card.major"))]
    shown = [with_links(speech("alike.number", number=number), view.cards) for number in together.parts[:PARTS]]
    more = len(together.parts) - len(shown)
    numbers = join([*shown, *([(f"+{more}",)] if more else [])], ", ")
    return [Line(speech("card.major_parts", count=len(together.parts), tickets=numbers))]


def _standing(view: View) -> Sentence:
    """Severity, category and where it stands, in words."""
    ticket, speech = view.stored.ticket, view.speech
    words: list[Sentence] = []
    if ticket.severity is not None:
        meaning = view.people.meaning(ticket.severity, speech)
        words.append(speech("card.severity_meaning", severity=ticket.severity, meaning=meaning))
    elif not ticket.confirmed:
        claimed = speech("card.claimed", severity=ticket.claimed) if ticket.claimed else ()
        words.append(speech("card.unconfirmed", claimed=claimed))
    words.append(speech(f"category.{ticket.category or 'none'}"))
    words.append(speech(f"state.{ticket.status}"))
    if ticket.merged_into is not None:
        words.append(with_links(speech("card.merged", number=ticket.merged_into), view.cards))
    if ticket.promise is not None:
        words.append(speech("state.promised"))
    if _is_late(view):
        words.append((Strong(speech.text("state.breached")),))
    return join(words, " · ")


def _facts(view: View, *, inside: bool) -> tuple[tuple[str, Sentence], ...]:
    ticket, speech, people = view.stored.ticket, view.speech, view.people
    owner: Sentence = (people.named(ticket.ownership.assignee),) if ticket.ownership.assignee else speech("card.nobody")
    given = asked(view) if inside else None
    if given is not None and ticket.ownership.assignee:
        why, by = because(speech, given[1]), speech.when(given[2], "time")
        owner = speech("assigned.asked", who=people.named(ticket.ownership.assignee), why=why, by=by)
    rows: list[tuple[str, Sentence]] = [(speech.text("fact.assignee"), owner)]
    offer = proposed(view) if inside else None
    if offer is not None and offer.to is not None and offer.why is not None:
        words = speech("assigned.proposed", who=people.named(offer.to), why=because(speech, offer.why))
        rows.append((speech.text("fact.proposed"), words))
    if ticket.ownership.group is not None and inside:
        # Only the platform knows a group's name: a mention shows it, and a card that is edited pings nobody.
        rows.append((speech.text("fact.group"), (people.mention(ticket.ownership.group),)))
    if ticket.customer and inside:
        plan = speech("card.plan", plan=Typed(ticket.terms.plan)) if ticket.terms.plan else ()
        from_customer: Sentence = (Typed(ticket.customer), *plan)
        rows.append((speech.text("fact.customer"), from_customer))
    if inside and (called := _elsewhere(view)):
        rows.append((speech.text("fact.references"), called))
    if ticket.level and inside:
        rows.append(
            (
                speech.text("fact.level"),
                speech("card.level", level=ticket.level, role=people.level_role(ticket.level, speech)),
            )
        )
    if ticket.rating.stands and inside:
        rows.append((speech.text("fact.rating"), _rating(view)))
    if ticket.requested_date is not None:
        rows.append((speech.text("fact.requested"), (speech.when(ticket.requested_date),)))
    return tuple(rows)


def _elsewhere(view: View) -> Sentence:
    """What it is called elsewhere, with the ways there. What was erased is left out."""
    texts = [
        view.texts[each.body_id]
        for each in view.stored.ticket.references
        if each.body_id is not None and view.texts.get(each.body_id)
    ]
    named: list[Sentence] = [
        (Link(called.number, called.link) if called.link else Typed(called.number),)
        for called in map(referring.read, texts[:REFERENCES])
    ]
    more: list[Sentence] = [(f"+{len(texts) - len(named)}",)] if len(texts) > len(named) else []
    return join([*named, *more], ", ")


def _rating(view: View) -> Sentence:
    """What the customer answered who was asked how it went, with their word."""
    rating = view.stored.ticket.rating
    score, word = view.speech("rating.good" if rating.good else "rating.bad"), view.text(rating.body_id)
    return (*score, ": ", Typed(glance(" ".join(word.split()), TEASER))) if word else score


def _details(view: View) -> tuple[Facts, ...]:
    """Facts that the desk needs rarely."""
    ticket, speech = view.stored.ticket, view.speech
    rows: list[tuple[str, Sentence]] = []
    if ticket.links:
        numbers = [with_links(("#", str(number)), view.cards) for number in ticket.links]
        rows.append((speech.text("fact.links"), join(numbers, ", ")))
    if ticket.skills:
        rows.append((speech.text("fact.skills"), (Typed(glance(", ".join(ticket.skills))),)))
    return (Facts(tuple(rows), in_line=True),) if rows else ()


def _description(view: View, *, whole: bool, inside: bool) -> list[Element]:
    """The text that the ticket was opened with, behind its first line. A long one is folded away, together with the
    details."""
    text = view.description
    details = _details(view) if inside else ()
    is_short = len(text) <= GLANCE or whole or not inside
    short: list[Element] = [Quote(text)] if text and is_short else []
    if is_short:  # a fold would take no less room than a line or two
        return [*short, *details]
    teaser = glance(" ".join(text.split()), TEASER)
    return [Fold(view.speech.text("card.details"), teaser, (Quote(glance(text, LONG)), *details))]


def _origin(view: View, *, inside: bool) -> Sentence:
    """Who reported it and when, and the ways to where that was said."""
    ticket, speech = view.stored.ticket, view.speech
    corrected = speech("card.corrected") if ticket.report.corrections else ()
    who = view.who_said(ticket.requester, view.stored.events[0].seq)
    words = [speech("card.reported", who=who, at=ticket.report.at, corrected=corrected)]
    if inside:
        words += [(Link(speech.text(f"link.{name}"), url),) for name, url in _ways(view)]
    return join(words, " · ")


def _ways(view: View) -> list[tuple[str, str]]:
    """Links, as (name, address), to the message that the ticket was made from and to the customer's thread."""
    customer, opened = view.stored.conversation("customer"), view.stored.events[0].fact
    origin = opened.origin if isinstance(opened, Opened) else None
    ways = []
    if origin is not None:
        outside = view.people.roster.is_outside(view.stored.ticket.requester)
        asked = outside or (customer and customer.channel == origin[0])
        ways.append(("message" if asked else "inside_message", view.link(*origin)))
    if customer is not None and customer.root_id is not None:
        ways.append(("thread", view.link(customer.channel, customer.root_id, customer.root_id)))
    return [(name, url) for name, url in ways if url]


def _told(view: View, *, whole: bool) -> list[Element]:
    """The resolution, else what the customer was told last: who, when, and its text."""
    ticket = view.stored.ticket
    told = ticket.resolution or ticket.updates.last_told
    if told is None:
        return []
    name = told.what if ticket.resolution is None else "resolution"
    at = view.speech.since(told.at)
    text = view.text(told.body_id)
    line = Line(view.speech(f"last.{name}", who=view.who_said(told.by, told.seq), at=at), small=True)
    return [line, *([Quote(text if whole else glance(text, _room(told)))] if text else [])]


def _room(told: Told) -> int:
    """How many characters of what was told the card shows."""
    return LONG if told.what == "resolved" else GLANCE


def _is_cut(view: View) -> bool:
    """Whether the card leaves out part of a text."""
    ticket = view.stored.ticket
    told = ticket.resolution or ticket.updates.last_told
    waiting = view.text(ticket.waiting.body_id) if ticket.waiting is not None else ""
    said = view.text(told.body_id) if told is not None else ""
    return len(view.description) > LONG or len(waiting) > GLANCE or (told is not None and len(said) > _room(told))


def _waiting(view: View, *, whole: bool, inside: bool) -> list[Element]:
    """What it waits for, and why."""
    waiting, speech = view.stored.ticket.waiting, view.speech
    if waiting is None:
        return []
    until = speech("card.waiting_until", at=waiting.until) if waiting.until is not None else ()
    what = waited_for(speech, view.stored, waiting.what)
    line = Line(speech("card.waiting", what=what, since=speech.when(waiting.since), until=until))
    reason, last = view.text(waiting.body_id) if inside else "", view.stored.ticket.updates.last_told
    found: list[Element] = [line, *([Quote(reason if whole else glance(reason))] if reason else [])]
    question = view.text(waiting.question_id)
    if question and (last is None or last.seq != waiting.asked):  # else it is what was said last, and stands there
        asked = Line(speech("card.asked", asker=speech(f"asker.{view.stored.asker}")), small=True)
        found += [asked, Quote(question if whole else glance(question))]
    return found
