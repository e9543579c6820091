"""The token that a request carries, and what we ask of it besides the SDK, which then finds out whether it is signed.

The SDK takes more than Teams sends: a token that never expires, and one of Entra's for another service of Microsoft's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt
from multidict import CIMultiDictProxy

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


def service_url_in(token: str, signer: Signer) -> str | None:
    """The address at which whoever signed this token takes answers, as it says itself: it may be made up, until the SDK
    has found it signed. None where it does not say what we ask for besides the SDK: that it is the Connector's, for us
    alone, and ends some day."""
    try:
        claims: Mapping[str, Any] = jwt.decode(token, options={"verify_signature": False})
    except _WRONG:
        return None
    service_url, audience = claims.get("serviceurl"), claims.get("aud")
    is_for_us = audience in (signer.app_id, [signer.app_id])
    if claims.get("iss") != signer.issuer or not is_for_us or type(claims.get("exp")) is not int:
        return None
    return service_url if isinstance(service_url, str) and service_url else None
