"""The part of the setup that says who knows what, and who gets a ticket that nobody has."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

from bot.desk.runtime import DeskRuntime
from bot.verbs.setup.people import Answers, chosen_people, people_field
from bot.wording.card import Field, FieldKind
from bot.wording.speech import Speech
from triage.assignment import Mode

MOST = 15  # skills that the form shows; those beyond stay as they are
USUAL = "usual"  # nobody chose how tickets are assigned
NEW, NEW_PEOPLE, ASSIGNMENT = "skill_new", "skill_new_people", "assignment"
LONGEST = 60


def skill_fields(desk: DeskRuntime, speech: Speech) -> tuple[Field, ...]:
    """How tickets are assigned, the people of each skill, and another skill."""
    mode = desk.policy.assignment.mode
    options = tuple((each, speech.text(f"how_assigned.{each}")) for each in (USUAL, *Mode))
    found = [
        Field(
            ASSIGNMENT, FieldKind.CHOICE, speech.text("setup_field.assignment"), required=True, options=options,
            initial=USUAL if mode is None else mode.value, hint=speech.text("setup_hint.assignment"),
        )
    ]  # fmt: skip
    for skill in list(desk.policy.skills)[:MOST]:
        label = speech.text("setup_field.skill", skill=skill)
        found += people_field(desk, speech, _field_of(skill), desk.policy.skills[skill], label=label, more_groups=False)
    new = speech.text("setup_field.skill_new"), speech.text("setup_hint.skill_new")
    found.append(Field(NEW, FieldKind.LINE, new[0], hint=new[1], longest=LONGEST))
    found += people_field(desk, speech, NEW_PEOPLE, (), label=speech.text("setup_field.skill_new_people"))
    return tuple(found)


def choose_skills(desk: DeskRuntime, chosen: dict[str, Any], answers: Answers) -> None:
    """Put the answers where they belong in a policy file's shape. A skill that nobody has any more is forgotten."""
    known = desk.policy.skills
    found = {skill: list(people) for skill, people in known.items()}
    for skill in list(known)[:MOST]:
        found[skill] = chosen_people(desk, answers, _field_of(skill), known[skill])
    new = " ".join(answers.get(NEW, "").split())[:LONGEST]
    if new:
        same = next((skill for skill in found if skill.casefold() == new.casefold()), new)
        more = chosen_people(desk, answers, NEW_PEOPLE, ())
        found[same] = list(dict.fromkeys((*found.get(same, ()), *more)))
    below = desk.policy_layers.base.get("skills", {})  # what is left out here would show through from there
    chosen["skills"] = {skill: people for skill, people in found.items() if people or skill in below}
    mode, before = answers.get(ASSIGNMENT, USUAL), chosen.get("assignment", {})
    figures = {key: value for key, value in before.items() if key != "mode"}
    chosen["assignment"] = figures if mode == USUAL else {**figures, "mode": mode}


def skill_paths(desk: DeskRuntime) -> dict[str, str]:
    """The fields by the paths of a policy file that they become."""
    return {"assignment": ASSIGNMENT, **{f"skills.{skill}": _field_of(skill) for skill in desk.policy.skills},
            "skills": NEW}  # fmt: skip


def _field_of(skill: str) -> str:
    """The id of a skill's field: the same for as long as the skill is called so."""
    return f"skill_{blake2b(skill.encode(), digest_size=5).hexdigest()}"
