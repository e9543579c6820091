"""What is due when, by the policy as it is written, from what people did alone: the second opinion on the bot.

Whole seconds, as the policy counts. Something whose instant falls into the very seconds of an action may be said or
not; `Expected.must` tells what has to be.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from tests.chaos.people import FAR, MINUTE, Action, Ticket

HOUR = 60 * MINUTE
RESPONSE = {1: 15 * MINUTE, 2: 15 * MINUTE, 3: 30 * MINUTE}
UPDATE = {1: 30 * MINUTE, 2: HOUR, 3: 4 * HOUR}
RESTORE = {1: 6 * HOUR, 2: 24 * HOUR}  # of severity 3 it counts in opening hours: these runs never come so far
RESPONSE_LEAD = 5 * MINUTE
UPDATE_LEAD = {1: 10 * MINUTE, 2: 15 * MINUTE, 3: 15 * MINUTE}
JUST_TOLD = 5 * MINUTE  # so long after the customer was told something nobody is warned
LAST_CALL = {1: 3 * MINUTE, 2: 3 * MINUTE, 3: 5 * MINUTE}
PROPOSED = {1: (2 * HOUR, 6 * HOUR, 12 * HOUR), 2: (12 * HOUR, 24 * HOUR, 48 * HOUR), 3: ()}
PRESSING = (1, 2)
SENT_AGAIN = 7 * MINUTE
SEEN = 4.0  # seconds by which what was seen may differ from what was recorded: whole seconds, and the way there


@dataclass
class Expected:
    """Something to be said `at`; from `until` on nobody expects it any more: it was answered, moved or overtaken. `due`
    is the deadline that it speaks of. `must`: it has to be said, where there was time for it."""

    at: float
    kind: str  # warning, last call, breach, again, proposal, named
    clock: str
    due: float
    until: float
    must: bool = True
    either: bool = False  # a warning or a last call
    slack: float = SEEN
    said: list[float] = field(default_factory=list)

    def is_said_by(self, kind: str, clock: str) -> bool:
        """Whether a notice of that kind is this one."""
        kinds = ("warning", "last call") if self.either else (self.kind,)
        return kind in kinds and clock == self.clock


def expected(ticket: Ticket, end: float) -> list[Expected]:
    """Every warning, last call, breach, repeat, proposal and naming of one ticket until `end`."""
    happened = [replace(action, t0=float(int(action.t0))) for action in ticket.actions if action.happened]
    happened.sort(key=lambda action: action.t0)
    life = _Life(ticket.severity, happened)
    slack = SEEN + max((action.t1 - action.t0 for action in happened if action.t1 < FAR), default=0.0)
    found = [*life.response(), *life.updates(), *life.restore(), *life.proposals(), *life.naming()]
    for each in found:
        each.slack = slack
    return sorted((each for each in found if each.at < end + each.slack), key=lambda each: each.at)


class _Life:
    """One ticket from its opening on."""

    def __init__(self, severity: int, actions: list[Action]) -> None:
        self.severity, self.actions = severity, actions
        self.opened = actions[0].t0
        self.closed = next((action.t0 for action in actions if action.verb == "resolve"), FAR)
        self.taken = next((action.t0 for action in actions if action.verb == "take"), FAR)
        self.given = [action for action in actions if action.verb in ("update", "promise") and action.t0 <= self.closed]
        self.answers = sorted({self.taken, self.closed, *(action.t0 for action in self.given), FAR})

    def response(self) -> list[Expected]:
        """Met by whoever takes it, or by the first update."""
        due, met = self.opened + RESPONSE[self.severity], self.answers[0]
        return self._deadline("Response", self.opened, due, met, RESPONSE_LEAD)

    def updates(self) -> list[Expected]:
        """One interval after the last one, or when the last one promised the next."""
        starts = [(self.opened, 0.0), *((action.t0, action.value) for action in self.given)]
        found = []
        for n, (since, promised) in enumerate(starts):
            due = since + (promised or UPDATE[self.severity])
            until = min(starts[n + 1][0] if n + 1 < len(starts) else FAR, self.closed)
            found += self._deadline("Update", since, due, until, UPDATE_LEAD[self.severity], was_told=n > 0)
        return found

    def restore(self) -> list[Expected]:
        """Counts from the report, stands still while the customer is waited for; its last warning is its last call."""
        total = RESTORE.get(self.severity)
        if total is None:
            return []
        found, waits = [], self._waits()
        due, _ = self._reached(total, waits)
        steps = [0.5 * total, 0.75 * total, 0.9 * total, total - 15 * MINUTE]
        for spent, following in zip(steps, [*steps[1:], total], strict=True):
            at, until = self._reached(spent, waits)
            then = at + total - spent  # the deadline that held then: later waits move it
            # Of what falls due together the last is said; what was past already when a wait's end was heard of is not.
            next_at, _ = self._reached(following, waits)
            if at <= self.closed:
                must = not any(
                    action.t0 <= at <= self._heard(action) for action in self.actions if action.verb == "answer"
                )
                found.append(Expected(at, "warning", "Restore", then, min(until, then, next_at), must=must))
        for _, finish in waits:  # where no lead time is left after a wait, one warning at half of what is left
            left = due - finish
            if 0 < left <= 15 * MINUTE and finish + left // 2 < self.closed:
                found.append(Expected(finish + left // 2, "warning", "Restore", due, min(due, self.closed)))
        return [*found, *self._breaches("Restore", due, self.closed)]

    def proposals(self) -> list[Expected]:
        """At each threshold since the report, waiting left out, to whoever has not climbed so far yet."""
        climbs = [action.t0 for action in self.actions if action.verb in ("react", "escalate")]
        found = []
        for level, seconds in enumerate(PROPOSED[self.severity], 1):
            at, until = self._reached(seconds, self._waits())
            climbed = climbs[level - 1] if len(climbs) >= level else FAR
            if at <= min(self.closed, climbed):
                found.append(Expected(at, "proposal", "-", float(level), min(until, climbed)))
        return found

    def naming(self) -> list[Expected]:
        """Severity 1 and 2 name at once whom they fall to, unless somebody has them already."""
        if self.severity not in PRESSING:
            return []
        return [Expected(self.opened, "named", "-", 0.0, min(self.taken, self.closed))]

    def _deadline(
        self, clock: str, since: float, due: float, until: float, lead: float, *, was_told: bool = False
    ) -> list[Expected]:
        """A warning, which is shown in the channel while nobody on duty has accepted the ticket; the last call, which
        always is, where the channel was not warned before; the breach. Of what falls due together the last is said.
        `was_told`: it counts from what the customer was told. Nobody is warned just after that."""
        half = since + (due - since) // 2
        warned = due - lead if since < due - lead else half
        call = due - LAST_CALL[self.severity]
        call = call if call > since else half
        if was_told and warned - JUST_TOLD < since and call != warned:
            calls = [Expected(call, "last call", clock, due, min(until, due))] if call <= until else []
            return [*calls, *self._breaches(clock, due, until)]
        calls = self._last_call(clock, warned, call, due, until)
        following = calls[0].at if calls else due
        found = [*calls, *self._breaches(clock, due, until)]
        if warned <= min(until, following - 1):
            found.append(Expected(warned, "warning", clock, due, min(until, following)))
        return found

    def _last_call(self, clock: str, warned: float, call: float, due: float, until: float) -> list[Expected]:
        """It has to be heard where nobody was warned in the channel: whoever had taken the ticket was told in its
        thread. In the seconds of the taking, and at night for severity 3, both are right."""
        if call > until:
            return []
        if call == warned:  # severity 3 has one word before its response is due, by whichever name
            return [Expected(call, "warning", clock, due, min(until, due), either=True)]
        if self.taken > warned + SEEN and self.severity in PRESSING:
            return []
        must = self.taken < warned - SEEN and self.severity in PRESSING
        return [Expected(call, "last call", clock, due, min(until, due), must=must)]

    def _breaches(self, clock: str, due: float, until: float) -> list[Expected]:
        """Said at once, to the lead one update interval later, to level 1 one more later, while nobody answers."""
        at, step = due + 1, UPDATE[self.severity]
        if at > until:
            return []
        answered = min(until, next(answer for answer in self.answers if answer >= at))
        times = [at, at + step, at + 2 * step]
        found = [Expected(at, "breach", clock, due, min(times[1], until))]
        for n, when in enumerate(times[1:], 1):
            if when <= answered:
                following = times[n + 1] if n + 1 < len(times) else FAR
                # At night severity 3 waits for opening; a restore clock that stands still is not repeated.
                paused = clock == "Restore" and any(at < begin <= when for begin, _ in self._waits())
                must = self.severity in PRESSING and not paused
                found.append(Expected(when, "again", clock, due, min(following, answered), must=must))
        return found

    def _heard(self, action: Action) -> float:
        """By when the bot had put it on record at the latest. What nobody answered is sent again a minute later, and
        once more after five."""
        return action.t1 if action.acked else action.t0 + SENT_AGAIN

    def _waits(self) -> list[tuple[float, float]]:
        """From each wait to the customer's next answer."""
        waits, since = [], None
        for action in self.actions:
            if action.verb == "wait" and since is None:
                since = action.t0
            elif action.verb == "answer" and since is not None:
                waits.append((since, action.t0))
                since = None
        return waits if since is None else [*waits, (since, FAR)]

    def _reached(self, seconds: float, waits: list[tuple[float, float]]) -> tuple[float, float]:
        """When so much time has been counted, and until when that stays so: it is unsaid if a wait begins before."""
        at = self.opened + seconds
        for begin, finish in waits:
            if begin <= at:
                at += finish - begin
        return at, min([begin for begin, _ in waits if begin > at] + [self.closed])
