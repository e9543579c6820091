"""The other pages, as text: people, delivery, policy; and what stands around every page."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

from bot.desk.policy_file import load_policy
from bot.desk.runtime import DeskRuntime
from storage.absences import Absence, set_absence
from storage.customers import Customer, save_customers
from storage.groups import Group, save_groups
from storage.policies import save_policy
from tests.bot.web.seen import Client, html, words
from tests.factories import AGENT, NOW


async def test_people_are_shown_with_what_they_do_and_whether_they_are_there(client: Client, desk: DeskRuntime) -> None:
    away = partial(
        set_absence, organisation_id=desk.organisation_id, person=AGENT.id,
        absence=Absence(NOW + timedelta(hours=4), "dentist"), now=NOW,
    )  # fmt: skip
    await desk.database.write(away)
    await desk.refresh_people()
    text = await words(client, "/people")
    assert "Ana away until Mon 2 Mar 14:00 UTC, dentist 0 tickets agent" in text
    assert "Marcus no hours on record 0 tickets manager Level 1" in text


async def test_delivery_says_whether_all_was_said(client: Client) -> None:
    assert "Could not be delivered Nothing. To be said yet Nothing." in await words(client, "/delivery")


def _policy(desk: DeskRuntime, text: str) -> Any:
    _, data = load_policy(text, today=NOW.date())
    return partial(save_policy, organisation_id=desk.organisation_id, desk_id=desk.desk_id, data=data, now=NOW)


async def test_the_policy_is_compared_with_the_version_before(client: Client, desk: DeskRuntime) -> None:
    await desk.database.write(_policy(desk, "version: 1\n"))
    assert "This is the first version." in await words(client, "/policy")
    await desk.database.write(_policy(desk, "version: 1\ntargets: {1: {restore: 5h}}\n"))
    page = await html(client, "/policy?version=2")
    gone, new = page.partition("<del>")[2].partition("</del>")[0], page.partition("<ins>")[2].partition("</ins>")[0]
    assert "6 hours" in gone
    assert "5 hours" in new
    assert "This is the first version." in await words(client, "/policy?version=1")


async def test_the_policy_is_tables_of_targets_plans_levels_and_people(client: Client, desk: DeskRuntime) -> None:
    text = "version: 1\nplans: {gold: {targets: {1: {restore: 2h}}}}\n"
    gold = Customer("Globex", plan="gold")
    roles = "roles: {agents: [U0ANA12345], leads: [], admins: [U0ADA12345]}"
    await desk.database.write(_policy(desk, text))
    await desk.database.write(_policy(desk, f"{text}{roles}\n"))
    await desk.database.write(partial(save_customers, organisation_id=desk.organisation_id, customers=[gold]))
    page = await words(client, "/policy")
    for said in (
        "Targets of the plan gold",
        "On it: Globex.",
        "agent U0ANA12345",
        "admin U0ADA12345",
        "lead of the shift nobody",
    ):
        assert said in page, said
    assert "<ins>  agent: U0ANA12345</ins>" in await html(client, "/policy"), "who is who is compared too"


async def test_the_policy_has_what_the_desk_agreed_with_others_with_its_groups_by_name(
    client: Client, desk: DeskRuntime
) -> None:
    groups = [Group("slack:S0NETOPS", "netops", "Network operations", True, (AGENT.id,))]
    await desk.database.write(
        partial(save_groups, organisation_id=desk.organisation_id, groups=groups, now=NOW),
    )
    await desk.refresh_people()
    agreed = "version: 1\nagreements: {network: {begins: {assigned: S0NETOPS}, targets: {1: {restore: %s}}}}\n"
    await desk.database.write(_policy(desk, agreed % "2h"))
    await desk.database.write(_policy(desk, agreed % "3h"))
    assert "network when @netops gets the work 1 - - 3 hours" in await words(client, "/policy")
    page = await html(client, "/policy")
    gone, new = page.partition("<del>")[2].partition("</del>")[0], page.partition("<ins>")[2].partition("</ins>")[0]
    assert ("2 hours" in gone, "3 hours" in new) == (True, True)


async def test_a_page_speaks_french_and_is_dark_for_whoever_wants_it(client: Client) -> None:
    assert "Prochaine" not in await words(client, "/")
    assert "Rien n'est ouvert" in await words(client, "/", **{"Accept-Language": "fr-CH, en;q=0.5"})
    page = await html(client, "/")
    token = page.partition('name="token" value="')[2].partition('"')[0]
    origin = {"Origin": str(client.make_url("/")).rstrip("/")}
    for chosen in ({"language": "fr"}, {"theme": "dark"}, {"as": "slack:UMANAGER"}, {"as": "slack:UNOBODY"}):
        form = {"token": token, "back": "/people?x=1", **chosen}
        async with client.post("/look", data=form, headers=origin, allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (303, "/people?x=1")
    page = await html(client, "/")
    assert '<html lang="fr" data-theme="dark">' in page
    assert "<summary><bdi>Marcus</bdi></summary>" in page
    for elsewhere in ("//evil.example", "https://evil.example", "/\\evil.example", "/x\r\nY: z"):
        form = {"token": token, "back": elsewhere}
        async with client.post("/look", data=form, headers=origin, allow_redirects=False) as answer:
            assert answer.headers["Location"] == "/"
