"""Every notice is said to whom it is for, in their language, says what to do next, and offers exactly that."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.verbs.registry import VERBS
from bot.wording.card import Button, Buttons, Card, Line, Quote
from bot.wording.notices import audience_speech, notice_card
from bot.wording.phrase_book import PhraseBook
from bot.wording.sentences import Mention, Sentence, plain
from storage.accounts import Account
from tests.bot.samples import (
    CUSTOMER,
    PEOPLE,
    POLICY,
    READERS,
    STATES,
    Story,
    climbed,
    directory_of,
    opened,
    people_called,
    promised,
    taken,
    waiting,
)
from tests.bot.sayings import every_notice
from tests.contents import says
from tests.factories import AGENT, MANAGER, NOW
from triage.assigning import Choosing
from triage.contents.deadlines import BreachContent, CatchUpContent, ProposalContent, WarningContent
from triage.contents.privately import PickReasonContent
from triage.contents.to_customer import UpdateContent
from triage.contents.to_desk import TalkContent
from triage.desk import Desk, Roles
from triage.escalation import REASONS
from triage.levels import LEVELS
from triage.notice import SUMMARISED, Audience, CardContent, Notice, NoticeKind
from triage.offering import offer
from triage.policy import Policy
from triage.rota import Rota, Turns

NOTICES = every_notice()
SAID = tuple(NoticeKind)
LEAD, ADMIN = "slack:ULEAD", "slack:UADMIN"


def named(notice: Notice) -> str:
    parts = (notice.kind, *(says(notice, name) for name in ("what", "clock", "step", "to")))
    return " ".join(str(part) for part in parts if part)


def found(kind: NoticeKind, **data: object) -> tuple[Notice, str]:
    """The first notice of a kind whose data are these."""
    return next((n, body) for n, body in NOTICES if n.kind is kind and all(says(n, k) == v for k, v in data.items()))


def say(kind: NoticeKind, story: Story | None = None, language: str = "en", **data: object) -> Card:
    notice, body = found(kind, **data)
    return notice_card((story or taken(opened())).saying(notice, body, READERS[language]))


def sentences(card: Card) -> list[Sentence]:
    return [element.sentence for element in card.elements if isinstance(element, Line)]


def mentioned(card: Card) -> set[str]:
    """Whom the card notifies."""
    return {part.person for said in (card.brief, *sentences(card)) for part in said if isinstance(part, Mention)}


def buttons(card: Card) -> list[Button]:
    return [button for element in card.elements if isinstance(element, Buttons) for button in element.buttons]


def verbs(card: Card) -> list[str]:
    return [button.verb for button in buttons(card)]


# -- every kind, state and language ----------------------------------------------------------------------------------


def test_there_is_a_sample_of_every_kind() -> None:
    assert {notice.kind for notice, _ in NOTICES} == set(SAID)
    assert {says(n, "what") for n, _ in NOTICES if n.kind is NoticeKind.CHANGED} >= {
        "terms",
        "waiting",
        "logged",
    }


@pytest.mark.parametrize("language", READERS)
@pytest.mark.parametrize("state", STATES)
def test_every_notice_can_be_said_whatever_has_become_of_its_ticket(state: str, language: str) -> None:
    """Between planning and saying anything may happen: no state of the ticket may break a notice."""
    story = STATES[state]()
    for notice, body in NOTICES:
        if says(notice, "about") == "requested" and story.ticket.requested_date is None:
            continue  # a requested date, once given, stays
        card = notice_card(story.saying(notice, body, READERS[language]))
        said = [plain(card.brief), *(plain(sentence) for sentence in sentences(card))]
        assert all(line.strip() for line in said), named(notice)
        assert not any("{" in line or "None" in line for line in said), said


@pytest.mark.parametrize(("notice", "body"), NOTICES, ids=[named(notice) for notice, _ in NOTICES])
def test_the_notification_says_what_the_message_says(notice: Notice, body: str) -> None:
    """On a locked phone only `brief` is seen: it holds the message's first sentence and what was written."""
    card = notice_card(taken(opened()).saying(notice, body, READERS["en"]))
    if notice.kind in (NoticeKind.CARD, NoticeKind.RECEIPT):
        assert "#42 Link down in Sydney" in plain(card.brief).replace("Ticket #42: ", "#42 ")
        return
    assert plain(card.brief).startswith(plain(sentences(card)[0]) if card.elements else plain(card.brief))
    assert plain(card.brief).endswith(body)
    assert [e.text for e in card.elements if isinstance(e, Quote)] == ([body] if body else [])


@pytest.mark.parametrize("state", STATES)
def test_what_says_the_summary_is_known_to_say_it(state: str) -> None:
    """Or a corrected summary would stay wrong, and an erased one readable, in what was said before."""
    for notice, body in NOTICES:
        card = notice_card(STATES[state]().saying(notice, body, READERS["en"]))
        said = " ".join(plain(sentence) for sentence in (card.brief, *sentences(card)))
        public = notice.audience not in (Audience.PERSON, Audience.CARD)
        if public and "Link down in Sydney" in said.replace(body or "-", ""):
            assert notice.kind in SUMMARISED


@pytest.mark.parametrize("state", STATES)
def test_every_button_of_a_notice_does_something_and_is_worded(state: str) -> None:
    story = STATES[state]()
    for notice, body in NOTICES:
        for button in buttons(notice_card(story.saying(notice, body, READERS["fr"]))):
            assert button.verb in VERBS
            assert button.number == 42 or f"#{button.number}" in button.label, "another ticket is named by its button"
            assert button.version == story.ticket.version
            assert button.label


# -- who is notified, and who is not ---------------------------------------------------------------------------------

TO = [
    (NoticeKind.WARNING, {}, {AGENT.id}),
    (NoticeKind.BREACH, {"to": "assignee"}, {AGENT.id}),
    (NoticeKind.BREACH, {"to": "lead"}, {LEAD}),
    (NoticeKind.BREACH, {"to": "level"}, {MANAGER.id}),
    (NoticeKind.CATCH_UP, {"to": "level"}, {AGENT.id, MANAGER.id}),  # and whoever has the ticket
    (NoticeKind.PROPOSAL, {}, {AGENT.id, LEAD}),  # never a level's contacts
    (NoticeKind.ESCALATION_ASKED, {}, {LEAD, MANAGER.id}),
    (NoticeKind.CHASE, {"step": "chase-1"}, {AGENT.id}),
    (NoticeKind.CHASE, {"step": "nudge"}, {AGENT.id}),
    (NoticeKind.CHASE, {"step": "nudge-lead"}, {LEAD}),
    (NoticeKind.ESCALATION_UNDONE, {}, set()),
    (NoticeKind.NOTE, {}, set()),
    (NoticeKind.CUSTOMER_WROTE, {"named": True, "then": None}, {AGENT.id}),
    (NoticeKind.CUSTOMER_WROTE, {"named": False}, set()),
    (NoticeKind.FALLS_TO, {"by": CUSTOMER.id}, {AGENT.id}),
    (NoticeKind.FALLS_TO, {"by": AGENT.id}, set()),  # whoever acted is named without a mention
    (NoticeKind.CLOSING, {}, set()),
    (NoticeKind.PICK_REASON, {}, set()),
    (NoticeKind.REFUSAL, {}, set()),
]


@pytest.mark.parametrize(("kind", "data", "people"), TO)
def test_a_notice_pings_those_it_is_for_and_nobody_else(
    kind: NoticeKind, data: dict[str, Any], people: set[str]
) -> None:
    assert mentioned(say(kind, **data)) == people


def test_a_change_pings_nobody_but_whoever_loses_a_ticket() -> None:
    for notice, body in NOTICES:
        if notice.kind is NoticeKind.CHANGED:
            card = notice_card(taken(opened()).saying(notice, body, READERS["en"]))
            lost = {says(notice, "before")} if says(notice, "what") in ("taken_over", "taken_away") else set()
            assert mentioned(card) == lost, named(notice)


def test_whoever_loses_a_ticket_is_named_in_one_message() -> None:
    assert plain(say(NoticeKind.CHANGED, what="taken_over").brief) == "Ana: UHEAD took this ticket over from you."
    assert "took this ticket from you" in plain(say(NoticeKind.CHANGED, what="taken_away").brief)
    both = say(NoticeKind.ASSIGNED, before="slack:UHEAD")
    assert mentioned(both) == {MANAGER.id, "slack:UHEAD"}
    assert mentioned(say(NoticeKind.ASSIGNED, before=None, group=False)) == {MANAGER.id}


def test_what_the_customer_was_told_pings_nobody_at_the_desk() -> None:
    told = [(notice, body) for notice, body in NOTICES if notice.kind is NoticeKind.TOLD]
    assert {says(notice, "what") for notice, _ in told} >= {
        "taken", "update", "message", "promise", "restored", "resolved", "reopened",
    }  # fmt: skip
    for notice, body in told:
        assert mentioned(notice_card(taken(opened()).saying(notice, body, READERS["en"]))) == set()


@pytest.mark.parametrize("kind", [NoticeKind.WARNING, NoticeKind.BREACH, NoticeKind.CATCH_UP])
def test_at_night_severity_3_names_nobody(kind: NoticeKind) -> None:
    notice, body = found(kind)
    assert isinstance(notice.content, WarningContent | BreachContent | CatchUpContent)
    quiet = replace(notice, content=replace(notice.content, quiet=True))
    assert mentioned(notice_card(taken(opened()).saying(quiet, body, READERS["en"]))) == set()


def test_in_the_morning_a_breach_of_the_night_names_its_owner_beside_the_lead() -> None:
    notice, body = found(NoticeKind.BREACH, to="lead")
    assert isinstance(notice.content, BreachContent)
    both = replace(notice, content=replace(notice.content, owner_too=True))
    assert mentioned(notice_card(taken(opened()).saying(both, body, READERS["en"]))) == {AGENT.id, LEAD}


def test_with_nobody_assigned_the_lead_is_warned() -> None:
    assert mentioned(say(NoticeKind.WARNING, opened())) == {LEAD}


def test_without_a_lead_or_contacts_it_goes_to_the_admin_and_says_so() -> None:
    people = people_called(PEOPLE, Policy(roles=Roles(admins=(ADMIN,))))
    story = opened(people=people)
    assert mentioned(say(NoticeKind.WARNING, story)) == {ADMIN}
    card = say(NoticeKind.ESCALATED, climbed(story), level=1)
    assert mentioned(card) == {ADMIN}
    assert "No contact" in plain(card.brief)
    assert "see to its contacts in the policy" in plain(card.brief)


def test_with_nobody_at_all_the_notice_says_what_is_missing() -> None:
    story = opened(people=people_called({}, Policy(roles=Roles(admins=()))))
    card = say(NoticeKind.WARNING, story)
    assert mentioned(card) == set()
    assert "add people to the policy" in plain(card.brief)


def test_the_requester_is_the_customer_where_there_is_no_customers_thread() -> None:
    """Under the desk's card they are named so that they learn of it; in their own thread they need not be."""
    story = taken(opened())
    for kind in (NoticeKind.UPDATE, NoticeKind.RESTORED, NoticeKind.RESOLVED, NoticeKind.WAITING, NoticeKind.PROMISE):
        story.conversations = story.conversations[:1]
        assert mentioned(say(kind, story)) == {CUSTOMER.id}, kind
        assert mentioned(say(kind)) == set(), kind


def test_whom_it_is_for_stands_apart_from_what_is_said() -> None:
    """Or "Ana Reyes Tomás Silva has your ticket" reads like one person's name where nobody is mentioned."""
    story = taken(opened())
    story.conversations = story.conversations[:1]
    for kind in (NoticeKind.TAKEN, NoticeKind.PROMISE, NoticeKind.RESTORED, NoticeKind.RESOLVED):
        assert plain(say(kind, story).brief).startswith(f"{PEOPLE[CUSTOMER.id]}: "), kind


# -- what it says ----------------------------------------------------------------------------------------------------


def test_a_level_is_not_named_by_a_proposal_but_by_reaching_it() -> None:
    for language, word in (("en", "Level"), ("fr", "Niveau")):
        for step in ("propose-1", "propose-3", "overdue"):
            said = plain(say(NoticeKind.PROPOSAL, language=language, step=step).brief)
            assert word.lower() not in said.lower()
        assert f"{word} 1" in plain(say(NoticeKind.ESCALATED, language=language, level=1).brief)


def test_a_proposal_says_whom_it_would_reach() -> None:
    assert "head of customer and network services" in plain(
        notice_card(
            taken(opened()).saying(
                replace(found(NoticeKind.PROPOSAL)[0], content=ProposalContent("x", 1, level=2)), "", READERS["en"]
            )
        ).brief
    )


def test_a_proposal_after_an_overdue_change_says_that_the_time_has_passed() -> None:
    assert "has passed already" in plain(say(NoticeKind.PROPOSAL, step="overdue").brief)
    assert "is not restored after 2 hours" in plain(say(NoticeKind.PROPOSAL, step="propose-1").brief)
    assert "is not restored after 6 hours" in plain(say(NoticeKind.PROPOSAL, step="propose-2").brief), "level 1, still"


def test_a_policys_own_name_of_a_level_is_said_as_it_is() -> None:
    policy = replace(POLICY, levels=(replace(LEVELS[0], role="le chef *du* quart", contacts=(MANAGER.id,)),))
    story = opened(people=people_called(PEOPLE, policy))
    assert "(le chef *du* quart)" in plain(say(NoticeKind.ESCALATED, story, level=1).brief)


def test_a_warning_says_what_is_due_when_and_how_much_is_left() -> None:
    story = opened()
    story.now += timedelta(minutes=10, seconds=2)
    said = plain(say(NoticeKind.WARNING, story, clock="response").brief)
    assert said == (
        "Priya: Response of #42 Link down in Sydney is due Mon 2 Mar 10:15 GMT, 5 minutes left. "
        "Take it, or send a first update."
    )


@pytest.mark.parametrize(
    ("rota", "language", "said"),
    [
        (Rota((Turns((MANAGER.id,), NOW.date()),)), "en", "Marcus (on call; Ana is proposed): "),
        (Rota((Turns((MANAGER.id,), NOW.date()),)), "fr", "Marcus (d'astreinte ; proposition : Ana) : "),
        (Rota((Turns((AGENT.id,), NOW.date()),)), "en", "Ana: "),
        (Rota(), "en", "Priya (on duty; Ana is proposed): "),
    ],
)
def test_whom_it_falls_to_is_said_with_the_reason_where_the_card_proposes_somebody_else(
    rota: Rota, language: str, said: str
) -> None:
    people = people_called(PEOPLE, replace(POLICY, rota=rota))
    story = opened(actor=CUSTOMER, people=people)
    story.does(offer(story.ticket, Choosing(people.roster), NOW))
    told = plain(say(NoticeKind.FALLS_TO, story, language, by=CUSTOMER.id).brief).replace("\u00a0", " ")
    assert told.startswith(said)
    assert mentioned(say(NoticeKind.FALLS_TO, story, by=CUSTOMER.id)) == {people.roster.falls_to(story.ticket, NOW)[0]}


def test_a_warning_of_a_promise_says_that_it_was_promised() -> None:
    said = plain(say(NoticeKind.WARNING, promised(taken(opened())), clock="update").brief)
    assert "the update promised on #42" in said


def test_a_repeated_breach_says_for_how_long() -> None:
    story = opened()
    story.now += timedelta(minutes=45)
    first = plain(say(NoticeKind.BREACH, story, clock="response", to="assignee").brief)
    again = plain(say(NoticeKind.BREACH, story, clock="response", to="lead").brief)
    assert "is breached. It was due Mon 2 Mar 10:15 GMT." in first
    assert "still breached and nobody has answered. It was due Mon 2 Mar 10:15 GMT, 30 minutes ago." in again


HELP = [
    ("response", ["take", "update", "ack", "escalate"]),
    ("update", ["update", "promise", "ack", "escalate"]),
    ("restore", ["take", "restored", "escalate", "ack"]),
]


@pytest.mark.parametrize(("clock", "offered"), HELP)
def test_a_breach_offers_what_helps_that_clock(clock: str, offered: list[str]) -> None:
    assert verbs(say(NoticeKind.BREACH, opened(), clock=clock)) == offered
    warned = verbs(say(NoticeKind.WARNING, opened(), clock=clock))
    assert warned == [verb for verb in offered if verb in warned]


def test_what_would_be_refused_is_not_offered() -> None:
    assert "take" not in verbs(say(NoticeKind.BREACH, taken(opened())))
    assert "escalate" not in verbs(say(NoticeKind.BREACH, climbed(opened(), 3)))
    assert "restored" not in verbs(say(NoticeKind.BREACH, STATES["restored"](), clock="restore"))
    assert "resume" not in verbs(say(NoticeKind.CHASE, step="chase-1"))
    assert "resume" in verbs(say(NoticeKind.CHASE, waiting(taken(opened())), step="chase-1"))


def test_a_catch_up_has_one_line_for_each_clock_and_its_breach_at_its_own_time() -> None:
    story = opened().away(5 * 60)
    notice, body = next((n, "") for n, _ in story.notices if n.kind is NoticeKind.CATCH_UP)
    said = [plain(sentence) for sentence in sentences(notice_card(story.saying(notice, body, READERS["en"])))]
    assert said[0].endswith("Next: Restore due Mon 2 Mar 16:00 GMT.")
    assert "Response breached Mon 2 Mar 10:15 GMT" in said
    assert "Update breached Mon 2 Mar 10:30 GMT" in said
    assert sum("Response" in line for line in said) == 1
    assert sum("Update" in line for line in said) == 1
    assert any(line.startswith("Restore: the warning was due") for line in said)


def test_a_notice_that_may_be_a_second_one_says_so() -> None:
    notice, body = found(NoticeKind.BREACH)
    card = notice_card(opened().saying(notice, body, READERS["en"], repeated=True))
    assert plain(card.brief).startswith("(Possibly repeated.) ")


def test_the_customer_is_told_the_number_and_how_to_go_on() -> None:
    card = say(NoticeKind.RECEIPT)
    assert "*" not in plain(card.brief)
    said = " ".join(plain(sentence) for sentence in sentences(card))
    assert "#42" in said
    assert "Answer in this thread" in said
    assert verbs(card) == ["escalate"]
    assert buttons(card)[0].label == "Ask for escalation"


TO_CUSTOMERS = [kind for kind in SAID if found(kind)[0].audience is Audience.CUSTOMER]


@pytest.mark.parametrize("kind", TO_CUSTOMERS)
def test_a_customer_never_reads_what_is_internal(kind: NoticeKind) -> None:
    """No severity, level, role, clock or reason for waiting in what a customer is sent."""
    notice, body = found(kind)
    story = waiting(climbed(taken(opened())), text="They owe us money")
    card = notice_card(story.saying(notice, body, READERS["en"]))
    said = " ".join([plain(card.brief), *(plain(s) for s in sentences(card))])
    for word in ("Severity", "Level", "manager", "breach", "Restore", "They owe us", "network"):
        assert word not in said.replace(body, "")


def test_a_manager_who_reacted_is_asked_for_the_reason_with_one_button_each() -> None:
    card = say(NoticeKind.PICK_REASON)
    *reasons, show = buttons(card)
    assert [button.value for button in reasons] == [f"1.{name}" for name in REASONS]
    assert {button.verb for button in reasons} == {"reason"}
    assert show.verb == "show"


def test_who_gave_a_ticket_back_leaves_it_with_whoever_had_it_before() -> None:
    assert "Assignee: nobody yet." in plain(say(NoticeKind.CHANGED, opened(), what="take_undone").brief)
    assert "Assignee: Ana." in plain(say(NoticeKind.CHANGED, what="take_undone").brief)


def test_terms_say_the_severity_where_there_is_one() -> None:
    said = [plain(say(NoticeKind.CHANGED, what="terms", confirmed=True).brief)]
    said += [
        plain(notice_card(opened().saying(n, "", READERS["fr"])).brief)
        for n, _ in NOTICES
        if says(n, "what") == "terms"
    ]
    assert said == [
        "Ana confirmed: severity 2, incident. as claimed",
        "Ana a confirmé\u00a0: gravité 2, incident.",
        "Ana a changé\u00a0: gravité 1, incident.",
        "Ana a changé\u00a0: activation.",
    ]


# -- which language --------------------------------------------------------------------------------------------------


def test_what_is_shared_speaks_the_desks_language_and_what_is_private_the_readers() -> None:
    policy = replace(POLICY, desk=Desk(language="fr", timezone="Europe/Paris"))
    known = directory_of(PEOPLE, policy)
    reader = Account("slack:UREADER", "Ines", timezone="Australia/Sydney", locale="en-AU")
    people = PhraseBook(replace(known, accounts={**known.accounts, reader.key: reader}))
    for content in (TalkContent(), UpdateContent(AGENT.id), CardContent()):
        assert audience_speech(people, content).clock(NOW) == "lun. 2 mars 11:00 CET"
    private = audience_speech(people, PickReasonContent(reader.key, level=1))
    assert private.clock(NOW) == "Mon 2 Mar 21:00 AEDT"
    # Of somebody external the platform tells neither: the desk's are the best guess.
    assert audience_speech(people, PickReasonContent(CUSTOMER.id, level=1)).language == "fr"
    assert audience_speech(people, PickReasonContent("slack:UNOBODY", level=1)).language == "fr"


@pytest.mark.parametrize("language", READERS)
@pytest.mark.parametrize("notice", [n for n, _ in NOTICES if n.audience is Audience.CUSTOMER], ids=named)
def test_where_an_answer_below_is_not_heard_what_the_customer_is_told_carries_a_button_for_it(
    notice: Notice, language: str
) -> None:
    body = next(body for each, body in NOTICES if each is notice)
    saying = replace(taken(opened()).saying(notice, body, READERS[language]), is_answered_below=False)
    card = notice_card(saying)
    offered = [b.verb for e in card.elements if isinstance(e, Buttons) for b in e.buttons]
    assert "update" in offered or notice.kind in (NoticeKind.JOINED, NoticeKind.RECEIPT, NoticeKind.RATING)
    assert not any(words in plain(card.brief) for words in ("in this thread", "dans ce fil"))


def test_what_is_late_under_an_agreement_is_said_of_its_time_in_french() -> None:
    said = plain(say(NoticeKind.AGREEMENT, language="fr", late=True).brief)
    assert " : Rétablissement, délai dépassé sur #42 " in said.replace("\u00a0", " ")
