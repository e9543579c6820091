"""What the doctor looks at of signing in to the desk's pages: whether whoever is named there answers, and where each
has to be told that people come back to."""

from __future__ import annotations

import aiohttp

from bot.cli.checks.finding import Finding, fine, missing, note
from bot.server.settings import ConfigError, Settings


async def look_at_sign_in(settings: Settings) -> list[Finding]:
    """Nothing in local mode, where nobody signs in."""
    if "local" in settings.platforms:
        return []
    if not settings.sign_in:
        return [note("The desk's pages are closed: VIGIE_SIGN_IN has people sign in to them, with Slack or Teams.")]
    try:
        settings.check()
    except ConfigError:  # which is said by itself
        return []
    from bot.web.sign_in.asking import Asking  # noqa: PLC0415  few have people sign in
    from bot.web.sign_in.errors import SignInError  # noqa: PLC0415  as above
    from bot.web.sign_in.providers import address_back, providers_of  # noqa: PLC0415  as above

    found = []
    async with aiohttp.ClientSession() as session:
        for platform, provider in providers_of(settings).items():
            called = f"Signing in with {provider.label}"
            try:
                await Asking(provider, session).keys()
            except SignInError as error:
                found.append(missing(f"{called} does not work: {provider.issuer} answers not ({error.detail})."))
                continue
            back = address_back(settings.public_url or "", platform)
            place = (
                "OAuth & Permissions, Redirect URLs" if platform == "slack" else "Authentication, Web, Redirect URIs"
            )
            found.append(fine(f"{called} is ready, once {back} stands on your app's page, {place}."))
    return found
