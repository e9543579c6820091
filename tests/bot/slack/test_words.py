"""What a message says arrives whole: addresses, files, what is forwarded, whatever shape Slack gives it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.words import Reader, as_typed

Json = dict[str, Any]
LONG = "https://g.acme.example/d?from=1795900000&amp;host=fra-01"

# What Slack sends for a link, and what the desk and the customer read.
LINKS = [
    (f"graphs: <{LONG}|https://g.acme.example/d?from=1[…]>", "graphs: https://g.acme.example/d?from=1795900000&host=fra-01"),
    (f"<{LONG}|g.acme.example/d?from=1...>", "https://g.acme.example/d?from=1795900000&host=fra-01"),
    (f"<{LONG}|https://g.acme.example/[…]host=fra-01>", "https://g.acme.example/d?from=1795900000&host=fra-01"),
    (f"<{LONG}|…>", "… (https://g.acme.example/d?from=1795900000&host=fra-01)"),
    ("logs are <https://logs.acme.example/q/8812|here>", "logs are here (https://logs.acme.example/q/8812)"),
    ("<http://acme.com/|acme.com>", "acme.com"),
    ("<https://x.example/%C3%A9|https://x.example/é>", "https://x.example/é"),
    ("<https://evil.example/|https://good.example>", "https://good.example (https://evil.example/)"),
    ("<https://evil.example/|good.example[…]>", "good.example[…] (https://evil.example/)"),
    ("<mailto:noc@acme.example|noc@acme.example>", "noc@acme.example"),
    ("<mailto:noc@acme.example|the NOC>", "the NOC (noc@acme.example)"),
    ("<tel:+33123456789|+33 1 23 45 67 89>", "+33 1 23 45 67 89"),
    ("<tel:+33123456789|Ana>", "Ana (+33123456789)"),
    ("<tel:+33123456789>", "+33123456789"),
    ("<!date^1800000000^{time}>", "2027-01-15 08:00 UTC"),
    ("<!subteam^S1|@a &amp; b>", "@a & b"),
    ("<!unknown|some words>", "some words"),
]  # fmt: skip


@pytest.mark.parametrize(("sent", "meant"), LINKS)
def test_a_link_keeps_its_address_and_its_words(sent: str, meant: str) -> None:
    assert as_typed(sent) == meant


@given(st.text(alphabet="abc.…/-[] é&", min_size=1, max_size=20), st.text(alphabet="abc./-é", min_size=1, max_size=20))
def test_of_a_link_no_word_is_lost(label: str, path: str) -> None:
    address = f"https://x.example/{path}"
    read = as_typed(f"<{address}|{label.replace('&', '&amp;')}>")
    bare = path.rstrip("/")
    assert f"x.example/{bare}" in read or read.rstrip("/").endswith(f"x.example/{bare}")
    assert label.strip() in read or "…" in label or not label.strip() or "..." in label


def section(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}


def text(words: str) -> Json:
    return {"type": "text", "text": words}


STUB = {"id": "F0ACME00001", "mode": "file_access", "file_access": "check_file_info"}
FORWARDED = {"is_share": True, "author_name": "Monitoring", "text": "CRITICAL fra-01 packet loss 14 %"}
UNFOLDED = {"from_url": "https://x.example/", "title": "A page", "text": "that nobody wrote"}
RICH = {
    "type": "rich_text",
    "elements": [
        {"type": "rich_text_section", "elements": [
            text("Ask "), {"type": "user", "user_id": "U1"}, text(" or "), {"type": "usergroup", "usergroup_id": "S1"},
            text(" in "), {"type": "channel", "channel_id": "C1"}, text(" "), {"type": "emoji", "name": "fire"},
            text(" "), {"type": "link", "url": "https://x.example/1", "text": "logs"}, text(" "),
            {"type": "broadcast", "range": "here"}]},
        {"type": "rich_text_list", "style": "bullet", "elements": [
            {"type": "rich_text_section", "elements": [text("one")]},
            {"type": "rich_text_section", "elements": [text("two")]}]},
        {"type": "rich_text_list", "style": "ordered", "indent": 1, "elements": [
            {"type": "rich_text_section", "elements": [text("first")]}]},
        {"type": "rich_text_quote", "elements": [text("said\nbefore")]},
        {"type": "rich_text_preformatted", "elements": [text("ERROR 1205")]},
    ],
}  # fmt: skip

RICH_SAYS = """Ask @Ana or @netops in #C1 :fire: logs (https://x.example/1) @here
• one
• two
  1. first
> said
> before
```
ERROR 1205
```"""

# The shape of a message, and what it says.
SHAPES: list[tuple[str, Json, str]] = [
    ("a file of Slack Connect, which has no name", {"text": "", "files": [STUB]}, "(a file) F0ACME00001"),
    ("text beside it", {"text": "Here", "files": [STUB]}, "Here\n(a file) F0ACME00001"),
    ("two files", {"files": [{"name": "a.png", "permalink": "https://f/1"}, {"title": "b"}]}, "a.png https://f/1\nb"),
    ("a file with a title", {"files": [{"name": "1.png", "title": "Loss since 8"}]}, "Loss since 8 (1.png)"),
    ("a title that is the name", {"files": [{"name": "a.png", "title": "a"}]}, "a.png"),
    ("a deleted file", {"text": "Here", "files": [{**STUB, "mode": "tombstone"}]}, "Here"),
    ("a snippet", {"files": [{"name": "x.log", "mode": "snippet", "preview": "ERROR 1"}]}, "x.log\nERROR 1"),
    ("a voice message", {"files": [{"name": "v.m4a", "transcription": {"preview": {"content": "It is down"}}}]},
     "v.m4a\nIt is down"),
    ("forwarded with a comment", {"text": "Can you look", "attachments": [FORWARDED]},
     "Can you look\nMonitoring: CRITICAL fra-01 packet loss 14 %"),
    ("forwarded without one", {"text": "", "attachments": [FORWARDED]}, "Monitoring: CRITICAL fra-01 packet loss 14 %"),
    ("forwarded, with where it stands", {"attachments": [{**FORWARDED, "from_url": "https://x.slack.com/a?b&amp;c"}]},
     "Monitoring: CRITICAL fra-01 packet loss 14 %\nhttps://x.slack.com/a?b&c"),
    ("forwarded with files", {"text": "Look", "attachments": [{"is_share": True, "files": [STUB, {"name": "a.png"}]}]},
     "Look\n(a file) F0ACME00001\na.png"),
    ("forwarded blocks",
     {"text": "Look", "attachments": [{"is_share": True, "author_name": "Carla", "fallback": "[no preview]",
      "message_blocks": [{"team": "T1", "message": {"blocks": [section(text("port 3"))]}}]}]}, "Look\nCarla: port 3"),
    ("forwarded twice over", {"text": "a", "attachments": [{"is_share": True, "text": "b", "attachments": [
        {"is_share": True, "text": "c", "files": [{"name": "d"}]}]}]}, "a\nb\nc\nd"),
    ("forwarded, nothing but a fallback", {"text": "a", "attachments": [{"is_share": True, "fallback": "[1:02] b"}]},
     "a\n[1:02] b"),
    ("a link that unfolded", {"text": "see <https://x.example/>", "attachments": [UNFOLDED]}, "see https://x.example/"),
    ("a message of Slack that unfolded", {"text": "see it", "attachments": [{"is_msg_unfurl": True, "text": "no"}]},
     "see it"),
    ("rich text alone", {"text": "", "blocks": [RICH]},
     RICH_SAYS),
    ("rich text beside its own text", {"text": "hello", "blocks": [section(text("hello"))]}, "hello"),
    ("blocks alone", {"blocks": [
        {"type": "header", "text": {"type": "plain_text", "text": "Alert"}},
        {"type": "section", "text": {"type": "mrkdwn", "text": "A &amp; B <https://x.example/|logs>"},
         "fields": [{"type": "mrkdwn", "text": "*Host* fra-01"}]},
        {"type": "context", "elements": [{"type": "plain_text", "text": "14:02"}]},
        {"type": "image", "alt_text": "a graph"}, {"type": "divider"}, {"type": "markdown", "text": "**x**"}]},
     "Alert\nA & B logs (https://x.example/)\n*Host* fra-01\n14:02\na graph\n**x**"),
]  # fmt: skip


NAMES = {"U1": "Ana", "S1": "netops"}
READ = Reader(lambda who: NAMES.get(who, ""))


@pytest.mark.parametrize(("what", "message", "says"), SHAPES, ids=[what for what, _, _ in SHAPES])
def test_whatever_its_shape_a_message_is_read_whole(what: str, message: Json, says: str) -> None:
    assert "\n".join(READ.said(message)) == says, what


def test_an_app_says_in_blocks_and_attachments_what_its_text_leaves_out() -> None:
    message = {
        "text": "New report", "blocks": [section(text("New report")), section(text("Portal down"))],
        "attachments": [{"pretext": "From Acme", "title": "Form", "text": "Since 9", "fields": [
            {"title": "Host", "value": "fra-01"}]}, UNFOLDED],
    }  # fmt: skip
    said = "\n".join(Reader(by_an_app=True).said(message))
    assert said == "New report\nPortal down\nFrom Acme\nForm\nSince 9\nHost: fra-01"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["type", "text", "blocks", "elements", "attachments", "files", "fields", "is_share", "message",
                         "message_blocks", "rows", "style", "indent", "offset", "title", "name", "timestamp"]),
        inner | st.sampled_from(["rich_text_list", "rich_text", "section", "link", "date", "table", True]), max_size=5),
    max_leaves=25,
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(["text", "blocks", "attachments", "files"]), JSON), st.booleans())
def test_whatever_arrives_is_read_without_failing(message: Json, by_an_app: bool) -> None:
    parts = Reader(by_an_app=by_an_app).said(message)
    assert all(part.strip() for part in parts)


def test_a_message_forwarded_without_end_is_read_to_an_end() -> None:
    nested: Json = {"is_share": True, "text": "deep"}
    for _ in range(500):
        nested = {"is_share": True, "text": "up", "attachments": [nested]}
    assert READ.said({"text": "top", "attachments": [nested]})[0] == "top"
