"""Counting afterwards: what was lost, recorded or said twice, early, missing or unexpected."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from tests.chaos.people import Action, People, Ticket, everything, is_card
from tests.chaos.policy import HOUR, Expected, expected
from tests.chaos.stage import Chat, Json, Query, Stage

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


@dataclass(frozen=True)
class Said:
    """A notice of a ticket, as it was posted."""

    at: float
    kind: str
    number: int
    clock: str
    due: float


@dataclass
class Verdict:
    """`wrong` is what may not be, by what it is; `noted` are figures."""

    wrong: dict[str, list[str]] = field(default_factory=dict)
    noted: Counter[str] = field(default_factory=Counter)
    late: list[float] = field(default_factory=list)

    def add(self, what: str, line: str) -> None:
        self.wrong.setdefault(what, []).append(line)


async def judge(stage: Stage, people: People) -> Verdict:
    """Let everything come to its end, and count."""
    chat, verdict = stage.chat, Verdict()
    for _ in range(6):  # what is retried or held back
        await chat.advance(1)
    if not await chat.settle():
        verdict.add("unsettled", "the bot does not come to rest")
    await chat.take_notes()
    end = chat.now - 1
    posts = [{**post, "channel": channel} for (channel, _), post in chat.posts.items()]
    desk = await chat.messages(people.desk, people.ana)
    _what_happened(stage.query, people, verdict)
    for ticket in people.tickets:
        if ticket.actions and ticket.actions[0].happened:
            _one_ticket(ticket, people, posts, desk, verdict)
            _deadlines(ticket, posts, chat, end, verdict)
    for _ in range(3):  # time went on while we counted: what has fallen due since is sent first
        if stage.query(UNSENT):
            await chat.settle()
    _the_rest(stage.query, people, verdict)
    for ticket in people.tickets:
        if ticket.number is not None and ticket.word not in await _shown(chat, people, ticket.number):
            verdict.add("lost", f"show {ticket.number}")
    return verdict


async def _shown(chat: Chat, people: People, number: int) -> str:
    done = await chat.post(
        "command", channel=people.desk, user=people.ana, command="/ticket", text=f"show {number}"
    )  # fmt: skip
    after = f"{float(done.get('ts') or 0) - 0.00001:.6f}"
    seen = await chat.messages(people.desk, people.ana, after=after)
    return "".join(everything(message) for message in seen if message["ts"] == done.get("ts"))


def _what_happened(query: Query, people: People, verdict: Verdict) -> None:
    """What of the actions is on record: all that somebody was told is done, and nothing twice."""
    texts: dict[str, set[tuple[int, int]]] = {}
    for number, seq, text in query(
        "select t.number, e.seq, b.text from event e join ticket t on t.id = e.ticket_id"
        " join body b on b.id = e.body_id"
    ):
        for word in set(re.findall(r"w\d{4}[a-h]x", text)):
            texts.setdefault(word, set()).add((number, seq))
    by_people = Counter(
        (number, kind)
        for number, kind in query(
            "select t.number, e.kind from event e join ticket t on t.id = e.ticket_id where e.actor <> 'vigie'"
        )
    )
    for ticket in people.tickets:
        if ticket.number is None and (found := texts.get(ticket.word)):
            ticket.number = min(found)[0]
        for action in ticket.actions:
            times = sum(number == ticket.number for number, _ in texts.get(action.word, ()))
            if action.verb in ("take", "react"):
                times = by_people[ticket.number or 0, {"take": "assigned", "react": "escalated"}[action.verb]]
            action.happened = times > 0
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


def _one_ticket(ticket: Ticket, people: People, posts: list[Json], desk: list[Json], verdict: Verdict) -> None:
    """One card; every text once in each place where it belongs; one climb of each level; one closing line."""
    verdict.noted["tickets"] += 1
    cards = sum(is_card(message, ticket.number) for message in desk)
    if cards != 1:
        verdict.add("two cards" if cards else "no card", f"#{ticket.number}: {cards}")
    for action in ticket.actions:
        if action.happened and action.verb not in SILENT:
            _text(ticket, action, people, posts, verdict)
    number = ticket.number
    levels = re.findall(rf"#{number} [^\n]*? was escalated to Level (\d)", "\n".join(_text_of(p) for p in posts))
    if len(levels) != len(set(levels)):
        verdict.add("twice", f"#{number} escalated: {levels}")
    if not levels and any(action.happened and action.verb in ("react", "escalate") for action in ticket.actions):
        verdict.add("missing", f"#{number} was escalated, and nothing says so")
    resolved = any(action.happened and action.verb == "resolve" for action in ticket.actions)
    if resolved and not _may_be_open_again(ticket):
        _settled(ticket, posts, desk, verdict)
    over = sum(bool(re.search(rf"Over: [^\n]*#{number} ", _text_of(post))) for post in posts)
    if over > 1:
        verdict.add("twice", f"#{number} closing line: {over}")


def _text(ticket: Ticket, action: Action, people: People, posts: list[Json], verdict: Verdict) -> None:
    for place, channel in (("desk", people.desk), ("customer", people.acme)):
        shown = sum(action.word in everything(p) for p in posts if p["channel"] == channel and not _is_top_card(p))
        belongs = place == "desk" or (ticket.customer and action.verb in BOTH)
        what = f"#{ticket.number} {action.verb} {action.word}: {shown} at the {place}"
        if shown > 1:
            verdict.add("text twice", what)
        elif belongs and not shown:
            verdict.add("text missing", what)
        elif shown and not belongs:
            verdict.add("told the customer", what)


def _may_be_open_again(ticket: Ticket) -> bool:
    """Whether an answer was delivered again after the resolution, perhaps written in its very second."""
    late = any(action.verb == "answer" and action.happened and not action.acked for action in ticket.actions)
    return late and ticket.did("resolve")


def _settled(ticket: Ticket, posts: list[Json], desk: list[Json], verdict: Verdict) -> None:
    """What was said of a ticket that is resolved reads as one closed line now."""
    now = {message["ts"]: everything(message) for message in desk}
    for post in posts:
        said = _notice(post)
        if said is not None and said.number == ticket.number and "Settled:" not in now.get(post["ts"], ""):
            verdict.add("not settled", f"#{ticket.number} {said.kind} {said.clock} said {said.at:.0f}")


def _is_top_card(post: Json) -> bool:
    blocks = post.get("blocks") or []
    return bool(blocks) and blocks[0]["type"] == "header"


def _text_of(post: Json) -> str:
    """The first of what a message says: text and blocks say the same."""
    return str(post.get("text") or everything(post))


def _deadlines(ticket: Ticket, posts: list[Json], chat: Chat, end: float, verdict: Verdict) -> None:
    """What was said of its clocks, beside what had to be."""
    if _may_be_open_again(ticket):
        verdict.noted["not judged"] += 1
        return
    waiting = expected(ticket, end)
    said = [each for post in posts if (each := _notice(post)) is not None and each.number == ticket.number]
    verdict.noted["expected"] += len(waiting)
    for each in sorted(said, key=lambda each: each.at):
        if each.kind != "catch-up":
            verdict.noted["said"] += 1
            _match(each, waiting, ticket, verdict)
    caught = [each.at for each in said if each.kind == "catch-up"]
    for left in waiting:
        if left.said:
            continue
        if any(left.at - left.slack <= at <= left.until + HOUR for at in caught):
            verdict.noted["in a catch-up"] += 1
        elif left.must and any(left.at + left.slack < at < left.until - left.slack for at in chat.at_rest):
            verdict.add("missing", f"{_name(ticket, left)} at {left.at:.0f} until {left.until:.0f}")
        else:
            verdict.noted["withheld"] += 1  # overtaken before the bot could have said it


def _match(said: Said, waiting: list[Expected], ticket: Ticket, verdict: Verdict) -> None:
    fits = [
        each for each in waiting
        if each.is_said_by(said.kind, said.clock)
        and (said.kind in ("proposal", "named") or abs(each.due - said.due) <= each.slack)
    ]  # fmt: skip
    past = [each for each in fits if each.at <= said.at + each.slack]
    free = [each for each in past if not each.said]
    what = f"#{ticket.number} sev{ticket.severity} {said.kind} {said.clock} due {said.due:.0f} said {said.at:.0f}"
    if free:
        free[-1].said.append(said.at)
        verdict.late.append(said.at - free[-1].at)
    elif past:
        verdict.add("twice", f"{what}; first {past[-1].said[0]:.0f}")
    elif fits:
        verdict.add("early", f"{what}; to be said {fits[0].at:.0f}")
    else:
        verdict.add("unexpected", what)


def _notice(post: Json) -> Said | None:
    text = everything(post)
    for kind, pattern in SPOKEN:
        found = pattern.search(text)
        if found is not None:
            clock = (found[1] or "-").capitalize()
            calls = kind == "warning" and "Last call." in text and clock != "Restore"
            at, due = float(post["ts"]), float(found[3] or 0)
            return Said(at, "last call" if calls else kind, int(found["n"]), clock, due)
    return None


def _name(ticket: Ticket, each: Expected) -> str:
    return f"#{ticket.number} sev{ticket.severity} {each.kind} {each.clock} due {each.due:.0f}"


def _the_rest(query: Query, people: People, verdict: Verdict) -> None:
    for row in query(UNSENT):
        verdict.add("dead letters" if row[3] == "failed" else "unsent", str(tuple(row)))
    known = {ticket.number for ticket in people.tickets}
    for (number,) in query("select number from ticket"):
        if number not in known:
            verdict.add("unexpected", f"ticket #{number} that nobody opened")
