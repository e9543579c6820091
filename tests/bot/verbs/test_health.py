"""`health` says of each platform whether it is reached, and when it was last heard."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from sqlmodel import Session

from bot.desk.binding import Binding
from bot.desk.runtime import DeskRuntime
from bot.wording.card import Line
from bot.wording.sentences import plain
from storage.audit import keep_beat, take_turn
from storage.cause import Cause
from storage.channels import Channel, ChannelKind, close_channel, note_members, save_channel
from storage.findings import Finding, end_others, note
from storage.installations import ensure_installation
from storage.reach import note_heard
from tests.bot.asking import told, typed
from tests.bot.samples import CUSTOMER
from triage.auditing import Wrong


async def test_each_platform_is_named_with_when_it_was_heard(desk: DeskRuntime) -> None:
    for platform in ("slack", "teams"):
        await desk.write(
            lambda session, platform=platform: ensure_installation(  # type: ignore[misc]
                session, platform=platform, workspace="T1", name="", app="", bot_user="", bot_id="", now=desk.now(),
                joins=desk.organisation_id,
            )
        )  # fmt: skip
    on_teams = desk.on(Binding("teams", "@Vigie"))
    answer = await typed(desk, "health")
    assert answer.card is not None
    first, slack, teams, *_ = (plain(each.sentence) for each in answer.card.elements if isinstance(each, Line))
    assert first == "Everything is connected."
    assert slack.startswith("Slack: connected. Last message from there: ")
    assert "none yet; last one sent there: none yet" not in slack
    assert teams == "Teams: connected. Last message from there: none yet; last one sent there: none yet."
    on_teams.heard()
    assert "heard never" not in await line(desk, "Teams")
    on_teams.state.hearing.at.clear()
    heard = partial(note_heard, organisation_id=desk.organisation_id, platform="teams", at=desk.now())
    await desk.write(heard)
    assert "heard never" not in await line(desk, "Teams"), "another process heard it"


async def line(desk: DeskRuntime, platform: str) -> str:
    """What is said of that platform."""
    answer = await typed(desk, "santé", language="en")
    assert answer.card is not None
    lines = [plain(each.sentence) for each in answer.card.elements if isinstance(each, Line)]
    return next(each for each in lines if each.startswith(platform))


async def test_it_says_what_was_sent_how_late_and_what_the_auditor_found(desk: DeskRuntime) -> None:
    quiet = "\n".join(await lines(desk))
    assert "Clocks: not checked yet" in quiet
    assert "The auditor found nothing wrong" in quiet
    assert "Monitor: was sent no heartbeat yet" in quiet
    whose, now = desk.organisation_id, desk.now()

    def happened(session: Session) -> None:
        take_turn(session, now, now)
        note(session, [Finding(whose, Wrong.UNSENT, 7), Finding(whose, Wrong.CLAIMED, 8, repaired=True)], now)
        keep_beat(session, now, "it answered 500")

    await desk.write(happened)
    said = "\n".join(await lines(desk))
    assert said.startswith("Something is wrong: see below.")
    assert "One notice has been waiting for more than ten minutes." in said
    assert "The auditor found 2 things wrong in the last 24 hours, and put 1 right." in said
    assert "Monitor: did not take the last heartbeat (it answered 500); the last one that it took: none yet." in said
    await desk.write(lambda session: end_others(session, [Wrong.UNSENT], [], now))
    await desk.write(lambda session: keep_beat(session, now, None))
    assert (await told(desk, "health")) == "Everything is connected."
    assert "Compteurs" in "\n".join(await lines(desk, language="fr"))


async def lines(desk: DeskRuntime, language: str = "en") -> list[str]:
    """All that is said."""
    answer = await typed(desk, "health", language=language)
    assert answer.card is not None
    return [plain(each.sentence) for each in answer.card.elements if isinstance(each, Line)]


async def test_it_is_the_desks_business(desk: DeskRuntime) -> None:
    assert (await told(desk, "health", actor=CUSTOMER)).startswith("Only")


async def test_a_channel_that_is_closed_or_cannot_be_read_is_named_while_it_is_ours(desk: DeskRuntime) -> None:
    whose, now = desk.organisation_id, desk.now()
    own = replace(desk.policy.desk, channels=("slack:CDESK", "teams:19:desk"), customer_channels={"teams:19:acme": "A"})
    desk.policy = replace(desk.policy, desk=own)

    def trouble(session: Session) -> None:
        for name in ("desk", "acme", "other"):
            channel = Channel(f"teams:19:{name}", ChannelKind.CHANNEL, "https://x/", name=name)
            save_channel(session, whose, channel, now)
        close_channel(session, whose, "teams:19:desk", Cause.NOT_A_MEMBER, now)
        close_channel(session, whose, "teams:19:other", Cause.NOT_A_MEMBER, now)
        note_members(session, whose, "teams:19:acme", read=False, now=now)

    await desk.write(trouble)
    answer = await typed(desk, "health")
    assert answer.card is not None
    said = [plain(each.sentence) for each in answer.card.elements if isinstance(each, Line)]
    assert "not every channel" in said[0]
    assert [line.split(":")[0] for line in said[-2:]] == ["acme", "desk"]
    await desk.write(partial(note_members, organisation_id=whose, key="teams:19:acme", read=True, now=now))
    await desk.write(
        lambda session: save_channel(session, whose, Channel("teams:19:desk", ChannelKind.CHANNEL, "x"), now)
    )
    assert (await told(desk, "health")) == "Everything is connected."
