"""`python -m tests.screenshots [FOLDER]`: the pictures of the desk's pages that the README shows, of a day that is made
up here."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp

from bot.app import Vigie
from bot.server.settings import Settings
from bot.web.customer import PATH
from storage.customer_links import add_link
from storage.tickets import get_ticket
from tests import browser

DOCS = Path(__file__).parents[1] / "docs"
ANA, BENOIT, PRIYA, MARCUS, CARLA = "U0ANAREYES1", "U0BENGIRAR1", "U0PRIYANAI1", "U0MARCUSWE1", "U0CARLAMEN1"
DESK, ACME = "C0SUPPORTD1", "C0EXTACME01"
CUSTOMERS = "a customer's own"
#: A file's name, the page, width and height, language, whether it is dark.
PICTURES = (
    ("desk-queue", "/", 1280, 620, "en-GB", False),
    ("desk-ticket", "/tickets/1", 1280, 860, "en-GB", False),
    ("desk-phone", "/tickets/1", 390, 844, "fr-FR", True),
    ("customer-page", CUSTOMERS, 1280, 560, "en-GB", False),
)


FOLLOWED = ("/", "/tickets/1")  # these show that they are live


async def main(folder: Path) -> None:
    """Live a day, and take the pictures."""
    found = browser.find()
    if found is None:
        sys.exit(browser.ABSENT)
    async with _at_work() as vigie:
        address = vigie.address
        async with aiohttp.ClientSession() as session:
            await _live(session, address)
        link = await _link(vigie)
        async with browser.launch(found) as running:
            for name, path, width, height, language, dark in PICTURES:
                context = await running.new_context(
                    viewport={"width": width, "height": height}, locale=language,
                    color_scheme="dark" if dark else "light",
                )  # fmt: skip
                page = await context.new_page()
                await page.goto(address + (link if path == CUSTOMERS else path))
                if path in FOLLOWED:
                    await page.locator(".link:not(:empty)").wait_for()
                await page.screenshot(path=folder / f"{name}.png")
                await context.close()


@asynccontextmanager
async def _at_work() -> AsyncIterator[Vigie]:
    """A Vigie in an empty folder."""
    with tempfile.TemporaryDirectory() as made:
        before = Path.cwd()
        os.chdir(made)
        vigie = Vigie(Settings(VIGIE_DATABASE_URL="sqlite:///vigie.db", VIGIE_PORT=0), local_platforms=("slack",))
        try:
            await vigie.start()
            yield vigie
        finally:
            await vigie.stop()
            os.chdir(before)


async def _link(vigie: Vigie) -> str:
    """The address of the page of the customer whose ticket the first one is."""
    desk = vigie.desk
    if desk is None:
        sys.exit("there is no desk")
    first = await desk.database.read(partial(get_ticket, organisation_id=desk.organisation_id, number=1))
    add = partial(
        add_link, organisation_id=desk.organisation_id, desk_id=desk.desk_id, customer=first.ticket.customer or "",
        until=None, by="ana", now=desk.now(),
    )  # fmt: skip
    _, token = await desk.database.write(add)
    return f"{PATH}{token}"


async def _live(session: aiohttp.ClientSession, address: str) -> None:
    """What happens on that day."""

    async def post(call: str, **body: Any) -> None:
        async with session.post(f"{address}/_control/{call}", json=body) as answer:
            done = await answer.json()
            if not done.get("ok"):
                sys.exit(f"{call}: {done}")

    async def types(user: str, text: str, channel: str = DESK) -> None:
        await post("command", channel=channel, user=user, command="/ticket", text=text)

    await types(ANA, "new sev1 Link down in Sydney, both carriers", ACME)
    await types(PRIYA, "new sev2 Portal login fails now and then for users in Europe")
    await types(BENOIT, "new sev3 Figures of the monthly report are a day old")
    await types(PRIYA, "new provisioning Second uplink for the office in Lisbon")
    await types(ANA, "take 1")
    await types(ANA, "update 1 We see the outage too, the carrier is on it.")
    await post("advance", minutes=9)
    await types(BENOIT, "take 3")
    await types(BENOIT, "wait 3 The customer has to send us the export")
    await types(MARCUS, "escalate 1 The impact has grown")
    await types(ANA, "note 1 Carrier reference 4471-B; their engineer is 20 minutes away.")
    await post("advance", minutes=8)
    await types(ANA, "promise 1 in 25 min By then we know which of the two carriers is back.")
    await types(PRIYA, "new question How do we get a second account for the VPN?")
    await post("advance", minutes=7)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]) if len(sys.argv) > 1 else DOCS))
