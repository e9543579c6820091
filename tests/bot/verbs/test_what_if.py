"""`what-if`: the deadlines before and after another verb, nothing changed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.desk.runtime import DeskRuntime
from bot.wording.explain_cards import what_if_card
from bot.wording.view import View
from storage.groups import Group
from storage.tickets import StoredTicket, get_ticket
from tests.bot.asking import call, told
from tests.bot.verbs.explaining import MINUTE, act, by_day, lines, texts, under
from tests.factories import AGENT, NOW, REQUESTER
from triage.people import Actor, Role
from triage.supposing import differences, next_proposal

HELPER = Actor("slack:UHELPER", frozenset({Role.HELPER}))


async def test_what_if_moves_a_target_told_by_the_day(desk: DeskRuntime) -> None:
    by_day(desk)
    await act(desk, "new sev1 Link down", 0)
    await act(desk, "take 1", 5)
    said = await lines(desk, "what-if 1 wait their logs until 13:00", minutes=60)
    assert any("Tue 3 Mar 16:00 GMT" in line for line in said)


async def test_what_if_shows_every_deadline_before_and_after_and_changes_nothing(desk: DeskRuntime) -> None:
    await act(desk, "new sev2 Link down", 0)
    before = desk.database.read_now(lambda session: get_ticket(session, desk.organisation_id, 1)).events
    assert await lines(desk, "what-if 1 severity 1", minutes=10) == [
        "What if #1 Link down: severity 1",
        "Response stays: Mon 2 Mar 10:15 GMT",
        "Update Mon 2 Mar 11:00 GMT would become Mon 2 Mar 10:40 GMT",
        "Restore Tue 3 Mar 10:00 GMT would become Mon 2 Mar 16:00 GMT",
        "The next level would be proposed Mon 2 Mar 12:10 GMT instead of Mon 2 Mar 22:00 GMT",
        "Nothing was changed.",
    ]
    assert desk.database.read_now(lambda session: get_ticket(session, desk.organisation_id, 1)).events == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("wait until 12:00", "Restore Mon 2 Mar 16:00 GMT would become Mon 2 Mar 17:50 GMT"),
        ("wait", "Restore Mon 2 Mar 16:00 GMT would become paused"),
        ("wait vendor until 12:00", "Restore stays: Mon 2 Mar 16:00 GMT"),
        ("reported 08:15", "Restore Mon 2 Mar 16:00 GMT would become Mon 2 Mar 14:15 GMT"),
        ("reported Sunday 08:15",
         "Restore Mon 2 Mar 16:00 GMT would become Sun 1 Mar 14:15 GMT, which has passed already"),
        ("category inquiry", "Restore Mon 2 Mar 16:00 GMT would become no deadline"),
        ("severity 3", "No level would be proposed any more (now: Mon 2 Mar 12:00 GMT)"),
        ("promise in 1h", "Update Mon 2 Mar 10:30 GMT would become Mon 2 Mar 11:10 GMT"),
        ("update", "Update Mon 2 Mar 10:30 GMT would become Mon 2 Mar 10:40 GMT"),
        ("restored at 10:05", "Restore Mon 2 Mar 16:00 GMT would become met"),
        ("resolve", "Response Mon 2 Mar 10:15 GMT would become met"),
    ],
)  # fmt: skip
async def test_whatever_moves_a_clock_can_be_supposed(desk: DeskRuntime, words: str, said: str) -> None:
    await act(desk, "new sev1 Link down", 0)
    assert said in await lines(desk, f"what-if 1 {words}", minutes=10)


async def test_a_wait_until_a_time_says_what_it_supposes(desk: DeskRuntime) -> None:
    await act(desk, "new sev1 Link down", 0)
    said = await lines(desk, "et-si 1 attendre jusqu'à 12h", minutes=10, language="fr")
    assert said[0] == "Et si #1 Link down : attendre jusqu'à 12h (lun. 2 mars 12:00 CET), et le client répond alors"


AGREED = """
waiting: {vendor: [restore]}
starts: {update: waiting}
agreements:
  network:
    begins: {assigned: S1NETOPS}
    targets: {1: {response: 10m, restore: 2h}, 2: {response: 30m, restore: 8h}}
  the *carrier*: {begins: {waiting: vendor}, waiting: {customer: []}, targets: {1: {restore: 4h}}}
"""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("assign @netops", [
            "Response stays: Mon 2 Mar 10:15 GMT",
            "Restore stays: Mon 2 Mar 16:00 GMT",
            "network: Response would be due Mon 2 Mar 10:20 GMT",
            "network: Restore would be due Mon 2 Mar 12:10 GMT",
        ]),
        ("wait vendor", [
            "Response stays: Mon 2 Mar 10:15 GMT",
            "Update would be due Mon 2 Mar 10:40 GMT",
            "Restore Mon 2 Mar 16:00 GMT would become paused",
            "the *carrier*: Restore would be due Mon 2 Mar 14:10 GMT",
            "No level would be proposed any more (now: Mon 2 Mar 12:00 GMT)",
        ]),
        ("wait vendor until 13:00", [
            "Response stays: Mon 2 Mar 10:15 GMT",
            "Update would be due Mon 2 Mar 10:40 GMT",
            "Restore Mon 2 Mar 16:00 GMT would become Mon 2 Mar 18:50 GMT",
            "the *carrier*: Restore no deadline would become Mon 2 Mar 14:10 GMT, and met by then",
            "The next level would be proposed Mon 2 Mar 14:50 GMT instead of Mon 2 Mar 12:00 GMT",
        ]),
        ("wait vendor until 15:00", [
            "the *carrier*: Restore no deadline would become Mon 2 Mar 14:10 GMT, and missed",
        ]),
    ],
)  # fmt: skip
async def test_what_if_names_the_clocks_of_every_agreement_that_would_begin(
    desk: DeskRuntime, words: str, said: list[str]
) -> None:
    under(desk, AGREED)
    await act(desk, "new sev1 Link down", 0)
    _, *found, nothing = await lines(desk, f"what-if 1 {words}", minutes=10)
    assert found == said if len(said) > 1 else set(said) <= set(found)
    assert nothing == "Nothing was changed."


@pytest.mark.parametrize(
    ("language", "words", "said"),
    [
        ("en", "severity 2", [
            "network: Response Mon 2 Mar 10:15 GMT would become Mon 2 Mar 10:35 GMT",
            "network: Restore Mon 2 Mar 12:05 GMT would become Mon 2 Mar 18:05 GMT",
        ]),
        ("en", "assign me", [
            "network: Response Mon 2 Mar 10:15 GMT would become stopped",
            "network: Restore Mon 2 Mar 12:05 GMT would become stopped",
        ]),
        ("fr", "attendre jusqu'à 12h", [
            "network : Réponse ne change pas : lun. 2 mars 11:15 CET",
            "network : Rétablissement passerait de « lun. 2 mars 13:05 CET » à « lun. 2 mars 13:55 CET »",
        ]),
        ("fr", "attendre fournisseur jusqu'à 20h", [
            "network : Réponse ne change pas : lun. 2 mars 11:15 CET",
            "network : Rétablissement passerait de « lun. 2 mars 13:05 CET » à « lun. 2 mars 21:55 CET »",
            "the *carrier* : Rétablissement passerait de « sans échéance » à « lun. 2 mars 15:10 CET, délai dépassé »",
        ]),
    ],
)  # fmt: skip
async def test_what_if_says_what_becomes_of_an_agreement_that_has_begun(
    desk: DeskRuntime, language: str, words: str, said: list[str]
) -> None:
    under(desk, AGREED)
    await act(desk, "new sev1 Link down", 0)
    await lines(desk, "assign 1 @netops", minutes=5)
    found = await lines(desk, f"what-if 1 {words}", minutes=10, language=language)
    assert [line for line in found if line.startswith(("network", "the *carrier*"))] == said


@pytest.mark.parametrize("words", ["ack", "assign me", "assign @sysops"])
async def test_what_if_of_a_groups_answer_meets_the_response_of_its_agreement(desk: DeskRuntime, words: str) -> None:
    under(desk, AGREED)
    group = Group("slack:S1NETOPS", "netops", "", True, (AGENT.id,))
    other = Group("slack:S2SYSOPS", "sysops", "", True, (AGENT.id,))
    desk.directory = replace(desk.directory, groups={group.key: group, other.key: other})
    await act(desk, "new sev1 Link down", 0)
    await lines(desk, "assign 1 @netops", minutes=5)
    found = await lines(desk, f"what-if 1 {words}", minutes=10)
    assert "network: Response Mon 2 Mar 10:15 GMT would become met" in found
    assert any("network: Restore" in line and "met" in line for line in found) is (words != "ack")
    assert ("Response stays: Mon 2 Mar 10:15 GMT" in found) is (words != "assign me"), (
        "that tells the customer who it is"
    )


@pytest.mark.parametrize(
    "words",
    [
        "severity 2 less", "category inquiry", "assign me", "take", "update on it", "promise 11:30 soon",
        "wait their logs", "wait maintenance a new router", "resume", "restored", "relapsed",
        "reported 09:00 they called", "resolve done",
    ],
)  # fmt: skip
async def test_what_if_answers_what_is_so_once_it_is_done(desk: DeskRuntime, words: str) -> None:
    under(desk, AGREED)
    await act(desk, "new sev1 Link down", 0)
    await lines(desk, "assign 1 @netops", minutes=5)
    await act(desk, "wait 1 vendor their parts", 10)
    if words == "relapsed":
        await act(desk, "restored 1", 15)
    verb, _, rest = words.partition(" ")

    def now() -> StoredTicket:
        return desk.database.read_now(lambda session: get_ticket(session, desk.organisation_id, 1))

    before = now()
    said = await lines(desk, f"what-if 1 {words}", minutes=20)
    assert now().events == before.events
    await lines(desk, f"{verb} 1 {rest}", minutes=20)
    assert now().events != before.events, "it was done"
    asked = call(desk, "", now=NOW + 20 * MINUTE)
    proposals = next_proposal(before.ticket), next_proposal(now().ticket)
    view = View(before, {}, asked.people, asked.speech, asked.now)
    done = what_if_card(view, (), differences(before.ticket, now().ticket), proposals)
    assert said[1:] == texts(done)[1:]


async def test_an_agreement_that_is_over_is_left_out_where_nothing_of_it_would_change(desk: DeskRuntime) -> None:
    under(desk, AGREED)
    await act(desk, "new sev1 Link down", 0)
    await act(desk, "wait 1 vendor their parts", 5)
    await act(desk, "resume 1", 10)
    assert not [line for line in await lines(desk, "what-if 1 update", minutes=20) if "carrier" in line]
    again = await lines(desk, "what-if 1 wait vendor", minutes=20)
    assert "the *carrier*: Restore met would become Mon 2 Mar 14:20 GMT" in again


@pytest.mark.parametrize(
    ("language", "words", "said"),
    [
        ("en", "restored", "Restore Mon 2 Mar 16:00 GMT would become met late"),
        ("fr", "rétabli", "Rétablissement passerait de « lun. 2 mars 17:00 CET » à « c'est fait, en retard »"),
        ("en", "wait vendor until 20:00", "wait vendor until 20:00 (Mon 2 Mar 20:00 GMT), and that is over then"),
        ("fr", "attendre fournisseur jusqu'à 21h", "(lun. 2 mars 21:00 CET), et l'attente prend fin alors"),
    ],
)  # fmt: skip
async def test_what_would_be_late_at_its_end_and_what_is_supposed_is_said_as_it_is(
    desk: DeskRuntime, language: str, words: str, said: str
) -> None:
    await act(desk, "new sev1 Link down", 0)
    found = await lines(desk, f"what-if 1 {words}", minutes=7 * 60, language=language)
    assert [line for line in found if line.endswith(said)]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("what-if 1", "What if what? Type /ticket what-if 1 severity 1"),
        ("what-if 1 note hello", "note moves no deadline, so there is nothing to suppose."),
        ("what-if 1 hello", "What if what?"),
        ("what-if 1 severity 7", 'There is no severity "7".'),
        ("what-if 1 severity 1", "It is severity 1 already."),
        ("what-if 1 promise yesterday 09:00", "has passed. Promise a time that is still to come"),
    ],
)  # fmt: skip
async def test_what_cannot_be_supposed_is_refused_with_what_to_type(desk: DeskRuntime, words: str, said: str) -> None:
    await act(desk, "new sev1 Link down", 0)
    assert said in await told(desk, words, now=NOW + 10 * MINUTE)


async def test_only_the_desk_may_ask_it(desk: DeskRuntime) -> None:
    await act(desk, "new sev1 Link down", 0)
    for actor in (REQUESTER, HELPER):
        assert await told(desk, "what-if 1 severity 2", actor=actor) == "Only agents can do that. Ask one of them."


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("severity 2 less",
         "It would climb to the next level Mon 2 Mar 22:00 GMT instead of Mon 2 Mar 12:00 GMT, by itself"),
        ("restored", "It would not climb by itself any more (now: Mon 2 Mar 12:00 GMT)"),
    ],
)  # fmt: skip
async def test_what_if_says_that_a_ticket_climbs_by_itself_where_it_does(
    desk: DeskRuntime, words: str, said: str
) -> None:
    under(desk, "escalation: automatic")
    await act(desk, "new sev1 Link down", 0)
    assert said in await lines(desk, f"what-if 1 {words}", minutes=10)
