"""Typed text is escaped as Slack's client does it, and who would be pinged is known."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack_emulator.ids import BOT_USER_ID
from bot.slack_emulator.text import escape, pinged, rich_text, typed, unescape
from bot.slack_emulator.workspace_people import ANA, BENOIT, GROUP, MARCUS
from tests.bot.slack_emulator.fake_bot import Json, mrkdwn, plain, section


def as_sent(text: str, *, own_mention: bool = False) -> str:
    return typed(text, lambda name: "<#C1|desk>" if name == "desk" else None, own_mention=own_mention)


# What a person types, and what the bot receives.
TYPED = [
    ("plain words", "plain words"),
    ("A & B < C > D", "A &amp; B &lt; C &gt; D"),
    ("<!channel> <@U123>", "&lt;!channel&gt; &lt;@U123&gt;"),
    (f"<@{MARCUS.id}>", f"&lt;@{MARCUS.id}&gt;"),
    ("&amp;", "&amp;amp;"),
    ("ask @ana", f"ask <@{ANA.id}>"),
    ("ask @Ana Reyes now", f"ask <@{ANA.id}> now"),
    ("ask @ANA, please", f"ask <@{ANA.id}>, please"),
    ("ask @Benoît Girard", f"ask <@{BENOIT.id}>"),
    ("ask @anabel", "ask @anabel"),
    ("assign 42 @netops", f"assign 42 <!subteam^{GROUP['id']}>"),
    ("@here and @channel", "<!here> and <!channel>"),
    ("mail ana@vigie.example.com", "mail <mailto:ana@vigie.example.com|ana@vigie.example.com>"),
    ("see https://x.example/a?b=1&c=2.", "see <https://x.example/a?b=1&amp;c=2>."),
    ("portal.acme.com is down", "<http://portal.acme.com|portal.acme.com> is down"),
    ("version 1.2.3", "version 1.2.3"),
    ("in #desk", "in <#C1|desk>"),
    ("ticket #42 in #nowhere", "ticket #42 in #nowhere"),
    ("run `@ana <x>` now", "run `@ana &lt;x&gt;` now"),
    ("*bold* _it_ ~no~", "*bold* _it_ ~no~"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "sent"), TYPED)
def test_typed_text_is_sent_in_slacks_form(text: str, sent: str) -> None:
    assert as_sent(text) == sent


def test_the_bots_own_id_may_be_typed_where_a_script_mentions_it() -> None:
    text = f"<@{BOT_USER_ID}> list"
    assert as_sent(text, own_mention=True) == text
    assert as_sent(text) == f"&lt;@{BOT_USER_ID}&gt; list"


@given(st.text())
def test_escaping_is_undone_by_unescaping_and_leaves_no_bracket(text: str) -> None:
    escaped = escape(text)
    assert unescape(escaped) == text
    assert "<" not in escaped
    assert ">" not in escaped


@given(st.text(alphabet="<>!@#&|^UC1 abchelr\n`:/.", max_size=60))
def test_brackets_of_typed_text_are_never_tokens_of_the_persons_making(text: str) -> None:
    """Whatever brackets a person types, the only tokens are those the client makes of names and addresses."""
    sent = as_sent(text)
    for token in sent.split("<")[1:]:
        head = token.split(">")[0]
        assert head.startswith(("http://", "https://", "mailto:", "!here")), sent


@given(st.text(max_size=60))
def test_rich_text_says_what_was_typed(text: str) -> None:
    elements = rich_text(escape(text))["elements"][0]["elements"]
    assert "".join(element["text"] for element in elements) == text


def test_rich_text_knows_every_kind_of_token() -> None:
    text = f"a <@{ANA.id}> <#C1|desk> <!here> <!subteam^S1> <https://x.example|site> &lt;b&gt;"
    elements = rich_text(text)["elements"][0]["elements"]
    assert [element["type"] for element in elements if element.get("text") != " "] == [
        "text", "user", "channel", "broadcast", "usergroup", "link", "text",
    ]  # fmt: skip
    assert elements[-1]["text"] == " <b>"


# What a message says (text, blocks), and who would be notified.
PINGED: list[tuple[str, list[Json] | None, list[str]]] = [
    ("hello", None, []),
    (f"hello <@{ANA.id}> and <@{ANA.id}|ana>", None, [ANA.id]),
    ("<!channel> <!here|here> <!everyone>", None, ["channel", "here", "everyone"]),
    ("<!subteam^S123|@ops>", None, ["S123"]),
    ("&lt;!channel&gt; &lt;@U0MARCUSWE1&gt;", None, []),
    ("@here @channel @ana", None, []),
    ("<!date^1800000000^{time}|at noon> <https://x.example|@here>", None, []),
    ("quiet", [section(f"<@{ANA.id}>")], [ANA.id]),
    (f"<@{MARCUS.id}>", [section(f"<@{ANA.id}>")], [MARCUS.id, ANA.id]),
    ("x", [section("@here @channel")], ["here", "channel"]),
    ("x", [{"type": "section", "text": mrkdwn("@here", verbatim=True)}], []),
    ("x", [{"type": "section", "text": mrkdwn("<!here>", verbatim=True)}], ["here"]),
    ("x", [{"type": "section", "text": plain("<!channel> @here <@U0ANAREYES1>")}], []),
    ("x", [{"type": "section", "fields": [mrkdwn("a"), mrkdwn("<!here>")]}], ["here"]),
    ("x", [{"type": "context", "elements": [mrkdwn(f"<@{ANA.id}>")]}], [ANA.id]),
    ("x", [{"type": "markdown", "text": "<!channel>"}], ["channel"]),
    ("x", [rich_text(f"<@{ANA.id}> <!here> <!subteam^S1>")], [ANA.id, "here", "S1"]),
    ("mail me@here.example or @hereabouts", [section("me@here.example @hereabouts")], []),
]


@pytest.mark.parametrize(("text", "blocks", "who"), PINGED)
def test_whom_a_message_pings(text: str, blocks: Any, who: list[str]) -> None:
    assert pinged(text, blocks) == who


def test_names_in_the_text_ping_only_when_they_are_to_be_linked() -> None:
    assert pinged("ask @ana or @here", None, link_names=True) == [ANA.id, "here"]


def test_attachments_can_ping_too() -> None:
    assert pinged("x", None, [{"text": f"<@{ANA.id}>", "blocks": [section("<!here>")]}]) == [ANA.id, "here"]
