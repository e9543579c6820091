"""How fast a channel may be posted to, and how long to wait before the next try."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.backoff import is_hopeless, pause_after
from scheduler.pacing import Pacer, Rate
from storage.lanes import Way
from tests.factories import NOW

SECOND = timedelta(seconds=1)


def posted(pacer: Pacer, at: float, times: int = 20) -> int:
    """How many of `times` posts the channel takes at that second."""
    return sum(pacer.take("C1", NOW + at * SECOND) for _ in range(times))


def test_a_channel_takes_a_burst_of_five_and_then_one_a_second() -> None:
    pacer = Pacer()
    assert [posted(pacer, at) for at in (0, 0.5, 1, 1.9, 2, 5)] == [5, 0, 1, 0, 1, 3]


def test_a_channel_left_alone_has_its_whole_burst_again() -> None:
    pacer = Pacer()
    assert [posted(pacer, at) for at in (0, 5, 60)] == [5, 5, 5]


def test_channels_do_not_share_their_pace() -> None:
    pacer = Pacer()
    posted(pacer, 0)
    assert pacer.take("C2", NOW)


def test_a_channel_told_to_rest_takes_nothing_until_then() -> None:
    pacer = Pacer()
    pacer.rest("C1", NOW + 30 * SECOND)
    pacer.rest("C1", NOW + 10 * SECOND)
    assert pacer.resting(NOW) == {"C1": NOW + 30 * SECOND}
    assert posted(pacer, 29.9) == 0
    assert posted(pacer, 30) == 1, "which feels its way"


def test_after_a_rest_one_post_feels_its_way_and_the_rest_follow_once_it_was_let_through() -> None:
    pacer = Pacer()
    pacer.rest("C1", NOW + 30 * SECOND)
    assert [posted(pacer, 30), posted(pacer, 33)] == [1, 0]
    assert pacer.resting(NOW + 33 * SECOND) == {"C1": NOW + 34 * SECOND}
    pacer.ended("C1", let_through=True)
    assert posted(pacer, 33) == 5


def test_what_was_slowed_down_again_and_what_never_left_let_nothing_through() -> None:
    pacer = Pacer()
    pacer.rest("C1", NOW + 30 * SECOND)
    assert posted(pacer, 30) == 1
    pacer.rest("C1", NOW + 60 * SECOND)
    pacer.ended("C1", let_through=False)
    assert [posted(pacer, 59), posted(pacer, 60)] == [0, 1]
    pacer.ended("C1", let_through=False)
    assert posted(pacer, 61) == 1


@pytest.mark.parametrize("back", [2, 60, 3600, 86400 * 400])
def test_when_time_steps_back_what_is_remembered_does_too(back: int) -> None:
    pacer = Pacer()
    posted(pacer, 0)
    pacer.rest("C2", NOW + 30 * SECOND)
    now = NOW - back * SECOND
    assert pacer.resting(now) == {"C1": now + SECOND, "C2": now + 30 * SECOND}
    assert [posted(pacer, -back), posted(pacer, 1 - back)] == [0, 1]


def test_only_channels_that_have_to_wait_rest_and_the_others_are_forgotten() -> None:
    pacer = Pacer()
    posted(pacer, 0)
    pacer.take("C2", NOW)
    assert pacer.resting(NOW) == {"C1": NOW + SECOND}
    assert pacer.resting(NOW + 60 * SECOND) == {}
    assert pacer == Pacer()


@given(st.lists(st.floats(0, 30), max_size=60))
def test_no_channel_ever_gets_more_than_a_burst_and_one_a_second(times: list[float]) -> None:
    pacer = Pacer()
    taken = [at for at in sorted(times) if pacer.take("C1", NOW + at * SECOND)]
    for start in taken:
        for end in taken:
            if start <= end:
                assert len([at for at in taken if start <= at <= end]) <= 5 + (end - start) + 1e-6


@given(st.lists(st.floats(0, 30), max_size=60), st.floats(0, 30))
def test_when_it_says_it_is_ready_it_is(times: list[float], later: float) -> None:
    pacer = Pacer()
    for at in sorted(times):
        pacer.take("C1", NOW + at * SECOND)
    now = NOW + (30 + later) * SECOND
    ready = max(now, pacer.ready_at("C1", now))
    assert pacer.take("C1", ready)


@pytest.mark.parametrize(
    ("attempts", "seconds", "defect"),
    [
        (1, 2, False), (2, 4, False), (5, 32, False), (6, 64, False), (7, 120, False), (5000, 120, False),
        (10, 1024, True), (11, 1800, True), (5000, 1800, True),
    ],
)  # fmt: skip
def test_pauses_double_up_to_two_minutes_and_after_a_defect_to_half_an_hour(
    attempts: int, seconds: int, defect: bool
) -> None:
    assert pause_after(attempts, defect=defect) == seconds * SECOND


@pytest.mark.parametrize(
    ("attempts", "hours", "defect", "hopeless"),
    [
        (3, 0.1, False, False),
        (12, 2, False, False),  # the platform may be away for a night
        (60, 23.9, False, False),
        (60, 24, False, True),
        (1, 48, False, False),  # old before its first try: the outage was ours
        (11, 1, True, False),
        (12, 1, True, True),  # a defect does not heal by waiting longer
    ],
)
def test_a_notice_is_given_up_only_when_waiting_will_not_help(
    attempts: int, hours: float, defect: bool, hopeless: bool
) -> None:
    assert is_hopeless(attempts, timedelta(hours=hours), defect=defect) is hopeless


def test_what_comes_after_the_rest_leaves_room_for_one_while_a_channel_is_kept_busy() -> None:
    pacer = Pacer()
    assert sum(pacer.take("C1", NOW, spare=True) for _ in range(20)) == 4
    for second in range(1, 10):
        at = NOW + second * SECOND
        assert [pacer.take("C1", at, spare=True) for _ in range(3)] == [True, False, False]
    at = NOW + 9.5 * SECOND
    assert not pacer.take("C1", at, spare=True)
    assert pacer.take("C1", at), "one that does not come after the rest goes at once"
    assert "C1" in pacer.resting(at, spare=True)


def test_each_platform_has_a_rate_of_its_own() -> None:
    pacer = Pacer({"teams": Rate(burst=7, interval=2 * SECOND)})
    lanes = ("1:teams:19:x@thread.tacv2", "1#teams:29:ana", "1:slack:C1")
    assert [sum(pacer.take(lane, NOW) for _ in range(20)) for lane in lanes] == [7, 7, 5]
    assert [pacer.take(lane, NOW + SECOND) for lane in lanes] == [False, False, True]


@pytest.mark.parametrize(("edits_count", "edits"), [(False, 5), (True, 0)])
def test_whether_edits_count_as_posts_is_the_platforms_to_say(edits_count: bool, edits: int) -> None:
    pacer = Pacer({"slack": Rate(edits_count=edits_count)})
    posts, edited = "1:slack:C1", "1:slack:C1#edits"
    assert sum(pacer.take(posts, NOW) for _ in range(9)) == 5
    assert (edited in pacer.resting(NOW)) is edits_count, "what waits is not even claimed"
    assert sum(pacer.take(edited, NOW) for _ in range(9)) == edits
    pacer.rest(edited, NOW + 9 * SECOND)
    assert (pacer.ready_at(posts, NOW) > NOW + 8 * SECOND) is edits_count


def test_a_platform_that_limits_an_hour_too_is_held_to_both() -> None:
    pacer = Pacer({"chat": Rate(burst=3, lasting=(5, 10 * SECOND))})

    def taken(at: float) -> int:
        return sum(pacer.take("1:chat:C1", NOW + at * SECOND) for _ in range(9))

    assert [taken(at) for at in (0, 1, 2, 3, 9.9, 10, 20, 1000)] == [3, 1, 1, 0, 0, 1, 1, 3]
    assert pacer.resting(NOW + 1000 * SECOND) == {"1:chat:C1": NOW + 1001 * SECOND}


def test_what_turned_out_not_worth_saying_takes_nobody_elses_turn() -> None:
    pacer = Pacer()
    for _ in range(500):
        assert pacer.take("1:slack:C1", NOW)
        pacer.give_back("1:slack:C1")
    assert sum(pacer.take("1:slack:C1", NOW) for _ in range(9)) == 5


def test_a_platform_that_is_away_is_felt_for_by_one_post_at_a_time_and_leaves_few_in_doubt() -> None:
    """Half an hour of a chat that takes everything and answers nothing."""
    pacer, now, tried = Pacer(), NOW, 0
    while now < NOW + timedelta(minutes=30):
        if pacer.take("1:slack:C1", now):
            tried += 1
            pacer.failed("1:slack:C1", now)
            pacer.ended("1:slack:C1", let_through=False)
        else:
            now = max(pacer.ready_at("1:slack:C1", now), now + timedelta(seconds=1))
    assert tried < 45
    back = pacer.ready_at("1:slack:C1", now)
    assert back - now <= timedelta(minutes=1)
    assert pacer.take("1:slack:C1", back)
    pacer.ended("1:slack:C1", let_through=True)
    assert sum(pacer.take("1:slack:C1", back) for _ in range(9)) >= 3
    pacer.failed("1:slack:C1", back)
    assert pacer.ready_at("1:slack:C1", back + timedelta(seconds=1)) <= back + timedelta(seconds=1), "it is back"


@pytest.mark.parametrize(
    ("rate", "posts"),
    [(Rate(), 305), (Rate(interval=timedelta(milliseconds=667), lasting=(900, timedelta(seconds=4))), 454)],
)
def test_how_much_a_channel_takes_in_five_minutes_is_said_by_its_rate(rate: Rate, posts: int) -> None:
    assert rate.within(timedelta(minutes=5)) == posts


def test_what_a_platform_limits_for_a_whole_workspace_is_shared_by_its_channels_and_by_no_other_way() -> None:
    pacer = Pacer({"slack": Rate(together={Way.EDITS: (8, 2 * SECOND)})})
    lanes = [f"1:slack:C{number}#edits" for number in range(9)]
    assert pacer.free(lanes[0], NOW) == 5
    assert sum(pacer.take(lane, NOW) for lane in lanes for _ in range(2)) == 8
    assert (pacer.free(lanes[0], NOW), pacer.free("1:slack:C0", NOW), pacer.free("2:slack:C0#edits", NOW)) == (0, 5, 5)
    assert pacer.ready_at(lanes[-1], NOW) == NOW + 2 * SECOND == min(pacer.resting(NOW).values())


def test_a_method_that_is_slowed_down_rests_in_every_channel_while_posts_go_on() -> None:
    pacer = Pacer()
    pacer.rest("1:slack:C1#edits", NOW + 30 * SECOND, way=True)
    assert not pacer.take("1:slack:C2#edits", NOW)
    assert pacer.take("1:slack:C2", NOW)
    assert pacer.take("1#slack:U1", NOW)
    assert pacer.take("2:slack:C2#edits", NOW), "another workspace"
    later = NOW + 30 * SECOND
    assert [pacer.take(f"1:slack:C{number}#edits", later) for number in (2, 3)] == [True, False], "one feels its way"
    pacer.ended("1:slack:C2#edits", let_through=True)
    assert pacer.free("1:slack:C3#edits", later) == 5


@given(st.lists(st.sampled_from(["1:slack:C1", "1:slack:C2", "1:slack:C1#edits", "1#slack:U1"]), max_size=60))
def test_as_many_are_free_as_can_be_taken(lanes: list[str]) -> None:
    pacer = Pacer({"slack": Rate(together={Way.POSTS: (7, SECOND), Way.EDITS: (3, SECOND)})})
    for step, lane in enumerate(lanes):
        now = NOW + step * SECOND / 4
        free = pacer.free(lane, now)
        assert [pacer.take(lane, now) for _ in range(free + 1)] == [True] * free + [False]


def test_whether_a_lane_leaves_less_for_another_is_said() -> None:
    pacer = Pacer({"slack": Rate(together={Way.EDITS: (8, 2 * SECOND)}), "teams": Rate(edits_count=True)})
    assert [pacer.shares(lane) for lane in ("1:slack:C1", "1:slack:C1#edits")] == [False, True]
    assert [pacer.shares(lane) for lane in ("1:teams:C1", "1:teams:C1#edits")] == [False, True]
    pacer.rest("1:slack:C2", NOW + SECOND, way=True)
    assert pacer.shares("1:slack:C1")  # all of them feel their way with one post
