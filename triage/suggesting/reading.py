"""A text as the model reads it: words without accents and letter case, in clauses and sentences, negations noted."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

#: What stands between a very long text's beginning and end is not read: what matters is said first, or last.
HEAD, TAIL = 700, 200

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufe0f\ud800-\udfff]")
_MARKUP = re.compile(r"<(?:[@#!][^>\s]{1,80}|(?:https?|mailto):[^>]{1,400})>|https?://\S{1,400}")
_TOKEN = re.compile(
    r"(?P<mail>[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,4})"
    r"|(?P<net>\d{1,3}(?:\.\d{1,3}){3}(?:/\d{1,2})?|/\d{2}\b)"
    r"|(?P<number>\d+(?:[.,:/]\d+)*)"
    r"|(?P<word>[^\W\d_]+\d{0,2}(?:['\u2019\u02bc`][^\W\d_]+)*)"
    r"|(?P<money>[\u20ac$\u00a3])|(?P<percent>%)"
    r"|(?P<end>[.!?\u2026\n;]+)|(?P<pause>[,:()\[\]\u2013\u2014|/>]|[-=]+>|\s-+\s)"
)
_ELISION = frozenset(["c", "d", "j", "l", "m", "n", "s", "t", "qu", "jusqu", "lorsqu", "puisqu", "quelqu"])
_LONGEST_WORD = 24

_NEGATORS = frozenset(
    [
        "not",
        "no",
        "never",
        "none",
        "nothing",
        "nobody",
        "neither",
        "nor",
        "without",
        "cannot",
        "cant",
        "dont",
        "doesnt",
        "didnt",
        "isnt",
        "arent",
        "wasnt",
        "werent",
        "wont",
        "wouldnt",
        "couldnt",
        "hasnt",
        "havent",
        "hadnt",
        "aint",
        "pas",
        "plus",
        "jamais",
        "aucun",
        "aucune",
        "rien",
        "sans",
        "ni",
        "nullement",
        "personne",
        "non",
    ]
)
_TURNS = frozenset(
    [
        "but",
        "however",
        "although",
        "though",
        "yet",
        "except",
        "still",
        "mais",
        "pourtant",
        "cependant",
        "sauf",
        "toutefois",
        "par",
        "contre",
        "sinon",
        "donc",
        "so",
        "because",
        "car",
        "parce",
        "since",
        "depuis",
        "and",
        "et",
    ]
)
_SCOPE = 4  # so many words after a negation are denied by it, within its clause


@dataclass(slots=True)
class Reading:
    """The words of a text, one list for each thing that is known of them, by the place of the word."""

    #: What was read, without invisible characters.
    text: str
    #: Each word without accents, in lower case; numbers are written by their shape.
    words: list[str]
    #: Where each word begins and ends in `text`.
    spans: list[tuple[int, int]]
    #: The number of each word's sentence.
    sentences: list[int]
    #: Whether a negation before the word denies it.
    denied: list[bool]
    #: For each sentence, what ended it: `?`, `!` or `.`.
    ends: list[str]
    #: How much of the text is in capitals, 0 to 1.
    loud: float


def read(text: str) -> Reading:
    """Take a text apart. Any text will do; time grows with its length up to a limit."""
    if len(text) > HEAD + TAIL:
        text = f"{text[:HEAD]}\n{text[-TAIL:]}"
    text = _MARKUP.sub(" ", _INVISIBLE.sub("", text))
    reading = Reading(text, [], [], [], [], [], _loudness(text))
    scope, open_sentence = 0, False
    for match in _TOKEN.finditer(text):
        kind, said = match.lastgroup, match.group()
        if kind == "end":
            scope = 0
            if open_sentence and (said.strip() or said):
                reading.ends.append("?" if "?" in said else "!" if "!" in said else ".")
                open_sentence = False
            elif reading.ends and "?" in said:
                reading.ends[-1] = "?"
            continue
        if kind == "pause":
            scope = 0
            continue
        for word, begin, end in _words(kind, said, match.start()):
            if word in _TURNS:
                scope = 0
            reading.words.append(word)
            reading.spans.append((begin, end))
            reading.sentences.append(len(reading.ends))
            reading.denied.append(scope > 0)
            scope = _SCOPE if word in _NEGATORS else max(0, scope - 1)
            open_sentence = True
    if open_sentence:
        reading.ends.append(".")
    return reading


def fold(word: str) -> str:
    """A word in lower case, without accents."""
    word = word.lower()
    if word.isascii():
        return word
    word = word.replace("\u0153", "oe").replace("\u00e6", "ae")
    return "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))


def _words(kind: str | None, said: str, begin: int) -> list[tuple[str, int, int]]:
    end = begin + len(said)
    if kind == "word":
        return _split(said, begin)
    if kind == "number":
        return [(_shape(said), begin, end)]
    return [({"mail": "@mail", "net": "@net", "money": "@money"}.get(kind or "", "%"), begin, end)]


def _split(said: str, begin: int) -> list[tuple[str, int, int]]:
    """`j'ai` is two words, `isn't` one."""
    parts = re.split("['\u2019\u02bc`]", said)
    found: list[tuple[str, int, int]] = []
    joined, start, place = "", begin, begin
    for part in parts:
        folded = fold(part)[:_LONGEST_WORD]
        if joined in _ELISION or not joined:
            if joined:
                found.append((joined, start, place - 1))
            joined, start = folded, place
        else:
            joined += folded
        place += len(part) + 1
    found.append((joined, start, begin + len(said)))
    return found


def _shape(number: str) -> str:
    if len(number) == 3 and number[0] in "45" and number.isdigit() and number[1] in "0123":
        return f"{number[0]}xx"
    if ":" in number:
        return "0:0"
    digits = sum(c.isdigit() for c in number)
    return "1" if number == "1" else "2" if number == "2" else "0" * min(digits, 5)


def _loudness(text: str) -> float:
    letters = [c for c in text[:400] if c.isalpha()]
    return sum(c.isupper() for c in letters) / len(letters) if len(letters) > 7 else 0.0
