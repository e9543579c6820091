"""What other systems had to be told, beside what they were told."""

from __future__ import annotations

from tests.chaos.pager import Told
from tests.chaos.people import FAR, Action, Ticket
from tests.chaos.stage import Stage
from tests.chaos.verdict import Verdict, may_be_open_again

TRIGGER = "trigger"


def judge_pages(stage: Stage, tickets: list[Ticket], verdict: Verdict) -> None:
    """Each severity 1, and each first level that was reached, is told as one page, however often that one is told. Of
    what was over before the bot was at rest once, nothing has to be; nor where the level's own contact has reached it
    by a reaction, who has it then."""
    assert stage.pager is not None
    told = stage.pager.told
    verdict.noted["pages"] += sum(len(set(ids)) for ids in told.values())
    verdict.noted["pages told again"] += sum(len(ids) - len(set(ids)) for ids in told.values())
    for ticket in tickets:
        if not ticket.actions[0].happened or ticket.number is None or may_be_open_again(ticket):
            continue
        begun: list[tuple[int | None, Action]] = [(None, ticket.actions[0])] if ticket.severity == 1 else []
        if stage.pager.knows_levels:
            begun += [(1, each) for each in ticket.actions if each.verb == "escalate" and each.happened]
        for level, since in begun:
            mine = [each for each in told if (each.number, each.level) == (ticket.number, level)]
            what = f"#{ticket.number} level {level}"
            for each in mine:
                if len(set(told[each])) > 1:
                    verdict.add("page twice", f"{what} {each.event}: {sorted(set(told[each]))}")
            if len({each.key for each in mine}) > 1:
                verdict.add("page twice", f"{what}: {sorted({each.key for each in mine})}")
            if any(each.event == TRIGGER for each in mine) or not _had_time(ticket, since, stage.chat.at_rest):
                continue
            verdict.add("page missing", what)
    _nobody_else(told, tickets, verdict)


def _had_time(ticket: Ticket, since: Action, at_rest: list[float]) -> bool:
    """Whether the bot was at rest between what a page tells and the end of it."""
    begun = since.t1 if since.t1 < FAR else since.t0 + 10 * 60
    over = min((each.t0 for each in ticket.actions if each.verb == "resolve" and each.happened), default=FAR)
    return any(begun + 1 < at < over for at in at_rest)


def _nobody_else(told: dict[Told, list[str]], tickets: list[Ticket], verdict: Verdict) -> None:
    """Nothing is told of a severity 1 that there is not."""
    severity = {ticket.number: ticket.severity for ticket in tickets}
    for each in told:
        if each.level is None and severity.get(each.number, 1) != 1:
            verdict.add("unexpected", f"a page of #{each.number}: {each.event}")
