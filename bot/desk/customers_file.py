"""A file of customers: CSV in, checked customers out, every line that cannot be used with its reason."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches

from bot.desk.csv_file import LINE, REASON, CsvFile, UnusableError, chosen_columns, plain_heading
from bot.desk.languages import LANGUAGES
from bot.desk.policy_file.desks import teams_channel
from storage.customers import Customer
from triage.mail_domains import is_public

COLUMNS = ("name", "plan", "region", "language", "vip", "channels", "domains")
LONGEST_NAME = 120

# How else a column may be headed, without case, accents and signs.
_HEADED = {
    "name": ("customer", "customername", "company", "companyname", "account", "accountname", "client", "nom",
             "nomduclient", "societe", "raisonsociale", "entreprise"),
    "plan": ("contract", "supportplan", "contrat", "tier"),
    "language": ("lang", "langue", "locale"),
    "vip": ("isvip",),
    "channels": ("channel", "channelid", "channelids", "slackchannel", "slackchannels", "canal", "canaux"),
    "domains": ("domain", "emaildomain", "emaildomains", "domaine", "domaines"),
}  # fmt: skip
_COLUMN = {column: column for column in COLUMNS} | {other: c for c, others in _HEADED.items() for other in others}
_YES = ("yes", "y", "true", "1", "vip", "oui", "o", "x", "vrai")
_NO = ("", "no", "n", "false", "0", "non", "faux", "-")
_SPOKEN = {"english": "en", "anglais": "en", "french": "fr", "francais": "fr"}
# An id alone, or as it stands in a link to the channel or in a message that names it.
_CHANNEL = re.compile(
    r"(?:slack:|https://\S+/archives/|<#)?([CG][A-Z0-9]{2,})(?:\|[^>]*)?>?|((?!slack:|https?:)[a-z]{2,20}:\S+)",
    re.IGNORECASE,
)
_DOMAIN = re.compile(r"@?([a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+)")
_LISTED = re.compile(r"[\s;,]+")


def read_customers(
    file: CsvFile, plans: Collection[str], regions: Collection[str] = (), platforms: Collection[str] = (),
    *, chosen: Mapping[str, str] | None = None,
) -> tuple[list[Customer], list[str]]:  # fmt: skip
    """The customers of a CSV file, and one sentence for each line that cannot be used.

    The headings name the columns: `name`, and whichever of the others there are; `chosen` says what others mean, by
    heading, nothing for one that is to be left out. `plans` and `regions` are those of the policy; where it has no
    regions, any is kept. `platforms`: those that the desk is on, where that is known: an id of Slack's means nothing to
    a desk that is only in Teams. Lists (`channels`, `domains`) are separated by blanks or semicolons. Raises
    `UnusableError` where `chosen` names what is not there.
    """
    named = chosen_columns(file.headings, chosen or {}, COLUMNS)
    header = [named.get(place, _column(field)) for place, field in enumerate(file.headings)]
    problems = [f"line {file.heading_line}: {problem}" for problem in _header_problems([*filter(None, header)])]
    is_unusable = bool(problems)
    found = _read_rows(_usable(file, problems), header, (plans, regions, platforms), problems)
    return ([] if is_unusable else found), problems


def _usable(file: CsvFile, problems: list[str]) -> Iterator[tuple[int, Sequence[str]]]:
    for row in file.rows():
        if row.problem:
            problems.append(f"line {row.line}: {row.problem}")
        else:
            yield row.line, row.cells


def _column(heading: str) -> str:
    """The column that a heading means; the heading itself where it means none, nothing where it is of ours."""
    if heading.strip().lower() in (LINE, REASON):
        return ""
    return _COLUMN.get(plain_heading(heading), heading.strip().lower())


def _plain(text: str) -> str:
    """Without case and accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


def _read_rows(
    rows: Iterable[tuple[int, Sequence[str]]],
    header: list[str],
    known: tuple[Collection[str], Collection[str], Collection[str]],
    problems: list[str],
) -> list[Customer]:
    """What can be used of the rows; what is wrong with the others goes to `problems`."""
    found: dict[str, Customer] = {}
    whose: dict[str, str] = {}
    for number, row in rows:
        try:
            customer = _customer(dict(zip(header, map(str.strip, row), strict=False)), *known)
            key = " ".join(customer.name.split()).casefold() if customer.name else str(number)
            if key in found:
                raise UnusableError(f"{customer.name} is there twice: keep one.")
            for channel in customer.channels:
                if whose.setdefault(channel, key) != key:
                    raise UnusableError(f"{channel} is the channel of {found[whose[channel]].name} already: keep one.")
            found[key] = customer
        except UnusableError as error:
            problems.append(f"line {number}: {error}")
    return list(found.values())


def _header_problems(header: list[str]) -> Iterable[str]:
    if "name" not in header:
        yield f"there is no column `name`; the first line names the columns: {', '.join(COLUMNS)}."
    for column in dict.fromkeys(header):
        if column not in COLUMNS:
            near = get_close_matches(column, COLUMNS, n=1)
            yield f"unknown column `{column}`; " + (f"did you mean `{near[0]}`?" if near else "leave it out.")
        elif header.count(column) > 1:
            yield f"the column `{column}` is there twice: keep one."


def _customer(
    row: dict[str, str], plans: Collection[str], regions: Collection[str], platforms: Collection[str]
) -> Customer:
    name = " ".join(row.get("name", "").split())
    if "name" in row and not 0 < len(name) <= LONGEST_NAME:
        raise UnusableError(f"a customer needs a name of up to {LONGEST_NAME} characters.")
    plan = row.get("plan") or None
    if plan is not None and plan not in plans:
        raise UnusableError(f"there is no plan {plan}; {_hint(plan, plans, 'plans')}")
    region = row.get("region") or None
    if region is not None and regions:
        called = next((each for each in regions if each.casefold() == region.casefold()), None)
        if called is None:
            raise UnusableError(f"there is no region {region}; {_hint(region, regions, 'regions')}")
        region = called
    language = read_language(row.get("language", ""))
    if language not in (None, *LANGUAGES):
        raise UnusableError(f"language {language} is not spoken here; write {' or '.join(LANGUAGES)}.")
    return Customer(
        name, plan, region, language, _is_vip(row.get("vip", "")),
        tuple(_channel(text, platforms) for text in listed(row.get("channels", ""))),
        tuple(_domain(text) for text in listed(row.get("domains", ""))),
    )  # fmt: skip


def _hint(text: str, known: Collection[str], what: str) -> str:
    near = get_close_matches(text, known, n=1)
    return f"did you mean {near[0]}?" if near else f"the policy has {', '.join(sorted(known)) or f'no {what}'}."


def doubts_of(customers: Iterable[Customer]) -> Iterator[str]:
    """One sentence for each of their email domains by which nobody is found."""
    whose: dict[str, list[str]] = {}
    for customer in customers:
        for domain in dict.fromkeys(customer.domains):
            whose.setdefault(domain, []).append(customer.name)
    for domain, names in whose.items():
        if is_public(domain):
            yield f"{domain} ({names[0]}): anybody may have an address there, so it says nothing of whose somebody is."
        elif len(names) > 1:
            yield f"{domain} is the domain of {', '.join(names)}: where several have it, it decides nothing."


def read_language(text: str) -> str | None:
    """A language as people write it, as its code: `fr`, `fr-FR`, `Français`; None for nothing."""
    plain = _plain(text)
    return _SPOKEN.get(plain) or (re.split("[-_]", plain)[0] or None)


def _is_vip(text: str) -> bool:
    if text.lower() in _YES + _NO:
        return text.lower() in _YES
    raise UnusableError(f"vip is {text}; write yes or no.")


def _channel(text: str, platforms: Collection[str]) -> str:
    if (key := read_channel(text, platforms)) is not None:
        return key
    if takes_links(platforms):
        raise UnusableError(f"{text} is no channel of Teams; write the link to it (Get link to channel).")
    raise UnusableError(f"{text} is not a channel's id; write one such as C0123ABC.")


def takes_links(platforms: Collection[str]) -> bool:
    """Whether a desk on these platforms knows channels by their links alone."""
    return set(platforms) == {"teams"}


def read_channel(text: str, platforms: Collection[str] = ()) -> str | None:
    """The key of a channel, by its id, a link to it or a mention of it; None for anything else. `platforms`: those that
    the desk is on, where that is known. What is written as Slack writes it is no channel of a desk that is only in
    Teams."""
    if (there := teams_channel(text)) is not None:
        return there
    match = _CHANNEL.fullmatch(text)
    if match is None or (match[2] is None and takes_links(platforms)):
        return None
    return match[2] or f"slack:{match[1].upper()}"


def _domain(text: str) -> str:
    if (domain := read_domain(text)) is None:
        raise UnusableError(f"{text} is not a domain; write one such as acme.example.")
    return domain


def read_domain(text: str) -> str | None:
    """A domain of email addresses, as it is compared; None for anything else."""
    match = _DOMAIN.fullmatch(text.lower())
    return None if match is None else match[1]


def listed(text: str) -> list[str]:
    """What is written one after another, separated by blanks, commas or semicolons."""
    return [part for part in _LISTED.split(text) if part]
