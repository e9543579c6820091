"""`account`: a code that somebody types on their other platform, or an admin, joins two accounts; an admin parts
them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from bot.commands import dispatch
from bot.desk.binding import Binding
from bot.desk.runtime import DeskRuntime
from bot.verbs.base.call import Call, Mentioned
from bot.wording.phrase_book import PhraseBook
from bot.wording.sentences import plain
from storage.accounts import Account, save_accounts
from storage.join_codes import LETTERS, MOST_GIVEN, MOST_WRONG
from storage.outbox import claim
from storage.tables.accounts import AccountJoinRow, JoinCodeRow
from tests.factories import AGENT, NOW
from triage.people import Role

ANA, OTHER, BOSS = AGENT.id, "slack:UOTHER", "slack:UADMIN"
IN_TEAMS, YUKI, GUEST = "teams:29:1ana", "teams:29:1yuki", "teams:29:1guest"
MINUTE = timedelta(minutes=1)
PEOPLE = (
    Account(ANA, "Ana Reyes", email="ana@example.com"), Account(OTHER, "Omar Said"), Account("slack:UOMAR", "Omar Sy"),
    Account(BOSS, "Bo", is_admin=True),
    Account(IN_TEAMS, "Ana R."), Account(YUKI, "Yuki Tanaka", email="yuki@example.com"),
    Account(GUEST, "Dana Fox", is_external=True),
)  # fmt: skip


@dataclass
class Both:
    """A desk on two platforms, and who types on which."""

    slack: DeskRuntime
    teams: DeskRuntime

    async def says(self, who: str, words: str, now: datetime = NOW, **more: object) -> str:
        """What that account is answered to `/ticket account WORDS`."""
        desk = self.slack if who.startswith("slack:") else self.teams
        person = desk.directory.person(who)
        actor = desk.actor(person)
        if who == BOSS:
            actor = replace(actor, roles=frozenset({Role.ADMIN}))
        call = Call(desk, actor, PhraseBook(desk.directory).reader(person), now, "", f"account {words}".strip(), **more)  # type: ignore[arg-type]
        answer = await dispatch.typed(call)
        assert answer.card is not None
        return plain(answer.card.brief)

    async def code(self, who: str, now: datetime = NOW) -> str:
        """A code that this account is given."""
        found = re.search(rf"account ([{LETTERS}]{{4}}-[{LETTERS}]{{4}})", await self.says(who, "", now))
        assert found is not None
        return found[1]


@pytest.fixture
async def both(desk: DeskRuntime) -> Both:
    await desk.write(lambda session: save_accounts(session, desk.organisation_id, PEOPLE, NOW))
    teams = desk.on(Binding("teams", "@Vigie"))
    await desk.refresh_people()
    return Both(desk, teams)


async def log(desk: DeskRuntime) -> list[tuple[str, str, str]]:
    """Every join on record: which account, whose it is since, by whom."""
    rows = await desk.database.read(lambda session: session.exec(select(AccountJoinRow)).all())
    return [(row.account, row.person, row.joined_by) for row in rows]


@pytest.mark.parametrize(("first", "second"), [(ANA, IN_TEAMS), (IN_TEAMS, ANA)])
async def test_a_code_of_one_platform_typed_on_the_other_joins_the_two(both: Both, first: str, second: str) -> None:
    code = await both.code(first)
    assert "count as one person" in await both.says(second, code.lower().replace("-", " "))
    assert both.slack.directory.person(IN_TEAMS) == ANA
    assert Role.AGENT in both.teams.actor(both.teams.person("29:1ana")).roles
    assert await log(both.slack) == [(IN_TEAMS, ANA, second)]
    assert "Ana Reyes in Slack, Ana R. in Teams" in await both.says(ANA, "")
    assert "code" not in await both.says(ANA, "")
    (told,) = await both.slack.write(lambda session: claim(session, NOW, limit=9))
    assert (told.platform, told.data["person"]) == (first.partition(":")[0], first), "the other side hears of it"


async def test_a_code_is_stored_nowhere(both: Both) -> None:
    code = (await both.code(ANA)).replace("-", "")
    (row,) = await both.slack.database.read(lambda session: session.exec(select(JoinCodeRow)).all())
    assert code not in repr(row)
    assert len(row.digest) > 60


@pytest.mark.parametrize(
    ("who", "words", "minutes", "answer"),
    [
        (IN_TEAMS, "BCDF-2345", 0, "no code that I gave"),
        (IN_TEAMS, "sesame", 0, "no code that I gave"),
        (IN_TEAMS, "{code}", 11, "too old"),
        (OTHER, "{code}", 0, "given in Slack too"),
        (ANA, "{code}", 0, "given in Slack too"),
        (GUEST, "{code}", 0, "Only"),
        (GUEST, "", 0, "Only"),
    ],
)
async def test_a_code_that_is_no_good_says_why_and_joins_nobody(
    both: Both, who: str, words: str, minutes: float, answer: str
) -> None:
    code = await both.code(ANA)
    assert answer in await both.says(who, words.format(code=code), NOW + minutes * MINUTE)
    assert await log(both.slack) == []


async def test_a_code_is_good_once_and_a_new_one_ends_the_one_before(both: Both) -> None:
    first, second = await both.code(ANA), await both.code(ANA)
    assert "no code that I gave" in await both.says(IN_TEAMS, first)
    await both.says(IN_TEAMS, second)
    assert "used already" in await both.says(YUKI, second)
    assert len(await log(both.slack)) == 1


async def test_whoever_has_an_account_there_already_is_not_joined_to_another(both: Both) -> None:
    await both.says(IN_TEAMS, await both.code(ANA))
    code = await both.code(OTHER)
    assert "another account on the same platform" in await both.says(IN_TEAMS, code)
    assert len(await log(both.slack)) == 1


async def test_nobody_guesses(both: Both) -> None:
    code = await both.code(ANA)
    for _ in range(MOST_WRONG):
        assert "no code that I gave" in await both.says(YUKI, "BCDF-2345")
    assert "Too many wrong codes" in await both.says(YUKI, code)
    assert "count as one" in await both.says(IN_TEAMS, code), "who types the right one is not kept from it by others"
    later = NOW + 61 * MINUTE
    assert "count as one" in await both.says(YUKI, await both.code(OTHER, later), later)


async def test_codes_are_not_had_without_end(both: Both) -> None:
    for _ in range(MOST_GIVEN):
        await both.code(ANA)
    assert "too many codes" in await both.says(ANA, "")
    assert await both.code(ANA, NOW + 61 * MINUTE)


@pytest.mark.parametrize(
    "words", ["{ana} Ana R.", "join {ana} Ana R.", "{ana} = Ana R.", "Ana Reyes Ana R.", f"ana@example.com {IN_TEAMS}"]
)
async def test_an_admin_joins_whom_they_name_and_parts_them(both: Both, words: str) -> None:
    mentioned = {"@Ana Reyes": Mentioned(ANA)}
    words = words.format(ana="@Ana Reyes")
    assert "count as one person" in await both.says(BOSS, words, mentioned=mentioned)
    assert both.slack.directory.person(IN_TEAMS) == ANA
    assert "Ana Reyes in Slack, Ana R. in Teams" in await both.says(BOSS, "@Ana Reyes", mentioned=mentioned)
    assert "a person of their own" in await both.says(BOSS, "part @Ana Reyes", mentioned=mentioned)
    assert both.slack.directory.person(IN_TEAMS) == IN_TEAMS
    assert await log(both.slack) == [(IN_TEAMS, ANA, BOSS), (IN_TEAMS, IN_TEAMS, BOSS)]
    assert "nothing to part" in await both.says(BOSS, "part @Ana Reyes", mentioned=mentioned)


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("Ana Reyes = Omar Said", "two people"),
        ("Ana Reyes = Nemo", 'nobody called "Nemo"'),
        ("Nemo", 'nobody called "Nemo"'),
        ("Omar", "several accounts: slack:"),
        ("Yuki Tanaka", "joined to no other"),
    ],
)
async def test_whom_an_admin_cannot_join_is_said(both: Both, words: str, answer: str) -> None:
    assert answer in await both.says(BOSS, words)
    assert await log(both.slack) == []


async def test_other_peoples_accounts_are_for_admins(both: Both) -> None:
    for words in ("Ana Reyes Yuki Tanaka", "part Ana Reyes", "join Ana Reyes = Yuki Tanaka"):
        assert (await both.says(ANA, words)).startswith("Only")


async def test_a_desk_on_one_platform_has_nothing_to_join(desk: DeskRuntime) -> None:
    await desk.write(lambda session: save_accounts(session, desk.organisation_id, PEOPLE, NOW))
    await desk.refresh_people()
    assert "on Slack alone" in await Both(desk, desk).says(ANA, "")
