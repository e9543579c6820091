"""A person's own page: what waits for them, their tickets, the desk's queue, the week. Every row acts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlmodel import Session

from bot.desk.runtime import DeskRuntime
from bot.wording.absence import whether_away, whether_quiet
from bot.wording.card import Button, Buttons, Card, Element, Facts, Heading, Line
from bot.wording.phrase_book import PhraseBook
from bot.wording.policy.settings import setup_buttons
from bot.wording.rows import ticket_row
from bot.wording.sentences import Link, Sentence, Typed, join
from bot.wording.speech import Speech
from storage.app_home import AppHome
from storage.listing import Listed, list_tickets
from storage.redirects import count_redirects
from storage.texts import load_texts
from storage.ticket_figures import opened_in, sums_in
from storage.tickets import StoredTicket
from storage.work_queue import pressing, queue
from triage.attention import Attention, Waits, waits_for_manager
from triage.figures import Kept, Ratings
from triage.people import Actor, Role
from triage.report import report
from triage.rights import may
from triage.terms import ClockKind
from triage.ticket import Status

# So many rows that the page stays within the hundred blocks of a view, whatever is in them.
MINE, QUEUE, WAITING = 8, 10, 6
LOOKED_AT = 60  # open tickets that may wait for a manager
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Figures:
    """What the last seven days came to."""

    #: Tickets that were opened.
    opened: int
    #: Tickets that were resolved.
    resolved: int
    #: Deadlines kept and missed by those that were resolved, by clock.
    kept: dict[ClockKind, Kept]
    #: What the customers of those answered who were asked how it went.
    ratings: Ratings = field(default_factory=Ratings)
    #: By kind (`billing`): questions for others that were redirected, and how many of them became tickets all the same.
    redirects: Mapping[str, tuple[int, int]] = field(default_factory=dict)


def read_week(session: Session, desk: DeskRuntime, now: datetime) -> Figures:
    """The figures as they are at `now`."""
    where = (session, desk.organisation_id, desk.desk_id)
    since, until = now - WEEK, now + timedelta(seconds=1)  # what was done at `now` is among it
    came_to = report(since, until, opened_in(*where, since, until), sums_in(*where, since, until), (), zone=UTC)
    kept = {kind: came_to.kept_by(kind) for kind in ClockKind}
    return Figures(came_to.opened, came_to.resolved, kept, came_to.ratings, count_redirects(*where, since))


@dataclass(frozen=True)
class Shown:
    """What a person's page is made of."""

    #: The desk that the page is of.
    desk: DeskRuntime
    #: Whose page it is, with the roles they hold now.
    actor: Actor
    #: Their language and zone.
    speech: Speech
    #: The moment at which it is shown, in UTC.
    now: datetime
    #: Which pages of its lists they turned to.
    page: AppHome
    #: Their open tickets: one more than is shown, where there are more.
    mine: Sequence[Listed]
    #: The page of the desk's open tickets that they turned to, in the order of work; empty without a right to it.
    queue: Sequence[Listed]
    #: How many open tickets the desk has.
    total: int
    #: What waits for a manager: the ticket, what waits, and the ticket's first line.
    waiting: Sequence[tuple[StoredTicket, Waits, str]]
    #: The week's figures; None without a right to them.
    figures: Figures | None

    @property
    def mine_rows(self) -> int:
        """How many of their tickets a page shows."""
        return rows_of(MINE, self.desk)

    @property
    def queue_rows(self) -> int:
        """How many of the desk's."""
        return rows_of(QUEUE, self.desk)

    @property
    def people(self) -> PhraseBook:
        """Who people are, in words."""
        return PhraseBook(self.desk.directory)


def rows_of(most: int, desk: DeskRuntime) -> int:
    """How many tickets a list shows, of `most`, on that desk's platform."""
    return min(most, desk.limits.page_rows)


def read_home(session: Session, desk: DeskRuntime, actor: Actor, page: AppHome, *, now: datetime) -> Shown:
    """Read what that person may see."""
    where = (session, desk.organisation_id, desk.desk_id)
    mine = _mine(session, desk, actor, page)
    if not mine and page.mine_page:  # there are fewer than there were
        page = replace(page, mine_page=0)
        mine = _mine(session, desk, actor, page)
    speech = PhraseBook(desk.directory).reader(actor.id)
    listed: list[Listed] = []
    total = 0
    if may(actor, "queue"):
        rows = rows_of(QUEUE, desk)
        work = partial(queue, *where, desk.policy.queue, limit=rows, platform=desk.platform)
        listed, total = work(offset=page.queue_page * rows)
        if total and not listed:
            page = replace(page, queue_page=(total - 1) // rows)
            listed, total = work(offset=page.queue_page * rows)
    waiting: list[tuple[StoredTicket, Waits, str]] = []
    figures = None
    if may(actor, "overview"):
        found = [(each, waits_for_manager(each.ticket, each.events)) for each in pressing(*where, LOOKED_AT)]
        known = [(stored, waits) for stored, waits in found if waits is not None][: rows_of(WAITING, desk)]
        texts = load_texts(session, desk.organisation_id, [b for s, _ in known if (b := s.events[0].body_id)])
        for stored, waits in known:
            text = texts.get(stored.events[0].body_id or 0, "")
            waiting.append((stored, waits, text.split("\n", 1)[0] or speech.text("card.erased")))
        figures = read_week(session, desk, now)
    return Shown(desk, actor, speech, now, page, mine, listed, total, waiting, figures)


def _mine(session: Session, desk: DeskRuntime, actor: Actor, page: AppHome) -> list[Listed]:
    rows = rows_of(MINE, desk)
    return list_tickets(
        session, desk.organisation_id, person=actor.id, limit=rows + 1, offset=page.mine_page * rows,
        platform=desk.platform,
    )  # fmt: skip


def home_page(shown: Shown) -> Card:
    """The page, most pressing first."""
    speech = shown.speech
    elements: list[Element] = [
        Buttons((Button("new", speech.text("form.new"), 0, 0, "primary"),)),
        *(_waiting(shown) if shown.waiting else ()),
        Heading(speech.text("home.mine")),
        *_list(shown, shown.mine[: shown.mine_rows], "home.none_mine"),
        *_pager(shown, "mine", shown.page.mine_page, more=len(shown.mine) > shown.mine_rows),
    ]
    if may(shown.actor, "queue"):
        elements += [
            Heading(speech.text("home.queue", count=shown.total)),
            *_list(shown, shown.queue, "home.none_open"),
            *_pager(
                shown, "queue", shown.page.queue_page, more=(shown.page.queue_page + 1) * shown.queue_rows < shown.total
            ),
        ]  # fmt: skip
    if shown.figures is not None:
        elements += [Heading(speech.text("home.week")), *said_of_week(shown.figures, speech)]
    elements += [Heading(speech.text("home.you")), *_you(shown)]
    if may(shown.actor, "setup"):
        elements += [Heading(speech.text("setup.title")), _setup(shown)]
    return Card(speech("home.title"), tuple(elements))


def _setup(shown: Shown) -> Buttons:
    """The forms of the setup; where a policy file says it all, only the look at it."""
    speech, version = shown.speech, shown.desk.policy.version
    if shown.desk.policy_layers.file is not None:
        return Buttons((Button("setup", speech.text("button.show"), 0, version),))
    return Buttons(setup_buttons(version, speech))


def _list(shown: Shown, rows: Sequence[Listed], nothing: str) -> list[Element]:
    if not rows:
        return [Line(shown.speech(nothing, command=shown.desk.command))]
    found: list[Element] = []
    for row in rows:
        found += [
            ticket_row(
                row,
                shown.people,
                shown.speech,
                shown.now,
                inside=shown.actor.is_staff,
                link=shown.desk.link,
            ),
            Buttons(_acts(shown, row)),
        ]
    return found


def _acts(shown: Shown, row: Listed) -> tuple[Button, ...]:
    """The buttons of a ticket's row."""
    own = row.assignee == shown.actor.id
    if not shown.actor.is_staff:
        verbs = ["update", "escalate"]
    elif own:
        verbs = ["update", "promise", "resume" if row.status == Status.WAITING else "wait", "resolve"]
    else:
        verbs = ["severity"] if row.category is None else []
        verbs += [*(["take"] if row.assignee is None else []), "escalate"]
    return tuple(
        Button(verb, shown.speech.text(f"button.{verb}"), row.number, row.version) for verb in (*verbs, "show")
    )


def _pager(shown: Shown, name: str, page: int, *, more: bool) -> list[Element]:
    found = [
        *([("earlier", page - 1)] if page else []),
        *([("later", page + 1)] if more else []),
    ]
    buttons = tuple(Button("home", shown.speech.text(f"home.{way}"), 0, 0, value=f"{name}:{to}") for way, to in found)
    return [Buttons(buttons)] if buttons else []


def _waiting(shown: Shown) -> list[Element]:
    speech, people = shown.speech, shown.people
    found: list[Element] = [Heading(speech.text("home.waiting"))]
    mine = people.roster.levels_of(shown.actor.id)
    for stored, waits, summary in sorted(shown.waiting, key=lambda each: each[1].level not in mine):
        role = people.level_role(waits.level, speech)
        what = speech(f"waits.{waits.what}", level=waits.level, role=role, since=waits.since)
        words, card = f"#{stored.number} {summary}", stored.conversation("desk", shown.desk.platform)
        url = shown.desk.link(card.channel, card.card_id, card.card_id) if card is not None and card.card_id else ""
        line: Sentence = (Link(words, url) if url else Typed(words), "\n", *what)
        verb = "ack" if waits.what is Attention.ESCALATED else "escalate"
        buttons = [Button(name, speech.text(f"button.{name}"), stored.number, stored.ticket.version)
                   for name in (verb, "show")]  # fmt: skip
        found += [Line(line), Buttons(tuple(buttons))]
    return found


def said_of_week(figures: Figures, speech: Speech) -> list[Element]:
    """The week's figures in words."""
    rows: list[tuple[str, Sentence]] = [
        (speech.text("home.opened"), (str(figures.opened),)),
        (speech.text("home.resolved"), (str(figures.resolved),)),
    ]
    if figures.ratings != Ratings():
        counts = speech("home.rated", good=figures.ratings.good, bad=figures.ratings.bad)
        rows.append((speech.text("fact.rating"), counts))
    if figures.redirects:
        kinds = [
            speech.text(f"home.redirect.{kind}", count=told) for kind, (told, _) in sorted(figures.redirects.items())
        ]
        opened = sum(each for _, each in figures.redirects.values())
        counts = (speech.all_of(kinds), *(speech("home.redirects_opened", count=opened) if opened else ()))
        rows.append((speech.text("home.redirected"), counts))
    clocks = [
        (speech.text(f"clock.{kind}"), speech("home.kept", kept=kept.kept, missed=kept.missed))
        for kind, kept in figures.kept.items()
        if kept != Kept()
    ]
    counted = [Line(speech("home.counted"), small=True)] if clocks else []
    return [Facts((*rows, *clocks)), *counted]


def _you(shown: Shown) -> list[Element]:
    speech, policy, person = shown.speech, shown.desk.policy, shown.actor.id
    roles = [speech(f"one_role.{role}") for role in Role if role in shown.actor.roles]
    skills = [skill for skill, people in policy.skills.items() if person in people]
    known: Sentence = (Typed(", ".join(skills)),) if skills else speech("home.no_skills")
    rows = [(speech.text("home.roles"), join(roles, ", ")), (speech.text("home.skills"), known)]
    if not shown.actor.is_staff:
        return [Facts(tuple(rows))]
    absence = shown.desk.directory.absence(person, shown.now)
    rows.append((speech.text("home.availability"), whether_away(absence, speech)))
    rows.append((speech.text("home.quiet"), whether_quiet(shown.desk.roster.quiet.get(person), speech)))
    verbs = ("away" if absence is None else "back", "quiet")
    return [Facts(tuple(rows)), Buttons(tuple(Button(verb, speech.text(f"button.{verb}"), 0, 0) for verb in verbs))]
