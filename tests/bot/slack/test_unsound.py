"""Whatever is missing or of another kind in what arrives, nothing fails: it is read, or it is none of ours."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack import inbound, inbound_messages
from tests.bot.slack.test_inbound import DESK, MESSAGE, ON_MESSAGE, REACTION, said
from tests.bot.unsound import unsound

Json = dict[str, Any]
CHANGED: Json = {
    "event": {
        "type": "message", "subtype": "message_changed", "channel": "CACME", "event_ts": "1772445999.000100",
        "message": {**MESSAGE, "edited": {"user": "U1", "ts": "1772445999.000000"}, "files": [{"name": "a.txt"}]},
        "previous_message": {**MESSAGE, "text": "before"},
    },
}  # fmt: skip
DELETED: Json = {
    "event": {
        "type": "message", "subtype": "message_deleted", "channel": "CACME", "deleted_ts": "1772445905.000200",
        "previous_message": MESSAGE,
    },
}  # fmt: skip
FORM: Json = {
    "user": {"id": "U1"}, "view": {
        "id": "V1", "callback_id": "ticket.new", "private_metadata": '{"channel": "C1", "message": "1.2"}',
        "state": {"values": {"summary": {"value": {"type": "plain_text_input", "value": "x"}}}},
    },
}  # fmt: skip
PRESS: Json = {"user": {"id": "U1"}, "channel": {"id": "C1"}, "selected_option": {"value": '{"number": 1}'}}

READERS: dict[str, tuple[Json, Callable[[Json], object]]] = {
    "message": ({"event": MESSAGE}, lambda body: inbound_messages.message_of(DESK, body)),
    "mention": (said("<@UBOT> take"), lambda body: inbound_messages.mention_call(DESK, body, "UBOT")),
    "edit": (CHANGED, lambda body: inbound_messages.edit_of(DESK, body, "UBOT")),
    "deletion": (DELETED, lambda body: inbound_messages.deletion_of(DESK, body)),
    "reaction": (REACTION, lambda body: inbound_messages.reaction_of(DESK, body, "UBOT")),
    "shortcut": (ON_MESSAGE, lambda body: inbound.shortcut_call(DESK, body)),
    "form": (FORM, lambda body: inbound.form_call(DESK, body)),
    "button": (PRESS, lambda body: inbound.button_call(DESK, body, {**body, "action_id": "ticket.take"})),
}


@pytest.mark.parametrize("kind", READERS)
def test_sound_ones_are_read(kind: str) -> None:
    body, read = READERS[kind]
    assert read(copy.deepcopy(body)) is not None


@pytest.mark.parametrize("kind", READERS)
@given(st.data())
def test_unsound_ones_never_fail(kind: str, data: st.DataObject) -> None:
    body, read = READERS[kind]
    read(unsound(data, body, least=1))
