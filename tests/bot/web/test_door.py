"""Who is let in, and what a page lets a browser do."""

from __future__ import annotations

import re
from dataclasses import replace

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.desk.runtime import DeskRuntime
from bot.server.refused_requests import Refusals
from bot.web.assets import assets
from bot.web.desk import WebDesk
from bot.web.templates import FOLDER as TEMPLATES
from bot.web.viewer import people_to_be
from tests.bot.web.seen import Client, html

PAGES = ("/", "/tickets/1", "/people", "/escalations", "/delivery", "/policy", "/live", "/assets/x/desk.css")


OUTSIDERS = (
    {"Host": "evil.example"},  # a name of somebody's that leads to this machine
    {"Host": "127.0.0.1.evil.example:8080"},
    {"Host": "localhost.:80@evil"},
    {"X-Forwarded-For": "203.0.113.9"},
    {"Forwarded": "for=203.0.113.9"},
    {"CF-Connecting-IP": "203.0.113.9"},
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"},
    {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors"},
)


async def test_a_page_is_for_this_machine_alone(client: Client) -> None:
    for path in PAGES:
        for headers in OUTSIDERS:
            async with client.get(path, headers=headers) as answer:
                assert (answer.status, await answer.text()) == (403, ""), (path, headers)


async def test_a_link_from_elsewhere_may_be_followed(client: Client) -> None:
    await html(client, "/", **{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"})


async def test_elsewhere_than_in_local_mode_one_sentence_says_why_there_is_nothing(desk: DeskRuntime) -> None:
    app, refusals = web.Application(), Refusals()
    WebDesk(desk.database, desk.now, refusals, lambda: [desk], is_local=False).add_routes(app)
    async with TestClient(TestServer(app)) as outside:
        async with outside.get("/") as answer:
            assert "VIGIE_SIGN_IN" in await answer.text()
        for path in PAGES[1:]:
            async with outside.get(path) as answer:
                assert answer.status == 404


async def test_a_form_that_no_page_of_ours_has_sent_changes_nothing(client: Client) -> None:
    page = await html(client, "/")
    token = page.partition('name="token" value="')[2].partition('"')[0]
    own = str(client.make_url("/")).rstrip("/")
    for headers, given in (
        ({"Origin": own}, ""),
        ({"Origin": own}, "0" * 64),
        ({"Origin": "http://evil.example"}, token),
        ({"Origin": "null"}, token),
        ({}, token),
    ):
        form = {"token": given, "theme": "dark"}
        async with client.post("/look", data=form, headers=headers, allow_redirects=False) as answer:
            assert answer.status == 403
            assert "Set-Cookie" not in answer.headers
    form = {"token": token, "theme": "dark"}
    async with client.post("/look", data=form, headers={"Sec-Fetch-Site": "same-origin"}) as answer:
        assert answer.status == 200
    async with client.post("/look", data=form, headers={"Origin": own}, cookies={"vigie_session": "x" * 32}) as answer:
        assert answer.status == 403, "a token is good for its own session alone"


async def test_nothing_inline_runs_and_nothing_is_loaded_from_elsewhere(client: Client) -> None:
    async with client.get("/") as answer:
        policy = dict(each.strip().partition(" ")[::2] for each in answer.headers["Content-Security-Policy"].split(";"))
        assert policy["default-src"] == "'none'"
        assert {policy["script-src"], policy["style-src"], policy["connect-src"], policy["form-action"]} == {"'self'"}
        assert (policy["base-uri"], policy["frame-ancestors"]) == ("'none'", "'none'")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "HttpOnly" in answer.headers["Set-Cookie"]
    for path in set(TEMPLATES.iterdir()) - {TEMPLATES / "theirs.html"}:  # a customer's, which loads nothing
        text = path.read_text(encoding="utf-8")
        assert not re.search(
            r"\sstyle=|\son[a-z]+=|javascript:|<style|<script(?! type=\"module\" src=)|\|safe", text
        ), path


async def test_what_pages_load_is_kept_for_good_under_an_address_of_its_own(client: Client) -> None:
    page = await html(client, "/")
    for address in re.findall(r'(?:href|src)="(/assets/[^"]+)"', page):
        async with client.get(address) as answer:
            assert answer.status == 200
            assert "immutable" in answer.headers["Cache-Control"]
            assert answer.content_type in ("text/css", "text/javascript", "image/svg+xml")
    for odd in ("/assets/x/desk.css", "/assets/x/..%2f..%2fdesk.py", "/assets/../desk.py"):
        async with client.get(odd) as answer:
            assert answer.status == 404
    scripts = [each.body.decode() for address, each in assets().items() if address.endswith(".js")]
    imported = {name for script in scripts for name in re.findall(r'from "\./(.+?)"', script)}
    assert {each.rpartition("/")[2] for each in assets() if each.endswith(".js")} == {"desk.js", *imported}


def test_whoever_has_no_name_yet_is_no_one_s_first_choice(desk: DeskRuntime) -> None:
    known = people_to_be(desk)
    first = known[0]
    account = desk.directory.accounts[first]
    desk.directory.accounts = {**desk.directory.accounts, first: replace(account, name="")}
    assert people_to_be(desk) == [*known[1:], first]
