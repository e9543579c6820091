"""The card of a ticket: its one message, edited in place. What it says is decided here, once for every platform."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.desk.binding import nowhere
from bot.wording.card import Button, Buttons, Card, Element, Facts, Fold, Line, Quote
from bot.wording.card_links import with_ways
from bot.wording.phrase_book import PhraseBook
from bot.wording.sentences import Link, Sentence, Strong, Typed, join, strong
from bot.wording.speech import Speech
from storage.tickets import StoredTicket
from triage.attention import is_near
from triage.clocks import Clock, ClockState
from triage.facts.sorting import Opened
from triage.fold import Told
from triage.terms import Category
from triage.ticket import Status, Ticket

SIGNS = {1: "\U0001f534", 2: "\U0001f7e0", 3: "\U0001f7e1"}
UNCONFIRMED, SETTING_UP, DONE, LATE = "\u26aa", "\U0001f527", "\u2705", "\u2757"
# Beside a clock's words, never instead of them.
MET, RUNNING, NEAR, PAUSED, STOPPED = "\u2705", "\u23f3", "\u26a0\ufe0f", "\u23f8\ufe0f", "\u23f9\ufe0f"
# So much of a text is taken in at a glance; as long may a resolution be, or what is folded away.
GLANCE, LONG = 280, 1000
TEASER = 100


@dataclass(frozen=True)
class View:
    """A ticket as somebody is shown it: with the free texts by body id, who people are, how to speak, and when. `link`
    makes the address of a message, empty where there is none; `cards` are those of other tickets' cards, by number."""

    stored: StoredTicket
    texts: Mapping[int, str]
    people: PhraseBook
    speech: Speech
    now: datetime
    link: Callable[[str, str, str], str] = nowhere
    cards: Mapping[int, str] = field(default_factory=dict)

    def text(self, body_id: int | None) -> str:
        """A free text; an erased one says so."""
        if body_id is None:
            return ""
        return self.texts.get(body_id) or self.speech.text("card.erased")

    @property
    def summary(self) -> str:
        """The first line of what the ticket was opened with."""
        return self.text(self.stored.events[0].body_id).split("\n", 1)[0]

    @property
    def description(self) -> str:
        """The rest of what the ticket was opened with."""
        return self.text(self.stored.events[0].body_id).partition("\n")[2].strip()

    @property
    def title(self) -> str:
        """Number and summary: the headline of everything about the ticket."""
        return f"#{self.stored.number} {self.summary}"


def severity_sign(severity: int | None, category: str | None) -> str:
    """A sign beside the words, never instead of them."""
    if severity is not None:
        return SIGNS[severity]
    return SETTING_UP if category == Category.PROVISIONING else UNCONFIRMED


def ticket_card(view: View, *, whole: bool = False, inside: bool = True) -> Card:
    """The ticket's card, for somebody who is woken by it: what burns, who has it, what was said last, what can be done.

    Of long texts it holds the beginning, and folds away what is read rarely, so that clocks and buttons stay in sight;
    all of it, and what time is left, when `whole`. Not `inside` the desk it says nothing that is its own business.
    """
    ticket, speech = view.stored.ticket, view.speech
    if ticket.status is Status.DISMISSED:
        key = "card.dismissed" if inside else "card.dismissed_outside"
        return Card(speech(key, number=view.stored.number), title=view.title)
    elements: list[Element] = [Line(_standing(view)), *_clocks(view, whole=whole)]
    elements.append(Facts(_facts(view, inside=inside), in_line=True))
    elements += _waiting(view, whole=whole, inside=inside)
    elements += _told(view, whole=whole)
    elements += _description(view, whole=whole, inside=inside)
    elements.append(Line(_origin(view, inside=inside), small=True))
    if ticket.snoozed_until is not None and ticket.is_open and ticket.snoozed_until > view.now and inside:
        elements.append(Line(speech("card.snoozed", until=ticket.snoozed_until), small=True))
    more = ["show"] if not whole and _is_cut(view) else []
    elements.append(Buttons(_buttons(view, *more), _menu(view)) if inside else _customers_buttons(view))
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
        words.append(with_ways(speech("card.merged", number=ticket.merged_into), view.cards))
    if ticket.promise is not None:
        words.append(speech("state.promised"))
    if _is_late(view):
        words.append((Strong(speech.text("state.breached")),))
    return join(words, " · ")


def _facts(view: View, *, inside: bool) -> tuple[tuple[str, Sentence], ...]:
    ticket, speech, people = view.stored.ticket, view.speech, view.people
    owner: Sentence = (people.named(ticket.assignee),) if ticket.assignee else speech("card.nobody")
    rows: list[tuple[str, Sentence]] = [(speech.text("fact.assignee"), owner)]
    if ticket.group is not None and inside:
        # Only the platform knows a group's name: a mention shows it, and a card that is edited pings nobody.
        rows.append((speech.text("fact.group"), (people.mention(ticket.group),)))
    if ticket.customer and inside:
        plan = speech("card.plan", plan=Typed(ticket.terms.plan)) if ticket.terms.plan else ()
        from_customer: Sentence = (Typed(ticket.customer), *plan)
        rows.append((speech.text("fact.customer"), from_customer))
    if ticket.level and inside:
        rows.append(
            (
                speech.text("fact.level"),
                speech("card.level", level=ticket.level, role=people.level_role(ticket.level, speech)),
            )
        )
    if ticket.requested_date is not None:
        rows.append((speech.text("fact.requested"), (speech.when(ticket.requested_date),)))
    return tuple(rows)


def _details(view: View) -> tuple[Facts, ...]:
    """What the desk looks for now and then."""
    ticket, speech = view.stored.ticket, view.speech
    rows: list[tuple[str, Sentence]] = []
    if ticket.links:
        numbers = [with_ways(("#", str(number)), view.cards) for number in ticket.links]
        rows.append((speech.text("fact.links"), join(numbers, ", ")))
    if ticket.skills:
        rows.append((speech.text("fact.skills"), (Typed(glance(", ".join(ticket.skills))),)))
    return (Facts(tuple(rows), in_line=True),) if rows else ()


def named_on_card(stored: StoredTicket) -> list[int]:
    """The numbers of other tickets that its card names."""
    ticket = stored.ticket
    return [*ticket.links, *([ticket.merged_into] if ticket.merged_into is not None else [])]


def shown_bodies(stored: StoredTicket) -> list[int]:
    """The texts that a card shows: what the ticket is about, why it waits, what the customer was told last."""
    ticket = stored.ticket
    ids = [stored.events[0].body_id]
    ids += [each.body_id for each in (ticket.waiting, ticket.last_told, ticket.resolution) if each is not None]
    ids += [] if ticket.waiting is None else [ticket.waiting.question_id]
    return [body_id for body_id in ids if body_id is not None]


def _description(view: View, *, whole: bool, inside: bool) -> list[Element]:
    """What the ticket was opened with beside its summary. A long one is folded away, with what is read as rarely."""
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
    corrected = speech("card.corrected") if ticket.corrections else ()
    who = view.people.named(ticket.requester)
    words = [speech("card.reported", who=who, at=ticket.reported_at, corrected=corrected)]
    if inside:
        words += [(Link(speech.text(f"link.{name}"), url),) for name, url in _ways(view)]
    return join(words, " · ")


def _ways(view: View) -> list[tuple[str, str]]:
    """What leads to where the ticket comes from and where the customer reads, with its address."""
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
    told = ticket.resolution or ticket.last_told
    if told is None:
        return []
    name = "resolution" if told is ticket.resolution else told.what
    at = view.speech.since(told.at)
    text = view.text(told.body_id)
    line = Line(view.speech(f"last.{name}", who=view.people.named(told.by), at=at), small=True)
    return [line, *([Quote(text if whole else glance(text, _room(told)))] if text else [])]


def _room(told: Told) -> int:
    """How much of what was told is shown at a glance."""
    return LONG if told.what == "resolved" else GLANCE


def _is_cut(view: View) -> bool:
    """Whether the card holds only the beginning of a text."""
    ticket = view.stored.ticket
    told = ticket.resolution or ticket.last_told
    waiting = view.text(ticket.waiting.body_id) if ticket.waiting is not None else ""
    said = view.text(told.body_id) if told is not None else ""
    return len(view.description) > LONG or len(waiting) > GLANCE or (told is not None and len(said) > _room(told))


def _clocks(view: View, *, whole: bool) -> list[Line]:
    """How its clocks stand: what is late, then what is due next, in bold; what has ended, in small letters."""
    ticket = view.stored.ticket
    running = sorted((c for c in ticket.clocks.values() if c.due is not None), key=lambda clock: clock.due or view.now)
    others = [clock for clock in ticket.clocks.values() if clock.due is None]
    going = [
        *(_marked(view, clock, bold=place == 0 or clock.breached(view.now), whole=whole)
          for place, clock in enumerate(running)),
        *(_marked(view, clock) for clock in others if clock.ended_at is None),
    ]  # fmt: skip
    ended = [_marked(view, clock) for clock in others if clock.ended_at is not None]
    return [
        *([Line(join(going, "\n"))] if going else []),
        *([Line(join(ended, " · "), small=True)] if ended else []),
    ]


def _marked(view: View, clock: Clock, *, bold: bool = False, whole: bool = False) -> Sentence:
    line = clock_line(view.speech, clock, view.now, view.stored.asker)
    if bold:
        line = strong(line)
    if whole and clock.due is not None and clock.due > view.now:
        left = view.speech.duration((clock.due - view.now).total_seconds())
        line = (*line, *view.speech("card.left", left=left))
    return (f"{mark(view.stored.ticket, clock, view.now)} ", *line)


def mark(ticket: Ticket, clock: Clock, now: datetime) -> str:
    """A sign for how a clock stands, to be seen before anything is read."""
    if clock.state is ClockState.PAUSED:
        return PAUSED
    if clock.state is not ClockState.RUNNING:
        return MET if clock.state is ClockState.MET else STOPPED
    if clock.breached(now):
        return LATE
    return NEAR if is_near(ticket, clock) else RUNNING


def clock_line(speech: Speech, clock: Clock, now: datetime, asker: str = "customer") -> Sentence:
    """How one clock stands: due, promised, paused for whoever asked, met, breached."""
    name = speech(f"clock.{clock.kind}")
    if clock.state is ClockState.PAUSED:
        return speech("card.clock_paused", clock=name, asker=speech(f"asker.{asker}"))
    if clock.state is ClockState.STOPPED:
        key = "card.clock_stopped_late" if clock.breached() else "card.clock_stopped"
        return speech(key, clock=name)
    if clock.state is ClockState.MET and clock.ended_at is not None:
        if clock.breached():
            return speech(
                "card.clock_met_late", clock=name, at=clock.ended_at, over=speech.duration(clock.over(clock.ended_at))
            )
        return speech("card.clock_met", clock=name, at=clock.ended_at)
    if clock.due is None:
        return speech("card.clock_none", clock=name)
    if clock.breached(now):
        return speech("card.clock_breached", clock=name, at=speech.since(clock.due))
    if clock.promised is not None:
        return speech("card.clock_promised", clock=name, at=clock.due)
    return speech("card.clock_due", clock=name, at=clock.due)


def _waiting(view: View, *, whole: bool, inside: bool) -> list[Element]:
    """What it waits for, and why."""
    waiting, speech = view.stored.ticket.waiting, view.speech
    if waiting is None:
        return []
    until = speech("card.waiting_until", at=waiting.until) if waiting.until is not None else ()
    what = waited_for(speech, view.stored, waiting.what)
    line = Line(speech("card.waiting", what=what, since=speech.when(waiting.since), until=until))
    reason, last = view.text(waiting.body_id) if inside else "", view.stored.ticket.last_told
    found: list[Element] = [line, *([Quote(reason if whole else glance(reason))] if reason else [])]
    question = view.text(waiting.question_id)
    if question and (last is None or last.seq != waiting.asked):  # else it is what was said last, and stands there
        asked = Line(speech("card.asked", asker=speech(f"asker.{view.stored.asker}")), small=True)
        found += [asked, Quote(question if whole else glance(question))]
    return found


def waited_for(speech: Speech, stored: StoredTicket, what: str) -> Sentence:
    """Whom or what the ticket waits for; whoever asked by what they are."""
    return speech(f"asker.{stored.asker}" if what == "customer" else f"waiting_for.{what}")


def glance(text: str, most: int = GLANCE) -> str:
    """The beginning of a text."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def next_deadline(speech: Speech, ticket: Ticket, now: datetime) -> Sentence:
    """Which clock runs out next, and when; nothing where none does. What has passed is said elsewhere."""
    ahead = [(clock.due, kind) for kind, clock in ticket.clocks.items() if clock.due is not None and clock.due >= now]
    if not ahead:
        return ()
    due, kind = min(ahead)
    return speech("card.next_due", clock=speech(f"clock.{kind}"), at=due)


def _buttons(view: View, *more: str) -> tuple[Button, ...]:
    ticket, speech = view.stored.ticket, view.speech
    if ticket.merged_into is not None:
        return (show_button(view, ticket.merged_into),)
    if not ticket.is_open:
        verbs = ["reopen"]
    else:
        verbs = [] if ticket.confirmed else ["severity"]
        verbs += [*(["take"] if ticket.assignee is None else []), "update", _milestone(ticket)]
        verbs += ["resume" if ticket.waiting is not None else "wait"]
        verbs += [*(["escalate"] if ticket.level < ticket.terms.levels else []), "resolve"]
        verbs += ["dismiss"] if ticket.automatic and not ticket.confirmed else []
    styles = {"severity": "primary", "take": "primary"}
    return tuple(
        Button(verb, speech.text(f"button.{verb}"), view.stored.number, ticket.version, styles.get(verb))
        for verb in (*verbs, *more)
    )


def _customers_buttons(view: View) -> Buttons:
    """What a customer may do: ask for more."""
    ticket = view.stored.ticket
    if not ticket.is_open or ticket.merged_into is not None:
        return Buttons(())
    label = view.speech.text("button.ask_escalation")
    return Buttons((Button("escalate", label, view.stored.number, ticket.version),))


def _milestone(ticket: Ticket) -> str:
    """What the desk works towards: of an incident that service is back, of anything else the next promise."""
    if ticket.category is not Category.INCIDENT:
        return "promise"
    return "restored" if ticket.restored_at is None else "relapsed"


def menu_verbs(ticket: Ticket) -> tuple[str, ...]:
    """What the card's menu holds: only incidents have a severity to set."""
    if ticket.merged_into is not None:
        return ()
    if not ticket.is_open:
        return ("note", "more")
    if ticket.category is Category.INCIDENT:
        return ("assign", "severity", "note", "promise", "more")
    return ("assign", "category", "note", "snooze", "more")


def _menu(view: View) -> tuple[Button, ...]:
    ticket, speech = view.stored.ticket, view.speech
    verbs = menu_verbs(ticket)
    return tuple(Button(verb, speech.text(f"button.{verb}"), view.stored.number, ticket.version) for verb in verbs)


def show_button(view: View, number: int) -> Button:
    """A button that shows another ticket."""
    return Button("show", view.speech.text("button.show_number", number=number), number, view.stored.ticket.version)
