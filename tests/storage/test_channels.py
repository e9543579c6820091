"""Channels are kept as their platform last described them; what it leaves out stays known."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session

from storage.cause import Cause
from storage.channels import (
    Channel,
    ChannelKind,
    close_channel,
    close_team,
    conversation_with,
    find_channel,
    load_channels,
    note_private,
    save_channel,
    save_names,
)
from storage.database import Database
from storage.reset import forget_everything
from tests.factories import NOW, Home

DESK = Channel(
    "chat:19:support@thread", ChannelKind.CHANNEL, "https://one.example/", workspace="T", name="support",
    team="19:it@thread", team_name="IT",
)  # fmt: skip
ANA, LATER = "chat:29:ana", NOW + timedelta(hours=1)
ALONE = Channel("chat:a:ana", ChannelKind.PERSONAL, "https://one.example/", person=ANA)


def save(database: Database, home: Home, *channels: Channel) -> list[Channel]:
    def write(session: Session) -> list[Channel]:
        return [save_channel(session, home.organisation_id, each, NOW) for each in channels]

    return database.write_now(write)


def find(database: Database, home: Home, channel: Channel = DESK) -> Channel:
    found = database.read_now(lambda session: find_channel(session, home.organisation_id, channel.key))
    assert found is not None
    return found


def test_a_channel_comes_back_as_it_was_saved(database: Database, home: Home) -> None:
    assert save(database, home, DESK, ALONE) == [DESK, ALONE]
    known = database.read_now(lambda session: load_channels(session, home.organisation_id, "chat"))
    assert known == {DESK.key: DESK, ALONE.key: ALONE}
    assert database.read_now(lambda session: load_channels(session, home.organisation_id, "chatter")) == {}


def test_what_is_said_anew_counts_and_what_is_left_out_stays(database: Database, home: Home) -> None:
    moved = Channel(DESK.key, ChannelKind.CHANNEL, "https://two.example/")
    assert save(database, home, DESK, moved)[1] == replace(DESK, service_url="https://two.example/")
    assert find(database, home) == replace(DESK, service_url="https://two.example/")


def test_a_list_of_names_moves_no_address(database: Database, home: Home) -> None:
    save(database, home, DESK)
    other = replace(DESK, key="chat:19:other@thread", name="other")
    listed = [replace(DESK, name="Support\x00", service_url="https://two.example/"), other]
    database.write_now(lambda session: save_names(session, home.organisation_id, listed, NOW))
    assert find(database, home) == replace(DESK, name="Support")
    assert find(database, home, other) == other


def test_whether_private_messages_work_is_remembered_and_asked_again_after_a_day(
    database: Database, home: Home
) -> None:
    save(database, home, DESK, ALONE)
    assert find(database, home).may_be_private(NOW)
    database.write_now(lambda session: note_private(session, home.organisation_id, DESK.key, works=False, now=NOW))
    refused = find(database, home)
    assert (refused.private_works, refused.private_tried_at) == (False, NOW)
    assert not refused.may_be_private(NOW + timedelta(hours=23))
    assert refused.may_be_private(NOW + timedelta(days=1))
    assert not find(database, home, ALONE).may_be_private(NOW)


def test_a_closed_channel_opens_when_the_platform_speaks_of_it(database: Database, home: Home) -> None:
    save(database, home, DESK)

    def close(session: Session) -> bool:
        return close_channel(session, home.organisation_id, DESK.key, Cause.NOT_A_MEMBER, NOW)

    assert [database.write_now(close), database.write_now(close)] == [True, False]
    assert (find(database, home).closed_at, find(database, home).closed_cause) == (NOW, Cause.NOT_A_MEMBER)
    database.write_now(lambda session: save_names(session, home.organisation_id, [DESK], NOW))
    assert find(database, home).closed_cause is Cause.NOT_A_MEMBER
    save(database, home, DESK)
    assert find(database, home) == DESK


def test_a_team_closes_with_its_channels(database: Database, home: Home) -> None:
    save(database, home, DESK, ALONE)
    database.write_now(lambda session: close_team(session, home.organisation_id, DESK.team, Cause.NOT_A_MEMBER, LATER))
    assert find(database, home).closed_at == LATER
    assert find(database, home, ALONE).closed_at is None


@pytest.mark.parametrize(("person", "found"), [(ANA, ALONE), ("chat:29:ben", None)])
def test_the_conversation_with_one_person_is_found_by_them(
    database: Database, home: Home, person: str, found: Channel | None
) -> None:
    save(database, home, DESK, ALONE)
    assert database.read_now(lambda session: conversation_with(session, home.organisation_id, person)) == found


def test_no_organisation_sees_anothers_channels_and_a_reset_keeps_them(database: Database, home: Home) -> None:
    save(database, home, DESK)
    other = home.organisation_id + 1
    assert database.read_now(lambda session: find_channel(session, other, DESK.key)) is None
    assert database.read_now(lambda session: load_channels(session, other, "chat")) == {}
    database.write_now(lambda session: forget_everything(session, home.organisation_id))
    assert find(database, home) == DESK


def test_after_a_reset_a_channel_that_refused_private_messages_is_asked_anew(database: Database, home: Home) -> None:
    save(database, home, DESK)
    key = DESK.key
    database.write_now(lambda session: note_private(session, home.organisation_id, key, works=False, now=LATER))
    assert not find(database, home).may_be_private(NOW)
    database.write_now(lambda session: forget_everything(session, home.organisation_id))
    assert find(database, home).may_be_private(NOW)
