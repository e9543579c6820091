"""`vigie webhook add|list|test|rotate|replay|revoke`: other programs that are told what happens at a desk."""

from __future__ import annotations

import argparse
import asyncio
import re
import secrets
import sys
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from functools import partial
from urllib.parse import urlsplit

from sqlmodel import Session

from bot.api.webhooks import TOLD_AFTER, Webhooks, refused, sealed, test_body
from bot.cli import DOES_NOT_HOLD, DONE
from bot.cli.asking import agreed, whoever
from bot.cli.parser import near, number
from bot.cli.record import desks_named, opened_record, organisation_named
from bot.cli.terminal import Mark, counted, say
from bot.server.settings import KEY_LENGTH, ConfigError, Settings, load_settings
from storage.database import Database
from storage.webhooks import Webhook, add_webhook, end_webhook, find_webhook, list_webhooks, replay, set_secret
from triage.telling_programs import GROUPS, TYPES

SECRET_BYTES = 32
BOTH_SIGN = timedelta(days=1)
_AGO = re.compile(r"(\d{1,5})\s*([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `vigie webhook` takes."""
    action = parser.get_default("action")
    if action == "add":
        parser.add_argument("url", metavar="URL", help="where it is told: https://example.com/vigie")
        told = f"what it is told of, with commas between: {', '.join(GROUPS)}, or types such as ticket.opened"
        parser.add_argument("--events", default="", metavar="TYPES", help=f"{told} (everything)")
        parser.add_argument("--with-text", action="store_true", help="it is also told what people wrote")
        parser.add_argument("--desk", metavar="NAME", help="at this desk, where there are several")
    elif action != "list":
        parser.add_argument("webhook", type=number, metavar="NUMBER", help="as vigie webhook list shows it")
    if action == "replay":
        parser.add_argument(
            "--since", required=True, metavar="WHEN", help="what was planned since then: 2h, 3d, 2026-03-02T10:00Z"
        )
    if action == "revoke":
        parser.add_argument("--yes", action="store_true", help="do it without asking")
    parser.add_argument("--organisation", metavar="NAME", help="which one, where several are in the database")


def run(chosen: argparse.Namespace) -> int:
    """Exit 1 where nothing was done: there is no such webhook, it did not take its test, nobody agreed."""
    with opened_record() as (database, now):
        whose = organisation_named(database, chosen.organisation).id
        if chosen.action == "add":
            return _add(database, whose, chosen, now)
        if chosen.action == "list":
            return _list(database, whose)
        found = database.read_now(partial(find_webhook, organisation_id=whose, webhook_id=chosen.webhook))
        if found is None or found.ended_at is not None:
            print("There is no such webhook, or it has ended: vigie webhook list shows them.")
            return DOES_NOT_HOLD
        match chosen.action:
            case "test":
                return _test(found, now)
            case "rotate":
                return _rotate(database, found, now)
            case "replay":
                return _replay(database, found, _since(chosen.since, now), now)
        return _revoke(database, found, now, sure=chosen.yes)


def _add(database: Database, whose: int, chosen: argparse.Namespace, now: datetime) -> int:
    settings = _sealing()
    why = refused(chosen.url, settings.webhook_networks)
    if why is not None:
        raise ConfigError(f"{why}; write an address such as https://example.com/vigie")
    events = _events(chosen.events)
    desks = [desk for desk, _ in desks_named(database, chosen.desk) if desk.organisation_id == whose]
    if len(desks) != 1:
        known = " or ".join(f"--desk {desk.name}" for desk in desks)
        raise ConfigError(f"several desks are on record: add {known}" if desks else "there is no such desk")
    secret = _new_secret()

    def make(session: Session) -> int:
        made = add_webhook(
            session, whose, desks[0].desk_id, chosen.url, events, with_text=chosen.with_text, by=whoever(), now=now
        )
        set_secret(session, made, sealed(settings.secret_keys, made, secret))
        return made

    made = database.write_now(make)
    print(f"Webhook {made} is told of {', '.join(events) or 'everything'} at {desks[0].name}.", file=sys.stderr)
    _show(secret)
    return DONE


def _sealing() -> Settings:
    """The settings, with a key that secrets can be sealed with."""
    settings = load_settings()
    if not settings.secret_keys or any(len(key.get_secret_value()) < KEY_LENGTH for key in settings.secret_keys):
        raise ConfigError(
            f"VIGIE_SECRET_KEY is not set, or too short: the secrets of webhooks are sealed with it. Make one of "
            f"{KEY_LENGTH} characters or more, for example with "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(32))', and start Vigie with it as well"
        )
    return settings


def _new_secret() -> str:
    return f"whsec_{b64encode(secrets.token_bytes(SECRET_BYTES)).decode()}"


def _show(secret: str) -> None:
    print("This is the secret by which it is signed. It is shown this once.", file=sys.stderr)
    print(secret)


def _events(text: str) -> list[str]:
    named = [each.strip().lower() for each in text.split(",") if each.strip()]
    for each in named:
        if each not in (*GROUPS, *TYPES):
            hint = near(each, {*GROUPS, *TYPES})
            tip = f"did you mean {hint}?" if hint else f"write {', '.join(GROUPS)}, or a type such as ticket.opened"
            raise ConfigError(f"{each} is nothing that webhooks are told of: {tip}")
    return list(dict.fromkeys(named))


def _list(database: Database, whose: int) -> int:
    found = database.read_now(partial(list_webhooks, organisation_id=whose))
    if not found:
        print("There are no webhooks. Make one: vigie webhook add https://example.com/vigie")
    for each in found:
        say(_line(each), Mark.BAD if each.ended_at is not None or each.failures >= TOLD_AFTER else Mark.NOTE)
    return DONE


def _test(hook: Webhook, now: datetime) -> int:
    settings = load_settings()

    async def tell() -> int | str:
        webhooks = Webhooks(tuple, settings.secret_keys, settings.webhook_networks)
        try:
            return await webhooks.tell(hook, f"msg_{secrets.token_hex(16)}", test_body(now), now)
        finally:
            await webhooks.stop()

    answered = asyncio.run(tell())
    if isinstance(answered, int) and answered < 300:
        print(f"It took the test: it answered {answered}.")
        return DONE
    print(f"It did not take the test: {f'it answered {answered}' if isinstance(answered, int) else answered}.")
    return DOES_NOT_HOLD


def _rotate(database: Database, hook: Webhook, now: datetime) -> int:
    secret = _new_secret()
    text = sealed(_sealing().secret_keys, hook.id, secret)
    database.write_now(partial(set_secret, webhook_id=hook.id, sealed=text, former_until=now + BOTH_SIGN))
    print(f"Until {_instant(now + BOTH_SIGN)} what it is told is signed with both secrets.", file=sys.stderr)
    _show(secret)
    return DONE


def _replay(database: Database, hook: Webhook, since: datetime, now: datetime) -> int:
    again = database.write_now(partial(replay, webhook_id=hook.id, since=since, now=now))
    print(f"{counted(again, 'message')} since {_instant(since)} will be sent again, each under the id that it had.")
    return DONE if again else DOES_NOT_HOLD


def _since(text: str, now: datetime) -> datetime:
    ago = _AGO.fullmatch(text.strip().lower())
    if ago is not None:
        return now - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ConfigError(f"{text[:40]!r} is no time: write 2h, 3d or 2026-03-02T10:00Z") from None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def _revoke(database: Database, hook: Webhook, now: datetime, *, sure: bool) -> int:
    print(_line(hook))
    if not sure and not agreed("revoke it"):
        print("Nothing was changed.")
        return DOES_NOT_HOLD
    ended = database.write_now(partial(end_webhook, webhook_id=hook.id, by=whoever(), now=now))
    print("It is told nothing any more." if ended else "It was revoked meanwhile.")
    return DONE if ended else DOES_NOT_HOLD


def _line(hook: Webhook) -> str:
    """A webhook, of whose address only the machine is shown: the rest may be a secret."""
    parts = [
        f"{hook.id}  {urlsplit(hook.url).hostname}",
        f"told of {'+'.join(hook.events) or 'everything'}",
        *(["with what people wrote"] if hook.with_text else []),
        f"made {_instant(hook.made_at)} by {hook.made_by}",
    ]
    if hook.ended_at is not None:
        how = f"revoked {_instant(hook.ended_at)}" if hook.ended_by is not None else f"gone {_instant(hook.ended_at)}"
        parts.append(how)
    elif hook.failing_since is not None:
        parts.append(f"failing since {_instant(hook.failing_since)}: {hook.failed_because}")
    return ", ".join(parts)


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%SZ")
