"""Which buttons stand on a ticket's card, as the ticket stands."""

from __future__ import annotations

from bot.wording.card import Button, Buttons
from bot.wording.offers import assign_button, proposed
from bot.wording.suggested import confirm_buttons
from bot.wording.view import View
from triage.terms import Category
from triage.ticket import Ticket


def desk_buttons(view: View, *more: str) -> tuple[Button, ...]:
    """What the desk can do next, most likely first, then `more`."""
    ticket, speech = view.stored.ticket, view.speech
    if ticket.merged_into is not None:
        return (show_button(view, ticket.merged_into),)
    if not ticket.is_open:
        verbs = ["reopen"]
    else:
        verbs = ["severity"] if _asks_severity(ticket) else []
        owned = ticket.ownership
        free = owned.assignee is None or owned.answer_by is not None  # or whoever was given it has yet to accept it
        verbs += [*(["take"] if free else []), "update", _milestone(ticket)]
        verbs += ["resume" if ticket.waiting is not None else "wait"]
        verbs += [*(["escalate"] if ticket.level < ticket.terms.levels else []), "resolve"]
        verbs += ["dismiss"] if ticket.automatic and not ticket.confirmed else []
    styles = {"severity": "primary", "take": "primary"}
    found = [
        Button(verb, speech.text(f"button.{verb}"), view.stored.number, ticket.version, styles.get(verb))
        for verb in (*verbs, *more)
    ]
    found = [*confirm_buttons(view), *found]
    offer = proposed(view)
    if offer is not None and offer.to is not None:
        place = next((n for n, each in enumerate(found, 1) if each.verb == "take"), 0)
        found.insert(place, assign_button(view, offer.to))
    return tuple(found)


def customers_buttons(view: View) -> Buttons:
    """What a customer may do: ask for more."""
    ticket = view.stored.ticket
    if not ticket.is_open or ticket.merged_into is not None:
        return Buttons(())
    label = view.speech.text("button.ask_escalation")
    return Buttons((Button("escalate", label, view.stored.number, ticket.version),))


def _asks_severity(ticket: Ticket) -> bool:
    """Whether nobody has said how severe it is, and its text suggests nothing."""
    return not ticket.confirmed and ticket.suggestion is None


def _milestone(ticket: Ticket) -> str:
    """What the desk works towards: of an incident that service is back, of anything else the next promise."""
    if ticket.category is not Category.INCIDENT:
        return "promise"
    return "restored" if ticket.outage.restored_at is None else "relapsed"


def menu_verbs(ticket: Ticket) -> tuple[str, ...]:
    """What the card's menu holds: only incidents have a severity to set. What has a button on the card is left out."""
    if ticket.merged_into is not None:
        return ()
    if not ticket.is_open:
        return ("note", "more")
    if ticket.category is Category.INCIDENT:
        return ("assign", *(() if _asks_severity(ticket) else ("severity",)), "note", "promise", "more")
    if ticket.suggestion is not None:
        return ("assign", "severity", "note", "more")
    return ("assign", "category", "note", "snooze", "more")


def menu_buttons(view: View) -> tuple[Button, ...]:
    """What the desk does more rarely, behind a menu."""
    ticket, speech = view.stored.ticket, view.speech
    verbs = menu_verbs(ticket)
    return tuple(Button(verb, speech.text(f"button.{verb}"), view.stored.number, ticket.version) for verb in verbs)


def show_button(view: View, number: int) -> Button:
    """A button that shows another ticket."""
    return Button("show", view.speech.text("button.show_number", number=number), number, view.stored.ticket.version)
