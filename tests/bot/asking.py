"""Commands as somebody types them at a desk, and what is answered; whatever is shown or asked, Slack would show it."""

from __future__ import annotations

from datetime import datetime

from bot.commands import dispatch
from bot.desk.runtime import DeskRuntime
from bot.slack.forms import render_form
from bot.slack.render import render_message
from bot.verbs.base.call import Answer, Call
from bot.wording.sentences import plain
from tests.bot.samples import READERS
from tests.bot.slack.limits import against_form, against_message
from tests.factories import AGENT, NOW
from triage.people import Actor


def call(desk: DeskRuntime, words: str, *, actor: Actor = AGENT, language: str = "en", now: datetime = NOW) -> Call:
    return Call(desk, actor, READERS[language], now, "slack:CACME", words)


async def typed(
    desk: DeskRuntime, words: str, *, actor: Actor = AGENT, language: str = "en", now: datetime = NOW
) -> Answer:
    """The answer to a command, checked: whatever is shown or asked, Slack would show it."""
    answer = await dispatch.typed(call(desk, words, actor=actor, language=language, now=now))
    if answer.form is not None:
        assert against_form(render_form(answer.form)) == []
    if answer.card is not None:
        assert against_message(render_message(answer.card)) == []
    return answer


async def told(
    desk: DeskRuntime, words: str, *, actor: Actor = AGENT, language: str = "en", now: datetime = NOW
) -> str:
    """The one sentence that answers a command."""
    answer = await typed(desk, words, actor=actor, language=language, now=now)
    assert answer.card is not None, f"{words} opened a form"
    return plain(answer.card.brief)
