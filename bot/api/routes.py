"""All that can be asked for, in one table: requests are led by it, and the document is made of it."""

from __future__ import annotations

import sys
from functools import cache

from bot.api import desk, shapes, tickets, verbs
from bot.api.ask import Param, ParamKind, Route
from bot.verbs.base.verb import TicketVerb
from bot.verbs.registry import VERBS
from triage import rights
from triage.people import Actor
from triage.scopes import Scope, all_of, roles_of
from triage.terms import Category
from triage.ticket import Status

LOOKING = frozenset({Scope.READ})
FOLLOWING = frozenset({Scope.READ, Scope.OPEN})  # whoever opens tickets sees their own
STATES = ("open", "all", *(status.value for status in Status if status is not Status.OPEN))

LIMIT = Param("limit", ParamKind.NUMBER, "How many at most.", most=tickets.MOST, usual="50")
CURSOR = Param("cursor", ParamKind.TEXT, "`next_cursor` of the page before.", most=300)
FILTERS = (
    Param("state", ParamKind.CHOICE, "`open`: all that are not closed, the most pressing first; else the newest first. "
          "Left out: `open`, and with `q` `all`.", options=STATES),
    Param("severity", ParamKind.CHOICE, "As it is in force.", options=("1", "2", "3")),
    Param("category", ParamKind.CHOICE, "What kind of request it is.", options=tuple(each.value for each in Category)),
    Param("customer", ParamKind.TEXT, "A customer's name, in any case."),
    Param("assignee", ParamKind.TEXT, "A person's key: what they have."),
    Param("unassigned", ParamKind.CHOICE, "What nobody has.", options=("true", "false")),
    Param("q", ParamKind.TEXT, "Words to look for: open tickets first, then the newest.", most=500),
)  # fmt: skip
DAYS = (
    Param("days", ParamKind.TEXT, "`week` (the one before this one, which it is too where it is left out), `month`, or "
          "from one day to another: `2026-11-01..2026-11-30`.", most=40),
    Param("customer", ParamKind.TEXT, "A customer's name, in any case: their tickets alone."),
)  # fmt: skip


@cache
def routes() -> tuple[Route, ...]:
    """Everything, in the order of the document."""
    return (
        Route("GET", "/tickets", "list_tickets", "A page of tickets.", FOLLOWING, tickets.listed,
              {200: shapes.TicketPage}, (*FILTERS, LIMIT, CURSOR)),
        Route("POST", "/tickets", "open_ticket", "Open a ticket.", frozenset({Scope.OPEN}), tickets.opened,
              {200: shapes.Opened, 201: shapes.Opened}, takes="new"),
        Route("GET", "/tickets/{number}", "read_ticket", "One ticket in full.", FOLLOWING, tickets.read,
              {200: shapes.Ticket}),
        Route("GET", "/tickets/{number}/events", "list_events", "What happened to a ticket.", FOLLOWING, tickets.events,
              {200: shapes.EventPage}, (LIMIT, CURSOR)),
        Route("GET", "/tickets/{number}/clocks", "explain_clocks", "A ticket's clocks, each deadline explained.",
              FOLLOWING, tickets.clocks, {200: shapes.Clocks}),
        *(route for verb in VERBS.values() if isinstance(verb, TicketVerb) for route in _of(verb)),
        Route("GET", "/policy", "read_policy", "The policy in force.", LOOKING, desk.policy,
              {200: shapes.PolicyInForce}, tag="desk"),
        Route("GET", "/figures", "read_figures", "The figures of the last seven days.", LOOKING, desk.figures,
              {200: shapes.Figures}, tag="desk"),
        Route("GET", "/report", "read_report", "What the tickets of some days came to.", LOOKING, desk.report,
              {200: shapes.Report}, DAYS, tag="desk",
              missing="These are no days that have been, or no customer is called that."),
        Route("GET", "/health", "read_health", "Whether what is promised is held.", LOOKING, desk.health,
              {200: shapes.Health}, tag="desk"),
    )  # fmt: skip


def _of(verb: TicketVerb) -> tuple[Route, Route]:
    """What a verb takes, and doing it."""
    name, path = verb.name.replace("-", "_"), f"/tickets/{{number}}/{verb.name}"
    scopes = scopes_of(verb)
    return (
        Route("GET", path, f"form_of_{name}", f"What {verb.name} takes, for this ticket.", scopes, verbs.form_of(verb),
              {200: shapes.VerbForm}, tag="verbs"),
        Route("POST", path, name, _about(verb), scopes, verbs.doing(verb), {200: shapes.Done}, takes=verb.name,
              tag="verbs"),
    )  # fmt: skip


def scopes_of(verb: TicketVerb) -> frozenset[Scope]:
    """The scopes that let a key ask for a verb at all, by the rights of the roles that they give."""
    return frozenset(
        scope
        for scope in Scope
        if scope is not Scope.READ
        and rights.may_ever(Actor("", frozenset().union(*(roles_of([each]) for each in all_of([scope])))), verb.name)
    )


def _about(verb: TicketVerb) -> str:
    """What a verb does, as its own file says it first."""
    said = (sys.modules[verb.decide.__module__].__doc__ or "").partition("`: ")[2]
    first = " ".join(said.partition(". ")[0].split()).rstrip(".") or verb.name
    return f"{first[:1].upper()}{first[1:]}."
