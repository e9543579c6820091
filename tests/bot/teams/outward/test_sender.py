"""What is said in Teams arrives there once, as itself, where it belongs; and what does not is known."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlmodel import col, select

from bot.desk.runtime import DeskRuntime
from bot.outbound.deliver import DeskSender
from bot.outbound.message import Message
from bot.outbound.port import ForOne, InChannel, InPlaceOf, Unknowable
from bot.teams.front_end import TeamsFrontEnd
from bot.teams.sender import TeamsTransport, shortened
from bot.wording.card import Card, Fold, Line, Quote
from bot.wording.sentences import InChannel as ChannelNamed
from scheduler import deadlines
from scheduler.delivery import Delivery
from scheduler.pacing import Pacer
from scheduler.sender import GiveUp, Result, Sender, Sent
from storage.cause import Cause
from storage.channels import Channel, ChannelKind, find_channel, save_channel
from storage.notices import enqueue_private
from storage.outbox import LEASE, Outgoing, claim
from storage.tables.outbox import OutboxRow
from tests.bot.asking import typed
from tests.bot.teams.outward.conftest import ANA, SUPPORT
from tests.factories import NOW
from tests.fakes.bot_connector import CUT, TENANT, BotConnector, Says, error
from triage.contents.privately import AnswerContent
from triage.notice import Audience, Notice

MINUTE = timedelta(minutes=1)
PLACE = "/emea/v3/conversations/19:support@thread.tacv2"
ITEM = Outgoing(
    1, 1, None, None, "teams", SUPPORT, "answer", "person", {}, None,
    broadcast=False, planned_at=NOW, attempts=1, unsure=False,
)  # fmt: skip
CARD = Card(("Hello",), (Line(("In ", ChannelNamed(SUPPORT))), Quote("x" * 1000), Fold("More", "m", ())))


class Slack:
    """The other platform: it takes everything."""

    def __init__(self) -> None:
        self.seen: list[Outgoing] = []

    async def send(self, item: Outgoing, now: datetime) -> Result:
        assert now
        self.seen.append(item)
        return Sent(f"s{item.id}", item.channel)


@pytest.fixture
def slack() -> Slack:
    return Slack()


@pytest.fixture
def delivery(on_teams: DeskRuntime, transport: TeamsTransport, slack: Slack) -> Delivery:
    senders: dict[str, Sender] = {"teams": DeskSender(on_teams, transport), "slack": slack}
    return Delivery(on_teams.database, senders, Pacer({"teams": TeamsFrontEnd.rate}))


async def deliver(delivery: Delivery, now: datetime) -> None:
    """Send whatever is due."""
    await deadlines.run_once(delivery.database, now)
    while await delivery.run_once(now):
        pass


async def rows(desk: DeskRuntime, channel: str = SUPPORT) -> dict[str, OutboxRow]:
    """What was to be said there, the latest of each kind."""
    query = select(OutboxRow).where(OutboxRow.channel == channel).order_by(col(OutboxRow.id))
    return {row.kind: row for row in await desk.database.read(lambda session: list(session.exec(query)))}


async def opened(desk: DeskRuntime, delivery: Delivery, words: str = "new sev2 Link down") -> None:
    await typed(desk.on(replace(desk.state.bindings["slack"])), words)
    await deliver(delivery, NOW)


async def known(desk: DeskRuntime, key: str = SUPPORT) -> Channel:
    found = await desk.database.read(partial(find_channel, organisation_id=desk.organisation_id, key=key))
    assert found is not None
    return found


async def test_a_message_is_a_card_alone_with_a_summary(transport: TeamsTransport, connector: BotConnector) -> None:
    sent = await transport.post(ITEM, CARD, InChannel(SUPPORT), NOW)
    assert sent == Sent("1700000000001", SUPPORT)
    (asked,) = connector.asked
    assert (asked.path, asked.query) == (f"{PLACE}/activities", {})
    assert asked.body.keys() == {"type", "summary", "attachments"}
    assert len(asked.body["attachments"]) == 1
    assert "support" in str(asked.body["attachments"]), "channels are called by their names"


async def test_the_card_carries_a_thread_and_is_edited_in_its_place(
    on_teams: DeskRuntime, delivery: Delivery, connector: BotConnector
) -> None:
    await opened(on_teams, delivery)
    (card,) = [each for each in connector.said() if each.path == f"{PLACE}/activities"][:1]
    root = (await rows(on_teams))["card"].message_id
    assert card.words.startswith("#1 Link down")
    slack = on_teams.on(on_teams.state.bindings["slack"])
    await typed(slack, "note 1 Looking at it", now=NOW + MINUTE)
    await typed(slack, "take 1", now=NOW + MINUTE)
    await deliver(delivery, NOW + MINUTE)
    (note,) = (each for each in connector.said() if "Note" in each.words)
    assert note.path == f"{PLACE};messageid={root}/activities"
    assert f"{PLACE}/activities/{root}" in {each.path for each in connector.said("PUT")}
    assert (await rows(on_teams))["card"].message_id == root


async def test_a_reply_is_edited_in_its_thread(
    on_teams: DeskRuntime, delivery: Delivery, transport: TeamsTransport, connector: BotConnector
) -> None:
    await opened(on_teams, delivery)
    root = (await rows(on_teams))["card"].message_id
    await typed(on_teams.on(on_teams.state.bindings["slack"]), "note 1 Looking at it", now=NOW + MINUTE)
    await deliver(delivery, NOW + MINUTE)
    note = str((await rows(on_teams))["note"].message_id)
    await transport.edit(ITEM, CARD, InPlaceOf(SUPPORT, note), NOW)
    await transport.delete(ITEM, SUPPORT, note, NOW)
    *_, changed, deleted = connector.asked
    assert changed.path == deleted.path == f"{PLACE};messageid={root}/activities/{note}"


async def test_chats_have_no_threads(on_teams: DeskRuntime, transport: TeamsTransport, connector: BotConnector) -> None:
    group = Channel("teams:19:abc@thread.v2", ChannelKind.GROUP, connector.url, workspace=TENANT)
    save = partial(save_channel, organisation_id=on_teams.organisation_id, channel=group, now=NOW)
    await on_teams.database.write(save)
    await transport.post(ITEM, CARD, InChannel(group.key, "1700"), NOW)
    await transport.private(ITEM, CARD, ForOne(ANA, group.key, "1700"), NOW)
    assert {each.path for each in connector.asked} == {"/emea/v3/conversations/19:abc@thread.v2/activities"}


async def test_what_is_shown_in_the_channel_is_one_new_post_that_leads_to_the_card(
    on_teams: DeskRuntime, delivery: Delivery, connector: BotConnector
) -> None:
    await opened(on_teams, delivery)
    root = (await rows(on_teams))["card"].message_id
    await deliver(delivery, NOW + 15.5 * MINUTE)
    (breach,) = (each for each in connector.said() if "is breached" in each.words)
    assert breach.path == f"{PLACE}/activities"
    assert f"https://teams.example/{SUPPORT}/{root}/{root}" in str(breach.body)
    posted = str((await rows(on_teams))["breach"].message_id)
    await typed(on_teams.on(on_teams.state.bindings["slack"]), "update 1 We are on it", now=NOW + 16 * MINUTE)
    await deliver(delivery, NOW + 17 * MINUTE)
    (settled,) = (each for each in connector.said("PUT") if each.words.startswith("Settled"))
    assert settled.path == f"{PLACE}/activities/{posted}", "it closes in its place"


async def test_too_many_at_once_wait_and_hold_up_nobody_elsewhere(
    on_teams: DeskRuntime, delivery: Delivery, connector: BotConnector, slack: Slack
) -> None:
    connector.next = [error(429, "Throttled", Retry_After="30")]
    await opened(on_teams, delivery)
    assert [each.kind for each in slack.seen].count("card") == 1
    assert (await rows(on_teams))["card"].state == "pending"
    await deliver(delivery, NOW + timedelta(seconds=29))
    assert len(connector.asked) == 1
    for second in (30, 31, 32, 33):
        await deliver(delivery, NOW + timedelta(seconds=second))
    row = (await rows(on_teams))["card"]
    assert (row.state, row.unsure) == ("sent", False)


@pytest.mark.parametrize("status", [412, 502, 503, 504])
async def test_what_teams_says_to_send_again_is_sent_again_once(
    on_teams: DeskRuntime, delivery: Delivery, connector: BotConnector, status: int
) -> None:
    connector.next = [error(status, "ServiceError")]
    await opened(on_teams, delivery)
    await deliver(delivery, NOW + timedelta(seconds=3))
    assert len([each for each in connector.said() if each.words.startswith("#1 Link down")]) == 2
    assert (await rows(on_teams))["card"].state == "sent"


async def test_where_the_answer_is_lost_a_breach_is_repeated_as_such_and_a_warning_is_not(
    on_teams: DeskRuntime, delivery: Delivery, connector: BotConnector
) -> None:
    await opened(on_teams, delivery)
    connector.next = [CUT]
    await deliver(delivery, NOW + 10.5 * MINUTE)
    warning = (await rows(on_teams))["warning"]
    assert (warning.state, warning.unsure) == ("pending", True)
    await deliver(delivery, NOW + 11 * MINUTE)
    warning = (await rows(on_teams))["warning"]
    assert (warning.state, warning.reason) == ("dropped", "it may have arrived, and a warning is not repeated")
    before = len(connector.asked)
    connector.next = [CUT]
    await deliver(delivery, NOW + 15.5 * MINUTE)
    await deliver(delivery, NOW + 16 * MINUTE)
    said = [each.words for each in connector.asked[before:] if "breached" in each.words and each.method == "POST"]
    assert len(said) == 2
    assert "Possibly repeated" not in said[0]
    assert said[1].startswith("(Possibly repeated.)")


async def test_a_channel_that_is_closed_is_left_alone_and_spoken_of_elsewhere_until_we_are_let_in(
    on_teams: DeskRuntime, delivery: Delivery, connector: BotConnector, slack: Slack
) -> None:
    connector.refused_in = {PLACE: error(403, "BotNotInConversationRoster")}
    await opened(on_teams, delivery)
    await deliver(delivery, NOW + 15.5 * MINUTE)
    assert len(connector.said(where=PLACE)) == 1, "it is not knocked at again"
    assert (await known(on_teams)).closed_cause is Cause.NOT_A_MEMBER
    assert {row.cause for row in (await rows(on_teams)).values()} == {"not_a_member"}
    kinds = [each.kind for each in slack.seen]
    told = [each.channel for each in slack.seen if each.kind == "undelivered" and each.audience == Audience.DESK]
    assert told == ["slack:CDESK"], "the desk hears of it in its other channel"
    assert {"card", "breach"} <= set(kinds), "where everything goes on"


async def test_a_conversation_that_teams_never_spoke_of_is_not_knocked_at(
    on_teams: DeskRuntime, transport: TeamsTransport, connector: BotConnector
) -> None:
    result = await DeskSender(on_teams, transport).say(ITEM, message_in("teams:19:elsewhere@thread.tacv2"), NOW)
    assert isinstance(result, GiveUp)
    assert result.cause is Cause.NOT_A_MEMBER
    assert connector.asked == []


def message_in(channel: str) -> Message:
    return Message(CARD, InChannel(channel), None)


async def test_a_card_that_is_too_long_is_tried_shorter_and_then_given_up(
    on_teams: DeskRuntime, transport: TeamsTransport, connector: BotConnector
) -> None:
    connector.next = [error(413, "MessageSizeTooBig")]
    assert isinstance(await DeskSender(on_teams, transport).say(ITEM, message_in(SUPPORT), NOW), Sent)
    first, second = connector.asked
    assert "x" * 1000 in str(first.body)
    assert "x" * 299 in str(second.body)
    assert "x" * 301 not in str(second.body)
    connector.next = [error(413, "MessageSizeTooBig")] * 2
    result = await DeskSender(on_teams, transport).say(ITEM, message_in(SUPPORT), NOW)
    assert isinstance(result, GiveUp)
    assert result.cause is Cause.TOO_LONG


def test_what_is_already_short_is_as_it_was() -> None:
    card = Card(("Hello",), (Line(("One",)), Quote("two")))
    assert shortened(card) == card


async def test_a_private_answer_is_seen_by_one_person_where_they_acted(
    on_teams: DeskRuntime, transport: TeamsTransport, connector: BotConnector
) -> None:
    assert await transport.private(ITEM, CARD, ForOne(ANA, SUPPORT, "1700"), NOW) == Sent("1700000000001", SUPPORT)
    (asked,) = connector.asked
    assert (asked.path, asked.query) == (f"{PLACE};messageid=1700/activities", {"isTargetedActivity": "true"})
    assert asked.body["recipient"] == {"id": "29:ana", "isTargeted": True}
    assert (await known(on_teams)).private_works is True


async def asked_privately(desk: DeskRuntime, delivery: Delivery, now: datetime) -> None:
    content = AnswerContent(ANA, SUPPORT, None, sentence=["Only for you"])
    notice = Notice(content, Audience.PERSON)
    await desk.database.write(lambda session: enqueue_private(session, desk.organisation_id, notice, now))
    await deliver(delivery, now)


async def test_where_that_is_refused_it_comes_by_personal_chat_that_says_where_it_belongs_and_this_is_remembered(
    on_teams: DeskRuntime, delivery: Delivery, connector: BotConnector
) -> None:
    connector.next = [error(400, "BadArgument")]
    await asked_privately(on_teams, delivery, NOW)
    refused, made, told = connector.asked
    assert refused.query == {"isTargetedActivity": "true"}
    assert made.path == "/emea/v3/conversations"
    assert told.path == "/emea/v3/conversations/a:29:ana/activities"
    assert "This belongs to what you did in" in str(told.body)
    assert (await known(on_teams)).private_works is False
    await asked_privately(on_teams, delivery, NOW + timedelta(hours=2))
    assert [each.path for each in connector.asked[3:]] == ["/emea/v3/conversations/a:29:ana/activities"]
    await asked_privately(on_teams, delivery, NOW + timedelta(days=1, minutes=1))
    assert connector.asked[-1].query == {"isTargetedActivity": "true"}, "after a day it is tried again"
    assert (await known(on_teams)).private_works is True


@pytest.mark.parametrize(
    ("says", "remembered"),
    [
        (error(403, "MemberNotFoundInConversation"), None), (error(403, "BotNotInConversationRoster"), None),
        (error(404, "ConversationNotFound"), None), (error(403, "ForbiddenOperationException"), False),
        (error(405), False),
    ],
)  # fmt: skip
async def test_a_refusal_that_is_about_the_person_is_not_remembered_of_the_conversation(
    on_teams: DeskRuntime, transport: TeamsTransport, connector: BotConnector, says: Says, remembered: bool | None
) -> None:
    connector.next = [says]
    assert await transport.private(ITEM, CARD, ForOne(ANA, SUPPORT), NOW) is None
    assert (await known(on_teams)).private_works is remembered


async def test_in_personal_chats_and_where_it_is_turned_off_nothing_is_tried_privately(
    on_teams: DeskRuntime, transport: TeamsTransport, connector: BotConnector
) -> None:
    chat = await transport.direct(ITEM, ANA, NOW)
    connector.asked.clear()
    assert await transport.private(ITEM, CARD, ForOne(ANA, chat), NOW) is None
    assert await replace(transport, privately=False).private(ITEM, CARD, ForOne(ANA, SUPPORT), NOW) is None
    assert connector.asked == []
    assert await transport.direct(ITEM, ANA, NOW) == chat, "and it is opened once"
    assert connector.asked == []
    assert (await known(on_teams, chat)).person == ANA


async def test_whoever_has_not_added_vigie_is_told_so_where_they_acted(
    on_teams: DeskRuntime, delivery: Delivery, connector: BotConnector
) -> None:
    connector.next = [error(400, "BadArgument"), error(403, "BotNotInConversationRoster")]
    await asked_privately(on_teams, delivery, NOW)
    *_, told = connector.asked
    assert (told.path, told.query) == (f"{PLACE}/activities", {})
    assert "I have an answer for you" in told.words
    assert "Only for you" not in str(told.body)
    assert (await known(on_teams)).closed_at is None, "the channel is as open as it was"


async def test_a_deleted_card_is_given_up_and_a_refresh_of_it_dropped(
    on_teams: DeskRuntime, delivery: Delivery, connector: BotConnector
) -> None:
    await opened(on_teams, delivery)
    root = (await rows(on_teams))["card"].message_id
    connector.refused_in = {f"/activities/{root}": error(404, "ActivityNotFoundInConversation")}
    await typed(on_teams.on(on_teams.state.bindings["slack"]), "take 1", now=NOW + MINUTE)
    await deliver(delivery, NOW + 2 * MINUTE)
    assert (await rows(on_teams))["card"].cause == "gone"
    assert (await known(on_teams)).closed_at is None


async def test_what_was_being_sent_when_the_process_was_killed_is_in_doubt(
    on_teams: DeskRuntime, delivery: Delivery, connector: BotConnector
) -> None:
    await opened(on_teams, delivery)
    now = NOW + 15.5 * MINUTE
    await deadlines.run_once(delivery.database, now)
    await delivery.database.write(lambda session: claim(session, now, limit=50))  # sent, perhaps; nothing is on record
    await deliver(delivery, now + LEASE + timedelta(seconds=1))
    said = [each.words for each in connector.said() if "breached" in each.words]
    assert len(said) == 1
    assert said[0].startswith("(Possibly repeated.)")
    root = (await rows(on_teams))["card"].message_id
    assert root is not None
    assert (await rows(on_teams))["breach"].state == "sent"


async def test_nobody_can_look_what_arrived(transport: TeamsTransport) -> None:
    assert await transport.find_again(ITEM, InChannel(SUPPORT), NOW) == Unknowable()


@pytest.mark.parametrize(("most", "seconds"), [(7, 1), (8, 2), (60, 30), (1800, 3600)])
def test_a_conversation_is_posted_to_no_faster_than_teams_takes(most: int, seconds: int) -> None:
    pacer, posts = Pacer({"teams": TeamsFrontEnd.rate}), []
    for tenth in range(0, 2 * seconds * 10 + 100, max(1, seconds // 400)):
        now = NOW + timedelta(seconds=tenth / 10)
        while pacer.take(f"1:{SUPPORT}", now):
            posts.append(now)
    span = timedelta(seconds=seconds)
    assert max(bisect_right(posts, start + span) - place for place, start in enumerate(posts)) <= most
    assert pacer.take(f"1:{SUPPORT}#edits", NOW + timedelta(days=1))
