"""Outside local mode: whoever has signed in with an account of a person of the desk's, for as long as they are one."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from urllib.parse import urlencode, urlsplit

import aiohttp
import structlog
from aiohttp import web

from bot.desk.runtime import DeskRuntime
from bot.server.refused_requests import Refusals
from bot.server.settings import Settings
from bot.server.strangers import Strangers
from bot.web.door import FIELD, HEADERS, is_of_another_site, is_our_form, our_path
from bot.web.fields import sent_form
from bot.web.frame import PART
from bot.web.gate import NOT_UP
from bot.web.sign_in.asking import Asking, word_of
from bot.web.sign_in.attempt import WITHIN, Attempt, new_attempt, read, written
from bot.web.sign_in.errors import SignInError
from bot.web.sign_in.page import Reader, sign_in_page
from bot.web.sign_in.people import NobodyError, has_role, known, served
from bot.web.sign_in.providers import PATH, SLACK, address_back, providers_of
from bot.web.viewer import Viewer, look_of
from bot.wording.phrase_book import PhraseBook
from bot.wording.speech import speech
from storage.database import Database
from storage.errors import DatabaseBusyError
from storage.installations import installed_workspaces
from storage.oauth_states import consume_state
from storage.web_sessions import (
    LONGEST,
    LONGEST_TOKEN,
    USED_EVERY,
    WebSession,
    begin_session,
    end_session,
    end_sessions_of,
    find_session,
    note_session_used,
)
from triage.keys import platform_of

log = structlog.get_logger(__name__)
LONGEST_CODE = 4000  # characters


def machine_time() -> datetime:
    """Sign-ins run out by the machine's own time, whatever time it is for tickets."""
    return datetime.now(UTC)


def origin_of(address: str) -> str:
    """What browsers send as the origin of the pages at that address: in lower case, without the port that goes without
    saying."""
    parts = urlsplit(address.lower())
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    port = "" if parts.port in {None, 80 if parts.scheme == "http" else 443} else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"


class SignedIn:
    """See `bot.web.gate.Gate`; and the pages by which people come in and go out."""

    def __init__(
        self, settings: Settings, database: Database, http: aiohttp.ClientSession, refusals: Refusals,
        desks: Callable[[], Sequence[DeskRuntime]],
    ) -> None:  # fmt: skip
        self._database = database
        self._refusals = refusals
        self._desks = desks
        self._language = settings.lang
        self._public = settings.public_url or ""
        self._origin = origin_of(self._public)
        self._is_secure = self._origin.startswith("https:")
        # With this beginning no other name of the same domain can set them, and no address without TLS.
        beginning = "__Host-" if self._is_secure else ""
        self._cookie, self._attempt_cookie = f"{beginning}vigie_session", f"{beginning}vigie_sign_in"
        self._askings = {name: Asking(each, http) for name, each in providers_of(settings).items()}
        self._returns = Strangers(settings.trusted_proxies)

    def refusal(self, request: web.Request) -> web.Response | None:
        """See Gate."""
        return self._refusals.refuse("of_another_site", 403) if is_of_another_site(request) else None

    async def admit(self, request: web.Request) -> Viewer | web.StreamResponse:
        """See Gate."""
        if (refused := self.refusal(request)) is not None:
            return refused
        token = self._token(request)
        found = (
            None if token is None else await self._database.read(partial(find_session, token=token, now=machine_time()))
        )
        if token is None or found is None:
            return self._asks_to_sign_in(request)
        desk = served(self._desks(), found.organisation_id, platform_of(found.account), found.desk_id)
        if desk is None:
            return web.Response(text=NOT_UP, status=503, headers=HEADERS)
        viewer = self._viewer(request, desk, found, token)
        if viewer is None:
            await self._database.write(partial(end_session, token=token))
            self._refusals.count("signed_in_without_a_role")
            return self._page(request, NobodyError([]))
        if PART not in request.headers and machine_time() - found.used_at >= USED_EVERY:
            desk.spawn(self._database.write(partial(note_session_used, session_id=found.id, now=machine_time())))
        return viewer

    async def ask(self, request: web.Request) -> web.StreamResponse:
        """`/sign-in`: with whom one can sign in."""
        path = our_path(request.query.get("path", "/"))
        if self._token(request) is not None and isinstance(await self.admit(request), Viewer):
            return self._to(path)
        return self._page(request, None, path=path, is_out="out" in request.query)

    async def leave(self, request: web.Request) -> web.StreamResponse:
        """`/sign-in/slack`: off to the provider."""
        platform, path = request.match_info["platform"], our_path(request.query.get("path", "/"))
        if (refused := self.refusal(request)) is not None:
            return refused
        asking = self._askings.get(platform)
        if asking is None:
            return self._page(request, SignInError("no_such"), path=path)
        attempt = new_attempt(platform, path, machine_time())
        try:
            hint = await self._only_workspace(platform)
            answer = self._to(await asking.address(attempt, address_back(self._public, platform), hint))
        except (SignInError, DatabaseBusyError) as error:
            return self._failed(request, platform, error, path)
        self._set(answer, self._attempt_cookie, written(attempt), int(WITHIN.total_seconds()))
        return answer

    async def come_back(self, request: web.Request) -> web.StreamResponse:
        """`/sign-in/slack/back`: the provider has sent somebody back."""
        platform = request.match_info["platform"]
        attempt = read(request.cookies.get(self._attempt_cookie, ""))
        path = "/" if attempt is None else our_path(attempt.path)
        try:
            account, desk = await self._whose(request, platform, attempt)
            begin = partial(
                begin_session, organisation_id=desk.organisation_id, desk_id=desk.desk_id, account=account,
                now=machine_time(),
            )  # fmt: skip
            token = await self._database.write(begin)
        except (SignInError, DatabaseBusyError) as error:
            is_stale = isinstance(error, SignInError) and error.why == "stale" and self._token(request) is not None
            if is_stale and isinstance(await self.admit(request), Viewer):  # it was another window of theirs
                return self._to(path)
            answer: web.Response = self._failed(request, platform, error, path)
        else:
            log.info("signed in to the desk's pages", account=account)
            if (before := self._token(request)) is not None:  # with this browser nobody else is signed in any more
                await self._database.write(partial(end_session, token=before))
            answer = self._to(path)
            self._set(answer, self._cookie, token, int(LONGEST.total_seconds()))
        self._unset(answer, self._attempt_cookie)
        return answer

    async def go_out(self, request: web.Request) -> web.StreamResponse:
        """`POST /sign-out`: with this browser, or with all of theirs."""
        admitted = await self.admit(request)
        if not isinstance(admitted, Viewer):
            return admitted
        form = await sent_form(request)
        if form is None or not is_our_form(request, str(form.get(FIELD, "")), admitted.session, admitted.origin):
            return web.Response(text="This form was not sent by a page of ours.\n", status=403, headers=HEADERS)
        if form.get("everywhere"):
            desk = admitted.desk
            accounts = desk.directory.accounts_of(admitted.actor.id)
            out = partial(end_sessions_of, organisation_id=desk.organisation_id, accounts=accounts)
            await self._database.write(out)
        else:
            await self._database.write(partial(end_session, token=admitted.session))
        answer = self._to(f"{PATH}?out=1")
        self._unset(answer, self._cookie)
        return answer

    async def _whose(
        self, request: web.Request, platform: str, attempt: Attempt | None
    ) -> tuple[str, DeskRuntime]:  # fmt: skip
        """The account that somebody has signed in with, and the desk where they have a role. Raises SignInError."""
        asking, query, now = self._askings.get(platform), request.query, machine_time()
        if asking is None:
            raise SignInError("no_such")
        if attempt is None or not attempt.is_answered_by(platform, query.get("state", ""), now):
            raise SignInError("stale")
        if not self._returns.let_in(request, time.monotonic()):
            raise SignInError("busy")
        used = partial(consume_state, state=attempt.state, expires_at=attempt.ends_at, now=now)
        if not await self._database.write(used):
            raise SignInError("stale", "it was answered before")
        if "error" in query:
            is_theirs = query["error"] in ("access_denied", "consent_required", "interaction_required")
            raise SignInError("cancelled" if is_theirs else "misconfigured", word_of(query["error"]))
        code = query.get("code", "")
        if not 0 < len(code) <= LONGEST_CODE:
            raise SignInError("stale", "no code")
        claims = await asking.claims(code, attempt, address_back(self._public, platform), now)
        identity = asking.provider.identity(claims)
        if identity is None:
            raise SignInError("elsewhere", "it says nobody of ours")
        return await known(self._database, self._desks(), platform, identity)

    async def _only_workspace(self, platform: str) -> str:
        """The workspace that it must be, where there is but one."""
        if platform != SLACK:
            return ""
        found = await self._database.read(partial(installed_workspaces, platform=platform))
        return next(iter(found)) if len(found) == 1 else ""

    def _viewer(self, request: web.Request, desk: DeskRuntime, found: WebSession, token: str) -> Viewer | None:
        person = desk.directory.person(found.account)
        if not has_role(desk, found.account):
            return None
        words, theme = look_of(request, PhraseBook(desk.directory).reader(person))

        async def holds() -> bool:
            still = await self._database.read(partial(find_session, token=token, now=machine_time()))
            return still is not None and has_role(desk, found.account)

        actor = desk.roster.actor(person)
        return Viewer(desk, actor, words, theme, token, False, self._origin, is_signed_in=True, holds=holds)

    def _token(self, request: web.Request) -> str | None:
        found = request.cookies.get(self._cookie, "")
        return found if 0 < len(found) <= LONGEST_TOKEN and found.isascii() else None

    def _asks_to_sign_in(self, request: web.Request) -> web.StreamResponse:
        looks = request.method in ("GET", "HEAD") and PART not in request.headers and request.path != "/live"
        if not looks:
            return web.Response(text="Sign in first.\n", status=401, headers={**HEADERS, "Cache-Control": "no-store"})
        return self._to(f"{PATH}?{urlencode({'path': our_path(request.path_qs)})}")

    def _failed(
        self, request: web.Request, platform: str, error: SignInError | DatabaseBusyError, path: str
    ) -> web.Response:
        if isinstance(error, DatabaseBusyError):
            error = SignInError("not_up", "the database does not answer")
        self._refusals.count(f"sign_in_{error.why}")
        if error.why in ("unreachable", "misconfigured", "refused"):
            log.warning("nobody signed in", platform=platform, reason=str(error))
        return self._page(request, error, path=path, platform=platform)

    def _page(
        self, request: web.Request, error: SignInError | None, *, path: str = "/", platform: str = "",
        is_out: bool = False,
    ) -> web.Response:  # fmt: skip
        words, theme = look_of(request, speech(self._language))
        providers = [each.provider for each in self._askings.values()]
        label = next((each.label for each in providers if each.platform == platform), "")
        helpers = error.helpers if isinstance(error, NobodyError) else []
        return sign_in_page(Reader(words, theme), providers, path, error, label=label, helpers=helpers, is_out=is_out)

    @staticmethod
    def _to(address: str) -> web.Response:
        return web.Response(status=303, headers={**HEADERS, "Cache-Control": "no-store", "Location": address})

    def _set(self, answer: web.Response, name: str, value: str, seconds: int) -> None:
        answer.set_cookie(
            name, value, max_age=seconds, httponly=True, samesite="Lax", secure=self._is_secure, path="/"
        )  # fmt: skip

    def _unset(self, answer: web.Response, name: str) -> None:
        answer.del_cookie(name, path="/", httponly=True, samesite="Lax", secure=self._is_secure)
