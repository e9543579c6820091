"""What people type at three in the morning, in both languages: what is clear is read, what is not is asked about."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.verbs.reading.times import parse_when, take_when
from triage.errors import Refusal

NOW = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)  # a Wednesday, 15:00 in Paris
EITHER, FRENCH, ENGLISH, AMERICAN = "en-GB fr-FR", "fr-FR", "en-GB", "en-US"
ASKED = "asked about"
FOREIGN = "whose zone?"
NO_DATE = "no such date"
NO_TIME = "no time"
SAID = {
    (True, "foreign_time"): FOREIGN, (False, "foreign_time"): FOREIGN,
    (True, "no_such_date"): NO_DATE, (False, "no_such_past_date"): NO_DATE,
    (True, "ambiguous_half"): ASKED, (False, "ambiguous_half"): ASKED,
    (True, "ambiguous_time"): ASKED, (False, "ambiguous_past_time"): ASKED,
    (True, "no_such_time"): NO_TIME, (False, "no_such_past_time"): NO_TIME,
}  # fmt: skip


def read(text: str, locale: str, *, future: bool, now: datetime = NOW, zone_name: str = "Europe/Paris") -> str:
    """What the text begins with, in local time, and what is left; or why it is refused."""
    zone = ZoneInfo(zone_name)
    try:
        at, rest = take_when(text, now, zone, locale, future=future)
    except Refusal as refusal:
        if not text.startswith(str(refusal.values["text"])):
            return f"quotes {refusal.values['text']}"
        return SAID[future, refusal.code]
    if at is None:
        assert rest == text
        return NO_TIME
    assert at.tzinfo is UTC
    local = at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    return f"{local} | {rest}" if rest else local


# What is typed, by whom, what it means, and why the row is here.
TO_COME = [
    ("in 2h", EITHER, "2026-11-25 17:00", "the forms that people use first"),
    ("2h", EITHER, "2026-11-25 17:00", ""),
    ("3j", EITHER, "2026-11-28 15:00", ""),
    ("16:30", EITHER, "2026-11-25 16:30", ""),
    ("tomorrow 9am", EITHER, "2026-11-26 09:00", ""),
    ("demain 9h", EITHER, "2026-11-26 09:00", ""),
    ("lundi 9h", EITHER, "2026-11-30 09:00", ""),
    ("vendredi 14h30", EITHER, "2026-11-27 14:30", ""),
    ("2026-12-01 10:00", EITHER, "2026-12-01 10:00", ""),
    ("1 Dec 10:00", EITHER, "2026-12-01 10:00", ""),
    # -- the clock
    ("16h", FRENCH, "2026-11-25 16:00", "a time of day, in French"),
    ("16 h 30", EITHER, "2026-11-25 16:30", "as French typography has it"),
    ("16H30 ON REGARDE", EITHER, "2026-11-25 16:30 | ON REGARDE", "shouted"),
    ("16h30min", EITHER, "2026-11-25 16:30", ""),
    ("1h30", EITHER, "2026-11-25 16:30", "a length"),
    ("4h30", EITHER, "2026-11-25 19:30", "the last that is"),
    ("5h30", EITHER, ASKED, "a length or a time of day?"),
    ("7h30", ENGLISH, ASKED, ""),
    ("7h30", FRENCH, "2026-11-26 07:30", ""),
    ("8h30", EITHER, "2026-11-26 08:30", "the first that is a time of day"),
    ("4h", EITHER, "2026-11-25 19:00", ""),
    ("5h", FRENCH, ASKED, ""),
    ("6h on regarde", FRENCH, ASKED, ""),
    ("5h", ENGLISH, "2026-11-25 20:00", ""),
    ("à 5h", EITHER, "2026-11-26 05:00", ""),
    ("dans 5h30", EITHER, "2026-11-25 20:30", ""),
    ("24:00", EITHER, "2026-11-26 00:00", "the coming midnight"),
    ("à 24h", EITHER, "2026-11-26 00:00", ""),
    ("tonight 24:00", EITHER, "2026-11-26 00:00", ""),
    ("tomorrow 24:00", EITHER, ASKED, "as tomorrow midnight"),
    ("24:30", EITHER, NO_TIME, ""),
    ("16.30", EITHER, "2026-11-25 16:30", "no month 30"),
    ("16.05", EITHER, ASKED, "the sixteenth of May?"),
    ("tomorrow 9.05", EITHER, "2026-11-26 09:05", "its day is said"),
    ("4pm", EITHER, "2026-11-25 16:00", ""),
    ("4 P.M.", EITHER, "2026-11-25 16:00", ""),
    ("4.30pm", EITHER, "2026-11-25 16:30", ""),
    ("430pm", EITHER, "2026-11-25 16:30", ""),
    ("9 o'clock", EITHER, "2026-11-26 09:00", ""),
    ("4 o'clock", EITHER, ASKED, "morning or afternoon?"),
    ("4 o'clock in the afternoon", EITHER, "2026-11-25 16:00", ""),
    ("half past four", EITHER, ASKED, "morning or afternoon?"),
    ("half past 4", EITHER, ASKED, ""),
    ("half past 4 pm", EITHER, "2026-11-25 16:30", ""),
    ("quarter to 5 pm we call", EITHER, "2026-11-25 16:45 | we call", ""),
    ("ten past", EITHER, NO_TIME, ""),
    ("9 tomorrow", EITHER, "2026-11-26 09:00", ""),
    ("at 9 on Monday", EITHER, "2026-11-30 09:00", ""),
    ("9 demain", EITHER, "2026-11-26 09:00", ""),
    ("4 tomorrow", EITHER, ASKED, ""),
    ("Weds 10:00", EITHER, "2026-12-02 10:00", ""),
    # -- twelve hours or twenty-four: it is 15:00
    ("4:30", f"{AMERICAN} en-AU {ENGLISH} en", ASKED, "this afternoon is nearer than tomorrow morning"),
    ("4.30", f"{AMERICAN} {ENGLISH}", ASKED, ""),
    ("11:30", f"{AMERICAN} en-AU", ASKED, "this evening?"),
    ("tomorrow 4:30", AMERICAN, ASKED, ""),
    ("tomorrow 9:30", AMERICAN, "2026-11-26 09:30", ""),
    ("2:30", AMERICAN, "2026-11-26 02:30", "both lie ahead, and this is the nearer"),
    ("4:30", FRENCH, "2026-11-26 04:30", ""),
    ("04:30", f"{AMERICAN} {ENGLISH}", "2026-11-26 04:30", "nobody writes so on a clock of twelve"),
    ("4:30 am", AMERICAN, "2026-11-26 04:30", ""),
    ("4:30pm", AMERICAN, "2026-11-25 16:30", ""),
    ("16:30", AMERICAN, "2026-11-25 16:30", ""),
    ("4:30 UTC", AMERICAN, "2026-11-26 05:30", "who names a zone counts to twenty-four"),
    ("4h30", AMERICAN, "2026-11-25 19:30", "a length"),
    ("this afternoon at 4:30", AMERICAN, "2026-11-25 16:30", ""),
    ("2026-12-01 4:30", AMERICAN, "2026-12-01 04:30", ""),
    ("1630", EITHER, NO_TIME, "a bare number"),
    ("1630h", EITHER, "2026-11-25 16:30", "not sixteen hundred hours"),
    ("0930Z", EITHER, "2026-11-26 10:30", ""),
    ("1630 UTC", EITHER, "2026-11-25 17:30", ""),
    ("0h30", EITHER, "2026-11-26 00:30", "written like a time of day"),
    ("dans 0h30", EITHER, "2026-11-25 15:30", ""),
    ("noon", EITHER, "2026-11-26 12:00", ""),
    ("12 noon", EITHER, "2026-11-26 12:00", ""),
    ("midi on bascule", EITHER, "2026-11-26 12:00 | on bascule", ""),
    ("midi et demi", EITHER, ASKED, "not twelve o'clock, with a text"),
    ("à 16h et demie", EITHER, "2026-11-25 16:30", ""),
    ("9h et demie", EITHER, "2026-11-26 09:30", "not in nine hours and a half"),
    ("9h et quart on regarde", EITHER, "2026-11-26 09:15 | on regarde", ""),
    ("9h moins le quart", EITHER, "2026-11-26 08:45", ""),
    ("9 heures moins le quart", EITHER, "2026-11-26 08:45", ""),
    ("demain 9h et demie", EITHER, "2026-11-26 09:30", ""),
    ("à 10 heures moins le quart", EITHER, "2026-11-26 09:45", ""),
    ("dans 9h et demie", EITHER, "2026-11-26 00:30", ""),
    ("4h et demie", EITHER, "2026-11-25 19:30", "as 4h"),
    ("5h et demie", EITHER, ASKED, "as 5h in French"),
    ("à 4h et demie", EITHER, ASKED, "morning or afternoon?"),
    ("4h moins le quart", EITHER, ASKED, ""),
    # -- the parts of a day
    ("midnight", EITHER, "2026-11-26 00:00", "the next"),
    ("minuit", EITHER, "2026-11-26 00:00", ""),
    ("tonight midnight", EITHER, "2026-11-26 00:00", "the one that ends this evening"),
    ("ce soir à minuit", EITHER, "2026-11-26 00:00", ""),
    ("tomorrow midnight", EITHER, ASKED, "the one that begins tomorrow, or ends it?"),
    ("demain minuit", EITHER, ASKED, ""),
    ("tomorrow 00:00", EITHER, "2026-11-26 00:00", ""),
    ("tonight 8pm", EITHER, "2026-11-25 20:00", ""),
    ("tonight 8", EITHER, "2026-11-25 20:00", "no eight in the morning tonight"),
    ("tonight at 8:15", EITHER, "2026-11-25 20:15", ""),
    ("ce soir 20h", EITHER, "2026-11-25 20:00", ""),
    ("ce soir 8h", EITHER, "2026-11-25 20:00", ""),
    ("8pm tonight", EITHER, "2026-11-25 20:00", ""),
    ("16:30 tonight", EITHER, ASKED, "that is the afternoon"),
    ("tonight 2am", EITHER, "2026-11-26 02:00", "the window of tonight is after midnight"),
    ("cette nuit 2h", EITHER, "2026-11-26 02:00", ""),
    ("tomorrow night 2am", EITHER, ASKED, "the night before or after?"),
    ("this afternoon 4", EITHER, "2026-11-25 16:00", ""),
    ("cet après-midi 16h", EITHER, "2026-11-25 16:00", ""),
    ("tomorrow morning at 9", EITHER, "2026-11-26 09:00", ""),
    ("DEMAIN MATIN À 9H", EITHER, "2026-11-26 09:00", ""),
    ("demain apres-midi 15h", EITHER, "2026-11-26 15:00", "without its accent"),
    ("lundi soir 20h", EITHER, "2026-11-30 20:00", ""),
    ("friday evening 6", EITHER, "2026-11-27 18:00", ""),
    ("3h du matin", EITHER, "2026-11-26 03:00", "not in three hours"),
    ("8h du soir", EITHER, "2026-11-25 20:00", ""),
    ("9 in the morning", EITHER, "2026-11-26 09:00", ""),
    ("9 in the office", EITHER, NO_TIME, ""),
    ("tomorrow", EITHER, NO_TIME, "at what time?"),
    ("demain matin", EITHER, NO_TIME, ""),
    ("tonight", EITHER, NO_TIME, ""),
    ("EOD", EITHER, NO_TIME, ""),
    ("next week", EITHER, NO_TIME, ""),
    # -- days
    ("tmrw 9am", EITHER, "2026-11-26 09:00", ""),
    ("tomorrow 9", EITHER, "2026-11-26 09:00", ""),
    ("demain à 9", EITHER, "2026-11-26 09:00", ""),
    ("tomorrow at 4", EITHER, ASKED, "morning or afternoon?"),
    ("tomorrow 9 people come", EITHER, NO_TIME, "9 people"),
    ("next monday 9", EITHER, "2026-11-30 09:00", ""),
    ("lundi prochain 9h", EITHER, "2026-11-30 09:00", ""),
    ("lundi à 9", EITHER, "2026-11-30 09:00", ""),
    ("monday 9", EITHER, "2026-11-30 09:00", "as tomorrow 9"),
    ("lundi 9, on regarde", EITHER, "2026-11-30 09:00 | on regarde", ""),
    ("monday 9 10:00", EITHER, ASKED, "the ninth is no Monday soon"),
    ("monday 4", EITHER, ASKED, "morning or afternoon?"),
    ("9am mon", EITHER, "2026-11-30 09:00", ""),
    ("9h mon collègue y sera", FRENCH, "2026-11-26 09:00 | mon collègue y sera", "mon is no Monday here"),
    ("monday's window", EITHER, NO_TIME, ""),
    ("9am monday's window", EITHER, "2026-11-26 09:00 | monday's window", ""),
    ("lundi en huit 9h", EITHER, NO_TIME, ""),
    ("9h lundi en huit", EITHER, ASKED, "a week later"),
    ("mardi 1er décembre à 10h", EITHER, "2026-12-01 10:00", ""),
    ("lundi 1er décembre à 10h", EITHER, ASKED, "that is a Tuesday"),
    ("le 3 à 10h", EITHER, "2026-12-03 10:00", ""),
    ("the 3rd at 10am", EITHER, "2026-12-03 10:00", ""),
    ("10:00 on the 3rd", EITHER, "2026-12-03 10:00", ""),
    ("mardi 1 à 10h", EITHER, "2026-12-01 10:00", ""),
    ("lundi 1 à 10h", EITHER, ASKED, "the first is a Tuesday"),
    ("16:30 the 3rd link is back", EITHER, "2026-11-25 16:30 | the 3rd link is back", ""),
    ("mar 3 10:00", EITHER, ASKED, "the third of March, or Tuesday the third"),
    ("16:30 1 may be down", EITHER, "2026-11-25 16:30 | 1 may be down", "may is no month here"),
    ("9am dec 1", EITHER, "2026-12-01 09:00", ""),
    ("01-12-2026 10:00", EITHER, "2026-12-01 10:00", ""),
    ("2026/12/01 10:00", EITHER, "2026-12-01 10:00", ""),
    ("2026-00-10 10:00", EITHER, NO_DATE, ""),
    ("03/12 10:00", EITHER, "2026-12-03 10:00", "the third of December here"),
    ("03/12 10:00", AMERICAN, "2027-03-12 10:00", "the twelfth of March there"),
    ("03/12 10:00", "en-AU", "2026-12-03 10:00", ""),
    ("03/12 10:00", "en", ASKED, "whose English?"),
    ("10:00 25/12", EITHER, "2026-12-25 10:00", ""),
    ("16:30 3/4 of the links are back", EITHER, "2026-11-25 16:30 | 3/4 of the links are back", ""),
    ("20 Nov 10:00", EITHER, ASKED, "eleven months ahead is more likely a slip"),
    ("29 feb 10:00", EITHER, NO_DATE, "the next is in 2028"),
    ("29/02/2028 10:00", EITHER, "2028-02-29 10:00", ""),
    ("29/02/2027 10:00", EITHER, NO_DATE, ""),
    # -- lengths
    ("in 90 min", EITHER, "2026-11-25 16:30", ""),
    ("dans 1h30", EITHER, "2026-11-25 16:30", ""),
    ("in  2  hours", EITHER, "2026-11-25 17:00", "blanks"),
    ("~2h", EITHER, "2026-11-25 17:00", ""),
    ("2h 30", EITHER, "2026-11-25 17:30", ""),
    ("in 2h 30 people will be back", EITHER, ASKED, "at half past, or thirty people?"),
    ("until in 2h", EITHER, "2026-11-25 17:00", ""),
    ("jusqu'à dans 2h", EITHER, "2026-11-25 17:00", ""),
    ("before 2h from now", EITHER, "2026-11-25 17:00", ""),
    ("until 2h", EITHER, "2026-11-26 02:00", "two o'clock"),
    ("until 20 min ago", EITHER, "2026-11-25 14:40", "whether it may be is decided elsewhere"),
    ("half an hour", EITHER, "2026-11-25 15:30", ""),
    ("an hour we look", EITHER, "2026-11-25 16:00 | we look", ""),
    ("dix minutes", EITHER, "2026-11-25 15:10", ""),
    ("une heure et demie", EITHER, "2026-11-25 16:30", ""),
    ("a second engineer looks", EITHER, NO_TIME, ""),
    ("one day we shall know", EITHER, NO_TIME, ""),
    ("2h from now we look", EITHER, "2026-11-25 17:00 | we look", ""),
    ("d'ici 2h", EITHER, "2026-11-25 17:00", ""),
    ("d'ici 16h", EITHER, "2026-11-25 16:00", "by four, not within sixteen hours"),
    ("d’ici demain 9h", EITHER, "2026-11-26 09:00", "the apostrophe of a phone"),
    ("in half an hour", EITHER, "2026-11-25 15:30", ""),
    ("dans trois quarts d'heure", EITHER, "2026-11-25 15:45", ""),
    ("in an hour and a half", EITHER, "2026-11-25 16:30", "not in an hour"),
    ("dans une heure et demie", EITHER, "2026-11-25 16:30", ""),
    ("2h et quart", EITHER, "2026-11-25 17:15", ""),
    ("in 2 days and a half", EITHER, ASKED, ""),
    ("in 2 days at 9am", EITHER, "2026-11-27 09:00", "not at three in the afternoon"),
    ("dans 2 jours à 9h", EITHER, "2026-11-27 09:00", ""),
    ("2 days 9am", EITHER, ASKED, ""),
    ("dans 3 jours ouvrés", EITHER, ASKED, "only a calendar knows"),
    ("in 3 business days", EITHER, NO_TIME, ""),
    ("2h after the reboot", EITHER, ASKED, "when is that?"),
    ("2h or 3h", EITHER, ASKED, ""),
    ("in an hour or two", EITHER, ASKED, ""),
    ("in 1200 hours", EITHER, "2027-01-14 15:00", ""),
    # -- numbers in words
    ("in two hours", EITHER, "2026-11-25 17:00", ""),
    ("dans deux heures on regarde", EITHER, "2026-11-25 17:00 | on regarde", ""),
    ("in forty-five minutes", EITHER, "2026-11-25 15:45", ""),
    ("dans vingt minutes", EITHER, "2026-11-25 15:20", "dateparser does not know it"),
    ("in one hour and ten minutes", EITHER, "2026-11-25 16:10", ""),
    ("in 1 hour and ten minutes", EITHER, "2026-11-25 16:10", "half in words"),
    ("in two days at 9am", EITHER, "2026-11-27 09:00", ""),
    ("après-demain à midi", EITHER, "2026-11-27 12:00", ""),
    ("in tomorrow hours", EITHER, NO_TIME, "a day from now, to dateparser"),
    ("in a few hours", EITHER, NO_TIME, ""),
    ("le 3 decembre a dix heures", EITHER, NO_TIME, "the year 2010, to dateparser"),
    ("in 2 months", EITHER, NO_TIME, ""),
    # -- zones
    ("16:30 UTC+1", EITHER, "2026-11-25 16:30", ""),
    ("16:30 GMT-5", EITHER, "2026-11-25 22:30", ""),
    ("16:30 UTC+99", EITHER, FOREIGN, ""),
    ("16:30 +0200", EITHER, "2026-11-25 15:30", ""),
    ("16:30 CET we look", EITHER, "2026-11-25 16:30 | we look", "the reader's own"),
    ("9am CET tomorrow", EITHER, "2026-11-26 09:00", ""),
    ("16:30 CEST", EITHER, FOREIGN, "not in November"),
    ("10:00 EST", EITHER, FOREIGN, "somebody else's"),
    ("4pm pst we look", EITHER, FOREIGN, ""),
    ("10:00 est", EITHER, FOREIGN, "at the end it is hardly French"),
    ("10:00 est trop tôt", FRENCH, "2026-11-26 10:00 | est trop tôt", ""),
    ("16h30 cet après-midi", EITHER, "2026-11-25 16:30", "no zone"),
    ("16:30 Paris time", EITHER, FOREIGN, ""),
    ("16:30 New York time", EITHER, FOREIGN, ""),
    ("16:30 next time we call", EITHER, "2026-11-25 16:30 | next time we call", ""),
    ("16h30 heure de Lyon", EITHER, FOREIGN, ""),
    ("16:30 Asia/Tokyo", EITHER, FOREIGN, ""),
    ("10pm Sydney", EITHER, FOREIGN, "a place is no text"),
    ("tomorrow 09:00 Paris", EITHER, FOREIGN, ""),
    ("9:00 tomorrow in Paris", EITHER, FOREIGN, ""),
    ("demain 9h à Paris on regarde", EITHER, FOREIGN, ""),
    ("10pm New York we look", EITHER, FOREIGN, "two words"),
    ("10pm (Sydney)", EITHER, FOREIGN, ""),
    ("10pm sydney", EITHER, FOREIGN, "all that is left"),
    ("10pm sydney link is back", EITHER, "2026-11-25 22:00 | sydney link is back", ""),
    ("10pm: Sydney is back", EITHER, "2026-11-25 22:00 | Sydney is back", "a colon begins the text"),
    ("10pm Sydney's link", EITHER, "2026-11-25 22:00 | Sydney's link", ""),
    ("16h30 Réunion client", EITHER, "2026-11-25 16:30 | Réunion client", "a meeting"),
    ("in 2h Sydney is back", EITHER, "2026-11-25 17:00 | Sydney is back", "of a length it changes nothing"),
    # -- more than a time
    ("16:30 - 17:00", EITHER, ASKED, "a span"),
    ("16h à 17h", EITHER, ASKED, ""),
    ("9:00-10:00", EITHER, NO_TIME, "no zone of ten hours"),
    ("2026-12-01 9:00-10:00", EITHER, ASKED, ""),
    ("16:30 or 17:00", EITHER, ASKED, ""),
    ("16:30 17:30", EITHER, ASKED, ""),
    ("16h30 17h30", EITHER, ASKED, ""),
    ("16:30 10:00:5e is the port", EITHER, "2026-11-25 16:30 | 10:00:5e is the port", ""),
    ("16:30 Monday or Tuesday", EITHER, ASKED, ""),
    ("16h30 lundi ou mardi", EITHER, ASKED, ""),
    ("16:30 next week", EITHER, ASKED, "not today, with a text"),
    ("lundi 9h la semaine prochaine", EITHER, ASKED, ""),
    ("à 8h soir", EITHER, ASKED, ""),
    ("9h J+1", FRENCH, ASKED, ""),
    ("dec 1 10:00 2027", EITHER, ASKED, "the year counts"),
    ("16:30ish", EITHER, NO_TIME, ""),
    ("by 16:30 - on it", EITHER, "2026-11-25 16:30 | on it", ""),
    ("avant 16h, on regarde", EITHER, "2026-11-25 16:00 | on regarde", ""),
    ("16:30\n- first\n- second", EITHER, "2026-11-25 16:30 | - first\n- second", "a list keeps its dashes"),
    ("16:30 -5 dB", EITHER, "2026-11-25 16:30 | -5 dB", "and a figure its sign"),
    ("fix the 2 printers by may", EITHER, NO_TIME, "the second of May, to dateutil"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("local", "text", "meant"),
    [
        ("13:20", "4:30", ASKED), ("23:28", "11:30", ASKED), ("12:10", "12:30", "12:30"), ("13:20", "12:30", ASKED),
        ("03:10", "4:30", "04:30"), ("08:00", "9:30", "09:30"), ("16:31", "4:30", "04:30"),
    ],
)  # fmt: skip
def test_on_a_clock_of_twelve_hours_the_nearer_reading_must_be_the_one_that_is_written(
    local: str, text: str, meant: str
) -> None:
    hour, minute = map(int, local.split(":"))
    now = datetime(2026, 11, 25, hour, minute, tzinfo=ZoneInfo("Australia/Sydney")).astimezone(UTC)
    said = read(text, "en-AU", future=True, now=now, zone_name="Australia/Sydney")
    assert said[-5:] == meant[-5:]


@pytest.mark.parametrize(("text", "locales", "meant", "note"), TO_COME)
def test_what_is_to_come(text: str, locales: str, meant: str, note: str) -> None:
    for locale in locales.split():
        assert read(text, locale, future=True) == meant, (locale, note)


HAS_BEEN = [
    ("now", EITHER, "2026-11-25 15:00", ""),
    ("maintenant", EITHER, "2026-11-25 15:00", ""),
    ("now stable", EITHER, NO_TIME, "a text"),
    ("20 min ago they called", EITHER, "2026-11-25 14:40 | they called", ""),
    ("il y a 20 min", EITHER, "2026-11-25 14:40", ""),
    ("about 2 hours ago", EITHER, "2026-11-25 13:00", ""),
    ("twenty minutes ago", EITHER, "2026-11-25 14:40", ""),
    ("il y a vingt minutes", EITHER, "2026-11-25 14:40", ""),
    ("an hour and a half ago", EITHER, "2026-11-25 13:30", ""),
    ("depuis 20 min", EITHER, "2026-11-25 14:40", "since"),
    ("depuis 14h05", EITHER, "2026-11-25 14:05", ""),
    ("depuis 2h", EITHER, ASKED, "since two o'clock, or for two hours?"),
    ("since 1h ago", EITHER, "2026-11-25 14:00", ""),
    ("since 20 min ago", EITHER, "2026-11-25 14:40", ""),
    ("9h et demie", EITHER, "2026-11-25 09:30", ""),
    ("2h they called", ENGLISH, ASKED, "two o'clock, or two hours ago?"),
    ("2h ils ont appelé", FRENCH, "2026-11-25 02:00 | ils ont appelé", "what lies ahead is not meant"),
    ("at 2h", EITHER, "2026-11-25 02:00", ""),
    ("9h yesterday", EITHER, "2026-11-24 09:00", ""),
    ("20 min", EITHER, NO_TIME, "ago?"),
    ("14:05", EITHER, "2026-11-25 14:05", ""),
    ("16:30", EITHER, "2026-11-24 16:30", "the last one"),
    ("yesterday 18:00", EITHER, "2026-11-24 18:00", ""),
    ("hier 18h", EITHER, "2026-11-24 18:00", ""),
    ("hier soir 10h", EITHER, "2026-11-24 22:00", ""),
    ("yesterday", EITHER, NO_TIME, ""),
    ("last night 11pm", EITHER, "2026-11-24 23:00", ""),
    ("last night 2am", EITHER, "2026-11-25 02:00", "after midnight it was today"),
    ("cette nuit 2h", EITHER, "2026-11-25 02:00", ""),
    ("this morning 8:15", EITHER, "2026-11-25 08:15", ""),
    ("ce matin à 8h15", EITHER, "2026-11-25 08:15", ""),
    ("2 days ago at 18:00", EITHER, "2026-11-23 18:00", ""),
    ("il y a 2 jours à 18h", EITHER, "2026-11-23 18:00", ""),
    ("le 3 à 10h", EITHER, "2026-11-03 10:00", ""),
    ("last monday 9:00", EITHER, "2026-11-23 09:00", ""),
    ("03/11 10:00", EITHER, "2026-11-03 10:00", ""),
    ("03/11 10:00", AMERICAN, "2026-03-11 10:00", ""),
    ("tomorrow 9:00", EITHER, "2026-11-26 09:00", "said outright; whether it may be is decided elsewhere"),
    # What machines write, and mail programs and Slack show.
    ("Tue, 24 Nov 2026 10:00:00 +0000 they wrote", EITHER, "2026-11-24 11:00 | they wrote", "the zone counts"),
    ("Tue, 24 Nov 2026 10:00:00 -0500 (EST)", EITHER, "2026-11-24 16:00", ""),
    ("Tue, 24 Nov 2026 10:00:00 EST", EITHER, FOREIGN, ""),
    ("Mon, 24 Nov 2026 10:00:00 GMT", EITHER, ASKED, "that was a Tuesday"),
    ("Tue Nov 24 10:00:00 2026", EITHER, "2026-11-24 10:00", ""),
    ("Tue Nov  3 10:00:00 UTC 2026", EITHER, "2026-11-03 11:00", ""),
    ("Mon Nov 24 10:00:00 2026", EITHER, ASKED, ""),
    ("Tue Nov 24 2026 10:00:00 GMT+0100", EITHER, "2026-11-24 10:00", ""),
    ("20261124T100000Z", EITHER, "2026-11-24 11:00", ""),
    ("20261324T100000Z", EITHER, NO_TIME, "no month 13"),
    ("half an hour of downtime", EITHER, NO_TIME, "a text"),
    ("2026-11-24T10:00:00+01:00", EITHER, "2026-11-24 10:00", ""),
    ("2026-11-24 10:00:00-05:00", EITHER, "2026-11-24 16:00", ""),
    ("2026-11-24T10:00:00.123Z: seen in the log", EITHER, "2026-11-24 11:00 | seen in the log", ""),
    ("2026-11-24 10:00:00,123", EITHER, "2026-11-24 10:00", ""),
    ("24-Nov-2026 10:00:00", EITHER, "2026-11-24 10:00", ""),
    ("Tuesday, November 24, 2026 3:04 PM", EITHER, "2026-11-24 15:04", ""),
    ("Tue, Nov 24, 2026 at 3:04\u202fPM", EITHER, "2026-11-24 15:04", "a narrow blank"),
    ("mar. 24 nov. 2026 à 15:04", EITHER, "2026-11-24 15:04", ""),
    ("November 24th at 3:04:11 PM", EITHER, "2026-11-24 15:04", ""),
    ("Yesterday at 6:05 PM", EITHER, "2026-11-24 18:05", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "locales", "meant", "note"), HAS_BEEN)
def test_what_has_been(text: str, locales: str, meant: str, note: str) -> None:
    for locale in locales.split():
        assert read(text, locale, future=False) == meant, (locale, note)


# Where it is, what is typed there at what time, on which side, and what it means.
ELSEWHERE = [
    ("Europe/Paris", "2026-12-31 23:50", "in 20 min", True, "2027-01-01 00:10", "over the end of the year"),
    ("Europe/Paris", "2026-12-31 23:50", "00:10", True, "2027-01-01 00:10", ""),
    ("Europe/Paris", "2026-12-31 23:50", "2 jan 10:00", True, "2027-01-02 10:00", ""),
    ("Europe/Paris", "2027-01-01 00:10", "23:50", False, "2026-12-31 23:50", ""),
    ("Europe/Paris", "2027-01-01 00:10", "31/12 23:50", False, "2026-12-31 23:50", ""),
    ("Europe/Paris", "2027-01-05 09:00", "le 31 à 10h", False, "2026-12-31 10:00", ""),
    ("Europe/Paris", "2026-11-25 15:00", "le 31 à 10h", True, "2026-12-31 10:00", "November has no 31st"),
    ("Europe/Paris", "2028-02-01 09:00", "29 feb 10:00", True, "2028-02-29 10:00", "a leap year"),
    ("Europe/Paris", "2028-02-28 09:00", "tomorrow 9am", True, "2028-02-29 09:00", ""),
    ("Europe/Paris", "2026-11-27 10:00", "friday 9:00", True, "2026-12-04 09:00", "said on a Friday, an hour late"),
    ("Europe/Paris", "2026-11-27 10:00", "friday 11:00", True, "2026-11-27 11:00", ""),
    ("Europe/Paris", "2026-11-27 10:00", "next friday 11:00", True, "2026-12-04 11:00", ""),
    ("Europe/Paris", "2026-11-29 23:00", "monday 9:00", True, "2026-11-30 09:00", "said on a Sunday"),
    ("Europe/Paris", "2026-11-30 08:00", "friday 18:00", False, "2026-11-27 18:00", "said on a Monday"),
    ("Europe/Paris", "2026-11-30 08:00", "last monday 9:00", False, "2026-11-23 09:00", ""),
    ("Europe/Paris", "2026-11-26 01:00", "tonight 2am", True, "2026-11-26 02:00", "in the small hours tonight is now"),
    ("Europe/Paris", "2026-11-26 01:00", "tonight 11pm", True, "2026-11-26 23:00", ""),
    ("Europe/Paris", "2026-11-26 01:00", "last night 23:00", False, "2026-11-25 23:00", ""),
    # Clocks go forward: 02:30 is skipped. They go back: 02:30 comes twice.
    ("Europe/Paris", "2027-03-27 12:00", "tomorrow 02:30", True, "2027-03-28 03:30", "the gap moves it forward"),
    ("Europe/Paris", "2027-03-28 01:30", "in 1h", True, "2027-03-28 03:30", "an hour is an hour"),
    ("Europe/Paris", "2027-03-28 12:00", "02:30", False, "2027-03-28 03:30", ""),
    ("Australia/Lord_Howe", "2026-10-03 12:00", "tomorrow 02:15", True, "2026-10-04 02:45", "half an hour is skipped"),
    ("America/New_York", "2027-03-14 01:00", "2:30am", True, "2027-03-14 03:30", ""),
    # Quarters of an hour.
    ("Asia/Kathmandu", "2026-11-25 23:50", "tomorrow 9am", True, "2026-11-26 09:00", ""),
    ("Asia/Kathmandu", "2026-11-25 12:00", "06:15Z", True, "2026-11-26 12:00", "just now is not ahead"),
    ("Asia/Kathmandu", "2026-11-25 12:00", "06:16Z", True, "2026-11-25 12:01", ""),
    ("Pacific/Chatham", "2026-11-25 12:00", "16:30", True, "2026-11-25 16:30", ""),
    ("Asia/Kolkata", "2026-11-25 12:00", "16:30 IST", True, "2026-11-25 16:30", "their own zone"),
    ("America/New_York", "2026-11-25 12:00", "4pm EST", True, "2026-11-25 16:00", ""),
]  # fmt: skip


@pytest.mark.parametrize("row", ELSEWHERE, ids=lambda row: f"{row[0]} {row[1]} {row[2]}")
def test_years_end_weeks_turn_and_clocks_change(row: tuple[str, str, str, bool, str, str]) -> None:
    zone, now, text, future, meant, note = row
    at = datetime.fromisoformat(now).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    for locale in EITHER.split():
        assert read(text, locale, future=future, now=at, zone_name=zone) == meant, note


# What is no time, and what is said of it: which part is missing, and what of it is quoted.
MISSING = [
    ("monday", True, "hour_missing", "monday"),
    ("lundi on regarde", True, "hour_missing", "lundi"),
    ("demain matin", True, "hour_missing", "demain matin"),
    ("tomorrow we look", True, "hour_missing", "tomorrow"),
    ("until next friday", True, "hour_missing", "until next friday"),
    ("1 december", True, "hour_missing", "1 december"),
    ("2026-12-01", True, "hour_missing", "2026-12-01"),
    ("until yesterday", True, "day_has_passed", "until yesterday"),
    ("jusqu'à hier soir", True, "day_has_passed", "jusqu'à hier soir"),
    ("last monday", True, "day_has_passed", "last monday"),
    ("hier", False, "past_hour_missing", "hier"),
    ("since last monday", False, "past_hour_missing", "since last monday"),
    ("tomorrow", False, "day_to_come", "tomorrow"),
    ("in 20", True, "unit_missing", "in 20"),
    ("dans 20", True, "unit_missing", "dans 20"),
    ("in 3 business days", True, "no_such_time", "in 3 business days"),
    ("1630", True, "colon_missing", "1630"),
    ("at 1630 we look", True, "colon_missing", "at 1630"),
    ("0930", False, "colon_missing", "0930"),
    ("2500", True, "no_such_time", "2500"),
    ("monday's window", True, "no_such_time", "monday's window"),
    ("eod", True, "no_such_time", "eod"),
    ("lundi ou mardi 9h", True, "no_such_time", "lundi ou mardi 9h"),
    ("16h30 heure de Sydney on regarde", True, "foreign_time", "16h30 heure de Sydney"),
    ("16h30 heure d'Abidjan", True, "foreign_time", "16h30 heure d'Abidjan"),
    ("9:00 in New York, we look", True, "foreign_time", "9:00 in New York"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "future", "code", "quoted"), MISSING)
def test_what_is_missing_is_said(text: str, future: bool, code: str, quoted: str) -> None:
    for locale in EITHER.split():
        with pytest.raises(Refusal) as caught:
            parse_when(text, NOW, ZoneInfo("Europe/Paris"), locale, future=future)
        assert (caught.value.code, caught.value.values["text"]) == (code, quoted)


REPEATED = [
    ("2026-10-24T12:00Z", "tomorrow 02:30", True, "2026-10-25T00:30Z", "its first occurrence"),
    ("2026-10-25T00:40Z", "02:30", True, "2026-10-25T01:30Z", "which has passed: the second is still ahead"),
    ("2026-10-25T01:40Z", "02:30", True, "2026-10-26T01:30Z", "both have passed"),
    ("2026-10-25T03:00Z", "02:30", False, "2026-10-25T00:30Z", "its first occurrence"),
    ("2026-10-25T00:10Z", "in 1h", True, "2026-10-25T01:10Z", "an hour, though the clock shows the same"),
]  # fmt: skip


@pytest.mark.parametrize(("now", "text", "future", "meant", "note"), REPEATED)
def test_a_local_time_that_comes_twice(now: str, text: str, future: bool, meant: str, note: str) -> None:
    at, _ = take_when(text, datetime.fromisoformat(now), ZoneInfo("Europe/Paris"), "fr", future=future)
    assert at == datetime.fromisoformat(meant), note
