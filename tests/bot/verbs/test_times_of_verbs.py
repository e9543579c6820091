"""The times that verbs take: where they stand in what is typed, what is said back, and what is refused instead."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.commands import dispatch
from bot.desk.binding import Binding
from bot.desk.directory import Directory
from bot.desk.now import Now
from bot.desk.runtime import DeskRuntime
from bot.desk.state import DeskState
from bot.verbs.base.call import Call
from bot.verbs.base.verb import TicketVerb
from bot.verbs.reading.arguments import take_number
from bot.verbs.reading.times import parse_when
from bot.verbs.registry import NAMES, VERBS
from bot.wording.sentences import When, plain
from bot.wording.speech import catalogue
from storage.accounts import Account
from storage.database import Database
from tests.bot.samples import PEOPLE, POLICY, READERS, directory_of
from tests.factories import AGENT, NOW, make_home
from triage.errors import Refusal


@pytest.fixture
def desk(sqlite_database: str) -> Iterator[DeskRuntime]:
    """A desk with an empty database of its own."""
    database = Database(sqlite_database)
    home = database.write_now(make_home)
    yield DeskRuntime(
        home.organisation_id, home.desk_id, Binding("slack"), database, Now(), DeskState(POLICY, directory_of(PEOPLE))
    )
    database.close_now()


LATER = NOW + timedelta(hours=5)  # a Monday, 15:00 in London and 16:00 in Paris


def call(desk: DeskRuntime, words: str, language: str = "en", now: datetime = LATER) -> Call:
    return Call(desk, AGENT, READERS[language], now, "slack:CACME", words)


def heard(desk: DeskRuntime, typed: str, language: str = "en") -> str:
    """How a command is heard: its time in local time, and its text; or what is said against it."""
    verb, _, rest = typed.partition(" ")
    asked = call(desk, rest, language)
    try:
        _, words = take_number(rest, None, verb)
        record = VERBS[NAMES[verb]]
        assert isinstance(record, TicketVerb)
        answers = record.read(asked, words)
    except Refusal as refusal:
        return refusal.code
    stamp = answers.get("at") or answers.get("until") or answers.get("reported_at")
    at = f"{datetime.fromtimestamp(int(stamp), asked.speech.zone):%d %b %H:%M} | " if stamp else ""
    kind = f"{answers['what']} | " if answers.get("what", "customer") != "customer" else ""
    return f"{at}{kind}{answers.get('text', '')}"


# What is typed, what is heard, and why the row is here.
HEARD = [
    ("promise 42 16:30 we are on it", "02 Mar 16:30 | we are on it", ""),
    ("promise 42 by 16:30", "02 Mar 16:30 | ", ""),
    ("promise 42 in 2h: we look again", "02 Mar 17:00 | we look again", ""),
    ("promise 42 in two hours we look", "02 Mar 17:00 | we look", ""),
    ("promise 42 tomorrow", "hour_missing", "at what time?"),
    ("promise 42 half an hour: we look", "02 Mar 15:30 | we look", "without in"),
    ("promise 42 1630", "colon_missing", "16:30?"),
    ("promise 42 in 20", "unit_missing", "20 what?"),
    ("promise 42 10pm Sydney", "foreign_time", "not a text for the customer"),
    ("promise 42 9:00 tomorrow in Paris", "foreign_time", ""),
    ("promise 42 16:30 17:30", "ambiguous_time", ""),
    ("promise 42 5h30", "ambiguous_time", ""),
    ("promise 42 31 Feb 10:00", "no_such_date", ""),
    ("promise 42 eod", "02 Mar 17:00 | ", "when the desk closes"),
    ("promise 42 EOD. We look", "02 Mar 17:00 | We look", ""),
    ("promise 42 by cob", "02 Mar 17:00 | ", ""),
    ("promise 42 end of day", "02 Mar 17:00 | ", ""),
    ("promise 42 close of business", "02 Mar 17:00 | ", ""),
    ("promise 42 fin de journée", "02 Mar 17:00 | ", ""),
    ("promise 42 en fin de journée", "02 Mar 17:00 | ", ""),
    ("promise 42 avant la fin de la journée", "02 Mar 17:00 | ", ""),
    ("promise 42 à la fermeture", "02 Mar 17:00 | ", ""),
    ("promise 42 demain en fin de journée", "03 Mar 17:00 | ", ""),
    ("promise 42 tomorrow eod", "03 Mar 17:00 | ", ""),
    ("promise 42 eod friday", "06 Mar 17:00 | ", ""),
    ("promise 42 eod saturday", "no_closing", ""),
    ("wait 42 RMA until eod", "02 Mar 17:00 | RMA", ""),
    ("promise 42 half past 4", "ambiguous_half", ""),
    ("promise 42 half past 4 pm", "02 Mar 16:30 | ", ""),
    ("promise 42 9 tomorrow", "03 Mar 09:00 | ", ""),
    ("promise 42 Weds 10:00", "04 Mar 10:00 | ", ""),
    ("promise 42 \u200b16:30\ufeff", "02 Mar 16:30 | ", ""),
    ("promise 42 10:00 EST", "foreign_time", ""),
    ("promise 42 2h after the reboot", "ambiguous_time", ""),
    ("promise 42 we look at 16:30", "no_such_time", "the time comes first"),
    ("wait 42 until tomorrow 9am RMA", "03 Mar 09:00 | RMA", ""),
    ("wait 42 vendor until tomorrow 9am: RMA", "03 Mar 09:00 | vendor | RMA", ""),
    ("wait 42 RMA until tomorrow 9am", "03 Mar 09:00 | RMA", "the time last"),
    ("wait 42 vendor RMA until monday at 9", "09 Mar 09:00 | vendor | RMA", ""),
    ("wait 42 for the traceroute till 16:30", "02 Mar 16:30 | the traceroute", ""),
    ("wait 42 the traceroute until they call", "the traceroute until they call", "a reason, no time"),
    ("wait 42 the traceroute until 25:00", "no_such_time", "meant as a time"),
    ("wait 42 the traceroute until tomorrow", "hour_missing", ""),
    ("wait 42 until yesterday", "day_has_passed", ""),
    ("wait 42 until in 2h RMA", "02 Mar 17:00 | RMA", ""),
    ("wait 42 the traceroute until in 2h", "02 Mar 17:00 | the traceroute", ""),
    ("wait 42 monday 9:00 the router", "wait_needs_until", "when to ask again, or the reason?"),
    ("wait 42 vendor at 16:30 RMA", "wait_needs_until", ""),
    ("wait 42 for 2h", "wait_needs_until", ""),
    ("wait 42 3 days", "wait_needs_until", ""),
    ("wait 42 monday", "hour_missing", ""),
    ("wait 42 at 9", "no_such_time", ""),
    ("wait 42 2 hours of logs", "2 hours of logs", "a reason"),
    ("wait 42 monday's window", "monday's window", "a reason"),
    ("wait 42 10 links to be back", "10 links to be back", ""),
    ("wait 42 the traceroute until 3 sites are back", "the traceroute until 3 sites are back", ""),
    ("wait 42 the traceroute until 03/04 10:00", "ambiguous_time", ""),
    ("wait 42 until they call", "no_such_time", ""),
    ("reported 42 08:15 they called", "02 Mar 08:15 | they called", ""),
    ("reported 42 at 08:15 they called", "02 Mar 08:15 | they called", ""),
    ("reported 42 20 min ago they called", "02 Mar 14:40 | they called", ""),
    ("reported 42 Mon, 02 Mar 2026 08:15:00 +0100 mail", "02 Mar 07:15 | mail", "the mail's own zone"),
    ("reported 42 2h they called", "ambiguous_past_time", "two o'clock, or two hours ago?"),
    ("reported 42 yesterday", "past_hour_missing", ""),
    ("restored 42 at 14:05 swapped", "02 Mar 14:05 | swapped", ""),
    ("restored 42 14:05 swapped", "02 Mar 14:05 | swapped", "without at"),
    ("restored 42 20 min ago", "02 Mar 14:40 | ", ""),
    ("restored 42 since 14:05", "02 Mar 14:05 | ", ""),
    ("restored 42 @14:05 swapped", "02 Mar 14:05 | swapped", ""),
    ("restored 42 now", "02 Mar 15:00 | ", ""),
    ("restored 42 at 25:00 swapped", "no_such_past_time", "not restored now, with a text"),
    ("restored 42 25:00 swapped", "no_such_past_time", ""),
    ("restored 42 at 9", "no_such_past_time", "in the morning?"),
    ("restored 42 at half 4 rebooted", "no_such_past_time", "half past three, or past four?"),
    ("restored 42 at half past four", "ambiguous_half", ""),
    ("restored 42 half 4 rebooted", "no_such_past_time", "without at"),
    ("restored 42 half past four", "ambiguous_half", "without at"),
    ("restored 42 at quarter to 4 rebooted", "ambiguous_half", ""),
    ("restored 42 at 3 rebooted", "no_such_past_time", "a figure, and what was done"),
    ("restored 42 2026-03-02", "past_hour_missing", "a date"),
    ("restored 42 around 3", "no_such_past_time", ""),
    ("restored 42 about 3 sites", "about 3 sites", ""),
    ("restored 42 at 3-ish", "no_such_past_time", ""),
    ("restored 42 at a 3-way split", "at a 3-way split", ""),
    ("restored 42 three o'clock", "no_such_past_time", ""),
    ("restored 42 yesterday we rebooted", "past_hour_missing", "not restored now"),
    ("restored 42 since monday we rebooted", "past_hour_missing", ""),
    ("restored 42 yesterday's change is undone", "yesterday's change is undone", ""),
    ("restored 42 at 3, rebooted", "no_such_past_time", ""),
    ("restored 42 at 3 is back", "no_such_past_time", ""),
    ("restored 42 at three rebooted", "no_such_past_time", "in words"),
    ("restored 42 at one o'clock", "no_such_past_time", ""),
    ("restored 42 @3 rebooted", "no_such_past_time", ""),
    ("restored 42 at 1430 rebooted", "colon_missing", ""),
    ("restored 42 1430", "colon_missing", ""),
    ("restored 42 at noon rebooted", "02 Mar 12:00 | rebooted", ""),
    ("restored 42 at midnight", "02 Mar 00:00 | ", ""),
    ("restored 42 since 1h ago", "02 Mar 14:00 | ", ""),
    ("restored 42 2h we rebooted", "ambiguous_past_time", "two o'clock, or two hours ago?"),
    ("restored 42 at half capacity", "at half capacity", "a text"),
    ("restored 42 at 3 of 4 sites", "at 3 of 4 sites", ""),
    ("restored 42 at 3.2 we rolled back", "at 3.2 we rolled back", "a version"),
    ("restored 42 at two sites", "at two sites", ""),
    ("restored 42 at one site", "at one site", ""),
    ("restored 42 at 10 Gbit/s", "at 10 Gbit/s", ""),
    ("restored 42 at 50 percent", "at 50 percent", ""),
    ("restored 42 1430 users are back", "1430 users are back", ""),
    ("restored 42 yesterday", "past_hour_missing", ""),
    ("restored 42 tomorrow", "day_to_come", ""),
    ("restored 42 since yesterday evening", "past_hour_missing", ""),
    ("restored 42 today we swapped it", "today we swapped it", "a text"),
    ("restored 42 now stable", "now stable", ""),
    ("restored 42 at their site we swapped it", "at their site we swapped it", ""),
    ("restored 42 at 3 sites", "at 3 sites", ""),
    ("restored 42 since the vendor swapped it", "since the vendor swapped it", ""),
    ("restored 42 2 hours of downtime", "2 hours of downtime", ""),
    ("restored 42 16h of downtime", "16h of downtime", ""),
    ("restored 42 2.10 is rolled back", "2.10 is rolled back", "a version"),
    ("restored 42 10 links are back", "10 links are back", ""),
    ("relapsed 42 at 14:05", "02 Mar 14:05 | ", ""),
    ("relapsed 42 10 min ago", "02 Mar 14:50 | ", ""),
    ("update 42 at 14:05 by phone: told them", "02 Mar 14:05 | by phone: told them", ""),
    ("update 42 at yesterday 18:00 by phone", "01 Mar 18:00 | by phone", ""),
    ("update 42 at 18:00 yesterday by phone", "01 Mar 18:00 | by phone", ""),
    ("update 42 14:05 the link failed", "14:05 the link failed", "only at logs"),
    ("update 42 At the moment we look", "At the moment we look", ""),
    ("update 42 at 10 hosts it is fixed", "at 10 hosts it is fixed", ""),
    ("update 42 at noon told them by phone", "02 Mar 12:00 | told them by phone", ""),
    ("update 42 at 3 told them by phone", "no_such_past_time", "not sent to the customer"),
    ("update 42 at 3: told them", "no_such_past_time", ""),
    ("update 42 at three told them", "no_such_past_time", ""),
    ("update 42 at half 4 told them", "no_such_past_time", ""),
    ("update 42 at yesterday by phone", "past_hour_missing", "and a text goes on"),
    ("update 42 at monday's meeting it came up", "at monday's meeting it came up", ""),
    ("update 42 at 5 past 3 told them", "ambiguous_half", ""),
    ("update 42 by 3 sites", "by 3 sites", "only at logs"),
    ("update 42 at 3 sites it is fixed", "at 3 sites it is fixed", ""),
    ("update 42 at half capacity", "at half capacity", ""),
    ("update 42 at one point it failed", "at one point it failed", ""),
    ("update 42 @ana had a look", "@ana had a look", ""),
    ("resolve 42 at 14:05", "resolve_no_time", "a time is no resolution"),
    ("resolve 42 @14:05", "resolve_no_time", ""),
    ("resolve 42 14:05", "resolve_no_time", ""),
    ("resolve 42 at 9", "resolve_no_time", "clear or not"),
    ("resolve 42 at half past four", "resolve_no_time", ""),
    ("resolve 42 at 10:00 EST", "resolve_no_time", ""),
    ("resolve 42 3", "3", "a figure alone"),
    ("resolve 42 at 14:05 we rebooted", "at 14:05 we rebooted", "a text"),
    ("resolve 42 at 3 rebooted", "at 3 rebooted", ""),
    ("resolve 42 1430 users are back", "1430 users are back", ""),
    ("category 42 incident sev2 since 14:05 down", "02 Mar 14:05 | down", ""),
    ("category 42 incident sev2 since half 8", "no_such_past_time", "neither now nor nothing"),
    ("category 42 incident sev2 since the move", "since the move", "a reason"),
    ("update 42 at 25:00 by phone", "no_such_past_time", "not sent to the customer"),
    ("update 42 at 14:05", "update_needs_text", "nor this"),
]  # fmt: skip
HEARD_IN_FRENCH = [
    ("promettre 42 avant 16h30 on regarde", "02 Mar 16:30 | on regarde", ""),
    ("promettre 42 dans dix minutes", "02 Mar 16:10 | ", ""),
    ("promettre 42 demain matin", "hour_missing", ""),
    ("promettre 42 9h et demie on regarde", "03 Mar 09:30 | on regarde", "not in nine hours and a half"),
    ("promettre 42 5h", "ambiguous_time", "a length, or o'clock?"),
    ("promettre 42 22h Sydney", "foreign_time", ""),
    ("promettre 42 demain 9h à Paris", "foreign_time", ""),
    ("promettre 42 lundi", "hour_missing", ""),
    ("promettre 42 dans 20", "unit_missing", ""),
    ("promettre 42 dix minutes", "02 Mar 16:10 | ", ""),
    ("attendre 42 lundi 9h le routeur", "wait_needs_until", ""),
    ("attendre 42 fournisseur à 17h RMA", "wait_needs_until", ""),
    ("attendre 42 jusqu'à hier", "day_has_passed", ""),
    ("attendre 42 jusqu'à dans 2h RMA", "02 Mar 18:00 | RMA", ""),
    ("attendre 42 jusqu'au 3 mars 10h leur retour", "03 Mar 10:00 | leur retour", ""),
    ("attendre 42 fournisseur jusqu’à 16h30 RMA", "02 Mar 16:30 | vendor | RMA", "the apostrophe of a phone"),
    ("attendre 42 leur retour jusqu'à demain 9h", "03 Mar 09:00 | leur retour", ""),
    ("attendre 42 jusqu'à ce soir 20h leur retour", "02 Mar 20:00 | leur retour", ""),
    ("signalé 42 hier 18h par mail", "01 Mar 18:00 | par mail", ""),
    ("signalé 42 il y a vingt minutes appel", "02 Mar 15:40 | appel", ""),
    ("signalé 42 ce matin 8h15 appel", "02 Mar 08:15 | appel", ""),
    ("rétabli 42 à 14h05 port changé", "02 Mar 14:05 | port changé", ""),
    ("rétabli 42 depuis 20 min", "02 Mar 15:40 | ", ""),
    ("rétabli 42 depuis 2h", "ambiguous_past_time", "since two, or for two hours?"),
    ("rétabli 42 à midi redémarré", "02 Mar 12:00 | redémarré", ""),
    ("rétabli 42 à trois heures", "no_such_past_time", ""),
    ("rétabli 42 à 3 on a redémarré", "no_such_past_time", ""),
    ("rétabli 42 16h on a redémarré", "02 Mar 16:00 | on a redémarré", "a time of day, in French"),
    ("rétabli 42 16h de coupure", "16h de coupure", "a text"),
    ("rétabli 42 hier on a redémarré", "past_hour_missing", ""),
    ("rétabli 42 trois heures", "no_such_past_time", ""),
    ("rétabli 42 trois heures de coupure", "trois heures de coupure", "a text"),
    ("rétabli 42 vers 3", "no_such_past_time", ""),
    ("rétabli 42 à 3 clients", "à 3 clients", "a text"),
    ("rétabli 42 à deux réseaux près", "à deux réseaux près", ""),
    ("rétabli 42 à un poste près", "à un poste près", ""),
    ("rétabli 42 a remplacé le routeur", "a remplacé le routeur", "a verb"),
    ("rechute 42 à 14h05", "02 Mar 14:05 | ", ""),
    ("maj 42 à 14h05 par téléphone", "02 Mar 14:05 | par téléphone", ""),
    ("maj 42 a 14h05 par telephone", "02 Mar 14:05 | par telephone", "without accents"),
    ("maj 42 à midi par téléphone", "02 Mar 12:00 | par téléphone", ""),
    ("maj 42 a midi par telephone", "02 Mar 12:00 | par telephone", ""),
    ("maj 42 à 3 prévenus par téléphone", "à 3 prévenus par téléphone", "as a plural: 3 of them"),
    ("maj 42 à 3 appel client", "no_such_past_time", ""),
    ("résoudre 42 à 14h05", "resolve_no_time", ""),
    ("résoudre 42 a 14h05", "resolve_no_time", ""),
    ("résoudre 42 à 14h05 redémarré", "à 14h05 redémarré", ""),
    ("catégorie 42 incident gravité 2 depuis midi coupure", "02 Mar 12:00 | coupure", ""),
    ("catégorie 42 incident gravité 2 depuis trois heures", "02 Mar 13:00 | ", "for three hours"),
    ("maj 42 a 2h de retard", "a 2h de retard", "a verb"),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "meant", "note"), HEARD)
async def test_a_time_is_taken_where_it_stands_and_nothing_else_is(
    desk: DeskRuntime, typed: str, meant: str, note: str
) -> None:
    assert heard(desk, typed) == meant, note


@pytest.mark.parametrize(("typed", "meant", "note"), HEARD_IN_FRENCH)
async def test_and_in_french(desk: DeskRuntime, typed: str, meant: str, note: str) -> None:
    assert heard(desk, typed, "fr") == meant, note


LOCALES = [("en-US", "12 Mar 10:00 | "), ("en-GB", "03 Dec 10:00 | "), ("en-AU", "03 Dec 10:00 | "),
           ("fr-FR", "03 Dec 10:00 | "), (None, "ambiguous_past_time")]  # fmt: skip


@pytest.mark.parametrize(("locale", "meant"), LOCALES)
async def test_the_persons_own_locale_orders_day_and_month(desk: DeskRuntime, locale: str | None, meant: str) -> None:
    """Somebody whose locale the platform does not tell is asked."""
    desk.directory = Directory(POLICY, {AGENT.id: Account(AGENT.id, "Ana", locale=locale)})
    assert heard(desk, "reported 42 03/12/2025 10:00") == meant


# -- what is said back -----------------------------------------------------------------------------------------------


async def told(desk: DeskRuntime, words: str, language: str, now: datetime) -> str:
    answer = await dispatch.typed(call(desk, words, language, now))
    assert answer.card is not None
    return plain(answer.card.brief)


ECHOED = [
    ("promise 1 12:00", "promettre 1 13:00",
     "Promised on #1: the next update by Mon 2 Mar 12:00 GMT.",
     "Promis sur #1 : prochain point au plus tard lun. 2 mars 13:00 CET."),
    ("wait 1 until tomorrow 9am RMA", "attendre 1 jusqu'à demain 10h RMA",
     "#1 is waiting for the customer; paused meanwhile: Restore. You will be reminded Tue 3 Mar 09:00 GMT.",
     "#1 attend le client ; en pause d'ici là : Rétablissement. Rappel mar. 3 mars 10:00 CET."),
    ("wait 1 vendor RMA until 16:30", "attendre 1 fournisseur RMA jusqu'à 17h30",
     "#1 is waiting for a vendor; its clocks go on. You will be reminded Mon 2 Mar 16:30 GMT.",
     "#1 attend un fournisseur ; les délais courent toujours. Rappel lun. 2 mars 17:30 CET."),
    ("wait 1 maintenance the window", "attendre 1 maintenance la fenêtre",
     "#1 is waiting for a maintenance; its clocks go on. Next: ",
     "#1 attend une maintenance ; les délais courent toujours. À suivre : "),
    ("resume 1", "reprendre 1", "#1 goes on.", "#1 reprend."),
    ("update 1 at 10:10 by phone", "maj 1 à 11h10 par téléphone",
     "The update given elsewhere Mon 2 Mar 10:10 GMT was logged on #1; the customer was not written to.",
     "Le point donné ailleurs lun. 2 mars 11:10 CET est consigné sur #1 ; le client n'a rien reçu."),
    ("reported 1 09:30 they called", "signalé 1 10h30 appel",
     "#1 was reported Mon 2 Mar 09:30 GMT;", "#1 a été signalé lun. 2 mars 10:30 CET ;"),
    ("reported 1 an hour ago they called", "signalé 1 il y a une heure appel",
     "That is when #1 was reported already.", "C'est déjà l'heure du signalement de #1."),
    ("restored 1 at 10:20", "rétabli 1 à 11h20",
     "Service on #1 is restored since Mon 2 Mar 10:20 GMT", "Service rétabli sur #1 depuis lun. 2 mars 11:20 CET"),
    ("relapsed 1 at 10:25", "rechute 1 à 11h25",
     "#1 is down again since Mon 2 Mar 10:25 GMT;", "#1 est de nouveau en panne depuis lun. 2 mars 11:25 CET ;"),
]  # fmt: skip


@pytest.mark.parametrize("language", READERS)
async def test_every_verb_that_took_a_time_says_it_back_in_words(desk: DeskRuntime, language: str) -> None:
    await told(desk, "new sev2 Link down", language, NOW)
    for english, french, in_english, in_french in ECHOED:
        typed, meant = (french, in_french) if language == "fr" else (english, in_english)
        said = await told(desk, typed, language, NOW + timedelta(minutes=30))
        assert said.replace("\u00a0", " ").startswith(meant), (typed, said)


async def test_a_time_said_back_is_an_instant_that_each_reader_sees_in_their_own_zone(desk: DeskRuntime) -> None:
    await told(desk, "new sev2 Link down", "en", NOW)
    answer = await dispatch.typed(call(desk, "wait 1 until 16:30 RMA", now=NOW))
    assert answer.card is not None
    instants = [part.at for part in answer.card.brief if isinstance(part, When)]
    assert datetime(2026, 3, 2, 16, 30, tzinfo=UTC) in instants


# -- what is refused -------------------------------------------------------------------------------------------------

REFUSED = [
    ("promise 1 soon", '"soon" is not a time I understand. Type it like 16:30 or in 2h.'),
    ("promise 1 tomorrow midnight", '"tomorrow midnight" can be read in two ways. Type it like tomorrow 9:00 or'),
    ("promise 1 10:00 EST", '"10:00 EST" is in a zone that can\'t be told for certain. Type it in your own time, like'),
    ("promise 1 monday", '"monday": at which hour? Type it like monday 9:00 or tomorrow 9:00.'),
    ("promise 1 1630", '"1630": is that 16:30? Type it with its colon: 16:30.'),
    ("promise 1 in 20", '"in 20": 20 what? Type it like in 20 min or in 2h.'),
    ("promise 1 29 Feb 10:00", 'There is no such date: "29 Feb 10:00". Type it like tomorrow 9:00 or in 2h,'),
    ("promise 1 monday 9:00", "Mon 9 Mar 09:00 GMT is too far ahead for this severity. Promise Mon 2 Mar 14:00 GMT at"),
    ("wait 1 monday 9:00 the router", "Is Mon 9 Mar 09:00 GMT when to ask again? Type /ticket wait 1 until Mon 9"),
    ("wait 1 vendor in 2h RMA", "Is Mon 2 Mar 12:00 GMT when to ask again? Type /ticket wait 1 vendor until Mon 2"),
    ("wait 1 until yesterday RMA", '"until yesterday" has passed. Give a time that is still to come, like 16:30 or'),
    ("wait 1 until 20 min ago RMA", "Mon 2 Mar 09:40 GMT has passed. Give a time that is still to come: /ticket wait"),
    ("resolve 1 at 09:44",
     'The text of resolve is what the customer reads, and "at 09:44" is a time. Type /ticket restored 1 at 09:44'),
    ("promise 1 yesterday 9:00", "Sun 1 Mar 09:00 GMT has passed. Promise a time that is still to come: "),
    ("wait 1 until they call", '"until they call" is not a time I understand. Type it like 16:30 or in 2h.'),
    ("wait 1 until yesterday 9:00 RMA", "Sun 1 Mar 09:00 GMT has passed. Give a time that is still to come: "),
    ("reported 1 eod they called", "Mon 2 Mar 17:00 GMT is still to come. Give a time that has passed, for example"),
    ("promise 1 half past 4", '"half past 4" can be read in two ways. Type 16:30, or 04:30.'),
    ("promise 1 eod saturday", '"eod saturday": the desk does not close that day. Type a time, like monday 9:00'),
    ("reported 1 2h they called", '"2h" can be read in two ways. Type it like yesterday 18:00 or 20 min ago,'),
    ("reported 1 in 2h they called", "Mon 2 Mar 12:00 GMT is still to come. Give a time that has passed, for example"),
    ("restored 1 at 25:00", '"at 25:00" is not a time I understand. Type it like 14:05 or 20 min ago.'),
    ("restored 1 tomorrow 9:00", "Tue 3 Mar 09:00 GMT is still to come. Give a time that has passed, for example"),
    ("update 1 at 25:00 by phone", '"at 25:00 by phone" is not a time I understand. Type it like 14:05 or 20 min ago.'),
    ("update 1 at 9:00 tomorrow by phone", "Tue 3 Mar 09:00 GMT is still to come. Give a time that has passed, for"),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "said"), REFUSED)
async def test_a_time_that_cannot_be_used_gets_one_sentence_and_changes_nothing(
    desk: DeskRuntime, typed: str, said: str
) -> None:
    await told(desk, "new sev2 Link down", "en", NOW)
    before = await told(desk, "show 1", "en", NOW)
    assert (await told(desk, typed, "en", NOW)).startswith(said)
    assert await told(desk, "show 1", "en", NOW) == before


# The refusals about times, and the side on which what they suggest must lie.
SUGGESTING = {
    "no_such_time": True, "ambiguous_time": True, "promise_needs_time": True, "promise_in_past": True,
    "wait_in_past": True, "no_such_past_time": False, "ambiguous_past_time": False, "in_future": False,
    "reported_in_future": False, "reported_needs_time": False, "hour_missing": True, "past_hour_missing": False,
    "day_has_passed": True, "day_to_come": False, "no_such_date": True, "no_such_past_date": False,
}  # fmt: skip
SUGGESTED = {
    ("en", True): {"16:30", "in 2h", "in 1h", "tomorrow 9:00", "monday 9:00"},
    ("en", False): {"14:05", "08:15", "20 min ago", "yesterday 18:00", "monday 9:00"},
    ("fr", True): {"16:30", "dans 2h", "dans 1h", "demain 9h", "lundi 9h"},
    ("fr", False): {"14:05", "08:15", "il y a 20 min", "hier 18h", "lundi 9h"},
}


@pytest.mark.parametrize("code", SUGGESTING)
@pytest.mark.parametrize("language", READERS)
def test_a_refusal_about_a_time_suggests_two_that_would_do(language: str, code: str) -> None:
    sentence = catalogue(language)[f"refusal.{code}"]
    future = SUGGESTING[code]
    assert len([text for text in SUGGESTED[language, future] if text in sentence]) == 2, sentence
    other = SUGGESTED[language, not future] - SUGGESTED[language, future]
    assert not [text for text in other if text in sentence], sentence


@pytest.mark.parametrize("language", READERS)
def test_a_time_in_a_foreign_zone_is_asked_for_in_a_way_that_does_on_either_side(language: str) -> None:
    assert "16:30 UTC" in catalogue(language)["refusal.foreign_time"]
    at = parse_when("16:30 UTC", LATER, READERS[language].zone, language, future=True)
    assert at.astimezone(UTC).strftime("%H:%M") == "16:30"
    assert parse_when("16:30 UTC", LATER, READERS[language].zone, language, future=False) == at - timedelta(days=1)


@pytest.mark.parametrize("language", READERS)
async def test_what_is_suggested_for_a_wait_can_be_typed_as_it_stands(desk: DeskRuntime, language: str) -> None:
    """The time is said back with its zone, the kind of wait is kept."""
    await told(desk, "new sev2 Link down", language, NOW)
    typed = {"en": "wait 1 vendor monday 9:00 RMA", "fr": "attendre 1 fournisseur lundi 9h RMA"}[language]
    said = await told(desk, typed, language, NOW)
    suggested = said.partition("/ticket ")[2].replace("and the reason.", "RMA").replace("et le motif.", "RMA")
    said = await told(desk, suggested, language, NOW)
    assert {"en": "You will be reminded Mon 9 Mar 09:00 GMT.", "fr": "Rappel lun. 9 mars 09:00 CET."}[language] in said
    assert {"en": "is waiting for a vendor", "fr": "attend un fournisseur"}[language] in said


@pytest.mark.parametrize("language", READERS)
@pytest.mark.parametrize("place", [None, 7])
async def test_what_is_suggested_is_for_the_ticket_that_was_meant(
    desk: DeskRuntime, language: str, place: int | None
) -> None:
    """Typed with its number, or in its thread without."""
    for number in range(7):
        await told(desk, f"new sev2 Link {number} down", language, NOW)
    verbs = {"en": ("reopen {} maybe", "promise {} yesterday 9:00", "relapsed {}"),
             "fr": ("rouvrir {} peut-être", "promettre {} hier 9h", "rechute {}")}[language]  # fmt: skip
    for verb in verbs:
        words = " ".join(verb.format("" if place else 7).split())
        answer = await dispatch.typed(replace(call(desk, words, language, NOW), number=place))
        assert answer.card is not None
        assert re.search(rf"/ticket {verb.split()[0]} 7 |/ticket (restored|rétabli) 7 ", plain(answer.card.brief)), (
            words
        )


@pytest.mark.parametrize(("side", "texts"), SUGGESTED.items())
def test_what_is_suggested_is_understood_at_any_hour(side: tuple[str, bool], texts: set[str]) -> None:
    language, future = side
    for hour in range(24):
        now = NOW + timedelta(hours=hour)
        for text in texts:
            assert (parse_when(text, now, READERS[language].zone, language, future=future) > now) is future
