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
from bot.teams.responses import Answers, Reply, Shown, acted, closed, in_words, is_short, refused, told
from bot.wording.card import Card, Form
from bot.wording.phrase_book import PhraseBook
from bot.wording.refusals import refusal_card, stand
from bot.wording.speech import Speech
from triage.errors import Refusal

log = structlog.get_logger(__name__)
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
        opens_dialog = activity.name.startswith(("task/", "composeExtension/"))
        pressed = inbound.pressed_of(data)
        if inbound.is_anothers(self.desk, pressed.value):
            return refused(activity.name, self.reader(activity).text("refusal.anothers_tenant"))
        if not pressed.verb:
            return await self.unknown(activity)
        call = inbound.button_call(self.desk, activity, pressed)
        self.callers.meet(call, activity)
        if pressed.verb == HOME:
            await self.homes.turn(self._account(activity), call.answers["value"])
            return acted()
        answer = await dispatch.pressed(call, pressed.verb)
        if answer.form is not None and opens_dialog:
            return await self._dialog(activity, answer.form, call.speech)
        if answer.form is not None:
            await answer_later(replace(call, key=f"offer:{call.key}:{activity.id}:{activity.at}"), answer)
            return acted(call.speech.text("mention.form", command=call.command))
        if opens_dialog and answer.card is not None and not answer.quiet:
            return await self.shown.window(answer.card)
        if opens_dialog:  # Teams shows an error where a dialog that was asked for is not answered with anything
            return told("✓" if answer.card is None else in_words(answer.card))
        if answer.card is None:
            return acted()
        if not answer.quiet and not is_short(answer):
            self._say(activity, answer.card)
        return acted(in_words(answer.card))

    async def submitted(self, activity: Activity, data: Body) -> Reply:
        """A form was sent."""
        sent = inbound.submitted_of(self.desk, activity, data)
        if inbound.is_anothers(self.desk, dict(sent.context)):
            return refused(activity.name, self.reader(activity).text("refusal.anothers_tenant"))
        call = inbound.form_call(self.desk, activity, sent)
        self.callers.meet(call, activity)
        if sent.form is not None and sent.errors:
            return await self._again(activity, sent.form, call.speech, sent.errors)
        answer = await dispatch.submitted(call, sent.verb)
        if answer.errors:
            if sent.form is None:
                return refused(activity.name, " ".join(answer.errors.values()))
            return await self._again(activity, sent.form, call.speech, answer.errors)
        if answer.form is not None:
            return await self._dialog(activity, answer.form, call.speech)
        # What is posted for the desk shows nothing to somebody who does not read there.
        if answer.card is None or (answer.quiet and call.actor.is_staff):
            return closed() if activity.name != "adaptiveCard/action" else acted()
        if activity.name == "adaptiveCard/action":
            return acted(in_words(answer.card))
        return told(in_words(answer.card)) if is_short(answer) else await self.shown.window(answer.card)

    async def extension(self, activity: Activity) -> Reply:
        """The extension: the form of a new ticket, filled in with a message where it was used on one."""
        await self.callers.ask_author(activity)
        call = inbound.extension_call(self.desk, activity)
        self.callers.meet(call, activity)
        answer = await dispatch.shortcut(call)
        if answer.form is not None:
            return await self._dialog(activity, answer.form, call.speech)
        return told("✓") if answer.card is None else await self.shown.window(answer.card)

    async def in_a_message(self, activity: Activity, data: Body) -> Reply:
        """A button or a form that came back as a message, as simple cards send it. The answer is private, beside."""
        if not inbound.is_form(data):
            reply = await self.pressed(activity, data)
        else:
            reply = await self.submitted(activity, data)
        if reply.body is not None and (text := _line_in(reply.body)):
            self._say(activity, Card((text,)))
        return Reply()

    async def unknown(self, activity: Activity) -> Reply:
        """Something was pressed that we know nothing of, a button of another release perhaps."""
        person = self.desk.person(activity.from_id)
        people = PhraseBook(self.desk.directory)
        to = stand(people, Where(person, thread=inbound.thread_of(activity)), self.desk.command)
        return refused(activity.name, in_words(refusal_card(Refusal("unknown_button"), to)))

    def failed(self, activity: Activity, error: Exception) -> Reply:
        """What went wrong before anything could answer for itself. Whoever acted is told that nothing was changed."""
        said = dispatch.failure(self.reader(activity), error)
        if activity.kind == "invoke":
            return refused(activity.name, said)
        self._say(activity, Card((said,)))
        return Reply()

    def reader(self, activity: Activity) -> Speech:
        """The language of whoever acted."""
        return PhraseBook(self.desk.directory).reader(self.desk.person(activity.from_id))

    async def _dialog(self, activity: Activity, form: Form, speech: Speech) -> Reply:
        context = inbound.carrying(form.context, activity, self.desk.organisation_id)
        return await self.shown.dialog(replace(form, context=context), speech)

    async def _again(self, activity: Activity, form: Form, speech: Speech, errors: dict[str, str]) -> Reply:
        """The form once more, as it was filled in, with what is wrong under its fields. Where no dialog is open, it is
        said in a line what is wrong: the card keeps what was typed in it."""
        if activity.name == "adaptiveCard/action" or activity.kind != "invoke":
            return acted(" ".join(dict.fromkeys(errors.values())))
        return await self.shown.dialog(form, speech, errors)

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


def _line_in(body: Body) -> str:
    """The line that a response says, if it says one."""
    task = body.get("task")
    value = task.get("value") if isinstance(task, dict) else body.get("value")
    return value if isinstance(value, str) and value != "✓" else ""
