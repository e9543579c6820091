"""Whatever a person typed is shown as typed, pings nobody, and never makes a message that Slack would refuse."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.slack.render import cut, escape, fallback, mrkdwn, render_message, size, unescape
from bot.slack_emulator.text import pinged
from bot.wording.card import Button, Buttons, Card, Facts, Line, Quote, Row
from bot.wording.notices import notice_card
from bot.wording.sentences import InChannel, Mention, Named, Part, Strong, Typed, When, isolated
from bot.wording.ticket_card import ticket_card
from tests.bot.samples import PEOPLE, READERS, STATES, Story, climbed, opened, people_called, taken, waiting
from tests.bot.sayings import every_notice
from tests.bot.slack.hostile import hostile
from tests.bot.slack.limits import (
    Json,
    against_message,
    formatting_in,
    leaves,
    loose_ends,
    marked,
    shown,
)
from tests.contents import says
from tests.factories import AGENT
from triage.notice import Notice, NoticeKind
from triage.text import LONGEST_SUMMARY, LONGEST_TEXT, checked, one_line

AT = datetime(2026, 11, 23, 12, 5, tzinfo=UTC)
DATE = f"<!date^{int(AT.timestamp())}^{{date_short_pretty}} {{time}}|Mon 23 Nov 12:05 GMT>"
WHEN = When(AT, "Mon 23 Nov 12:05 GMT")


def told(state: Story, language: str = "en") -> list[tuple[str, Json]]:
    """Every message that a ticket in this state may lead to: its card and all notices."""
    messages = [("card", render_message(ticket_card(state.view(READERS[language]))))]
    for notice, body in every_notice():
        if says(notice, "about") == "requested" and state.ticket.requested_date is None:
            continue
        text = state.texts.get(-1, body) if body else ""
        card = notice_card(state.saying(notice, text, READERS[language]))
        messages.append((f"{notice.kind} {notice.content.to_data()}", render_message(card)))
    return messages


def expected_pings(card: Card) -> set[str]:
    parts = [*card.brief, *(p for e in card.elements if isinstance(e, Line) for p in e.sentence)]
    return {part.person.split(":")[1] for part in parts if isinstance(part, Mention)}


# -- parts of a sentence ---------------------------------------------------------------------------------------------

PARTS = [
    ("plain words", "plain words", "plain words"),
    ("A & B < C", "A &amp; B &lt; C", "A &amp; B &lt; C"),
    (Typed("<!channel>"), "&lt;!channel&gt;", "&lt;!channel&gt;"),
    (Strong("Restore"), "*Restore*", "Restore"),
    (Named("slack:U1", "Ana <@U2>"), "Ana &lt;@U2&gt;", "Ana &lt;@U2&gt;"),
    (Mention("slack:U1", "Ana"), "<@U1>", "<@U1>"),
    (Mention("slack:U1", ""), "<@U1>", "<@U1>"),
    (Mention("slack:S1", "ops"), "<!subteam^S1>", "<!subteam^S1>"),
    (WHEN, DATE, DATE),
    (When(AT, "12:05", "time"), f"<!date^{int(AT.timestamp())}^{{time}}|12:05>", None),
    (When(AT, "a|b>c"), f"<!date^{int(AT.timestamp())}^{{date_short_pretty}} {{time}}|a|b&gt;c>", None),
    (Typed("שלום"), "\u2068שלום\u2069", "\u2068שלום\u2069"),
]


@pytest.mark.parametrize(("part", "marked_up", "notified"), PARTS)
def test_a_part_of_a_sentence_in_slacks_form(part: object, marked_up: str, notified: str | None) -> None:
    assert mrkdwn((part,)) == marked_up  # type: ignore[arg-type]
    assert fallback((part,)) == (marked_up if notified is None else notified)  # type: ignore[arg-type]


@given(st.text())
def test_escaping_is_undone_by_unescaping(text: str) -> None:
    assert unescape(escape(text)) == text
    assert not loose_ends(escape(text))


parts_of_a_sentence = st.one_of(
    hostile.map(Typed), hostile.map(Strong), hostile.map(escape), st.just(WHEN), st.just(Mention("slack:U1", "x"))
)


@given(st.lists(parts_of_a_sentence, max_size=6), st.integers(0, 120))
def test_what_does_not_fit_is_left_out_and_no_mention_is_cut_in_two(parts: list[Part], limit: int) -> None:
    text = mrkdwn(tuple(parts), limit)
    assert size(text) <= limit
    assert not loose_ends(text)


@given(st.text(), st.integers(0, 60))
def test_a_cut_text_says_that_something_is_missing_and_fits(text: str, limit: int) -> None:
    short = cut(text, limit)
    assert size(short) <= limit
    assert short == text or not limit or (short.endswith("…") and text.startswith(short[:-1]))


# -- every message within Slack's limits -----------------------------------------------------------------------------

LONG = {
    "nothing but ampersands": "&",
    "letters": "w",
    "emoji": "🙂",
    "markup": "*_~` :eyes: ",
    "mentions": "<!channel> ",
    "addresses": "https://a.example/x?y=1&z=2 ",
    "one address": "https://a.example/" + "x" * 60,
    "right to left": "שלום ",
    "lines": "line\n",
}


def longest(text: str) -> Story:
    """A ticket on which everything that a person may type is as long as it may be."""
    summary = one_line((text * LONGEST_SUMMARY)[:LONGEST_SUMMARY])
    body = checked((text * LONGEST_TEXT)[:LONGEST_TEXT])
    people = people_called(dict.fromkeys(PEOPLE, (text * 80)[:80]))
    skills = tuple(f"{text[:40]}{n}" for n in range(30))
    story = opened(summary, description=None, customer=(text * 120)[:120], skills=skills, people=people)
    story.texts = {1: f"{summary}\n{body}"}
    waiting(climbed(taken(story)))
    story.texts |= {key: body for key in story.texts if key > 1} | {-1: body}
    return story


@pytest.mark.parametrize("state", STATES)
def test_every_message_about_a_ticket_in_any_state_is_one_that_slack_shows(state: str) -> None:
    """In French, whose sentences are the longer ones."""
    for name, message in told(STATES[state](), "fr"):
        assert against_message(message) == [], name


@pytest.mark.parametrize("filler", LONG)
def test_the_longest_texts_make_messages_that_slack_shows(filler: str) -> None:
    story = longest(LONG[filler])
    for name, message in told(story, "fr"):
        assert against_message(message) == [], name
    assert against_message(render_message(ticket_card(story.view(READERS["fr"]), whole=True))) == []


@pytest.mark.parametrize("filler", LONG)
def test_an_update_is_shown_to_its_last_word_however_long(filler: str) -> None:
    story = longest(LONG[filler])
    (notice, _) = next(pair for pair in every_notice() if pair[0].kind is NoticeKind.UPDATE)
    body = checked(f"{(LONG[filler] * LONGEST_TEXT)[: LONGEST_TEXT - 10]} the end")
    message = render_message(notice_card(story.saying(notice, body, READERS["en"])))
    assert against_message(message) == []
    assert body in shown(message["blocks"])


def test_a_long_description_and_a_long_reason_share_what_a_message_may_hold() -> None:
    card = Card(("x",), (Quote("a" * 8000), Quote("b" * 8000), Quote("c" * 8000)))
    message = render_message(card)
    assert against_message(message) == []
    text = shown(message["blocks"])
    assert text.count("a") == 8000
    assert "bbb…" in text
    assert "ccc…" in text


def test_a_summary_too_long_for_the_headline_is_there_in_full_below_it() -> None:
    summary = one_line("Packet loss " * 20)
    blocks = render_message(ticket_card(opened(summary).view(READERS["en"])))["blocks"]
    assert blocks[0]["type"] == "header"
    assert blocks[0]["text"]["text"].endswith("…")
    assert summary in blocks[1]["text"]["text"]
    assert blocks[1]["text"]["type"] == "plain_text"


def test_twenty_people_are_all_named() -> None:
    people = tuple(Mention(f"slack:U{n:010}", f"Person {n}") for n in range(20))
    message = render_message(Card(people, (Line(people),)))
    assert against_message(message) == []
    assert len(pinged(message["text"], message["blocks"])) == 20
    assert len(pinged("", message["blocks"])) == 20


def test_a_list_of_fifteen_tickets_is_one_message() -> None:
    for name in ("Ana", "*Ana* :eyes:"):
        rows = [
            Row((f"🔴 #{n} ", Typed("<&>*" * 60)), ("open · ", Named("slack:U1", name), " · ", WHEN)) for n in range(15)
        ]
        message = render_message(Card(("15",), (Line((Strong("15"),)), *rows, Line(("more",), small=True))))
        assert against_message(message) == []
        assert len(message["blocks"]) <= 50


def test_nothing_at_all_is_still_a_message() -> None:
    for card in (Card(()), Card((Typed(""),)), Card((), (Line(()), Quote(""), Facts(()), Buttons(()))),
                 Card((), (Row((), ()),), title="")):  # fmt: skip
        message = render_message(card)
        assert check_shape(message) == []


def check_shape(message: Json) -> list[str]:
    """Complaints but for the missing words: there is nothing to notify of."""
    return [complaint for complaint in against_message(message) if "nothing to show" not in complaint]


def test_every_message_has_blocks_and_a_text_beside_them() -> None:
    message = render_message(Card(("Done.",)))
    assert message == {
        "text": "Done.",
        "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "Done.", "verbatim": True}}],
    }


# -- shown as typed, pinging nobody ----------------------------------------------------------------------------------


def typed_story(text: str, name: str) -> Story:
    """A ticket on which everything that people type or call themselves is this."""
    story = opened(
        "x", description="y", customer=text, skills=(text,), people=people_called(dict.fromkeys(PEOPLE, name))
    )
    waiting(climbed(taken(story)))
    summary = one_line(text) or "x"
    return replace(
        story, texts=dict.fromkeys([*story.texts, -1], checked(text) or "y") | {1: f"{summary}\n{checked(text)}"}
    )


@settings(max_examples=25)
@given(hostile, hostile)
@example("", ":0")
def test_no_text_or_name_pings_anybody_or_becomes_formatting(text: str, name: str) -> None:
    story = typed_story(text, name)
    for (notice, body), (label, message) in zip(_said_of(story), told(story)[1:], strict=True):
        card = notice_card(story.saying(notice, body, READERS["en"]))
        assert set(pinged(message["text"], message["blocks"])) == expected_pings(card), label
        assert [formatting_in(one) for one in marked(message["blocks"]) if formatting_in(one)] == [], label
        assert not loose_ends(message["text"]), label
    label, card_message = told(story)[0]
    assert pinged(card_message["text"], card_message["blocks"]) == [], label
    assert [formatting_in(one) for one in marked(card_message["blocks"]) if formatting_in(one)] == []


def _said_of(story: Story) -> list[tuple[Notice, str]]:
    return [
        (notice, story.texts[-1] if body else "")
        for notice, body in every_notice()
        if says(notice, "about") != "requested" or story.ticket.requested_date is not None
    ]


@settings(max_examples=25)
@given(hostile)
def test_a_card_shows_summary_description_customer_and_names_as_they_were_typed(text: str) -> None:
    story = typed_story(text, text)
    blocks = render_message(ticket_card(story.view(READERS["en"])))["blocks"]
    read = shown(blocks)
    summary = one_line(text) or "x"
    assert f"#42 {summary}" in read
    assert checked(text).strip() in read
    facts = next(line for line in read.split("\n") if line.startswith(("Assignee ", "*Assignee* ")))
    if text.strip() and "\n" not in text:
        assert text.strip() in facts.replace("\u2068", "").replace("\u2069", "") or "\u2069" in text


@given(hostile.filter(lambda text: checked(text) != ""))
def test_an_update_is_shown_as_it_was_typed_and_its_links_lead_where_they_say(text: str) -> None:
    body = checked(text)
    blocks = render_message(Card((Typed(body),), (Quote(body),)))["blocks"]
    assert against_message({"text": "x", "blocks": blocks}) == []
    assert shown(blocks) == body
    assert pinged("", blocks) == []
    for link in (e for block in blocks for part in block["elements"] for e in part["elements"] if e["type"] == "link"):
        assert link.get("text", link["url"]) == link["url"]
        assert link["url"] in body


ADDRESSES = [
    ("see https://a.example/x?y=1&z=2.", ["https://a.example/x?y=1&z=2"]),
    ("(http://a.example:8080/b)", ["http://a.example:8080/b"]),
    ("https://bank.example@evil.example/", ["https://bank.example"]),
    ("https://[", []),
    ("https://аpple.example", []),  # a Cyrillic letter at the beginning: shown as text
    ("javascript:alert(1) //a.example ftp://a.example", []),
    ("https://a.example/" + "x" * 3000, []),
    ("http:// https://", []),
]


@pytest.mark.parametrize(("text", "links"), ADDRESSES)
def test_only_a_plain_web_address_becomes_a_link(text: str, links: list[str]) -> None:
    (block,) = render_message(Card(("x",), (Quote(text),)))["blocks"]
    assert [e["url"] for e in block["elements"][0]["elements"] if e["type"] == "link"] == links
    assert shown([block]) == text


def test_text_with_formatting_in_it_becomes_rich_text_and_other_text_does_not() -> None:
    """In rich text Slack takes nothing for formatting; mrkdwn knows no way to escape an asterisk."""
    sentence = (
        Mention("slack:U1", "Ana"),
        ": ",
        Strong("Restore"),
        " of ",
        Typed("*core* :eyes: `x`"),
        " is due ",
        WHEN,
    )
    (block,) = render_message(Card(sentence))["blocks"]
    assert block == {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [
        {"type": "user", "user_id": "U1"}, {"type": "text", "text": ": "},
        {"type": "text", "text": "Restore", "style": {"bold": True}},
        {"type": "text", "text": " of *core* :eyes: `x` is due "},
        {"type": "date", "timestamp": int(AT.timestamp()), "format": "{date_short_pretty} {time}",
         "fallback": "Mon 23 Nov 12:05 GMT"},
    ]}]}  # fmt: skip
    (block,) = render_message(Card((Typed("core-1 & core-2"),)))["blocks"]
    assert block["text"] == {"type": "mrkdwn", "text": "core-1 &amp; core-2", "verbatim": True}


def test_a_title_is_plain_text_in_which_an_emojis_name_stays_a_name() -> None:
    (header, *_) = render_message(ticket_card(opened("*down* <!here> :fire:").view(READERS["en"])))["blocks"]
    assert header["text"] == {"type": "plain_text", "text": "🔴 #42 *down* <!here> :fire:", "emoji": False}


def test_plain_here_and_channel_are_not_linked_because_every_mrkdwn_is_verbatim() -> None:
    story = typed_story("@here @channel", "@here")
    for _, message in told(story):
        for block in message["blocks"]:
            texts = [block.get("text"), *block.get("fields", []), *block.get("elements", [])]
            assert all(t["verbatim"] is True for t in texts if isinstance(t, dict) and t.get("type") == "mrkdwn")


def test_right_to_left_names_do_not_reorder_what_stands_beside_them() -> None:
    text = fallback((Named("slack:U1", "דנה"), ": #42 ", Typed("15 שלום"), " 20"))
    assert text == f"{isolated('דנה')}: #42 {isolated('15 שלום')} 20"
    assert text.count("\u2068") == text.count("\u2069") == 2


def test_times_on_the_card_are_slacks_date_tokens_with_words_beside_them() -> None:
    message = render_message(ticket_card(opened().view(READERS["fr"])))
    tokens = re.findall(
        r"<!date\^\d+\^\{date_short_pretty\} à \{time\}\|([^>]+)>", "\n".join(marked(message["blocks"]))
    )
    assert len(tokens) == 4
    assert all(token.endswith("CET") for token in tokens)
    assert "<!date^" in message["text"]


# -- buttons -----------------------------------------------------------------------------------------------


def test_a_button_carries_only_ids() -> None:
    button = Button("reason", "R" * 100, 42, 7, "primary", "1.impact")
    (block,) = render_message(Card(("x",), (Buttons((button,)),)))["blocks"]
    (element,) = block["elements"]
    assert element["action_id"] == "ticket.reason.1.impact"
    assert element["value"] == '{"number": 42, "version": 7, "value": "1.impact"}'
    assert len(element["text"]["text"]) == 75
    assert element["style"] == "primary"


def test_a_notice_leaves_every_part_of_a_sentence_in_its_place() -> None:
    """The order of mention, words and time is the sentence's, in both forms."""
    story = taken(opened("core *1*"))
    story.now += timedelta(minutes=20)
    notice = next(n for n, _ in every_notice() if n.kind is NoticeKind.WARNING and says(n, "clock") == "update")
    message = render_message(notice_card(story.saying(notice, "", READERS["en"])))
    assert message["text"].startswith(f"<@{AGENT.id.split(':')[1]}>: Update of #42 core *1* is due <!date^")
    assert "".join(leaves(message["blocks"], "text")) == (
        ": Update of #42 core *1* is due , 10 minutes left. Send an update, or promise one."
    )


ON_TEAMS = "teams:29:1aBc"


def test_a_mention_names_the_account_that_the_reader_sees() -> None:
    joined = Mention(ON_TEAMS, "Ana", ("slack:UANA",))
    assert mrkdwn((joined,)) == "<@UANA>"
    assert mrkdwn((Mention("slack:UANA", "Ana", (ON_TEAMS,)),)) == "<@UANA>"


@pytest.mark.parametrize("name", ["Ana Silva", "*Ana*", "<@UBEN>"])
def test_whoever_has_no_account_here_is_shown_by_name_alone(name: str) -> None:
    said = render_message(Card((Mention(ON_TEAMS, name), " took it.")))
    assert ON_TEAMS.removeprefix("teams:") not in str(said)
    assert "user_id" not in str(said)
    assert "<@" not in said["text"]
    assert all("<@" not in str(each.get("text")) for each in said["blocks"] if each["type"] == "section")


def test_a_channel_of_another_platform_is_no_link_here() -> None:
    assert mrkdwn((InChannel("slack:C1"),)) == "<#C1>"
    assert mrkdwn((InChannel("teams:19:a@thread.tacv2"),)) == "#19:a@thread.tacv2"
