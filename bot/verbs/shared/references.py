"""The texts of what a ticket is called elsewhere, for the verbs `ref` and `unref`."""

from __future__ import annotations

from bot.verbs.base.call import Call
from bot.verbs.base.verb import Outcome, Result, VerbCall
from bot.wording.sentences import Typed
from storage.texts import load_texts
from storage.tickets import StoredTicket
from triage import referring
from triage.people import Actor


def references_of(stored: StoredTicket, _actor: Actor) -> list[int]:
    """The body ids of what it is called."""
    return [each.body_id for each in stored.ticket.references if each.body_id is not None]


def reference_texts(request: VerbCall) -> dict[int, str]:
    """The same with their texts, by body id."""
    stored = request.stored
    return load_texts(request.session, stored.organisation_id, references_of(stored, request.call.actor))


def with_reference(_call: Call, outcome: Outcome) -> Result:
    """A result that names the number."""
    said = next((each.body for each in outcome.change.notices if each.body), "")
    return Result(values={"ref": Typed(referring.read(said).number)})
