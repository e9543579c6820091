"""Who people are: what the platforms said of them, what to call them, and the roster made of it by the policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.desk.policy_file.people import names_group
from storage.absences import Absence
from storage.accounts import Account
from storage.groups import Group
from storage.persons import Persons
from storage.presences import Presence
from storage.rota_copy import Copy
from triage.keys import id_of, is_forgotten, platform_of
from triage.membership import Described, Known, Person, make_roster
from triage.people import STAFF, VIGIE
from triage.policy import Policy
from triage.quiet_hours import QuietHours
from triage.roster import Roster
from triage.rota import Planned, StandIn
from triage.words import folded
from triage.zones import zone_names


@dataclass
class Directory:
    """A snapshot of people as the platforms described them, seen through the policy. Never changed; replaced as a whole
    when either changes."""

    #: The policy that says who has which role.
    policy: Policy
    #: What a platform last said of somebody, by the key of their account.
    accounts: Mapping[str, Account] = field(default_factory=dict)
    #: Who is in each channel known.
    members: Mapping[str, frozenset[str]] = field(default_factory=dict)
    #: User groups, by key.
    groups: Mapping[str, Group] = field(default_factory=dict)
    #: Who said that they are away; some absences may be over.
    absences: Mapping[str, Absence] = field(default_factory=dict)
    #: Whoever brought Vigie here first: an admin where nobody else is.
    installer: str | None = None
    #: Whose an account is that goes by another person's key.
    persons: Persons = field(default_factory=dict)
    #: Who stands in for whom on call, as people agreed.
    stand_ins: tuple[StandIn, ...] = ()
    #: When people are not to be disturbed, in minutes after midnight of their zone: from when to when, and when that
    #: was set.
    quiet_hours: Mapping[str, tuple[int, int, datetime]] = field(default_factory=dict)
    #: Whether people can be disturbed, as their platforms said, by the key of their account.
    presences: Mapping[str, Presence] = field(default_factory=dict)
    #: Who is on call by the calendar that the policy names, by the names that are in it.
    planned: Copy | None = None
    #: Their roles, who of them is on duty and who is told, made of the above.
    roster: Roster = field(init=False)

    def __post_init__(self) -> None:
        self._others: dict[str, tuple[str, ...]] = {}
        for account, person in self.persons.items():
            self._others[person] = (*self._others.get(person, ()), account)
        self._aliases = {each.alias: key for key, each in self.accounts.items() if each.alias}
        self.roster = make_roster(self.policy, self._known())

    def name(self, person: str) -> str:
        """What to call them, or a group. Whoever was never seen is called by their id, without the platform."""
        if person == VIGIE:
            return "Vigie"
        group = self.groups.get(person)
        if group is not None and group.handle:
            return f"@{group.handle}"
        account = self.accounts.get(person)
        return account.name if account is not None and account.name else id_of(person)

    def person(self, account: str) -> str:
        """The key of the person behind an account: the account's own key, unless it was joined to another. An account
        is also found by the other key that its platform knows it by."""
        account = self._aliases.get(account, account)
        return self.persons.get(account, account)

    def accounts_of(self, person: str) -> tuple[str, ...]:
        """Their accounts, the one that they are known by first; also where they are named by another of them."""
        person = self.person(person)
        return (person, *self._others.get(person, ()))

    def account_on(self, person: str, platform: str) -> str | None:
        """Their account on that platform; None where they have none there, or were forgotten. A group has itself."""
        there = (key for key in self.accounts_of(person) if platform_of(key) == platform)
        return next((key for key in there if not is_forgotten(key)), None)

    def is_group(self, key: str) -> bool:
        """Whether that is a user group: a platform said so, or the policy names it as one."""
        return key in self.groups or names_group(key)

    def absence(self, person: str, now: datetime) -> Absence | None:
        """How somebody who is away at `now` is away; None for whoever is there."""
        return self.absences.get(person) if self.roster.is_away(person, now) else None

    @property
    def gone(self) -> frozenset[str]:
        """Who has left, by the platforms."""
        return frozenset(person for person, each in self._people().items() if not each.is_active)

    def staff_called(self, name: str) -> list[str]:
        """The people of the desk who may be meant by that name or email. A match of a whole name comes before one of a
        part."""
        wanted = name.casefold().removeprefix("@").strip()
        if "@" in wanted:
            found = self.roster.with_email(wanted)
            return [] if found is None else [found]
        staff = (person for person, roles in self.roster.roles.items() if roles & STAFF)
        return _who_is_called(wanted, {person: self.name(person) for person in staff})

    def left_called(self, name: str) -> list[str]:
        """Those who have left who may be meant by that name or email."""
        wanted, gone = name.casefold().removeprefix("@").strip(), self.gone
        if "@" in wanted:
            return [person for person in gone if person in self.accounts and wanted in self.accounts[person].emails]
        return _who_is_called(wanted, {person: self.name(person) for person in gone})

    def group_called(self, handle: str) -> str | None:
        """The user group that is typed by that handle; None where there is none."""
        wanted = handle.casefold().removeprefix("@").rstrip(":,")
        found = (g.key for g in self.groups.values() if g.is_active and g.handle.casefold() == wanted)
        return next(found, None) if wanted else None

    def accounts_called(self, name: str) -> list[str]:
        """The accounts that may be meant by that key, email or name, of people who are still there. A match of a whole
        name comes before one of a part."""
        if (key := self._aliases.get(name, name)) in self.accounts:
            return [key]
        wanted = name.casefold().removeprefix("@").strip()
        there = {key: each for key, each in self.accounts.items() if each.is_active and not each.is_bot}
        if "@" in wanted:
            return [key for key, each in there.items() if wanted in each.emails]
        return _who_is_called(wanted, {key: each.name for key, each in there.items()})

    def _known(self) -> Known:
        groups = {key: () if not group.is_active else group.people for key, group in self.groups.items()}
        seen = self.presences
        unread = {name: None for name in self.policy.people if names_group(name) and name not in groups}
        return Known(
            people=self._people(),
            groups={**groups, **unread},
            members=frozenset().union(*(self.members.get(each, ()) for each in self.policy.desk.channels)),
            away={person: absence.until for person, absence in self.absences.items()},
            quiet={whose: self._quiet(whose, *hours) for whose, hours in self.quiet_hours.items()},
            undisturbed={self.person(key): each.undisturbed for key, each in seen.items() if each.undisturbed},
            inactive={self.person(key): each.inactive_at for key, each in seen.items() if each.inactive_at},
            stand_ins=self.stand_ins,
            planned=None if self.planned is None else self._planned(self.planned),
            installer=self.installer,
            persons={**self.persons, **{alias: self.person(alias) for alias in self._aliases}},
        )

    def _quiet(self, person: str, starts: int, ends: int, since: datetime) -> QuietHours:
        account = self.accounts.get(person)
        own = None if account is None else account.timezone
        return QuietHours(starts, ends, own if own in zone_names() else self.policy.desk.timezone, since)

    def _planned(self, copy: Copy) -> Planned:
        """That calendar, with everyone in it by the key of their account."""
        called = {names: self.person_called(names) for _, _, names in copy.spans}
        return Planned(tuple((start, end, called[names]) for start, end, names in copy.spans))

    def person_called(self, names: tuple[str, ...]) -> str | None:
        """Who is called by one of those names, the likeliest first; None: nobody, or several."""
        for name in names:
            if len(found := {self.person(account) for account in self.accounts_called(name)}) == 1:
                return found.pop()
        return None

    def _people(self) -> Mapping[str, Described]:
        """Everyone known, each once, whatever accounts they have."""
        if not self.persons:
            return self.accounts
        found: dict[str, Described] = {}
        for key, account in self.accounts.items():
            person = self.persons.get(key, key)
            found[person] = account if person not in found else _together(found[person], account)
        return found


def _together(one: Described, other: Described) -> Described:
    """One description of a person with two accounts. Where one account is inside and the other is not, only the inside
    one counts."""
    if one.is_member is not other.is_member:
        return one if one.is_member else other
    return Person(
        tuple(dict.fromkeys((*one.emails, *other.emails))), one.is_member, one.is_active or other.is_active,
        one.is_admin or other.is_admin,
    )  # fmt: skip


def _who_is_called(name: str, names: Mapping[str, str]) -> list[str]:
    """Whose name that may be: as it is written before what it is without accents, a whole name before a part."""
    for plain in (str.casefold, folded):
        wanted = " ".join(plain(name).split())
        called = {key: " ".join(plain(each).split()) for key, each in names.items()}
        whole = [key for key, each in called.items() if each == wanted]
        if found := whole or [key for key, each in called.items() if wanted in each.split()]:
            return found
    return []
