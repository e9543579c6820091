"""`vigie customer link add|list|revoke`: the links by which customers read their own tickets."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.cli import DOES_NOT_HOLD, DONE
from bot.cli.asking import agreed, whoever
from bot.cli.parser import near
from bot.cli.record import desks_named, opened_record, organisation_named
from bot.cli.terminal import Mark, say
from bot.desk.customers import Customers
from bot.server.settings import ConfigError, load_settings
from bot.web.customer import PATH
from storage.customer_links import PREFIX_LENGTH, CustomerLink, add_link, list_links, revoke_link
from storage.customers import Customer, customer_key
from storage.database import Database
from storage.organisations import DeskOnRecord
from triage.policy import Policy


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `vigie customer link` takes."""
    action = parser.get_default("action")
    if action == "add":
        parser.add_argument("customer", metavar="CUSTOMER", help="whose tickets it shows, as the desk calls them")
        parser.add_argument("--until", metavar="DATE", help="the last day on which it opens, such as 2027-06-30")
        parser.add_argument("--desk", metavar="NAME", help="at this desk, where there are several")
    elif action == "list":
        parser.add_argument("customer", metavar="CUSTOMER", nargs="?", help="whose; all, where nobody is named")
    else:
        parser.add_argument("link", metavar="LINK", help="its beginning, as vigie customer link list shows it")
        parser.add_argument("--yes", action="store_true", help="do it without asking")
    parser.add_argument("--organisation", metavar="NAME", help="which one, where several are in the database")


def run(chosen: argparse.Namespace) -> int:
    """Exit 1 where nothing was revoked: there is no such link, or nobody agreed."""
    with opened_record() as (database, now):
        whose = organisation_named(database, chosen.organisation).id
        if chosen.action == "add":
            return _add(database, whose, chosen, now)
        if chosen.action == "list":
            return _list(database, whose, chosen.customer, now)
        return _revoke(database, whose, chosen, now)


def _add(database: Database, whose: int, chosen: argparse.Namespace, now: datetime) -> int:
    desk, policy = one_desk(database, whose, chosen.desk)
    customer = customer_called(database, desk, policy, chosen.customer)
    until = _end(chosen.until, policy.desk.timezone, now)
    make = partial(
        add_link, organisation_id=whose, desk_id=desk.desk_id, customer=customer.name, until=until, by=whoever(),
        now=now,
    )  # fmt: skip
    made, token = database.write_now(make)
    print(f"{_line(made, now)}, at {desk.name}.", file=sys.stderr)
    print(
        "This is the link. It is shown this once and kept nowhere: whoever has it reads this customer's tickets.",
        file=sys.stderr,
    )
    settings = load_settings()
    if settings.public_url is None:
        print("Put the address at which the customer reaches Vigie before it: VIGIE_PUBLIC_URL.", file=sys.stderr)
    print(f"{(settings.public_url or '').rstrip('/')}{PATH}{token}")
    return DONE


def _list(database: Database, whose: int, customer: str | None, now: datetime) -> int:
    found = database.read_now(partial(list_links, organisation_id=whose, customer=customer))
    if not found:
        print("There are no links. Make one: vigie customer link add CUSTOMER")
    for each in found:
        say(_line(each, now), Mark.NOTE if each.opens(now) else Mark.BAD)
    return DONE


def _revoke(database: Database, whose: int, chosen: argparse.Namespace, now: datetime) -> int:
    beginning = chosen.link.strip().rpartition(PATH)[2][:PREFIX_LENGTH]
    every = database.read_now(partial(list_links, organisation_id=whose))
    found = [each for each in every if each.prefix == beginning and each.revoked_at is None]
    if not found:
        print("There is no such link, or it was revoked before: vigie customer link list shows them.")
        return DOES_NOT_HOLD
    print(_line(found[0], now))
    if not chosen.yes and not agreed("revoke it"):
        print("Nothing was changed.")
        return DOES_NOT_HOLD
    revoke = partial(revoke_link, organisation_id=whose, link_id=found[0].id, by=whoever(), now=now)
    print("It opens nothing any more." if database.write_now(revoke) else "It was revoked meanwhile.")
    return DONE


def one_desk(database: Database, whose: int, name: str | None) -> tuple[DeskOnRecord, Policy]:
    """The desk of that name, or the only one. Raises ConfigError."""
    desks = [found for found in desks_named(database, name) if found[0].organisation_id == whose]
    if len(desks) != 1:
        known = " or ".join(f"--desk {desk.name}" for desk, _ in desks)
        raise ConfigError(f"several desks are on record: add {known}" if desks else "there is no such desk")
    return desks[0]


def customer_called(database: Database, desk: DeskOnRecord, policy: Policy, name: str) -> Customer:
    """The customer of that name. Raises ConfigError where there is none."""
    customers = Customers(desk.organisation_id, policy.desk)

    def read(session: Session) -> tuple[Customer | None, list[str]]:
        return customers.called(session, name), customers.names(session)

    found, names = database.read_now(read)
    if found is None:
        by_key = {customer_key(each): each for each in names}
        hint = near(customer_key(name), by_key)
        raise ConfigError(
            f"there is no customer {name} on record" + (f": did you mean {by_key[hint]}?" if hint else "")
        )
    return found


def _end(text: str | None, zone: str, now: datetime) -> datetime | None:
    """The end of that day, as the desk counts days."""
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
        end = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ConfigError(f"--until {text} is no date: write it like 2027-06-30") from None
    if end <= now:
        raise ConfigError(f"--until {text} is over already")
    return end


def _line(link: CustomerLink, now: datetime) -> str:
    used = "never used" if link.used_at is None else f"last used {_instant(link.used_at)}"
    parts = [f"{link.prefix}...  {link.customer}", f"made {_instant(link.made_at)} by {link.made_by}", used]
    if link.revoked_at is not None:
        parts.append(f"revoked {_instant(link.revoked_at)}")
    elif link.until is not None:
        parts.append(f"{'until' if link.opens(now) else 'over since'} {_instant(link.until)}")
    return ", ".join(parts)


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%SZ")
