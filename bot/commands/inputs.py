"""What a verb takes, whatever ticket it is done to, read from the verb's own record: what a program may send, and what
stands in the document that describes it.

A form is made for a ticket. Here it is made twice, for two tickets of two desks that have nothing in common. What both
ask for is the verb's own; choices that only one of them has are the ticket's or the desk's, and left open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

from bot.desk.directory import Directory
from bot.desk.languages import LANGUAGES
from bot.verbs.base.verb import Also, FormContext, TicketVerb
from bot.verbs.engine.parts import Recipient
from bot.verbs.new import NEW, fields_of_new, skills_field
from bot.verbs.registry import VERBS
from bot.verbs.shared.suggested import Prefilled
from bot.wording.card import Field, FieldKind
from bot.wording.phrase_book import PhraseBook
from bot.wording.speech import Speech, speech
from triage.change import Change
from triage.desk import Desk
from triage.fold import fold
from triage.opening import open_ticket
from triage.people import Actor, Role
from triage.policy import Policy
from triage.terms import Category
from triage.ticket import Ticket
from triage.updating import update

#: What says yes to a question that a verb asked first (`TicketVerb.questions`).
SURE = "sure"
_AGENT = Actor("nobody:1", frozenset({Role.AGENT}))
_CUSTOMER = Actor("nobody:2", frozenset({Role.REQUESTER}))
_NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)


@cache
def inputs_of(name: str, language: str) -> Mapping[str, Field]:
    """By name what that verb on a ticket takes, in the words of that language. Of a choice without options any value
    may be one; options of anything else are values that it may have besides. Empty: it takes nothing. Raises KeyError
    where there is no such verb."""
    verb, words = VERBS[name], speech(language)
    if not isinstance(verb, TicketVerb):
        raise KeyError(name)
    found = {} if verb.form is None else _of_form(verb, words)
    for each in verb.also:
        found[each.id] = _added(name, found.get(each.id), each, words)
    if verb.questions:
        found[SURE] = Field(SURE, FieldKind.LINE, words.text("also.sure"))
    return found


@cache
def inputs_of_opening(language: str, skills: tuple[str, ...] = ()) -> Mapping[str, Field]:
    """The same of opening a ticket, at a desk that knows of these skills."""
    words, people = speech(language), PhraseBook(Directory(Policy()))
    fields = [
        *fields_of_new(people, words, Prefilled(None), _NOW, customer=None, names=True),
        skills_field(skills, words, Prefilled(None)),
    ]
    found = {each.id: replace(each, initial=None) for each in fields}
    for each in NEW.also:
        found[each.id] = _added(NEW.name, found.get(each.id), each, words)
    return found


def _of_form(verb: TicketVerb, words: Speech) -> dict[str, Field]:
    """What both specimens ask for; optional is what only one of them does."""
    one, other = ({} if verb.form is None else {f.id: f for f in verb.form.fields(c)} for c in _specimens(words))
    return {
        name: _own(one.get(name) or other[name], other.get(name) or one[name], always=name in one and name in other)
        for name in dict.fromkeys((*one, *other))
    }


def _own(one: Field, other: Field, *, always: bool) -> Field:
    """What two fields of one name have in common."""
    values = [value for value, _ in other.options]
    options = one.options if [value for value, _ in one.options] == values else ()
    return replace(one, options=options, required=always and one.required and other.required, initial=None)


def _added(name: str, known: Field | None, each: Also, words: Speech) -> Field:
    options = tuple((value, value) for value in each.options)
    if known is not None:  # values beside those that can be picked in the form
        return replace(known, options=(*known.options, *options))
    key = f"{name}_{each.id}".replace("-", "_")
    return Field(each.id, each.kind, words.text(f"also.{key}"), required=each.required, options=options)


def _specimens(words: Speech) -> tuple[FormContext, FormContext]:
    opened = open_ticket(Policy(), _AGENT, _NOW - timedelta(hours=1), summary="One", severity=1)
    other = open_ticket(Policy(), _CUSTOMER, _NOW, summary="Other", category=Category.PROVISIONING)
    languages = sorted(LANGUAGES)
    return (
        _specimen(words, "one", languages, _with_updates(opened, 1)),
        _specimen(words, "another", languages[::-1], _with_updates(other, 2)),
    )


def _specimen(words: Speech, name: str, languages: list[str], ticket: Ticket) -> FormContext:
    """A form for somebody of a desk in the first of these languages, of a ticket with customers in each of them."""
    policy = Policy(desk=Desk(language=languages[0]), replies={name: dict.fromkeys(languages, name)})
    told = [Recipient(number, name, language) for number, language in enumerate(languages, 1)]
    texts = {update.body_id: name for update in ticket.updates.given if update.body_id is not None}
    return FormContext(_AGENT, PhraseBook(Directory(policy)), words, ticket, _NOW, texts, recipients=told)


def _with_updates(opened: Change, count: int) -> Ticket:
    """The ticket after so many updates, which are others than those of a ticket that has more or fewer."""
    events = [replace(each, seq=seq) for seq, each in enumerate(opened.events, 1)]
    for _ in range(count):
        given = update(fold(events), _AGENT, _NOW, "text").events
        events += [replace(e, seq=len(events) + n, body_id=count * 10 + len(events)) for n, e in enumerate(given, 1)]
    return fold(events)
