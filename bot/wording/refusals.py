"""A refusal in words: why, and what to do instead, for this person, in this place.

Every refusal has a sentence (`refusal.CODE`), written for somebody who types. A language may have another one for
somebody outside (`refusal_outside`), for a form (`refusal_in_form`), and for what is about no ticket, or about one that
is yet to be opened (`refusal_new`); and of each one that ends in `_by_button`, for where not all that people write is
heard.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from bot.desk.binding import NAME
from bot.desk.where import Where
from bot.wording.card import Button, Buttons, Card, Element, Line
from bot.wording.phrase_book import PhraseBook
from bot.wording.sentences import Link, Sentence, plain
from bot.wording.speech import Speech, catalogue
from triage.errors import Refusal
from triage.people import Role
from triage.rights import Venue, is_obeyed

# The number that stands in what is suggested where no ticket is meant.
EXAMPLE = 42
FEW = 3
LONGEST = 400  # characters of what somebody typed that are said back to them: no platform takes a message of any length


@dataclass(frozen=True, slots=True)
class Stand:
    """What the wording of a refusal depends on: who is refused, and in which place."""

    #: Their language and zone.
    speech: Speech
    #: What they type there before a verb.
    command: str
    #: Who people are, in words: who may do it is said by name.
    people: PhraseBook
    #: What people inside type before a verb in a channel.
    elsewhere: str
    #: They are outside: nobody is named to them.
    outside: bool = False
    #: They are refused in a form, and can correct it.
    in_form: bool = False
    #: They act where a customer reads along.
    beside: bool = False
    #: Whatever is written in a ticket's thread is heard; else a customer answers by a button.
    heard: bool = True

    def obeys(self, verb: str) -> bool:
        """Whether this person may ask for that here by typing it, by any name that their language has for it."""
        venue = Venue.CUSTOMERS_THREAD if self.beside else Venue.ELSEWHERE
        return is_obeyed(own_names(self.speech.language).get(verb, verb), venue, outside=self.outside)


def stand(people: PhraseBook, where: Where, command: str, *, outside: bool | None = None, heard: bool = True) -> Stand:
    """The `Stand` of somebody who acted at `where`. People outside, and people in a thread where no command can be
    typed, type the bot's name instead of the command."""
    outside = people.roster.is_outside(where.person) if outside is None else outside
    desk = people.policy.desk
    # A thread that is not the desk's own is a customer's, or may be.
    beside = (
        where.thread is not None
        and where.channel not in (*desk.channels, *desk.escalation_channels)
        and not (not desk.channels and where.channel not in desk.customer_channels)
    )
    here = NAME if outside or where.thread is not None else command
    return Stand(people.reader(where.person), here, people, command, outside, beside=beside, heard=heard)


def explain(refusal: Refusal, to: Stand) -> Sentence:
    """A refusal in words, with roles and verbs in the reader's language. Who may do it is said by role; to people
    inside by name as well, where only a few may."""
    speech, values = to.speech, {"number": EXAMPLE, **refusal.values}
    values |= {
        name: f"{value[:LONGEST]}…"
        for name, value in values.items()
        if name != "url" and isinstance(value, str) and len(value) > LONGEST
    }
    key = _key(refusal, to)
    who = values.get("who")
    if isinstance(who, list | tuple):
        values["who"] = speech.any_of([speech.text(f"role.{role}") for role in _whom_to_ask(who)])
        names = [] if to.outside else _few(who, to.people)
        of_none = key == f"refusal_new.{refusal.code}"
        by_name = f"refusal_new_by_name.{refusal.code}" if of_none else f"refusal_by_name.{refusal.code}"
        if names and (of_none or key == f"refusal.{refusal.code}") and speech.has(by_name):
            key, values["names"], values["count"] = by_name, speech.all_of(names), len(names)
    if "url" in values:
        label = speech.text("mention.card_link", number=values["number"])
        values["card"] = (" (", Link(label, str(values["url"])), ")") if values["url"] else ()
    if isinstance(values.get("category"), str):
        values["category"] = speech(f"category.{values['category']}")
    if "ago" in values:
        values["ago"] = speech.duration(int(str(values["ago"])))
    said: dict[str, Any] = {
        **values,
        **{name: spoken(str(values[name]), speech) for name in ("verb", "close") if name in values},
    }
    if not to.outside and not _obeyed(key, to, values):
        return (*speech(key, command=to.elsewhere, **said), " ", *speech("mention.elsewhere"))
    return speech(key, command=to.command, **said)


def spoken(verb: str, speech: Speech) -> str:
    """A verb as the reader's language types it. What is no verb stays as it is."""
    key = f"help.{verb}"
    shown = speech.suggested(key) if speech.has(key) else []
    return next(iter(shown), verb)


@cache
def own_names(language: str) -> Mapping[str, str]:
    """The verbs as a language types them, each with its own name."""
    speaker = Speech(language)
    keys = [key for key in catalogue(language) if key.startswith("help.")]
    return {shown[0]: key.partition(".")[2] for key in keys if (shown := speaker.suggested(key))}


def _key(refusal: Refusal, to: Stand) -> str:
    """The catalogue key of the sentence that fits this person and place."""
    return to.speech.answerable(_key_of_person(refusal, to), heard=to.heard)


def _key_of_person(refusal: Refusal, to: Stand) -> str:
    speech, code = to.speech, refusal.code
    places = (
        (to.in_form, f"refusal_in_form.{code}"),
        (to.outside, f"refusal_outside.{code}"),
        ("number" not in refusal.values, f"refusal_new.{code}"),
    )
    for holds, key in places:
        if holds and speech.has(key):
            return key
    key = f"refusal.{code}"
    if to.outside and not _obeyed(key, to, refusal.values):
        return "refusal_outside.other"
    return key


def _obeyed(key: str, to: Stand, values: Mapping[str, Any]) -> bool:
    """Whether everything that the sentence suggests to type would be obeyed in this place."""
    typed = (str(values.get(verb[1:-1])) if verb.startswith("{") else verb for verb in to.speech.suggested(key))
    return all(map(to.obeys, typed))


def _few(roles: Sequence[str], people: PhraseBook) -> list[str]:
    """Everyone who holds one of the roles, by name; nobody where they are more than a few."""
    found = {person for role in roles for person in people.roster.with_role(Role(role))}
    return sorted(map(people.name, found)) if len(found) <= FEW else []


def _whom_to_ask(roles: Sequence[str]) -> list[str]:
    """The roles that may, the nearest first. Where agents may, the roles above them are left out: an agent is
    nearer."""
    above = {Role.LEAD, Role.MANAGER, Role.ADMIN} if Role.AGENT in roles else set()
    return [role for role in Role if role in roles and role not in above]


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be done instead, by a button."""

    #: The button's verb.
    verb: str
    #: The name of its label in the locales.
    label: str
    #: What narrows the verb, with a value of the refusal's in `{}`.
    value: str = ""


OFFERS: dict[str, Offer] = {
    "taken_meanwhile": Offer("take", "take_over", "sure.{owner}."),
    "owned": Offer("take", "take_over", "sure.{owner}."),
    "merge_differs": Offer("merge", "merge_sure", "sure.{other}."),
    "major_promise": Offer("promise", "promise_sure", "sure.{sure}."),
    "take_back_again": Offer("take-back", "take-back", "{seq}"),
    "siren_agent": Offer("escalate", "escalate"),
    "siren_requester": Offer("escalate", "ask_escalation"),
}
# Of these there is nothing to show, or nothing that this person may see.
UNSHOWN = {"no_such_ticket", "not_yours_to_see", "not_yours", "malformed_number"}


def refusal_card(refusal: Refusal, to: Stand, *more: Element, shows: bool = False) -> Card:
    """The refusal, what can be done instead by a button, and, where it `shows`, the way to the ticket."""
    sentence = explain(refusal, to)
    buttons = _buttons(refusal, to, shows=shows)
    if not buttons and not more:
        return Card(sentence)
    return Card(sentence, (Line(sentence), *more, *([Buttons(buttons)] if buttons else [])))


def _buttons(refusal: Refusal, to: Stand, *, shows: bool) -> tuple[Button, ...]:
    values, speech = refusal.values, to.speech
    number, version = values.get("number"), values.get("version", 0)
    if not (isinstance(number, int) and isinstance(version, int)):
        return ()
    buttons = []
    offer = OFFERS.get(refusal.code)
    if offer is not None:
        value = offer.value.format_map(values)
        buttons.append(Button(offer.verb, speech.text(f"button.{offer.label}"), number, version, value=value))
    if shows and refusal.code not in UNSHOWN:
        buttons.append(Button("show", speech.text("button.show_number", number=number), number, version))
    return tuple(buttons)


def in_words(refusal: Refusal, to: Stand) -> str:
    """The refusal as a sentence without buttons: under the field of a form."""
    return plain(explain(refusal, to))
