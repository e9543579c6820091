"""What is on record of a desk's people, read at one go, and the directory that is made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.desk.directory import Directory
from storage.absences import Absence, load_absences
from storage.account_joins import Pair, pairs_by_email, parted_accounts
from storage.accounts import Account, load_accounts, load_members
from storage.groups import Group, load_groups
from storage.persons import Persons, load_persons
from storage.presences import Presence, load_presences
from storage.quiet_hours import load_quiet_hours
from storage.rota_copy import Copy, load_copy
from storage.stand_ins import list_stand_ins
from storage.working_hours import Copied, load_working_hours
from triage.policy import Policy
from triage.rota import StandIn


@dataclass(frozen=True, slots=True)
class PeopleOnRecord:
    """What is on record of people at one moment. What a `Directory` has as well, it says more of."""

    #: What a platform last said of somebody, by the key of their account.
    accounts: Mapping[str, Account]
    #: Who is in each channel known.
    members: Mapping[str, frozenset[str]]
    #: User groups, by key.
    groups: Mapping[str, Group]
    #: Who said that they are away.
    absences: Mapping[str, Absence]
    #: Whose an account is that goes by another person's key.
    persons: Persons
    #: Accounts that an admin has said are two people's.
    parted: set[Pair]
    #: The working hours that were last kept for whoever assigns, by person.
    working_hours: Copied
    #: Who stands in for whom on call.
    stand_ins: tuple[StandIn, ...]
    #: The calendar that the rota is kept in, as it was last read; None: there is none, or it was never read.
    planned: Copy | None
    #: When people are not to be disturbed, in minutes after midnight of their zone.
    quiet_hours: Mapping[str, tuple[int, int, datetime]]
    #: Whether people can be disturbed, as their platforms said.
    presences: Mapping[str, Presence]

    @property
    def same_email(self) -> list[Pair]:
        """Accounts that are one person's by their emails, and are not joined yet."""
        return pairs_by_email(self.accounts, self.persons, self.parted)

    @property
    def rota_problem(self) -> str:
        """Why the calendar that the rota is kept in cannot be read; empty: it can, or there is none."""
        return "" if self.planned is None else self.planned.problem or ""

    def directory(self, policy: Policy, installer: str | None) -> Directory:
        """Who people are, under that policy."""
        return Directory(
            policy, self.accounts, self.members, self.groups, self.absences, installer, self.persons, self.stand_ins,
            self.quiet_hours, self.presences, self.planned,
        )  # fmt: skip


def load_people(
    session: Session, organisation_id: int, desk_id: int, *, calendar: str, now: datetime
) -> PeopleOnRecord:
    """What is on record now. `calendar`: where the policy says that the rota is kept; empty: in none."""
    return PeopleOnRecord(
        accounts=load_accounts(session, organisation_id),
        members=load_members(session, organisation_id),
        groups=load_groups(session, organisation_id),
        absences=load_absences(session, organisation_id),
        persons=load_persons(session, organisation_id),
        parted=parted_accounts(session, organisation_id),
        working_hours=load_working_hours(session, organisation_id),
        stand_ins=tuple(each.stand_in for each in list_stand_ins(session, organisation_id, desk_id, now)),
        planned=load_copy(session, organisation_id, desk_id, calendar),
        quiet_hours=load_quiet_hours(session, organisation_id),
        presences=load_presences(session, organisation_id),
    )
