"""What was typed in a hurry, on a phone, or pasted: read as it was meant, or asked about."""

from __future__ import annotations

import pytest

from tests.scenarios.chat import ENGINEER, Chat, say
from tests.scenarios.seen import everything

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@SQLITE
async def test_an_outage_of_storage_keeps_its_words_and_its_urgency(chat: Chat) -> None:
    told = await chat.command(ENGINEER, "new S3 bucket is not reachable")
    assert "Did you mean severity 3?" in told
    card = everything(await chat.card())
    assert "#1 S3 bucket is not reachable" in card
    assert "not sorted yet" in card
    asked = next(m for m in await chat.messages(ENGINEER) if "Did you mean severity 3?" in everything(m))
    await chat.press(ENGINEER, asked, "severity")
    assert "Severity 3" in everything(await chat.card())
    assert "#1 S3 bucket is not reachable" in everything(await chat.card())


@SQLITE
async def test_a_category_is_asked_about_as_well_and_an_incidents_with_its_severity(chat: Chat) -> None:
    await say(chat, ENGINEER, "@Vigie new Incident on core router", chat.desk)
    assert "#1 Incident on core router" in everything(await chat.card())
    await chat.private(ENGINEER, "Did you mean the category incident?")
    asked = next(m for m in await chat.messages(ENGINEER) if "the category incident?" in everything(m))
    await chat.press(ENGINEER, asked, "category")
    assert (await chat.view(ENGINEER)).verb == "category"


TYPED = [
    "/ticket new sev1 Link down",
    "new sev1\u2014Link down",
    "new \u201csev1\u201d Link down",
    "new [sev1] Link down",
]


@SQLITE
@pytest.mark.parametrize("typed", TYPED)
async def test_typographic_marks_hide_no_severity(chat: Chat, typed: str) -> None:
    await chat.command(ENGINEER, typed)
    card = everything(await chat.card())
    assert "#1 Link down" in card
    assert "Severity 1" in card
    assert "#1" in await chat.command(ENGINEER, "list \u201csev1\u201d")
    for words in ("take 1.", "note # 1 seen", "update ticket 1 We see it", "show (1)"):
        assert "/ticket" not in await chat.command(ENGINEER, words), words
