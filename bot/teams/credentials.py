"""Whether Microsoft gives a token for the app's secret, and what to do where it does not.

Without the SDK, so that it can be asked before that is installed."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum

import aiohttp

from bot.outbound.entra import LOGIN, LONGEST, token_request, token_url
from bot.outbound.json_answers import object_in
from bot.teams.client import SCOPE
from bot.teams.payload import Body

APP_PAGE = "https://entra.microsoft.com, Entra ID, App registrations, your app"
OVERVIEW = f"{APP_PAGE}, Overview"
SECRETS_PAGE = f"{APP_PAGE}, Certificates & secrets"
ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
LOOK_UP = "https://login.microsoftonline.com/error?code={code}"


class About(StrEnum):
    """What has to be put right."""

    IDS = "ids"  # the app's id, or the tenant's
    VALUE = "value"  # the secret
    TENANT = "tenant"  # something in the tenant's own settings
    LATER = "later"  # nothing: it works again by itself


@dataclass(frozen=True, slots=True)
class Accepted:
    """Microsoft gave a token."""

    #: Microsoft's time, if it was said.
    at: datetime | None


@dataclass(frozen=True, slots=True)
class NotAccepted:
    """Microsoft gave none."""

    #: What has to be put right.
    about: About
    #: What is the matter and what to do, in one line that begins small.
    says: str


# By Microsoft's number for the mistake (AADSTS...).
REASONS = {
    7000215: NotAccepted(
        About.VALUE, "the secret is wrong. Copy what stands under Value, not the Secret ID: "
        f"{SECRETS_PAGE}; once the page hides it, make a new one with New client secret.",
    ),
    7000222: NotAccepted(About.VALUE, f"the secret has expired. Make a new one: {SECRETS_PAGE}, New client secret."),
    7000218: NotAccepted(About.VALUE, f"the secret did not arrive. Copy it again: {SECRETS_PAGE}."),
    700016: NotAccepted(
        About.IDS, "there is no such app in that tenant. Copy both ids from one page: "
        f"{OVERVIEW}: Application (client) ID and Directory (tenant) ID.",
    ),
    700038: NotAccepted(About.IDS, f"the app's id is none. Copy Application (client) ID again: {OVERVIEW}."),
    90002: NotAccepted(About.IDS, f"there is no such tenant. Copy Directory (tenant) ID again: {OVERVIEW}."),
    900023: NotAccepted(About.IDS, f"the tenant's id is none. Copy Directory (tenant) ID again: {OVERVIEW}."),
    7000112: NotAccepted(
        About.TENANT, "the app is switched off. Open https://entra.microsoft.com, Entra ID, Enterprise apps, your app, "
        "Properties, and set Enabled for users to sign-in to Yes.",
    ),
    7000229: NotAccepted(
        About.TENANT, f"the tenant has the app's registration without the app. Open {OVERVIEW}, and click Create "
        "Service Principal.",
    ),
    500011: NotAccepted(
        About.TENANT, "the tenant does not know Microsoft's bot service yet. Make the Azure Bot first, then try again.",
    ),
    53003: NotAccepted(
        About.TENANT, "a Conditional Access policy of the tenant keeps the app out. Ask its administrator to allow it "
        "from this machine's address.",
    ),
    90033: NotAccepted(About.LATER, "Microsoft is busy. Try again in a minute."),
    90055: NotAccepted(About.LATER, "Microsoft asks us to slow down. Try again in a minute."),
}  # fmt: skip


def is_id(text: str) -> bool:
    """Whether that is an id as Entra gives them, in small letters."""
    return ID.fullmatch(text) is not None


async def ask_for_token(
    session: aiohttp.ClientSession, client_id: str, tenant_id: str, secret: str, login: str = LOGIN
) -> Accepted | NotAccepted:
    """Ask Microsoft for a token; it is thrown away. Raises aiohttp.ClientError or TimeoutError where there is no
    answer. `login` is another address in tests alone."""
    data = token_request(client_id, secret, SCOPE)
    asked = session.post(token_url(tenant_id, login), data=data, allow_redirects=False)
    async with asked as answer:
        found = await object_in(answer, LONGEST)
        if answer.status == 200 and isinstance(found.get("access_token"), str):
            return Accepted(_time(answer.headers.get("Date")))
        return _refused(found, answer.status)


def _refused(found: Body, status: int) -> NotAccepted:
    codes = [code for code in found.get("error_codes") or [] if isinstance(code, int)]
    said = re.search(r"AADSTS(\d+)", str(found.get("error_description") or ""))
    codes += [int(said[1])] if said else []
    for code in codes:
        if code in REASONS:
            return replace(REASONS[code], says=f"{REASONS[code].says} (AADSTS{code})")
    if codes:
        return NotAccepted(About.TENANT, f"Microsoft answers AADSTS{codes[0]}: see {LOOK_UP.format(code=codes[0])}.")
    return NotAccepted(
        About.LATER, f"Microsoft answers {status} without a reason: see that no proxy answers instead, then try again."
    )


def _time(date: str | None) -> datetime | None:
    try:
        return parsedate_to_datetime(date or "")
    except ValueError:
        return None
