"""Announcements name the platform that they speak of, whichever it is."""

from __future__ import annotations

import pytest

from bot.wording.announcements import announcement_card
from bot.wording.notices.saying import Telling
from bot.wording.sentences import plain
from storage.announcements import Admins, Announcement, GroupsUnread, PermissionMissing, Undelivered
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
