"""Whom to forget, and by what they are found in what is held."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from storage.customers import customer_key
from triage.keys import forgotten_name, id_of, platform_of

_WHOSE = {"customer", "customers", "customer_channels"}  # keys of data under which customers stand by their names
SHORT = 2  # letters: what is no longer is no name to look for


@dataclass(frozen=True, slots=True)
class Sought:
    """Whom to forget: a person by all of their accounts, or a customer with its people. Each is replaced by a key or
    name that distinguishes them, and cannot be read back."""

    #: By the key of each account, the one that takes its place.
    keys: Mapping[str, str]
    #: Other keys and emails of theirs, and the key that takes the place of the account.
    also: Mapping[str, str] = field(default_factory=dict)
    #: What people are called, and what they are called instead.
    names: Mapping[str, str] = field(default_factory=dict)
    #: The customer's name; None: a person is forgotten.
    customer: str | None = None
    #: What it is called instead.
    customer_instead: str = ""
    #: The customer's channels, by key.
    channels: tuple[str, ...] = ()
    #: The domains of its people's emails.
    domains: tuple[str, ...] = ()

    @property
    def what(self) -> str:
        """`person` or `customer`."""
        return "person" if self.customer is None else "customer"

    def to_data(self) -> dict[str, Any]:
        """As JSON, the inverse of `sought_from_data`."""
        return asdict(self)


def sought_from_data(data: Mapping[str, Any]) -> Sought:
    """Whom somebody began to forget."""
    return Sought(**{**data, "channels": tuple(data["channels"]), "domains": tuple(data["domains"])})


@dataclass(frozen=True, slots=True)
class Known:
    """An account, as far as it says by what somebody is found."""

    #: Its key.
    key: str
    #: What they are called there.
    name: str
    #: Its email.
    email: str | None = None
    #: Its other key.
    alias: str | None = None


def numbered(accounts: Iterable[Known], first: int, customer: str | None = None, **of_customer: Any) -> Sought:
    """Whom to forget, with a number for each, from `first` on; a customer has the first one."""
    keys: dict[str, str] = {}
    also: dict[str, str] = {}
    names: dict[str, str] = {}
    for number, each in enumerate(accounts, first + (customer is not None)):
        instead = f"{platform_of(each.key)}:{forgotten_name(number)}"
        keys[each.key] = instead
        if each.email:
            also.setdefault(each.email.lower(), instead)
        if each.alias:
            also[each.alias] = instead
        if len(each.name) > SHORT:
            names.setdefault(each.name, id_of(instead))
    return Sought(keys, also, names, customer, forgotten_name(first) if customer else "", **of_customer)


class Finder:
    """Finds in texts and data what names those who are sought, and puts something else in its place."""

    def __init__(self, sought: Sought) -> None:
        self.sought = sought
        self._whole = {**sought.keys, **{key.lower() if "@" in key else key: to for key, to in sought.also.items()}}
        # The platform's own ids stand without the platform in what people wrote and in the keys of requests.
        self._ids = dict(self._whole)
        for key, to in self._whole.items():
            if "@" not in key or platform_of(key):
                self._ids.setdefault(id_of(key), id_of(to))
        self._id_pattern = _alternatives(self._ids)
        spaced = {name: to for name, to in sought.names.items() if " " in name.strip()}
        customers = {} if sought.customer is None else {sought.customer: sought.customer_instead}
        customers |= dict.fromkeys(sought.domains, sought.customer_instead)
        self._spaced = _names(spaced)
        self._everywhere = _names({**spaced, **customers})
        self._single = _names({name: to for name, to in sought.names.items() if name not in spaced}, exact=True)
        self._instead = {_plain(name): to for name, to in {**sought.names, **customers}.items()}

    def instead(self, key: object) -> str | None:
        """What takes the place of that key, email or id as a whole; None where it is nobody's who is sought."""
        return self._whole.get(key, self._whole.get(key.lower())) if isinstance(key, str) else None

    def is_customer(self, name: object) -> bool:
        """Whether that is the customer's name."""
        customer = self.sought.customer
        return customer is not None and isinstance(name, str) and customer_key(name) == customer_key(customer)

    def renamed_in(self, data: Any, *, whose: bool = False) -> Any:
        """Data as JSON without the customer's name where it says whose something is. Elsewhere a word that is written
        alike is left as it is: a customer may be called as a state is. `whose`: it stands in such a place."""
        match data:
            case str():
                return self.sought.customer_instead if whose and self.is_customer(data) else data
            case dict():
                return {key: self.renamed_in(each, whose=whose or key in _WHOSE) for key, each in data.items()}
            case list():
                return [self.renamed_in(each, whose=whose) for each in data]
        return data

    def is_in(self, text: str, *, named: bool, prose: bool) -> bool:
        """Whether anything of it may stand there; the text may be that of JSON."""
        return any(pattern.search(text) for pattern in self._patterns(named=named, prose=prose))

    def replaced(self, text: str, *, named: bool = False, prose: bool = False) -> str:
        """The text without it. `named`: also without names; `prose`: also without those that are one word."""
        for pattern in self._patterns(named=named, prose=prose):
            text = pattern.sub(self._take, text)
        return text

    def replaced_in(self, data: Any, *, named: bool = False, prose: bool = False, whole: bool = False) -> Any:
        """The same for data as JSON. `whole`: an id or email that stands alone is replaced by a whole key."""
        match data:
            case str():
                found = self.instead(data) or (self._whole_id(data) if whole else None)
                return found or self.replaced(data, named=named, prose=prose)
            case dict():
                return {
                    self.replaced_in(key, whole=whole): self.replaced_in(value, named=named, prose=prose, whole=whole)
                    for key, value in data.items()
                }
            case list():
                return [self.replaced_in(value, named=named, prose=prose, whole=whole) for value in data]
        return data

    def _whole_id(self, text: str) -> str | None:
        return next((to for key, to in self._whole.items() if id_of(key) == text), None)

    def _patterns(self, *, named: bool, prose: bool) -> list[re.Pattern[str]]:
        found = [self._id_pattern]
        if prose:
            found += [self._everywhere, self._single]
        elif named:
            found.append(self._spaced)
        return [pattern for pattern in found if pattern is not None]

    def _take(self, match: re.Match[str]) -> str:
        text = match[0]
        key = self._ids.get(text) or self._ids.get(text.lower())
        if key is None:
            return self._instead[_plain(text)]
        return id_of(key) if "@" in text and not platform_of(text) else key


def _alternatives(ids: Iterable[str]) -> re.Pattern[str] | None:
    """Any of those keys, ids and emails, in a place where it ends."""
    emails = [each for each in ids if "@" in each and not platform_of(each)]
    others = [each for each in ids if each not in emails]
    found = []
    if others:
        found.append(rf"(?<![\w])(?:{_any(others)})(?!\w)")
    if emails:
        found.append(rf"(?i:(?<![\w.+-])(?:{_any(emails)})(?!\w|\.\w))")
    return re.compile("|".join(found)) if found else None


def _names(names: Iterable[str], *, exact: bool = False) -> re.Pattern[str] | None:
    """Any of those names as whole words, whatever the spaces in it, and its case unless `exact`."""
    found = [r"\s+".join(map(re.escape, name.split())) for name in sorted(names, key=len, reverse=True)]
    if not found:
        return None
    return re.compile(rf"(?<!\w)(?:{'|'.join(found)})(?!\w)", 0 if exact else re.IGNORECASE)


def _any(texts: Iterable[str]) -> str:
    return "|".join(re.escape(text) for text in sorted(texts, key=len, reverse=True))


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()
