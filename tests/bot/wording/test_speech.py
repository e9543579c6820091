"""The catalogues are whole in every language, and every sentence, time and length of time comes out as meant."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.desk.languages import LANGUAGES
from bot.desk.where import Where
from bot.slack_emulator.workspace_people import PEOPLE as WORKSPACE
from bot.verbs.engine.private_answer import refusal_change
from bot.verbs.registry import IN_MORE, KNOWN, ON_TICKETS, TYPED
from bot.wording.notices import notice_card
from bot.wording.refusals import Stand, explain, stand
from bot.wording.sentences import Strong, Typed, When, isolated, plain
from bot.wording.speech import PLURALS, Speech, catalogue, speech, spoken
from tests.bot.samples import PEOPLE, READERS, opened, people_called
from tests.bot.sources import keys_asked_for, refusals_raised
from tests.factories import AGENT
from triage.agenda import BREACH_STEPS, agenda
from triage.awaiting import WAITING_FOR
from triage.errors import Refusal
from triage.escalation import REASONS
from triage.levels import LEVELS
from triage.people import Role
from triage.terms import Category, ClockKind
from triage.ticket import Status

ENGLISH, FRENCH = speech("en", "Europe/London"), speech("fr", "Europe/Paris")
NOON = datetime(2026, 11, 23, 12, 5, tzinfo=UTC)
CODES = {raised.code for raised in refusals_raised()}


def wordings(language: str, key: str) -> list[str]:
    """The sentence of a key, or its plural forms."""
    found = catalogue(language)[key]
    return list(found.values()) if isinstance(found, dict) else [found]


def gaps(sentence: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", sentence))


# -- the catalogues --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_sentences_with_the_same_gaps_and_plural_forms(language: str) -> None:
    english, other = catalogue("en"), catalogue(language)
    assert set(other) == set(english)
    for key, sentence in english.items():
        assert isinstance(other[key], dict) == isinstance(sentence, dict), key
        wanted = set().union(*map(gaps, wordings("en", key)))
        assert set().union(*map(gaps, wordings(language, key))) == wanted, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_text_without_loose_ends(language: str) -> None:
    for key in catalogue(language):
        for sentence in wordings(language, key):
            assert isinstance(sentence, str), f"{key} is {sentence!r}: quote it"
            assert sentence.strip(), key
            assert sentence.count("*") % 2 == 0, key
            assert not re.search(r"[{}]", re.sub(r"\{\w+\}", "", sentence)), key
            assert not re.search(r"[_~`<>&]|  ", re.sub(r":\w+:", "emoji", sentence)), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_plural_has_the_forms_that_its_language_needs(language: str) -> None:
    for key, found in catalogue(language).items():
        if isinstance(found, dict):
            assert set(found) <= PLURALS, key
            assert {"one", "other"} <= set(found), key


def test_french_is_not_english() -> None:
    """A sentence of several words that is the same in both languages was forgotten."""
    alike = [k for k in catalogue("en") if catalogue("en")[k] == catalogue("fr")[k] and " " in str(catalogue("en")[k])]
    assert alike == [
        "alike.one", "alike.one_of", "card.brief", "why.told_by_day", "why.dates", "what_if.at",
        "calendar_year.hours", "briefing.missed_of", "report.missed_of",
    ]  # fmt: skip


GROUPS = frozenset(key.partition(".")[0] for key in catalogue("en"))


def test_every_key_the_sources_name_exists() -> None:
    named, patterns = keys_asked_for(GROUPS)
    assert named - set(catalogue("en")) == set()
    for pattern in patterns:
        assert any(re.fullmatch(pattern, key) for key in catalogue("en")), pattern


def test_no_sentence_is_left_over_that_nobody_says() -> None:
    named, patterns = keys_asked_for(GROUPS)
    pattern = re.compile("|".join(patterns))
    assert [key for key in catalogue("en") if key not in named and not pattern.fullmatch(key)] == []


# The groups whose keys are put together: what comes after the dot must be exactly this.
FAMILIES: dict[str, set[str]] = {
    "state": {*Status, "promised", "breached"},
    "category": {*Category, "none"},
    "category_choice": set(Category),
    "severity_choice": {"1", "2", "3"},
    "meaning": {"1", "2", "3"},
    "clock": set(ClockKind),
    "do": set(ClockKind),
    "role": set(Role),
    "level_role": {str(number) for number, _ in enumerate(LEVELS, 1)},
    "waiting_for": set(WAITING_FOR),
    "reason": set(REASONS),
    "form": {
        *(verb.name for verb in ON_TICKETS if verb.form is not None),
        "rate",
        "quiet",
        "customers",
        "handover",
        "new",
        "more",
        "away",
        "help",
        "why",
    },
    "more": {verb.name for verb in IN_MORE},
    "help": {*(verb.name for verb in TYPED), "brief", "daily", "more", "reactions", "reactions_on_mine"},
    "menu": {verb.name for verb in TYPED if verb.daily},
    "menu_does": {verb.name for verb in TYPED if verb.daily},
    "missed": {"warning", "breach", "other"},
    "refusal": {*CODES, "anothers", "anothers_tenant", "away", "defect", "form_not_opened", "in_doubt"},
}


@pytest.mark.parametrize("group", FAMILIES)
def test_a_family_of_sentences_is_complete_and_has_nothing_too_many(group: str) -> None:
    found = [key.partition(".")[2].removesuffix("_by_button") for key in catalogue("en") if key.startswith(f"{group}.")]
    assert set(found) == FAMILIES[group]


def test_every_verb_says_what_was_done_and_has_a_button_where_it_has_a_form() -> None:
    for verb in ON_TICKETS:
        names = [f"wait_{what}" for what in WAITING_FOR] if verb.name == "wait" else [verb.name]
        assert all(ENGLISH.has(f"done.{name}") for name in names), verb.name
        if verb.form is not None:
            assert ENGLISH.has(f"button.{verb.name}"), verb.name


def test_the_default_levels_are_called_as_the_policy_calls_them() -> None:
    assert [ENGLISH.text(f"level_role.{number}") for number in (1, 2, 3)] == [level.role for level in LEVELS]


# -- refusals --------------------------------------------------------------------------------------------------------

SAMPLE_VALUES: dict[str, object] = {
    "file": "policy.yaml",
    "at": NOON, "until": NOON, "earliest": NOON - timedelta(hours=1), "who": [Role.ADMIN, Role.MANAGER], "number": 42,
    "other": 43,
    "name": "Ana", "owner": "slack:UANA", "quote": None, "seq": 3, "next": 2, "ago": 3, "sure": "1",
    "text": "soon", "customer": "Globx", "near": "Globex", "value": "golt", "known": "gold",
    "verb": "take", "close": "take", "said": "sev1", "what": "godot", "severity": 2, "level": 3,
    "category": Category.PROVISIONING, "length": 9001, "limit": 8000,
    "words": 8, "early": "04:30", "late": "16:30",
    "platform": "Teams", "group": "@netops",
    "most": 100, "count": 4, "recipients": "Acme (#42), Globex (#43)", "readers": "Globex (#43)", "language": "French",
    "url": "https://desk.example/archives/CDESK/p1",
}  # fmt: skip
RAISED = sorted({(r.code, r.values): r for r in refusals_raised()}.values(), key=lambda r: (r.code, r.where))


def told_in(speech: Speech) -> Stand:
    """Somebody inside who types in the desk's channel, where nobody is known by name."""
    return Stand(speech, "/ticket", people_called({}), "/ticket")


def test_the_refusals_are_found_in_the_sources() -> None:
    assert len(CODES) > 40
    assert {"wait_in_past", "promise_in_past", "update_needs_text", "note_needs_text"} <= CODES


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refusal_is_said_with_the_values_it_is_raised_with(language: str) -> None:
    for raised in RAISED:
        values = {name: SAMPLE_VALUES[name] for name in raised.values}
        said = plain(explain(Refusal(raised.code, **values), told_in(READERS[language])))
        assert said[-1] in ".?", f"{raised.where}: {said}"
        assert "Role." not in said, f"{raised.where}: {said}"
        assert "None" not in said, f"{raised.where}: {said}"


def test_a_refusal_that_goes_through_the_outbox_says_the_same() -> None:
    """A refused reaction is stored and told later: its times are times again, in the reader's zone."""
    where, story = Where(AGENT.id, "slack:CDESK"), opened()
    for raised in RAISED:
        refusal = Refusal(raised.code, **{name: SAMPLE_VALUES[name] for name in raised.values})
        (notice,) = refusal_change(where, refusal).notices
        stored = json.loads(json.dumps(notice.content.to_data()))
        notice = replace(notice, content=notice.content.from_data(stored))
        card = notice_card(story.saying(notice, "", FRENCH))
        assert card.brief == explain(refusal, stand(people_called(PEOPLE), where, "/ticket")), raised.where


def test_a_refusal_for_want_of_a_role_names_the_nearest_who_may() -> None:
    refusal = Refusal("not_allowed", verb="take", who=sorted({Role.AGENT, Role.LEAD, Role.MANAGER, Role.ADMIN}))
    assert plain(explain(refusal, told_in(ENGLISH))).startswith("Only agents can do that.")
    refusal = Refusal("not_allowed", verb="confirm-promise", who=sorted({Role.MANAGER, Role.ADMIN}))
    assert plain(explain(refusal, told_in(FRENCH))).startswith("Seuls les managers ou les administrateurs peuvent")


def test_a_category_in_a_refusal_is_spoken_in_the_readers_language() -> None:
    refusal = Refusal("same_category", category=Category.PROVISIONING)
    assert "activation" in plain(explain(refusal, told_in(FRENCH)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_that_a_sentence_suggests_exists(language: str) -> None:
    for key in catalogue(language):
        for sentence in wordings(language, key):
            for verb in re.findall(r"\{command\} ([^\W\d]+(?:-[^\W\d]+)*)", sentence):
                assert verb in KNOWN, f"{key}: {verb}"


def test_french_sentences_suggest_the_french_verbs() -> None:
    with_alias = {verb.name for verb in ON_TICKETS if verb.aliases} | {
        "new",
        "list",
        "show",
    }
    for key in catalogue("fr"):
        for sentence in wordings("fr", key):
            assert not with_alias & set(re.findall(r"\{command\} ([^\W\d]+)", sentence)), key


# -- filling in ------------------------------------------------------------------------------------------------------


def test_what_is_put_into_a_gap_is_shown_as_it_is_and_ours_may_stand_out() -> None:
    said = ENGLISH("customer.receipt_line", number=7)
    assert said == ("We have it. This is ticket ", Strong("#7"), ".")
    said = ENGLISH("wrote.only", who="*Ana*")
    assert said == (Typed("*Ana*"), " wrote:")


def test_a_count_picks_the_plural() -> None:
    for reader, one, many in (
        (ENGLISH, "Your open ticket (opened or taken by you)", "Your 2 open tickets (opened or taken by you)"),
        (FRENCH, "Votre ticket ouvert (créé ou pris par vous)", "Vos 2 tickets ouverts (créés ou pris par vous)"),
    ):
        assert reader.text("list.mine", count=1) == one
        assert reader.text("list.mine", count=2) == many


def test_an_unknown_key_or_a_missing_value_is_a_defect_and_not_a_gap_in_what_people_read() -> None:
    with pytest.raises(KeyError):
        ENGLISH("no.such.sentence")
    with pytest.raises(KeyError):
        ENGLISH("card.severity")


def test_names_that_look_like_plural_categories_are_no_plurals() -> None:
    assert ENGLISH.text("missed.warning", clock="Update", at=NOON) == "Update: the warning was due Mon 23 Nov 12:05 GMT"


# -- times, lengths of time, languages -------------------------------------------------------------------------------

TIMES = [
    ("en", "Europe/London", "Mon 23 Nov 12:05 GMT"),
    ("fr", "Europe/Paris", "lun. 23 nov. 13:05 CET"),
    ("en", "Australia/Sydney", "Mon 23 Nov 23:05 AEDT"),
    ("en", "Asia/Kolkata", "Mon 23 Nov 17:35 IST"),
    ("en", "America/Sao_Paulo", "Mon 23 Nov 09:05 UTC-03"),  # a zone without letters of its own
    ("en", None, "Mon 23 Nov 12:05 UTC"),
    ("en", "Mars/Olympus", "Mon 23 Nov 12:05 UTC"),
    ("en", "../etc/passwd", "Mon 23 Nov 12:05 UTC"),
]


@pytest.mark.parametrize(("language", "zone", "said"), TIMES)
def test_an_instant_is_said_in_the_readers_zone_and_language(language: str, zone: str | None, said: str) -> None:
    joint = " à " if language == "fr" else " at "
    assert speech(language, zone).when(NOON) == When(NOON, said, joint=joint)


def test_an_instant_in_a_sentence_stays_an_instant() -> None:
    assert FRENCH("list.due", at=NOON) == ("échéance ", When(NOON, "lun. 23 nov. 13:05 CET", joint=" à "))
    assert FRENCH.when(NOON, "time") == When(NOON, "13:05", "time", joint=" à ")


LENGTHS = [
    (0, "0 seconds", "0 seconde"),
    (-5, "0 seconds", "0 seconde"),
    (1, "1 second", "1 seconde"),
    (59, "59 seconds", "59 secondes"),
    (59.6, "1 minute", "1 minute"),
    (898, "15 minutes", "15 minutes"),  # a warning that left two seconds late
    (3600, "1 hour", "1 heure"),
    (5400, "1 hour 30 minutes", "1 heure 30 minutes"),
    (86400, "1 day", "1 jour"),
    (90000, "1 day 1 hour", "1 jour 1 heure"),
    (2 * 86400 + 3 * 3600 + 240, "2 days 3 hours", "2 jours 3 heures"),
    (400 * 86400, "400 days", "400 jours"),
]  # fmt: skip


@pytest.mark.parametrize(("seconds", "english", "french"), LENGTHS)
def test_a_length_of_time_is_said_in_two_units_at_most(seconds: float, english: str, french: str) -> None:
    assert ENGLISH.duration(seconds) == english
    assert FRENCH.duration(seconds).replace("\xa0", " ") == french
    assert plain(ENGLISH("notice.warning_promise", who="x", number=1, summary="", at=NOON,
                         left=timedelta(seconds=seconds))).count(english) == 1  # fmt: skip


LOCALES = [
    ("fr-FR", "fr"), ("fr_CA", "fr"), ("FR", "fr"), ("fr", "fr"), ("en-US", "en"), ("en_GB", "en"), ("pt-BR", None),
    ("frp", None), ("", None), (None, None), ("-", None),
]  # fmt: skip


@pytest.mark.parametrize(("locale", "language"), LOCALES)
def test_a_platforms_locale_picks_the_language_where_we_speak_it(locale: str | None, language: str | None) -> None:
    assert spoken(locale) == language


def test_everyone_in_the_local_workspace_has_a_language() -> None:
    assert {person.handle: spoken(person.locale) for person in WORKSPACE.values()}["benoit"] == "fr"


def test_alternatives_are_joined_as_the_language_does() -> None:
    assert ENGLISH.any_of(["a", "b"]) == "a or b"
    assert FRENCH.any_of(["a", "b", "c"]) == "a, b ou c"
    assert Speech().any_of(["a"]) == "a"


def test_text_of_the_other_direction_is_shut_off_from_its_neighbours() -> None:
    assert isolated("plain, 15 min \u2013 é \U0001f642 \u2060") == "plain, 15 min \u2013 é \U0001f642 \u2060"
    assert isolated("שלום") == "\u2068שלום\u2069"
    assert isolated("a\u202eb") == "\u2068a\u202eb\u2069"


def test_every_step_that_can_fall_due_has_words() -> None:
    """Whatever the agenda may hold: a clock's step is a warning or a breach, any other has a sentence of its own."""
    steps = {due.step for due in agenda(opened().ticket)}
    assert steps & set(BREACH_STEPS)
    chases = {key.partition(".")[2] for key in catalogue("en") if key.startswith("chase.")}
    # A chaser says it when nobody was asked anything yet.
    assert chases == {
        "chase",
        "unasked",
        "close",
        "until",
        "day_before",
        "come",
        "nudge",
        "nudge_lead",
        "handover_lead",
    }
