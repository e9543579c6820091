"""Bolt's listeners: translate, call, answer. The answer leaves after the commit (`process_before_response`)."""

from __future__ import annotations

import re

from slack_bolt.async_app import AsyncApp

from bot.desk.runtime import DeskRuntime
from bot.outbound.callers import WHO_SECONDS
from bot.slack.app_home import Homes
from bot.slack.asked import Asked
from bot.slack.callers import Callers
from bot.slack.heard import Heard
from bot.slack.people import People
from bot.slack.responses import Answers

ACTION = re.compile(r"^ticket\.[a-z-]+(\..*)?$")
VIEW = re.compile(r"^ticket\.[a-z-]+$")


class Listeners:
    """Everything the app listens for, bound to the desk it serves. `who_seconds`: see Callers."""

    def __init__(
        self, desk: DeskRuntime, people: People, homes: Homes, answers: Answers, who_seconds: float = WHO_SECONDS
    ) -> None:
        self.callers = Callers(desk, people, who_seconds)
        self.asked = Asked(self.callers, homes, answers)
        self.heard = Heard(self.callers, homes)
        desk.when_changed(lambda: self.callers.later(people.refresh()))

    def register(self, app: AsyncApp) -> None:
        """Hang every listener on the app."""
        asked, heard = self.asked, self.heard
        app.error(asked.failed)
        app.command(asked.desk.command)(asked.command)
        app.message_shortcut("ticket.create")(asked.shortcut)
        app.global_shortcut("ticket.new")(asked.shortcut)
        app.action(ACTION)(asked.button)
        app.action(re.compile(".*"))(asked.unknown)
        app.view(VIEW)(asked.form)
        app.view_closed(VIEW)(asked.anything)
        app.event("reaction_added")(heard.reaction)
        app.event("reaction_removed")(heard.reaction)
        app.event("message")(heard.message)
        app.event("app_mention")(heard.mention)
        app.event("member_joined_channel")(heard.people_changed)
        app.event("member_left_channel")(heard.people_changed)
        app.event("subteam_members_changed")(heard.groups_changed)
        app.event("subteam_updated")(heard.groups_changed)
        app.event("user_change")(heard.person_changed)
        app.event("app_home_opened")(heard.home)

    async def drain(self) -> None:
        """Finish what was begun beside an answer."""
        await self.callers.drain()
