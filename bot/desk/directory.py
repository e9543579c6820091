"""Who people are to the desk: their roles at this moment, their names, language and zone, and whom a notice names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime

from bot.wording.sentences import Mention, Named
from bot.wording.speech import DEFAULT, Speech, language_of, speech
from storage.absences import Absence
from storage.accounts import Account
from storage.groups import Group
from triage.people import STAFF, VIGIE, Actor, Role
from triage.policy import LEVELS, Policy
from triage.ticket import Ticket
from triage.zones import zone_names


def is_group(key: str) -> bool:
    """Whether the key is a user group's."""
    return key.startswith("slack:S")


@dataclass
class Directory:
    """People as the platform described them, seen through the policy. Replaced as a whole when either changes.

    A user group in the policy gives its people their role, and is itself named where the policy names it as a contact.
    Whoever the policy names by their id has the role it says. By an email, by a group, by a channel or by what they are
    on the platform only people who are inside today have one: no guest, nobody of another company, no bot.
    `installer` brought Vigie here first, and is an admin where nobody else is.
    """

    policy: Policy
    accounts: Mapping[str, Account] = field(default_factory=dict)
    members: Mapping[str, frozenset[str]] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    absences: Mapping[str, Absence] = field(default_factory=dict)
    installer: str | None = None

    def __post_init__(self) -> None:
        self._named = self.policy.people
        self._by_email = self._addresses()
        roles = self.policy.roles
        # Somebody must be able to set the desk up: where the policy's admins are nobody, the platform's are.
        named = [p for p in self._known(roles.admins) if self._people([p])]
        self.has_own_admins = bool(named)
        self._admins = named or self._platform_admins()
        self._leads = self._known(roles.leads)
        admins = self._people(self._admins)
        self._levels = [frozenset(self._people(level.contacts)) for level in self.policy.levels]
        managers = {*self._people(roles.managers), *(person for level in self._levels for person in level)}
        self._roles: dict[str, set[Role]] = {}
        for role, people in (
            (Role.ADMIN, admins),
            (Role.MANAGER, sorted(managers) or admins),
            (Role.LEAD, self._people(roles.leads)),
            (Role.AGENT, self._people(roles.agents) if roles.agents is not None else self._desk_members()),
            (Role.HELPER, self._people(roles.helpers)),
        ):
            for person in people:
                self._roles.setdefault(person, set()).add(role)

    @property
    def roles(self) -> Mapping[str, AbstractSet[Role]]:
        """The roles of everyone who has any."""
        return self._roles

    def actor(self, person: str) -> Actor:
        """That person with the roles they hold now; without one, a requester or, outside, a customer."""
        roles = self._roles.get(person) or {Role.CUSTOMER if self.is_outside(person) else Role.REQUESTER}
        return Actor(person, frozenset(roles))

    def is_outside(self, person: str) -> bool:
        """Whether that person is no full, active member of one of the desk's own workspaces (policy: Outside). What the
        platform last said of them stands; whoever it never spoke of is outside, unless the policy names them."""
        if person in self._roles or person in self._named:
            return False
        account = self.accounts.get(person)
        return account is None or _is_foreign(account)

    def is_staff(self, person: str) -> bool:
        """Whether that person speaks for the desk."""
        return bool(self._roles.get(person, set()) & STAFF)

    def name(self, person: str) -> str:
        """What to call them, or a group. Whoever was never seen is called by their id, without the platform."""
        if person == VIGIE:
            return "Vigie"
        group = self.groups.get(person)
        if group is not None and group.handle:
            return f"@{group.handle}"
        account = self.accounts.get(person)
        return account.name if account is not None and account.name else person.split(":", 1)[-1]

    def named(self, person: str) -> Named:
        """That person in a sentence, without notifying them."""
        return Named(person, self.name(person))

    def mention(self, person: str) -> Mention:
        """That person in a sentence, notified."""
        return Mention(person, self.name(person))

    def reader(self, person: str) -> Speech:
        """How to speak to that person in private: their language, their zone; the desk's where they are not known,
        or the zone is none."""
        account = self.accounts.get(person)
        desk = self.policy.desk
        if account is None:
            return speech(desk.language, desk.timezone)
        language = language_of(account.locale) if account.locale else desk.language
        return speech(language, account.timezone if account.timezone in zone_names() else desk.timezone)

    @property
    def desk_speech(self) -> Speech:
        """How to speak in what is shared."""
        return speech(self.policy.desk.language or DEFAULT, self.policy.desk.timezone)

    def absence(self, person: str, now: datetime) -> Absence | None:
        """How somebody who is away at `now` is away; None for whoever is there."""
        found = self.absences.get(person)
        return found if found is not None and (found.until is None or found.until > now) else None

    def is_away(self, person: str, now: datetime) -> bool:
        """Whether somebody has said that they are away at `now`."""
        return self.absence(person, now) is not None

    def owner(self, ticket: Ticket, now: datetime) -> list[str]:
        """Whom a notice about the work goes to: the assignee, else (policy: On duty), and once they have left the desk,
        the lead, else the admins."""
        assignee = ticket.assignee
        if assignee and self.is_staff(assignee) and not self.is_away(assignee, now):
            return [assignee]
        return self.lead(now)

    def lead(self, now: datetime) -> list[str]:
        """The first lead who is there, else level 1's contact who is, else the admins."""
        return self._first([*self._leads, *self._contacts(1)], now) or self.contacts(1, now)

    def contacts(self, level: int, now: datetime) -> list[str]:
        """The first contact of a level who is there, a person or a group; the admins where none can be reached."""
        return self._first(self._contacts(level), now) or self._first(self._admins, now)

    def _first(self, people: Sequence[str], now: datetime) -> list[str]:
        """Where all of them are away, the first all the same: somebody has to be told."""
        return [each for each in people if not self.is_away(each, now)][:1] or list(people[:1])

    def admin(self) -> str | None:
        """Whom to tell what only an admin can put right; None where nobody is known as one."""
        return next(iter(self.with_role(Role.ADMIN)), None)

    def has_contact(self, level: int) -> bool:
        """Whether that level has a contact of its own, or falls to the admins."""
        return bool(self._contacts(level))

    def levels_of(self, person: str) -> list[int]:
        """The levels that this person is a contact of, themselves or in a group."""
        return [level for level, people in enumerate(self._levels, 1) if person in people]

    def _contacts(self, level: int) -> list[str]:
        levels = self.policy.levels
        return self._known(levels[level - 1].contacts) if 0 < level <= len(levels) else []

    def level_role(self, level: int, speech: Speech) -> str:
        """What the policy calls the contact of a level; a name that is the default's is spoken in the listener's
        language."""
        levels = self.policy.levels
        role = levels[level - 1].role if 0 < level <= len(levels) else ""
        known = next((n for n, default in enumerate(LEVELS, 1) if default.role == role), None)
        return speech.text(f"level_role.{known}") if known else role

    def meaning(self, severity: int, speech: Speech) -> str:
        """What a severity means: the policy's own words, else the usual ones in the listener's language."""
        return self.policy.meanings.get(severity) or speech.text(f"meaning.{severity}")

    def severity_choices(self, speech: Speech) -> tuple[tuple[str, str], ...]:
        """The severities to choose from, each with what it means."""
        own = self.policy.meanings
        return tuple(
            (str(n), f"{n} - {own[n]}" if n in own else speech.text(f"severity_choice.{n}")) for n in (1, 2, 3)
        )

    def staff_called(self, name: str) -> list[str]:
        """Who of the desk may be meant by that name or email: a whole name before a part of one."""
        wanted = " ".join(name.casefold().removeprefix("@").split())
        if "@" in wanted:
            return self._known([wanted])
        names = {p: " ".join(self.name(p).casefold().split()) for p, roles in self._roles.items() if roles & STAFF}
        whole = [person for person, called in names.items() if called == wanted]
        return whole or [person for person, called in names.items() if wanted in called.split()]

    def with_role(self, role: Role) -> list[str]:
        """Everyone who holds a role, for a refusal that says who can."""
        return [person for person, roles in self._roles.items() if role in roles]

    def _known(self, people: Iterable[str] | None) -> list[str]:
        """Whom the policy's keys stand for, in order: people and groups who can be reached.

        An email becomes the account that has it, and is left out until there is just one. Left out are people who left,
        and groups that are switched off or empty.
        """
        found = []
        for person in people or ():
            key = self._with_address(person) if "@" in person else person
            if key is not None and key not in found and self._is_reachable(key):
                found.append(key)
        return found

    def _people(self, keys: Iterable[str] | None) -> list[str]:
        """The people behind the policy's keys: those in a group rather than the group."""
        found: dict[str, None] = {}
        for key in self._known(keys):
            group = self.groups.get(key)
            in_it = group.people or () if group is not None else ()
            found.update(dict.fromkeys(filter(self._is_inside, in_it) if is_group(key) else [key]))
        return list(found)

    def _is_reachable(self, key: str) -> bool:
        group, account = self.groups.get(key), self.accounts.get(key)
        return not (group is not None and group.is_empty) and (account is None or account.is_active)

    def _is_inside(self, person: str) -> bool:
        """Whether they are one of ours today, as the platform says or, while they have not left, the policy."""
        account = self.accounts.get(person)
        if person in self._named:
            return account is None or account.is_active
        return account is not None and not _is_foreign(account)

    def _platform_admins(self) -> list[str]:
        """The admins of the workspace, whoever installed Vigie before them. Where none is known, whoever installed it
        is one: the platform may have said nothing of them yet, but it let them in."""
        admins = [a.key for a in self.accounts.values() if a.is_admin and self._is_inside(a.key)]
        first = self.installer
        if first is None:
            return admins
        if not admins and (first not in self.accounts or self._is_inside(first)):
            return [first]
        return sorted(admins, key=lambda person: person != first)

    def _addresses(self) -> dict[str, list[str]]:
        """Who has each email, of the people inside: what is written into a profile elsewhere is no identity here."""
        found: dict[str, list[str]] = {}
        for person, account in self.accounts.items():
            if account.email and self._is_inside(person):
                found.setdefault(account.email.lower(), []).append(person)
        return found

    def _with_address(self, email: str) -> str | None:
        people = self._by_email.get(email.lower(), [])
        return people[0] if len(people) == 1 else None

    @property
    def ambiguous(self) -> dict[str, list[str]]:
        """The emails that the policy names and several people have: they stand for nobody."""
        named = sorted(person.lower() for person in self.policy.people if "@" in person)
        return {email: people for email in named if len(people := self._by_email.get(email, [])) > 1}

    def _desk_members(self) -> list[str]:
        channel = self.policy.desk.channel or ""
        return [person for person in sorted(self.members.get(channel, ())) if self._is_inside(person)]


def _is_foreign(account: Account) -> bool:
    """Whether the platform says that somebody is no full, active member of a workspace of the desk's."""
    return account.is_external or account.is_bot or not account.is_active
