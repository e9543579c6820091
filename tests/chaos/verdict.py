"""Counting afterwards: what was lost, recorded or said twice, early, missing or unexpected, on each platform.

Teams cannot be searched for what may have arrived. What is in doubt there is said again, and pings only where it says
that it is; a warning is not said again. That is no mistake, and counted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tests.chaos.people import Action, People, Ticket, everything, is_card
from tests.chaos.policy import HOUR, Expected, expected
from tests.chaos.posts import SLACK, TEAMS, Json
from tests.chaos.stage import Chat, Query, Stage

STAMP = r"<!date\^(\d+)"
CLOCK = r"\*?(Response|Update|Restore)\*? of #(?P<n>\d+) .*? "
SPOKEN = [
    ("warning", re.compile(CLOCK + "is due " + STAMP)),
    ("warning", re.compile(r"the (update) promised on #(?P<n>\d+) .*? is due " + STAMP)),
    ("again", re.compile(CLOCK + "is still breached and .*? was due " + STAMP)),
    ("breach", re.compile(CLOCK + r"is breached\. It was due " + STAMP)),
    (
        "proposal",
        re.compile(r"()#(?P<n>\d+) .*?(?:is not restored after|has passed already)\b.*? Escalate it to the ()"),
    ),
    ("catch-up", re.compile(r"()#(?P<n>\d+) .*? all this has fallen due by now()")),
    ("named", re.compile(r"()a severity \d is waiting, #(?P<n>\d+) ()")),
]
UNSENT = "select id, kind, audience, state, attempts, reason from outbox where state not in ('sent', 'dropped')"
BOTH = ("update", "promise", "resolve")  # what the customer reads, and the desk with them
SILENT = ("new", "take", "react")
IN_DOUBT = (
    "select t.number, o.kind, o.state from outbox o join ticket t on t.id = o.ticket_id"
    " where o.platform = 'teams' and (o.unsure or o.attempts > 1) and o.audience <> 'person'"
)
# What pings people: said a second time, it says that it may have been said before.
MARKED = ("breach", "again", "last call", "named")
REPEATED = "Possibly repeated"
ROW_OF = {"warning": "warning", "last call": "warning", "breach": "breach", "again": "breach", "proposal": "proposal",
          "named": "falls_to"}  # fmt: skip


@dataclass(frozen=True)
class Place:
    """The desk on one platform. `doubts`: what may have arrived there twice or, dropped, not at all."""

    platform: str
    channel: str
    posts: list[Json]
    shown: list[Json]
    doubts: Counter[tuple[int, str, str]]

    def may_be_twice(self, number: int | None, *kinds: str) -> bool:
        """Whether something of that kind, or of any, was sent again there without knowing."""
        return any(n == number and (not kinds or kind in kinds) for n, kind, _ in self.doubts)

    def may_be_missing(self, number: int | None, kind: str) -> bool:
        """Whether something of that kind was not sent again there without knowing."""
        return bool(self.doubts[number or 0, kind, "dropped"])


@dataclass(frozen=True)
class Said:
    """A notice of a ticket, as it was posted."""

    at: float
    kind: str
    number: int
    clock: str
    due: float
    is_marked: bool = False


@dataclass
class Verdict:
    """`wrong` is what may not be, by what it is; `noted` are figures."""

    wrong: dict[str, list[str]] = field(default_factory=dict)
    noted: Counter[str] = field(default_factory=Counter)
    late: list[float] = field(default_factory=list)

    def add(self, what: str, line: str) -> None:
        self.wrong.setdefault(what, []).append(line)

    def add_all(self, other: Verdict) -> None:
        """What another one has found too."""
        for what, lines in other.wrong.items():
            self.wrong.setdefault(what, []).extend(lines)
        self.noted += other.noted
        self.late += other.late


async def judge(stage: Stage, people: People, besides: Callable[[Query, Verdict], None] = lambda *_: None) -> Verdict:
    """Let everything come to its end, and count; what goes on `besides` is counted first."""
    chat, verdict = stage.chat, Verdict()
    for _ in range(6):  # what is retried or held back
        await chat.advance(1)
    if not await chat.settle():
        verdict.add("unsettled", "the bot does not come to rest")
    await chat.take_notes()
    end = chat.now  # what falls due in these very seconds may be said by now or not
    besides(stage.query, verdict)
    _what_happened(stage.query, people, verdict)
    for platform, channel in people.desks.items():
        posts = [post for post in chat.posts.values() if post["platform"] == platform]
        doubts = Counter((number, kind, state) for number, kind, state in stage.query(IN_DOUBT))
        shown = await chat.messages(channel, people.ana)
        place = Place(platform, channel, posts, shown, doubts if platform == TEAMS else Counter())
        for ticket in people.tickets:
            if ticket.actions and ticket.actions[0].happened:
                _one_ticket(ticket, people, place, verdict)
                _deadlines(ticket, place, chat, end, verdict)
    for _ in range(3):  # time went on while we counted: what has fallen due since is sent first
        if stage.query(UNSENT):
            await chat.settle()
    _the_rest(stage.query, people, verdict)
    for ticket in people.tickets:
        if ticket.number is not None and ticket.word not in await what_is_shown(chat, people, ticket.number):
            verdict.add("lost", f"show {ticket.number}")
    return verdict


async def what_is_shown(chat: Chat, people: People, number: int) -> str:
    done = await chat.post(
        "command", channel=people.desks[SLACK], user=people.ana, command="/ticket", text=f"show {number}"
    )  # fmt: skip
    after = f"{float(done.get('ts') or 0) - 0.00001:.6f}"
    seen = await chat.messages(people.desks[SLACK], people.ana, after=after)
    return "".join(everything(message) for message in seen if message["ts"] == done.get("ts"))


def _what_happened(query: Query, people: People, verdict: Verdict) -> None:
    """What of the actions is on record: all that somebody was told is done, and nothing twice."""
    texts: dict[str, dict[tuple[int, int], object]] = {}
    for number, seq, at, text in query(
        "select t.number, e.seq, e.at, b.text from event e join ticket t on t.id = e.ticket_id"
        " join body b on b.id = e.body_id"
    ):
        for word in set(re.findall(r"w\d{4}[a-h]x", text)):
            texts.setdefault(word, {})[number, seq] = at
    by_people: dict[tuple[int, str], list[object]] = {}
    for number, kind, at in query(
        "select t.number, e.kind, e.at from event e join ticket t on t.id = e.ticket_id where e.actor <> 'vigie'"
    ):
        by_people.setdefault((number, kind), []).append(at)
    for ticket in people.tickets:
        if ticket.number is None and (found := texts.get(ticket.word)):
            ticket.number = min(found)[0]
        for action in ticket.actions:
            recorded = [at for (number, _), at in texts.get(action.word, {}).items() if number == ticket.number]
            if action.verb in ("take", "react"):
                kind = {"take": "assigned", "react": "escalated"}[action.verb]
                recorded = by_people.get((ticket.number or 0, kind), [])
            times = len(recorded)
            action.happened = times > 0
            if action.happened and action.platform == TEAMS:
                verdict.noted["done in Teams"] += 1
            if action.happened and (action.platform == TEAMS or not action.acked):
                action.t0 = action.t1 = _seconds(recorded[0])  # when it was done no answer has told
            verdict.noted["acknowledged" if action.acked else "unanswered"] += 1
            verdict.noted["unanswered but done"] += action.happened and not action.acked
            what = f"#{ticket.number} {action.verb} {action.word}"
            if action.acked and not times:
                verdict.add("lost", what)
            if times > 1:
                verdict.add("recorded twice", f"{what}: {times}")
    for word in people.told_nothing_happened:
        if word in texts:
            verdict.add("said undone, but done", word)


def _seconds(at: object) -> float:
    """An instant as the database tells it: UTC, as text or with its zone."""
    found = datetime.fromisoformat(str(at))
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def _one_ticket(ticket: Ticket, people: People, place: Place, verdict: Verdict) -> None:
    """One card; every text once in each place where it belongs; one climb of each level; one closing line."""
    verdict.noted["tickets"] += place.platform == SLACK
    number, where = ticket.number, f"#{ticket.number} in {place.platform}"
    cards = sum(is_card(message, number) for message in place.shown)
    if not cards:
        verdict.add("no card", where)
    elif cards > 1:
        _twice(verdict, place, number, "two cards", f"{where}: {cards}", "card")
    for action in ticket.actions:
        if action.happened and action.verb not in SILENT:
            _text(ticket, action, people, place, verdict)
    climbs = [p for p in place.posts if re.search(rf"#{number} [^\n]*? was escalated to Level \d", _text_of(p))]
    levels = re.findall(rf"#{number} [^\n]*? was escalated to Level (\d)", "\n".join(map(_text_of, climbs)))
    if len(levels) != len(set(levels)):
        _twice(verdict, place, number, "twice", f"{where} escalated: {levels}", "escalated")
        if place.platform == TEAMS and not any(REPEATED in everything(post) for post in climbs):
            verdict.add("repeated without a word of it", f"{where} escalated: {levels}")
    if not levels and any(action.happened and action.verb in ("react", "escalate") for action in ticket.actions):
        verdict.add("missing", f"{where} was escalated, and nothing says so")
    resolved = any(action.happened and action.verb == "resolve" for action in ticket.actions)
    if resolved and not may_be_open_again(ticket):
        _settled(ticket, place, verdict)
    over = sum(bool(re.search(rf"Over: [^\n]*#{number} ", _text_of(post))) for post in place.posts)
    if over > 1:
        _twice(verdict, place, number, "twice", f"{where} closing line: {over}", "closing")


def _twice(verdict: Verdict, place: Place, number: int | None, what: str, line: str, *kinds: str) -> None:
    """Something that was said more than once: wrong, but where it was in doubt."""
    if place.may_be_twice(number, *kinds):
        verdict.noted[f"repeated in {place.platform}"] += 1
    else:
        verdict.add(what, line)


def _text(ticket: Ticket, action: Action, people: People, place: Place, verdict: Verdict) -> None:
    for name, channel in (("desk", place.channel), ("customer", people.acme)):
        if name == "customer" and place.platform != SLACK:
            continue
        said = [p for p in place.posts if p["channel"] == channel and not _is_top_card(p)]
        shown = sum(action.word in everything(post) for post in said)
        belongs = name == "desk" or (ticket.customer and action.verb in BOTH)
        what = f"#{ticket.number} {action.verb} {action.word}: {shown} at the {name} in {place.platform}"
        if shown > 1:
            _twice(verdict, place, ticket.number, "text twice", what)
        elif belongs and not shown:
            verdict.add("text missing", what)
        elif shown and not belongs:
            verdict.add("told the customer", what)


def may_be_open_again(ticket: Ticket) -> bool:
    """Whether an answer was delivered again after the resolution, perhaps written in its very second."""
    late = any(action.verb == "answer" and action.happened and not action.acked for action in ticket.actions)
    return late and ticket.did("resolve")


def _settled(ticket: Ticket, place: Place, verdict: Verdict) -> None:
    """What was said of a ticket that is resolved reads as one closed line now; but for a first try of what was said
    again, whose id nobody was told."""
    now = {message["ts"]: everything(message) for message in place.shown}
    for post in place.posts:
        said = notice_of(post)
        if said is not None and said.number == ticket.number and "Settled:" not in now.get(post["ts"], ""):
            line = f"#{ticket.number} {said.kind} {said.clock} said {said.at:.0f} in {place.platform}"
            if place.may_be_twice(ticket.number, ROW_OF.get(said.kind, "catch_up")):
                verdict.noted[f"left standing in {place.platform}"] += 1
            else:
                verdict.add("not settled", line)


def _is_top_card(post: Json) -> bool:
    blocks = post.get("blocks") or []
    return bool(blocks) and blocks[0]["type"] == "header"


def _text_of(post: Json) -> str:
    """The first of what a message says: text and blocks say the same."""
    return str(post.get("text") or everything(post))


def _deadlines(ticket: Ticket, place: Place, chat: Chat, end: float, verdict: Verdict) -> None:
    """What was said of its clocks there, beside what had to be."""
    if may_be_open_again(ticket):
        verdict.noted["not judged"] += 1
        return
    waiting = expected(ticket, end)
    said = [each for post in place.posts if (each := notice_of(post)) is not None and each.number == ticket.number]
    verdict.noted["expected"] += len(waiting)
    for each in sorted(said, key=lambda each: each.at):
        if each.kind != "catch-up":
            verdict.noted["said"] += 1
            _match(each, waiting, ticket, place, verdict)
    caught = [each.at for each in said if each.kind == "catch-up"]
    for left in waiting:
        if left.said:
            continue
        if any(left.at - left.slack <= at <= left.until + HOUR for at in caught):
            verdict.noted["in a catch-up"] += 1
        elif left.must and any(left.at + left.slack < at < left.until - left.slack for at in chat.at_rest):
            if place.may_be_missing(ticket.number, ROW_OF[left.kind]):
                verdict.noted[f"dropped in {place.platform}"] += 1
                continue
            when = f"at {left.at:.0f} until {left.until:.0f} in {place.platform}"
            verdict.add("missing", f"{_name(ticket, left)} {when}")
        else:
            verdict.noted["withheld"] += 1  # overtaken before the bot could have said it


def _match(said: Said, waiting: list[Expected], ticket: Ticket, place: Place, verdict: Verdict) -> None:
    fits = [
        each for each in waiting
        if each.is_said_by(said.kind, said.clock)
        and (said.kind in ("proposal", "named") or abs(each.due - said.due) <= each.slack)
    ]  # fmt: skip
    past = [each for each in fits if each.at <= said.at + each.slack]
    free = [each for each in past if not each.said]
    what = f"#{ticket.number} sev{ticket.severity} {said.kind} {said.clock} due {said.due:.0f} said {said.at:.0f}"
    what += f" in {place.platform}"
    if free:
        free[-1].said.append(said.at)
        verdict.late.append(said.at - free[-1].at)
    elif past:
        _twice(verdict, place, ticket.number, "twice", f"{what}; first {past[-1].said[0]:.0f}", ROW_OF[said.kind])
        if place.platform == TEAMS and said.kind in MARKED and not said.is_marked:
            verdict.add("repeated without a word of it", what)
    elif fits:
        verdict.add("early", f"{what}; to be said {fits[0].at:.0f}")
    else:
        verdict.add("unexpected", what)


def kind_of(text: str) -> tuple[str, re.Match[str]] | None:
    """What a text speaks of first: a warning names others that fall due in the same minute below its own."""
    found = [(kind, match) for kind, pattern in SPOKEN if (match := pattern.search(text)) is not None]
    return min(found, key=lambda each: each[1].start(), default=None)


def notice_of(post: Json) -> Said | None:
    """What a message says of a ticket's deadlines; None: nothing."""
    text = everything(post)
    if (spoken := kind_of(text)) is None:
        return None
    kind, found = spoken
    clock = (found[1] or "-").capitalize()
    calls = kind == "warning" and "Last call." in text and clock != "Restore"
    at, due = float(post["ts"]), float(found[3] or 0)
    return Said(at, "last call" if calls else kind, int(found["n"]), clock, due, REPEATED in text)


def _name(ticket: Ticket, each: Expected) -> str:
    return f"#{ticket.number} sev{ticket.severity} {each.kind} {each.clock} due {each.due:.0f}"


def _the_rest(query: Query, people: People, verdict: Verdict) -> None:
    for row in query(UNSENT):
        verdict.add("dead letters" if row[3] == "failed" else "unsent", str(tuple(row)))
    known = {ticket.number for ticket in people.tickets} | people.others
    for (number,) in query("select number from ticket"):
        if number not in known:
            verdict.add("unexpected", f"ticket #{number} that nobody opened")
