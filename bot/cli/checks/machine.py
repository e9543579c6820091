"""What the doctor looks at on this machine: the policy, the database, the port."""

from __future__ import annotations

import os
import socket
import stat
from pathlib import Path

import aiohttp
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from bot.cli.checks.finding import Finding, fine, missing, note
from bot.desk.directory import Directory
from bot.desk.now import Now
from bot.desk.policy_file import load_policy, policy_from_data, read_policy_file
from bot.desk.policy_file.places import placed_at
from bot.server.settings import Settings, is_loopback, not_listening
from storage.accounts import load_accounts
from storage.database import Database, DatabaseUnusableError, database_url
from storage.organisations import list_desks
from storage.policies import latest_policy
from storage.schema import WRONG, Schema, file_of, look
from triage.errors import PolicyError
from triage.keys import id_of
from triage.policy import Policy

ANSWERS_WITHIN = aiohttp.ClientTimeout(total=2)


def look_at_policy(settings: Settings) -> tuple[Policy, list[Finding]]:
    """The policy (the defaults where the file cannot be used), what is wrong with the file, and what it names that the
    environment lacks."""
    today = Now()().date()
    if settings.policy is None:
        return load_policy(None, today=today)[0], [note("No policy file: the defaults apply (VIGIE_POLICY names one).")]
    try:
        policy, _ = load_policy(read_policy_file(settings.policy), today=today)
    except PolicyError as error:
        return load_policy(None, today=today)[0], [
            missing(problem) for problem in placed_at(settings.policy, error.problems)
        ]
    return policy, [fine(f"The policy file {settings.policy} is valid."), *_secrets_of_pages(settings, policy)]


def _secrets_of_pages(settings: Settings, policy: Policy) -> list[Finding]:
    """Whether the secret is there of each system that the policy tells beside people, and a name for each secret."""
    found, named = list[Finding](), set[str]()
    for name, target in policy.pages.targets.items():
        variable = target.pagerduty or target.secret
        named.add(variable)
        if variable not in settings.page_secrets:
            what = "PagerDuty's routing key" if target.pagerduty else "the secret that it is signed with"
            found.append(missing(f"{variable} is not set, so no page reaches {name}: set it to {what}."))
    unused = sorted(set(settings.page_secrets) - named)
    return found + [
        note(f"{variable} is set, but no target of pages names it: correct its name.") for variable in unused
    ]


def look_at_database(settings: Settings) -> Finding:
    """Whether the database can be reached and written to, and has today's schema."""
    try:
        database = Database(settings.database_url)
    except DatabaseUnusableError as error:
        return missing(f"{error}.")
    where = database.where
    try:
        match state := look(database):
            case Schema.ABSENT:
                folder = file_of(database.url).resolve().parent
                if not os.access(folder, os.W_OK):
                    return missing(f"The folder {folder} cannot be written to: change its permissions.")
                return fine(f"The database {where} will be made at the first start.")
            case Schema.FOREIGN | Schema.OLDER | Schema.NEWER:
                return missing(f"{WRONG[state].format(where)}.")
        database.check()
    except (DatabaseUnusableError, DBAPIError) as error:
        line = " ".join(str(error).split("\n")[0].split())
        return missing(f"{line}.")
    finally:
        database.close_now()
    if state is Schema.EMPTY:
        return fine(f"The database {where} is empty: its tables will be made at the first start.")
    return fine(f"The database {where} can be used.")


def look_at_metrics(settings: Settings) -> list[Finding]:
    """Who may read the figures, where others than this machine reach this process."""
    if settings.metrics_token is not None:
        return [fine("/metrics is open to whoever says VIGIE_METRICS_TOKEN.")]
    if is_loopback(settings.host) and settings.database_url.startswith("sqlite"):
        return []
    return [
        note("/metrics is open to programs on this machine alone: for a Prometheus elsewhere set VIGIE_METRICS_TOKEN.")
    ]


def look_at_people(settings: Settings) -> list[Finding]:
    """Emails that a policy names and that are several people's: they stand for nobody. A database that cannot be read
    has a line of its own."""
    try:
        database = Database(settings.database_url)
    except DatabaseUnusableError:
        return []
    try:
        if look(database) is not Schema.CURRENT:
            return []
        found = database.read_now(_ambiguous)
    except (DatabaseUnusableError, DBAPIError):
        return []
    finally:
        database.close_now()
    return [
        missing(
            f"The policy of {desk} names {email}, and several people have that address ({', '.join(people)}): name "
            "the one who is meant by member id. Until then it stands for nobody."
        )
        for desk, email, people in found
    ]


def _ambiguous(session: Session) -> list[tuple[str, str, list[str]]]:
    found = []
    for desk in list_desks(session):
        latest = latest_policy(session, desk.organisation_id, desk.desk_id)
        if latest is None:
            continue
        policy = policy_from_data({**latest[1], "version": latest[0]})
        directory = Directory(policy, load_accounts(session, desk.organisation_id))
        for email, people in directory.roster.ambiguous.items():
            found.append((desk.organisation, email, [id_of(person) for person in people]))
    return found


def look_at_files(settings: Settings, env_file: Path) -> list[Finding]:
    """Files that others on this machine can read: secrets, and what people wrote."""
    found = [(env_file, "it holds secrets")]
    try:
        url = database_url(settings.database_url)
    except DatabaseUnusableError:
        pass
    else:
        if url.get_backend_name() == "sqlite" and url.database:
            found.append((Path(url.database), "it holds what people wrote"))
    return [
        note(f"Others on this machine can read {path}, and {why}: type chmod 600 {path}.")
        for path, why in found
        if path.is_file() and path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH | stat.S_IWGRP | stat.S_IWOTH)
    ]


async def look_at_port(settings: Settings) -> Finding:
    """Whether Vigie can listen where it is told to."""
    host, port = settings.host, settings.port
    if port == 0:
        return fine(f"Any free port of {host} will do.")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except socket.gaierror:
        return missing(f"{host} is no address of this machine: set VIGIE_HOST to 127.0.0.1.")
    except OSError as error:
        if await _is_vigie(host, port):
            return note(f"Port {port} on {host} is in use, by a Vigie that runs.")
        said = str(not_listening(host, port, error))
        return missing(f"{said[0].upper()}{said[1:]}.")
    return fine(f"Port {port} on {host} is free.")


async def _is_vigie(host: str, port: int) -> bool:
    url = f"http://{f'[{host}]' if ':' in host else host}:{port}/healthz"
    try:
        async with aiohttp.ClientSession(timeout=ANSWERS_WITHIN) as session, session.get(url) as answer:
            return answer.status == 200 and (await answer.json()).get("ok") is True
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError, AttributeError):
        return False
