"""Working hours and the rota, as they are set up in chat."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

from bot.desk.policy_file import load_policy
from bot.desk.runtime import DeskRuntime
from bot.verbs.setup.parts import PARTS
from bot.verbs.setup.shifts import shift_fields
from tests.bot.samples import READERS
from tests.factories import AGENT, MANAGER
from triage.rota import Rota, Turns

ANA, MARCUS = "slack:U0123ABC", "slack:U0124ABC"
PART = PARTS["shifts"]


def test_hours_are_set_for_whoever_is_named_and_taken_off_record_where_none_are_written(desk: DeskRuntime) -> None:
    hours = {"shift_who": f"{ANA},{MARCUS}", "shift_hours": "lun-ven 9-17", "shift_zone": "Europe/Paris"}
    chosen = PART.chosen(desk, None, hours)
    assert chosen["people"][ANA] == {"hours": {"mon-fri": ["9-17"]}, "timezone": "Europe/Paris"}
    policy, _ = load_policy(chosen, today=date(2026, 3, 2))
    assert set(policy.shifts) == {ANA, MARCUS}
    assert "oncall" not in chosen, "nobody chose a rota"
    chosen = PART.chosen(desk, chosen, {"shift_who": ANA, "shift_hours": ""})
    assert set(chosen["people"]) == {MARCUS}
    chosen = PART.chosen(desk, chosen, {"shift_who": ANA, "shift_hours": "24/7"})
    assert chosen["people"][ANA] == {"calendar": "elapsed"}


def test_a_rota_is_who_takes_turns_and_when_they_hand_over(desk: DeskRuntime) -> None:
    chosen = PART.chosen(desk, None, {"rota": f"{ANA},{MARCUS}", "rota_handover": "Fri 17:30"})
    policy, _ = load_policy(chosen, today=date(2026, 3, 2))
    (turns,) = policy.rota.layers
    assert isinstance(turns, Turns)
    assert (turns.people, turns.at, turns.starts.weekday()) == ((ANA, MARCUS), time(17, 30), 4)


def test_a_form_that_changes_nothing_leaves_a_rota_that_it_cannot_show(desk: DeskRuntime) -> None:
    layers = (Turns((AGENT.id,), date(2026, 3, 2)), Turns((MANAGER.id,), date(2026, 3, 2)))
    for rota in (Rota(layers), Rota((Turns(("ana@example.com",), date(2026, 3, 2)),)), Rota()):
        desk.policy = replace(desk.policy, rota=rota)
        fields = {field.id: field.initial or "" for field in shift_fields(desk, READERS["en"])}
        assert "oncall" not in PART.chosen(desk, None, fields)


def test_the_form_shows_the_rota_as_it_is(desk: DeskRuntime) -> None:
    desk.policy = replace(desk.policy, rota=Rota((Turns((AGENT.id, MANAGER.id), date(2026, 3, 6), time(17, 30)),)))
    fields = {field.id: field.initial for field in shift_fields(desk, READERS["fr"])}
    assert (fields["rota"], fields["rota_handover"]) == (f"{AGENT.id},{MANAGER.id}", "fri 17:30")
    assert "oncall" not in PART.chosen(desk, None, {name: value or "" for name, value in fields.items()})
