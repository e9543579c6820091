"""`setup`: how the desk is set up, its short forms, and the move of open tickets that a change may call for."""

from __future__ import annotations

from functools import partial

import structlog
from sqlmodel import Session

from bot.desk.policy_move import Lots, Move, Preview, preview
from bot.desk.runtime import DeskRuntime
from bot.verbs.base.call import Answer, Call, sentence_answer
from bot.verbs.base.verb import ButtonOn, StandaloneVerb, SubmittedForm
from bot.verbs.setup.parts import PARTS, as_changed, part_named, sign_of
from bot.verbs.setup.pinging import ping_everyone
from bot.verbs.setup.saving import Outcome, save
from bot.wording.card import Button, Buttons, Card, Element, Facts, Form, Line
from bot.wording.clock_lines import under
from bot.wording.policy.settings import NAMES, setting, setup_buttons
from bot.wording.sentences import Part, Sentence
from bot.wording.speech import Speech
from storage.announcements.to_person import Greeting, Moved, MoveStopped
from storage.announcing import tell
from storage.errors import AlreadyHandledError
from storage.policies import end_move, want_move, wanted_move
from storage.policy_moves import open_versions
from triage import rights
from triage.agreements import parted
from triage.errors import PolicyError, Refusal
from triage.moving import asks_the_same

log = structlog.get_logger(__name__)
LOOKED_AT = 300  # open tickets: what a move would change of more is not worth the wait
FORM = "setup-"  # the forms of the parts are called after it
SIGN = "was."  # before the name of a field, in what a form was opened with
MOVE = "setup-move"


async def setup(call: Call) -> Answer:
    """How the desk is set up, and a button for each part of it."""
    rights.require(call.actor, "setup")
    desk, speech = call.desk, call.speech
    rows = tuple(
        (speech.text(f"setup_field.{name}"), setting(name, desk.policy, call.people, speech, desk.platform))
        for name in NAMES
    )
    heading = speech("setup.heading", desk=desk.policy.desk.name, version=desk.policy.version)
    elements: list[Element] = [Line(heading), Facts(rows)]
    if desk.policy_layers.file is not None:
        elements.append(Line(speech("setup.by_file", file=desk.policy_layers.file)))
    else:
        elements.append(Buttons(setup_buttons(desk.policy.version, speech)))
    label = speech.text("setup.ping")
    elements.append(Buttons((Button("setup", label, 0, desk.policy.version, value="ping"),)))
    waiting = await desk.database.read(partial(on_other_terms, desk=desk))
    if waiting:
        elements.append(Line(speech("setup.on_other_terms", count=waiting)))
        label = speech.text("setup.move", count=waiting)
        elements.append(Buttons((Button("setup", label, 0, desk.policy.version, value="move"),)))
    return Answer(Card(heading, tuple(elements)))


async def setup_pressed(call: Call) -> Answer:
    """What the pressed button asks for: the overview, a part's form, or a preview of a move."""
    name = call.answers.get("value", "")
    if not name:
        return await setup(call)
    rights.require(call.actor, "setup")
    if name == "ping":
        return await ping_everyone(call)
    if name == "move":
        return await _offer(call, call.speech("setup.in_force", version=call.desk.policy.version), asked=True)
    return Answer(form=_form(call, name))


def _form(call: Call, name: str) -> Form:
    desk, speech = call.desk, call.speech
    part = part_named(name)
    if desk.policy_layers.file is not None:
        raise Refusal("set_up_by_file", file=desk.policy_layers.file)
    fields = part.fields(desk, speech)
    signs = {f"{SIGN}{field.id}": sign_of(field, field.initial or "") for field in fields}
    return Form(
        verb=f"{FORM}{name}",
        title=speech.text(f"setup_part.{name}"),
        submit=speech.text("button.save"),
        close=speech.text("button.cancel"),
        fields=fields,
        context={**call.carried, **signs},
    )


async def submit_part(call: Call, name: str) -> Answer:
    """A part's form was filled in."""
    rights.require(call.actor, "setup")
    part = part_named(name)
    if call.desk.policy_layers.file is not None:
        raise Refusal("set_up_by_file", file=call.desk.policy_layers.file)
    signs = {name.removeprefix(SIGN): sign for name, sign in call.context.items() if name.startswith(SIGN)}
    answers = as_changed(part.fields(call.desk, call.speech), call.answers, signs)
    try:
        outcome = await save(call, part, answers)
    except AlreadyHandledError:
        return Answer(quiet=True)
    except PolicyError as error:
        return Answer(errors=_errors(call, part.name, error))
    if not outcome.changes:
        return sentence_answer(call.speech("setup.unchanged", version=outcome.version))
    return await _offer(call, _saved(call, outcome))


def _errors(call: Call, name: str, error: PolicyError) -> dict[str, str]:
    """What is wrong with the answers, under the fields. The policy's own sentences are in English."""
    part = PARTS[name]
    found: dict[str, str] = {}
    for problem in error.problems:
        path, _, sentence = problem.partition(": ")
        field = part.field_of(call.desk, path)
        key = f"setup_error.{field}"
        # The policy speaks English, and names a channel by its id.
        own = (call.speech.language == "en" and field != "channel") or not call.speech.has(key)
        found.setdefault(field, sentence[:1].upper() + sentence[1:] if own else call.speech.text(key))
    return found


def _saved(call: Call, outcome: Outcome) -> Sentence:
    names = call.speech.all_of([call.speech.text(f"setup_field.{name}") for name in outcome.changes])
    return call.speech("setup.saved", version=outcome.version, changes=names)


async def _offer(call: Call, first: Sentence, *, asked: bool = False) -> Answer:
    """What was done, and what a move of the open tickets would change, if it would change anything: unless somebody
    `asked`, nobody is asked in vain."""
    desk, speech = call.desk, call.speech
    if not await desk.database.read(partial(on_other_terms, desk=desk)):
        return sentence_answer(first)
    found = await desk.database.read(partial(preview, move=_move(call), now=call.now, most=LOOKED_AT))
    if not found.moved and found.tickets < LOOKED_AT and not asked:
        return sentence_answer((*first, " ", *speech("setup.on_other_terms", count=found.tickets)))
    lines: list[Part] = [*first, "\n\n", *speech("setup.offer", count=found.tickets), *_effects(found, speech)]
    if found.tickets == LOOKED_AT:
        lines += ["\n", *speech("setup.looked_at", count=LOOKED_AT)]
    return Answer(
        form=Form(
            verb=MOVE,
            title=speech.text("setup.move_title", count=found.tickets),
            submit=speech.text("setup.move_submit", count=found.tickets),
            close=speech.text("setup.keep_terms", count=found.tickets),
            fields=(),
            intro=tuple(lines),
            context={**call.carried, "version": str(desk.policy.version)},
        )
    )


def _effects(found: Preview, speech: Speech) -> list[Part]:
    lines: list[Part] = []
    for clock, how, count in found.in_order:
        kind, agreement = parted(clock) or (clock, None)
        line = speech(f"moving.{how}", clock=speech(f"clock.{kind}"), count=count)
        lines += ["\n", *(line if agreement is None else under(speech, agreement, line))]
    return lines or ["\n", *speech("moving.nothing")]


def _move(call: Call) -> Move:
    return Move(call.desk.organisation_id, call.desk.desk_id, call.desk.policy, call.actor)


async def submit_move(call: Call) -> Answer:
    """The move is wanted: it goes on in the background, in lots, and whoever asked for it is told at the end. The wish
    is on record, so that a start goes on with what another one left."""
    rights.require(call.actor, "setup")
    desk, version = call.desk, call.desk.policy.version
    if call.context.get("version") != str(version):
        return await _offer(call, call.speech("setup.other_version", version=version))
    wish = partial(
        want_move, organisation_id=desk.organisation_id, desk_id=desk.desk_id, version=version, by=call.actor.id
    )
    await desk.write(wish)
    desk.spawn(_move_all(desk, _move(call)))
    return sentence_answer(call.speech("setup.moving"))


async def go_on_moving(desk: DeskRuntime) -> None:
    """Go on with a move of open tickets that was wanted before the last stop and is not done."""
    of_desk = partial(wanted_move, organisation_id=desk.organisation_id, desk_id=desk.desk_id)
    by = await desk.database.read(partial(of_desk, version=desk.policy.version))
    if by is not None:
        actor = desk.actor(by)
        desk.spawn(_move_all(desk, Move(desk.organisation_id, desk.desk_id, desk.policy, actor)))


async def _move_all(desk: DeskRuntime, move: Move) -> None:
    lots, ended = Lots(move, desk.now()), True
    try:
        while lot := await desk.database.read(lots.look):
            await desk.write(partial(lots.record, lot=lot))
    except Exception:
        log.exception("open tickets not moved", moved=lots.moved, version=move.policy.version)
        ended = False

    def end(session: Session) -> None:
        version, now = move.policy.version, desk.now()
        if not end_move(session, desk.organisation_id, desk.desk_id, version):
            return  # another process did it, and has told
        told = Moved(lots.moved, version) if ended else MoveStopped(lots.moved, version)
        key = f"{told.KIND}.{desk.desk_id}.{version}.{now}"
        tell(session, desk.organisation_id, told, move.actor.id, key=key, now=now, platform=desk.platform)

    await desk.write(end)
    log.info("open tickets moved", moved=lots.moved, version=move.policy.version)


def on_other_terms(session: Session, desk: DeskRuntime) -> int:
    """How many open tickets are held by an earlier version of the policy to other terms than those in force."""
    found = open_versions(session, desk.organisation_id, desk.desk_id)
    return sum(
        count for version, count in found.items() if not asks_the_same(desk.policy_of(session, version), desk.policy)
    )


async def greet(desk: DeskRuntime, person: str) -> None:
    """Tell whoever brought Vigie here, or the first admin who shows up, how it is set up: once."""

    def plan(session: Session) -> None:
        key = f"greeting.{desk.desk_id}"
        tell(session, desk.organisation_id, Greeting(), person, key=key, now=desk.now(), platform=desk.platform)

    await desk.write(plan)


SETUP = StandaloneVerb(
    name="setup",
    aliases=("configurer", "réglages", "reglages"),
    button_on=ButtonOn.PAGE | ButtonOn.BESIDE,
    answer=setup,
    press=setup_pressed,
    forms={
        **{
            f"{FORM}{name}": SubmittedForm(submit=partial(submit_part, name=name), first=part.first)
            for name, part in PARTS.items()
        },
        MOVE: SubmittedForm(submit=submit_move, first=None),
    },
)
