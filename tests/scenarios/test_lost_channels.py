"""A customer's channel that is lost costs that customer alone: Vigie starts, serves everybody else, and says so."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.app import Vigie
from bot.server.settings import ConfigError, Settings
from tests.fakes.other_slack import SECRET, USUAL, OtherSlack, Team, other_slack

DESK, GONE, LEFT = "CDESK0001", "CACMEGONE1", "CGLOBEX0001"
POLICY = f"""
desks:
  support:
    channels: {{desk: {DESK}, customers: {{{GONE}: Acme, ext-lost: Initech, {LEFT}: Globex}}}}
roles: {{admins: [U0ANA001]}}
"""


@pytest.fixture
async def slack() -> AsyncIterator[OtherSlack]:
    async with other_slack(USUAL | {"conversations.list"}) as slack:
        slack.add(Team("T0ACME", "xoxb-1"))
        yield slack


def vigie_of(slack: OtherSlack, database_url: str, tmp_path: Path) -> Vigie:
    (tmp_path / "policy.yml").write_text(POLICY, encoding="utf-8")
    return Vigie(
        Settings(
            VIGIE_DATABASE_URL=database_url, VIGIE_PORT=0, SLACK_API_URL=f"{slack.url}api/",
            SLACK_BOT_TOKEN=SecretStr("xoxb-1"), SLACK_SIGNING_SECRET=SecretStr(SECRET),
            VIGIE_POLICY=tmp_path / "policy.yml",
        )
    )  # fmt: skip


async def told(slack: OtherSlack, vigie: Vigie) -> list[str]:
    assert vigie.runner is not None
    await vigie.runner.settle()
    return [text for text in slack.texts("T0ACME", "DU0ANA001") if "/invite @Vigie" in text]


@pytest.mark.parametrize("error", ["channel_not_found", "missing_scope", "ratelimited", "internal_error"])
async def test_it_starts_without_them_and_an_admin_is_told_of_each_once(
    slack: OtherSlack, database_url: str, tmp_path: Path, error: str
) -> None:
    slack.hidden = {GONE: error}
    said: list[str] = []
    for _ in range(2):
        vigie = vigie_of(slack, database_url, tmp_path)
        await vigie.start()
        slack.events_url = f"{vigie.address}/slack/events"
        assert "#" in (await slack.command("T0ACME", "U0ANA001", "new sev1 Link down", DESK))[1]["text"]
        said = await told(slack, vigie)
        assert vigie.desk is not None
        known = {f"slack:{GONE}": "Acme", f"slack:{LEFT}": "Globex"}
        assert vigie.desk.policy.desk.customer_channels == known, "invited again, it is served"
        await vigie.stop()
    assert len([text for text in said if "Initech" in text and "#ext-lost" in text]) == 1
    assert len([text for text in said if "Acme" in text]) == (1 if error == "channel_not_found" else 0), (
        "else who knows"
    )
    assert "Globex" not in json.dumps(said)


async def test_without_its_own_channel_it_still_says_what_to_do(
    slack: OtherSlack, database_url: str, tmp_path: Path
) -> None:
    slack.hidden = {DESK: "channel_not_found"}
    vigie = vigie_of(slack, database_url, tmp_path)
    with pytest.raises(ConfigError, match="there is no channel CDESK0001"):
        await vigie.start()
    await vigie.stop()
