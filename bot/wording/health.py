"""How it stands with the desk's clocks and notices, in words: for `health` in chat and on the command line."""

from __future__ import annotations

from datetime import datetime

from bot.wording.sentences import Sentence, Typed
from bot.wording.speech import Speech
from storage.health import Found, Health
from storage.machine_times import MachineTime
from triage.auditing import OF_TICKETS
from triage.policy import Policy
from triage.zones import zone


def health_lines(speech: Speech, health: Health) -> list[tuple[Sentence, bool]]:
    """What to say of it, each with whether it is as it should be."""
    lines = [
        (_clocks(speech, health), health.is_watched),
        (_notices(speech, health), True),
        (_next(speech, health), True),
    ]
    lines += [(_standing(speech, each), False) for each in health.standing]
    lines += [(_machine(speech, each), False) for each in health.machines]
    lines.append((_found(speech, health), True))
    lines.append((_beat(speech, health), not health.beat_failures))
    return lines


def shadow_line(speech: Speech, policy: Policy, now: datetime) -> Sentence | None:
    """That nothing is said, and until when; None: it is (policy: Shadow mode)."""
    ends = policy.shadow_until
    if ends is None or not policy.is_silent(now):
        return None
    return speech("health.shadow", day=(speech.date(ends.astimezone(zone(policy.desk.timezone)).date()),))


def _clocks(speech: Speech, health: Health) -> Sentence:
    if health.audited_at is None:
        return speech("health.clocks_unknown" if health.is_watched else "health.clocks_never")
    swept = (speech.since(health.swept_at),) if health.swept_at is not None else speech("health.never")
    key = "health.clocks" if health.is_watched else "health.clocks_left"
    return speech(key, swept=swept, audited=speech.since(health.audited_at))


def _notices(speech: Speech, health: Health) -> Sentence:
    notices = health.notices
    said = speech(
        "health.notices", planned=notices.planned, sent=notices.sent, withheld=notices.withheld, failed=notices.failed,
        waiting=notices.waiting,
    )  # fmt: skip
    if notices.late_half is None or notices.late_most is None:
        return said
    half, most = speech.duration(notices.late_half), speech.duration(notices.late_most)
    return (*said, " ", *speech("health.late", half=half, most=most))


def _next(speech: Speech, health: Health) -> Sentence:
    return speech("health.nothing_due") if health.next_due is None else speech("health.next", at=health.next_due)


def _standing(speech: Speech, found: Found) -> Sentence:
    sign = "#" if found.kind in OF_TICKETS else ""
    some = speech.all_of([f"{sign}{of}" for of in found.some])
    return speech(f"health.wrong.{found.kind}", count=found.standing, some=some)


def _machine(speech: Speech, found: MachineTime) -> Sentence:
    """A machine whose clock is off."""
    key = "health.machine_ahead" if found.ahead > 0 else "health.machine_behind"
    return speech(key, machine=(Typed(found.machine),), by=speech.duration(abs(found.ahead)))


def _found(speech: Speech, health: Health) -> Sentence:
    count = sum(each.count for each in health.found)
    repaired = sum(each.repaired for each in health.found)
    return speech("health.found", count=count, repaired=repaired) if count else speech("health.found_nothing")


def _beat(speech: Speech, health: Health) -> Sentence:
    at = () if health.beat_at is None else (speech.since(health.beat_at),)
    if health.beat_failures:
        last = at or speech("health.never")
        return speech("health.beat_failed", count=health.beat_failures, why=health.beat_error or "", at=last)
    return speech("health.beat", at=at) if at else speech("health.no_beat", variable="VIGIE_HEARTBEAT_URL")
