"""People and the policy in words: whose language and zone, which names, whose own words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.desk.directory import Directory
from bot.wording.phrase_book import PhraseBook
from bot.wording.rows import ticket_row
from bot.wording.sentences import Mention, Named, plain
from bot.wording.speech import speech
from storage.absences import Absence
from storage.accounts import Account
from storage.groups import Group
from storage.listing import Listed
from tests.factories import NOW
from triage.desk import Desk
from triage.levels import LEVELS
from triage.people import VIGIE
from triage.policy import Policy

ANA, EVE, NETOPS = "slack:U1ANA", "slack:U1EVE", "slack:S1NETOPS"
UNKNOWN = Account(ANA, "Ana")  # but for their name
FRENCH = Policy(desk=Desk(language="fr", timezone="Europe/Paris"))


def book(policy: Policy = FRENCH, ana: Account = UNKNOWN) -> PhraseBook:
    return PhraseBook(Directory(policy, {ANA: ana}, groups={NETOPS: Group(NETOPS, "netops")}))


@pytest.mark.parametrize(
    ("locale", "zone", "language", "reads"),
    [
        ("en-AU", "Australia/Sydney", "en", "Australia/Sydney"),
        ("fr-CA", "America/Toronto", "fr", "America/Toronto"),
        ("", "Australia/Sydney", "fr", "Australia/Sydney"),  # where it is not known, the desk's
        ("ja-JP", "Asia/Tokyo", "fr", "Asia/Tokyo"),  # a language that is not spoken here
    ],
)
def test_whoever_is_known_is_spoken_to_in_their_language_and_zone(
    locale: str, zone: str, language: str, reads: str
) -> None:
    assert book(ana=Account(ANA, "Ana", zone, locale)).reader(ANA) == speech(language, reads)


@pytest.mark.parametrize(
    ("locale", "wrote", "language"),
    [
        ("pt-BR", "Bonjour, pourriez-vous nous renvoyer la facture 4411 ? La TVA est fausse", "fr"),
        ("pt-BR", "Could you please resend invoice 4411? The VAT on it is wrong", "en"),
        ("pt-BR", "Bom dia, podem reenviar a fatura 4411? O IVA está errado", "fr"),  # the desk's
        ("en-GB", "Bonjour, pourriez-vous nous renvoyer la facture 4411 ?", "en"),  # theirs comes first
        (None, "The link to Sydney is down, please call us", "en"),
    ],
)
def test_whose_language_is_not_spoken_is_answered_in_the_one_they_wrote(
    locale: str | None, wrote: str, language: str
) -> None:
    assert book(ana=Account(ANA, "Ana", None, locale)).reader(ANA, wrote).language == language


@pytest.mark.parametrize("zone", [None, "", "Mars/Olympus", "US/Pacific-New", "Europe/", "../etc/passwd"])
def test_whose_zone_is_none_reads_the_desks_times(zone: str | None) -> None:
    account = Account(ANA, "Ana", zone, "en-GB")
    assert PhraseBook(Directory(FRENCH, {ANA: account})).reader(ANA) == speech("en", "Europe/Paris")


def test_a_group_and_whoever_is_unknown_are_spoken_to_as_the_desk_is() -> None:
    for key in (NETOPS, EVE):
        assert book().reader(key) == book().desk_speech == speech("fr", "Europe/Paris")


def test_people_groups_and_the_bot_are_called_by_their_names() -> None:
    people = book()
    assert people.named(ANA) == Named(ANA, "Ana")
    assert people.mention(NETOPS) == Mention(NETOPS, "@netops")
    assert (people.name(VIGIE), people.name(EVE)) == ("Vigie", "U1EVE")


def test_the_policys_own_words_are_said_as_they_are_and_the_usual_ones_in_the_readers_language() -> None:
    own = replace(FRENCH, meanings={1: "nothing works"}, levels=(replace(LEVELS[0], role="the boss"), *LEVELS[1:]))
    people, english = book(own), speech("en")
    assert people.level_role(1, english) == "the boss"
    assert people.level_role(2, english) == LEVELS[1].role
    assert people.level_role(2, speech("fr")) != LEVELS[1].role
    assert people.level_role(9, english) == "Level 9", "the policy may have fewer levels by now"
    assert people.meaning(1, english) == "nothing works"
    assert people.meaning(2, english) == english.text("meaning.2")
    assert people.severity_choices(english)[:2] == (
        ("1", "1 - nothing works"),
        ("2", english.text("severity_choice.2")),
    )


def test_only_inside_the_desk_is_it_shown_who_is_away() -> None:
    gone = PhraseBook(replace(book().directory, absences={ANA: Absence(None, "dentist")}))
    row = Listed(1, "open", "incident", 2, ANA, EVE, None, 0, "Link down", NOW, None)
    shown = {inside: plain(ticket_row(row, gone, speech("en"), NOW, inside=inside).state) for inside in (True, False)}
    assert shown == {True: "Severity 2 · open · Ana (away, dentist)", False: "Severity 2 · open · Ana"}
