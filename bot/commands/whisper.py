"""What one person is told through the outbox, where nothing can be answered at once: after a form, by a mention."""

from __future__ import annotations

from bot.commands.call import Call
from bot.sentences import Sentence, to_data
from triage.notice import Audience, Notice, NoticeKind


def whisper(call: Call, sentence: Sentence) -> Notice:
    """That sentence, to the person who acted, where they acted."""
    thread = call.source.root_id if call.source is not None else None
    data = {"person": call.actor.id, "channel": call.channel, "thread": thread, "sentence": to_data(sentence)}
    return Notice(NoticeKind.ANSWER, Audience.PERSON, data)
