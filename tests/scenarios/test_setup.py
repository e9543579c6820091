"""An admin sets the desk up in chat: each save is a version of the policy, in force at once, said in the channel."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr

from bot.app import Vigie
from bot.local_workspace.joining import Joined
from bot.server.settings import Settings
from bot.verbs.base.call import Call
from bot.verbs.setup.parts import PARTS
from bot.verbs.setup.saving import save
from bot.wording.speech import speech
from storage.policies import list_versions
from tests.fakes.other_slack import SECRET, USUAL, Team, other_slack
from tests.scenarios.chat import ENGINEER, FRENCH, HEAD, LEAD, MANAGER, SQLITE, Chat
from tests.scenarios.seen import Form, everything
from tests.waiting import LONGEST_SECONDS
from triage.people import Actor, Role

NETOPS = "slack:S0NETOPSGR1"
HOURS = "mon-fri 09:00-18:00\nsat 10:00-12:00"


async def open_part(chat: Chat, user: str, part: str) -> Form:
    """Type `/ticket setup` and press the button of a part; answers its form."""
    await chat.command(user, "setup")
    message = [m for m in await chat.messages(user) if m.only_for == user][-1]
    await chat.press(user, message, f"setup.{part}")
    return await chat.view(user)


async def test_opening_hours_are_in_force_at_once_and_the_channel_learns_who_changed_what(
    chat: Chat, vigie: Vigie
) -> None:
    view = await open_part(chat, MANAGER, "desk")
    assert (view.initial("hours"), view.initial("channel")) == ("mon-fri 09:00-17:00", chat.desk)
    done = await chat.submit(MANAGER, hours=HOURS, timezone="Europe/Paris", holidays="FR")
    assert done["ok"], done
    assert "version 2" in chat.shown(done)
    await chat.settled()
    said = [text for m in await chat.messages(ENGINEER) if "Marcus Webb changed" in (text := everything(m))]
    assert len(said) == 1
    assert "Europe/Paris" in said[0]
    assert "09:00-18:00" in said[0]
    await chat.command(ENGINEER, "new sev3 A minor thing")
    assert "Europe/Paris" in await chat.command(MANAGER, "setup")
    desk = vigie.desk
    assert desk is not None
    versions = await desk.database.read(lambda session: list_versions(session, desk.organisation_id, desk.desk_id))
    assert [(v.version, v.by) for v in versions] == [(2, chat.key(MANAGER)), (1, None)]
    assert set(versions[0].changes) == {"timezone", "hours"}


async def test_who_is_made_an_agent_may_at_once_and_who_is_not_any_more_may_not(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev2 Port flapping")
    view = await open_part(chat, MANAGER, "people")
    assert view.initial("agents") == [ENGINEER, FRENCH, LEAD, *chat.other_agents]
    assert (await chat.submit(MANAGER, agents=[FRENCH], managers=[HEAD], **chat.groups("agents", NETOPS)))["ok"]
    view = await open_part(chat, MANAGER, "people")
    assert (view.initial("agents"), view.initial("managers")) == ([FRENCH], [HEAD])
    assert (await chat.submit(MANAGER, agents=[FRENCH], **chat.groups("agents")))["ok"]
    assert "Only" in await chat.command(ENGINEER, "take 1")
    assert "#1" in await chat.command(FRENCH, "prendre 1")


async def test_a_level_may_have_a_group_as_its_contact(chat: Chat) -> None:
    await open_part(chat, MANAGER, "levels")
    assert (await chat.submit(MANAGER, level1=[], level1_groups=[NETOPS]))["ok"]
    await chat.command(ENGINEER, "new sev1 Link down")
    await chat.react(HEAD, await chat.card(), "rotating_light")
    assert any("<!subteam^S0NETOPSGR1>" in line for line in await chat.thread(await chat.card()))


@SQLITE
@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("timezone", "Europe/Pariss", "zone"),
        ("hours", "mon-fri 9-25", "interval"),
        ("hours", "weekdays 9-17", "days"),
        ("holidays", "Frankreich", "country"),
        ("channel", "the customer's", "no customer reads"),
    ],
)
async def test_what_the_policy_cannot_be_made_of_is_said_under_its_field(
    chat: Chat, field: str, value: str, said: str
) -> None:
    await open_part(chat, MANAGER, "desk")
    done = await chat.submit(MANAGER, **{field: chat.customer if field == "channel" else value})
    assert not done["ok"]
    assert list(done["errors"]) == [field]
    # Where a form offers what may be chosen alone, nothing else can be sent.
    assert ("there is no such choice" if field in chat.offered else said) in done["errors"][field]
    assert "version 1" in await chat.command(MANAGER, "setup")


async def test_open_tickets_are_offered_the_new_terms_and_move_when_that_is_wanted(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev3 A minor thing")
    await open_part(chat, MANAGER, "desk")
    done = await chat.submit(MANAGER, hours="24/7")
    assert "Restore: 1 deadline comes sooner" in chat.shown(done)
    assert "1 open ticket keeps" in await chat.command(MANAGER, "setup")
    assert (await chat.submit(MANAGER))["ok"]
    told: list[str] = []
    for _ in range(50):
        await chat.settled()
        told = [everything(m) for m in await chat.written_to(MANAGER)]
        if told:
            break
    assert any("1 open ticket is on version 2" in text for text in told)
    assert "keeps" not in await chat.command(MANAGER, "setup")


@SQLITE
async def test_who_is_no_admin_any_more_cannot_move_tickets_with_a_form_that_is_still_open(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev3 A minor thing")
    await open_part(chat, MANAGER, "people")
    assert (await chat.submit(MANAGER, admins=[MANAGER, HEAD]))["ok"]
    await open_part(chat, MANAGER, "desk")
    await chat.submit(MANAGER, hours="24/7")
    await open_part(chat, HEAD, "people")
    assert (await chat.submit(HEAD, admins=[HEAD]))["ok"]
    done = await chat.submit(MANAGER)
    assert "Ingrid Dahl" in chat.shown(done)
    assert "1 open ticket keeps" in await chat.command(HEAD, "setup")


async def test_two_admins_with_the_same_form_undo_nothing_of_each_other(chat: Chat) -> None:
    await open_part(chat, MANAGER, "people")
    assert (await chat.submit(MANAGER, admins=[MANAGER, HEAD]))["ok"]
    await open_part(chat, MANAGER, "desk")
    await open_part(chat, HEAD, "desk")
    assert (await chat.submit(HEAD, hours="24/7"))["ok"]
    done = await chat.submit(MANAGER, timezone="Asia/Tokyo")
    assert "Changed: Time zone." in chat.shown(done)
    shown = await chat.command(HEAD, "setup")
    assert "Asia/Tokyo" in shown
    assert "around the clock" in shown


async def test_a_move_that_was_confirmed_for_another_version_is_offered_anew(chat: Chat) -> None:
    await open_part(chat, MANAGER, "people")
    assert (await chat.submit(MANAGER, admins=[MANAGER, HEAD]))["ok"]
    await chat.command(ENGINEER, "new sev3 A minor thing")
    await open_part(chat, MANAGER, "desk")
    await chat.submit(MANAGER, hours="24/7")
    await open_part(chat, HEAD, "desk")
    await chat.submit(HEAD, hours="mon 09:00-10:00")
    done = await chat.submit(MANAGER)
    assert "Version 4 came into force meanwhile" in chat.shown(done)
    assert "1 open ticket keeps" in await chat.command(HEAD, "setup")


@SQLITE
async def test_a_move_that_a_stop_broke_off_goes_on_after_the_start(
    chat: Chat, vigie: Vigie, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.desk.policy_move.AT_ONCE", 1)
    for number in range(10):
        await chat.command(ENGINEER, f"new sev3 Thing {number}")
    await open_part(chat, MANAGER, "desk")
    await chat.submit(MANAGER, hours="24/7")
    await chat.submit(MANAGER)
    await vigie.stop()
    again = Vigie(
        vigie.settings.model_copy(update={"port": 0}), answer_within=LONGEST_SECONDS, local_platforms=(chat.platform,)
    )
    await again.start()
    chat.address = again.address
    await until_told(chat, MANAGER, "version 2 of the policy now")
    assert "keep" not in await chat.command(MANAGER, "setup")
    await again.stop()


@SQLITE
async def test_a_move_that_fails_is_told(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise OSError

    await chat.command(ENGINEER, "new sev3 A minor thing")
    await open_part(chat, MANAGER, "desk")
    await chat.submit(MANAGER, hours="24/7")
    monkeypatch.setattr("bot.desk.policy_move.record_moves", fail)
    await chat.submit(MANAGER)
    await until_told(chat, MANAGER, "Something went wrong: only 0 open tickets were moved")
    monkeypatch.undo()
    assert "1 open ticket keeps" in await chat.command(MANAGER, "setup")


async def until_told(chat: Chat, user: str, words: str) -> None:
    """What goes on beside an answer ends a moment later."""
    for _ in range(100):
        await chat.advance(1 / 60)
        if words in await chat.alone(user):
            return
    raise AssertionError(await chat.alone(user))


@SQLITE
async def test_the_setup_stands_after_a_restart_and_another_process_takes_it_over(
    chat: Chat, vigie: Vigie, database_url: str
) -> None:
    other = Vigie(vigie.settings.model_copy(update={"port": 0}), role="web", local_platforms=(chat.platform,))
    await other.start()
    await open_part(chat, MANAGER, "desk")
    assert (await chat.submit(MANAGER, timezone="Asia/Tokyo"))["ok"]
    assert other.desk is not None
    await other.desk.catch_up()
    assert (other.desk.policy.version, other.desk.policy.desk.timezone) == (2, "Asia/Tokyo")
    await other.stop()
    again = Vigie(
        vigie.settings.model_copy(update={"port": 0}), answer_within=LONGEST_SECONDS, local_platforms=(chat.platform,)
    )
    await again.start()
    assert again.desk is not None
    assert (again.desk.policy.version, again.desk.policy.desk.timezone) == (2, "Asia/Tokyo")
    await again.stop()


@SQLITE
async def test_another_process_knows_who_is_away_at_its_first_look(chat: Chat, vigie: Vigie) -> None:
    await chat.command(ENGINEER, "new sev2 Port flapping")
    other = Vigie(vigie.settings.model_copy(update={"port": 0}), role="web", local_platforms=(chat.platform,))
    await other.start()
    assert other.desk is not None
    await chat.command(ENGINEER, "away")
    await other.desk.catch_up()
    assert other.desk.roster.is_away(chat.key(ENGINEER), other.desk.now())
    await other.stop()


@SQLITE
async def test_what_is_announced_is_the_version_that_it_names(chat: Chat) -> None:
    await chat.fails("post", "internal_error")
    for zone in ("Asia/Tokyo", "Europe/Paris"):
        await open_part(chat, MANAGER, "desk")
        await chat.submit(MANAGER, timezone=zone)
    await chat.advance(2)
    said = [text for m in await chat.messages(MANAGER) if "in force now" in (text := everything(m))]
    assert [("Asia/Tokyo" in text, "version 2" in text) for text in said if "version 2" in text] == [(True, True)]
    assert [("Europe/Paris" in text, "version 3" in text) for text in said if "version 3" in text] == [(True, True)]


@SQLITE
async def test_what_is_announced_is_said_in_the_language_of_the_version_that_it_names(chat: Chat) -> None:
    await chat.fails("post", "internal_error")
    for language in ("fr", "en"):
        await open_part(chat, MANAGER, "desk")
        assert (await chat.submit(MANAGER, language=language))["ok"]
    await chat.advance(2)
    said = [everything(m) for m in await chat.messages(MANAGER) if not m.only_for]
    assert ["Marcus Webb a changé" in text for text in said if "version 2" in text] == [True], said
    assert ["Marcus Webb changed" in text for text in said if "version 3" in text] == [True], said


async def test_it_starts_in_the_channel_that_was_chosen_though_the_one_before_is_gone(sqlite_database: str) -> None:
    async with other_slack(USUAL | {"conversations.list"}) as slack:
        slack.add(Team("T0ACME", "xoxb-1", members=("UANA", "UBEN")))
        slack.channels = [{"id": "CDESK0001", "name": "support"}, {"id": "CNEW00001", "name": "helpdesk"}]
        settings = Settings(
            VIGIE_DATABASE_URL=sqlite_database, VIGIE_PORT=0, VIGIE_CHANNEL="support", SLACK_API_URL=f"{slack.url}api/",
            SLACK_BOT_TOKEN=SecretStr("xoxb-1"), SLACK_SIGNING_SECRET=SecretStr(SECRET),
        )  # fmt: skip
        first = Vigie(settings)
        await first.start()
        assert first.desk is not None
        assert first.desk.policy.desk.channels == ("slack:CDESK0001",)
        admin = Actor("slack:UANA", frozenset({Role.ADMIN}))
        answers = {"channel": "CNEW00001", "language": "en", "timezone": "UTC", "hours": "24/7"}
        call = Call(first.desk, admin, speech("en", "UTC"), first.desk.now(), "CDESK0001")
        await save(call, PARTS["desk"], answers)
        await first.stop()
        slack.channels = [{"id": "CDESK0001", "name": "support-old"}, {"id": "CNEW00001", "name": "helpdesk"}]
        again = Vigie(settings)
        await again.start()
        assert again.desk is not None
        assert again.desk.policy.desk.channels == ("slack:CNEW00001",)
        await again.stop()


@SQLITE
async def test_a_channel_that_cannot_be_written_to_is_told_to_whoever_chose_it(chat: Chat) -> None:
    made = await chat.post("channel", name="elsewhere", members=[MANAGER, ENGINEER])
    await open_part(chat, MANAGER, "desk")
    assert (await chat.submit(MANAGER, channel=made["channel"]))["ok"]
    await chat.settled()
    (told,) = [everything(m) for m in await chat.written_to(MANAGER)]
    assert "/invite @Vigie" in told
    assert "Marcus Webb changed" in "".join(everything(m) for m in await chat.messages(ENGINEER)), "where it was"


@SQLITE
async def test_an_admin_who_reads_french_sets_up_in_french(chat: Chat) -> None:
    await open_part(chat, MANAGER, "people")
    assert (await chat.submit(MANAGER, admins=[MANAGER, FRENCH]))["ok"]
    view = await open_part(chat, FRENCH, "desk")
    assert view.initial("hours") == "lun-ven 09:00-17:00"
    assert (await chat.submit(FRENCH, hours="en semaine"))["errors"]["hours"].startswith("Ce ne sont pas des horaires")
    done = await chat.submit(FRENCH, hours="lun-ven 9h-18h", language="fr")
    assert "version 3" in chat.shown(done)
    await chat.settled()
    said = "".join(everything(m) for m in await chat.messages(ENGINEER))
    assert "Benoît Girard a changé la configuration" in said
    assert "lundi" in said


@SQLITE
async def test_only_admins_may_and_the_others_learn_who_they_are(chat: Chat) -> None:
    assert "Only admins can do that (Marcus Webb)" in await chat.command(ENGINEER, "setup")
    assert "Marcus Webb" in await chat.command(FRENCH, "configurer")


@SQLITE
async def test_a_policy_file_wins_and_setup_shows_it_without_a_button(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, http: aiohttp.ClientSession
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "policy.yml").write_text("desks: {support: {timezone: Asia/Tokyo}}")
    running = Vigie(
        Settings(VIGIE_DATABASE_URL=database_url, VIGIE_PORT=0, VIGIE_POLICY=Path("policy.yml")),
        answer_within=LONGEST_SECONDS,
        local_platforms=("slack",),
    )
    await running.start()
    chat = Chat(http, running.address)
    await chat.look_around()
    said = await chat.command(MANAGER, "setup")
    assert "Asia/Tokyo" in said
    assert "policy.yml" in said
    (message,) = [m for m in await chat.messages(MANAGER) if m.only_for]
    assert message.buttons == ["Test ping everyone"]  # of what is set up it changes nothing
    await running.stop()


@pytest.fixture
async def new_desk(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, http: aiohttp.ClientSession
) -> AsyncIterator[Chat]:
    """A workspace that Vigie was just installed in: nobody has said who is who."""
    monkeypatch.chdir(tmp_path)

    def channels(self: Joined) -> dict[str, Any]:
        return {"desks": {"support": {"channels": {"desk": self.platforms["slack"]["desk_channel"]}}}}

    monkeypatch.setattr(Joined, "overlay", channels)
    running = Vigie(
        Settings(VIGIE_DATABASE_URL=database_url, VIGIE_PORT=0),
        answer_within=LONGEST_SECONDS,
        local_platforms=("slack",),
    )
    await running.start()
    chat = Chat(http, running.address)
    await chat.look_around()
    yield chat
    await running.stop()


async def test_a_new_installation_works_and_greets_the_first_admin_who_writes_once(new_desk: Chat) -> None:
    chat = new_desk
    assert "#1" in await chat.command(ENGINEER, "new sev2 Port flapping")
    assert "yours" in await chat.command(ENGINEER, "take 1"), "members of the channel are agents"
    await chat.settled()
    assert not await chat.written_to(MANAGER)
    for _ in range(2):
        await chat.command(MANAGER, "list")
        await chat.settled()
    (greeting,) = await chat.written_to(MANAGER)
    await chat.press(MANAGER, greeting, "setup.people", f"D{MANAGER[1:]}")
    assert (await chat.submit(MANAGER, agents=[FRENCH], leads=[LEAD]))["ok"]
    assert "Only" in await chat.command(ENGINEER, "take 1")
