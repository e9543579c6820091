"""Whatever the Connector answers, and whatever becomes of a call, means one thing for a notice."""

from __future__ import annotations

from datetime import timedelta

import aiohttp
import pytest

from bot.outbound.entra import NoTokenError
from bot.outbound.port import ChannelClosedError, InChannel, InPlaceOf, MessageGoneError, NotDeliveredError
from bot.teams import errors
from bot.teams.client import ConnectorClient
from bot.teams.errors import AddressRefusedError, ConnectorError, failed, rest_of
from bot.teams.sender import TeamsTransport
from bot.wording.card import Card
from scheduler.sender import GiveUp, Retry, Unsure
from storage.cause import NOT_IN_CHANNEL, Cause
from storage.channels import Channel, ChannelKind, save_channel
from storage.outbox import Outgoing
from tests.bot.teams.outward.conftest import SUPPORT
from tests.factories import NOW
from tests.fakes.bot_connector import CUT, BotConnector, Says, SomeTokens, error

ITEM = Outgoing(
    1, 1, None, None, "teams", SUPPORT, "greeting", "desk", {}, None,
    broadcast=False, planned_at=NOW, attempts=1, unsure=False,
)  # fmt: skip
SOON = NOW + timedelta(seconds=2)
CARD = Card(("Hello",))

# What is answered to a message that is posted, and what that means.
POSTED: dict[str, tuple[Says | str, type[NotDeliveredError], object]] = {
    "429": (
        error(429, "Throttled", Retry_After="7"), NotDeliveredError,
        Retry(NOW + timedelta(seconds=7), "slowed down by Teams", channel_rests=True),
    ),
    "429 that says not when": (
        error(429), NotDeliveredError, Retry(SOON, "slowed down by Teams", channel_rests=True),
    ),
    "412": (error(412, "PreconditionFailed"), NotDeliveredError, Retry(SOON, "PreconditionFailed")),
    "502": (error(502, "ServiceError"), NotDeliveredError, Retry(SOON, "ServiceError")),
    "502 of a proxy": (error(502), NotDeliveredError, Retry(SOON, "http 502")),
    "503": (error(503, "ServiceUnavailable"), NotDeliveredError, Retry(SOON, "ServiceUnavailable")),
    "504": (error(504, "GatewayTimeout"), NotDeliveredError, Retry(SOON, "GatewayTimeout")),
    "500": (error(500, "ServiceError"), NotDeliveredError, Unsure("ServiceError")),
    "507": (error(507), NotDeliveredError, Unsure("http 507")),
    "408": (error(408), NotDeliveredError, Unsure("http 408")),
    "cut": (CUT, NotDeliveredError, Unsure("ServerDisconnectedError: Server disconnected")),
    "200 without an id": (Says(200, body={}), NotDeliveredError, Unsure("the answer names no message")),
    "not in the roster": (
        error(403, "BotNotInConversationRoster"), ChannelClosedError,
        GiveUp(Cause.NOT_A_MEMBER, "BotNotInConversationRoster"),
    ),
    "disabled by an admin": (
        error(403, "BotDisabledByAdmin"), ChannelClosedError, GiveUp(Cause.NOT_A_MEMBER, "BotDisabledByAdmin"),
    ),
    "no such conversation": (
        error(404, "ConversationNotFound"), ChannelClosedError, GiveUp(Cause.NOT_FOUND, "ConversationNotFound"),
    ),
    "404 of a proxy": (error(404), ChannelClosedError, GiveUp(Cause.NOT_FOUND, "http 404")),
    "archived": (
        Says(403, body={"error": {"code": "NotEnoughPermissions", "message": "The team is archived."}}),
        ChannelClosedError, GiveUp(Cause.ARCHIVED, "NotEnoughPermissions"),
    ),
    "forbidden": (
        error(403, "ForbiddenOperationException"), NotDeliveredError,
        GiveUp(Cause.FORBIDDEN, "ForbiddenOperationException"),
    ),
    "blocked": (
        error(403, "ConversationBlockedByUser"), NotDeliveredError,
        GiveUp(Cause.UNREACHABLE_PERSON, "ConversationBlockedByUser"),
    ),
    "blocked, in other words": (
        Says(403, body={"error": {"code": "ForbiddenOperationException", "subCode": "MessageWritesBlocked"}}),
        NotDeliveredError, GiveUp(Cause.UNREACHABLE_PERSON, "MessageWritesBlocked"),
    ),
    "no bot any more": (
        error(401, "BotNotRegistered"), NotDeliveredError, GiveUp(Cause.REVOKED, "BotNotRegistered"),
    ),
    "413": (
        error(413, "MessageSizeTooBig"), NotDeliveredError, GiveUp(Cause.TOO_LONG, "MessageSizeTooBig"),
    ),
    "too large by name": (
        error(400, "MessageSizeTooBig"), NotDeliveredError, GiveUp(Cause.TOO_LONG, "MessageSizeTooBig"),
    ),
    "400": (error(400, "BadArgument"), NotDeliveredError, GiveUp(Cause.REFUSED, "BadArgument")),
    "405": (error(405), NotDeliveredError, GiveUp(Cause.REFUSED, "http 405")),
    "302": (error(302), NotDeliveredError, GiveUp(Cause.REFUSED, "http 302")),
}  # fmt: skip


@pytest.mark.parametrize("answer", POSTED)
async def test_what_an_answer_to_a_post_means(transport: TeamsTransport, connector: BotConnector, answer: str) -> None:
    says, kind, result = POSTED[answer]
    connector.refused_in = {"/activities": says}
    with pytest.raises(NotDeliveredError) as caught:
        await transport.post(ITEM, CARD, InChannel(SUPPORT), NOW)
    assert (type(caught.value), caught.value.result) == (kind, result)


EDITED: dict[str, tuple[Says | str, type[NotDeliveredError], object]] = {
    "deleted": (
        error(404, "ActivityNotFoundInConversation"), MessageGoneError,
        GiveUp(Cause.GONE, "ActivityNotFoundInConversation"),
    ),
    "its conversation too": (
        error(404, "ConversationNotFound"), MessageGoneError, GiveUp(Cause.GONE, "ConversationNotFound"),
    ),
    "410": (error(410), MessageGoneError, GiveUp(Cause.GONE, "http 410")),
    "not in the roster": (
        error(403, "BotNotInConversationRoster"), ChannelClosedError,
        GiveUp(Cause.NOT_A_MEMBER, "BotNotInConversationRoster"),
    ),
    "412": (error(412, "PreconditionFailed"), NotDeliveredError, Retry(SOON, "PreconditionFailed")),
    "cut": (CUT, NotDeliveredError, Unsure("ServerDisconnectedError: Server disconnected")),
}  # fmt: skip


@pytest.mark.parametrize("answer", EDITED)
async def test_what_an_answer_to_an_edit_means(transport: TeamsTransport, connector: BotConnector, answer: str) -> None:
    says, kind, result = EDITED[answer]
    connector.refused_in = {"/activities": says}
    with pytest.raises(NotDeliveredError) as caught:
        await transport.edit(ITEM, CARD, InPlaceOf(SUPPORT, "17"), NOW)
    assert (type(caught.value), caught.value.result) == (kind, result)


async def test_a_thread_that_is_gone_closes_no_channel(transport: TeamsTransport, connector: BotConnector) -> None:
    connector.next = [error(404, "ConversationNotFound")]
    with pytest.raises(NotDeliveredError) as caught:
        await transport.post(ITEM, CARD, InChannel(SUPPORT, "1700"), NOW)
    assert caught.value.result == GiveUp(Cause.GONE, "ConversationNotFound")
    assert await transport.post(ITEM, CARD, InChannel(SUPPORT), NOW)


@pytest.mark.parametrize(
    ("says", "cause"),
    [
        (error(403, "BotNotInConversationRoster"), Cause.UNREACHABLE_PERSON),
        (error(403, "ForbiddenOperationException"), Cause.UNREACHABLE_PERSON),
        (error(404, "UserNotFound"), Cause.UNREACHABLE_PERSON),
        (error(400, "BadSyntax"), Cause.REFUSED),
        (error(401), Cause.REVOKED),
    ],
)
async def test_what_it_means_that_a_conversation_with_somebody_alone_is_refused(
    transport: TeamsTransport, connector: BotConnector, says: Says, cause: Cause
) -> None:
    connector.refused_in = {"/v3/conversations": says}
    with pytest.raises(NotDeliveredError) as caught:
        await transport.direct(ITEM, "teams:29:ben", NOW)
    assert isinstance(caught.value.result, GiveUp)
    assert caught.value.result.cause is cause
    assert not isinstance(caught.value, ChannelClosedError)


async def test_a_request_that_never_left_is_sent_again_and_is_in_no_doubt(
    transport: TeamsTransport, client: ConnectorClient, connector: BotConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody(*_: object, **__: object) -> object:
        raise aiohttp.ConnectionTimeoutError("connect")

    monkeypatch.setattr(client.session, "request", nobody)
    with pytest.raises(NotDeliveredError) as caught:
        await transport.post(ITEM, CARD, InChannel(SUPPORT), NOW)
    assert isinstance(caught.value.result, Retry)
    assert connector.asked == []


@pytest.mark.parametrize(
    ("why", "result"),
    [
        (NoTokenError("Entra does not answer"), Retry(SOON, "Entra does not answer")),
        (NoTokenError("the secret has expired", is_refused=True), GiveUp(Cause.REVOKED, "the secret has expired")),
    ],
)
async def test_without_a_token_nothing_is_sent(
    transport: TeamsTransport, tokens: SomeTokens, connector: BotConnector, why: NoTokenError, result: Retry | GiveUp
) -> None:
    tokens.fails = why
    with pytest.raises(NotDeliveredError) as caught:
        await transport.post(ITEM, CARD, InChannel(SUPPORT), NOW)
    assert caught.value.result == result
    assert connector.asked == []


async def test_an_address_that_was_stored_is_looked_at_again(
    transport: TeamsTransport, tokens: SomeTokens, connector: BotConnector
) -> None:
    elsewhere = Channel(SUPPORT, ChannelKind.CHANNEL, "https://evil.example/")
    whose, database = transport.desk.organisation_id, transport.desk.database
    await database.write(lambda session: save_channel(session, whose, elsewhere, NOW))
    with pytest.raises(NotDeliveredError) as caught:
        await transport.post(ITEM, CARD, InChannel(SUPPORT), NOW)
    assert isinstance(caught.value.result, GiveUp)
    assert tokens.had == []
    assert connector.asked == []


def test_an_address_that_is_none_of_teams_is_given_up() -> None:
    assert failed(AddressRefusedError("https://evil.example/"), NOW, 1).result == GiveUp(
        Cause.FORBIDDEN, "the address on record is none of Teams'"
    )


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("3", 3), ("0", 1), ("-5", 1), ("2.5", 2.5), ("99999999", 3600), ("", 8), (None, 8), ("soon", 8), ("inf", 8),
        ("nan", 1), ("Sun, 29 Nov 2026 08:00:00 GMT", 8),
    ],
)  # fmt: skip
def test_however_it_is_said_a_rest_is_a_time(header: str | None, seconds: float) -> None:
    assert rest_of(ConnectorError(429, retry_after=header), attempts=3) == timedelta(seconds=seconds)


def test_a_defect_of_ours_is_no_failure_of_a_call() -> None:
    with pytest.raises(ZeroDivisionError):
        failed(ZeroDivisionError(), NOW, 1)


def test_every_code_that_closes_a_conversation_may_be_over_once_we_are_let_in() -> None:
    assert set(errors.CLOSED.values()) == set(NOT_IN_CHANNEL)
