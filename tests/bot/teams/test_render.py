"""Whatever a person typed is shown as typed, pings nobody, and never makes a card that Teams would refuse."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.teams.fitting import MOST, ROOM, weight
from bot.teams.render import adaptive_card, may_ask, message, summary
from bot.teams.texts import address
from bot.teams_emulator.cards import problem
from bot.wording.card import Button, Buttons, Card, Cell, Chart, Facts, Fold, Heading, Line, Quote, Row, Series, Table
from bot.wording.notices import notice_card
from bot.wording.sentences import InChannel, Link, Mention, Named, Sentence, Strong, Typed, When
from bot.wording.ticket_card import ticket_card
from tests.bot.samples import PEOPLE, READERS, STATES, Story, climbed, opened, people_called, taken, waiting
from tests.bot.sayings import every_notice
from tests.bot.teams.reading import (
    Json,
    against,
    buttons,
    markdown,
    mentioned,
    parts,
    rendered,
    runs,
    shown,
)
from tests.contents import says
from tests.examples import examples
from triage.notice import NoticeKind
from triage.text import LONGEST_SUMMARY, LONGEST_TEXT, checked, one_line

AT = datetime(2026, 11, 23, 12, 5, tzinfo=UTC)
WHEN = When(AT, "Mon 23 Nov 12:05 GMT")
DATE = "{{DATE(2026-11-23T12:05:00Z, SHORT)}} {{TIME(2026-11-23T12:05:00Z)}}"
ANA, BEN = Mention("teams:29:ana", "Ana Reyes"), Mention("teams:29:ben", "Ben Okri")


def told(state: Story, language: str) -> list[tuple[str, Json]]:
    """Every card that a ticket in this state may lead to: its own and all notices."""
    cards = [("card", rendered(ticket_card(state.view(READERS[language]))))]
    for notice, body in every_notice():
        if says(notice, "about") == "requested" and state.ticket.requested_date is None:
            continue
        text = state.texts.get(-1, body) if body else ""
        card = notice_card(state.saying(notice, text, READERS[language]))
        cards.append((f"{notice.kind} {notice.content.to_data()}", rendered(card)))
    return cards


def line(*sentence: object) -> Json:
    return adaptive_card(Card((), (Line(sentence),)))  # type: ignore[arg-type]


# -- parts of a sentence ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "run"),
    [
        ("plain words", {"text": "plain words"}),
        (Typed("*A* [b](c)"), {"text": "*A* [b]\u2060(c)"}),
        (Typed("<at>Ana</at>"), {"text": "<\u2060at>Ana<\u2060/at>"}),
        (Typed("{{TIME(2026-11-23T12:05:00Z)}}"), {"text": "{\u2060{TIME(2026-11-23T12:05:00Z)}}"}),
        (Strong("Restore"), {"text": "Restore", "weight": "Bolder"}),
        (Named("teams:29:ana", "Ana"), {"text": "Ana"}),
        (Mention("slack:U1", "Ana"), {"text": "Ana"}),
        (WHEN, {"text": DATE}),
        (replace(WHEN, joint=" at ", strong=True), {"text": DATE.replace("} {", "} at {"), "weight": "Bolder"}),
        (replace(WHEN, style="time"), {"text": "{{TIME(2026-11-23T12:05:00Z)}}"}),
        (replace(WHEN, style="second"), {"text": "Mon 23 Nov 12:05 GMT"}),
        (replace(WHEN, at=AT.replace(microsecond=7)), {"text": DATE}),
        (Link("the card", "https://teams.example/l/1"),
         {"text": "the card", "selectAction": {"type": "Action.OpenUrl", "url": "https://teams.example/l/1"}}),
        (Link("a trick", "javascript:alert(1)"), {"text": "a trick"}),
        (Typed("שלום"), {"text": "\u2068שלום\u2069"}),
        (InChannel("slack:C1"), {"text": "#C1"}),
    ],
)  # fmt: skip
def test_a_part_of_a_sentence_in_teams_form(part: object, run: Json) -> None:
    (element,) = line(part)["body"]
    assert element == {"type": "RichTextBlock", "inlines": [{"type": "TextRun", **run}]}


def test_a_channel_is_called_as_people_call_it() -> None:
    card = Card((), (Line((InChannel("teams:19:x@thread.tacv2"),)),))
    assert shown(adaptive_card(card, {"teams:19:x@thread.tacv2": "Support"})) == "#Support"


def test_a_mention_stands_in_a_text_where_it_notifies_and_moments_are_written_by_teams() -> None:
    content = line(ANA, ": ", Strong("Response"), " due ", replace(WHEN, strong=True))
    assert [each["text"] for each in content["body"]] == [f"<at>Ana Reyes</at>: **Response** due **{DATE}**"]
    assert content["msteams"]["entities"] == [
        {"type": "mention", "text": "<at>Ana Reyes</at>", "mentioned": {"id": "29:ana", "name": "Ana Reyes"}}
    ]
    assert against(content) == []


def test_beside_text_that_markdown_would_change_whoever_is_mentioned_is_named_apart() -> None:
    content = line(ANA, ", ", BEN, " and ", ANA, ": ", Typed("**db_1** is [down](https://evil.example)"))
    assert against(content) == []
    first, second = shown(content).split("\n")
    assert first == "Ana Reyes Ben Okri"
    assert second == "Ana Reyes, Ben Okri and Ana Reyes: **db_1** is [down](https://evil.example)"


@pytest.mark.parametrize(
    ("names", "written"),
    [
        (("Ana", "Ana"), ["Ana", "Ana (2)"]),
        (("A<b>&c</at>", "*Ana*_"), ["A b c /at", "Ana"]),
        (("", "\u202e\0"), ["?", "? (2)"]),
        (("x" * 300, "Ana\nReyes"), ["x" * 80, "Ana Reyes"]),
    ],
)
def test_everybody_has_a_name_of_their_own_in_a_card_and_it_is_fit_to_stand_there(
    names: tuple[str, str], written: list[str]
) -> None:
    people = [Mention(f"teams:29:{n}", name) for n, name in enumerate(names)]
    content = line(people[0], " and ", people[1])
    assert list(mentioned(content)) == written
    assert list(mentioned(content).values()) == ["29:0", "29:1"]
    assert against(content) == []


def test_an_address_is_one_that_a_browser_can_follow_or_none() -> None:
    assert (
        address("https://teams.example/l/message/19%3Ax/1?a=b&c=d")
        == "https://teams.example/l/message/19%3Ax/1?a=b&c=d"
    )
    assert address("https://a.example/ (x)") == "https://a.example/%20%28x%29"
    for url in ("", "x", "ftp://a.example", "https://", "javascript:x", "https://[", "https://a.example/" + "x" * 3000):
        assert address(url) == ""


# -- elements --------------------------------------------------------------------------------------------------------


def test_every_element_of_a_card_is_one_of_teams() -> None:
    facts = Facts((("Owner", (ANA,)), ("Due", (WHEN,))))
    fold = Fold("Details", "Since noon", (Quote("Since *noon*"), facts, Line(("x",))))
    card = Card(
        ("brief",),
        (
            Heading("Mine"), Line(("one\ntwo",)), Line(("small",), small=True), Quote("a\nb"), facts,
            replace(facts, in_line=True), Row(("🔴 ", Link("#1", "https://a.example")), ("open",)), fold, fold,
            Buttons((Button("take", "Take", 1, 2, "primary"), Button("x", "y", 0, 0, "danger")), ()),
        ),
        title="🔴 #1 Link down",
    )  # fmt: skip
    content = adaptive_card(card)
    assert against(content) == []
    assert content["version"] == "1.5"
    assert content["msteams"]["width"] == "Full"
    title = content["body"][0]
    assert (title["style"], title["items"][0]["style"]) == ("attention", "heading")


@pytest.mark.parametrize(
    ("title", "style"),
    [("🔴 #1 x", "attention"), ("🔴 ❗ #1 x", "attention"), ("🟠 #1 x", "warning"), ("🟡 #1 x", "accent"),
     ("✅ #1 x", "good"), ("⚪ #1 x", "emphasis"), ("🔧 #1 x", "emphasis"), ("x", "emphasis")],
)  # fmt: skip
def test_a_headline_has_the_colour_of_its_severity(title: str, style: str) -> None:
    assert adaptive_card(Card((), title=title))["body"][0]["style"] == style


def test_a_clock_that_is_late_or_near_stands_out_in_colour_beside_its_words() -> None:
    content = line("❗ ", Strong("Response breached"), "\n⚠️ Update due\n⏳ Restore due")
    colours = [each["inlines"][0].get("color") for each in content["body"]]
    assert colours == ["Attention", "Warning", None]


def test_colours_are_teams_own_by_name_so_that_they_suit_every_theme() -> None:
    for state in STATES.values():
        for part in parts(rendered(ticket_card(state().view(READERS["en"])))):
            assert part.get("color", "Good") in {"Good", "Warning", "Attention", "Accent", "Default"}
            assert "backgroundImage" not in part


def test_what_is_folded_away_is_opened_and_closed_by_its_own_line() -> None:
    content = adaptive_card(Card((), (Fold("Details", "Since", (Quote("x"),)), Fold("More", "", (Quote("y"),)))))
    named = {each["id"]: each for each in parts(content) if "id" in each}
    toggles = [each["selectAction"]["targetElements"] for each in parts(content) if "selectAction" in each]
    assert [set(each) <= set(named) for each in toggles] == [True] * 4
    assert sorted(name for name, each in named.items() if each.get("isVisible", True)) == ["e0-closed", "e1-closed"]


def test_six_buttons_are_seen_and_the_others_wait_behind_a_menu() -> None:
    row = tuple(Button(verb, verb, 1, 2) for verb in "abcdefgh")
    found = buttons(adaptive_card(Card((), (Buttons(row, row[:2]),))))
    assert [each.get("mode") for each in found] == [None] * 6 + ["secondary"] * 4


def test_a_button_carries_only_ids_and_asks_for_a_dialog_where_a_form_may_open() -> None:
    row = (Button("take", "Take it", 42, 7, "primary"), Button("resolve", "Resolve", 42, 7, "danger"))
    take, resolve = buttons(adaptive_card(Card((), (Buttons(row),))))
    value = json.dumps({"number": 42, "version": 7, "value": ""})
    assert take == {
        "type": "Action.Execute", "verb": "ticket.take", "title": "Take it", "style": "positive",
        "data": {"action": "ticket.take", "value": value},
    }  # fmt: skip
    assert resolve == {
        "type": "Action.Submit", "title": "Resolve", "style": "destructive",
        "data": {"msteams": {"type": "task/fetch"}, "action": "ticket.resolve", "value": value},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("verb", "value", "asks"),
    [("take", "", False), ("update", "", True), ("update", "draft.7", True), ("take-back", "12", False),
     ("category", "incident", True), ("category", "inquiry", False), ("new", "", True), ("show", "", False),
     ("setup", "desk", True), ("more", "", True), ("home", "queue:1", False), ("never heard of", "", False)],
)  # fmt: skip
def test_which_buttons_may_ask(verb: str, value: str, asks: bool) -> None:
    assert may_ask(Button(verb, "x", 1, 1, value=value)) is asks


def test_a_message_is_its_card_alone_and_says_in_a_line_what_it_is_about() -> None:
    card = Card((ANA, ": ", Typed("x" * 900)))
    found = message(card)
    assert sorted(found) == ["attachments", "summary", "type"]
    assert found["summary"] == summary(card) == f"Ana Reyes: {'x' * 488}…"
    assert summary(Card(())) == "Vigie"


def test_nothing_at_all_is_still_a_card() -> None:
    for card in (Card(()), Card((Typed(""),)), Card((), (Line(()), Quote(""), Facts(()), Buttons(()))),
                 Card((), (Row((), ()), Heading(""), Fold("", "", ())), title="")):  # fmt: skip
        assert against(adaptive_card(card)) == []


# -- every card within Teams' limits ---------------------------------------------------------------------------------

LONG = {
    "nothing but quotes": '"', "letters": "w", "accents": "é", "emoji": "🙂", "markup": "*_~` [a](b) ",
    "mentions": "<at>Ana</at> ", "addresses": "https://a.example/x?y=1&z=2 ", "right to left": "שלום ",
    "lines": "line\n", "three bytes": "語",
}  # fmt: skip


def longest(text: str) -> Story:
    """A ticket on which everything that a person may type is as long as it may be."""
    summary_of = one_line((text * LONGEST_SUMMARY)[:LONGEST_SUMMARY])
    body = checked((text * LONGEST_TEXT)[:LONGEST_TEXT])
    people = people_called(dict.fromkeys(PEOPLE, (text * 80)[:80]))
    skills = tuple(f"{text[:40]}{n}" for n in range(30))
    story = opened(summary_of, description=None, customer=(text * 120)[:120], skills=skills, people=people)
    story.texts = {1: f"{summary_of}\n{body}"}
    waiting(climbed(taken(story)))
    story.texts |= {key: body for key in story.texts if key > 1} | {-1: body}
    return story


FEW = ("claimed by a customer", "breached for long", "waiting for an answer")  # between them most of what is said


@pytest.mark.parametrize("language", READERS)
@pytest.mark.parametrize(
    "state", [pytest.param(each, marks=() if each in FEW else pytest.mark.slow) for each in STATES]
)
def test_every_card_about_a_ticket_in_any_state_is_one_that_teams_shows(state: str, language: str) -> None:
    for name, content in told(STATES[state](), language):
        assert against(content) == [], name


@pytest.mark.parametrize(
    "filler",
    [pytest.param(each, marks=() if each in ("accents", "emoji", "markup") else pytest.mark.slow) for each in LONG],
)
def test_the_longest_texts_make_cards_that_teams_shows(filler: str) -> None:
    story = longest(LONG[filler])
    for name, content in told(story, "fr"):
        assert against(content) == [], name
    assert against(rendered(ticket_card(story.view(READERS["fr"]), whole=True))) == []


@pytest.mark.parametrize("filler", ["letters", "accents", "markup", "addresses", "three bytes"])
def test_an_update_is_shown_to_its_last_word_however_long(filler: str) -> None:
    (notice, _) = next(pair for pair in every_notice() if pair[0].kind is NoticeKind.UPDATE)
    body = checked(f"{(LONG[filler] * LONGEST_TEXT)[: LONGEST_TEXT - 10]} the end")
    assert body in shown(rendered(notice_card(opened().saying(notice, body, READERS["en"]))))


def test_where_a_text_has_no_room_it_is_said_where_the_whole_stands() -> None:
    (notice, _) = next(pair for pair in every_notice() if pair[0].kind is NoticeKind.NOTE)
    content = rendered(notice_card(opened().saying(notice, "🙂" * LONGEST_TEXT, READERS["en"])))
    assert against(content) == []
    assert "…\nShortened: one message does not hold all of it. /ticket show 42 shows more." in shown(content)


def test_a_card_keeps_its_buttons_whatever_has_to_give() -> None:
    lines = tuple(Line((Typed("語" * 500),)) for _ in range(60))
    card = Card((), (*lines, Buttons((Button("take", "Take", 1, 1),))), shortened=("There is more.",))
    content = adaptive_card(card)
    assert shown(content).endswith("\nThere is more.")
    assert ROOM * 0.9 < weight(content) <= ROOM < MOST
    assert len(buttons(content)) == 1


def test_twenty_people_are_all_mentioned() -> None:
    people: Sentence = tuple(Mention(f"teams:29:{n:0120}", f"Person {n}") for n in range(20))
    content = line(*people)
    assert against(content) == []
    assert len(mentioned(content)) == 20


# -- shown as typed, pinging nobody ----------------------------------------------------------------------------------

HOSTILE = [
    "<at>Ana</at>", "<at>Ana Reyes</at>", "<AT>x", "</at>", "<b>x</b>", "<a href='https://evil.example'>x</a>",
    "<img src=x onerror=alert(1)>", "&lt;at&gt;Ana&lt;/at&gt;", "&amp;", "&#42;", "&copy;", "&", "<", ">", "|", "\\",
    "*", "**", "_", "__", "~~", "`", "```", "#", "# ", "- ", "+ ", "1. ", "12) ", "> ", "---", "===", "\n", "\n\n",
    "[a](https://evil.example)", "![a](https://x.example/a.png)", "](", "[", "]", "(", ")", "<https://x.example>",
    "https://a.example/x?y=1&z=2", "www.a.example", "a@b.example", "| a | b |\n|---|---|",
    "{{DATE(2026-11-23T12:05:00Z, SHORT)}}", "{{TIME(2026-11-23T12:05:00Z)}}", "{{", "}}", "${x}", "{at}",
    "@Ana Reyes", "@everyone", "@channel", ":eyes:", "שלום", "مرحبا", "\u202e", "\u2067", "\u200d", "\u200b", "\u2060",
    "🙂", "👩‍👩‍👧‍👦", "é", "\x1b", "\t", "\x7f", '"', "'", " ", "a", "Z", "9", "",
]  # fmt: skip
hostile = st.lists(st.sampled_from(HOSTILE), max_size=8).map("".join) | st.text(max_size=40)


def typed_story(text: str, name: str) -> Story:
    """A ticket on which everything that people type or call themselves is this."""
    story = opened(
        "x", description="y", customer=text, skills=(text,), people=people_called(dict.fromkeys(PEOPLE, name))
    )
    waiting(climbed(taken(story)))
    said = checked(text) or "y"
    return replace(story, texts=dict.fromkeys([*story.texts, -1], said) | {1: f"{one_line(text) or 'x'}\n{said}"})


@settings(max_examples=10)
@given(hostile, hostile)
def test_no_text_or_name_pings_anybody_or_becomes_markup(text: str, name: str) -> None:
    story = typed_story(text, name)
    cards = [ticket_card(story.view(READERS["en"])), ticket_card(story.view(READERS["en"]), whole=True)]
    for notice, body in every_notice()[::4]:
        said = story.texts[-1] if body else ""
        if says(notice, "about") != "requested":
            cards.append(notice_card(story.saying(notice, said, READERS["en"])))
    for card in cards:
        assert against(rendered(card)) == []


@settings(max_examples=examples(100))
@example(" ", ">")
@example(" #", "/>")
@given(hostile, hostile)
def test_what_is_typed_in_two_places_never_makes_one_mark_of_them(text: str, other: str) -> None:
    address_of = Link(text, "https://a.example/1")
    for parts_of in (
        (Typed(text), Typed(other)), (Typed(text), Strong("x"), Typed(other)), (Typed(text), WHEN, Typed(other)),
        (ANA, Typed(text), Strong("x"), Typed(other)), (Typed(text), address_of, Typed(other), ANA),
        (Typed(text), ANA, Typed(other)), (ANA, Typed(text), replace(WHEN, strong=True), Typed(other)),
    ):  # fmt: skip
        content = line(*parts_of)
        assert against(content) == []
        assert len(mentioned(content)) == (ANA in parts_of)


@settings(max_examples=examples(100))
@given(hostile, hostile)
def test_whatever_is_typed_is_shown_as_typed_and_only_the_mentioned_are_pinged(text: str, name: str) -> None:
    sentence = (Mention("teams:29:ana", name), ": ", Typed(text), " ", Named("teams:29:ben", name), " ", WHEN)
    card = Card(sentence, (Line(sentence), Quote(text), Row((Typed(text),), (Named("x", name),)),
                           Facts((("Label", (Typed(text),)),)), Heading(text), Fold(text, text, (Quote(text),))),
                title=text)  # fmt: skip
    content = adaptive_card(card)
    assert against(content) == []
    assert list(mentioned(content).values()) == ["29:ana"]
    read = shown(content).replace("\u2068", "").replace("\u2069", "")
    bare = text.replace("\u2060", "").replace("\u2068", "").replace("\u2069", "")
    assert read.count(bare) >= 4


def test_a_web_address_that_was_typed_leads_to_itself_and_nothing_else_does() -> None:
    text = (
        "see https://a.example/x?y=1&z=2, [b](https://b.example/c_d). c.example javascript:alert(1) http:// https://["
    )
    content = adaptive_card(Card((), (Quote(text),)))
    links = [(run["text"], run["selectAction"]["url"]) for run in parts(content) if run.get("type") == "TextRun"
             if "selectAction" in run]  # fmt: skip
    assert links == [(url, url) for url in ("https://a.example/x?y=1&z=2", "https://b.example/c_d")]
    assert shown(content) == text
    assert against(content) == []


def test_text_with_markdown_in_it_is_never_where_markdown_is_read() -> None:
    text = "1. *a* _b_ [c](https://d.example) <at>Ana Reyes</at>"
    content = rendered(ticket_card(typed_story(text, "Ana").view(READERS["en"])))
    assert not any("*a*" in each for each in markdown(content))
    assert any("*a*" in each for each in runs(content))


def test_a_year_from_now_the_moment_of_a_card_is_the_same() -> None:
    far = AT + timedelta(days=365, microseconds=999_999)
    (element,) = line(When(far, "x"))["body"]
    assert "2027-11-23T12:05:00Z" in element["inlines"][0]["text"]


@pytest.mark.parametrize(
    ("text", "is_plain"),
    [("db_down_1 in Sydney", True), ("[P1] R&D <5 ms -> 7 | ~3 min", True), ("#42: 3 - 4", True), ("C:\\temp", True),
     ("see https://status.example/x, it is down", True), ("_x_", False), ("a *b* c", False), ("[a](b)", False),
     ("[a]: https://x.example", False), ("<b>", False), ("&amp;", False), ("1. x", False), ("- x", False),
     ("# x", False), ("> x", False), ("`x`", False), ("~~x~~", False), ("\\*x", False), ("a\nb", False),
     ("https://x.example/a_%41", False), ("{{TIME(2026-11-23T12:05:00Z)}}", False), ("  x", False)],
)  # fmt: skip
def test_beside_a_mention_stands_what_markdown_leaves_alone(text: str, is_plain: bool) -> None:
    content = line(ANA, ": ", Typed(text)) if not text.startswith(("1", "-", "#", ">", " ")) else line(Typed(text), ANA)
    assert against(content) == []
    assert (content["body"][0]["text"] != "<at>Ana Reyes</at>") is is_plain


def test_a_table_of_tickets_fits_and_where_it_would_not_its_last_rows_are_left_out() -> None:
    def card(rows: int) -> Card:
        made = tuple(
            (Cell(("🔴 ", Link(f"#{n} {'é' * 60}", "https://a.example"))), Cell(("Severity 1",), 1.0), Cell(("open",)),
             Cell((), 1.0), Cell((ANA,)), Cell((Typed("*Acme*"),)))
            for n in range(rows)
        )  # fmt: skip
        columns = ("Ticket", "Severity", "State", "Due", "Assignee", "Customer")
        return Card(("Queue",), (Line(("Queue",)), Table("Queue", columns, made)))

    content = adaptive_card(card(15))
    assert against(content) == []
    table = content["body"][-1]
    assert (table["type"], len(table["rows"]), len(table["columns"])) == ("Table", 16, 3)
    many = adaptive_card(card(80))
    assert against(many) == []
    assert 16 < len(many["body"][-1]["rows"]) < 81


def test_a_chart_is_bars_that_an_older_client_leaves_out() -> None:
    drawn = Chart("Targets", ("Response 1", "Update 1"), (Series("in time", (3, 4)),), "clock", "deadlines")
    content = message(Card(("said",), (Line(("said",)), drawn)))["attachments"][0]["content"]
    assert problem(content) is None
    chart = content["body"][1]
    assert (chart["type"], chart["fallback"]) == ("Chart.VerticalBar.Grouped", "drop")
    values = [{"x": "Response 1", "y": 3}, {"x": "Update 1", "y": 4}]
    assert chart["data"] == [{"legend": "in time", "values": values}]
