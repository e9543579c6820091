"""`redact`: erase a word wherever it stands, or whole texts."""

from __future__ import annotations

from bot.verbs.base.call import Call
from bot.verbs.base.verb import FormContext, Outcome, Result, TicketForm, TicketVerb, VerbCall
from bot.verbs.reading.figures import figure
from bot.wording.card import Field, FieldKind
from storage.app_home import refresh_every_home
from storage.learned import unlearn
from storage.texts import redact_texts
from storage.tickets import StoredTicket
from triage import correcting, rights
from triage.change import Change
from triage.errors import Refusal
from triage.facts.telling import Redacted
from triage.people import Actor

ALL = "all"
LEAST_LITERAL = 2  # characters of a word that stand for themselves
LONGEST_WORD = 200
MOST_WORDS = 8  # where there is a star among them


def _read(_call: Call, words: str) -> dict[str, str]:
    return {"word": words}


def _redact(request: VerbCall) -> Change:
    """Erase the word in every text of the ticket, or the chosen texts whole. Rights are checked before anything is
    erased."""
    call, stored, answers = request.call, request.stored, request.answers
    rights.require(call.actor, "redact")
    word, which = answers.get("word", "").strip(), answers.get("which", "")
    if not word and not which:
        raise Refusal("redact_what")
    of = None if word or which == ALL else {found} if (found := figure(which)) is not None else set()
    bodies = redact_texts(request.session, stored, _glob(word) if word else None, of, call.now)
    if bodies:
        unlearn(request.session, stored.organisation_id, stored.id)
        refresh_every_home(request.session, stored.organisation_id, call.now)
    return correcting.redact(stored.ticket, call.actor, call.now, bodies)


def _glob(word: str) -> str:
    """The word to erase, as a pattern. Raises `Refusal` where it is so short or so common that it would erase nearly
    everything."""
    if len(word.replace("*", "").strip()) < LEAST_LITERAL:
        raise Refusal("redact_too_wide", text=word[:60])
    if len(word) > LONGEST_WORD or ("*" in word and len(word.split()) > MOST_WORDS):
        raise Refusal("redact_too_long", limit=LONGEST_WORD, words=MOST_WORDS)
    return word


def _fields(context: FormContext) -> tuple[Field, ...]:
    speech = context.speech
    longest = context.limits.longest_choice
    texts = [
        (str(body), " ".join(text.split())[:longest]) for body, text in sorted(context.texts.items()) if text.strip()
    ]
    options = ((ALL, speech.text("redact.all")), *texts[1 - context.limits.most_choices :])
    label, hint = speech.text("field.redact_word"), speech.text("hint.redact_word")
    return (
        Field("word", FieldKind.LINE, label, hint=hint, longest=LONGEST_WORD),
        Field("which", FieldKind.CHOICE, speech.text("field.redact_which"), options=options),
    )


def _texts(stored: StoredTicket, _actor: Actor) -> list[int]:
    return [event.body_id for event in stored.events if event.body_id is not None]


def _result(_call: Call, outcome: Outcome) -> Result:
    return Result(
        values={"count": next((e.fact.texts for e in outcome.change.events if isinstance(e.fact, Redacted)), 0)}
    )


REDACT = TicketVerb(
    name="redact",
    aliases=("effacer", "caviarder"),
    decide=_redact,
    read=_read,
    form=TicketForm(fields=_fields, needed=("word",), first="word", texts=_texts),
    result=_result,
    on_resolved=True,
    on_merged=True,
)
