"""The policy as a customer could be shown it: figures and words, no names of people. As text, or in parts, of which a
page makes tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from babel.dates import format_datetime

from bot.desk.directory import Directory
from bot.desk.policy_file.data import policy_from_data
from bot.desk.policy_file.defaults import AROUND_THE_CLOCK, BUSINESS, hours_by_name
from bot.wording.phrase_book import PhraseBook
from bot.wording.policy.agreement_table import agreed_targets, agreement_table
from bot.wording.policy.calendar_words import calendar_rows
from bot.wording.policy.tables import paragraph, table
from bot.wording.policy.words import Words
from bot.wording.speech import Speech
from triage.hours import ELAPSED, Hours, hours_from_data
from triage.rota import Turns
from triage.terms import Category, Climbing, ClockKind, Shown
from triage.zones import zone

NOTHING = "-"
_YEAR = timedelta(days=365)


class Rows(NamedTuple):
    """A table, its first row the headings."""

    #: Every row's cells.
    rows: list[list[str]]


Part = Rows | str
"""A table or a sentence or two; an empty text is a gap."""


class Section(NamedTuple):
    """What belongs together."""

    #: What it is about, by its name in the catalogues (`policy.heading`).
    name: str
    #: What stands over it.
    heading: str
    #: What is said.
    parts: list[Part]


def policy_sections(
    data: dict[str, Any], speech: Speech, today: date, plan: str | None = None, *, inside: PhraseBook | None = None
) -> list[Section]:
    """A complete policy in parts, with everybody's targets or those of a plan that it has. `inside`: with what the desk
    has agreed with others, whose groups are called as there."""
    shown = _Shown(data, speech, today, plan, inside)
    return [Section(name, speech.text(f"policy.heading.{name}"), parts) for name, parts in shown.sections()]


def policy_shown(
    data: dict[str, Any], speech: Speech, today: date, plan: str | None = None, *, inside: PhraseBook | None = None
) -> str:
    """The text of a complete policy, as `policy_sections`."""
    shown = _Shown(data, speech, today, plan, inside)
    parts = [[shown.title()]]
    for name, lines in shown.sections():
        parts.append([speech.text(f"policy.heading.{name}"), *_as_text(lines)])
    return "\n\n".join("\n".join(part) for part in parts)


def _as_text(parts: Sequence[Part]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, Rows):
            yield from table(part.rows)
        else:
            yield from paragraph(part) if part else [""]


def _with_others(targets: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Those targets, and what holds in their place out of hours."""
    return [each for target in targets for each in (target, target.get("otherwise", target))]


def _counted_in(targets: Iterable[Mapping[str, Any]]) -> set[str]:
    return {each["hours"] for each in targets}


class _Shown:
    def __init__(
        self, data: dict[str, Any], speech: Speech, today: date, plan: str | None, inside: PhraseBook | None
    ) -> None:
        self.data, self.say, self.today, self.plan = data, speech.text, today, plan
        self.words = Words(speech)
        self.policy = policy_from_data(data)
        self.people = PhraseBook(Directory(self.policy))
        self.inside = inside
        self.speech = speech
        self.targets: Mapping[str, Any] = data["targets"] if plan is None else data["plans"][plan]["targets"]
        self.hours = hours_by_name(data["desks"][0], data["calendars"])

    def title(self) -> str:
        key = "policy.title" if self.plan is None else "policy.title_plan"
        return self.say(key, desk=self.policy.desk.name, version=self.policy.version, plan=self.plan or "")

    def sections(self) -> Iterator[tuple[str, list[Part]]]:
        yield "targets", self._targets()
        if self.inside is not None and self.data.get("agreements"):
            yield "agreements", self._agreements(self.inside)
        yield "categories", self._categories()
        yield "hours", self._hours()
        yield "waiting", self._waiting()
        yield "warnings", self._warnings()
        if self.policy.levels:
            yield "escalation", self._escalation()
        if self.policy.shifts or self.policy.rota or self.policy.rota_calendar:
            yield "duty", self._duty()
        yield "assignment", self._assignment()
        yield "order", self._order()
        if "digest" in self.data:
            yield "digest", self._digest()
        if "shadow" in self.data:
            yield "shadow", self._shadow()
        if "retention" in self.data:
            yield "retention", self._retention()
        if self.policy.redirects:
            yield "redirects", [Rows([self._row("question", "place"), *self._redirects()])]

    def _row(self, *columns: str) -> list[str]:
        return [self.say(f"policy.column.{column}") for column in columns]

    def _targets(self) -> list[Part]:
        rows = [self._row("severity", "meaning", *ClockKind)]
        for severity, clocks in self.targets.items():
            meaning = self.policy.meanings.get(int(severity)) or self.say(f"policy.meaning.{severity}")
            held = [clocks.get(kind) for kind in ClockKind]
            cells = [self.words.target(each) if each else NOTHING for each in held]
            rows.append([severity, meaning, *cells])
        lines: list[Part] = [Rows(rows), "", self.say("policy.counted"), *self._explained(self._held)]
        if self.data["plans"] and self.plan is None:
            lines += [self.say("policy.plans", plans=self.words.listed(self.data["plans"]))]
        return lines

    def _agreements(self, people: PhraseBook) -> list[Part]:
        """What the desk has agreed with others: no customer is shown it."""
        rows = agreement_table(self.data, self.speech, people, NOTHING)
        return [Rows(rows), "", self.say("policy.agreements"), *self._explained(self._agreed)]

    def _explained(self, held: Sequence[Mapping[str, Any]]) -> list[Part]:
        """How to read these targets, as far as that is needed."""
        lines: list[Part] = []
        if _counted_in(held) - {AROUND_THE_CLOCK, BUSINESS}:
            lines += [self.say("policy.in_brackets")]
        if any(each.get("days") for each in held):
            lines += [self.say("policy.counted_days")]
        return lines

    @property
    def _held(self) -> list[Mapping[str, Any]]:
        return _with_others(target for clocks in self.targets.values() for target in clocks.values())

    @property
    def _agreed(self) -> list[Mapping[str, Any]]:
        return [] if self.inside is None else _with_others(agreed_targets(self.data))

    def _categories(self) -> list[Part]:
        rows = [self._row("category", "meaning", "clocks")]
        for category in Category:
            rules = self.data["categories"][category]
            clocks = self.words.listed(self.say(f"clock.{kind}") for kind in ClockKind if kind in rules["clocks"])
            words = [clocks or self.say("policy.no_clocks")]
            if rules["idle"] is not None:
                words.append(self.say("policy.idle", length=self._opening(rules["idle"])))
            rows.append([self.say(f"category.{category}"), self.say(f"policy.category.{category}"), ", ".join(words)])
        return [Rows(rows)]

    def _hours(self) -> list[Part]:
        named = [name for name in self.data["calendars"] if name in _counted_in([*self._held, *self._agreed])]
        desk = self.data["desks"][0]
        calendars = [self._calendar(self.say("policy.business"), self.hours[BUSINESS], desk["calendar"])]
        for name, region in desk.get("regions", {}).items():
            if region.get("hours"):
                label = self.say("policy.business_of_region", region=name)
                calendars.append(self._calendar(label, hours_from_data(region["hours"]), region.get("calendar")))
        calendars += [self._calendar(name, self.hours[name], name) for name in named]
        return [part for calendar in calendars for part in ("", calendar)][1:]

    def _calendar(self, label: str, of: Hours, source: str | None) -> Part:
        """One calendar; `source` is its name where it is one of those that the file names."""
        if of is ELAPSED:
            return self.say("policy.always", calendar=label)
        hours = of.to_data()
        rows = [[label, hours["timezone"]], *calendar_rows(hours, self.speech, self.today)]
        return Rows([*rows, *self._closed(hours, self.data["calendars"].get(source, {}).get("countries", []))])

    def _closed(self, hours: Mapping[str, Any], countries: Sequence[str]) -> list[list[str]]:
        """Whose holidays are kept, on which dates of the coming year, and until when they are known."""
        closed = [day for day in map(date.fromisoformat, hours["holidays"]) if day >= self.today]
        rows = {}
        if countries or not closed:
            places = self.words.listed(map(self.words.place, countries))
            rows["holidays"] = places or self.say("policy.no_holidays")
        own = hours.get("exceptions", {})
        soon = [day for day in closed if day < self.today + _YEAR and day.isoformat() not in own]
        if soon:
            rows["closed"] = self.words.days(soon)
        if closed:
            rows["known_until"] = self.words.day(closed[-1])
        return [[self.say(f"policy.row.{name}"), text] for name, text in rows.items()]

    def _waiting(self) -> list[Part]:
        policy = self.policy
        paused = self.words.listed(self.say(f"clock.{kind}") for kind in ClockKind if kind in policy.pauses)
        lines: list[Part] = [self.say("policy.pauses" if paused else "policy.pauses_nothing", clocks=paused)]
        for kind, start in policy.starts.items():
            begun = self.say(f"policy.start.{start}")
            lines += [self.say("policy.starts", clock=self.say(f"clock.{kind}"), start=begun)]
        for what, kinds in policy.stops.items():
            stopped = self.words.listed(self.say(f"clock.{kind}") for kind in ClockKind if kind in kinds)
            lines += [self.say("policy.stops", what=self.say(f"waiting_for.{what}"), clocks=stopped)]
        if policy.chase:
            lines += [self.say("policy.chase", lengths=self.words.listed(map(self._opening, policy.chase)))]
        if policy.close_after:
            lines += [self.say("policy.close", length=self._opening(policy.close_after))]
        lines += [self.say("policy.reopen", length=self._opening(policy.reopen_within or 0))]
        if policy.rate_after is None:
            return lines
        return [*lines, self.say("policy.rate", length=self.words.length(policy.rate_after))]

    def _opening(self, seconds: int) -> str:
        return self.words.opening(seconds, self.policy.desk.working)

    def _warnings(self) -> list[Part]:
        rows = [[*self._row("severity"), *(self.say(f"clock.{kind}") for kind in ClockKind)]]
        for severity, clocks in self.targets.items():
            leads = self.data["leads"][severity]
            rows.append([severity, *(self._leads(leads[kind]) if kind in clocks else NOTHING for kind in ClockKind)])
        return [Rows(rows), "", self.say("policy.warned"), *self._in_channel()]

    def _in_channel(self) -> list[Part]:
        """What the channel hears of: last calls, and warnings by what is said of their clock and severity."""
        calls: dict[int, list[str]] = {}
        for severity in self.targets:
            calls.setdefault(self.policy.last_calls[int(severity)], []).append(severity)
        lengths = [f"{self.words.length(seconds)} ({', '.join(of)})" for seconds, of in calls.items()]
        lines: list[Part] = [self.say("policy.last_calls", lengths=self.words.listed(lengths))]
        for rule in Shown:
            found = [
                f"{self.say(f'clock.{kind}')} ({', '.join(of)})"
                for kind in ClockKind
                if (of := [each for each in self.targets if self.policy.shown[int(each)][kind] is rule])
            ]
            if found:
                lines += [self.say(f"policy.shown.{rule}", what=self.words.listed(found))]
        return lines

    def _leads(self, leads: Sequence[float]) -> str:
        shares = self.words.listed(self.words.percent(lead) for lead in leads if lead < 1)
        words = [self.say("policy.used", shares=shares)] if shares else []
        words += [self.say("policy.before", length=self.words.length(int(lead))) for lead in leads if lead >= 1]
        return ", ".join(words) or NOTHING

    def _escalation(self) -> list[Part]:
        levels = self.policy.levels
        by_time = self.policy.climbing is not Climbing.OFF
        severities = [each for each in map(int, self.targets) if by_time and any(each in of.after for of in levels)]
        rows = [[*self._row("level", "contact"), *(self.say("card.severity", severity=each) for each in severities)]]
        for number, level in enumerate(levels, 1):
            after = [self.words.length(level.after[each]) if each in level.after else NOTHING for each in severities]
            rows.append([str(number), self.people.level_role(number, self.speech), *after])
        apart = [self.say("policy.climbs_apart")] if self.policy.desk.escalation_channels else []
        return [Rows(rows), "", self.say(f"policy.proposed.{self.policy.climbing}"), *apart]

    def _duty(self) -> list[Part]:
        """Who works when, and who is on call, without their names."""
        lines: list[Part] = []
        if self.policy.shifts:
            lines += [self.say("policy.shifts", count=len(self.policy.shifts))]
        for layer in self.policy.rota.layers:
            if isinstance(layer, Turns):
                begins = format_datetime(layer.begins(0), "EEEE HH:mm", zone(layer.timezone), self.speech.language)
                line = self.say(
                    "policy.turns" if layer.days % 7 == 0 else "policy.turns_of_days", count=len(layer.people),
                    length=self.words.turn(layer.days), at=begins, timezone=layer.timezone,
                )  # fmt: skip
                lines += [line] if line not in lines else []
        if self.policy.rota_calendar:
            lines += [self.say("policy.rota_calendar")]
        return lines

    def _assignment(self) -> list[Part]:
        """Who gets a ticket that nobody has, and how long an answer may take."""
        rules = self.policy.assignment
        rows = [self._row("severity", "answer_within", "group_answer_within", "weight")]
        for severity in sorted(rules.weights):
            lengths = (rules.answer_within[severity], rules.group_answer_within[severity])
            rows.append([str(severity), *map(self.words.length, lengths), str(rules.weights[severity])])
        told = "unset" if rules.mode is None else rules.mode.value
        return [self.say(f"policy.assignment.{told}"), "", Rows(rows)]

    def _order(self) -> list[Part]:
        major, within = self.policy.major, int(self.policy.major.within.total_seconds())
        names = [
            self.say("card.severity", severity=int(name)) if name.isdigit() else self.say(f"category.{name}")
            for name in self.policy.queue
        ]
        return [
            f"{', '.join(names)}.",
            self.say("policy.promises", count=self.policy.promise_intervals),
            self.say("policy.major", count=major.alike, length=self.words.length(within)),
        ]

    def _digest(self) -> list[Part]:
        """What the desk is told at fixed times."""
        told = self.policy.briefings
        lines: list[Part] = []
        if told.morning is not None:
            lines += [self.say("policy.digest.morning", at=f"{told.morning:%H:%M}")]
        if told.weekly is not None:
            day = self.words.weekday(told.weekly.day)
            lines += [self.say("policy.digest.weekly", day=day, at=f"{told.weekly.at:%H:%M}")]
        return lines

    def _shadow(self) -> list[Part]:
        """Until when nothing is said."""
        until = date.fromisoformat(self.data["shadow"]["until"])
        return [self.say("policy.shadow", day=self.words.day(until))]

    def _retention(self) -> list[Part]:
        """For how long is kept what nobody looks for again, as far as the policy says so."""
        lines: list[Part] = []
        for name, days in self.data["retention"].items():
            if days is None:
                lines += [self.say(f"policy.kept.{name}_forever")]
            else:
                lines += [self.say(f"policy.kept.{name}", length=self.words.kept(days))]
        return lines

    def _redirects(self) -> list[list[str]]:
        return [[self.say(f"policy.redirect.{name}"), place] for name, place in self.policy.redirects.items()]
