"""What a ticket is called elsewhere stands on its card with the way there, is found, erased, and told to programs."""

from __future__ import annotations

from dataclasses import replace

from bot.commands import dispatch
from bot.desk.runtime import DeskRuntime
from tests.bot.api.programs import Program, key_for, served
from tests.bot.asking import call, told, typed
from tests.bot.samples import CUSTOMER
from triage.people import Actor, Role
from triage.scopes import Scope

LEAD = Actor("slack:ULEAD", frozenset({Role.LEAD}))
LINK = "https://carrier.example/t/CARRIER-123"


async def test_it_stands_on_the_card_is_found_and_erased(desk: DeskRuntime) -> None:
    await typed(desk, "new sev2 Line down")
    assert "called CARRIER-123" in await told(desk, f"ref 1 CARRIER-123 {LINK}")
    await typed(desk, "ref 1 https://help.example/INC9|yours")
    shown = str((await typed(desk, "show 1")).card)
    assert f"url='{LINK}'" in shown
    assert "One ticket found" in await told(desk, "search carrier123")
    await typed(desk, "redact 1 CARRIER-123", actor=LEAD)
    assert "CARRIER-123" not in str((await typed(desk, "show 1")).card)
    assert "One ticket found" not in await told(desk, "search carrier123")


async def test_a_link_is_read_wherever_it_stands_and_as_a_chat_writes_it(desk: DeskRuntime) -> None:
    await typed(desk, "new sev2 Line down")
    for words in (f"ref 1 {LINK} A 1", f"ref 1 A 2 <{LINK}>", f"ref 1 A 3 <{LINK}|carrier.example>"):
        number = words.replace(LINK, "")[len("ref 1 ") :].strip(" <>").split("<")[0].strip()
        assert f"called {number} elsewhere" in await told(desk, words)
    assert str((await typed(desk, "show 1")).card).count(f"url='{LINK}'") == 3


async def test_no_customer_is_shown_one_or_writes_one(desk: DeskRuntime) -> None:
    await typed(desk, "new sev2 Line down", actor=CUSTOMER)
    await typed(desk, f"ref 1 CARRIER-123 {LINK}")
    shown = (await typed(desk, "show 1", actor=CUSTOMER)).card
    assert "Line down" in str(shown)
    assert "CARRIER-123" not in str(shown)
    assert "called" not in await told(desk, "ref 1 PO-7", actor=CUSTOMER)


async def test_the_form_of_removal_offers_those_there_are(desk: DeskRuntime) -> None:
    for words in ("new sev2 Line down", f"ref 1 CARRIER-123 {LINK}", "ref 1 INC-9"):
        await typed(desk, words)
    form = (await dispatch.pressed(replace(call(desk, ""), number=1, answers={"value": ""}), "unref")).form
    assert form is not None
    assert [value for value, _ in form.fields[0].options] == ["CARRIER-123", "INC-9"]


async def test_programs_set_read_and_remove_them(desk: DeskRuntime) -> None:
    async with served(desk) as client:
        agent = Program(client, key_for(desk, Scope.ACT))
        await agent.post("/tickets", {"summary": "Line down", "severity": "2"}, 201)
        await agent.post("/tickets/1/ref", {"ref": "CARRIER-123", "link": LINK})
        done = await agent.post("/tickets/1/ref", {"ref": "INC-9"})
        assert done["ticket"]["references"] == [
            {"number": "CARRIER-123", "link": LINK}, {"number": "INC-9", "link": None}
        ]  # fmt: skip
        refused = await agent.post("/tickets/1/ref", {"ref": "X", "link": "javascript:alert(1)"}, 409)
        assert refused["code"] == "bad_reference_link"
        await agent.post("/tickets/1/unref", {"ref": "CARRIER-123"})
        assert [each["number"] for each in (await agent.get("/tickets/1"))["references"]] == ["INC-9"]
