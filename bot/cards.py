"""The card of a ticket: its one message, edited in place. What it says is decided here, once for every platform."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.card import Button, Buttons, Card, Element, Facts, Line, Quote
from bot.people import Directory
from bot.sentences import Sentence, Typed, join
from bot.speech import Speech
from storage.tickets import StoredTicket
from triage.clocks import Clock, ClockState
from triage.terms import Category, ClockKind
from triage.ticket import Status, Ticket

SIGNS = {1: "\U0001f534", 2: "\U0001f7e0", 3: "\U0001f7e1"}
GLANCE = 1000
UNCONFIRMED, SETTING_UP, DONE = "\u26aa", "\U0001f527", "\u2705"


@dataclass(frozen=True)
class View:
    """A ticket as somebody is shown it: with the free texts by body id, who people are, how to speak, and when."""

    stored: StoredTicket
    texts: Mapping[int, str]
    people: Directory
    speech: Speech
    now: datetime

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
    """The ticket's card: what it is, who has it, how its clocks stand, what can be done.

    Of long texts it holds the beginning, so that clocks and buttons stay in sight; all of them when `whole`. Not
    `inside` the desk it says nothing that is the desk's own business.
    """
    ticket, speech = view.stored.ticket, view.speech
    if ticket.status is Status.DISMISSED:
        return Card(speech("card.dismissed", number=view.stored.number), title=view.title)
    sign = DONE if ticket.status is Status.RESOLVED else severity_sign(ticket.severity, ticket.category)
    elements: list[Element] = [Line(_standing(view)), Facts(_facts(view, inside=inside))]
    waiting = view.text(ticket.waiting.body_id) if ticket.waiting is not None and inside else ""
    is_cut = not whole and max(len(view.description), len(waiting)) > GLANCE
    if view.description:
        elements.append(Quote(_glance(view.description) if is_cut else view.description))
    elements.extend(Line(line) for line in _clock_lines(view))
    elements.extend(Line(line) for line in _waiting(view))
    if waiting:
        elements.append(Quote(_glance(waiting) if is_cut else waiting))
    if ticket.snoozed_until is not None and ticket.is_open and ticket.snoozed_until > view.now and inside:
        elements.append(Line(speech("card.snoozed", until=ticket.snoozed_until), small=True))
    elements.append(
        Buttons(_buttons(view, *(["show"] if is_cut else [])), _menu(view)) if inside else _customers_buttons(view)
    )
    due = next_deadline(speech, ticket, view.now)
    brief = speech("card.brief", title=view.title, standing=_standing(view), due=due)
    return Card(brief, tuple(elements), title=f"{sign} {view.title}")


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
        words.append(speech("card.merged", number=ticket.merged_into))
    if ticket.promise is not None:
        words.append(speech("state.promised"))
    if any(clock.breached(view.now) for clock in ticket.clocks.values() if clock.ended_at is None):
        words.append(speech("state.breached"))
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
    rows.append((speech.text("fact.requester"), (people.named(ticket.requester),)))
    corrected = speech("card.corrected") if ticket.corrections else ()
    rows.append((speech.text("fact.reported"), (speech.when(ticket.reported_at), *corrected)))
    if ticket.links and inside:
        rows.append((speech.text("fact.links"), (", ".join(f"#{number}" for number in ticket.links),)))
    if ticket.level and inside:
        rows.append(
            (
                speech.text("fact.level"),
                speech("card.level", level=ticket.level, role=people.level_role(ticket.level, speech)),
            )
        )
    if ticket.skills and inside:
        rows.append((speech.text("fact.skills"), (Typed(", ".join(ticket.skills)),)))
    if ticket.requested_date is not None:
        rows.append((speech.text("fact.requested"), (speech.when(ticket.requested_date),)))
    return tuple(rows)


def _clock_lines(view: View) -> list[Sentence]:
    clocks = view.stored.ticket.clocks
    return [clock_line(view.speech, clocks[kind], view.now) for kind in ClockKind if kind in clocks]


def clock_line(speech: Speech, clock: Clock, now: datetime) -> Sentence:
    """How one clock stands: due, promised, paused, met, breached."""
    name = speech(f"clock.{clock.kind}")
    if clock.state is ClockState.PAUSED:
        return speech("card.clock_paused", clock=name)
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
        return speech("card.clock_breached", clock=name, at=clock.due)
    if clock.promised is not None:
        return speech("card.clock_promised", clock=name, at=clock.due)
    return speech("card.clock_due", clock=name, at=clock.due)


def _waiting(view: View) -> list[Sentence]:
    waiting, speech = view.stored.ticket.waiting, view.speech
    if waiting is None:
        return []
    until = speech("card.waiting_until", at=waiting.until) if waiting.until is not None else ()
    what = waited_for(speech, view.stored, waiting.what)
    return [speech("card.waiting", what=what, since=speech.when(waiting.since), until=until)]


def waited_for(speech: Speech, stored: StoredTicket, what: str) -> Sentence:
    """Whom or what the ticket waits for; whoever asked by what they are."""
    return speech(f"asker.{stored.asker}" if what == "customer" else f"waiting_for.{what}")


def _glance(text: str) -> str:
    return text if len(text) <= GLANCE else f"{text[: GLANCE - 1]}…"


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
    """What the card's menu holds, five at most: only incidents have a severity to set."""
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
