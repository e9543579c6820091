"""What a text suggests that it is, at this desk."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from bot.desk.runtime import DeskRuntime
from storage.learned import learned_digest, load_learned
from triage.suggested import skills_of
from triage.suggesting import SKILLS, Learned, Suggestion, Understood, understand
from triage.suggesting.suggestion import INCIDENT, REDIRECT


def understood(desk: DeskRuntime, summary: str, description: str = "") -> Understood | None:
    """A request with this summary and description as it is understood: what takes time, and no database. None where the
    desk wants no suggestions."""
    return understand(whole_text(summary, description)) if desk.policy.suggestions.is_on else None


def suggestion_of(
    session: Session, desk: DeskRuntime, text: Understood | None, *, explained: bool = True
) -> Suggestion | None:
    """What is suggested of that request, by what the desk has learned so far. `explained`: with the phrases that it
    rests on."""
    if text is None:
        return None
    learned = _learned(session, desk)
    return text.suggest(learned=learned, skills={*SKILLS, *desk.policy.skills}, explained=explained)


def _learned(session: Session, desk: DeskRuntime) -> Learned:
    """What the desk has learned, which is read again where somebody has taught it more since."""
    state = desk.state
    digest = learned_digest(session, desk.organisation_id, desk.desk_id)
    if state.learned[0] != digest:
        state.learned = (digest, load_learned(session, desk.organisation_id, desk.desk_id))
    return state.learned[1]


@dataclass(frozen=True, slots=True)
class Prefilled:
    """What a form of a new ticket begins with."""

    #: The category as an answer; None: whoever fills it in is asked.
    category: str | None
    #: The same of the severity.
    severity: str | None = None
    #: As the policy calls them.
    skills: tuple[str, ...] = ()


def prefilled(session: Session, desk: DeskRuntime, text: str) -> Prefilled:
    """What a form begins with that is opened on this text. Where the text does not tell, nothing is guessed, and nobody
    has to know; without a text it begins with an incident, as most do."""
    found = suggestion_of(session, desk, understood(desk, text), explained=False) if text.strip() else None
    if found is None:
        return Prefilled(INCIDENT)
    if found.category == REDIRECT or found.confidence < desk.policy.suggestions.ask_below:
        return Prefilled(None)
    severity = str(found.severity) if found.category == INCIDENT else None
    return Prefilled(found.category, severity, skills_of(found, desk.policy.suggestions, desk.policy.skills))


def whole_text(summary: str, description: str) -> str:
    """The request in full: where the summary was cut, the description has its words once more."""
    begun = summary.rstrip("\u2026").rstrip()
    return description if begun and begun in " ".join(description.split()) else f"{summary}\n{description}".strip()
