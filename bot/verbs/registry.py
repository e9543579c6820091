"""Every verb that there is. A new one is named here once, in the place where `help` shows it."""

from __future__ import annotations

from bot.verbs.account import ACCOUNT
from bot.verbs.ack import ACK
from bot.verbs.ask import ASK
from bot.verbs.assign import ASSIGN
from bot.verbs.away import AWAY
from bot.verbs.back import BACK
from bot.verbs.base.verb import StandaloneVerb, SubmittedForm, TicketVerb
from bot.verbs.category import CATEGORY
from bot.verbs.channel import CHANNEL
from bot.verbs.confirm import CONFIRM
from bot.verbs.customer import CUSTOMER
from bot.verbs.customers import CUSTOMERS
from bot.verbs.de_escalate import DE_ESCALATE
from bot.verbs.decline import DECLINE
from bot.verbs.different import DIFFERENT
from bot.verbs.dismiss import DISMISS
from bot.verbs.edit import EDIT
from bot.verbs.escalate import ESCALATE
from bot.verbs.got_it import GOT_IT
from bot.verbs.handover import HANDOVER
from bot.verbs.health import HEALTH
from bot.verbs.help import help_on
from bot.verbs.is_back import IS_BACK
from bot.verbs.learn import LEARN
from bot.verbs.link import LINK
from bot.verbs.list import LIST
from bot.verbs.major import MAJOR
from bot.verbs.merge import MERGE
from bot.verbs.more import more_of
from bot.verbs.new import NEW
from bot.verbs.note import NOTE
from bot.verbs.oncall import ONCALL
from bot.verbs.open_from import OPEN_FROM
from bot.verbs.open_redirected import OPEN_REDIRECTED
from bot.verbs.part import PART
from bot.verbs.promise import PROMISE
from bot.verbs.queue import QUEUE
from bot.verbs.quiet import QUIET
from bot.verbs.rate import RATE
from bot.verbs.reason import REASON
from bot.verbs.redact import REDACT
from bot.verbs.ref import REF
from bot.verbs.relapsed import RELAPSED
from bot.verbs.reopen import REOPEN
from bot.verbs.report import REPORT
from bot.verbs.reported import REPORTED
from bot.verbs.resolve import RESOLVE
from bot.verbs.restored import RESTORED
from bot.verbs.resume import RESUME
from bot.verbs.search import SEARCH
from bot.verbs.setup.setup import SETUP
from bot.verbs.severity import SEVERITY
from bot.verbs.show import SHOW
from bot.verbs.snooze import SNOOZE
from bot.verbs.take import TAKE
from bot.verbs.take_back import TAKE_BACK
from bot.verbs.unlink import UNLINK
from bot.verbs.unref import UNREF
from bot.verbs.update import UPDATE
from bot.verbs.wait import WAIT
from bot.verbs.what_if import what_if_of
from bot.verbs.why import WHY

AnyVerb = TicketVerb | StandaloneVerb

#: Those that change a ticket, as far as they can be typed.
ON_TICKETS: tuple[TicketVerb, ...] = (
    TAKE, UPDATE, PROMISE, WAIT, RESUME, RESTORED, RESOLVE, ESCALATE, NOTE,
    ASSIGN, CONFIRM, SEVERITY, CATEGORY, REOPEN, RELAPSED, REPORTED, ACK, DE_ESCALATE,
    SNOOZE, CUSTOMER, LINK, UNLINK, MERGE, REF, UNREF, MAJOR, EDIT, TAKE_BACK, REDACT, DECLINE,
)  # fmt: skip
_BUT_HELP: tuple[AnyVerb, ...] = (
    NEW, LIST, SHOW, *ON_TICKETS, QUEUE, SEARCH, WHY, what_if_of(ON_TICKETS), CHANNEL, CUSTOMERS, AWAY, BACK, QUIET,
    HANDOVER, ONCALL, REPORT, LEARN, ACCOUNT, HEALTH, SETUP,
)  # fmt: skip
#: Those that can be typed, in the order in which `help` shows them.
TYPED: tuple[AnyVerb, ...] = (*_BUT_HELP, help_on(_BUT_HELP))
#: Those that stand behind a card's "More ...", in their order there.
IN_MORE: tuple[AnyVerb, ...] = tuple(sorted((v for v in _BUT_HELP if v.in_more), key=lambda verb: verb.in_more))
#: Those that are offered as buttons alone.
BUTTONS: tuple[AnyVerb, ...] = (
    REASON, DISMISS, DIFFERENT, PART, IS_BACK, ASK, RATE, more_of(IN_MORE), OPEN_FROM, OPEN_REDIRECTED, GOT_IT,
)  # fmt: skip

#: Every verb by its own name.
VERBS: dict[str, AnyVerb] = {verb.name: verb for verb in (*TYPED, *BUTTONS)}
#: Every name by which one can be typed, and the verb's own.
NAMES: dict[str, str] = {name: verb.name for verb in TYPED for name in (verb.name, *verb.aliases)}
#: The same as words, to tell what somebody may have meant.
KNOWN: list[str] = sorted({*NAMES} - {"", "?"})
#: Every form by its name (`Form.verb`).
FORMS: dict[str, TicketVerb | SubmittedForm] = {
    **{verb.name: verb for verb in (*ON_TICKETS, RATE) if verb.form is not None},
    **{name: form for verb in VERBS.values() if isinstance(verb, StandaloneVerb) for name, form in verb.forms.items()},
}


def typed_verb(name: str) -> AnyVerb | None:
    """The verb of that name (not of an alias), if it can be typed."""
    found = VERBS.get(name)
    return found if found is not None and found.is_typed else None
