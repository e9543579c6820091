"""Making the roster, from the policy and from what the platforms say of people: who belongs to the desk, and as
what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from triage.levels import ON_CALL
from triage.people import Role
from triage.policy import Policy
from triage.quiet_hours import QuietHours
from triage.roster import Roster
from triage.rota import Planned, Rota, StandIn


class Described(Protocol):
    """What the platforms last said of a person: an account, or several together."""

    @property
    def emails(self) -> tuple[str, ...]:
        """Their emails, in small letters."""

    @property
    def is_member(self) -> bool:
        """A full, active member of one of the desk's own workspaces or tenants: no guest, nobody of another company, no
        bot, nobody who left."""

    @property
    def is_active(self) -> bool:
        """They have not left everywhere."""

    @property
    def is_admin(self) -> bool:
        """They administer a workspace."""


@dataclass(frozen=True, slots=True)
class Person:
    """A person as described; see `Described` for the fields."""

    #: As the platform vouches for them, in small letters.
    emails: tuple[str, ...] = ()
    #: Whether they are a full, active member of one of the desk's own workspaces (policy: Outside).
    is_member: bool = True
    #: Whether they are still there.
    is_active: bool = True
    #: Whether a workspace of the desk's is theirs to administer.
    is_admin: bool = False


@dataclass(frozen=True)
class Known:
    """What is known of people, beside the policy."""

    #: By the person's key, in the order in which they became known.
    people: Mapping[str, Described] = field(default_factory=dict)
    #: Who is in each user group, in the platform's order: nobody in one that is switched off, None where it was never
    #: read. Every key that the policy names and that is a group's is here.
    groups: Mapping[str, tuple[str, ...] | None] = field(default_factory=dict)
    #: Whose accounts are in the desk's channels.
    members: frozenset[str] = frozenset()
    #: Until when somebody is away, as `Roster.away` has it.
    away: Mapping[str, datetime | None] = field(default_factory=dict)
    #: Who stands in for whom on call, beside what the policy says, in the order in which that was agreed.
    stand_ins: tuple[StandIn, ...] = ()
    #: Who is on call by the calendar that the policy names, as the calendar calls them.
    planned: Planned | None = None
    #: Quiet hours that people set, as `Roster.quiet` has them.
    quiet: Mapping[str, QuietHours] = field(default_factory=dict)
    #: From when to when platforms keep notifications from people, as `Roster.undisturbed` has it.
    undisturbed: Mapping[str, tuple[datetime, datetime]] = field(default_factory=dict)
    #: When people were seen not to be active, as `Roster.inactive` has it.
    inactive: Mapping[str, datetime] = field(default_factory=dict)
    #: Whoever brought Vigie here first: an admin where nobody else is.
    installer: str | None = None
    #: Whose an account is that goes by another person's key. The policy may name a person by any of their accounts.
    persons: Mapping[str, str] = field(default_factory=dict)

    @property
    def groups_read(self) -> list[str]:
        """The user groups of which it is known who is in them."""
        return [group for group, people in self.groups.items() if people is not None]


def make_roster(policy: Policy, known: Known) -> Roster:
    """The roster of a desk.

    A user group in the policy gives its people their role, and is itself told where the policy names it as a contact.
    Whoever the policy names by their id has the role it says. By an email, by a group, by a channel or by what they are
    on the platform only people who are inside today have one: no guest, nobody of another company, no bot.
    """
    naming = _Naming(policy, known)
    roles = policy.roles
    # Somebody must be able to set the desk up: where the policy's admins are nobody, the platform's are.
    named = [each for each in naming.reachable(roles.admins) if naming.people([each])]
    admin_keys = named or naming.platform_admins()
    admins = naming.people(admin_keys)
    levels = tuple(tuple(naming.reachable(level.contacts)) for level in policy.levels)
    level_people = tuple(frozenset(naming.people(level.contacts)) for level in policy.levels)
    managers = {*naming.people(roles.managers), *(person for level in level_people for person in level)}
    regions = policy.desk.regions.values()
    held: dict[str, set[Role]] = {}
    for role, people in (
        (Role.ADMIN, admins),
        (Role.MANAGER, sorted(managers) or admins),
        (Role.LEAD, naming.people([*(roles.leads or ()), *(p for each in regions for p in each.leads)])),
        (Role.AGENT, naming.people(roles.agents) if roles.agents is not None else naming.desk_members()),
        (Role.HELPER, naming.people(roles.helpers)),
    ):
        for person in people:
            held.setdefault(person, set()).add(role)
    return Roster(
        roles={person: frozenset(found) for person, found in held.items()},
        inside=frozenset((*held, *naming.named, *(key for key, each in known.people.items() if each.is_member))),
        leads=tuple(naming.reachable(roles.leads)),
        region_leads={
            name: leads for name, each in policy.desk.regions.items() if (leads := tuple(naming.reachable(each.leads)))
        },
        contacts=levels,
        level_people=level_people,
        admins=tuple(admin_keys),
        has_own_admins=bool(named),
        away=known.away,
        quiet=known.quiet,
        undisturbed=known.undisturbed,
        inactive=known.inactive,
        shifts={key: hours for name, hours in policy.shifts.items() if (key := naming.reached(name)) is not None},
        rota=naming.rota(policy.rota),
        skills=_skills(policy, naming),
        groups={group: frozenset(naming.people([group])) for group in known.groups_read},
        emails=naming.emails,
        ambiguous=naming.ambiguous(),
    )


def _skills(policy: Policy, naming: _Naming) -> dict[str, frozenset[str]]:
    """What each person knows, of those that the policy gives a skill."""
    found: dict[str, set[str]] = {}
    for skill, people in policy.skills.items():
        for person in naming.people(people):
            found.setdefault(person, set()).add(skill)
    return {person: frozenset(skills) for person, skills in found.items()}


def is_email(name: str) -> bool:
    """Whether the policy names somebody by an email there; a key has a colon, whatever else is in it."""
    return "@" in name and ":" not in name


class _Naming:
    """Whom the policy's names stand for: people and groups by their key, people by an email."""

    def __init__(self, policy: Policy, known: Known) -> None:
        self.known = known
        self._policy_names = policy.people
        self.named = {self._person_of(name) for name in self._policy_names}
        self.emails = self._emails()

    def reachable(self, names: Iterable[str] | None) -> list[str]:
        """Whom the names stand for, in order: people and groups who can be reached.

        An email becomes the person who has it, and is left out until there is just one. Left out are people who left,
        and groups in which there is nobody.
        """
        return list(dict.fromkeys(key for name in names or () if (key := self.reached(name)) is not None))

    def reached(self, name: str) -> str | None:
        """Whom one name stands for; None where they cannot be reached. The rota stands for itself."""
        if name == ON_CALL:
            return name
        key = self._with_email(name) if is_email(name) else self._person_of(name)
        return key if key is not None and self._is_reachable(key) else None

    def rota(self, rota: Rota) -> Rota:
        """Who is on call when: by the policy, by its calendar, and by what was agreed since."""
        planned = () if self.known.planned is None else (self.known.planned,)
        stand_ins = (*rota.stand_ins, *self.known.stand_ins)
        return Rota((*planned, *rota.layers), stand_ins).by(self.reached)

    def people(self, names: Iterable[str] | None) -> list[str]:
        """The people behind the names: those in a group rather than the group."""
        found: dict[str, None] = {}
        for key in self.reachable(names):
            if key == ON_CALL:
                continue  # it is somebody else each week, and nobody's role
            if key in self.known.groups:
                in_it = (self._person_of(each) for each in self.known.groups[key] or ())
                found.update(dict.fromkeys(filter(self._is_inside, in_it)))
            else:
                found[key] = None
        return list(found)

    def platform_admins(self) -> list[str]:
        """The admins of the workspace, whoever installed Vigie before them. Where none is known, whoever installed it
        is one: the platform may have said nothing of them yet, but it let them in."""
        people = self.known.people
        admins = [key for key, each in people.items() if each.is_admin and self._is_inside(key)]
        if self.known.installer is None:
            return admins
        first = self._person_of(self.known.installer)
        if not admins and (first not in people or self._is_inside(first)):
            return [first]
        return sorted(admins, key=lambda person: person != first)

    def desk_members(self) -> list[str]:
        """Who is in the desk's channel, of the people inside."""
        people = dict.fromkeys(self._person_of(each) for each in sorted(self.known.members))
        return [person for person in people if self._is_inside(person)]

    def ambiguous(self) -> dict[str, tuple[str, ...]]:
        """The emails that the policy names and several people have."""
        named = sorted(name.lower() for name in self._policy_names if is_email(name))
        return {email: people for email in named if len(people := self.emails.get(email, ())) > 1}

    def _person_of(self, key: str) -> str:
        return self.known.persons.get(key, key)

    def _is_reachable(self, key: str) -> bool:
        if key in self.known.groups:
            return self.known.groups[key] != ()
        person = self.known.people.get(key)
        return person is None or person.is_active

    def _is_inside(self, key: str) -> bool:
        """Whether they are one of ours today, as the platform says or, while they have not left, the policy."""
        person = self.known.people.get(key)
        if key in self.named:
            return person is None or person.is_active
        return person is not None and person.is_member

    def _emails(self) -> dict[str, tuple[str, ...]]:
        """Who has each email, of the people inside: what is written into a profile elsewhere is no identity here."""
        found: dict[str, tuple[str, ...]] = {}
        for key, person in self.known.people.items():
            for email in person.emails:
                if self._is_inside(key):
                    found[email] = (*found.get(email, ()), key)
        return found

    def _with_email(self, email: str) -> str | None:
        people = self.emails.get(email.lower(), ())
        return people[0] if len(people) == 1 else None
