"""A rota that is kept in a calendar elsewhere: recurrences, zones, what is none, addresses that do not answer."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.desk import rota_calendar
from bot.desk.directory import Directory
from bot.desk.rota_calendar import PublicAddresses, UnreadableCalendarError, fetch, read_rota, spans_of
from bot.desk.rota_published import rota_calendar as published
from bot.desk.runtime import DeskRuntime
from storage.accounts import Account
from tests.bot.samples import PEOPLE, POLICY, directory_of
from tests.factories import AGENT, NOW
from triage.rota import Rota, Turns


def calendar(*events: str) -> bytes:
    inside = "".join(
        f"BEGIN:VEVENT\nUID:{n}\nDTSTAMP:20260101T000000Z\n{each}\nEND:VEVENT\n" for n, each in enumerate(events)
    )
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n{inside}END:VCALENDAR\n".replace("\n", "\r\n").encode()


WEEKLY = (
    "DTSTART;TZID=Europe/Paris:20260302T090000\nDTEND;TZID=Europe/Paris:20260309T090000\n"
    "RRULE:FREQ=WEEKLY;INTERVAL=2\nSUMMARY:On call: Ana"
)
ONCE = "DTSTART:20260309T080000Z\nDTEND:20260316T080000Z\nATTENDEE;CN=Priya:mailto:priya@example.com\nSUMMARY:duty"
ALL_DAY = "DTSTART;VALUE=DATE:20260314\nDTEND;VALUE=DATE:20260315\nSUMMARY:Priya (on call)"
CANCELLED = f"{ONCE}\nSTATUS:CANCELLED"


async def read(content: bytes) -> list[tuple[str, str, list[str]]]:
    found = await spans_of(content, NOW, "Europe/Paris")
    return [(start[:16], end[:16], names) for start, end, names in found]


async def test_recurrences_zones_and_whole_days_become_spans() -> None:
    found = await read(calendar(WEEKLY, ONCE, ALL_DAY, CANCELLED))
    assert found[0] == ("2026-03-02T08:00", "2026-03-09T08:00", ["Ana", "On call: Ana"])
    assert found[1] == ("2026-03-09T08:00", "2026-03-16T08:00", ["priya@example.com", "Priya", "duty"])
    assert ("2026-03-13T23:00", "2026-03-14T23:00", ["Priya", "Priya (on call)"]) in found
    assert ("2026-03-30T07:00", "2026-04-06T07:00", ["Ana", "On call: Ana"]) in found, "the local hour holds"
    assert len(found) == 7


@pytest.mark.parametrize(
    "content", [b"", b"<html>sign in</html>", b"\x00\xff" * 50, b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n"]
)
async def test_what_is_no_calendar_is_said_to_be_none(content: bytes) -> None:
    with pytest.raises(UnreadableCalendarError, match="no calendar"):
        await read(content)


async def test_what_is_wrong_is_said_without_a_word_of_what_was_read() -> None:
    """It may be any file or page, and what is said of it is shown in chat and kept."""
    with pytest.raises(UnreadableCalendarError) as raised:
        await read(b"root:secret:0:0\x00\r\n" * 9)
    assert "secret" not in str(raised.value)
    assert "\x00" not in str(raised.value)


async def test_names_are_few_short_and_without_control_characters() -> None:
    many = "\n".join(f"ATTENDEE:mailto:a{n}@example.com" for n in range(5000))
    hostile = f"DTSTART:20260303T080000Z\nDTEND:20260303T090000Z\nSUMMARY:Ana\x00\x07{'x' * 9000}"
    found = await read(calendar(f"{ONCE}\n{many}", hostile))
    assert [len(names) for _, _, names in found] == [1, 10]
    assert all(len(name) <= 120 and name.isprintable() for _, _, names in found for name in names)


async def test_a_zone_that_does_not_exist_spoils_nothing() -> None:
    lying = calendar(ONCE).replace(b"PRODID:x", b"PRODID:x\r\nX-WR-TIMEZONE:Mars/Base")
    assert await read(lying) == await read(calendar(ONCE))


async def test_an_event_without_end_or_with_a_broken_date_spoils_no_other() -> None:
    assert len(await read(calendar("DTSTART:20260303T080000Z\nSUMMARY:x", ONCE))) == 1


async def test_a_file_is_read_up_to_its_limit(tmp_path: Path) -> None:
    file = tmp_path / "rota.ics"
    file.write_bytes(calendar(ONCE))
    assert await fetch(str(file)) == await fetch(f"file://{file}") == calendar(ONCE)
    file.write_bytes(b"x" * 10_000_000)
    with pytest.raises(UnreadableCalendarError, match="larger than 5 MB"):
        await fetch(str(file))
    with pytest.raises(UnreadableCalendarError, match="No such file"):
        await fetch(str(tmp_path / "none.ics"))
    os.mkfifo(tmp_path / "pipe.ics")
    with pytest.raises(UnreadableCalendarError, match="it is no file"):
        await asyncio.wait_for(fetch(str(tmp_path / "pipe.ics")), 5)


@pytest.mark.parametrize("host", ["10。0。0。1", "１６９．２５４．１６９．２５４", "①⓪.0.0.①", "[fec0::1]"])
async def test_an_address_in_other_letters_leads_nowhere_inside(host: str) -> None:
    async def answer(_request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound(f"https://{host}/")

    server = await served(answer)
    with pytest.raises(UnreadableCalendarError, match="not on the internet"):
        await fetch(f"http://127.0.0.1:{server.port}/")
    await server.close()


@pytest.mark.parametrize("carrying", ["2002:a9fe:a9fe::1", "64:ff9b::a9fe:a9fe", "::ffff:10.0.0.1", "fd00:ec2::254"])
async def test_an_address_that_carries_another_leads_nowhere_inside(carrying: str) -> None:
    async def answer(_request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound(f"https://[{carrying}]/")

    server = await served(answer)
    with pytest.raises(UnreadableCalendarError, match="not on the internet"):
        await fetch(f"http://127.0.0.1:{server.port}/rota.ics")
    await server.close()


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


async def served(handler: Handler) -> TestServer:
    app = web.Application()
    app.router.add_get("/{name:.*}", handler)
    server = TestServer(app)
    await server.start_server()
    return server


async def test_an_address_that_the_policy_names_is_read_wherever_it_is() -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        if request.path == "/moved":
            raise web.HTTPFound("/rota.ics")
        if request.path == "/round":
            raise web.HTTPFound("/round")
        if request.path == "/inside":
            raise web.HTTPFound("http://169.254.169.254/latest/meta-data")
        if request.path == "/large":
            return web.Response(body=b"x" * 6_000_000)
        return web.Response(body=calendar(ONCE)) if request.path == "/rota.ics" else web.Response(status=503)

    server = await served(answer)
    base = f"http://127.0.0.1:{server.port}"
    assert await fetch(f"{base}/rota.ics") == await fetch(f"{base}/moved") == calendar(ONCE)
    for path, said in (("round", "on and on"), ("inside", "not https"), ("large", "5 MB"), ("away", "answers 503")):
        with pytest.raises(UnreadableCalendarError, match=said):
            await fetch(f"{base}/{path}")
    await server.close()
    with pytest.raises(UnreadableCalendarError, match="does not answer"):
        await fetch(f"{base}/rota.ics")


async def test_a_name_that_leads_inside_is_followed_only_where_the_policy_names_it() -> None:
    named = PublicAddresses("localhost")
    assert await named.resolve("localhost", 80)
    with pytest.raises(OSError, match="not on the internet"):
        await PublicAddresses("calendar.example.com").resolve("localhost", 80)
    await named.close()


async def test_the_last_good_copy_holds_and_it_is_said_why(desk: DeskRuntime, tmp_path: Path) -> None:
    desk.now.offset = NOW - datetime.now(UTC)
    file = tmp_path / "rota.ics"
    file.write_bytes(calendar(WEEKLY))
    desk.policy = replace(POLICY, rota_calendar=str(file))
    await read_rota(desk)
    assert desk.roster.on_call(NOW) == [AGENT.id]
    assert desk.state.rota_problem == ""
    file.unlink()
    await read_rota(desk)
    await desk.refresh_people()
    assert desk.roster.on_call(NOW) == [AGENT.id]
    assert "No such file" in desk.state.rota_problem


def test_whoever_is_named_in_it_is_found_by_email_or_name() -> None:
    accounts = {"slack:UA": Account("slack:UA", "Ana", email="ana@example.com"), "slack:UB": Account("slack:UB", "Ben")}
    directory = Directory(POLICY, accounts)
    found = [directory.person_called(names) for names in (("ana@example.com", "x"), ("nobody", "Ben"), ("Zoe",))]
    assert found == ["slack:UA", "slack:UB", None]


async def test_reading_it_takes_no_longer_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rota_calendar, "READ_SECONDS", 0)
    with pytest.raises(UnreadableCalendarError, match="takes longer"):
        await read(calendar(ONCE))


async def test_what_we_publish_is_a_calendar_that_we_read_as_it_was() -> None:
    turns = Turns((AGENT.id, "slack:ULEAD"), date(2026, 3, 2), time(9), "Europe/Paris")
    names = {**PEOPLE, AGENT.id: 'Ana; "the first", É' + "x" * 80}
    directory = directory_of(names, replace(POLICY, rota=Rota((turns,))))
    text = published(directory, "1.1", NOW, "Vigie support")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    found = await spans_of(text.encode(), NOW, "UTC")
    first = found[0]
    assert first[:2] == ["2026-03-02T08:00:00+00:00", "2026-03-09T08:00:00+00:00"]
    assert first[2][0] == names[AGENT.id]
    begins = {datetime.fromisoformat(start).astimezone(ZoneInfo("Europe/Paris")).hour for start, _, _ in found}
    assert begins == {9}
    assert published(directory, "1.1", NOW + timedelta(minutes=5), "x").count("UID:") == text.count("UID:")
