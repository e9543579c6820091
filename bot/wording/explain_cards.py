"""The cards of `why` and `what-if`: the sum behind a deadline, and what another verb would change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta

from bot.wording.card import Card, Element, Line
from bot.wording.clock_lines import awaited, clock_line, under
from bot.wording.policy.calendar_words import week_rows
from bot.wording.policy.words import Words
from bot.wording.sentences import Sentence, Typed, join
from bot.wording.speech import Speech
from bot.wording.view import View
from triage.clock import Clock, ClockState
from triage.day_targets import clock_text
from triage.event import Event, Kind
from triage.facts.sorting import TermsMoved
from triage.facts.state import Waited
from triage.hours import Calendar
from triage.instants import epoch
from triage.moving import STAMPED
from triage.opening_hours import written_day
from triage.special_dates import Special, SpecialDate
from triage.supposing import Difference
from triage.terms import CUSTOMER, Climbing, Target
from triage.why import Because, Why
from triage.why import Line as Summand

TOGETHER = 8  # lines in one paragraph
LONGEST_REASON = 100
MOST_DATES = 4  # special ones, or runs of them, in one line

_ONE = timedelta(days=1)

_PAUSED_BY = {Kind.WAITED: "waiting", Kind.RESTORED: "restored", Kind.RESOLVED: "resolved"}


def why_card(view: View, sums: Sequence[Why], most: int) -> Card:
    """For each clock, how it stands and the sum behind it. All sums together have at most `most` lines, so that one
    message holds them; of a longer one the beginning and, above all, the end are shown."""
    elements: list[Element] = []
    for each, room in zip(sums, _rooms([len(each.lines) for each in sums], most), strict=True):
        style = _style(each)
        lines = [_summand(view, each, line, style) for line in each.lines]
        if len(lines) > room:
            left_out = view.speech("why.left_out", count=len(lines) - room)
            lines = [*lines[: room // 4], left_out, *lines[room // 4 - room :]]
        stands = clock_line(view.speech, each.clock, view.now, awaited(view.speech, view.stored))
        elements.append(Line(stands if each.agreement is None else under(view.speech, each.agreement, stands)))
        elements += [Line(join(lines[n : n + TOGETHER], "\n")) for n in range(0, len(lines), TOGETHER)]
    brief = view.speech("why.brief", title=view.title)
    name = view.speech.text("form.why", number=view.stored.number)
    return Card(brief, tuple(elements), title=view.title, name=name)


def _style(of: Why) -> str:
    """How instants are shown: with seconds where the sum has some, for it would not seem to add up otherwise."""
    instants = [at for line in of.lines for at in (line.at, line.until) if at is not None]
    exact = any(line.seconds % 60 for line in of.lines) or any(at.second for at in instants)
    return "second" if exact else "moment"


def _rooms(lengths: list[int], most: int) -> list[int]:
    """How many lines of each sum are shown. The longest are cut until all fit."""
    rooms = list(lengths)
    while sum(rooms) > most:
        rooms[rooms.index(max(rooms))] -= 1
    return rooms


def what_if_card(
    view: View, supposed: Sentence, found: Iterable[Difference], proposals: tuple[datetime | None, datetime | None]
) -> Card:
    """Every clock before and after; of agreements that are over, only what would change. `proposals` are the instants
    at which the next level is proposed, before and after."""
    speech = view.speech
    lines = [_difference(view, each) for each in found if each.moved or each.agreement is None or _goes_on(each.after)]
    before, after = proposals
    if before != after:
        what = "climb" if view.stored.ticket.terms.climbing is Climbing.AUTOMATIC else "proposal"
        change = "_off" if after is None else "" if before else "_on"
        lines.append(speech(f"what_if.{what}{change}", before=before or "", after=after or ""))
    nothing = speech("what_if.nothing_recorded")
    brief = speech("what_if.brief", title=view.title, supposed=supposed)
    return Card(brief, (Line(brief), *map(Line, lines), Line(nothing, small=True)))


def calendar_words(speech: Speech, target: Target, at: datetime) -> Sentence:
    """A target in words: how long, and in which hours, by the week that is kept at `at`; of one told by the day, as it
    was told."""
    target = target.of or target
    rule = target.rule
    calendar = target.hours if rule is None else rule.calendar
    if not isinstance(calendar, Calendar):
        return speech("why.around_the_clock", length=speech.exact(target.seconds))
    week = (_week(speech, calendar, calendar.local_date(epoch(at))),)
    if rule is None:
        return speech("why.in_calendar", length=speech.exact(target.seconds), week=week, zone=calendar.timezone)
    key = "told_by_day" if isinstance(target.hours, Calendar) else "told_around"
    return speech(f"why.{key}", target=(_told(speech, target),), week=week, zone=calendar.timezone)


def _week(speech: Speech, calendar: Calendar, day: date) -> str:
    return speech.semicolon.join(" ".join(row) for row in week_rows(calendar.week_on(day), speech))


def _told(speech: Speech, target: Target) -> str:
    """What a target says, without its hours."""
    words, rule = Words(speech), target.rule
    if rule is None:
        return speech.exact(target.seconds)
    days = rule.days
    length = speech.exact(target.seconds) if days is None else words.in_days(days.count, days.text)
    not_before = None if rule.not_before is None else clock_text(rule.not_before)
    return words.told(length, not_before, None if rule.otherwise is None else _told(speech, rule.otherwise))


def _goes_on(clock: Clock | None) -> bool:
    return clock is not None and clock.ended_at is None


def _difference(view: View, difference: Difference) -> Sentence:
    speech, before, after = view.speech, difference.before, difference.after
    name, late = speech(f"clock.{difference.kind}"), speech("what_if.late") if _is_late(after, view.now) else ()
    was, would_be = (_standing(speech, each, view.now) for each in (before, after))
    if not difference.moved:
        line = speech("what_if.same", clock=name, standing=was)
    elif before is None and after is not None and after.due is not None:
        line = speech("what_if.begins", clock=name, after=would_be, late=late)
    else:
        line = speech("what_if.moved", clock=name, before=was, after=would_be, late=late)
    return line if difference.agreement is None else under(speech, difference.agreement, line)


def _is_late(clock: Clock | None, now: datetime) -> bool:
    """Whether a clock that goes on is."""
    return clock is not None and clock.ended_at is None and clock.breached(now)


def _standing(speech: Speech, clock: Clock | None, now: datetime) -> Sentence:
    if clock is None:
        return speech("what_if.no_clock")
    if clock.state is ClockState.RUNNING:
        return _when(speech, clock.due)
    late = "_late" if clock.ended_at is not None and clock.breached() else ""
    if clock.deadline is not None and clock.ended_at is not None and clock.ended_at > now:  # as it is supposed
        return speech(f"what_if.then{late}", at=clock.deadline)
    return speech(f"what_if.{clock.state}{late}")


def _when(speech: Speech, at: datetime | None) -> Sentence:
    return speech("what_if.no_clock") if at is None else (speech.when(at),)


def _summand(view: View, of: Why, line: Summand, style: str) -> Sentence:
    """One line in words."""
    speech, because = view.speech, line.because
    at, until = ("" if moment is None else speech.when(moment, style) for moment in (line.at, line.until))
    values: dict[str, object] = {
        "at": at, "until": until, "length": speech.exact(line.seconds), "total": _total(speech, line),
        "after": _after(speech, line.seconds),
        "count": line.count, "who": _who(view, line.event), "reason": _reason(view, line.event),
        "dates": _dates(speech, of, line), "plan": _plan(speech, of),
    }  # fmt: skip
    since = line.at or of.clock.base
    if because in (Because.TARGET, Because.HELD, Because.OUTSIDE) and line.target is not None:
        values["target"] = calendar_words(speech, line.target, since)
    if because in (Because.CHANGED, Because.BEGUN, Because.ANOTHER):
        values["terms"] = _terms(speech, line.event)
        words = speech("what_if.no_clock") if line.target is None else calendar_words(speech, line.target, since)
        values["target"] = words
    if because is Because.PAUSED:
        kind = _paused_by(line.event)
        values["what"] = speech(f"why.paused_{kind}", who=values["who"], reason=values["reason"])
        values["then"] = speech("why.ended", who=_who(view, line.ended_by)) if line.ended_by is not None else ()
        if not line.seconds:
            return speech("why.paused_outside", **values)
    if because is Because.HELD and line.event and of.clock.deadline and of.clock.deadline < line.event.at:
        return speech("why.held_late", **values)
    if because in (Because.STARTED, Because.AGREED):
        return speech(f"why.{because}_{line.start}", **values)
    if because is Because.DUE and line.at is None:
        return speech("why.never")
    if because is Because.MET and of.clock.breached():
        over = of.clock.over(of.clock.ended_at) if of.clock.ended_at is not None else 0
        return speech("why.met_late", **values, over=speech.exact(over))
    return speech(f"why.{because}", **values)


def _paused_by(event: Event | None) -> str:
    """What began a pause."""
    if event is not None and isinstance(event.fact, Waited) and event.fact.what != CUSTOMER:
        return event.fact.what
    return "terms" if event is None else _PAUSED_BY.get(event.kind, "terms")


def _total(speech: Speech, line: Summand) -> Sentence:
    """The running total after a line; nothing where the line itself is the total."""
    return () if line.total == line.seconds else speech("why.in_all", total=speech.exact(line.total))


def _after(speech: Speech, seconds: int) -> Sentence:
    return speech("why.after", length=speech.exact(seconds)) if seconds else speech("why.at_once")


def _plan(speech: Speech, of: Why) -> Sentence:
    return () if of.terms.plan is None else speech("why.plan", plan=Typed(of.terms.plan))


def _who(view: View, event: Event | None) -> Sentence:
    return () if event is None else view.who(event)


def _reason(view: View, event: Event | None) -> Sentence:
    """What somebody wrote about it, on one line."""
    text = "" if event is None or event.body_id is None else " ".join(view.text(event.body_id).split())
    if len(text) > LONGEST_REASON:
        text = f"{text[: LONGEST_REASON - 1]}…"
    return view.speech("why.reason", text=Typed(text)) if text else ()


def _terms(speech: Speech, event: Event | None) -> Sentence:
    """What a change of terms made of the ticket."""
    if event is None:
        return ()
    fact = event.fact
    if not isinstance(fact, STAMPED):
        return ()
    terms = fact.terms
    if isinstance(fact, TermsMoved):
        if terms.policy_version == fact.before:  # another plan of the same policy
            return speech("why.on_plan", plan=Typed(terms.plan)) if terms.plan else speech("why.on_standard")
        return speech("why.policy", version=terms.policy_version)
    category = speech(f"category.{terms.category or 'none'}")
    if terms.severity is None:
        return category
    return speech("opened.kind", severity=terms.severity, category=category)


def _dates(speech: Speech, of: Why, line: Summand) -> Sentence:
    """The dates in a line that are not as their week has them: the first few, and how many more."""
    calendar = of.clock.allowance.hours
    if not line.dates or not isinstance(calendar, Calendar):
        return ()
    runs = list(_runs(line.dates, together=line.because is Because.CLOSED))
    said = [_run_of_dates(speech, calendar, run) for run in runs[:MOST_DATES]]
    if more := sum(map(len, runs[MOST_DATES:])):
        said.append(speech("why.more_dates", count=more))
    return speech("why.dates", dates=join(said, speech.text("why.apart")))


def _runs(dates: Iterable[SpecialDate], *, together: bool) -> Iterator[list[SpecialDate]]:
    """Dates that one can say alike of, one after the other; `together`: whatever lies between them is closed."""
    found: list[SpecialDate] = []
    for each in dates:
        alike = found and (each.what, each.opens) == (found[0].what, found[0].opens) and each.what is not Special.WEEK
        if found and not (alike and (together or each.day - found[-1].day == _ONE)):
            yield found
            found = []
        found.append(each)
    yield found


def _run_of_dates(speech: Speech, calendar: Calendar, run: list[SpecialDate]) -> Sentence:
    first, last = run[0], run[-1]
    day, until = speech.day(first.day), speech.day(last.day)
    days = (day if first is last else speech.text("why.days", first=day, last=until),)
    if first.what is Special.WEEK:
        return speech("why.special_week", day=days, week=(_week(speech, calendar, first.day),))
    if first.opens:
        hours = (Words(speech).spans(written_day(first.opens)),)
        return speech(f"why.special_{first.what}_hours", day=days, hours=hours)
    return speech(f"why.special_{first.what}", day=days, count=len(run))
