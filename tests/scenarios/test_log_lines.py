"""A story in which everything goes wrong writes lines with ids, and never what somebody wrote, a name or a token."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

import pytest
import structlog

from bot.app import Vigie
from bot.outbound.deliver import DeskSender
from bot.server.logs import set_up_logs
from scheduler import deadlines
from tests.scenarios.chat import BOTH_WAYS, ENGINEER, MANAGER, Chat

pytestmark = BOTH_WAYS
TEXTS = ("zeppelin", "quixotic", "marmalade", "periwinkle")
TOKENS = ("xoxb-", "xapp-", "Bearer ", "token=", "signing")


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[], str]]:
    """All that is logged, as the program writes it, down to what it says only when asked to."""
    before, handlers = structlog.get_config(), logging.root.handlers[:]
    logging.root.handlers = []
    set_up_logs(logging.INFO)
    yield lambda: capsys.readouterr().err
    logging.root.handlers = handlers
    structlog.configure(**before)


async def test_no_line_holds_a_text_a_name_or_a_token(
    lines: Callable[[], str], chat: Chat, vigie: Vigie, monkeypatch: pytest.MonkeyPatch
) -> None:
    await chat.command(ENGINEER, "new sev1 Quixotic zeppelin outage")
    await chat.command(ENGINEER, "note 1 marmalade")
    await chat.command(MANAGER, "escalate 1 marmalade")
    with monkeypatch.context() as broken:
        broken.setattr(DeskSender, "say", _breaks)  # no notice can be sent
        broken.setattr(deadlines, "decide_due", _breaks_now)  # no deadline can be planned
        await chat.command(ENGINEER, "update 1 periwinkle")
        await chat.advance(11)
        await chat.command(ENGINEER, "note 1 periwinkle zeppelin")
    assert vigie.desk is not None
    written = lines()
    names = {account.name for account in vigie.desk.directory.accounts.values() if account.name.lower() != "vigie"}
    assert names
    assert "ValueError" in written
    assert "outbox_id=" in written
    assert "ticket_id=" in written
    assert "organisation_id=" in written
    for word in (*TEXTS, *TOKENS, *filter(None, names)):
        assert word.lower() not in written.lower(), [each for each in written.splitlines() if word in each][:3]


async def _breaks(  # as what goes wrong with a text often names it
    *_: object, **__: object
) -> None:
    logging.getLogger("a.library").error("it failed", exc_info=ValueError(TEXTS[0]))
    raise ValueError(TEXTS[1]) from KeyError(TEXTS[2])


def _breaks_now(*_: object, **__: object) -> None:
    raise ValueError(TEXTS[3])
