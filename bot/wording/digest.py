"""The digest of a channel: what has fallen due there, where it is more than can be said one by one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from bot.wording.card import Card, Element, Line
from bot.wording.clock_lines import clock_line, under
from bot.wording.notices.saying import Telling
from bot.wording.rows import ticket_row
from bot.wording.sentences import Link, Mention, Named, Part, Sentence, join
from storage.announcements.to_desk import Digest
from storage.listing import Listed
from triage.agreements import parted
from triage.clocks import Clock
from triage.keys import platform_of
from triage.roster import Roster

NAMED = 20  # people who are named in one digest; the rest are counted
LINKS = 15  # in one line, which has to fit into a block of Slack's
NEVER = datetime.max.replace(tzinfo=UTC)


def digest_card(telling: Telling, _: Digest) -> Card:
    """First what to do now, and whose it is; then the way to the rest."""
    speech, said, now = telling.speech, telling.digested, telling.now or NEVER
    heading = speech("announce.digest", count=said.tickets, late=said.late)
    whose = _whose(telling, now)
    elements: list[Element] = [Line(heading)]
    if said.first:
        elements.append(Line(speech("announce.digest_first", count=said.pressing)))
        elements += [
            ticket_row(each, telling.people, speech, now, inside=True, link=telling.link) for each in said.first
        ]
        if said.pressing > len(said.first):
            more = said.pressing - len(said.first)
            elements.append(Line(speech("announce.digest_more", count=more, command=telling.command), small=True))
    elements += [Line(sentence) for sentence in (whose, *_unanswered(telling, now)) if sentence]
    elements += _rest(telling)
    elements.append(Line(speech("announce.digest_next", command=telling.command), small=True))
    return Card((*heading, " ", *whose) if whose else heading, tuple(elements))


def _whose(telling: Telling, now: datetime) -> Sentence:
    """Everybody who answers for some of it, notified once, with how many that are."""
    counts: dict[str | None, int] = {}
    for (assignee, presses), count in telling.digested.whose.items():
        roster = telling.people.roster if presses else telling.people.roster.without_quiet(now)
        person = _answers(roster, assignee, now)
        counts[person] = counts.get(person, 0) + count
    known = sorted(((person, count) for person, count in counts.items() if person), key=lambda each: -each[1])
    parts: list[Sentence] = [(_mention(telling, person), f" {count}") for person, count in known[:NAMED]]
    parts += [(_mention(telling, group), f" {count}") for group, count in telling.digested.groups.items()]
    if len(known) > NAMED:
        left = sum(count for _, count in known[NAMED:])
        parts.append(telling.speech("announce.digest_others", people=len(known) - NAMED, count=left))
    return telling.speech("announce.digest_whose", who=join(parts, " · ")) if parts else ()


def _answers(roster: Roster, assignee: str | None, now: datetime) -> str | None:
    """Who answers for a ticket of that assignee's at this moment: as `Roster.on_duty`, for many at once."""
    if assignee and roster.is_staff(assignee) and roster.is_on_duty(assignee, now):
        return assignee
    return next(iter(roster.on_call(now)[:1] or roster.lead(now)), None)


def _mention(telling: Telling, person: str) -> Part:
    """That person, notified on one platform alone: the one that they are known by, while it can be reached."""
    first, *others = telling.people.directory.accounts_of(person)
    unreached = telling.digested.unreached
    reached = [key for key in (first, *others) if platform_of(key) not in unreached] or [first]
    if platform_of(reached[0]) not in ("", telling.platform):
        return Named(person, telling.people.name(person))
    return Mention(reached[0], telling.people.name(person))


def _unanswered(telling: Telling, now: datetime) -> Iterator[Sentence]:
    """Breaches that are said again because nobody has answered, to whom they are said."""
    roster = telling.people.roster
    for to, count in telling.digested.unanswered.items():
        people = roster.contact(1, now) if to == "level" else roster.lead(now)
        who = join([(_mention(telling, person),) for person in people], ", ")
        if who:
            yield telling.speech("announce.digest_unanswered", who=who, count=count)


def _rest(telling: Telling) -> Iterator[Element]:
    """The way to the cards of what waits longest, and to what is to be decided."""
    speech, said = telling.speech, telling.digested
    if said.proposed:
        some = join([(f"#{number}",) for number in said.proposed[:LINKS]], ", ")
        yield Line(speech("announce.digest_proposed", tickets=some, count=len(said.proposed)))
    if said.agreed and telling.now is not None:
        some = join([_agreed(telling, each, telling.now) for each in said.agreed], " · ")
        yield Line(speech("announce.digest_agreed", tickets=some))
    links = [_link(telling, each) for each in said.others]
    for start in range(0, len(links), LINKS):
        some = join(links[start : start + LINKS], " · ")
        yield Line(speech("announce.digest_rest", tickets=some) if start == 0 else some)
    left = said.tickets - said.pressing - len(links)
    if left > 0:
        yield Line(speech("announce.digest_left", count=left), small=True)


def _agreed(telling: Telling, agreed: tuple[int, str, Clock], now: datetime) -> Sentence:
    """A clock of an agreement as the card has it, and of which ticket."""
    number, called, clock = agreed
    _, name = parted(called) or (None, called)
    return (f"#{number} ", *under(telling.speech, name, clock_line(telling.speech, clock, now)))


def _link(telling: Telling, ticket: Listed) -> Sentence:
    url = "" if ticket.card is None else telling.link(*ticket.card, ticket.card[1])
    words = f"#{ticket.number}"
    return (Link(words, url) if url else words,)
