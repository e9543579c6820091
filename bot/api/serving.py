"""Answering a request of a program: find what it asks for, see who asks, read what was sent, carry it out."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import structlog
from aiohttp import web

from bot.api.ask import Answered, Ask, Param, ParamKind, Route
from bot.api.body import read_body
from bot.api.caller import Caller, Gate
from bot.api.house import PREFIX, House
from bot.api.language import language_of
from bot.api.openapi import document
from bot.api.problem import Problem
from bot.api.routes import routes
from bot.commands.acting import LONGEST_KEY, asked
from bot.commands.given import WrongAnswersError
from bot.verbs.base.verb import TicketVerb
from bot.verbs.new import NEW
from bot.verbs.reading.figures import figure
from bot.verbs.registry import VERBS
from bot.wording.refusals import in_words
from bot.wording.speech import Speech, speech
from storage.database_outages import is_away
from storage.errors import DatabaseBusyError, InDoubtError
from triage.errors import Refusal
from triage.keys import key_of
from triage.scopes import Scope

log = structlog.get_logger(__name__)

DOCUMENT = "/openapi.json"
HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
_KEY = re.compile(rf"[!-~]{{1,{LONGEST_KEY}}}")
#: Refusals that are about who asks, or about what they cannot know of.
_NOT_FOUND = frozenset({"no_such_ticket", "not_yours_to_see"})
_FORBIDDEN = frozenset({"not_allowed", "not_yours", "not_by_program"})


@cache
def _by_path() -> Mapping[str, Mapping[str, Route]]:
    """What can be asked for, by path and method."""
    found: dict[str, dict[str, Route]] = {}
    for route in routes():
        found.setdefault(route.path, {})[route.method] = route
    return found


@dataclass
class Api:
    """Everything under `/api/v1`."""

    #: What the program gives.
    house: House
    _gate: Gate = field(init=False)

    def __post_init__(self) -> None:
        self._gate = Gate(self.house)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """The answer to any request; nothing is raised."""
        try:
            return await self._answer(request)
        except Exception:
            log.exception("what is wrong with a program's request could not be said")
            return Problem(500, "defect").response(speech(language_of("")))

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        accepted = request.headers.get("Accept-Language", "")
        words = speech(language_of(accepted))
        caller: Caller | None = None
        route: Route | None = None
        number = 0
        try:
            path = request.rel_url.raw_path.removeprefix(PREFIX)
            if path == DOCUMENT:
                _must_be(request, {"GET"})
                return _json(await asyncio.to_thread(_document), 200, words, {})
            methods, number = _found(path)
            _must_be(request, methods)
            route = methods["GET" if request.method == "HEAD" else request.method]
            caller = await self._gate.caller(request)
            desk = caller.desk.policy.desk
            words = speech(language_of(accepted, desk.language), desk.timezone)
            _must_have(route, caller, words)
            query = _query(request, route.params)
            body = await read_body(request) if route.takes else {}
            if route.takes == NEW.name:
                self._gate.opens(caller)
            ask = Ask(caller, words, number, query, body, _idempotency(request, caller) if route.takes else "")
            done: Answered = await route.handler(ask)
        except Problem as problem:
            return self._refused(request, problem, words)
        except Refusal as refusal:
            return _in_words(refusal, caller, words, route, number).response(words)
        except WrongAnswersError as error:
            return _wrong(error, words).response(words)
        except Exception as error:
            if isinstance(error, InDoubtError):
                return Problem(503, "in_doubt", headers={"Retry-After": "5"}).response(words)
            if is_away(error) or isinstance(error, DatabaseBusyError):
                return Problem(503, "away", headers={"Retry-After": "5"}).response(words)
            log.exception("a program's request failed")
            return Problem(500, "defect").response(words)
        return _json(done.shape.model_dump_json().encode(), done.status, words, done.headers)

    def _refused(self, request: web.Request, problem: Problem, words: Speech) -> web.Response:
        response = problem.response(words)
        if problem.status in (408, 413):
            self.house.refusals.count("too_large_or_slow_for_a_program")
        if not request.content.is_eof():
            response.force_close()  # nobody reads the rest
        return response


@cache
def _document() -> bytes:
    return json.dumps(document()).encode()


def _json(body: bytes, status: int, words: Speech, headers: Mapping[str, str]) -> web.Response:
    return web.Response(
        body=body, status=status, content_type="application/json",
        headers={**HEADERS, "Content-Language": words.language, **headers},
    )  # fmt: skip


def _found(path: str) -> tuple[Mapping[str, Route], int]:
    """What can be asked for under that path, by method, and the number in it. Raises Problem where that is nothing."""
    parts, number = path.split("/"), 0
    if len(parts) > 2 and parts[1] == "tickets":
        found = figure(parts[2]) if parts[2].isascii() else None
        if not found:
            raise Problem(404, "no_path")
        number, parts[2] = found, "{number}"
    methods = _by_path().get("/".join(parts))
    if methods is None:
        raise Problem(404, "no_path")
    return methods, number


def _must_be(request: web.Request, methods: Mapping[str, object] | set[str]) -> None:
    allowed = sorted({*methods, *({"HEAD"} if "GET" in methods else ())})
    if request.method not in allowed:
        raise Problem(405, "no_method", headers={"Allow": ", ".join(allowed)}, allowed=", ".join(allowed))


def _must_have(route: Route, caller: Caller, words: Speech) -> None:
    if not route.scopes & caller.scopes:
        needs = words.any_of([each.value for each in Scope if each in route.scopes])
        has = words.all_of([each.value for each in Scope if each in caller.key.scopes])
        raise Problem(403, "scope", has=has, needs=needs)


def _query(request: web.Request, params: tuple[Param, ...]) -> dict[str, str]:
    """The parameters of the address, each known, given once, and what it has to be."""
    known, found = {each.name: each for each in params}, {}
    for name, value in request.query.items():
        param = known.get(name)
        if param is None:
            raise Problem(400, "param_unknown", name=name[:60], known=", ".join(known) or "-")
        if name in found:
            raise Problem(400, "param_twice", name=name)
        found[name] = _param(param, value)
    return {**{each.name: each.usual for each in params if each.usual is not None}, **found}


def _param(param: Param, value: str) -> str:
    match param.kind:
        case ParamKind.CHOICE:
            if value not in param.options:
                raise Problem(400, "param_choice", name=param.name, known=", ".join(param.options))
        case ParamKind.NUMBER:
            number = figure(value) if value.isascii() else None
            if number is None or not param.least <= number <= param.most:
                raise Problem(400, "param_number", name=param.name, least=param.least, most=param.most)
            return str(number)
        case ParamKind.TEXT:
            unsound = "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value)
            if unsound or not param.least <= len(value) <= param.most:
                raise Problem(400, "param_text", name=param.name, least=param.least, most=param.most)
    return value


def _idempotency(request: web.Request, caller: Caller) -> str:
    """The idempotency key, such as no other program's is; empty where there is none."""
    said = request.headers.get("Idempotency-Key")
    if said is None:
        return ""
    if not _KEY.fullmatch(said):
        raise Problem(400, "bad_idempotency_key", most=LONGEST_KEY)
    return key_of(caller.actor.id, said)


def _in_words(refusal: Refusal, caller: Caller | None, words: Speech, route: Route | None, number: int) -> Problem:
    """A refusal of the desk's as a problem: in the words of a chat, where its verbs can be typed too."""
    if caller is None or route is None:
        raise TypeError("nobody was let in, and something was decided")
    verb = VERBS.get(route.takes)
    asks = isinstance(verb, TicketVerb) and refusal.code in verb.questions
    if refusal.code in _NOT_FOUND:
        refusal = Refusal("no_such_ticket", number=refusal.values.get("number", number))
    is_of_address = not (number or route.takes)  # nothing was to be done: a parameter names what there is not
    status = 404 if refusal.code == "no_such_ticket" else 403 if refusal.code in _FORBIDDEN else 409
    status = 404 if is_of_address and status == 409 else status
    if number:
        refusal.values.setdefault("number", number)
    stand = replace(asked(caller.desk, caller.actor, words).stand, in_form=is_of_address)
    more: dict[str, Any] = {"sure": str(refusal.values["sure"])} if asks else {}
    return Problem(status, refusal.code, detail=in_words(refusal, stand), more=more)


def _wrong(error: WrongAnswersError, words: Speech) -> Problem:
    errors = [(each.field, each.code, each.in_words(words)) for each in error.wrong]
    return Problem(422, "fields", detail=errors[0][2], errors=errors)
