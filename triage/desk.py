"""A desk as its policy describes it: its channels, hours and regions, and who is what."""

from __future__ import annotations

from dataclasses import dataclass, field

from triage.hours import Hours, business_week
from triage.keys import platform_of


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a desk's customers, with what is theirs instead of the desk's (policy: Regions)."""

    #: In which business time counts for them; None: the desk's calendar.
    hours: Hours | None = None
    #: In which language they are told; None: the desk's.
    language: str | None = None
    #: Who leads for them, people and groups, before the desk's leads; none: the desk's.
    leads: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Desk:
    """A support group."""

    #: As the policy calls it; it tells desks of an organisation apart.
    name: str = "support"
    #: Keys of its own channels, one on each platform that it is on (`slack:C0123`); none: wherever somebody writes.
    channels: tuple[str, ...] = ()
    #: Keys of the channels in which a climb is said, at most one on each platform; none: in its own.
    escalation_channels: tuple[str, ...] = ()
    #: Its customers' channels: key to the customer's name.
    customer_channels: dict[str, str] = field(default_factory=dict)
    #: In which language it is spoken to where nobody in particular is: `en` or `fr`.
    language: str = "en"
    #: An IANA name.
    timezone: str = "UTC"
    #: Its calendar; None: business hours in its zone, see `working`.
    hours: Hours | None = None
    #: Its regions, by name.
    regions: dict[str, Region] = field(default_factory=dict)

    def channel_on(self, platform: str) -> str | None:
        """Its own channel on that platform."""
        return next((channel for channel in self.channels if platform_of(channel) == platform), None)

    @property
    def working(self) -> Hours:
        """The desk's calendar: Monday to Friday 09:00-17:00 in its zone unless the policy names another."""
        return self.hours or business_week(self.timezone)

    def region_called(self, name: str | None) -> str | None:
        """The name of that region as the policy has it, whatever its case; None where there is none."""
        wanted = "" if name is None else " ".join(name.split()).casefold()
        return next((each for each in self.regions if each.casefold() == wanted), None)

    def hours_in(self, hours: Hours, region: str | None) -> Hours:
        """The hours that count for customers of that region, where the desk's own would be `hours`: business time is
        the region's."""
        own = self.regions[region].hours if region in self.regions else None
        return own if own is not None and hours == self.working else hours


@dataclass(frozen=True, slots=True)
class Roles:
    """People by role, as keys (`slack:U0123`). None: nobody was configured, the platform's own roles decide."""

    #: Who works on tickets.
    agents: tuple[str, ...] | None = None
    #: Who looks after a shift.
    leads: tuple[str, ...] | None = None
    #: Who is a contact of a level.
    managers: tuple[str, ...] | None = None
    #: Who sets the desk up.
    admins: tuple[str, ...] | None = None
    #: Who may write notes and nothing else.
    helpers: tuple[str, ...] | None = None
