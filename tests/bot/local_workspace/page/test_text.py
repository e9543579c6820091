"""How the chat page turns texts and times into what people read: its modules, called in the browser."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page

from tests.bot.slack_emulator.fake_bot import Place

pytestmark = pytest.mark.slow  # a browser takes its time; what people do first is told in the stories

NOW = "2026-11-22T12:00:00Z"
SYDNEY = {"tz": "Australia/Sydney", "locale": "en-AU"}
PARIS = {"tz": "Europe/Paris", "locale": "fr-FR"}
NEW_YORK = {"tz": "America/New_York", "locale": "en-US"}


async def call(page: Page, place: Place, module: str, body: str, cases: list[Any]) -> list[Any]:
    """The answers of `body`, an expression over the module `m` and a `c`ase, for each case."""
    await page.goto(str(place.server.make_url("/local/")))
    script = f"async (cases) => {{ const m = await import('/local/{module}'); return cases.map((c) => {body}) }}"
    answers: list[Any] = await page.evaluate(script, cases)
    return [answer.replace("\u202f", " ") if isinstance(answer, str) else answer for answer in answers]


async def test_a_date_token_follows_slacks_formats_in_zone_and_language(page: Page, place: Place) -> None:
    table: list[tuple[str, str, dict[str, str], str | None]] = [
        ("2026-11-22T22:30:05Z", "{date_num} {time_secs}", SYDNEY, "2026-11-23 9:30:05 am"),
        ("2026-11-22T22:30:05Z", "{date_pretty} {time}", SYDNEY, "tomorrow 9:30 am"),
        ("2026-11-22T22:30:05Z", "{date_short_pretty} à {time}", PARIS, "aujourd’hui à 23:30"),
        ("2026-11-21T22:30:00Z", "{date_long_pretty}", PARIS, "hier"),
        ("2026-11-25T12:00:00Z", "{date_long_pretty}", PARIS, "mercredi 25 novembre"),
        ("2026-11-25T12:00:00Z", "{date_short}", NEW_YORK, "Nov 25"),
        ("2026-11-25T12:00:00Z", "{date}", NEW_YORK, "November 25th"),
        ("2014-02-18T14:39:42Z", "{date}", NEW_YORK, "February 18th, 2014"),
        ("2014-02-18T14:39:42Z", "{date_long}", NEW_YORK, "Tuesday, February 18th, 2014"),
        ("2014-02-18T14:39:42Z", "{date_short} at {time}", NEW_YORK, "Feb 18, 2014 at 9:39 AM"),
        ("2026-11-22T11:15:00Z", "{ago}", NEW_YORK, "45 minutes ago"),
        ("2026-11-22T15:00:00Z", "{ago}", PARIS, "dans 3 heures"),
        ("2026-11-22T15:00:00Z", "{date_fancy}", PARIS, None),
    ]
    body = "m.slackDate(String(Date.parse(c[0]) / 1000), c[1], new Date(c[4]), c[2])"
    answers = await call(page, place, "slackdate.js", body, [[*case, NOW] for case in table])
    assert answers == [case[3] for case in table]


async def test_a_local_time_becomes_an_instant_through_every_change_of_the_clocks(page: Page, place: Place) -> None:
    table = [
        ("2026-11-23T09:31", "Australia/Sydney", "2026-11-23T09:31:00+11:00"),
        ("2026-11-23T00:10", "Asia/Kolkata", "2026-11-23T00:10:00+05:30"),
        ("2026-11-22T21:00", "America/Sao_Paulo", "2026-11-22T21:00:00-03:00"),
        ("2027-03-28T02:30", "Europe/Paris", "2027-03-28T03:30:00+02:00"),  # skipped: forward by the gap
        ("2026-10-25T02:30", "Europe/Paris", "2026-10-25T02:30:00+02:00"),  # repeated: the first one
        ("2026-12-31T23:59", "Pacific/Kiritimati", "2026-12-31T23:59:00+14:00"),
    ]
    body = "m.isoWithOffset(m.fromLocalField(c[0], c[1]), c[1])"
    assert await call(page, place, "time.js", body, list(table)) == [case[2] for case in table]


async def test_mrkdwn_becomes_the_elements_slack_shows(page: Page, place: Place) -> None:
    table = [
        ("*bold* _it_ ~gone~", "<strong>bold</strong> <em>it</em> <del>gone</del>"),
        ("*_both_*", "<strong><em>both</em></strong>"),
        ("2*3*4 snake_case_name", "2*3*4 snake_case_name"),
        ("* not bold *", "* not bold *"),
        ("`a *b* &lt;c&gt;`", "<code>a *b* &lt;c&gt;</code>"),
        ("a ```x\n y``` b", "a <pre><code>x\n y</code></pre> b"),
        ("&gt; said\n&gt; twice\nthen", "<blockquote>said\ntwice</blockquote>then"),
        ("<https://x.example/a?b&amp;c|here>",
         '<a href="https://x.example/a?b&amp;c" target="_blank" rel="noopener noreferrer">here</a>'),
        ("<javascript:alert(1)|x>", "<span>x</span>"),
        ("<@U1>", '<span class="mention mention-me" data-user="U1">@Ana</span>'),
        ("<@U9|gone>", '<span class="mention" data-user="U9">@gone</span>'),
        ("<#C1>", '<span class="mention" data-channel="C1">#desk</span>'),
        ("<!subteam^S1>", '<span class="mention mention-me" data-group="S1">@netops</span>'),
        ("<!subteam^S2|@sysops>", '<span class="mention" data-group="S2">@sysops</span>'),
        ("<!subteam^S9|@gone>", '<span class="mention" data-group="S9">@gone</span>'),
        ("<!here>", '<span class="mention mention-all">@here</span>'),
        ("<!date^oops^{time}|later>", "later"),
        (":not_an_emoji: 10:30:00", ":not_an_emoji: 10:30:00"),
        ("a &amp;lt; b", "a &amp;lt; b"),
        ("&lt;!channel&gt;", "&lt;!channel&gt;"),
        ("<unclosed", "&lt;unclosed"),
    ]  # fmt: skip
    body = """(() => {
      const people = new Map([["U1", {name: "Ana"}]]), channels = new Map([["C1", {name: "desk"}]]);
      const groups = new Map([
        ["S1", {handle: "netops", members: ["U1", "U2"]}], ["S2", {handle: "sysops", members: ["U2"]}],
      ]);
      const ctx = { people, channels, groups, me: {id: "U1"}, now: new Date() };
      const box = document.createElement("div"); box.append(...m.mrkdwn(c, ctx)); return box.innerHTML;
    })()"""
    answers = await call(page, place, "mrkdwn.js", body, [case[0] for case in table])
    assert answers == [case[1] for case in table]


async def test_a_group_is_called_by_its_handle_where_the_workspace_knows_it(page: Page, place: Place) -> None:
    """In what a person's own client wrote, as in what the bot says."""
    state = (await place.state())["groups"]
    assert [(group["id"], group["handle"]) for group in state] == [("S0NETOPSGR1", "netops")]
    body = """(() => {
      const ctx = { groups: new Map([["S0NETOPSGR1", {handle: "netops", members: []}]]) };
      const piece = { type: "usergroup", usergroup_id: c };
      const elements = [{ type: "rich_text_section", elements: [piece] }];
      return m.richText({ type: "rich_text", elements }, ctx).textContent;
    })()"""
    assert await call(page, place, "richtext.js", body, ["S0NETOPSGR1", "S9"]) == ["@netops", "@S9"]


async def test_the_emoji_of_vigie_have_a_picture_even_without_an_emoji_font(page: Page, place: Place) -> None:
    names = [
        "eyes", "rotating_light", "white_check_mark", "ticket", "warning", "fire", "hourglass", "red_circle", "pause",
        "large_orange_circle", "large_yellow_circle", "large_green_circle", "bell", "arrow_up", "memo",
    ]  # fmt: skip
    assert all(await call(page, place, "emojiart.js", "m.drawnEmoji(c) !== null", names))
    known = await call(page, place, "emoji.js", "m.emojiOf(c) === null", names)
    assert not any(known)


async def test_the_address_of_a_message_leads_to_it(page: Page, place: Place) -> None:
    table = [
        ("https://vigie-local.slack.com/archives/C1/p1795386605000100",
         {"channel": "C1", "ts": "1795386605.000100", "thread": None}),
        ("http://127.0.0.1/archives/C1/p1795386605000100?thread_ts=1795386000.000001&cid=C1",
         {"channel": "C1", "ts": "1795386605.000100", "thread": "1795386000.000001"}),
        ("https://example.com/archives", None),
    ]  # fmt: skip
    answers = await call(page, place, "place.js", "m.permalinkTarget(c)", [case[0] for case in table])
    assert answers == [case[1] for case in table]
