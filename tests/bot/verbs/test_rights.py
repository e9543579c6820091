"""What every verb answers to each kind of person, in each place: the table of the policy, and nothing beside it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from bot.commands import dispatch
from bot.desk.runtime import DeskRuntime
from bot.slack.render import render_message
from bot.verbs.base.call import Answer, Call
from bot.verbs.base.verb import TicketVerb
from bot.verbs.registry import VERBS as RECORDS
from bot.verbs.registry import typed_verb
from bot.wording.sentences import plain
from storage.changes import Place, record, record_opening
from storage.tickets import StoredTicket, get_ticket
from tests.bot.samples import CUSTOMER, READERS
from tests.factories import AGENT, NOW, opening
from triage import noting
from triage.people import Actor, Role

# CACME is Acme's channel; CGLOBEX is Globex's; in DM and CRANDOM no ticket is spoken of.
ACME, GLOBEX, DESK, ELSEWHERE = "slack:CACME", "slack:CGLOBEX", "slack:CDESK", "CRANDOM"
GUEST = Actor("slack:UGUEST", frozenset({Role.CUSTOMER}))
COLLEAGUE = Actor("slack:UCOLLEAGUE", frozenset({Role.REQUESTER}))
HELPER = Actor("slack:UHELPER", frozenset({Role.HELPER}))
ACMES, GLOBEXES, COLLEAGUES, SECRET = 1, 2, 3, "the secret of somebody else"

VERBS = [name for name, verb in RECORDS.items() if isinstance(verb, TicketVerb)]
TYPED = {
    "update": "update {n} any news?", "escalate": "escalate {n} it is urgent", "assign": "assign {n} me",
    "severity": "severity {n} 2 because", "category": "category {n} inquiry", "wait": "wait {n} for them",
    "promise": "promise {n} in 20 minutes", "reopen": "reopen {n} came back", "reported": "reported {n} 9:00 so",
    "note": "note {n} well", "customer": "customer {n} Acme", "link": "link {n} 3", "unlink": "unlink {n} 3",
    "merge": "merge {n} 3", "edit": "edit {n} better", "redact": "redact {n} word", "snooze": "snooze {n} 1h",
    "ref": "ref {n} CARRIER-9", "unref": "unref {n} CARRIER-9", "restored": "restored {n}", "relapsed": "relapsed {n}",
}  # fmt: skip


@dataclass(frozen=True)
class Rig:
    """A desk with three tickets: Acme's (by Carla), Globex's, and one that a colleague of the desk asked for."""

    desk: DeskRuntime

    def call(self, actor: Actor, words: str, channel: str) -> Call:
        return Call(self.desk, actor, READERS["en"], NOW, channel, words)

    async def typed(self, actor: Actor, words: str, channel: str) -> str:
        return shown(await dispatch.typed(self.call(actor, words, channel)))

    async def pressed(self, actor: Actor, verb: str, number: int, channel: str) -> str:
        call = replace(self.call(actor, "", channel), number=number, answers={"value": ""})
        return shown(await dispatch.pressed(call, verb))

    def stored(self, number: int) -> StoredTicket:
        return self.desk.database.read_now(lambda session: get_ticket(session, self.desk.organisation_id, number))


def shown(answer: Answer) -> str:
    """Everything that an answer shows."""
    if answer.form is not None:
        return f"form {answer.form}"
    assert answer.card is not None
    return f"{plain(answer.card.brief)} {render_message(answer.card)}"


@pytest.fixture
def rig(desk: DeskRuntime) -> Rig:
    policy = replace(
        desk.policy, replies={"Stalling": {"en": "Soon."}}, skills={"fibre": (AGENT.id,)},
        desk=replace(desk.policy.desk, customer_channels={ACME: "Acme", GLOBEX: "Globex"}),
    )  # fmt: skip
    desk.policy, desk.directory = policy, replace(desk.directory, policy=policy)
    openings = [
        (CUSTOMER, ACME, opening(actor=CUSTOMER, customer="Acme", severity=None)),
        (AGENT, GLOBEX, opening(summary=SECRET, customer="Globex")),
        (COLLEAGUE, None, opening(actor=COLLEAGUE, severity=None)),
    ]
    for _, channel, change in openings:
        places = [Place(DESK, "desk"), *([Place(channel, "customer")] if channel else [])]
        stored = desk.database.write_now(
            lambda session, change=change, places=places: record_opening(  # type: ignore[misc]
                session, desk.organisation_id, desk.desk_id, change, places, NOW
            )
        )
        note = noting.note(stored.ticket, AGENT, NOW, f"note on {stored.number}")
        desk.database.write_now(lambda session, stored=stored, note=note: record(session, stored, note, NOW))  # type: ignore[misc]
    return Rig(desk)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    ("actor", "channel", "own"),
    [
        (CUSTOMER, ACME, True), (CUSTOMER, ELSEWHERE, True), (GUEST, ACME, True), (GUEST, ELSEWHERE, False),
        (GUEST, DESK, False), (COLLEAGUE, ELSEWHERE, False), (COLLEAGUE, DESK, False), (COLLEAGUE, ACME, True),
    ],
)  # fmt: skip
async def test_without_a_role_one_may_write_to_ones_own_ticket_and_do_nothing_else(
    rig: Rig, verb: str, actor: Actor, channel: str, *, own: bool
) -> None:
    before = [rig.stored(number).ticket for number in (ACMES, GLOBEXES, COLLEAGUES)]
    text = TYPED.get(verb, f"{verb} {{n}}").format(n=ACMES)
    said = await rig.typed(actor, text, channel) if typed_verb(verb) is not None else ""
    after = [rig.stored(number).ticket for number in (ACMES, GLOBEXES, COLLEAGUES)]
    if verb in {"update", "escalate"} and own:
        assert after[0].version > before[0].version
        assert after[1:] == before[1:]
        return
    assert after == before, said
    pressed = await rig.pressed(actor, verb, ACMES, channel)
    assert not pressed.startswith("form"), verb
    assert [rig.stored(number).ticket for number in (ACMES, GLOBEXES, COLLEAGUES)] == before


@pytest.mark.parametrize(
    ("actor", "channel", "sees"),
    [
        (CUSTOMER, ACME, {ACMES}), (CUSTOMER, ELSEWHERE, {ACMES}), (CUSTOMER, DESK, {ACMES}),
        (GUEST, ACME, {ACMES}), (GUEST, ELSEWHERE, set()), (GUEST, DESK, set()), (GUEST, "", set()),
        (COLLEAGUE, DESK, {ACMES, GLOBEXES, COLLEAGUES}), (COLLEAGUE, ELSEWHERE, {COLLEAGUES}),
        (COLLEAGUE, "", {COLLEAGUES}), (COLLEAGUE, ACME, {ACMES, COLLEAGUES}),
        (HELPER, ELSEWHERE, {ACMES, GLOBEXES, COLLEAGUES}), (AGENT, "", {ACMES, GLOBEXES, COLLEAGUES}),
    ],
)  # fmt: skip
async def test_a_ticket_is_shown_to_whoever_has_a_role_in_the_desks_channel_and_to_those_whose_it_is(
    rig: Rig, actor: Actor, channel: str, sees: set[int]
) -> None:
    everything = {ACMES, GLOBEXES, COLLEAGUES}
    for verb in ("show", "why"):
        found = {n for n in everything if "Fact" in (said := await rig.typed(actor, f"{verb} {n}", channel))
                 or "Requester" in said or "due" in said}  # fmt: skip
        expected = set() if verb == "why" and actor.is_outside else sees
        assert found == expected, (verb, found)


@pytest.mark.parametrize("words", ["", "open", "Globex", "globex ", "sev1", "unassigned", "nobody at all", "2"])
@pytest.mark.parametrize("channel", [ACME, ELSEWHERE, DESK, ""])
async def test_whatever_list_somebody_outside_asks_for_they_are_shown_their_own(
    rig: Rig, words: str, channel: str
) -> None:
    assert await rig.typed(CUSTOMER, f"list {words}", channel) == await rig.typed(CUSTOMER, "list", channel)
    assert SECRET not in await rig.typed(CUSTOMER, f"list {words}", channel)
    assert await rig.typed(GUEST, f"list {words}", channel) == await rig.typed(GUEST, "list", channel)


async def test_a_colleague_without_a_role_reads_every_list_in_the_desks_channel_and_their_own_elsewhere(
    rig: Rig,
) -> None:
    assert SECRET in await rig.typed(COLLEAGUE, "list Globex", DESK)
    assert SECRET not in await rig.typed(COLLEAGUE, "list open", ELSEWHERE)


@pytest.mark.parametrize("actor", [CUSTOMER, GUEST, COLLEAGUE])
@pytest.mark.parametrize("words", ["channel", "queue", "setup", "away", "what-if 1 severity 1", "channel auto"])
async def test_what_is_the_desks_business_is_refused(rig: Rig, actor: Actor, words: str) -> None:
    said = await rig.typed(actor, words, ACME)
    assert "Globex" not in said
    assert "can do that" in said or "There is no ticket" in said


@pytest.mark.parametrize("actor", [CUSTOMER, GUEST])
async def test_refusals_name_nobody_to_somebody_outside(rig: Rig, actor: Actor) -> None:
    names = {rig.desk.directory.name(p) for role in Role for p in rig.desk.roster.with_role(role)} - {"Carla"}
    for verb in (*VERBS, "setup", "queue", "channel"):
        said = await rig.typed(actor, TYPED.get(verb, f"{verb} {{n}}").format(n=ACMES), ACME)
        assert not [name for name in names if name in said], verb


async def test_the_forms_of_people_without_a_role_offer_nothing_of_the_desks(rig: Rig) -> None:
    for actor in (CUSTOMER, COLLEAGUE):
        form = await rig.pressed(actor, "update", ACMES, ACME)
        assert form.startswith("form")
        assert "Stalling" not in form
    assert "Stalling" in await rig.pressed(AGENT, "update", ACMES, DESK)


@pytest.mark.parametrize("actor", [CUSTOMER, GUEST, COLLEAGUE])
async def test_a_draft_is_for_the_person_alone_whom_it_was_made_for(rig: Rig, actor: Actor) -> None:
    bodies = [event.body_id for event in rig.stored(ACMES).events]
    for body in bodies:
        call = replace(rig.call(actor, "", ACME), number=ACMES, answers={"value": f"draft.{body}"})
        answer = await dispatch.pressed(call, "update")
        assert answer.form is not None
        assert not answer.form.fields[0].initial
