"""The forms in which people write a time of day and its day: patterns over folded text, their groups name the parts."""

from __future__ import annotations

import re

from bot.verbs.reading.times.vocabulary import (
    ALSO_WORDS,
    CLOSINGS,
    DAYS,
    MIDNIGHTS,
    MONTHS,
    NOONS,
    NUMBERS,
    PARTS,
    SHORT_WEEKDAYS,
    WEEKDAYS,
    ZONES,
    any_of,
)

END = r"(?!\w|[:/.,+–]\d|['\-]\w)"
# Where a phrase stops for certain, so that a bare figure or a short word before it cannot belong to what follows.
_STOP = r"(?=[ ]*(?:$|[\n,;:]|[-–—.!](?:\s|$)))"
LEAD = re.compile(
    r"(?:(?:at|by|before|until|till|on|for|about|around|since|a|avant|pour|vers|environ|depuis|des|d'ici|jusque|jusqu'?a"
    r"|le(?! *\d)) +|jusqu'?(?=au )|@ *)*"
)

_PART = any_of(PARTS)
_OF = r"\ (?:in\ the\ |at\ |du\ |de\ la\ |de\ l')"
_ZONE = rf"""(?:
    \ ?(?P<zulu>z|zulu)(?![\w\-])
  | \ ?\(?(?P<zone>(?:utc|gmt)(?:[+\-](?:1[0-4]|0?\d)(?::?[0-5]\d)?)?|{any_of(ZONES)})\b\)?
  | \ (?P<offset>[+\-](?:0\d|1[0-4]):?[0-5]\d)\b
)?"""
_TIME = rf"""(?:
    (?P<hour>\d{{1,2}})
    (?: :(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d))?(?:\ ?(?P<half>[ap])\.?m\.?|(?P<hrs>\ ?h(?:rs)?))?
      | \.(?P<dotted>[0-5]\d)(?:\ ?(?P<dotted_half>[ap])\.?m\.?)?
      | (?P<glued>[0-5]\d)?\ ?(?P<bare_half>[ap])\.?m\.?
      | \ ?(?P<h>h|heures?)(?:\ ?(?P<h_minute>[0-5]\d)(?:min|mn)?
        |\ et\ (?P<more>demie?|quart)|\ moins\ le\ (?P<less>quart))?
      | (?P<oclock>\ ?o'?clock)
      | (?={_OF}(?:{_PART})\b)
    )
  | (?P<military>\d{{4}})(?=\ ?(?:z|zulu|utc|gmt|h|hrs|hours)\b)(?:\ ?(?:h|hrs|hours))?
  | (?P<past>half|(?:a\ )?quarter|\d{{1,2}}(?:\ min(?:ute)?s?)?)\ (?P<past_or_to>past|to)
    \ (?P<past_hour>\d{{1,2}}|{any_of(NUMBERS)})
    (?:\ ?(?P<past_half>[ap])\.?m\.?)?
  | (?P<word>{any_of((*NOONS, *MIDNIGHTS))})
  | (?:the\ )?(?P<closing>{any_of(CLOSINGS)})
)(?:{_OF}(?P<of_part>{_PART})\b)?{_ZONE}"""
_JOIN = r"(?:\ ?,?\ ?(?:(?:at|by|before|around|about|a|avant|vers|pour)\ |@\ ?|-\ )?)"
_BARE_HOUR = rf"(?:\ ?,?\ ?(?:(?:at|a)\ |@\ ?)(?P<at_hour>\d{{1,2}})|\ (?P<last_hour>\d{{1,2}}){_STOP})"
_IN_PART = rf"(?:\ (?:in\ the\ |au\ |dans\ l')?(?P<part>{_PART})\b)?"

_RELATIVE = rf"(?:the\ )?(?P<relative>{any_of(DAYS)})\b"
_MONTH = rf"(?P<month>{any_of(MONTHS)})\b\.?"
_YEAR = r"(?:,?\ (?P<year>\d{4}))?"
_NAMED = rf"(?:(?:the|le|au)\ )?(?P<named>{any_of({**WEEKDAYS, **SHORT_WEEKDAYS})})\b\.?,?\ "
_THE = r"(?:the|le|au)\ "
_NAMED_DATE = rf"(?:{_NAMED})?(?:{_THE})?(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|e)?\ ?(?:of\ )?{_MONTH}{_YEAR}"
_NAMED_DATE_US = rf"(?:{_NAMED})?{_MONTH}\ (?P<day>\d{{1,2}})(?:st|nd|rd|th)?{_YEAR}"
_DAY_OF_MONTH = (
    rf"(?:(?:{_NAMED}(?:{_THE})?|{_THE})(?P<day>\d{{1,2}})(?:st|nd|rd|th|er)?|(?P<nth>\d{{1,2}})(?:st|nd|rd|th))"
)
_ISO_DATE = r"(?P<year>\d{4})(?P<mark>[\-/.])(?P<month_number>\d{1,2})(?P=mark)(?P<day>\d{1,2})"
_SLASHED = r"(?P<first>\d{1,2})(?P<mark>[/.])(?P<other>\d{1,2})(?:(?P=mark)(?P<year>\d{4}|\d{2})?)?"
_DASHED = r"(?P<first>\d{1,2})(?P<mark>-)(?P<other>\d{1,2})-(?P<year>\d{4})"
_COUNTED = r"""(?:(?P<ahead>(?:in|dans|d'ici)\ |\+\ ?)|(?P<back>il\ y\ a\ ))?
    (?P<count>\d{1,3}|[a-z]+(?:-[a-z]+)*(?=\ ))\ ?
    (?P<unit>days?|d|jours?|j|weeks?|w|semaines?|sem)\b(?:\ (?:(?P<ago>ago)|(?P<onward>from\ now)))?"""


def _weekday(names: dict[str, int]) -> str:
    before = r"(?:(?P<before>next|last|past|this|ce)\ )?"
    return rf"{before}(?P<weekday>{any_of(names)})\b\.?(?:\ (?P<after>prochain|dernier))?"


_DAY_FIRST = (_RELATIVE + _IN_PART, _weekday({**WEEKDAYS, **SHORT_WEEKDAYS}) + _IN_PART)
_DATE_FIRST = (_NAMED_DATE, _NAMED_DATE_US, _DAY_OF_MONTH, _SLASHED, _DASHED, _COUNTED)
# What follows a time is its day only where it can mean nothing else: in "16:30 sat phone is down" sat is no Saturday,
# in "16:30 1 may be down" may no month, and in "16:30 3/4 of the links are back" 3/4 no date.
_ON = r"\ ?,?\ (?:on\ |le\ )"
_AFTER = (
    f"{_ON}?{_RELATIVE}", f"{_ON}?{_weekday(WEEKDAYS)}", f"{_ON}?{_weekday(SHORT_WEEKDAYS)}{_STOP}",
    rf"(?!\ \d+\ may\ [a-z]){_ON}?{_NAMED_DATE}", rf"(?!\ may\ \d+\ [a-z]){_ON}?{_NAMED_DATE_US}",
    rf"\ ?,?\ on\ {_DAY_OF_MONTH}", r"\ ?,?\ le\ (?P<day>\d{1,2})(?:er)?", rf"\ ?,?\ {_DAY_OF_MONTH}{_STOP}",
    _ON + "?" + _ISO_DATE, _ON + _SLASHED, f"{_ON}?{_SLASHED}{_STOP}", rf"\ {_COUNTED}",
)  # fmt: skip


def _pattern(text: str) -> re.Pattern[str]:
    """Any number of blanks stands where one is written."""
    text = text.replace("\n", " ").replace("\\ ?", "[ ]*").replace("\\ ", "[ ]+")
    return re.compile(text + END, re.VERBOSE)


FORMS = tuple(
    _pattern(form)
    for form in (
        _TIME,
        *(f"{day}(?:{_JOIN}{_TIME}|{_BARE_HOUR})" for day in _DAY_FIRST),
        *(rf"{day}(?!\d){_JOIN}{_TIME}" for day in _DATE_FIRST),
        rf"{_ISO_DATE}(?:(?P<t>t)|{_JOIN}){_TIME}(?P<glued_offset>[+\-](?:0\d|1[0-4]):?[0-5]\d)?",
        *(_TIME + day for day in _AFTER),
        *(rf"(?P<lead_hour>\d{{1,2}}){_ON}?{day}{_STOP}" for day in (_RELATIVE, _weekday(WEEKDAYS))),
    )
)

_CLOCK = r"\d{1,2}(?::[0-5]\d|[ ]?h(?!\w)|[ ]?h[0-5]\d|[ ]?[ap]m\b)"
_NAMES = any_of({**DAYS, **WEEKDAYS})
# What would change the time before it: the end of a span, another choice, a correction.
GOES_ON = re.compile(
    rf" *(?:-|–|—|to\b|or\b|a\b|ou\b|/|and\b|et\b) *{_CLOCK}"
    rf"| *(?:or|ou|to) +(?:{_NAMES})\b| +\d{{1,2}}(?::[0-5]\d(?![:\w])|h[0-5]\d{_STOP})"
    rf"| +(?:et +(?:demie?|quart)|moins|en +huit|en +quinze|matin|soir|aprem|[ap]\.?m|next +week|la +semaine)\b"
    rf"| +[jd] ?\+ ?\d| +(?:19|20)\d\d{_STOP}"
)
# Somebody else's zone.
FOREIGN = re.compile(
    rf" *\(?(?:{any_of(ZONES)}|utc|gmt)\b"
    rf"| +(?:{any_of(map(str.lower, ALSO_WORDS))}) *$"
    rf"| +(?:(?:local|their|your|our|customer|client)(?:'s)? +time|heure +locale)\b"
)
THEN_A_CLOCK = re.compile(f" *{_CLOCK}")
NAMED_PLACE = re.compile(
    r"\s+(?:\(?[A-Z][a-z]+/[A-Z]\w+|(?:[A-Z][\w.-]*\s+){1,2}time\b"
    r"|(?i:heure\s+(?:du\s|de\s+la\s|de\s|d['’])\s*)(?:[A-Z][\w.-]*(?:\s+[A-Z][\w.-]*)*|\w+))"
)
PLACE = re.compile(r" *[,(]? *(?:(?:in|at|a) +)?(?=[^\W\d_])")
PLACE_WORD = re.compile(r"[^\W\d_]+(?:[-'.]\w+)*")

_NUMBERS = (
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|deux|trois|quatre|cinq|sept|huit|neuf|dix|onze|douze"
)
_COUNT = rf"(?:\d{{1,2}}|one|une|{_NUMBERS})(?!\w)"
_IN_PARTS = (
    rf"(?:half +past|(?:a +)?quarter +(?:past|to))\b(?: +{_COUNT})?|half +{_COUNT}"
    rf"|\d{{1,2}} +(?:min(?:ute)?s? +)?past +{_COUNT}"
)
_O_CLOCK = rf"(?:one|{_NUMBERS}) +o'?clock\b|(?:une|{_NUMBERS}) +heures?{_STOP}"
_MILITARY = r"(?:[01]\d|2[0-3])[0-5]\d"
_DATE_OR_HOUR = rf"(?:{_MILITARY}|\d{{4}}-\d\d-\d\d)"
MEANT = re.compile(rf"{_CLOCK}|(?:{_NAMES})(?:[ ]+(?:{_PART}))?{_STOP}|{_IN_PARTS}|{_O_CLOCK}|{_DATE_OR_HOUR}{_STOP}")
# Of a figure after `at` it is text only where it counts what follows: "at 3 sites", "at 10 of them", "at 50 %".
_COUNTED_THINGS = (
    r"(?! *(?:%|of\b|de\b|d'|(?!(?:is|was|has|this|his|us|as|always|nous|vous|ils|elles|les|des|mes|ses|nos|dans|puis"
    r"|plus|pas|sans|sous|tous|vers|alors|mais|apres|depuis|toujours|heures|hours)\b)[a-z][\w/]*[sx]\b(?<!ss)))"
)
MEANT_LED = re.compile(
    rf"{MEANT.pattern}|\d+(?:[./]\d+)?{_STOP}|(?:one|une)(?:{_STOP}| +heure\b)|(?:{_NAMES})(?![\w'-])"
    rf"|\d{{1,2}}-?ish\b|(?:{_MILITARY}|[01]?\d|2[0-4]|{_NUMBERS})(?![\w/]|[.,:]\d|-\w){_COUNTED_THINGS}"
)

# What is missing from a time that is not one yet.
DAYS_ALONE = tuple(
    _pattern(rf"{day}(?!\ (?:or|ou|to)\b)")
    for day in (
        _RELATIVE + _IN_PART, _weekday(WEEKDAYS) + _IN_PART, _weekday(SHORT_WEEKDAYS) + _STOP, _NAMED_DATE,
        _NAMED_DATE_US, _ISO_DATE,
    )
)  # fmt: skip
NO_UNIT = re.compile(rf"(?:in|dans) +(?P<count>\d{{1,3}}){_STOP}")
NO_COLON = re.compile(r"(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)(?!\w|[.,:/-]\w)")
