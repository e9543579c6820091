"""Questions that belong to billing or sales: whoever asks is told where, privately, and the desk in one line. No ticket
is opened unless somebody asks for one."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlmodel import Session

from bot.desk.runtime import DeskRuntime
from bot.desk.where import Where
from bot.wording.card import Button, Buttons, Card, Line
from bot.wording.phrase_book import PhraseBook
from bot.wording.redirects import told_where
from bot.wording.sentences import to_data
from bot.wording.speech import Speech
from storage.announcements.to_desk import QuestionRedirected
from storage.announcing import announce
from storage.notices import enqueue_private
from storage.redirects import Redirected, add_to_redirect, keep_redirect, line_key, redirected_since
from triage.contents.privately import AnswerContent
from triage.keys import platform_of
from triage.notice import Audience, Notice, Urgency
from triage.people import Actor
from triage.redirecting import Redirect
from triage.text import cut

OPEN = "open-redirected"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that is redirected."""

    #: Who asks.
    actor: Actor
    #: The key of the channel in which they do; empty: in none.
    channel: str
    #: What they wrote.
    text: str
    #: When they did.
    at: datetime
    #: The platform's id of what they wrote; None: it was a command.
    message_id: str | None = None


def keep_and_tell_desk(session: Session, desk: DeskRuntime, asked: Asked, to: Redirect, now: datetime) -> int | None:
    """Record the question, and tell the desk in one line. Answers its id, by which a ticket is opened from it. None
    where somebody outside has asked so much of late that it was only added to their last question."""
    organisation, policy = desk.organisation_id, desk.policy
    if asked.actor.is_outside:
        earlier = redirected_since(session, organisation, asked.actor.id, now - policy.flood_window)
        if len(earlier) >= policy.flood_tickets and earlier[0].ticket_id is None:
            add_to_redirect(session, organisation, earlier[0].id, cut(f"{earlier[0].text}\n{asked.text}"))
            return None
    row = Redirected(
        0, to.to, asked.actor.id, asked.channel, asked.message_id, asked.message_id, asked.at, cut(asked.text), None
    )
    row_id = keep_redirect(session, organisation, desk.desk_id, row, now)
    # What somebody wrote to us alone is in no channel that the desk could look into.
    known = asked.channel in policy.desk.channels or desk.customers.of_channel(session, asked.channel) is not None
    link = desk.link(asked.channel, asked.message_id, asked.message_id) if known and asked.message_id else ""
    said = QuestionRedirected(to.to, asked.actor.id, asked.channel if known else "", row_id, link)
    announce(
        session, organisation, said, platform=platform_of(desk.nearest_channel) or desk.platform,
        key=line_key(row_id), now=now, channel=desk.nearest_channel,
    )  # fmt: skip
    return row_id


def redirect_card(speech: Speech, to: Redirect, row_id: int | None) -> Card:
    """What whoever asked is told: where the question belongs, and how to open a ticket all the same."""
    said = told_where(speech, to)
    if row_id is None:
        return Card(said)
    return Card(said, (Line(said), Buttons((open_button(speech, row_id),))))


def open_button(speech: Speech, row_id: int) -> Button:
    """The button that opens a ticket from a redirected question."""
    return Button(OPEN, speech.text("button.open_as_ticket"), 0, 0, value=str(row_id))


def redirect_message(session: Session, desk: DeskRuntime, asked: Asked, to: Redirect, now: datetime) -> None:
    """Record a question that was written in a channel, tell the desk, and tell its author, so that they alone see it,
    in their language."""
    row_id = keep_and_tell_desk(session, desk, asked, to, now)
    if row_id is None:
        return
    speech = PhraseBook(desk.directory).reader(asked.actor.id, wrote=asked.text)
    where = Where(asked.actor.id, asked.channel, None)
    content = AnswerContent(
        where.person, where.channel, where.thread, sentence=to_data(told_where(speech, to)),
        buttons=[asdict(open_button(speech, row_id))],
    )  # fmt: skip
    urgency = Urgency.LAST if asked.actor.is_outside else Urgency.USUAL
    notice = Notice(content, Audience.PERSON, urgency=urgency)
    enqueue_private(session, desk.organisation_id, notice, now)
