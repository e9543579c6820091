"""Announcements name the platform that they speak of, whichever it is."""

from __future__ import annotations

import pytest

from bot.wording.announcements import announcement_card
from bot.wording.notices.saying import Telling
from bot.wording.sentences import plain
from storage.announcements.announcement import Announcement
from storage.announcements.to_admins import ChannelLost, GroupsUnread, PermissionMissing, Undelivered
from storage.announcements.to_desk import Admins
from storage.announcements.to_person import SetUpUnsaid
from tests.bot.samples import PEOPLE, READERS, people_called
from tests.factories import AGENT


def said(announcement: Announcement, language: str, platform: str) -> str:
    telling = Telling(people_called(PEOPLE), READERS[language], "/ticket", platform)
    return plain(announcement_card(telling, announcement).brief)


@pytest.mark.parametrize("language", READERS)
@pytest.mark.parametrize(
    "announcement",
    [
        PermissionMissing("channels:history"), GroupsUnread("timeout", ["teams:G1"]), Admins([AGENT.id]),
        Undelivered(42, "teams:19:a@thread.tacv2", "customer", cause="refused", error="Forbidden"),
    ],
    ids=lambda announcement: announcement.KIND.value,
)  # fmt: skip
def test_it_names_the_platform_that_it_speaks_of(announcement: Announcement, language: str) -> None:
    words = said(announcement, language, "teams")
    assert "Teams" in words
    assert "Slack" not in words


@pytest.mark.parametrize("language", READERS)
def test_told_on_another_platform_it_names_the_one_that_refused(language: str) -> None:
    refused = Undelivered(42, "teams:19:a@thread.tacv2", "customer", cause="refused", error="Forbidden")
    assert "Teams" in said(refused, language, "slack")


@pytest.mark.parametrize("language", READERS)
@pytest.mark.parametrize("cause", ["not_a_member", "archived"])
def test_a_channel_elsewhere_is_called_by_its_platform_and_never_by_an_id(cause: str, language: str) -> None:
    closed = Undelivered(42, "teams:19:a@thread.tacv2", "desk", cause=cause, error="No")
    for announcement in (closed, ChannelLost("teams:19:a@thread.tacv2", "")):
        words = said(announcement, language, "slack")
        assert "Teams (" in words
        assert "19:" not in words


def test_how_vigie_gets_into_a_channel_is_said_as_its_platform_does_it() -> None:
    telling = Telling(people_called(PEOPLE), READERS["en"], "/ticket", "teams", lambda _: "app")
    words = plain(announcement_card(telling, SetUpUnsaid("teams:19:a@thread.tacv2")).brief)
    assert "Add the Vigie app there" in words
    assert "/invite @Vigie" in said(SetUpUnsaid("slack:C1"), "en", "slack")
