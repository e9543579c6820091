"""What the doctor looks at of webhooks: those that do not take what they are told, and the key that opens their
secrets."""

from __future__ import annotations

from urllib.parse import urlsplit

from bot.cli.checks.finding import Finding, fine, missing
from bot.cli.checks.on_record import on_record
from bot.server.settings import Settings
from storage.webhooks import Webhook, list_webhooks


def look_at_webhooks(settings: Settings) -> list[Finding]:
    """Nothing where there are none."""
    found = on_record(settings, list_webhooks)
    return [_how_it_stands(settings, each) for each in found if each.ended_at is None]


def _how_it_stands(settings: Settings, hook: Webhook) -> Finding:
    from bot.api.webhooks import TOLD_AFTER, opened  # noqa: PLC0415  few desks have a webhook
    from bot.server.vault import SealError  # noqa: PLC0415  as above

    called = f"The webhook {hook.id} ({urlsplit(hook.url).hostname})"
    try:
        opened(settings.secret_keys, hook.id, hook.secret)
    except SealError:
        return missing(f"{called}: VIGIE_SECRET_KEY lacks the key that its secret was sealed with: put it back.")
    if hook.failures >= TOLD_AFTER and hook.failing_since is not None:
        since = f"{hook.failing_since:%Y-%m-%d %H:%M} UTC"
        return missing(
            f"{called} takes nothing since {since}: {hook.failed_because}. Once that is put right, "
            f"vigie webhook test {hook.id} shows it."
        )
    return fine(f"{called} takes what it is told.")
