"""Whoever works with the database alone knows who is on duty."""

from __future__ import annotations

from datetime import date, time, timedelta
from functools import partial

from storage.absences import is_there
from storage.database import Database
from storage.stand_ins import State, answer_stand_in, ask_stand_in, find_stand_in, last_of_rota, list_stand_ins
from storage.working_hours import copied, load_working_hours, save_working_hours
from tests.factories import NOW, make_home
from triage.hours import Calendar
from triage.roster import Roster
from triage.rota import Rota, StandIn, Turns

ANA, BEN, EVE = "slack:UANA", "slack:UBEN", "slack:UEVE"
OFFICE = Calendar("UTC", {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")})
ROSTER = Roster(shifts={ANA: OFFICE, BEN: OFFICE}, rota=Rota((Turns((BEN,), date(2026, 3, 2), time(9)),)))
NIGHT = NOW.replace(hour=20)


def test_somebody_is_there_while_on_shift_or_on_call_and_whoever_has_no_hours_always(database: Database) -> None:
    whose = database.write_now(make_home).organisation_id
    hours = copied(ROSTER, NOW)
    assert hours == copied(ROSTER, NIGHT), "it is the same all week"
    database.write_now(partial(save_working_hours, organisation_id=whose, hours=hours))
    assert database.read_now(partial(load_working_hours, organisation_id=whose)) == hours
    found = {
        (who, at): database.read_now(partial(is_there, organisation_id=whose, person=who, now=at))
        for who in (ANA, BEN, EVE)
        for at in (NOW, NIGHT)
    }
    assert [key for key, there in found.items() if not there] == [(ANA, NIGHT)]
    database.write_now(partial(save_working_hours, organisation_id=whose, hours={}))
    assert database.read_now(partial(is_there, organisation_id=whose, person=ANA, now=NIGHT))


def test_who_stands_in_is_kept_with_what_became_of_it(database: Database) -> None:
    home = database.write_now(make_home)
    whose, desk = home.organisation_id, home.desk_id
    wanted = StandIn(ANA, NOW, NOW + timedelta(hours=8), BEN)
    ask = partial(ask_stand_in, organisation_id=whose, desk_id=desk, wanted=wanted, by=BEN, now=NOW)
    row = database.write_now(partial(ask, state=State.ASKED))
    agreed = partial(list_stand_ins, organisation_id=whose, desk_id=desk, now=NOW)
    assert database.read_now(agreed) == []
    before = database.read_now(partial(last_of_rota, organisation_id=whose, desk_id=desk))
    answer = partial(answer_stand_in, organisation_id=whose, row_id=row, by=ANA, now=NOW)
    database.write_now(partial(answer, state=State.AGREED))
    (found,) = database.read_now(agreed)
    assert (found.stand_in, found.answered_by) == (wanted, ANA)
    assert database.read_now(partial(last_of_rota, organisation_id=whose, desk_id=desk)) != before
    database.write_now(partial(answer, state=State.UNDONE))
    assert database.read_now(agreed) == []
    assert database.read_now(partial(find_stand_in, organisation_id=whose + 1, row_id=row)) is None
    assert database.read_now(partial(list_stand_ins, organisation_id=whose, desk_id=desk + 1, now=NOW)) == []
