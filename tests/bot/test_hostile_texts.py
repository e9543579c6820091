"""No text that anybody types can stop the world: what reads it takes time that grows with the text alone."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress

import pytest

from bot.commands.dispatch import verb_of
from bot.commands.mention import is_doubtful
from bot.desk.csv_file import look_at
from bot.desk.customers_file import read_customers
from bot.slack.words import as_typed
from bot.verbs.base.source_message import parted, reworded
from bot.verbs.reading.arguments import take_kind, take_number, take_pair, take_severity
from bot.verbs.reading.times import take_when
from bot.verbs.setup.hours import read_hours
from tests.bot.samples import READERS
from tests.factories import NOW
from triage.durations import parse_duration, read_duration
from triage.errors import Refusal
from triage.globs import erase
from triage.text import clean, one_line
from triage.thanks import is_thanks
from triage.titles import says_nothing, titled

LONGEST = 8000  # characters of a text that is kept; what is longer is cut or refused
BAR = 0.2  # seconds of the processor: what grows with the square of the text takes many times that
BEGINNINGS = ["", "at 1", "in 5", "a", "<@", "sev1"]
UNITS = [
    *"aA1 \n\t-.:,_/@#<>*`&|!éh", "\u00a0", "\u200b", "a ", "1 ", "a-", "1:", "1h", "a.", "- ", ". ", "a\n", " \n",
    "<@", "<a|", "https://", "*a", "in ", "1h ", "at 1 ", "\U0001f600", "thanks ", "merci ", "a@", "x*", "until ",
    "mon ", "and a half ", "day after ", "a 1 ",
]  # fmt: skip


def _when(text: str) -> None:
    for language, reader in READERS.items():
        take_when(text, NOW, reader.zone, language, future=True)


READERS_OF_TEXT: dict[str, Callable[[str], object]] = {
    "new": take_kind, "number": lambda text: take_number(text, None, "show"), "pair": lambda t: take_pair(t, 1, "link"),
    "severity": take_severity, "verb": verb_of, "doubtful": is_doubtful, "duration": read_duration,
    "length": parse_duration, "time": _when, "hours": read_hours, "slack": as_typed, "clean": clean, "line": one_line,
    "thanks": is_thanks, "nothing": says_nothing, "title": titled, "parts": parted,
    "edited": lambda text: reworded(text, text[:100], "x"),
    "customers": lambda text: read_customers(look_at(f'name,domains\n"A","{text.replace(chr(34), "")}",\n'), []),
    "erased": lambda text: erase(text, "*a*1*:*h*.*-*a*", "#"),
}  # fmt: skip


@pytest.mark.usefixtures("measured")
@pytest.mark.parametrize("reader", READERS_OF_TEXT)
def test_no_text_is_slow_to_read(reader: str) -> None:
    read = READERS_OF_TEXT[reader]
    for unit in UNITS:
        for beginning in BEGINNINGS:
            text = f"{(beginning + unit * LONGEST)[:LONGEST]}\x01"
            begun = time.thread_time()
            with suppress(Refusal):
                read(text)
            taken = time.thread_time() - begun
            assert taken < BAR, f"{beginning}{unit!r} ...: {taken:.2f} s"
