"""What people type to us alone, press and fill in: translated, called, answered. Each of these waits for its answer."""

from __future__ import annotations

from dataclasses import replace

import structlog

from bot.commands import dispatch
from bot.commands.mention import answer_later, carry_out, ticket_at
from bot.desk.where import Where
from bot.outbound.port import ForOne
from bot.teams import inbound
from bot.teams.app_home import Homes
from bot.teams.callers import Callers
from bot.teams.inbound_messages import command_call
from bot.teams.payload import Activity, Body
from bot.teams.responses import Answers, Reply, Shown, acted, closed, is_short, refused, told
from bot.verbs.base.call import Answer, Call
from bot.wording.card import Card, Form
from bot.wording.phrase_book import PhraseBook
from bot.wording.refusals import refusal_card, stand
from bot.wording.speech import Speech
from triage.errors import Refusal

log = structlog.get_logger(__name__)
DONE = "✓"  # is said where there is nothing else to be said, and nothing would look like an error
SENT = ("submit", "submitAction")  # how the name of an invoke ends that comes from a dialog
HOME = "home"  # the verb of the buttons that turn the pages of a home card
# What opens the home card where somebody writes to us alone.
OPENINGS = frozenset(["home", "hello", "hi", "hey", "start", "accueil", "bonjour", "salut", "coucou"])


class Asked:
    """The listeners for commands, buttons, dialogs and extensions. They answer the person alone."""

    def __init__(self, callers: Callers, homes: Homes, answers: Answers, bot: str = "") -> None:
        self.callers = callers
        self.desk = callers.desk
        self.homes = homes
        self.answers = answers
        self.shown = Shown(callers.desk)
        self.bot = bot

    async def command(self, activity: Activity) -> Reply:
        """Something was written to us alone. The answer goes through the outbox, planned together with what was
        done."""
        call = command_call(self.desk, activity, self.bot)
        self.callers.meet(call, activity)
        words = call.words.strip(" .!").lower()
        if activity.is_personal and (words in OPENINGS or not call.words):
            await self.homes.opened(self._account(activity))
            return Reply()
        stored = None if call.thread is None else await ticket_at(call, call.thread)
        if stored is not None:
            call = replace(call, number=stored.number)
        await carry_out(call, stored)
        return Reply()

    async def pressed(self, activity: Activity, data: Body) -> Reply:
        """A button was pressed. One that acts is answered with a line; one that asks, with a dialog, where the button
        was made to open one."""
        pressed = inbound.pressed_of(data)
        if inbound.is_anothers(self.desk, pressed.value):
            return self._refused(activity, self.reader(activity).text("refusal.anothers_tenant"))
        if not pressed.verb:
            return await self.unknown(activity)
        call = inbound.button_call(self.desk, activity, pressed)
        self.callers.meet(call, activity)
        if pressed.verb == HOME:
            await self.homes.turn(self._account(activity), call.answers["value"])
            return self._refused(activity, DONE)
        answer = await dispatch.pressed(call, pressed.verb)
        if answer.form is not None:
            return await self._form(activity, call, answer, answer.form)
        if answer.card is not None and not answer.quiet:
            return await self._card(activity, answer.card)
        line = "" if answer.card is None else await self.shown.line(answer.card)
        # Teams shows an error where a dialog that was asked for is not answered with anything.
        return self._refused(activity, line or DONE)

    async def submitted(self, activity: Activity, data: Body) -> Reply:
        """A form was sent."""
        sent = inbound.submitted_of(self.desk, activity, data)
        if inbound.is_anothers(self.desk, dict(sent.context)):
            return self._refused(activity, self.reader(activity).text("refusal.anothers_tenant"))
        call = inbound.form_call(self.desk, activity, sent)
        self.callers.meet(call, activity)
        if sent.form is not None and sent.errors:
            return await self._again(activity, sent.form, call.speech, sent.errors)
        answer = await dispatch.submitted(call, sent.verb)
        if answer.errors:
            return await self._again(activity, sent.form, call.speech, answer.errors)
        if answer.form is not None:
            return await self._form(activity, call, answer, answer.form)
        # What is posted for the desk shows nothing to somebody who does not read there.
        if answer.card is not None and not (answer.quiet and call.actor.is_staff):
            return await self._card(activity, answer.card)
        return closed() if in_dialog(activity) else self._refused(activity, DONE)

    async def extension(self, activity: Activity) -> Reply:
        """The extension: the form of a new ticket, filled in with a message where it was used on one."""
        await self.callers.ask_author(activity)
        call = inbound.extension_call(self.desk, activity)
        self.callers.meet(call, activity)
        answer = await dispatch.shortcut(call)
        if answer.form is not None:
            return await self._dialog(activity, answer.form, call.speech)
        return told("✓") if answer.card is None else await self.shown.window(answer.card)

    async def unknown(self, activity: Activity) -> Reply:
        """Something was pressed that we know nothing of, a button of another release perhaps."""
        person = self.desk.person(activity.from_id)
        people, where = PhraseBook(self.desk.directory), Where(person, thread=inbound.thread_of(activity))
        to = stand(people, where, self.desk.command, heard=self.desk.limits.hears_all)
        return self._refused(activity, await self.shown.line(refusal_card(Refusal("unknown_button"), to)))

    def failed(self, activity: Activity, error: Exception) -> Reply:
        """What went wrong before anything could answer for itself. Whoever acted is told that nothing was changed."""
        said = dispatch.failure(self.reader(activity), error)
        return self._refused(activity, said)

    def reader(self, activity: Activity) -> Speech:
        """The language of whoever acted."""
        return PhraseBook(self.desk.directory).reader(self.desk.person(activity.from_id))

    async def _dialog(self, activity: Activity, form: Form, speech: Speech) -> Reply:
        context = inbound.carrying(form.context, activity, self.desk.organisation_id)
        return await self.shown.dialog(replace(form, context=context), speech)

    async def _form(self, activity: Activity, call: Call, answer: Answer, form: Form) -> Reply:
        """Ask with the form, where a dialog can be opened; else offer it by a button that opens one."""
        if in_dialog(activity):
            return await self._dialog(activity, form, call.speech)
        await answer_later(replace(call, key=f"offer:{call.key}:{activity.id}:{activity.at}"), answer)
        return acted(call.speech.text("mention.form", command=call.command)) if is_invoke(activity) else Reply()

    async def _card(self, activity: Activity, card: Card) -> Reply:
        """Show the card to whoever acted: in the dialog, or as a line with the rest beside it, or beside alone."""
        short = is_short(card)
        if in_dialog(activity) and not (short and activity.name.endswith(SENT)):
            return await self.shown.window(card)
        if not is_invoke(activity) or not (short or in_dialog(activity)):
            self._say(activity, card)
        return refused(activity.name, await self.shown.line(card)) if is_invoke(activity) else Reply()

    async def _again(
        self, activity: Activity, form: Form | None, speech: Speech, errors: dict[str, str]
    ) -> Reply:  # fmt: skip
        """The form once more, as it was filled in, with what is wrong under its fields. Where no dialog is open, or the
        form cannot be read any more, it is said in a line what is wrong: a card keeps what was typed in it."""
        if form is None or not in_dialog(activity):
            return self._refused(activity, " ".join(dict.fromkeys(errors.values())))
        return await self.shown.dialog(form, speech, errors)

    def _refused(self, activity: Activity, said: str) -> Reply:
        """One sentence to whoever acted: as the answer of an invoke, else beside."""
        if is_invoke(activity):
            return refused(activity.name, said)
        if said != DONE:
            self._say(activity, Card((said,)))
        return Reply()

    def _say(self, activity: Activity, card: Card) -> None:
        person = self.desk.person(activity.from_id)
        if not person:
            return
        where = ForOne(person, self.desk.key(activity.conversation), inbound.thread_of(activity))
        self.callers.later(self._tell(card, where))

    async def _tell(self, card: Card, where: ForOne) -> None:
        await self.answers.say(card, where)

    def _account(self, activity: Activity) -> str:
        return self.desk.key(activity.from_id)


def is_invoke(activity: Activity) -> bool:
    """Whether it waits for an answer of its own. What simple cards send back comes as a message."""
    return activity.kind == "invoke"


def in_dialog(activity: Activity) -> bool:
    """Whether it asks for a dialog, or comes from one."""
    return is_invoke(activity) and activity.name.startswith(("task/", "composeExtension/"))
