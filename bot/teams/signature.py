"""Whether a request carries a token that the Bot Connector signed for us: checked before the body is read.

Stricter than the SDK, which asks again when an activity is handed to it: a token that never expires is refused, and so
is one of Entra's, whoever asked for it. Time is the machine's own, as in whatever concerns signatures.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt
from multidict import CIMultiDictProxy

LEEWAY_SECONDS = 300  # that a token may be past its time: clocks differ
LONGEST = 4096  # characters; Teams' own have fewer than 2000
LONGEST_KEY_ID = 200
_TOKEN = re.compile(r"[Bb]earer ([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)")
_WRONG = (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError, AttributeError, LookupError)


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs what is for us."""

    #: What the Bot Connector calls itself in its tokens.
    issuer: str
    #: The id of our app, which every token has to be for.
    app_id: str


def token_of(headers: CIMultiDictProxy[str]) -> str | None:
    """The token that a request carries; None where it has none, several, or something else in its place."""
    given = headers.getall("Authorization", [])
    if len(given) != 1 or len(given[0]) > LONGEST:
        return None
    match = _TOKEN.fullmatch(given[0])
    return None if match is None else match[1]


def key_id_of(token: str) -> str | None:
    """The id of the key that a token says it was signed with; None where it could not be one of the Connector's."""
    try:
        header: Mapping[str, Any] = jwt.get_unverified_header(token)
    except _WRONG:
        return None
    key_id = header.get("kid")
    if header.get("alg") != "RS256" or not isinstance(key_id, str) or not 0 < len(key_id) <= LONGEST_KEY_ID:
        return None
    return key_id


def service_url_of(token: str, key: jwt.PyJWK, signer: Signer) -> str | None:
    """The address at which whoever signed this token takes answers; None where it is not a token for us, signed with
    that key and in force."""
    try:
        claims: Mapping[str, Any] = jwt.decode(
            token,
            key.key,
            algorithms=["RS256"],
            audience=signer.app_id,
            issuer=signer.issuer,
            leeway=LEEWAY_SECONDS,
            options={"require": ["exp", "iss", "aud"]},
        )
    except _WRONG:
        return None
    service_url = claims.get("serviceurl")
    return service_url if isinstance(service_url, str) and service_url else None
