"""`make parity`: the README's table of what works in Slack and in Teams, and why something does not.

It covers every verb, button, reaction and notice; a test compares it with their records. Stories that a platform
forbids are skipped with the reason given here.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bot.desk.policy_file.reactions import REACTIONS
from bot.verbs.base.verb import ButtonOn
from bot.verbs.registry import TYPED, VERBS
from bot.wording.speech import Speech
from storage.announcements.announcement import AnnouncementKind
from triage.notice import NoticeKind

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "README.md"
HEAD = "| what | Slack | Teams |\n|---|---|---|\n"
PLATFORMS = ("slack", "teams")


@dataclass(frozen=True)
class Cannot:
    """A platform forbids it."""

    #: Why, and what to do instead; a clause that begins small.
    why: str


@dataclass(frozen=True)
class Row:
    """Something that people can do or are told."""

    #: What, as the table says it.
    what: str
    #: What it covers, by kind and name: `verb:take`, `notice:card`, `way:mention`.
    covers: frozenset[str]
    #: How it is done there; empty: as the tables above say.
    slack: str | Cannot = ""
    #: The same in Teams.
    teams: str | Cannot = ""


def row(what: str, *covers: str, slack: str | Cannot = "", teams: str | Cannot = "") -> Row:
    """A row that covers these."""
    return Row(what, frozenset(covers), slack, teams)


def _named(kind: str, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{kind}:{name}" for name in names)


def _labels(*, on_card: bool) -> str:
    """The buttons that stand on a card, or those beside what is said, as they are called there."""
    english, card = Speech(), ButtonOn.CARD | ButtonOn.MENU
    verbs = [verb.name for verb in VERBS.values() if verb.button_on and bool(verb.button_on & card) is on_card]
    return ", ".join(f"**{english.text(f'button.{name}')}**" for name in verbs if english.has(f"button.{name}"))


# What one person alone is told.
PRIVATE = (NoticeKind.REFUSAL, NoticeKind.ANSWER, NoticeKind.PICK_REASON)
# What is shown in the channel too, at least at times.
SHOWN = (NoticeKind.FALLS_TO, NoticeKind.WARNING, NoticeKind.BREACH, NoticeKind.CATCH_UP, NoticeKind.ESCALATED)
IN_THREAD = tuple(kind for kind in NoticeKind if kind not in (*PRIVATE, *SHOWN, NoticeKind.CARD, NoticeKind.CLOSING))
ON_MESSAGES_OF_OURS = tuple(emoji for emoji, verb in REACTIONS.items() if verb != "new")
ON_ANYBODYS = tuple(emoji for emoji, verb in REACTIONS.items() if verb == "new")

ROWS = (
    row("every verb, typed: " + ", ".join(f"`{verb.name}`" for verb in TYPED),
        *_named("verb", [verb.name for verb in TYPED])),
    row("`/ticket ...`", "way:slash", slack="in channels; Slack has no commands in threads",
        teams="in channels and group chats, where the tenant takes manifest 1.29"),
    row("`@Vigie ...`", "way:mention"),
    row("the words alone, written to Vigie alone", "way:alone",
        slack=Cannot("Slack's conversation with an app takes `/ticket ...` there")),
    row("`assign 42 @group`, groups in the policy", "way:groups",
        teams=Cannot("Teams has no groups that an app could name")),
    row(f"every button of a card: {_labels(on_card=True)}",
        *_named("button", [v.name for v in VERBS.values() if v.button_on]),
        slack="the rare ones in a menu", teams="the rare ones behind three dots"),
    row(f"the buttons beside what is said, such as {_labels(on_card=False)}", "way:button"),
    row("forms", "way:form", slack="at once, also for a typed `new`",
        teams="as a dialog from a button; what is typed is answered with a button that opens it"),
    row("**Create ticket** in a message's menu", "way:extension"),
    row("the form of a new ticket beside the composer", "way:composer", slack="**New ticket**",
        teams="**Create ticket**, also after `/`"),
    row("one's own page", "way:home", slack="the Home tab", teams="a card in the chat with Vigie: write `home` there"),
    row(", ".join(f":{emoji}:" for emoji in ON_MESSAGES_OF_OURS) + " on Vigie's messages, and undoing them",
        *_named("reaction", ON_MESSAGES_OF_OURS)),
    row(", ".join(f":{emoji}:" for emoji in ON_ANYBODYS) + " on anybody's message", *_named("reaction", ON_ANYBODYS),
        teams=Cannot("Teams tells an app of reactions to the app's own messages alone: use **Create ticket**")),
    row("a ticket's card, edited in place", "notice:card"),
    row("what is told in the card's thread and in the customer's: receipts, who has it, updates, promises, waiting, "
        "restored, resolved, reopened, what the customer writes, notes, changes, merges, proposals, chasers, "
        "how it went",
        *_named("notice", IN_THREAD)),
    row("what the channel is shown too: whom a ticket falls to, last calls, breaches, the closing line",
        *_named("notice", SHOWN), "notice:closing", slack="the reply itself, shown in the channel",
        teams="a post of its own, for a reply is shown in its thread alone; it names people and leads to the card"),
    row("private answers and refusals, where somebody acted", *_named("notice", PRIVATE),
        teams="for a day; where a channel refuses them, in the chat with Vigie"),
    row("what a desk or an admin is told of Vigie itself", *_named("announcement", tuple(AnnouncementKind))),
    row("messages that nobody mentioned Vigie in: customers' answers, `channel auto`", "way:unmentioned",
        slack="with the history permissions", teams="with the permissions of `vigie teams manifest --rsc`"),
    row("what was said in a thread before comes along with its ticket", "way:history",
        slack="with the history permissions",
        teams="of the last day, with the permissions of `vigie teams manifest --rsc`"),
    row("whether a message arrived whose answer was lost", "way:look-up", slack="is looked up",
        teams=Cannot("an app cannot look; breaches and escalations are sent again, marked as such")),
    row("the platform's admins are the desk's", "way:admins",
        teams=Cannot("Teams tells nobody who they are; whoever brings Vigie to its first team is the admin")),
    row("whether somebody is to be disturbed, as a hint for assignment", "way:presence",
        slack="do not disturb with the optional permission, and who is active",
        teams=Cannot("Teams tells an app nothing of presence without Microsoft Graph")),
    row("several workspaces or tenants in one Vigie", "way:several",
        teams=Cannot("Teams takes no new bots for several tenants: run a Vigie for each")),
)  # fmt: skip


def cannot(platform: str) -> dict[str, str]:
    """What that platform forbids, by kind and name, and why."""
    found: dict[str, str] = {}
    for each in ROWS:
        cell = getattr(each, platform)
        if isinstance(cell, Cannot):
            found |= dict.fromkeys(each.covers, cell.why)
    return found


def table() -> str:
    """The whole table."""
    return HEAD + "".join(f"| {each.what} | {_cell(each.slack)} | {_cell(each.teams)} |\n" for each in ROWS)


def _cell(said: str | Cannot) -> str:
    if isinstance(said, Cannot):
        return f"no: {said.why}"
    return f"yes: {said}" if said else "yes"


def written(page: str) -> str:
    """The page with the table in its place."""
    begin, end = page.index(HEAD), re.compile(r"\n(?!\|)")
    after = end.search(page, begin + len(HEAD) - 1)
    return page[:begin] + table() + (page[after.end() :] if after else "")


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    sys.stdout.write(f"{PAGE.relative_to(ROOT)}: {len(ROWS)} rows\n")
