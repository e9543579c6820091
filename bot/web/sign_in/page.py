"""The page on which people sign in, or read why they were not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from aiohttp import web

from bot.web.door import HEADERS
from bot.web.sign_in.errors import STATUS, SignInError
from bot.web.sign_in.providers import PATH, Provider
from bot.web.templates import render
from bot.web.words import html_of
from bot.wording.sentences import Sentence, Typed
from bot.wording.speech import Speech

NO_STORE = {**HEADERS, "Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class Reader:
    """Whoever reads it: nobody knows yet who."""

    #: Their language.
    speech: Speech
    #: `light` or `dark`; empty: as their machine is.
    theme: str


def sign_in_page(
    reader: Reader, providers: Sequence[Provider], path: str, error: SignInError | None, *, label: str = "",
    helpers: Sequence[str] = (), is_out: bool = False,
) -> web.Response:  # fmt: skip
    """The page. `path`: where to go on to; `label`: what the provider is called that did not work; `helpers`: whom to
    ask for a role; `is_out`: they have just signed out."""
    said = _said(reader.speech, error, label, helpers, is_out=is_out)
    ways = [(each.label, f"{PATH}/{each.platform}?{urlencode({'path': path})}") for each in providers]
    text = render(
        "signing-in.html", reader, said=html_of(said) if said else None, is_wrong=error is not None, ways=ways,
        is_again=error is not None,
    )  # fmt: skip
    status = 200 if error is None else STATUS.get(error.why, 400)
    return web.Response(text=text, status=status, content_type="text/html", headers=NO_STORE)


def _said(words: Speech, error: SignInError | None, label: str, helpers: Sequence[str], *, is_out: bool) -> Sentence:
    if error is None:
        return words("sign_in.is_out") if is_out else ()
    if error.why == "nobody" and helpers:
        return words("sign_in.nobody_ask", names=Typed(words.any_of(list(helpers))))
    return words(f"sign_in.{error.why}", provider=label or words.text("sign_in.provider"))
