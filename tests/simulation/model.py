"""A ticket by the rules, as simple as they can be written: docs/policy-rules.md, and nothing of the engine.

Everything is done at the moment at which it happens, nothing is worked out again from a history: a deadline is an
object that another one replaces when it moves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from tests.simulation.deadlines import HOUR, LATE, RESPONSE, RESTORE, TARGETS, UPDATE, Deadline
from tests.simulation.hours import Span, after, is_open, next_open
from tests.simulation.people import ADMIN, CUSTOMER, LEADS, LEVELS, People, PeopleFor
from triage.terms import Climbing

THRESHOLDS = {1: (2 * HOUR, 6 * HOUR, 12 * HOUR), 2: (12 * HOUR, 24 * HOUR, 48 * HOUR)}
OUTAGE = timedelta(minutes=2)
JUST_TOLD = timedelta(minutes=5)
# After how many business days of waiting for the customer.
REMINDERS = {"chase-1": 1, "chase-2": 3, "close": 5}
ACK = timedelta(minutes=15)
TO = {"breach": "assignee", "breach-lead": "lead", "breach-level": "level"}
PRESSING = (1, 2)
# Where people are shown by name, notified or not.
NAMED = {"warning", "breach", "catch_up"}
# What is said to one person alone, because they did something.
PRIVATELY = {"pick_reason", "endorsed", "stands", "refusal", "answer"}
NUDGES = {"nudge": 1, "nudge-lead": 2}
# So long after it was opened a form counts as open.
WRITING = timedelta(minutes=5)


class Said(NamedTuple):
    """Something that is said of a ticket."""

    at: datetime
    kind: str
    #: What of it: the clock, the step, the level.
    what: str
    #: Who is named, in order of their keys.
    who: tuple[str, ...]


class Item(NamedTuple):
    """Something that falls due."""

    at: datetime
    line: str
    step: str
    of: Deadline | None


def _is_threshold(item: Item) -> bool:
    return item.step.startswith("propose-")


class Heard(NamedTuple):
    """Something that was said, and whether it still stands."""

    at: datetime
    stands: Callable[[], bool]


@dataclass(eq=False)
class Climb:
    """A level that was reached."""

    level: int
    at: datetime
    by: str
    is_answered: bool
    called: list[str] = field(default_factory=list)
    #: Whoever climbs is just doing so: somebody whom it would not call does not answer for the level by that.
    is_under_way: bool = False
    said: set[str] = field(default_factory=set)
    is_given_up: bool = False
    #: It was climbed by a reaction, which has not been taken off.
    stands: bool = False
    endorsed_by: list[str] = field(default_factory=list)
    #: A customer had asked for it.
    was_asked: bool = False


class Given(NamedTuple):
    """Whom Vigie gave it to; None: nobody was there."""

    to: str | None
    at: datetime
    answer_by: datetime | None
    again_at: datetime | None


@dataclass(eq=False)
class Ticket:
    """One ticket of the model."""

    people: People
    opened_at: datetime
    reported_at: datetime
    category: str | None
    severity: int | None
    claimed: int | None
    opened_by: str
    number: int = 0
    #: What happens at the thresholds of its levels.
    climbing: Climbing = Climbing.PROPOSE
    confirmed: bool = True
    assignee: str | None = None
    is_accepted: bool = False
    answered_at: datetime | None = None
    told_at: datetime | None = None
    #: Since when the next update counts.
    update_from: datetime | None = None
    promise: datetime | None = None
    waiting: str | None = None
    waits_since: datetime | None = None
    #: Of this wait, what was reminded of.
    reminded: set[str] = field(default_factory=set)
    waits: list[Span] = field(default_factory=list)
    up_since: datetime | None = None
    #: What does not count of the time to restore, beside the waits.
    idle: list[Span] = field(default_factory=list)
    is_closed: bool = False
    closed_at: datetime | None = None
    deadlines: dict[str, Deadline] = field(default_factory=dict)
    named_for: int | None = None
    wrote_at: datetime | None = None
    #: When the customer wrote last, whoever was named for it.
    asked_at: datetime | None = None
    since: datetime = field(init=False)
    counted_from: datetime = field(init=False)
    proposed: set[str] = field(default_factory=set)
    climbs: list[Climb] = field(default_factory=list)
    #: How many escalating reactions of each person are on messages.
    standing: Counter[str] = field(default_factory=Counter)
    #: The level that was left last for the one below.
    left: Climb | None = None
    again_at: datetime | None = None
    asked: bool = False
    skills: tuple[str, ...] = ()
    given: Given | None = None
    tried: list[str] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    #: What is about to be said, with who it names at that moment.
    saying: list[tuple[datetime, str, str, Callable[[], list[str]]]] = field(default_factory=list)
    #: What was said of it that somebody who was not disturbed may still have to know.
    heard: list[Heard] = field(default_factory=list)
    #: Until when its warnings and reminders are held back.
    snoozed_until: datetime | None = None
    #: Since when somebody writes to the customer.
    written_at: datetime | None = None
    #: Which of the reminders that nothing happens were given since the last update.
    nudged: set[str] = field(default_factory=set)
    #: After which resolutions the customer was asked how it went, what they answered last, and about which.
    asked_for: set[datetime] = field(default_factory=set)
    rated: bool | None = None
    rated_for: datetime | None = None
    #: Until when it was looked at.
    seen_at: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.people = PeopleFor(**vars(self.people), can_wait=lambda: self.can_wait)
        self.since, self.counted_from, self.is_confirmed = self.reported_at, self.opened_at, self.confirmed
        now = self.seen_at = self.opened_at
        if not self.confirmed or self.category != "provisioning":
            seconds = TARGETS[self.severity or 1][0]
            self._set(RESPONSE, now + timedelta(seconds=seconds), now)
        if self.confirmed and self.category != "provisioning":
            self._set(UPDATE, now + timedelta(seconds=TARGETS[self.severity or 3][1]), now)
        self._set_restore(now)
        self.name_for(self.severity if self.confirmed else self.claimed, now, self.opened_by)

    def __setattr__(self, name: str, value: object) -> None:
        """A snooze is that of whoever has it."""
        if name == "assignee" and value != getattr(self, name, None):
            self.snoozed_until = None
        super().__setattr__(name, value)

    # What is told.

    def say(self, now: datetime, kind: str, what: str, who: Callable[[], list[str]]) -> None:
        """It is about to be said: people are read when it is."""
        self.saying.append((now, kind, what, who))

    def speak(self) -> None:
        """Whatever is about to be said is said."""
        for now, kind, what, who in self.saying:
            told = {each for each in who() if kind in NAMED | PRIVATELY or not self._is_hushed(each, now)}
            self.said.append(Said(now, kind, what, tuple(sorted(told))))
        self.saying = []

    @property
    def can_wait(self) -> bool:
        """Whether nobody is told of it in their quiet hours."""
        return self.severity not in PRESSING and (self.is_confirmed or self.claimed not in PRESSING)

    def _is_hushed(self, person: str, now: datetime) -> bool:
        """Whether they are named and not notified."""
        return self.can_wait and self.people.is_quiet(person, now)

    def note(self, now: datetime, stands: Callable[[], bool]) -> None:
        """Something was said that matters as long as it stands."""
        self.heard.append(Heard(now, stands))

    @property
    def is_naming(self) -> bool:
        """Whether it is said at the same time whom it falls to."""
        return any(kind == "falls_to" for _, kind, *_ in self.saying)

    def name_for(self, severity: int | None, now: datetime, by: str) -> None:
        """It is said whom it falls to, where it is pressing and nobody has accepted it."""
        if severity in PRESSING and not self.is_accepted:
            self.named_for = severity
            self.say(now, "falls_to", f"severity {severity}", lambda: [p for p in self.owner(now) if p != by])

    @property
    def is_free(self) -> bool:
        """Whether it waits for somebody to have it."""
        return not self.is_closed and self.assignee is None and self.waiting is None

    @property
    def sorted_as(self) -> object:
        """What it is known to be."""
        return self.is_confirmed, self.severity, self.category

    def owner(self, now: datetime) -> list[str]:
        """Who is told what concerns it."""
        return self.people.owner(self.assignee, now)

    # Deadlines.

    def _set(self, clock: str, due: datetime, now: datetime) -> None:
        self.deadlines[clock] = Deadline(clock, due, now, self.severity)

    def _set_restore(self, now: datetime, *, anew: bool = True) -> None:
        """The time to restore as it stands. `anew`: even where it has not moved."""
        if not (self.is_confirmed and self.category == "incident"):
            return
        assert self.severity is not None
        seconds, business = TARGETS[self.severity][2], self.severity == 3
        pauses = [*self.waits, *self.idle]
        due = after(self.reported_at, seconds, pauses, business=business)
        known = self.deadlines.get(RESTORE)
        if anew or known is None or known.due != due:
            self.deadlines[RESTORE] = Deadline(RESTORE, due, now, self.severity, self.reported_at, seconds, pauses)

    def running(self) -> list[Deadline]:
        """Those that count."""
        if self.is_closed:
            return []
        stopped = set()
        if self.answered_at is not None:
            stopped.add(RESPONSE)
        if self.up_since is not None or self.waiting == "customer":
            stopped.add(RESTORE)
        return [each for clock, each in self.deadlines.items() if clock not in stopped]

    def _told(self, now: datetime, by: str, promise: datetime | None = None) -> None:
        """The customer reads something."""
        self.answered_at = self.answered_at or now
        self.told_at, self.update_from, self.promise, self.nudged = now, now, promise, set()
        self._answered(by)
        seconds = None if not self.is_confirmed or self.severity is None else TARGETS[self.severity][1]
        if promise is not None:
            self._set(UPDATE, promise, now)
        elif seconds is not None:
            self._set(UPDATE, now + timedelta(seconds=seconds), now)
        else:
            self.deadlines.pop(UPDATE, None)

    def _answered(self, by: str) -> None:
        for each in self.deadlines.values():
            each.missed_at = None
        if by == self.assignee:
            self.is_accepted = True
            self.given, self.tried = None, []

    # What people do.

    def acted(self, by: str) -> None:
        """Whatever a contact of the level does acknowledges it; and whoever was given the ticket has answered."""
        if self.given is not None and self.given.to == by and self.given.answer_by is not None:
            self.given = None
        climb = self.owed()
        if climb is not None and by in self.people.answers_for(climb.level) and not climb.is_under_way:
            climb.is_answered = True
        if climb is not None:
            climb.is_under_way = False

    def take(self, by: str, now: datetime) -> None:
        """Somebody has it and the customer is told so."""
        if self.assignee == by and self.is_accepted:
            return
        self.assignee, self.is_accepted, self.given, self.tried = by, True, None, []
        self.answered_at = self.answered_at or now
        self._answered(by)

    def assign(self, to: str, by: str, now: datetime) -> None:
        """Somebody else gives it to them."""
        if to == self.assignee:
            return
        self.assignee, self.is_accepted, self.given, self.tried = to, False, None, []
        if by != to:
            self.note(now, lambda: self.assignee == to and not self.is_accepted)
        if RESPONSE in {each.clock for each in self.running()}:
            self.answered_at = now
            self._answered("")

    def back_to_queue(self, now: datetime) -> None:
        """Whoever has it has left, and is not asked again if they come back."""
        assert self.assignee is not None
        self.tried = [*self.tried, self.assignee]
        self.assignee, self.is_accepted, self.given = None, False, Given(None, now, None, None)

    def give_up(self, by: str) -> None:
        """Nobody has it any more; whoever had it is not asked again while nobody has."""
        assert self.assignee is not None
        self.tried = [*self.tried, self.assignee]
        self.assignee, self.is_accepted, self.given = None, False, None

    def update(self, by: str, now: datetime, promise: datetime | None = None) -> None:
        """The customer is told something, perhaps when they hear again."""
        self._told(now, by, promise)

    def wait(self, by: str, now: datetime, what: str, *, asks: bool) -> None:
        """It waits."""
        self.waiting, self.waits_since, self.reminded = what, now, set()
        if asks:
            self._told(now, by)

    def resume(self, now: datetime) -> None:
        """It goes on."""
        since, what = self.waits_since, self.waiting
        self._renew(now)
        self.waiting = self.waits_since = None
        if what == "customer" and since is not None and since < now:
            self.waits.append((since, now))
            if self.up_since is None:
                self._set_restore(now, anew=False)

    def _renew(self, now: datetime) -> None:
        """Whoever owes an answer could not be missed meanwhile: they have the whole time again."""
        if self.given is not None and self.given.answer_by is not None:
            self.given = self.given._replace(at=now, answer_by=now + (self.given.answer_by - self.given.at))

    def wrote(self, now: datetime) -> None:
        """The customer writes."""
        opens, self.asked_at = self.is_closed, now
        self.note(now, lambda: self.told_at is None or (self.asked_at is not None and self.told_at < self.asked_at))
        if self.waiting == "customer":
            self.resume(now)
        if opens:
            self.reopen(now, counts=False)
        if opens or self.wrote_at is None or now - self.wrote_at >= timedelta(minutes=5):
            self.wrote_at = now
            self.say(now, "customer_wrote", "", lambda: self.owner(now))

    def restored(self, by: str, now: datetime) -> None:
        """Service is back."""
        self.up_since = now
        self._told(now, by)

    def relapsed(self, now: datetime) -> None:
        """It is down again."""
        assert self.up_since is not None
        self.idle.append((self.up_since, now))
        self.up_since, self.again_at = None, now
        known = self.deadlines.get(RESTORE)
        self._set_restore(now, anew=known is not None and known.severity != self.severity)

    def resolve(self, by: str, now: datetime) -> None:
        """The work is done."""
        self._told(now, by)
        if self.waiting is not None:
            self.resume(now)
        self.up_since = self.up_since or now
        self.is_closed, self.closed_at, self.asked = True, now, False

    def reopen(self, now: datetime, *, counts: bool, by: str | None = None) -> None:
        """It goes on: the time between counts, or does not."""
        assert self.up_since is not None
        self.is_closed = False
        if self.assignee in self.people.left:
            self.back_to_queue(now)
        self._renew(now)
        if not counts:
            self.idle.append((self.up_since, now))
        self.up_since, self.again_at = None, now
        self._set_restore(now)
        if UPDATE in self.deadlines and self.severity is not None:
            self.update_from = self.closed_at if counts and self.closed_at else now
            self._set(UPDATE, self.update_from + timedelta(seconds=TARGETS[self.severity][1]), now)
        if by is not None and self.severity in PRESSING and not self.is_accepted:
            self.name_for(self.severity, now, by)

    def sort(self, by: str, now: datetime, severity: int) -> None:
        """A severity is put in force."""
        before, first = self.severity, not self.is_confirmed
        rises = before is not None and severity < before
        if severity not in PRESSING:
            self.named_for = None
        worse = self.named_for is None or severity < self.named_for
        self.severity, self.is_confirmed, self.category = severity, True, self.category or "incident"
        self.counted_from, self.proposed = now, set()
        if rises:
            self.since, self.snoozed_until = now, None
        if self.answered_at is None:
            self._shift(RESPONSE, self.opened_at, TARGETS[severity][0], now)
        if first:
            if self.promise is None:
                self.update_from = now
                self._set(UPDATE, now + timedelta(seconds=TARGETS[severity][1]), now)
        elif self.promise is None or rises:
            self._shift(UPDATE, self.update_from or self.opened_at, TARGETS[severity][1], now)
            self.promise = None
        else:
            self.deadlines[UPDATE].moved(self.promise, severity)  # the promise stands, warned of as the new severity is
        if self.up_since is None:
            self._set_restore(now)
        if worse and severity in PRESSING:
            self.name_for(severity, now, by)

    def _shift(self, clock: str, begin: datetime, seconds: int, now: datetime) -> None:
        """Another target: later where it is later; never earlier than the old deadline or the target from now on. What
        is overdue stays so."""
        known = self.deadlines[clock]
        if known.due < now:
            known.moved(known.due, self.severity)
            return
        plain = begin + timedelta(seconds=seconds)
        due = plain if plain >= known.due else min(known.due, now + timedelta(seconds=seconds))
        if due != known.due:
            self._set(clock, due, now)
        else:
            known.moved(due, self.severity)

    def acknowledge(self, by: str, now: datetime) -> None:
        """Somebody answers for what was missed, and for the level if it is theirs."""
        self._answered(by)
        climb = self.owed()
        if climb is not None and self.people.may_answer(by, climb.level):
            climb.is_answered = True

    def rate(self, good: bool, now: datetime) -> None:
        """The customer says how it went: the desk reads what was not good, and that it is good after all."""
        before = self.rated if self.rated_for == self.closed_at else None
        self.rated, self.rated_for = good, self.closed_at
        if good == before or (good and before is None):
            return
        to_lead = not good and self.severity in PRESSING
        self.say(now, "rated", "good" if good else "bad", lambda: self.people.lead(now) if to_lead else [])

    # Levels.

    @property
    def level(self) -> int:
        """The level that was reached."""
        return self.climbs[-1].level if self.climbs else 0

    def owed(self) -> Climb | None:
        """The climb that somebody has to acknowledge."""
        return self.climbs[-1] if self.climbs and not self.climbs[-1].is_answered else None

    def climb(self, by: str, now: datetime) -> None:
        """The next level is reached."""
        level, self.asked = self.level + 1, False
        climb = Climb(level, now, by, by in self.people.contact(level, now), is_under_way=by != "vigie")
        self.climbs.append(climb)
        who = None if climb.is_answered else next(iter(self.people.contact(level, now)), None)
        climb.called += [] if who is None else [who]
        self.say(now, "escalated", f"level {level}", lambda: [who] if who else [])

    def leave(self, by: str, now: datetime) -> None:
        """The level is left for the one below."""
        self.left = self.climbs.pop()
        for person in (self.left.by, *self.left.endorsed_by):
            self.standing[person] = 0
        if self.climbs:
            self.climbs[-1].is_answered = True
        self.since = self.counted_from = now
        self.proposed, self.asked = set(), False

    def ask(self, now: datetime) -> None:
        """The customer asks for the next level."""
        if not self.asked:
            self.say(now, "escalation_asked", "", lambda: [*self.people.lead(now), *self.people.contact(1, now)])
        self.asked = True

    def snooze(self, until: datetime | None) -> None:
        """Its warnings and reminders are held back."""
        self.snoozed_until = until

    def _held(self, at: datetime, before: datetime | None = None) -> datetime:
        """When something due at that time is said; something that comes `before` a deadline is not held back beyond
        it."""
        until = self.snoozed_until
        return at if until is None or (before is not None and before <= until) else max(at, until)

    # What falls due.

    def items(self) -> list[Item]:
        """Everything that will fall due if nothing else happens, and is not on record."""
        if self.is_closed:
            return list(self._of_rating())
        found = [*self._of_clocks(), *self._of_levels(), *self._of_answers(), *self._of_waits(), *self._of_idling()]
        return sorted(found, key=lambda item: (item.at, item.line, item.step == "last-call", item.step))

    def _of_clocks(self) -> Iterator[Item]:
        for each in self.running():
            if "breach" not in each.said:
                yield from self._ahead(each)
            yield from self._missed(each)

    def _ahead(self, each: Deadline) -> Iterator[Item]:
        """What is said before it. What a snooze would hold back beyond the last call is left out."""
        call = each.last_call
        for at, step in each.warnings:
            held = at if each.is_last_call(step) else self._held(at, each.due)
            if step not in each.said and (held == at or call is None or held < call):
                yield Item(held, each.clock, step, each)
        if each.clock != RESTORE and call is not None and not each.shown and "last-call" not in each.said:
            yield Item(call, each.clock, "last-call", each)

    def _missed(self, each: Deadline) -> Iterator[Item]:
        """What is said once it is late."""
        at = each.missed_at
        if "breach" not in each.said:
            at = max(each.due + LATE, each.set_at)
            yield Item(at, each.clock, "breach", each)
        for step in ("breach-lead", "breach-level"):
            if at is not None:
                at = self._repeated(each.clock, at)
                if step not in each.said:
                    yield Item(at, each.clock, step, each)

    def _repeated(self, clock: str, at: datetime) -> datetime:
        known = self.is_confirmed and self.severity is not None
        seconds = TARGETS[self.severity or 1][1] if known else HOUR
        # What does not count of the time to restore does not count here either.
        at = after(at, seconds, [*self.waits, *self.idle] if clock == RESTORE else (), business=False)
        return next_open(at) if self.severity == 3 else at

    def _of_levels(self) -> Iterator[Item]:
        climb = self.owed()
        if climb is not None and self.up_since is None and not climb.is_given_up:
            begin = max(climb.at, self.again_at or climb.at)
            for count, step in enumerate(("ack-1", "ack-2", "ack-3", "unanswered"), 1):
                if step not in climb.said:
                    yield Item(begin + count * ACK, "acknowledgement" if count < 4 else "level", step, None)
        if self.up_since is not None or self.waiting == "customer" or self.category != "incident":
            return
        restore = self.deadlines.get(RESTORE)
        if restore is None or not self.is_confirmed or self.climbing is Climbing.OFF:
            return
        earliest = max(self.counted_from, restore.set_at)
        if self.climbs and self.climbing is Climbing.AUTOMATIC:  # whoever was called last has time to acknowledge
            earliest = max(earliest, self.climbs[-1].at + ACK)
        if restore.due < restore.set_at and self.level < len(LEVELS) and "overdue" not in restore.said:
            yield Item(restore.set_at, "level", "overdue", restore)
        for number, seconds in enumerate(THRESHOLDS.get(self.severity or 0, ()), 1):
            step = f"propose-{number}"
            if number > self.level and step not in self.proposed:
                at = after(self.since, seconds, [*self.waits, *self.idle], business=False)
                yield Item(max(at, earliest), "level", step, None)
                if self.climbing is Climbing.AUTOMATIC:  # one at a time
                    return

    def _of_answers(self) -> Iterator[Item]:
        if self.given is None or self.waiting is not None:
            return
        at = self.given.answer_by or self.given.again_at
        if at is not None:
            yield Item(self._held(next_open(at) if self.severity == 3 else at), "answer", "answer", None)

    def _of_waits(self) -> Iterator[Item]:
        """Reminders of a wait."""
        if self.waiting != "customer" or self.waits_since is None:
            return
        for step, days in REMINDERS.items():
            if step not in self.reminded:
                at = after(self.waits_since, days * 8 * HOUR, (), business=True)
                yield Item(self._held(at), "waiting", step, None)

    def _of_rating(self) -> Iterator[Item]:
        """That the customer is asked how it went, unless they have said so."""
        if self.rated is None and self.closed_at is not None and self.closed_at not in self.asked_for:
            yield Item(next_open(self.closed_at + timedelta(hours=1)), "rating", "ask", None)

    def _of_idling(self) -> Iterator[Item]:
        """That nothing happens to what has no deadlines."""
        idles = self.is_confirmed and self.category == "provisioning" and self.promise is None
        if not idles or self.waiting is not None:
            return
        since = max([self.told_at or self.opened_at, *(end for _, end in self.waits)])
        for step, count in NUDGES.items():
            if step not in self.nudged:
                yield Item(self._held(after(since, count * 4 * HOUR, (), business=True)), "idle", step, None)

    def is_quiet(self, at: datetime) -> bool:
        """Whether it is severity 3 at night."""
        return self.severity == 3 and not is_open(at)

    def _is_shown(self, item: Item, now: datetime) -> bool:
        """Whether the channel hears of a warning."""
        assert item.of is not None
        if item.of.clock == RESTORE and self.severity in PRESSING:
            return True
        return not (self.is_accepted and self.people.is_there(self.assignee, now)) and not self.is_quiet(item.at)

    def look(self, now: datetime) -> None:
        """Put on record what is due, and say of it what is worth saying."""
        due: list[tuple[Item, bool]] = []
        climbs = False
        while items := [
            item for item in self.items()
            if item.at <= now and item.line != "answer" and not (climbs and _is_threshold(item))
        ]:  # fmt: skip
            due.append((items[0], self._note(items[0], now)))
            climbs |= _is_threshold(items[0]) and self.climbing is Climbing.AUTOMATIC
        last: dict[str, Item] = {}
        for item, is_said in due:
            if item.line in last and self._helps(last[item.line], now):
                continue
            last.pop(item.line, None)
            if is_said:
                last[item.line] = item
        if any(item.step == "unanswered" for item, _ in due):
            last.pop("acknowledgement", None)
        if climbs:
            last.pop("acknowledgement", None)
            last.pop("level", None)
            self.climb("vigie", now)
        calls = [item for item in last.values() if self._helps(item, now) or item.line == "acknowledgement"]
        rest = [item for item in last.values() if item not in calls and self._is_worth_it(item)]
        late = [item.line for item, _ in due if item.step in TO]
        is_more = len(rest) > 1 or len(set(late)) < len(late)
        if any(now - item.at > OUTAGE for item, _ in due) and is_more:
            self._catch_up(rest, now)
            rest = []
        for item in [*rest, *calls]:
            self._speak(item, now)

    def _helps(self, item: Item, now: datetime) -> bool:
        return item.of is not None and item.of.is_last_call(item.step) and now <= item.of.due

    def _is_worth_it(self, item: Item) -> bool:
        return item.line != "level" or item.step == "unanswered" or self.level < len(LEVELS)

    def _note(self, item: Item, now: datetime) -> bool:
        """Put it on record. Whether it may be said."""
        if item.of is not None:
            item.of.said.add(item.step)
            if item.step == "breach":
                item.of.missed_at = item.at
            elif item.line != "level" and item.step not in TO:
                told, call = self.told_at, item.of.is_last_call(item.step)
                disturbs = item.of.clock != RESTORE and not call
                if disturbs and told is not None and item.at - JUST_TOLD < told <= item.at:
                    return False
                if disturbs and self.written_at is not None and now - self.written_at < WRITING:
                    return False
                item.of.shown |= call or self._is_shown(item, now)
        elif item.step.startswith("propose-"):
            self.proposed.add(item.step)
        elif item.line == "waiting":
            self.reminded.add(item.step)
        elif item.line == "idle":
            self.nudged.add(item.step)
        elif item.line == "rating":
            assert self.closed_at is not None
            self.asked_for.add(self.closed_at)
        else:
            climb = self.owed()
            assert climb is not None
            climb.said.add(item.step)
            climb.is_given_up |= item.step == "unanswered"
        return True

    def _catch_up(self, items: list[Item], now: datetime) -> None:
        order = list(TO.values())
        to = max((TO[item.step] for item in items if item.step in TO), key=order.index, default="assignee")
        clocks = [item.of for item in items if item.of is not None and item.line != "level"]
        self.note(now, lambda: not clocks or any(each in self.running() for each in clocks))
        self.say(now, "catch_up", "", lambda: [*self.owner(now), *self._late_to(to, now)])

    def _late_to(self, to: str, now: datetime) -> list[str]:
        if to == "assignee":
            return self.owner(now)
        return self.people.lead(now) if to == "lead" else self.people.contact(1, now)

    def _remind(self, item: Item, now: datetime) -> None:
        since, told = self.waits_since, self.told_at
        if item.line == "waiting":
            self.note(now, lambda: self.waiting is not None and self.waits_since == since)
        else:
            self.note(now, lambda: self.told_at == told)
        to_lead = item.step == "nudge-lead"
        self.say(now, "chase", item.step, lambda: self.people.lead(now) if to_lead else self.owner(now))

    def _speak(self, item: Item, now: datetime) -> None:
        of, level = item.of, self.level
        if item.line == "level":
            climb = self.owed()
            self.note(now, lambda: self.owed() is climb if item.step == "unanswered" else self.level <= level)
        elif of is not None:
            self.note(now, lambda: of in self.running())
        if item.step in TO:
            assert item.of is not None
            missed = item.of.missed_at or item.at
            # Whoever has it was not named at night.
            too = item.step == "breach-lead" and self.is_quiet(missed) and not self.is_quiet(item.at)
            what = f"{item.line} {item.step}"
            late_to = TO[item.step]
            self.say(now, "breach", what, lambda: [*(self.owner(now) if too else ()), *self._late_to(late_to, now)])
        elif item.line == "level":
            self.say(now, "proposal", item.step, lambda: self._proposed_to(now))
        elif item.line == "acknowledgement":
            self._call_next(item, now)
        elif item.line in {"waiting", "idle"}:
            self._remind(item, now)
        elif item.line == "rating":
            self.say(now, "rating", "", lambda: [CUSTOMER])
        else:
            self.say(now, "warning", f"{item.line} {item.step}", lambda: self.owner(now))

    def _proposed_to(self, now: datetime) -> list[str]:
        who = [*self.owner(now), *self.people.lead(now)]
        called = self.people.of(each for level in LEVELS for each in level)
        mine = {self.assignee, *self.people.of(LEADS), *self.people.on_call(now)}
        return [each for each in who if each in mine or each not in called] or [ADMIN]

    def _call_next(self, item: Item, now: datetime) -> None:
        climb = self.owed()
        assert climb is not None
        who = self.people.next_contact(climb.level, {climb.by, *climb.called}, now)
        if who is None:
            climb.is_given_up = True
            self.note(now, lambda: self.owed() is climb)
            self.say(now, "proposal", "unanswered", lambda: self._proposed_to(now))
        else:
            climb.called.append(who)
            self.say(now, "unacknowledged", item.step, lambda: [who])
