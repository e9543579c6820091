"""A key opens what its scopes say, at its own desk, until it is revoked; whoever has none gets nothing."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest
from sqlmodel import Session, select

from bot.api import caller
from bot.desk.runtime import DeskRuntime
from bot.server import strangers
from storage.api_keys import ApiKey, list_keys, prefix_of, revoke_key
from storage.organisations import ensure_desk
from storage.tables.programs import ApiKeyRow
from tests.bot.api.programs import Program, key_for, served
from tests.bot.asking import typed
from tests.factories import NOW
from triage.scopes import Scope


async def test_without_a_key_there_is_nothing(desk: DeskRuntime) -> None:
    right = key_for(desk, Scope.READ)
    forged = [right[:-1] + ("A" if right[-1] != "A" else "B"), right + "A", right.upper(), "x" * 5000, "vigie__", "é"]
    async with served(desk) as client:
        for key in ("", *forged):
            answer = await Program(client, key).ask("GET", "/tickets")
            assert answer.status == 401, key
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")
            assert answer.content_type == "application/problem+json"
        answer = await client.get("/api/v1/tickets", headers={"Authorization": f"Basic {right}"})
        assert answer.status == 401


async def test_only_a_digest_of_a_key_is_kept(desk: DeskRuntime) -> None:
    whole = key_for(desk, Scope.READ)

    def look(session: Session) -> ApiKeyRow:
        return session.exec(select(ApiKeyRow)).one()

    row = desk.database.read_now(look)
    assert row.prefix == prefix_of(whole)
    assert whole not in str(row.model_dump())
    assert whole.split("_", 2)[2] not in str(row.model_dump()), "the secret, in which an underscore may stand"


async def test_a_revoked_key_opens_nothing_at_once(desk: DeskRuntime) -> None:
    whole = key_for(desk, Scope.READ)
    async with served(desk) as client:
        program = Program(client, whole)
        await program.get("/tickets")
        revoke = partial(
            revoke_key, organisation_id=desk.organisation_id, prefix=prefix_of(whole) or "", by="ada", now=NOW
        )
        assert desk.database.write_now(revoke) is not None
        assert (await program.ask("GET", "/tickets")).status == 401


LIMITS: list[tuple[tuple[Scope, ...], str, str, int]] = [
    ((Scope.READ,), "GET", "/tickets/1", 200),
    ((Scope.READ,), "POST", "/tickets/1/note", 403),
    ((Scope.READ,), "POST", "/tickets", 403),
    ((Scope.OPEN,), "GET", "/tickets/1", 404),
    ((Scope.OPEN,), "GET", "/policy", 403),
    ((Scope.OPEN,), "POST", "/tickets/1/resolve", 403),
    ((Scope.READ, Scope.OPEN), "POST", "/tickets/1/note", 403),
    ((Scope.ACT,), "POST", "/tickets/1/redact", 403),
    ((Scope.ACT,), "POST", "/tickets/1/take", 403),
    ((Scope.LEAD,), "POST", "/tickets/1/redact", 200),
]


async def test_a_scope_is_the_limit(desk: DeskRuntime) -> None:
    await typed(desk, "new sev1 Link down")
    bodies = {"/tickets": {"summary": "x"}, "/tickets/1/redact": {"word": "Link"}}
    async with served(desk) as client:
        for scopes, method, path, status in LIMITS:
            body = bodies.get(path, {"text": "x"} if path.endswith(("note", "resolve")) else {})
            program = Program(client, key_for(desk, *scopes))
            answer = await program.ask(method, path, body if method == "POST" else None)
            assert answer.status == status, (path, await answer.text())


async def test_whoever_only_opens_sees_and_follows_their_own(desk: DeskRuntime) -> None:
    await typed(desk, "new sev1 Link down")
    async with served(desk) as client:
        program = Program(client, key_for(desk, Scope.OPEN))
        opened = await program.post("/tickets", {"summary": "Disk full", "severity": "1"}, 201)
        assert (opened["ticket"]["number"], opened["ticket"]["confirmed"]) == (2, False)
        assert [each["number"] for each in (await program.get("/tickets?state=all"))["tickets"]] == [2]
        assert (await program.get("/tickets?q=link"))["tickets"] == []
        assert (await program.post("/tickets/2/update", {"text": "and worse"}))["result"] == "done"


async def test_another_desks_tickets_are_not_there(desk: DeskRuntime) -> None:
    def elsewhere(session: Session) -> int:
        return ensure_desk(session, desk.organisation_id, "another")

    other = replace(desk, desk_id=desk.database.write_now(elsewhere))
    async with served(desk, other) as client:
        ours, theirs = (Program(client, key_for(each, Scope.ADMIN)) for each in (desk, other))
        await ours.post("/tickets", {"summary": "Secret of ours", "severity": "1"}, 201)
        for path in ("/tickets/1", "/tickets/1/events", "/tickets/1/clocks", "/tickets/1/note"):
            answer, none = await theirs.ask("GET", path), await theirs.ask("GET", path.replace("1", "9", 1))
            assert (answer.status, none.status) == (404, 404), path
            assert (await answer.text()).replace("1", "9") == (await none.text()).replace("1", "9"), path
        assert (await theirs.post("/tickets/1/note", {"text": "x"}, 404))["code"] == "no_such_ticket"
        for state in ("open", "all"):
            assert (await theirs.get(f"/tickets?state={state}"))["tickets"] == []
        assert (await theirs.get("/tickets?q=secret"))["tickets"] == []


async def test_a_desk_that_is_not_at_work_here_is_said_to_be_away(desk: DeskRuntime) -> None:
    other = replace(desk, desk_id=desk.desk_id + 1)
    async with served(other) as client:
        answer = await Program(client, key_for(desk, Scope.READ)).ask("GET", "/tickets")
        assert (answer.status, answer.headers["Retry-After"]) == (503, "5")


async def test_when_it_was_last_used_is_kept(desk: DeskRuntime) -> None:
    async with served(desk) as client:
        await Program(client, key_for(desk, Scope.READ)).get("/tickets")

        async def used() -> list[ApiKey]:
            return await desk.database.read(partial(list_keys, organisation_id=desk.organisation_id))

        while (await used())[0].used_at is None:
            pass


async def test_a_loop_gone_wild_opens_so_many_tickets_and_no_more(
    desk: DeskRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caller, "OPENED", 2)
    async with served(desk) as client:
        program = Program(client, key_for(desk, Scope.OPEN))
        answers = [await program.ask("POST", "/tickets", {"summary": "Disk full"}) for _ in range(3)]
        assert [each.status for each in answers] == [201, 201, 429]
        assert answers[-1].headers["Retry-After"] == "10"
        await program.get("/tickets")


async def test_whoever_guesses_or_asks_too_much_is_told_to_come_back_and_holds_up_nobody_else(
    desk: DeskRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caller, "MOST", 3)
    monkeypatch.setattr(caller, "WITHIN", 1000)
    monkeypatch.setattr(strangers, "MOST", 4)
    async with served(desk) as client:
        quiet, loud = (Program(client, key_for(desk, Scope.READ, name=name)) for name in ("quiet", "loud"))
        for each in (quiet, loud):
            await each.get("/health")
        guesses = [await Program(client, f"vigie_{n}_x").ask("GET", "/health") for n in range(3)]
        assert (guesses[-1].status, guesses[-1].headers["Retry-After"]) == (429, "60")
        answers = [await loud.ask("GET", "/health") for _ in range(4)]
        assert [each.status for each in answers] == [200, 200, 200, 429]
        assert answers[-1].headers["Retry-After"] == "1"
        await quiet.get("/health")
