"""A customer writes emails, and the desk works in its chat: through a real IMAP and a real SMTP server."""

from __future__ import annotations

import asyncio
import tracemalloc
from collections.abc import AsyncIterator, Coroutine
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from imapclient.exceptions import IMAPClientError

from bot.app import Vigie
from bot.cli.whom import find_whom
from bot.email import intake
from bot.email.front_end import TRIES, EmailFrontEnd
from bot.email.intake import Arrived
from bot.email.mailbox import LARGEST, Mailbox
from bot.server.settings import Settings
from storage.customers import Customer, save_customers
from storage.email_threads import how_far, note_read
from storage.inventory import INVENTORY
from tests.scenarios.chat import ENGINEER, Chat
from tests.scenarios.email.post_office import PostOffice, letter, post_office, returned, words
from tests.scenarios.seen import everything
from tests.waiting import LONGEST_SECONDS


@pytest.fixture
async def office() -> AsyncIterator[PostOffice]:
    async with post_office() as found:
        yield found


@pytest.fixture
async def vigie(
    database_url: str, sockets: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, office: PostOffice
) -> AsyncIterator[Vigie]:
    """A Vigie with a mailbox beside its chat."""
    monkeypatch.chdir(tmp_path)
    settings = Settings(VIGIE_DATABASE_URL=database_url, VIGIE_PORT=0, **office.settings, **sockets)
    running = Vigie(settings, answer_within=LONGEST_SECONDS, local_platforms=("slack",))
    await running.start()
    assert running.desk is not None
    customers = [Customer("Acme", domains=("acme.example",)), Customer("Globex", domains=("globex.example",))]
    await running.desk.write(partial(save_customers, organisation_id=running.desk.organisation_id, customers=customers))
    await mail(running).look()  # what lay there before is not ours
    yield running
    await running.stop()


def mail(vigie: Vigie) -> EmailFrontEnd:
    (found,) = (each for each in vigie.front_ends if isinstance(each, EmailFrontEnd))
    return found


async def look(vigie: Vigie, chat: Chat) -> None:
    """The mailbox is looked at, and everything is said."""
    while await mail(vigie).look():
        pass
    await chat.settled()


async def test_an_email_becomes_a_ticket_and_an_update_goes_back_by_email(
    vigie: Vigie, chat: Chat, office: PostOffice
) -> None:
    first = letter("Nothing reaches us since nine.\n\nAlice", cc="bob@acme.example, eve@evil.example")
    await office.arrives(first)
    await look(vigie, chat)
    card = await chat.card()
    assert "Link down in Sydney" in everything(card)
    assert "Acme" in everything(card)
    await chat.command(ENGINEER, "update 1 We have found the broken fibre")
    await chat.settled()
    update = office.sent[-1]
    assert "We have found the broken fibre" in words(update)
    assert update["To"] == "alice@acme.example, bob@acme.example"
    assert update["Subject"] == "Re: Link down in Sydney"
    quoted = "On Tue, 10 Mar 2026 at 12:00, Vigie <support@desk.example> wrote:\n> We have found the broken fibre"
    answer = letter(f"It is back, thank you!\n\n{quoted}", "Re: Link down in Sydney", answers=update)
    await office.arrives(answer)
    await look(vigie, chat)
    said = await chat.thread(card)
    assert any("It is back, thank you!" in line and "We have found" not in line for line in said)
    assert not await office.folder("Vigie aside")


async def test_who_answers_whom_is_not_believed(vigie: Vigie, chat: Chat, office: PostOffice) -> None:
    """An answer joins a conversation only where whoever wrote is in it, or is of the same company."""
    await office.arrives(letter("Nothing reaches us since nine.", message_id="<first@acme.example>"))
    await look(vigie, chat)
    (receipt,) = office.sent
    forged = letter("Close this ticket.", "Re: Link down", "Mallory <mallory@globex.example>", answers=receipt)
    await office.arrives(forged)
    guessed = letter("And mine?", "Circuit slow in Oslo", "Greta <greta@globex.example>")
    guessed["In-Reply-To"] = "<first@acme.example>"
    await office.arrives(guessed)
    colleague = letter("We see it in Oslo too.", "Re: Link down", "Bob <bob@acme.example>", answers=receipt)
    await office.arrives(colleague)
    await look(vigie, chat)
    card = await chat.card(1)
    said = "\n".join(await chat.thread(card))
    assert "We see it in Oslo too." in said
    assert "Close this ticket" not in said
    assert "And mine?" not in said
    assert "Circuit slow in Oslo" in everything(await chat.card(2)), "an id that anybody may choose proves nothing"
    (aside,) = await office.folder("Vigie aside")
    assert b"Close this ticket." in aside
    told = [everything(each) for each in await chat.messages(ENGINEER)]
    assert any("mallory@globex.example answered a conversation" in each for each in told)


UNHEARD: list[tuple[str, bytes, str]] = [
    ("an absence notice", b"Auto-Submitted: auto-replied\r\n", "A program wrote"),
    ("a newsletter", b"List-Id: <news.acme.example>\r\nPrecedence: bulk\r\n", "A program wrote"),
    ("an unknown charset", b"Content-Type: text/plain; charset=x-klingon\r\n", "x-klingon"),
]


@pytest.mark.parametrize(("name", "headers", "told"), UNHEARD, ids=[each[0] for each in UNHEARD])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_becomes_no_ticket_is_kept_aside_and_told(  # noqa: PLR0917  a row of the table, and where it is told
    vigie: Vigie, chat: Chat, office: PostOffice, name: str, headers: bytes, told: str
) -> None:
    raw = b"From: alice@acme.example\r\nSubject: Link down\r\nMessage-ID: <x@acme.example>\r\n" + headers
    await office.arrives(raw + b"\r\nI am away, \xe9t\xe9.\r\n")
    await look(vigie, chat)
    assert len(await office.folder("Vigie aside")) == 1, name
    assert any(told in everything(each) for each in await chat.messages(ENGINEER))
    assert not office.sent, "nobody answers a program"
    await office.arrives(letter("Nothing reaches us."))
    await look(vigie, chat)
    assert "Link down in Sydney" in everything(await chat.card(1)), "what comes behind it is heard"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_stranger_is_told_of_and_becomes_a_customer_by_moving_the_letter_back(
    vigie: Vigie, chat: Chat, office: PostOffice
) -> None:
    await office.arrives(letter("Hello?", "A question", "Zoe <zoe@initech.example>"))
    await look(vigie, chat)
    assert any("zoe@initech.example wrote an email" in everything(each) for each in await chat.messages(ENGINEER))
    assert vigie.desk is not None
    initech = [Customer("Initech", domains=("initech.example",))]
    await vigie.desk.write(partial(save_customers, organisation_id=vigie.desk.organisation_id, customers=initech))
    (raw,) = await office.folder("Vigie aside")
    await office.arrives(raw)
    await look(vigie, chat)
    assert "Initech" in everything(await chat.card(1))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_same_letter_twice_is_one_ticket_and_two_letters_are_two(
    vigie: Vigie, chat: Chat, office: PostOffice
) -> None:
    await office.arrives(first := letter("Nothing reaches us."))
    await office.arrives(first)
    await office.arrives(letter("The invoice is wrong as well.", "Circuit slow in Oslo"))
    await look(vigie, chat)
    assert "Link down" in everything(await chat.card(1))
    assert "Circuit slow" in everything(await chat.card(2))
    assert len([m for m in await chat.messages(ENGINEER) if "#3 " in f"{m.title} "]) == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_letter_that_cannot_be_sent_is_tried_again_and_one_that_nobody_takes_is_told_of(
    vigie: Vigie, chat: Chat, office: PostOffice
) -> None:
    office.out.answers.append("451 4.3.0 come back later")
    await office.arrives(letter("Nothing reaches us."))
    await look(vigie, chat)
    await chat.advance(2)
    assert len(office.sent) == 1, "sent once, at the second try"
    office.out.unknown.add("alice@acme.example")
    await chat.command(ENGINEER, "update 1 We are on it")
    await chat.advance(2)
    assert len(office.sent) == 1
    said = [everything(each) for each in await chat.messages(ENGINEER)]
    assert any("did not arrive" in each for each in said), "and Ana knows that it counts for nothing"
    told = [everything(each) for each in await chat.written_to(ENGINEER)]
    assert any("alice@acme.example: 550 5.1.1" in each for each in told), "and why"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_of_whom_a_letter_does_not_reach_the_owner_is_told_and_it_counts_since_others_have_it(
    vigie: Vigie, chat: Chat, office: PostOffice
) -> None:
    await office.arrives(letter("Nothing reaches us.", cc="bob@acme.example, carl@acme.example"))
    await look(vigie, chat)
    await chat.command(ENGINEER, "take 1")
    await chat.settled()
    office.out.unknown.add("bob@acme.example")
    office.out.busy["carl@acme.example"] = 1
    before = len(office.sent)
    await chat.command(ENGINEER, "update 1 We are on it")
    await chat.advance(2)
    assert len(office.sent) == before + 1, "of whom it can be said later it is waited for a moment"
    told = [everything(each) for each in await chat.written_to(ENGINEER)]
    assert sum("but not to bob@acme.example (550 5.1.1 no such mailbox)" in each for each in told) == 1
    assert not any("did not arrive" in everything(each) for each in await chat.messages(ENGINEER))
    await chat.command(ENGINEER, "update 1 The fibre is found")
    await chat.advance(2)
    told = [everything(each) for each in await chat.written_to(ENGINEER)]
    assert sum("but not to bob@acme.example" in each for each in told) == 1, "once a day"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_lay_there_before_is_left_alone_and_a_mailbox_numbered_anew_opens_nothing_twice(
    vigie: Vigie, chat: Chat, office: PostOffice
) -> None:
    await office.arrives(letter("Nothing reaches us."))
    await look(vigie, chat)
    desk = vigie.desk
    assert desk is not None
    account = mail(vigie).account
    another = partial(
        note_read, organisation_id=desk.organisation_id, address=account.address, uidvalidity=1, last_uid=0,
        now=datetime.now(UTC),
    )  # fmt: skip
    await desk.database.write(another)  # the same letters, as if their numbers had meant others
    await look(vigie, chat)
    assert len([m for m in await chat.messages(ENGINEER) if "Link down" in f"{m.title} " and not m.below]) == 1
    await office.arrives(letter("And another.", "Circuit slow in Oslo"))
    await look(vigie, chat)
    assert "Circuit slow" in everything(await chat.card(2))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_mailbox_that_is_away_is_told_to_an_admin_and_looked_at_again(
    vigie: Vigie, chat: Chat, office: PostOffice
) -> None:
    desk = vigie.desk
    assert desk is not None
    await office.goes_away()
    of_it = partial(how_far, organisation_id=desk.organisation_id, address=mail(vigie).account.address)
    told = sa.text("SELECT count(*) FROM outbox WHERE kind = 'mailbox_unread'")
    for minutes, times in ((1, 0), (16, 1), (16, 1)):
        await chat.advance(minutes)
        await mail(vigie).visit()
        assert await desk.database.read(lambda session: session.execute(told).scalar_one()) == times
        kept = await desk.database.read(of_it)
        assert kept is not None
        assert "refused" in (kept.problem or "")
    await office.comes_back()
    await mail(vigie).visit()
    kept = await desk.database.read(of_it)
    assert kept is not None
    assert kept.problem is None
    await office.arrives(letter("Nothing reaches us."))
    await look(vigie, chat)
    assert "Link down" in everything(await chat.card(1))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_whoever_wrote_is_forgotten_with_their_customer(vigie: Vigie, chat: Chat, office: PostOffice) -> None:
    await office.arrives(letter("Nothing reaches us.", cc="bob@acme.example"))
    await look(vigie, chat)
    desk = vigie.desk
    assert desk is not None

    find = partial(find_whom, organisation_id=desk.organisation_id, text="Acme", kind="customer")
    acme = await desk.database.read(find)
    assert [each.key for each in acme.accounts] == ["email:alice@acme.example"], "by the domain of the address"
    assert INVENTORY["email_thread"].whose == "channel", "and what they began goes with them"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_nobody_can_use_holds_up_nothing_and_floods_nothing(
    vigie: Vigie, chat: Chat, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server does not let letters be moved, one cannot be fetched at all, and strangers write by the dozen."""

    def full(_self: Mailbox, _uid: int) -> None:
        raise IMAPClientError("NO [OVERQUOTA]")

    fetched, broken = Mailbox.letter, set[int]()

    def fetch(self: Mailbox, uidvalidity: int, uid: int) -> Arrived | None:
        broken.add(uid)
        if uid == min(broken):
            raise IMAPClientError("NO [SERVERBUG]")
        return fetched(self, uidvalidity, uid)

    monkeypatch.setattr(Mailbox, "_move", full)
    monkeypatch.setattr(Mailbox, "letter", fetch)
    for number in range(13):
        await office.arrives(letter("Buy this", "Cheap", f"x{number}@initech.example"))
    await office.arrives(letter("Nothing reaches us."))
    for _ in range(TRIES):
        with pytest.raises(IMAPClientError):
            await mail(vigie).look()
    await look(vigie, chat)
    assert "Link down in Sydney" in everything(await chat.card(1))
    told = [everything(each) for each in await chat.messages(ENGINEER)]
    assert sum("no customer has that address" in each for each in told) == 10
    assert sum("Further emails became no ticket" in each for each in told) == 1
    assert sum("could not be read" in each for each in told) == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_of_a_mailbox_numbered_anew_nothing_old_is_opened(vigie: Vigie, chat: Chat, office: PostOffice) -> None:
    for number in range(2):
        old = datetime.now(UTC) - timedelta(days=40 + number)
        await office.arrives(letter(f"Old trouble {number}", f"Old {number}", at=old), at=old)
    desk = vigie.desk
    assert desk is not None
    note = partial(note_read, organisation_id=desk.organisation_id, address=mail(vigie).account.address)
    await desk.database.write(partial(note, uidvalidity=1, last_uid=0, now=datetime.now(UTC)))
    await look(vigie, chat)
    await look(vigie, chat)
    await office.arrives(letter("Nothing reaches us."))
    await look(vigie, chat)
    assert "Link down in Sydney" in everything(await chat.card(1))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_nobody_is_put_out_of_a_conversation_nor_a_stranger_into_it(
    vigie: Vigie, chat: Chat, office: PostOffice
) -> None:
    desk = vigie.desk
    assert desk is not None
    joe = [Customer("Joe", channels=("email:joe@isp.example",))]
    await desk.write(partial(save_customers, organisation_id=desk.organisation_id, customers=joe))
    await office.arrives(letter("Nothing reaches us.", cc=", ".join(f"x{n}@acme.example" for n in range(15))))
    await look(vigie, chat)
    (receipt,) = office.sent
    many = ", ".join(f"y{n}@acme.example" for n in range(19))
    await office.arrives(letter("We too.", "Re: Link", "Bob <bob@acme.example>", answers=receipt, cc=many))
    await office.arrives(letter("Mine is slow.", "Slow", "joe@isp.example", cc="eve@isp.example"))
    await look(vigie, chat)
    assert office.sent[-1]["To"] == "joe@isp.example", "his neighbour at the same provider is nobody to us"
    await chat.command(ENGINEER, "update 1 We are on it")
    await chat.settled()
    assert "alice@acme.example" in office.sent[-1]["To"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_colleague_with_another_domain_of_the_same_customer_is_one_of_theirs(
    vigie: Vigie, chat: Chat, office: PostOffice
) -> None:
    """Which domains and addresses are a customer's is what the record says, and nothing else."""
    desk = vigie.desk
    assert desk is not None
    acme = Customer("Acme", domains=("acme.example", "acme.fr.example"), channels=("email:joe@gmail.com",))
    await desk.write(partial(save_customers, organisation_id=desk.organisation_id, customers=[acme]))
    others = "zoe@acme.fr.example, joe@gmail.com, eve@gmail.com, greta@globex.example"
    await office.arrives(letter("Nothing reaches us.", cc=others))
    await look(vigie, chat)
    (receipt,) = office.sent
    assert receipt["To"] == "alice@acme.example, zoe@acme.fr.example, joe@gmail.com"
    for sender in ("Zoe <zoe@acme.fr.example>", "Joe <joe@gmail.com>", "Eve <eve@gmail.com>", "greta@globex.example"):
        await office.arrives(letter(f"So says {sender[:3]}.", "Re: Link down", sender, answers=receipt))
    await look(vigie, chat)
    said = "\n".join(await chat.thread(await chat.card(1)))
    assert "So says Zoe." in said
    assert "So says Joe." in said
    assert len(await office.folder("Vigie aside")) == 2, "Eve, whom nobody knows, and Greta, who is of Globex"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_two_letters_with_the_same_id_are_two(vigie: Vigie, chat: Chat, office: PostOffice) -> None:
    """Some programs give every letter the same id: no word is lost by it, and the same letter twice is one."""
    first = letter("Nothing reaches us.", message_id="<same@acme.example>")
    second = letter("Now Oslo is down too.", message_id="<same@acme.example>")
    for each in (first, second, first, second):
        await office.arrives(each)
    await look(vigie, chat)
    said = await chat.thread(await chat.card(1))
    assert sum("Now Oslo is down too." in line for line in said) == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_whoever_makes_up_senders_opens_no_tickets_without_end(
    vigie: Vigie, chat: Chat, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "MOST_BEGUN", 3)
    for number in range(6):
        await office.arrives(letter("Nothing reaches us.", f"Link {number} down", f"x{number}@acme.example"))
    await look(vigie, chat)
    assert len(await office.folder("Vigie aside")) == 3
    told = [everything(each) for each in await chat.messages(ENGINEER)]
    assert sum("So many emails from acme.example" in each for each in told) == 1
    await office.arrives(letter("Nor us.", "Slow", "greta@globex.example"))
    await look(vigie, chat)
    assert "Globex" in everything(await chat.card(4)), "others are heard"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_letter_that_comes_back_counts_only_where_somebody_else_has_it(
    vigie: Vigie, chat: Chat, office: PostOffice
) -> None:
    await office.arrives(letter("Nothing reaches us.", cc="bob@acme.example"))
    await look(vigie, chat)
    await chat.command(ENGINEER, "update 1 We are on it")
    await chat.settled()
    update = office.sent[-1]
    await office.arrives(returned(update, "eve@evil.example"))
    await office.arrives(returned(update, "bob@acme.example"))
    await look(vigie, chat)
    told = [everything(each) for each in await chat.written_to(ENGINEER)]
    assert sum("but not to bob@acme.example (550 5.1.1 no such mailbox)" in each for each in told) == 1
    assert not any("did not arrive" in everything(each) for each in await chat.messages(ENGINEER))
    for _ in range(2):
        await office.arrives(returned(update, "alice@acme.example", "bob@acme.example"))
    await look(vigie, chat)
    told = [everything(each) for each in await chat.written_to(ENGINEER)]
    assert sum("did not get what you wrote" in each and "alice@acme.example: 550" in each for each in told) == 1
    said = [everything(each) for each in await chat.messages(ENGINEER)]
    assert sum("did not arrive" in each for each in said) == 1


def large(size: int) -> EmailMessage:
    """A letter of that many bytes, with something attached."""
    found = letter("The log of the router is attached.")
    found.add_attachment(bytes(size * 3 // 4 * 76 // 78), maintype="application", subtype="zip", filename="router.zip")
    return found


@pytest.mark.long
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_letter_that_is_too_large_is_put_aside_unread_and_one_just_below_that_is_a_ticket(
    vigie: Vigie, chat: Chat, office: PostOffice
) -> None:
    """What a letter may take of the memory is bounded, and what lies behind it is heard."""
    await office.arrives(large(LARGEST + 500_000))
    assert await memory_of(look(vigie, chat)) < 5_000_000, "it is not even fetched"
    (aside,) = await office.folder("Vigie aside")
    assert len(aside) > LARGEST
    assert any("larger than 25 MB" in everything(each) for each in await chat.messages(ENGINEER))
    await office.arrives(large(LARGEST - 500_000))
    taken = await memory_of(look(vigie, chat))
    assert taken < 6 * LARGEST, taken
    assert "router.zip" in "".join([everything(await chat.card(1)), *await chat.thread(await chat.card(1))])


async def memory_of(work: Coroutine[Any, Any, None]) -> int:
    """The most bytes that the work held at once."""
    tracemalloc.start()
    try:
        await work
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


async def test_two_processes_with_one_mailbox_deal_with_each_letter_once(
    vigie: Vigie, chat: Chat, office: PostOffice
) -> None:
    other = Vigie(vigie.settings.model_copy(update={"port": 0}), role="web", local_platforms=("slack",))
    await other.start()
    try:
        for number in range(4):
            await office.arrives(letter(f"Nothing reaches us at {number}.", f"Link {number} down"))
        await office.arrives(letter("Hello?", "A question", "Zoe <zoe@initech.example>"))
        await both(vigie, other, chat)
        receipts = list(office.sent)
        assert len(receipts) == 4
        for number, receipt in enumerate(receipts):
            await office.arrives(letter(f"Still so, {number}.", f"Re: Link {number}", answers=receipt))
        await both(vigie, other, chat)
        tickets = [each for each in await chat.messages(ENGINEER) if "down" in f"{each.title}" and not each.below]
        assert len(tickets) == 4
        answers = [line for each in tickets for line in await chat.thread(each) if "Still so" in line]
        assert len(answers) == 4
        assert len(await office.folder("Vigie aside")) == 1
        told = [everything(each) for each in await chat.messages(ENGINEER)]
        assert sum("zoe@initech.example wrote an email" in each for each in told) == 1
    finally:
        await other.stop()


async def both(vigie: Vigie, other: Vigie, chat: Chat) -> None:
    """Both look at the mailbox at the same time, until nothing is left."""
    while any(await asyncio.gather(mail(vigie).look(), mail(other).look())):
        pass
    await chat.settled()
