"""What an announcement is, and which there are."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from triage.data import Data
from triage.values import value


class AnnouncementKind(StrEnum):
    """What an announcement says. The value is what is stored; each kind has a class of its own beside this module."""

    PERMISSION_MISSING = "permission_missing"
    GROUPS_UNREAD = "groups_unread"
    CHANNEL_LOST = "channel_lost"
    ADMINS = "admins"
    SET_UP = "set_up"
    SET_UP_UNSAID = "set_up_unsaid"
    CUSTOMER_SPOKE = "customer_spoke"
    BOT_LEFT_OUT = "bot_left_out"
    QUESTION_REDIRECTED = "question_redirected"
    GREETING = "greeting"
    UNDELIVERED = "undelivered"
    NOT_TO_ALL = "not_to_all"
    MOVE_STOPPED = "move_stopped"
    MOVED = "moved"
    UNREACHED = "unreached"
    PAGE_FAILED = "page_failed"
    WEBHOOK_FAILED = "webhook_failed"
    MAILBOX_UNREAD = "mailbox_unread"
    LETTER_ASIDE = "letter_aside"
    PING = "ping"
    PING_REPORT = "ping_report"
    SHIFT_ENDS = "shift_ends"
    LEFT_OPEN = "left_open"
    QUEUE_WAITS = "queue_waits"
    CORRECTIONS_WAIT = "corrections_wait"
    HANDED_OVER = "handed_over"
    RETURNED = "returned"
    CUSTOMER_SET = "customer_set"
    QUIET_OVER = "quiet_over"
    STAND_IN = "stand_in"
    DIGEST = "digest"
    BRIEFING = "briefing"
    WEEK = "week"
    REPORT_POSTED = "report_posted"
    BROUGHT = "brought"
    SHADOW_DAY = "shadow_day"
    SPEAKS = "speaks"


@value(frozen=True, slots=True)
class Announcement(Data):
    """What is said of no ticket."""

    KIND: ClassVar[AnnouncementKind]
