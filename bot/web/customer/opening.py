"""A ticket that a customer opens from their own page: by the verb, as somebody outside, with the limits of anybody."""

from __future__ import annotations

import hashlib

from aiohttp import web

from bot.commands.acting import asked, open_ticket
from bot.desk.runtime import DeskRuntime
from bot.verbs.shared.open_ticket import Wanted
from bot.web.customer.page import LONGEST_CONTACT, LONGEST_SUMMARY, Form, Shown
from bot.web.fields import cleaned, sent_form
from bot.wording.refusals import explain
from bot.wording.sentences import plain
from storage.customer_links import CustomerLink
from triage.errors import Refusal
from triage.people import Actor, Role
from triage.text import LONGEST_TEXT


async def open_by_form(request: web.Request, desk: DeskRuntime, link: CustomerLink, shown: Shown) -> int | Form:
    """The number of the ticket that holds what was typed, once, however often it is sent; else the form once more, with
    what is wrong."""
    form = _form(await _typed(request))
    if not form.summary:
        return _with(form, shown.speech.text("customer_page.empty"))
    if link.actor not in desk.directory.accounts:
        await desk.refresh_people()  # made while this process ran: it is called by its name from now on
    actor = Actor(link.actor, frozenset({Role.CUSTOMER}))
    call = asked(desk, actor, shown.speech, _key(link, form.once))
    contact = shown.speech.text("customer_page.contact_line", contact=form.contact) if form.contact else ""
    description = "\n\n".join(part for part in (form.description, contact) if part)
    try:
        opened = await open_ticket(
            call, Wanted(form.summary, customer=link.customer), {"description": description} if description else {}
        )
    except Refusal as refusal:
        return _with(form, plain(explain(refusal, call.stand)))
    return opened.number


async def _typed(request: web.Request) -> dict[str, str]:
    """What was typed, by field; nothing where it is no form."""
    sent = await sent_form(request)
    return {} if sent is None else {name: cleaned(each) for name, each in sent.items() if isinstance(each, str)}


def _form(typed: dict[str, str]) -> Form:
    return Form(
        typed.get("once", "")[:64],
        " ".join(typed.get("summary", "").split())[:LONGEST_SUMMARY],
        typed.get("description", "").strip()[: LONGEST_TEXT - LONGEST_CONTACT - LONGEST_SUMMARY],
        " ".join(typed.get("contact", "").split())[:LONGEST_CONTACT],
    )


def _with(form: Form, problem: str) -> Form:
    return Form(form.once, form.summary, form.description, form.contact, problem)


def _key(link: CustomerLink, once: str) -> str:
    """By which the same form, sent twice, is told from another; each link has its own."""
    digest = hashlib.sha256(f"{link.id} {once}".encode()).hexdigest()
    return f"page:{digest}" if once else ""
