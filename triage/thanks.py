"""Recognising a message that asks for nothing: thanks, a greeting, an auto-reply. When in doubt it is a real
message."""

from __future__ import annotations

import re
import unicodedata
from enum import Enum

LONGEST = 160  # what is longer says more than thanks

_AUTO_REPLY = re.compile(
    r"(?:automatic reply|auto(?:matic)?[- ]?(?:reply|response)|reponse automatique)\b"
    r"|(?:i am|i'm|im|je suis)(?: currently| actuellement)? (?:out of (?:the )?office|absente?\b)"
    r"|(?:out of (?:the )?office|absent?(?:ce)? du bureau)\s*"
    r"(?:$|[:.,!(\[-]|until\b|from\b|re\b|reply\b|du\b|jusqu)"
)
_EMOJI_NAME = re.compile(r":([a-z0-9_+'-]+):(?::skin-tone-\d:)?")
_MENTION = re.compile(r"<@[^>]*>|(?<!\S)@[\w.-]+")
_WORD = re.compile(r"[^\W_]+")


class _Sense(Enum):
    THANKS = "thanks, greetings and good wishes"
    ALONG = "said along with thanks; alone it may be the answer to a question"
    ANSWER = "always an answer, also along with thanks; once the ticket is resolved there is nothing left to answer"
    AFTER = "what thanks may go on with"


# Without accents, apostrophes as spaces.
_PHRASES = {
    _Sense.AFTER: """
        a lot, so much, very much, a million, a bunch, a ton, again, in advance, all, everyone, everybody, team, guys,
        folks, both, support, for that, for this, for it, for your help, for the help, for all your help, for helping,
        for your support, for the support, for the update, for the updates, for your update, for the info,
        for the information, for the feedback, for your reply, for the reply, for the quick reply, for your quick reply,
        for your response, for the response, for the quick response, for your quick response, for the quick fix,
        for the fix, for fixing it, for fixing this, for your time, for letting me know, for letting us know,
        for the confirmation, for confirming, beaucoup, bien, infiniment, encore, d avance, par avance, a tous,
        a toutes, a vous, a toi, a l equipe, a toute l equipe, l equipe, pour tout, pour ca, pour cela, pour l info,
        pour l information, pour les infos, pour votre aide, pour ton aide, pour l aide, pour votre retour,
        pour le retour, de votre retour, pour votre reponse, pour la reponse, de votre reponse, pour votre reactivite,
        pour la reactivite, pour votre rapidite, pour la mise a jour, pour le suivi, pour votre soutien,
        pour la confirmation""",
    _Sense.ANSWER: """
        yes, oui, sure, d accord, will do, good, fine, it works, it works now, it works again, works, works now,
        works again, it is working now, it s working now, working now, that works, fixed, solved, resolved, all working,
        ca marche, ca fonctionne, c est bon, tout est bon, tout fonctionne, resolu, regle, c est regle""",
    _Sense.ALONG: """
        ok, okay, oki, great, perfect, super, parfait, cool, excellent, awesome, nice, top, genial, impeccable, nickel,
        got it, noted, well noted, understood, well received, received, recu, bien recu, bien note, c est note, note,
        entendu, compris, all good""",
    _Sense.THANKS: """
        thanks, thank you, thank u, thankyou, thx, tks, ty, tysm, cheers, many thanks, much appreciated, appreciated,
        appreciate it, i appreciate it, merci, un grand merci, grand merci, mille mercis, mercis, bien merci,
        je vous remercie, je te remercie, on vous remercie, nous vous remercions, remerciements, hi, hello, hey,
        hi there, hello there, good morning, good afternoon, good evening, good day, good night, have a nice day,
        have a good day, have a great day, have a nice weekend, have a good weekend, bonjour, bonsoir, salut, coucou,
        bonne journee, bonne soiree, bonne nuit, bon week end, bon weekend, bonne fin de journee, a bientot, bye,
        goodbye, dear, dear sir, dear madam, dear sir or madam, madame, monsieur, madame monsieur, cher, chere, chers,
        cher support, chere equipe, hope you are well, hope you re well, hope you are doing well,
        hope you re doing well, hope all is well, hope this finds you well, hope this email finds you well,
        hope this message finds you well, i hope you are well, i hope you re well, i hope you are doing well,
        i hope you re doing well, i hope all is well, i hope this finds you well, i hope this email finds you well,
        i hope this message finds you well, j espere que vous allez bien, j espere que tu vas bien,
        j espere que tout va bien, regards, best regards, kind regards, cordialement, bien cordialement, bien a vous""",
}
_SENSES = {tuple(phrase.split()): sense for sense, listed in _PHRASES.items() for phrase in listed.split(",")}
_MOST_WORDS = max(map(len, _SENSES))


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_GRATEFUL = _words("pray heart bow clap raised_hands wave \U0001f64f \u2764 \U0001f44b \U0001f44f")
_CONTENT = _GRATEFUL | _words(
    "+1 thumbsup ok_hand white_check_mark heavy_check_mark tada smile slightly_smiling_face grinning blush "
    "\U0001f44d \U0001f44c \u2705 \u2714 \U0001f389 \U0001f642 \U0001f600 \U0001f60a"
)
# Words that may begin a sentence after thanks, and so are nobody's name.
_NO_NAME = _words("""
    but still now not no yes down again why when how what where it its we you they he she the this that there is are was
    please can could would will have has and or so then however although mais encore toujours pas non oui si pourquoi
    quand comment ou il elle on nous vous ils le la les ce cela ca est sont peux peut pouvez""")


def is_thanks(text: str, *, resolved: bool = False) -> bool:
    """Whether a message asks for nothing, so that it neither ends a wait nor reopens a ticket.

    Words such as "ok" or "it works" count on a `resolved` ticket only: on an open one they may answer a question.
    """
    text = " ".join(text.split())
    if not text or _AUTO_REPLY.match(_plain(text[:80])):
        return True
    if len(text) > LONGEST or "?" in text:
        return False
    rest = _MENTION.sub(" ", text)
    emoji = set(_EMOJI_NAME.findall(rest.lower())) | {c for c in rest if unicodedata.category(c) == "So"}
    senses = _senses(_WORD.findall(_EMOJI_NAME.sub(" ", rest.lower() if rest.isupper() else rest)))
    if senses is None:
        return False
    if resolved:
        return bool(senses) or emoji <= _CONTENT
    return _Sense.ANSWER not in senses and (_Sense.THANKS in senses or bool(emoji & _GRATEFUL))


_OPENING = _words(
    "hi hello hey dear good bonjour bonsoir salut coucou cher chere chers cheres madame monsieur hallo hola"
)
_LONGEST_OPENING = 6


def is_greeting(line: str) -> bool:
    """Whether a line only greets, as at the beginning of a mail: `Hi Support Desk,`."""
    words = line.split()
    if not words or len(words) > _LONGEST_OPENING or line.rstrip()[-1] != "," or "," in line.rstrip()[:-1]:
        return False
    return _plain(_WORD.findall(words[0])[0] if _WORD.search(words[0]) else "") in _OPENING


def _senses(words: list[str]) -> set[_Sense] | None:
    """What the words mean, taken as the longest known phrases; None where one of them says more."""
    plain = [_plain(word) for word in words]
    found: set[_Sense] = set()
    place, after_thanks = 0, False
    while place < len(words):
        length, sense = _phrase(plain, place)
        if sense is _Sense.AFTER and not after_thanks:
            return None
        if sense is None:
            if not (after_thanks and _is_name(words[place], plain[place])):
                return None
            length, after_thanks = 1, False
        else:
            found.add(sense)
            after_thanks = sense is _Sense.THANKS or (after_thanks and sense is _Sense.AFTER)
        place += length
    return found


def _phrase(plain: list[str], place: int) -> tuple[int, _Sense | None]:
    for length in range(min(_MOST_WORDS, len(plain) - place), 0, -1):
        sense = _SENSES.get(tuple(plain[place : place + length]))
        if sense is not None:
            return length, sense
    return 0, None


def _is_name(word: str, plain: str) -> bool:
    """Thanks Ana."""
    return word[:1].isupper() and word[1:].islower() and plain not in _NO_NAME


def _plain(text: str) -> str:
    """Lower case without accents."""
    decomposed = unicodedata.normalize("NFKD", text.lower().replace("\u2019", "'"))
    return "".join(c for c in decomposed if not unicodedata.combining(c))
