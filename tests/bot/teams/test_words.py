"""What Teams sends is taken for what the person typed: no word is lost, none is made up, nobody is mistaken."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.teams.inbound_messages import command_call
from bot.teams.markup import words_of
from bot.teams.payload import activity_of
from bot.teams.words import said
from bot.verbs.base.call import Mentioned
from tests.bot.teams.desks import KEY, desk_of
from tests.bot.teams.shapes import ANA, APP, BENOIT, DANA, NAMES, at, message

Json = dict[str, Any]
DESK = desk_of()
HTML = "text/html"


def read(text: str, *mentions: str, html: str = "", **rest: Any) -> str:
    attachments = [{"contentType": HTML, "content": html}] if html else []
    attachments += rest.pop("attachments", [])
    return said(DESK, activity_of(message(text, *mentions, attachments=attachments, **rest)), APP).text


def span(number: int, name: str) -> str:
    """A mention as it stands in the HTML."""
    return f'<span itemscope="" itemtype="http://schema.skype.com/Mention" itemid="{number}">{name}</span>'


PLAIN = [
    "plain words",
    "text <data> & more",
    "https://x.example/?a=1&copy=2&amp",
    "if a<b and c>d",
    "[x](http://x.example) **bold** _it_ ![y](https://y.example/z.png)",
    "<at>Ana Reyes</at>",  # nobody is named: it is only typed
    "<b>bold</b> <script>alert(1)</script>",
    "@here @channel #desk",
]


@pytest.mark.parametrize("text", PLAIN)
def test_plain_text_is_read_as_it_was_typed(text: str) -> None:
    assert read(text) == text


# The HTML, and what its writer sees.
SEEN = [
    ("<p>one</p><p>two</p>", "one\ntwo"),
    ("<div>one<br>two</div>", "one\ntwo"),
    ("<div><div>text &lt;data&gt; &amp;amp;</div>\n</div>", "text <data> &amp;"),
    ("<p>a&nbsp;b</p>\n<p>&nbsp;</p>\n<p>c</p>", "a b\n\nc"),
    ("<ul><li>a</li><li>b<ol><li>c</li></ol></li></ul>", "• a\n• b\n  1. c"),
    ('<p>see <a href="https://x.example/a?b=1&amp;c=2">the page</a></p>', "see the page (https://x.example/a?b=1&c=2)"),
    ('<p><a href="https://x.example/">https://x.example</a></p>', "https://x.example"),
    ('<p><a href="mailto:ana@x.example">ana@x.example</a></p>', "ana@x.example"),
    ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a | b\nc"),
    ("<pre><code>a  b\n  c</code></pre>", "```\na  b\n  c\n```"),
    ("<blockquote>they said<br>so</blockquote><p>yes</p>", "> they said\n> so\nyes"),
    ('<p>ok <img itemtype="http://schema.skype.com/Emoji" alt="🙂"> <emoji alt="👍"></emoji></p>', "ok 🙂 👍"),
    ('<p><img alt="image" src="https://graph.microsoft.com/v1.0/x/hostedContents/y/$value"></p>', "(a file)"),
    ('<p><img alt="cat" src="https://media.example/cat.gif"></p>', "cat https://media.example/cat.gif"),
    ("<h1>Title</h1><hr><p>x <b>b</b><i>i</i> <s>s</s></p>", "Title\nx bi s"),
    ("<p>unclosed <b>bold", "unclosed bold"),
    ("</p></li>x < y", "x < y"),
]


@pytest.mark.parametrize(("html", "seen"), SEEN)
def test_formatted_text_is_read_as_it_is_seen(html: str, seen: str) -> None:
    assert read("", html=html) == seen


@given(st.text(alphabet="<>/&;=\"' abpliv:\n-!x", max_size=200))
def test_no_markup_is_too_odd_to_be_read(markup: str) -> None:
    words_of(markup)


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp", "Zs"]), max_size=80))
def test_what_a_client_escapes_comes_back(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert words_of(f"<p>{escaped}</p>").text == text.strip("\n")


@pytest.mark.parametrize("piece", ['<a "', "<div>", '<a href="x">', "<!--", "<p a='", "</p>", "<li>", "<blockquote>"])
def test_long_and_hostile_markup_is_read_at_once(piece: str) -> None:
    begun = time.process_time()
    words_of(piece * 20_000)
    assert time.process_time() - begun < 5


def test_what_stands_for_a_character_is_that_character_once() -> None:
    assert read("A &amp; B &lt;b&gt; &amp;lt; &#39;x&#39;") == "A & B <b> &lt; 'x'"
    assert read(f"&lt;at&gt;Ana Reyes&lt;/at&gt; {at(ANA)}", ANA) == "<at>Ana Reyes</at> @Ana Reyes"


@pytest.mark.parametrize("text", ["a &lt;b&gt; c", "a <b> c", "<p>a &lt;b&gt; c</p>", f"a &lt;b&gt;&nbsp;c {at(ANA)}"])
def test_text_and_html_that_say_the_same_are_one_message(text: str) -> None:
    assert read(text, html="<div><p>a &lt;b&gt; c</p></div>") == "a <b> c"


def test_html_and_text_of_a_message_say_the_same_once() -> None:
    assert read("hello there", html="<p>hello <b>there</b></p>") == "hello there"
    assert read("hello there", html="<p>goodbye</p>") == "hello there\ngoodbye"  # neither is lost


# Text, whom it names, and what is read: the ids count, never the names in the text.
MENTIONS = [
    (f"ask {at(BENOIT)}", [BENOIT], "ask @Benoît Laurent", {"@Benoît Laurent": KEY[BENOIT]}),
    (f"{at(ANA)} {at(DANA)}", [ANA, DANA], "@Ana Reyes @Dana Fox",
     {"@Ana Reyes": KEY[ANA], "@Dana Fox": KEY[DANA]}),
    (f"{at(ANA)} again {at(ANA)}", [ANA], f"@Ana Reyes again {at(ANA)}", {"@Ana Reyes": KEY[ANA]}),
    (f"{at(ANA)}", [], f"{at(ANA)}", {}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "named", "meant", "who"), MENTIONS)
def test_whom_a_mention_means_is_known_by_its_id(text: str, named: list[str], meant: str, who: dict[str, str]) -> None:
    found = said(DESK, activity_of(message(text, *named)), APP)
    assert found.text == meant
    assert found.mentioned == {name: Mentioned(key) for name, key in who.items()}


def test_two_people_of_the_same_name_are_told_apart_by_their_place_in_the_text() -> None:
    raw = message("<at>Sam</at> and <at>Sam</at>", ANA, BENOIT)
    for entity in raw["entities"][1:]:
        entity["text"] = "<at>Sam</at>"
    found = said(DESK, activity_of(raw), APP)
    assert found.text == "@Ana Reyes and @Benoît Laurent"
    assert found.mentioned == {"@Ana Reyes": Mentioned(KEY[ANA]), "@Benoît Laurent": Mentioned(KEY[BENOIT])}


def test_mentions_in_the_html_are_those_of_the_message_by_number() -> None:
    html = f"<div>{span(0, 'Vigie')}&nbsp;assign 1 {span(1, 'Benoît')}</div>"
    found = said(
        DESK,
        activity_of(message("", APP, BENOIT, attachments=[{"contentType": HTML, "content": html}])),
        APP,
    )
    assert found.text == "@Vigie assign 1 @Benoît Laurent"
    assert found.mentioned == {"@Benoît Laurent": Mentioned(KEY[BENOIT])}


def test_somebody_whose_name_is_named_word_by_word_is_named_once() -> None:
    html = f"<div>{span(0, 'Vigie')} assign 1 {span(1, 'Benoît')}&nbsp;{span(2, 'Laurent')}</div>"
    raw = message("", APP, BENOIT, BENOIT, attachments=[{"contentType": HTML, "content": html}])
    found = said(DESK, activity_of(raw), APP)
    assert found.text == "@Vigie assign 1 @Benoît Laurent"


@pytest.mark.parametrize("number", ["9" * 5000, "-1", "x", "", "²"])
def test_a_mention_whose_number_is_none_is_found_by_its_name(number: str) -> None:
    html = span(0, "Benoît").replace('itemid="0"', f'itemid="{number}"')
    raw = message("", BENOIT, attachments=[{"contentType": HTML, "content": html}])
    raw["entities"][-1]["text"] = "<at>Benoît</at>"
    assert said(DESK, activity_of(raw), APP).mentioned == {"@Benoît Laurent": Mentioned(KEY[BENOIT])}


def test_a_channel_or_a_tag_that_is_named_is_nobody() -> None:
    raw = message("<at>General</at> down")
    raw["entities"].append({
        "type": "mention", "text": "<at>General</at>",
        "mentioned": {"id": "19:general@thread.tacv2", "name": "General", "type": "channel"},
    })  # fmt: skip
    found = said(DESK, activity_of(raw), APP)
    assert (found.text, found.mentioned, found.names) == ("@General down", {}, ("@General",))


QUOTE = (
    '<blockquote itemscope itemtype="http://schema.skype.com/Reply" itemid="1772442000000">'
    '<strong itemprop="mri" itemid="8:orgid:x">Dana Fox</strong><p itemprop="preview">It is down</p></blockquote>'
)


def test_what_is_quoted_is_kept_apart_and_says_which_message_is_answered() -> None:
    found = said(
        DESK, activity_of(message("", attachments=[{"contentType": HTML, "content": f"{QUOTE}<p>take</p>"}])), APP
    )
    assert (found.marked, found.answers) == ("take", "1772442000000")
    assert found.text == "> Dana Fox: It is down\ntake"


FORWARDED = {
    "contentType": "forwardedMessageReference", "id": "1", "content": json.dumps({
        "originalMessageContent": "<p>Line <b>down</b></p>",
        "originalMessageSender": {"user": {"displayName": "Dana Fox"}},
    }),
}  # fmt: skip
REFERENCE = {"contentType": "messageReference", "content": json.dumps(
    {"messageId": "1", "messagePreview": "It is down", "messageSender": {"user": {"displayName": "Dana Fox"}}}
)}  # fmt: skip
FILE = {
    "contentType": "application/vnd.microsoft.teams.file.download.info", "name": "trace.txt",
    "contentUrl": "https://contoso.sharepoint.example/trace.txt",
    "content": {"downloadUrl": "https://download.example/secret", "uniqueId": "1", "fileType": "txt"},
}  # fmt: skip
CARD = {
    "contentType": "application/vnd.microsoft.card.adaptive", "content": {
        "type": "AdaptiveCard", "body": [
            {"type": "TextBlock", "text": "Disk full"},
            {"type": "FactSet", "facts": [{"title": "Host", "value": "db1"}]},
            {"type": "RichTextBlock", "inlines": ["since ", {"type": "TextRun", "text": "08:15"}]},
        ], "actions": [{"type": "Action.OpenUrl", "title": "Open", "url": "https://alarm.example/1"}],
    },
}  # fmt: skip
HANGS_ON = [
    (FILE, "trace.txt https://contoso.sharepoint.example/trace.txt"),
    ({"contentType": "reference", "name": "a.docx", "contentUrl": "https://x.example/a.docx"}, "a.docx https://x.example/a.docx"),
    ({"contentType": "image/png", "contentUrl": "https://smba.example/v3/attachments/1"}, "(a file) https://smba.example/v3/attachments/1"),
    ({"contentType": "unheard/of", "name": "thing"}, "thing"),
    ({}, "(a file)"),
    ({"contentType": "application/vnd.unheard.of", "content": {"language": "sql", "code": ["select 1", {"x": 2}]}},
     "sql\nselect 1"),
    (FORWARDED, "Dana Fox: Line down"),
    (REFERENCE, "Dana Fox: It is down"),
    (CARD, "Disk full\nHost: db1\nsince 08:15\nOpen\nhttps://alarm.example/1"),
    ({"contentType": "application/vnd.microsoft.card.hero",
      "content": {"title": "T", "text": "t <b>x</b>", "buttons": [{"type": "openUrl", "title": "Go", "value": "https://g.example"}]}},
     "T\nt x\nGo: https://g.example"),
    ({"contentType": "application/vnd.microsoft.teams.card.o365connector",
      "content": {"summary": "S", "title": "S", "sections": [
          {"activityTitle": "A", "facts": [{"name": "n", "value": "v"}]}]}},
     "S\nA\nn: v"),
]  # fmt: skip


@pytest.mark.parametrize(("attachment", "seen"), HANGS_ON)
def test_what_hangs_on_a_message_is_kept_by_name_and_address(attachment: Json, seen: str) -> None:
    assert read("", attachments=[attachment]) == seen
    assert read("look", attachments=[attachment]) == f"look\n{seen}"


def test_our_own_name_is_written_as_everybody_reads_it() -> None:
    assert read(f"could {at(APP)} do it?", APP) == "could @Vigie do it?"
    assert NAMES[APP] == "Vigie"


NAMED = {"type": "mention", "mentioned": {"id": BENOIT, "name": "A"}, "text": "<at>A</at>"}
ENDLESS: dict[str, Json] = {
    "mentions": {"text": "<at>A</at> " * 60_000, "entities": [NAMED] * 10_000},
    "lines": {"text": "a\n" * 300_000, "attachments": [{"contentType": HTML, "content": "b<br>" * 100_000}]},
    "what looks like mentions": {"text": "<at>" * 200_000},
    "names of the command": {"text": "ticket " * 100_000},
    "our name": {"text": f"{at(APP)} " * 50_000},
    "attachments": {"text": "", "attachments": [CARD] * 5_000},
}


@pytest.mark.parametrize("what", ENDLESS)
def test_whatever_is_without_an_end_is_read_at_once(what: str) -> None:
    raw = {**message("", APP), **ENDLESS[what]}
    begun = time.process_time()
    said(DESK, activity_of(raw), APP)
    command_call(DESK, activity_of(raw))
    assert time.process_time() - begun < 5
