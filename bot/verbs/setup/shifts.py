"""The part of the setup that says who works when, and who takes turns on call."""

from __future__ import annotations

from typing import Any

from bot.desk.runtime import DeskRuntime
from bot.verbs.setup.hours import ALWAYS, read_hours
from bot.verbs.setup.people import Answers, chosen_people, people_field
from bot.wording.card import Field, FieldKind
from bot.wording.speech import Speech
from triage.membership import is_email
from triage.rota import Turns

WHO, HOURS, ZONE, ROTA, HANDOVER = "shift_who", "shift_hours", "shift_zone", "rota", "rota_handover"
USUAL_HANDOVER = "mon 09:00"


def shift_fields(desk: DeskRuntime, speech: Speech) -> tuple[Field, ...]:
    """Whose working hours are set, and to which; who takes turns, and when they hand over."""

    def line(name: str, initial: str, kind: FieldKind = FieldKind.LINE, longest: int = 60) -> Field:
        label, hint = speech.text(f"setup_field.{name}"), speech.text(f"setup_hint.{name}")
        return Field(name, kind, label, initial=initial, hint=hint, longest=longest)

    def people(name: str, keys: tuple[str, ...], hint: str = "") -> list[Field]:
        label = speech.text(f"setup_field.{name}")
        return people_field(desk, speech, name, keys, label=label, hint=hint, more_groups=False)

    return (
        *people(WHO, ()),
        line(HOURS, "", FieldKind.TEXT, 600),
        line(ZONE, desk.policy.desk.timezone),
        *people(ROTA, _in_turn(desk), speech.text(f"setup_hint.{ROTA}")),
        line(HANDOVER, _handover(desk)),
    )


def _turns(desk: DeskRuntime) -> Turns | None:
    return next((each for each in desk.policy.rota.layers if isinstance(each, Turns)), None)


def _in_turn(desk: DeskRuntime) -> tuple[str, ...]:
    """Whoever takes turns as the form shows them: of a rota that it cannot show whole, nobody."""
    turns = _turns(desk)
    people = () if turns is None else tuple(person for person in turns.people if person is not None)
    whole = len(desk.policy.rota.layers) == 1 and len(set(people)) == len(people) and not any(map(is_email, people))
    return people if whole else ()


def _handover(desk: DeskRuntime) -> str:
    turns = _turns(desk)
    if turns is None or not _in_turn(desk):
        return USUAL_HANDOVER
    return f"{turns.starts:%a} {turns.at:%H:%M}".lower()


def choose_shifts(desk: DeskRuntime, chosen: dict[str, Any], answers: Answers) -> None:
    """Put the answers where they belong in a policy file's shape. Whoever is named without hours has none any more; a
    rota that the form does not show stays as it is."""
    text, people = answers.get(HOURS, ""), dict(chosen.get("people", {}))
    hours = read_hours(text)
    for person in chosen_people(desk, answers, WHO, ()):
        if hours is None:
            people.pop(person, None)
        elif hours == ALWAYS:
            people[person] = {"calendar": "elapsed"}
        else:
            people[person] = {"hours": hours, "timezone": answers.get(ZONE, "").strip() or desk.policy.desk.timezone}
    if people or "people" in chosen:
        chosen["people"] = people
    before, turns = _in_turn(desk), chosen_people(desk, answers, ROTA, _in_turn(desk))
    handover = answers.get(HANDOVER, "").strip().lower() or USUAL_HANDOVER
    if tuple(turns) == before and handover == _handover(desk):
        return
    kept = {key: value for key, value in chosen.get("oncall", {}).items() if key in ("overrides", "calendar", "hours")}
    chosen["oncall"] = {**kept, **({"people": turns, "handover": handover} if turns else {})}


def shift_paths(_: DeskRuntime) -> dict[str, str]:
    """The fields by the paths of a policy file that they become."""
    return {"oncall.handover": HANDOVER, "oncall": ROTA, "people": HOURS}
