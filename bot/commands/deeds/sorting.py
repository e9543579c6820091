"""What a ticket is: severity, category."""

from __future__ import annotations

from bot.card import Field
from bot.commands.call import Call
from bot.commands.deeds.deed import Act, Asked, Deed
from bot.commands.reading import read_severity, take_category, take_severity
from triage import lifecycle
from triage.change import Change
from triage.errors import Refusal
from triage.terms import Category


def _read_severity(_call: Call, words: str) -> dict[str, str]:
    if not words:
        return {}
    severity, after = take_severity(words)
    if severity is not None:
        return {"severity": str(severity), "text": after}
    first, *rest = words.split(None, 1)
    return {"severity": str(read_severity(first)), "text": "".join(rest)}


def _severity(act: Act) -> Change:
    if not act.answers.get("severity"):
        raise Refusal("severity_missing")
    policy = act.call.desk.policy_of(act.session, act.stored.ticket.terms.policy_version)
    return lifecycle.change_severity(
        act.stored.ticket, act.call.actor, act.call.now, policy, int(act.answers["severity"]), act.answers.get("text")
    )


def _severity_fields(asked: Asked) -> tuple[Field, ...]:
    speech = asked.speech
    ticket = asked.ticket
    now = ticket.severity if ticket.confirmed else ticket.claimed
    options = tuple((str(n), speech.text(f"severity_choice.{n}")) for n in (1, 2, 3))
    return (
        Field("severity", "choice", speech.text("field.severity"), required=True, options=options,
              initial=str(now) if now else None),
        Field("text", "text", speech.text("field.reason"), required=ticket.confirmed,
              hint=speech.text("hint.severity_reason")),
    )  # fmt: skip


def _read_category(_call: Call, words: str) -> dict[str, str]:
    if not words:
        return {}
    category, rest = take_category(words)
    if category is None:
        raise Refusal("no_such_category", text=words.split(maxsplit=1)[0])
    severity, _ = take_severity(rest)
    return {"category": category, "severity": str(severity) if severity is not None else ""}


def _category(act: Act) -> Change:
    if not act.answers.get("category"):
        raise Refusal("category_missing")
    policy = act.call.desk.policy_of(act.session, act.stored.ticket.terms.policy_version)
    severity = int(act.answers["severity"]) if act.answers.get("severity") else None
    return lifecycle.change_category(
        act.stored.ticket, act.call.actor, act.call.now, policy, Category(act.answers["category"]), severity
    )


SEVERITY = Deed(
    "severity", _severity, _read_severity, _severity_fields, ("severity",), ("gravité", "gravite", "sévérité", "sev"),
    daily=False,
)  # fmt: skip
CATEGORY = Deed("category", _category, _read_category, aliases=("catégorie", "categorie"), daily=False)
