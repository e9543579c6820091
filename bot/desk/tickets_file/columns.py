"""Which column of another help desk's export means what: named, or guessed by how the usual ones call it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.desk.csv_file import UnusableError, chosen_columns, plain_heading

# What a ticket is read from, and how Zendesk, Jira Service Management, Freshdesk and ServiceNow head it, the likelier
# first: letters and figures alone, without case.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "ref": ("issuekey", "ticketid", "number", "ticketnumber", "casenumber", "caseid", "incidentnumber", "key",
            "reference", "externalid", "id", "issueid", "ticket"),
    "summary": ("subject", "shortdescription", "title", "objet", "titre", "sujet"),
    "description": ("details", "body"),
    "category": ("type", "tickettype", "issuetype", "requesttype", "kind"),
    "severity": ("priority", "gravity", "gravite", "priorite"),
    "state": ("status", "ticketstatus", "incidentstate", "etat", "statut"),
    "reported_at": ("reported", "createdat", "created", "createdtime", "createddate", "createdon", "opened", "openedat",
                    "dateopened", "requestedat", "requested", "datecreated"),
    "answered_at": ("initialresponsetime", "firstresponseat", "firstrespondedat", "firstreplyat", "firstresponded"),
    "restored_at": ("restored", "servicerestored"),
    "resolved_at": ("resolved", "resolvedtime", "solvedat", "solved", "resolutiondate", "closedat", "closed",
                    "closedtime", "closeddate", "dateclosed"),
    "owner": ("assignee", "assignedto", "agent", "assigneeemail", "agentemail", "responsable"),
    "customer": ("organization", "organizations", "organisation", "company", "companyname", "account", "accountname",
                 "client", "customername", "requesterorganization", "ticketorganization"),
    "requester": ("requesteremail", "reporter", "caller", "email", "contactemail", "requestername", "openedby"),
    "notes": ("worknotes", "internalnotes", "privatenotes"),
    "resolution": ("resolutionnotes", "closenotes"),
    "link": ("url", "ticketurl"),
}  # fmt: skip
# What that help desk says became of a deadline, where the two are compared.
VERDICTS: Mapping[str, tuple[str, ...]] = {
    "response_kept": ("firstresponsestatus", "responsesla", "responseslastatus", "firstresponsesla"),
    "restore_kept": ("resolutionstatus", "resolutionsla", "resolutionslastatus", "madesla", "slamet", "slastatus"),
}
NEEDED = ("ref", "summary", "reported_at")


@dataclass(frozen=True, slots=True)
class Columns:
    """Where in a row each thing stands."""

    #: The place of each thing that the file has.
    places: Mapping[str, int]
    #: The headings, as they are written.
    headings: Sequence[str]

    def named(self) -> list[tuple[str, str]]:
        """What each column that is read is called, and what it means."""
        found = sorted(self.places.items(), key=lambda each: each[1])
        return [(self.headings[place], name) for name, place in found]

    def left_out(self) -> list[str]:
        """The headings that nothing is read from."""
        used = set(self.places.values())
        return [heading for place, heading in enumerate(self.headings) if heading and place not in used]

    def cells(self, row: Sequence[str]) -> dict[str, str]:
        """What a row says, by what it means."""
        return {name: row[place] for name, place in self.places.items()}

    def heading(self, name: str) -> str:
        """What the file calls that."""
        return self.headings[self.places[name]]


def columns_of(
    headings: Sequence[str], chosen: Mapping[str, str], *, also: Mapping[str, tuple[str, ...]] | None = None
) -> Columns:
    """Which column means what. `chosen`: by heading, as somebody said; nothing for one that is to be left out. `also`:
    what is looked for besides. Raises `UnusableError`."""
    known = {**COLUMNS, **(also or {})}
    plain = [plain_heading(each) for each in headings]
    said = chosen_columns(headings, chosen, known)
    places, taken = {name: place for place, name in said.items() if name}, set(said)
    for name, others in known.items():
        if name not in places:
            found = next(
                (place for other in (plain_heading(name), *others) for place, each in enumerate(plain)
                 if each == other and place not in taken), None,
            )  # fmt: skip
            if found is not None:
                places[name] = found
                taken.add(found)
    missing = [name for name in NEEDED if name not in places]
    if missing:
        raise UnusableError(
            f'no column is known to be {", ".join(missing)}: say which with --map "Theirs={missing[0]}"; '
            f"there are {', '.join(filter(None, headings))}"
        )
    return Columns(places, headings)
