"""Who is who at a desk at this moment, who of them is on duty, and who is told what.

A roster is a snapshot, a value: it is made anew (`triage.membership`) whenever the policy changes or something becomes
known of people. People and groups are keys; what to call them is the phrase book's business
(`bot.wording.phrase_book`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from triage.hours import Hours
from triage.levels import ON_CALL
from triage.people import STAFF, Actor, Role
from triage.quiet_hours import QuietHours
from triage.rota import Rota
from triage.ticket import Ticket

SEEN_FOR = timedelta(minutes=30)  # that somebody was not active says nothing any more after that


@dataclass(frozen=True)
class Roster:
    """Everything about people that the policy's rules depend on."""

    #: The roles of everyone who has any, by person.
    roles: Mapping[str, frozenset[Role]] = field(default_factory=dict)
    #: Everyone who is of the desk's own organisation, with a role or without one. Everybody else is outside.
    inside: frozenset[str] = frozenset()
    #: The leads, people and groups who can be reached, in the policy's order.
    leads: tuple[str, ...] = ()
    #: The leads of each region that has any, by the region's name: they come before the desk's.
    region_leads: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: The contacts of each level, from level 1 on: people and groups who can be reached, and `ON_CALL`, in the policy's
    #: order.
    contacts: tuple[tuple[str, ...], ...] = ()
    #: Who answers for each level, from level 1 on: its contacts, and those in its groups.
    level_people: tuple[frozenset[str], ...] = ()
    #: The admins, people and groups who can be reached: the policy's, else the platform's.
    admins: tuple[str, ...] = ()
    #: Whether the policy names somebody who is an admin. Else the platform decides who is.
    has_own_admins: bool = False
    #: Until when somebody said that they are away; None: until they say that they are back. Some may be over.
    away: Mapping[str, datetime | None] = field(default_factory=dict)
    #: What each person knows, of whoever has a skill, by person.
    skills: Mapping[str, frozenset[str]] = field(default_factory=dict)
    #: The people of each user group that was read, by its key.
    groups: Mapping[str, frozenset[str]] = field(default_factory=dict)
    #: The working hours of whoever has some on record, by person.
    shifts: Mapping[str, Hours] = field(default_factory=dict)
    #: When somebody is to be told of nothing but severity 1 and 2, of whoever has set such hours.
    quiet: Mapping[str, QuietHours] = field(default_factory=dict)
    #: From when to when a platform keeps notifications from somebody, the present time or the next; a hint.
    undisturbed: Mapping[str, tuple[datetime, datetime]] = field(default_factory=dict)
    #: When a platform last said that somebody was not active, of whoever was not the last time; a hint.
    inactive: Mapping[str, datetime] = field(default_factory=dict)
    #: Who is on call when.
    rota: Rota = field(default_factory=Rota)
    #: Who has each email (in small letters), of the people inside.
    emails: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: The emails that the policy names and several people have: they stand for nobody.
    ambiguous: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    # Who is who.

    def actor(self, person: str) -> Actor:
        """That person with the roles they hold now; without one, a requester or, outside, a customer."""
        roles = self.roles.get(person) or {Role.CUSTOMER if self.is_outside(person) else Role.REQUESTER}
        return Actor(person, frozenset(roles))

    def is_outside(self, person: str) -> bool:
        """Whether that person is no full, active member of one of the desk's own workspaces (policy: Outside)."""
        return person not in self.inside

    def is_staff(self, person: str) -> bool:
        """Whether that person speaks for the desk."""
        return bool(self.roles.get(person, frozenset()) & STAFF)

    def with_role(self, role: Role) -> list[str]:
        """Everyone who holds a role."""
        return [person for person, roles in self.roles.items() if role in roles]

    def with_email(self, email: str) -> str | None:
        """The one person inside who has that email; None where nobody has it, or several have."""
        people = self.emails.get(email.lower(), ())
        return people[0] if len(people) == 1 else None

    def has_contact(self, level: int, now: datetime | None = None) -> bool:
        """Whether that level has a contact of its own, or falls to the admins. Whoever is on call is one while `now` is
        given and somebody is."""
        return bool(self._contacts(level, now))

    def levels_of(self, person: str) -> list[int]:
        """The levels that this person is a contact of, themselves or in a group."""
        return [level for level, people in enumerate(self.level_people, 1) if person in people]

    def skills_of(self, person: str) -> frozenset[str]:
        """What that person knows, as the policy names it; nothing of whoever has no skill on record."""
        return self.skills.get(person, frozenset())

    def is_in_group(self, person: str, group: str | None) -> bool:
        """Whether that person is of that user group, as far as the platform has said who is in it."""
        return group is not None and person in self.groups.get(group, ())

    def is_contact(self, person: str, level: int, now: datetime) -> bool:
        """Whether that level is this person's to acknowledge: they are a contact of it, themselves, in a group or by
        the rota; or an admin, where it falls to the admins."""
        if level in self.levels_of(person) or person in self._contacts(level, now):
            return True
        return not self._contacts(level, now) and Role.ADMIN in self.roles.get(person, frozenset())

    def may_answer(self, person: str, level: int, now: datetime) -> bool:
        """Whether this person may acknowledge that level: a contact of it or of one above, or an admin."""
        above = range(level, max(level, len(self.contacts)) + 1)
        if Role.ADMIN in self.roles.get(person, frozenset()):
            return True
        return any(self.is_contact(person, each, now) for each in above)

    # Who is on duty.

    def is_away(self, person: str, now: datetime) -> bool:
        """Whether somebody has said that they are away at `now`."""
        if person not in self.away:
            return False
        until = self.away[person]
        return until is None or until > now

    def is_quiet(self, person: str, now: datetime) -> bool:
        """Whether somebody has quiet hours at `now`."""
        hours = self.quiet.get(person)
        return hours is not None and hours.is_on(now)

    def quiet_until(self, person: str, now: datetime) -> datetime | None:
        """When the quiet hours end that somebody has at `now`; None: they have none."""
        hours = self.quiet.get(person)
        return hours.end_of(now) if hours is not None and hours.is_on(now) else None

    def for_ticket(self, ticket: Ticket, now: datetime) -> Roster:
        """The roster for what is said of that ticket: where it can wait, whoever has quiet hours counts as away, so
        that whatever cannot wait goes to whoever is next (policy: Quiet hours)."""
        return self if ticket.is_pressing else self.without_quiet(now)

    def without_quiet(self, now: datetime) -> Roster:
        """The roster for what can wait: whoever has quiet hours counts as away."""
        quiet = [person for person in self.quiet if self.is_quiet(person, now)]
        return replace(self, away={**self.away, **dict.fromkeys(quiet)}) if quiet else self

    def undisturbed_until(self, person: str, now: datetime) -> datetime | None:
        """Until when a platform keeps notifications from somebody; None: they reach them."""
        start, end = self.undisturbed.get(person, (now, now))
        return end if start <= now < end else None

    def hint_against(self, person: str, now: datetime) -> int:
        """How much speaks against disturbing somebody at `now`, by what their platform says: nothing (0), that they
        are not active, that they are not to be disturbed. It decides nothing by itself (policy: Assignment)."""
        if self.undisturbed_until(person, now) is not None:
            return 2
        seen = self.inactive.get(person)
        return int(seen is not None and timedelta() <= now - seen <= SEEN_FOR)

    def on_shift(self, person: str, now: datetime) -> bool | None:
        """Whether `now` is in somebody's working hours; None where none are on record."""
        hours = self.shifts.get(person)
        return None if hours is None else hours.is_open(now)

    def shift_end(self, person: str, now: datetime) -> datetime | None:
        """When the shift that somebody is on ends; None where they are on none, or it never does."""
        hours = self.shifts.get(person)
        first = [] if hours is None else hours.open_intervals(now, 1)
        return first[0][1] if first and first[0][0] <= now else None

    def on_call(self, now: datetime) -> list[str]:
        """Who is on call, by the rota, and not away: whom to call first at the head. Often there is nobody."""
        return [person for person in self.rota.on_call(now) if not self.is_away(person, now)]

    def is_available(self, person: str, now: datetime) -> bool:
        """Whether somebody works at `now`: they are not away, and it is not outside their working hours. Where none are
        on record, the desk's opening hours decide nothing."""
        return not self.is_away(person, now) and self.on_shift(person, now) is not False

    def is_on_duty(self, person: str, now: datetime) -> bool:
        """Whether somebody is there to be told: they work at `now`, or are on call (policy: On duty)."""
        return self.is_available(person, now) or person in self.on_call(now)

    def on_duty(self, ticket: Ticket, now: datetime) -> list[str]:
        """Who answers for a ticket now: its assignee while they are of the desk and on duty; else whoever is on call,
        else the lead, else the admins (policy: On duty). Empty where there is nobody at all."""
        assignee = ticket.ownership.assignee
        if assignee and self.is_staff(assignee) and self.is_on_duty(assignee, now):
            return [assignee]
        return self.on_call(now)[:1] or self.lead(now, ticket.terms.region)

    def contacts_of(self, level: int, now: datetime) -> list[str]:
        """Whom to call for a level, in order: its contacts, people and groups who can be reached, whoever is on call
        in the place of the rota; the admins where there is none (policy: Escalation)."""
        return list(self._contacts(level, now)) or list(self.admins)

    def next_contact(self, level: int, now: datetime, called: Collection[str]) -> str | None:
        """Whom to call next for a level, beside those who were; None where nobody is left who is not away."""
        left = [each for each in self.contacts_of(level, now) if each not in called and not self.is_away(each, now)]
        return next(iter(self._first(left, now)), None)

    def lead(self, now: datetime, region: str | None = None) -> list[str]:
        """The lead on duty: the first who is, else level 1's contact who is, else one who is not away, else the
        admins. For a ticket of a `region`, its leads come before the desk's."""
        leads = (*self.region_leads.get(region or "", ()), *self.leads)
        return self._first([*leads, *self._contacts(1, now)], now) or self.contact(1, now)

    def lead_people(self, now: datetime) -> list[str]:
        """The lead on duty as people: of a group, those in it, whoever is on duty first."""
        found = [person for each in self.lead(now) for person in sorted(self.groups.get(each, {each}))]
        return sorted(found, key=lambda person: not self.is_on_duty(person, now))

    def contact(self, level: int, now: datetime) -> list[str]:
        """The contact of a level on duty, a person or a group; an admin where none can be reached."""
        return self._first(self.contacts_of(level, now), now)

    def admin(self) -> str | None:
        """Whom to tell what only an admin can put right; None where nobody is known as one."""
        return next(iter(self.with_role(Role.ADMIN)), None)

    def stand_in(self, person: str, now: datetime) -> list[str]:
        """Who is told what goes to that person while they are away."""
        others = [each for each in self.on_call(now) if each != person][:1]
        return others or [each for each in self.lead(now) if each != person]

    # Who is told.

    def falls_to(self, ticket: Ticket, now: datetime) -> list[str]:
        """Whom a severity 1 or 2 that nobody has accepted falls to."""
        return self.on_duty(ticket, now)

    def told_of_breach(self, ticket: Ticket, now: datetime, to: str, *, owner_too: bool = False) -> list[str]:
        """Whom a breach notice names (policy: Warnings and breaches). `to` is its step: `assignee` (who is on duty for
        the ticket), `lead`, or `level` (level 1's contact). `owner_too`: the step `lead` also names who is on duty for
        the ticket."""
        if to == "assignee":
            return self.on_duty(ticket, now)
        if to == "level":
            return self.contact(1, now)
        return _once(self.on_duty(ticket, now) if owner_too else (), self.lead(now, ticket.terms.region))

    def told_of_proposal(self, ticket: Ticket, now: datetime) -> list[str]:
        """Whom a proposal to climb names: who is on duty for the ticket, and the lead; never a level's contacts."""
        region = ticket.terms.region
        told = _once(self.on_duty(ticket, now), self.lead(now, region))
        leads = (*self.region_leads.get(region or "", ()), *self.leads)
        meant = {ticket.ownership.assignee, *leads, *self.on_call(now)}
        called = {each for level in range(1, len(self.contacts) + 1) for each in self._contacts(level, now)}
        # Where there is no lead, a level's contact stands in for one elsewhere, but not here.
        return [each for each in told if each in meant or each not in called] or list(self.admins[:1]) or told

    def told_of_request(self, now: datetime, region: str | None = None) -> list[str]:
        """Whom a customer's request for escalation names: the lead (of the ticket's `region`), and level 1's
        contact."""
        return _once(self.lead(now, region), self.contact(1, now))

    def told_of_failure(self, by: str | None) -> str | None:
        """Who can put right what failed: the person who did it, while they are staff; otherwise an admin."""
        return by if by is not None and self.is_staff(by) else self.admin()

    def _contacts(self, level: int, now: datetime | None) -> Sequence[str]:
        if not 0 < level <= len(self.contacts):
            return ()
        named = self.contacts[level - 1]
        if ON_CALL not in named:
            return named
        on_call = () if now is None else self.on_call(now)
        return _once(*(on_call if each == ON_CALL else (each,) for each in named))

    def _first(self, people: Sequence[str], now: datetime) -> list[str]:
        """The first who is on duty, else the first who is not away. Where all of them are, the first all the same:
        somebody has to be told."""
        there = [each for each in people if not self.is_away(each, now)]
        return [each for each in there if self.is_on_duty(each, now)][:1] or there[:1] or list(people[:1])


def _once(*people: Iterable[str]) -> list[str]:
    """All of them, in order, without repetitions."""
    return list(dict.fromkeys(person for several in people for person in several))
