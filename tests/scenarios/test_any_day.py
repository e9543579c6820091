"""The main stories at the instants where calendars bite, in a zone ahead of UTC and one behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import aiohttp
import pytest

from bot.app import Vigie
from bot.server.settings import Settings
from tests.scenarios import test_from_new_to_resolved as main_job
from tests.scenarios import test_late_answers as late_answers
from tests.scenarios import test_refusals as refusals
from tests.scenarios import test_triage_card as triage_card
from tests.scenarios.chat import Chat
from tests.waiting import LONGEST_SECONDS

pytestmark = pytest.mark.slow

AUCKLAND, LOS_ANGELES = "Pacific/Auckland", "America/Los_Angeles"
# Local times of the desk, the days and minutes at which something turns over.
INSTANTS = {
    "Tuesday noon": dict.fromkeys((AUCKLAND, LOS_ANGELES), "2026-03-10 12:00"),
    "Saturday night": dict.fromkeys((AUCKLAND, LOS_ANGELES), "2026-03-14 23:30"),
    "Sunday": dict.fromkeys((AUCKLAND, LOS_ANGELES), "2026-03-22 10:00"),
    "31 December near midnight": dict.fromkeys((AUCKLAND, LOS_ANGELES), "2026-12-31 23:50"),
    "clocks go forward": {AUCKLAND: "2026-09-27 01:50", LOS_ANGELES: "2026-03-08 01:50"},
    "clocks go back": {AUCKLAND: "2026-04-05 02:50", LOS_ANGELES: "2026-11-01 01:50"},
    "29 February": dict.fromkeys((AUCKLAND, LOS_ANGELES), "2028-02-29 15:00"),
}
STORIES = (
    main_job.test_the_channel_is_warned_before_a_deadline_passes_and_told_when_it_has,
    main_job.test_the_whole_story_of_a_ticket,
    late_answers.test_a_late_answer_opens_a_linked_ticket_in_the_same_thread,
    refusals.test_a_reaction_taken_off_within_two_minutes_undoes_what_it_did,
    refusals.test_after_an_outage_each_ticket_gets_one_catch_up_and_no_flood,
    triage_card.test_an_update_is_corrected_in_place_and_taken_back_with_all_that_it_met,
)
TOLD = [
    pytest.param(zone, datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC), id=f"{day} {zone}")
    for day, instants in INSTANTS.items()
    for zone, local in instants.items()
]


@pytest.fixture
async def chat(
    zone: str, sqlite_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, http: aiohttp.ClientSession
) -> AsyncIterator[Chat]:
    """The workspace of a desk in that zone."""
    monkeypatch.chdir(tmp_path)
    policy = tmp_path / "policy.yml"
    policy.write_text(f"desks: {{support: {{timezone: {zone}}}}}")
    running = Vigie(
        Settings(VIGIE_DATABASE_URL=sqlite_database, VIGIE_PORT=0, VIGIE_POLICY=policy),
        answer_within=LONGEST_SECONDS,
        local_platforms=("slack",),
    )
    await running.start()
    chat = Chat(http, running.address)
    await chat.look_around()
    yield chat
    await running.stop()


@pytest.mark.parametrize(("zone", "begins"), TOLD)
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__.removeprefix("test_"))
async def test_the_main_stories_hold(story: Callable[[Chat], Awaitable[None]], chat: Chat, begins: datetime) -> None:
    state = await chat.get("state")
    assert abs((datetime.fromisoformat(state["now"]) - begins).total_seconds()) < 60
    await story(chat)
