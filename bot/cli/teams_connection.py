"""`vigie connect teams`: from nothing to a tenant with Vigie in it, for people who do not program."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path

import aiohttp

from bot.cli.asking import TRIES, Answer, Console, Refused, until_it_does, warn_of_environment, write
from bot.outbound.entra import LOGIN
from bot.outbound.front_end import TIMEOUT
from bot.server.settings import ConfigError
from bot.teams.credentials import About, NotAccepted, ask_for_token, is_id
from bot.teams.manifest import AppSettings, public_address
from bot.teams.package import Written, write_package
from bot.teams.platform import MESSAGES_PATH

MICROSOFT = "Microsoft"
PACKAGE = "vigie-teams.zip"

FIRST_STEPS = """\
Connect Vigie to Microsoft Teams in six steps. You need a public https address that leads to this machine, and the help
of an administrator: of Entra for steps 1 and 2, of an Azure subscription for 3 and 4 (the free tier will do), of Teams
for 5.

1. Open https://entra.microsoft.com, Entra ID, App registrations, New registration. Name it Vigie; under Supported
   account types choose Single tenant (accounts in this organizational directory only); leave the rest; click Register.
   The page Overview then shows two ids: Application (client) ID and Directory (tenant) ID.
2. There: Certificates & secrets, Client secrets, New client secret, Add. Copy what stands under Value at once: it is
   shown only now. (The Secret ID beside it is something else.) Note the day under Expires: a new one is due by then.

What you paste as a secret is not shown. Ctrl-C leaves without changing anything.
"""
LAST_STEPS = """\
3. Open https://portal.azure.com, Create a resource, search for Azure Bot, Create. Choose any Bot handle, and
   Type of App: Single Tenant; Creation type: Use existing app registration; App ID: {client_id};
   App tenant ID: {tenant_id}. Then Review + create, Create, Go to resource.
4. There: Settings, Configuration, Messaging endpoint: {address}{path}, Apply.
   Then Settings, Channels, Microsoft Teams, agree to its terms, Apply.
5. Open https://admin.teams.microsoft.com, Teams apps, Manage apps, Actions, Upload new app, and choose the file
   {package}
   (Without that right: in Teams, Apps, Manage your apps, Upload an app, Submit an app to your org; somebody who has it
   then approves it on that page.)
6. Start Vigie: {start}. Then in Teams: Apps, Built for your org, Vigie, Add to a team, and choose the desk's channel.
   There type @Vigie setup.
"""
DONE = """\
Connected. {path} has the settings; keep it to yourself. Do steps 3 to 6, in that order, then type vigie doctor: it says
what is still missing, and where to click.
"""
HIDDEN = "this is what the page shows once the value is hidden: make a new secret (step 2), and copy its Value at once."


@dataclass(frozen=True)
class Given:
    """What was answered on the command line already; None: it is asked for."""

    #: Application (client) ID.
    client_id: str | None = None
    #: Directory (tenant) ID.
    tenant_id: str | None = None
    #: The value of a client secret.
    secret: str | None = None
    #: Vigie's public address.
    url: str | None = None
    #: The desk's channel; empty: it is chosen in Teams.
    channel: str | None = None


@dataclass(frozen=True)
class Ids:
    """Which app, in which tenant."""

    #: Application (client) ID.
    client: str
    #: Directory (tenant) ID.
    tenant: str


class _WrongIds(Exception):
    """The ids, not the secret, have to be typed again; the message says why."""


async def connect_teams(
    console: Console,
    path: Path = Path(".env"),
    *,
    given: Given = Given(),
    known: Ids | None = None,
    app: AppSettings,
    package: Path = Path(PACKAGE),
    login: str = LOGIN,
) -> None:
    """Lead through the steps, check each answer, try the secret with Microsoft, write `path` and the app's package.

    `known` is what was answered another time: nothing typed means the same again. `app` is what the settings say of it
    already. Raises ConfigError, one line that says what to do, after three answers
    that will not do (one, where it was given), when Microsoft cannot be reached or a file cannot be written.
    """
    console.say(FIRST_STEPS)
    async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
        ids, secret = await _credentials(console, session, given, known, login)
    console.say("Microsoft accepts the secret.")
    address = await _address(console, given.url or _reachable(app.public_url))
    channel = given.channel
    if channel is None:
        channel = console.ask("The desk's channel in Teams (its name; empty to choose it there): ").strip()
    written = _package(replace(app, app_id=ids.client, public_url=address), package)
    found = {
        "TEAMS_CLIENT_ID": ids.client, "TEAMS_TENANT_ID": ids.tenant, "TEAMS_CLIENT_SECRET": secret,
        "VIGIE_PUBLIC_URL": address, **({"VIGIE_TEAMS_CHANNEL": channel} if channel else {}),
    }  # fmt: skip
    write(path, found)
    warn_of_environment(console, path, found)
    console.say(
        LAST_STEPS.format(
            client_id=ids.client, tenant_id=ids.tenant, address=address, path=MESSAGES_PATH,
            package=written.path.resolve(), start="make run, or vigie run",
        )
    )  # fmt: skip
    console.say(DONE.format(path=path))


async def _credentials(
    console: Console, session: aiohttp.ClientSession, given: Given, known: Ids | None, login: str
) -> tuple[Ids, str]:
    """Which app, in which tenant, and its secret, all tried together."""
    reason = ""
    for _ in range(TRIES):
        ids = await _ids(console, given, known)
        try:
            return ids, await _secret(console, session, given.secret, ids, login)
        except _WrongIds as wrong:
            reason = str(wrong)
        if given.client_id is not None and given.tenant_id is not None:
            break
        console.say(f"That will not do: {reason}")
    raise ConfigError(f"nothing was written: {reason}")


async def _ids(console: Console, given: Given, known: Ids | None) -> Ids:
    def ask(name: str, before: str) -> str:
        return console.ask(f"{name} (as before: {before}): ") or before if before else console.ask(f"{name}: ")

    def ask_client() -> str:
        return ask("Application (client) ID", known.client if known is not None else "")

    def ask_tenant() -> str:
        return ask("Directory (tenant) ID", known.tenant if known is not None else "")

    client = await _asked(console, given.client_id, ask_client, _id)

    async def tenant_of(text: str) -> str:
        if (found := await _id(text)) == client:
            raise Refused("this is the Application (client) ID again: copy Directory (tenant) ID from the same page.")
        return found

    return Ids(client, await _asked(console, given.tenant_id, ask_tenant, tenant_of))


async def _id(text: str) -> str:
    found = text.strip("{}").lower()
    if not is_id(found):
        raise Refused(
            f"{text[:60]!r} is no such id: copy it from the app's page Overview; it looks like "
            "0f6c4d1e-7a52-4c38-9be1-2d1f3a5b7c90."
        )
    return found


async def _secret(console: Console, session: aiohttp.ClientSession, given: str | None, ids: Ids, login: str) -> str:
    async def accepted(text: str) -> str:
        _look_at_secret(text)
        answer = await ask_for_token(session, ids.client, ids.tenant, text, login)
        if not isinstance(answer, NotAccepted):
            return text
        if answer.about is About.IDS:
            raise _WrongIds(answer.says)
        raise Refused(answer.says)

    return await _asked(console, given, lambda: console.ask_secret("Client secret (its Value): "), accepted)


def _look_at_secret(text: str) -> None:
    """Refuses what can be seen to be no secret, before it is sent anywhere."""
    if is_id(text.lower()):
        raise Refused("this is the Secret ID: copy what stands under Value instead, or make a new secret (step 2).")
    if text.endswith("***"):
        raise Refused(HIDDEN)
    if any(character.isspace() for character in text) or len(text) < 16:
        raise Refused("this is not the whole secret: copy what stands under Value again, from end to end.")


async def _address(console: Console, given: str | None) -> str:
    async def checked(text: str) -> str:
        try:
            return public_address(text)
        except ValueError as error:
            raise Refused(str(error)) from None

    return await _asked(console, given, lambda: console.ask("Vigie's public address (https://...): "), checked)


def _reachable(url: str) -> str | None:
    """The address that is set already, if Teams can reach it."""
    try:
        return public_address(url)
    except ValueError:
        return None


async def _asked(
    console: Console, given: str | None, ask: Callable[[], str], check: Callable[[str], Awaitable[Answer]]
) -> Answer:
    """What was given, which has one try; else what is typed."""
    if given is None:
        return await until_it_does(console, MICROSOFT, ask, check)
    return await until_it_does(console, MICROSOFT, lambda: given, check, tries=1)


def _package(app: AppSettings, path: Path) -> Written:
    try:
        return write_package(app, path)
    except OSError as error:
        raise ConfigError(f"cannot write {path} ({error}): make this folder writable, then try again.") from error
