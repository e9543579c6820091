"""What was said, put right: edit, take-back, redact."""

from __future__ import annotations

from bot.verbs.call import Call
from bot.verbs.reading.figures import figure
from bot.verbs.verb import Act, Asked, Deed, text_alone
from bot.wording.card import Field
from storage.app_home import refresh_every_home
from storage.texts import redact_texts
from storage.tickets import StoredTicket
from triage import correcting, rights
from triage.change import Change
from triage.errors import Refusal
from triage.event import Event
from triage.people import Actor
from triage.ticket import Ticket

LABEL = 70
ALL = "all"
MOST = 99  # texts to choose from
LEAST_LITERAL = 2  # characters of a word that stand for themselves
LONGEST_WORD = 200
MOST_WORDS = 8  # where there is a star among them


def _last(stored: StoredTicket, actor: Actor) -> list[int]:
    """The text of the update that this person may still put right, as it stands now."""
    body = _body(stored.ticket, correcting.own_update(stored.ticket, actor))
    return [] if body is None else [body]


def _own(stored: StoredTicket, actor: Actor) -> list[int]:
    found = [_body(stored.ticket, update) for update in correcting.own_updates(stored.ticket, actor)]
    return [body for body in found if body is not None]


def _body(ticket: Ticket, update: Event) -> int | None:
    return ticket.edited.get(update.seq, update.body_id)


def _all(stored: StoredTicket, _: Actor) -> list[int]:
    return [event.body_id for event in stored.events if event.body_id is not None]


def _edit(act: Act) -> Change:
    shown = act.call.context.get("version", "")  # the ticket as the form was opened on it
    upto = figure(shown)
    return correcting.edit(act.stored.ticket, act.call.actor, act.call.now, act.answers.get("text", ""), upto)


def _edit_fields(asked: Asked) -> tuple[Field, ...]:
    text = next(iter(asked.texts.values()), None)
    return (
        Field("text", "text", asked.text("field.update"), required=True, initial=text, hint=asked.text("hint.edit")),
    )


def _take_back(act: Act) -> Change:
    which = act.answers.get("which") or act.answers.get("value", "")
    seq = figure(which)
    return correcting.take_back(act.stored.ticket, act.call.actor, act.call.now, seq)


def _take_back_fields(asked: Asked) -> tuple[Field, ...]:
    speech, ticket = asked.speech, asked.ticket
    options = []
    for update in correcting.own_updates(ticket, asked.actor)[:MOST]:
        body = _body(ticket, update)
        text = " ".join(asked.texts.get(body, "").split()) if body is not None else ""
        options.append((str(update.seq), f"{speech.clock(update.at)} {text}"[:LABEL]))
    return (
        Field("which", "choice", speech.text("field.take_back"), required=True, options=tuple(options),
              initial=options[0][0], hint=speech.text("hint.take_back")),
    )  # fmt: skip


def _read_redact(_call: Call, words: str) -> dict[str, str]:
    return {"word": words}


def _redact(act: Act) -> Change:
    """The word everywhere, or the chosen text, or all of them. Whoever may not is refused before anything is erased."""
    call, stored = act.call, act.stored
    rights.require(call.actor, "redact")
    word, which = act.answers.get("word", "").strip(), act.answers.get("which", "")
    if not word and not which:
        raise Refusal("redact_what")
    of = None if word or which == ALL else {found} if (found := figure(which)) is not None else set()
    bodies = redact_texts(act.session, stored, _glob(word) if word else None, of, call.now)
    if bodies:
        refresh_every_home(act.session, stored.organisation_id, call.now)
    return correcting.redact(stored.ticket, call.actor, call.now, bodies)


def _glob(word: str) -> str:
    """The word, if it says enough of what is to be erased, and no more than anybody types."""
    if len(word.replace("*", "").strip()) < LEAST_LITERAL:
        raise Refusal("redact_too_wide", text=word[:60])
    if len(word) > LONGEST_WORD or ("*" in word and len(word.split()) > MOST_WORDS):
        raise Refusal("redact_too_long", limit=LONGEST_WORD, words=MOST_WORDS)
    return word


def _redact_fields(asked: Asked) -> tuple[Field, ...]:
    speech = asked.speech
    texts = [(str(body), " ".join(text.split())[:LABEL]) for body, text in sorted(asked.texts.items()) if text.strip()]
    options = ((ALL, speech.text("redact.all")), *texts[-MOST:])
    return (
        Field(
            "word", "line", speech.text("field.redact_word"), hint=speech.text("hint.redact_word"), longest=LONGEST_WORD
        ),
        Field("which", "choice", speech.text("field.redact_which"), options=options),
    )


EDIT = Deed(
    "edit", _edit, text_alone, _edit_fields, ("text",), ("corriger",), daily=False, any_time=True, texts=_last
)  # fmt: skip
TAKE_BACK = Deed(
    "take-back", _take_back, fields=_take_back_fields, aliases=("takeback", "undo", "retirer"), daily=False,
    any_time=True, texts=_own,
)  # fmt: skip
REDACT = Deed(
    "redact", _redact, _read_redact, _redact_fields, ("word",), ("effacer", "caviarder"), daily=False, any_time=True,
    on_merged=True, texts=_all,
)  # fmt: skip
