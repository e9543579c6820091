"""What a provider signs of somebody who signs in: found signed by a key of its own, for us, for this very sign-in, and
now. Anything less lets nobody in."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from bot.web.sign_in.errors import SignInError

ALGORITHM = "RS256"
LEEWAY = 60  # seconds by which two clocks may differ
LONGEST = 20_000  # characters; Slack's have fewer than 3000
LONGEST_LIFE = 86_400  # seconds between when a token was made and when it ends
SHORTEST_KEY = 2048  # bits

Keys = Mapping[str, RSAKey]
"""The keys that a provider signs with, by their ids."""


def keys_in(said: Iterable[Any]) -> Keys:
    """The keys of a key set by which anything of ours can be signed. What is none is left out: it is no reason to turn
    away whoever is signed by another."""
    found: dict[str, RSAKey] = {}
    for each in said:
        if not isinstance(each, dict) or each.get("kty") != "RSA" or each.get("use") not in (None, "sig"):
            continue
        if each.get("alg") not in (None, ALGORITHM) or not isinstance(each.get("kid"), str) or not each["kid"]:
            continue
        try:
            key = RSAKey.import_key({name: each[name] for name in ("kty", "n", "e")})
            if key.raw_value.key_size >= SHORTEST_KEY:
                found[each["kid"]] = key
        except (JoseError, ValueError, TypeError, KeyError):
            continue
    return found


def key_id_of(token: str) -> str:
    """The id of the key that a token says it is signed with. Raises SignInError where it could not be one of ours."""
    header = token.split(".", 1)[0] if len(token) <= LONGEST and token.count(".") == 2 else ""
    try:
        found = json.loads(urlsafe_b64decode(header + "=" * (-len(header) % 4)))
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise SignInError("refused", "no token")
    if found.get("alg") != ALGORITHM:
        raise SignInError("refused", "the token is not signed as it should be")
    if not isinstance(found.get("kid"), str):
        raise SignInError("refused", "the token names no key")
    return str(found["kid"])


def checked(token: str, key: RSAKey, *, issuer: str, client_id: str, nonce: str, now: datetime) -> dict[str, Any]:
    """What the token says, once all of it holds. Raises SignInError."""
    seconds = int(now.timestamp())
    rules = jwt.JWTClaimsRegistry(
        now=seconds, leeway=LEEWAY, iss={"essential": True, "value": issuer}, exp={"essential": True},
        iat={"essential": True}, sub={"essential": True}, nonce={"essential": True, "value": nonce},
    )  # fmt: skip
    try:
        claims = dict(jwt.decode(token, key, algorithms=[ALGORITHM]).claims)
        rules.validate(claims)
    except JoseError as error:
        raise SignInError("refused", f"the token does not hold ({error.error})") from None
    except (ValueError, TypeError, RecursionError, OverflowError):
        raise SignInError("refused", "the token cannot be read") from None
    audience = claims.get("aud")
    if audience not in (client_id, [client_id]) or claims.get("azp") not in (None, client_id):
        raise SignInError("refused", "the token is for somebody else")
    if not 0 < claims["exp"] - claims["iat"] <= LONGEST_LIFE:
        raise SignInError("refused", "the token is good for too long")
    return claims
