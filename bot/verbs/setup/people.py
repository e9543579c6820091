"""Choosing people in a form of the setup: people, and beside them user groups."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from bot.desk.runtime import DeskRuntime
from bot.wording.card import Field, FieldKind
from bot.wording.speech import Speech
from triage.keys import platform_of
from triage.membership import is_email

Answers = Mapping[str, str]


def people_field(
    desk: DeskRuntime,
    speech: Speech,
    name: str,
    keys: Iterable[str],
    *,
    label: str,
    hint: str = "",
    more_groups: bool = True,
) -> list[Field]:
    """Whom to choose: people, and beside them user groups where the platform has told of any. `more_groups`: not only
    those that are chosen already."""
    is_group = desk.directory.is_group
    known = [key for key in keys if not is_email(key)]
    shown = [account for key in known if not is_group(key) and (account := desk.account(key)) is not None]
    people = ",".join(dict.fromkeys(shown))  # whoever joined two accounts may be held by both
    found = [Field(name, FieldKind.PEOPLE, label, initial=people, hint=hint)]
    # The chosen ones come first, also those that are switched off: what is not offered could not be kept.
    chosen = [key for key in known if is_group(key) and desk.account(key) is not None]
    known_groups = desk.directory.groups.values() if more_groups else ()
    others = [group.key for group in known_groups if group.handle and group.is_active]
    offered = list(dict.fromkeys([*chosen, *others]))[: desk.limits.most_choices]
    if offered:
        options = tuple((key, _group_label(desk, key)) for key in offered)
        label = speech.text("setup_field.groups", label=label)
        found.append(Field(f"{name}_groups", FieldKind.CHOICES, label, options=options, initial=",".join(chosen)))
    return found


def _group_label(desk: DeskRuntime, key: str) -> str:
    group, name = desk.directory.groups.get(key), desk.directory.name(key)
    return f"{name} ({group.name})" if group is not None and group.name else name


def chosen_people(desk: DeskRuntime, answers: Answers, name: str, held: Iterable[str]) -> list[str]:
    """The people of a field and of the groups beside it, each by the account that they were held by before. `held`: who
    was chosen. Of these, whoever has no account on this platform cannot be shown by the form, and is kept."""
    held = list(held)
    known = {account: key for key in reversed(held) if (account := desk.account(key)) is not None}
    filled = [key for field in (name, f"{name}_groups") for key in answers.get(field, "").split(",") if key]
    elsewhere = [key for key in held if platform_of(key) and desk.account(key) is None]
    return beside((known.get(key, key) for key in filled), held, elsewhere)


def beside(chosen: Iterable[str], held: Sequence[str], elsewhere: Collection[str]) -> list[str]:
    """What was chosen, and in the places that they had, those `held` that are `elsewhere`: the order says who is called
    first."""
    found = list(chosen)
    for place, key in enumerate(held):
        if key in elsewhere:
            found.insert(place, key)
    return found
