"""Adaptive Cards on the page: each element as Teams shows it, what is unknown by its fallback, words as words."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from bot.slack_emulator.workspace_people import BENOIT
from tests.bot.local_workspace.page.chat import Chat
from tests.bot.slack_emulator.fake_bot import Json

SHOW = """async ([spec, me]) => {
  const { card } = await import('/local/teams/card.js');
  const people = new Map([['29:ana', { id: '29:ana', name: 'Ana Reyes' }]]);
  window.sent = [];
  const ctx = { people, bot: '28:bot', botName: 'Vigie', me, where: 'a test', now: new Date(),
    dispatch: (action, values) => window.sent.push([action.data?.action, values]) };
  document.querySelector('#shown')?.remove();
  const home = document.createElement('div');
  home.id = 'shown';
  home.dataset.platform = 'teams';
  home.append(card(spec, ctx));
  document.querySelector('main').prepend(home);
}"""


def text(words: str, **more: Any) -> Json:
    return {"type": "TextBlock", "text": words, "wrap": True, **more}


async def show(chat: Chat, *body: Json, actions: list[Json] | None = None, **more: Any) -> Locator:
    """A card for Benoît, who reads French in Paris."""
    await chat.open(BENOIT)
    spec = {"type": "AdaptiveCard", "version": "1.5", "body": list(body), "actions": actions or [], **more}
    await chat.page.evaluate(SHOW, [spec, {"id": "29:ben", "tz": BENOIT.tz, "locale": BENOIT.locale}])
    return chat.page.locator("#shown .ac")


async def sent(page: Page) -> Any:
    return await page.evaluate("window.sent")


MARKED: dict[str, tuple[str, str]] = {
    "bold": ("**now**", "<strong>now</strong>"),
    "italic": ("_now_", "<em>now</em>"),
    "a name with underscores": ("sw_core_1", "sw_core_1"),
    "an escape": (r"\*as typed\* \_too\_ \[and\](so)", "*as typed* _too_ [and](so)"),
    "an entity": ("&lt;b&gt; &amp;", "&lt;b&gt; &amp;"),
    "markup": ("<b>no</b><script>no</script>", "&lt;b&gt;no&lt;/b&gt;&lt;script&gt;no&lt;/script&gt;"),
    "a mention nobody listed": ("<at>Ana</at>", "&lt;at&gt;Ana&lt;/at&gt;"),
    "a link to a program": ("[press](javascript:alert(1))", "<span><span>press</span></span>"),
    "a picture": ("![x](https://x.example/y.png)", "!<a"),
    "a list": ("- one\n- two", "<li>one</li><li>two</li>"),
    "numbers": ("3. three", '<ol class="ac-list" start="3"><li>three</li></ol>'),
    "a heading": ("# no heading", "# no heading"),
    "a date that is none": ("{{DATE(soon, SHORT)}}", "{{DATE(soon, SHORT)}}"),
}


async def test_a_text_is_marked_as_teams_marks_it(chat: Chat) -> None:
    card = await show(chat, *(text(words) for words, _ in MARKED.values()))
    shown = [await one.inner_html() for one in await card.locator(".ac-text").all()]
    wrong = [
        f"{name}: {html}" for (name, (_, part)), html in zip(MARKED.items(), shown, strict=True) if part not in html
    ]
    assert wrong == []
    assert await chat.page.evaluate("document.querySelectorAll('#shown :is(script,img,b)').length") == 0


@pytest.mark.slow
async def test_a_time_is_in_the_readers_zone_and_language(chat: Chat) -> None:
    at = "2026-11-29T13:05:00Z"
    card = await show(chat, text(f"{{{{DATE({at}, LONG)}}}} {{{{TIME({at})}}}}"))
    await expect(card).to_have_text("dimanche 29 novembre 2026 14:05")


@pytest.mark.slow
async def test_somebody_is_mentioned_by_an_entity_alone(chat: Chat) -> None:
    entities = [{"type": "mention", "text": "<at>x</at>", "mentioned": {"id": "29:ana", "name": "x"}}]
    card = await show(chat, text("<at>x</at> <at>y</at>"), msteams={"entities": entities})
    await expect(card.locator("[data-user='29:ana']")).to_have_text("Ana Reyes")
    await expect(card).to_have_text("Ana Reyes <at>y</at>")


@pytest.mark.slow
async def test_what_is_unknown_is_shown_as_its_fallback_or_named(chat: Chat) -> None:
    unknown = {"type": "Sparkline", "fallback": {"type": "Later", "fallback": text("in words")}}
    card = await show(chat, unknown, {"type": "Carousel"}, {"type": "Badge", "fallback": "drop"})
    await expect(card).to_have_text("in words[a Carousel element, which this page does not show]")


ODD: tuple[Any, ...] = (None, [], "text", {"type": "TextBlock"}, {"type": "FactSet", "facts": 3}, {"type": "Container"},
                        {"type": "ColumnSet", "columns": [None, {}]}, {"type": "constructor"},
                        {"type": "ActionSet", "actions": [None, {"type": "Action.Later"}]},
                        {"type": "Input.ChoiceSet", "id": "x", "choices": [None]})  # fmt: skip


@pytest.mark.slow
async def test_an_odd_card_is_shown_as_far_as_it_goes(chat: Chat) -> None:
    card = await show(chat, *ODD, text("the end"))
    await expect(card.locator(".ac-text").last).to_have_text("the end")


async def test_what_was_put_in_is_sent_with_the_button(chat: Chat) -> None:
    choices = [{"title": "Network", "value": "network"}, {"title": "Cloud", "value": "cloud"}]
    fields: list[Json] = [
        {"type": "Input.Text", "id": "summary", "label": "Summary", "isRequired": True, "errorMessage": "Say what"},
        {"type": "Input.ChoiceSet", "id": "severity", "choices": choices, "value": "cloud"},
        {"type": "Input.ChoiceSet", "id": "skills", "isMultiSelect": True, "choices": choices},
        {"type": "Input.Toggle", "id": "vip", "title": "VIP", "valueOn": "yes", "valueOff": "no"},
        {"type": "Input.Date", "id": "day"},
        {"type": "Input.Time", "id": "hour", "value": "09:30"},
    ]
    card = await show(
        chat, *fields, actions=[{"type": "Action.Submit", "title": "Send", "data": {"action": "ticket.new"}}]
    )
    await card.get_by_role("button", name="Send").click()
    await expect(chat.by("error-summary")).to_have_text("Say what")
    assert await sent(chat.page) == []
    await chat.by("field-summary").fill("Link down")
    for title in ("Network", "Cloud", "VIP"):
        await card.get_by_role("checkbox", name=title).check()
    await card.get_by_role("button", name="Send").click()
    values = {"summary": "Link down", "severity": "cloud", "skills": "network,cloud", "vip": "yes", "day": "",
              "hour": "09:30"}  # fmt: skip
    assert await sent(chat.page) == [["ticket.new", values]]


@pytest.mark.slow
async def test_a_card_folds_out_and_shows_what_was_hidden(chat: Chat) -> None:
    note = {"type": "Input.Text", "id": "note", "label": "Note"}
    save = {"type": "Action.Execute", "title": "Save", "data": {"action": "ticket.note"}}
    card = await show(
        chat,
        text("the sum", id="sum", isVisible=False),
        actions=[
            {"type": "Action.ToggleVisibility", "title": "Why", "targetElements": ["sum"]},
            {"type": "Action.ShowCard", "title": "Note", "card": {"body": [note], "actions": [save]}},
            {"type": "Action.Execute", "title": "Close", "mode": "secondary", "data": {"action": "ticket.resolve"}},
            {"type": "Action.OpenUrl", "title": "Trap", "url": "javascript:document.title='no'"},
        ],
    )
    await expect(card.get_by_text("the sum")).to_be_hidden()
    await card.get_by_role("button", name="Why").click()
    await expect(card.get_by_text("the sum")).to_be_visible()
    await card.get_by_role("button", name="Trap").click()
    await card.get_by_role("button", name="Note").click()
    await chat.by("field-note").fill("seen")
    await card.get_by_role("button", name="Save").click()
    await chat.by("card-more").click()
    await chat.by("menu-ticket.resolve").click()
    assert await sent(chat.page) == [["ticket.note", {"note": "seen"}], ["ticket.resolve", {}]]
