"""What the platform signs with: its key, the tokens it shows, and the tokens that it takes."""

from __future__ import annotations

import base64
import secrets
import time
from typing import Any, cast

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey, generate_private_key

from bot.stand_in.record import Record
from bot.stand_in.shapes import Json
from bot.teams_emulator.ids import APP_ID, TENANT_ID

LIFE = 3600.0
AUDIENCE = "https://api.botframework.com"
ISSUER = "https://api.botframework.local"
ISSUER_OF_APPS = f"https://sts.local/{TENANT_ID}/"


def key_of(pem: str) -> RSAPrivateKey:
    """The private key that is written so. It is one that was made here, so it is not checked whether it is sound: that
    takes a hundred times as long as to sign."""
    return cast(
        "RSAPrivateKey",
        serialization.load_pem_private_key(pem.encode(), None, unsafe_skip_rsa_key_validation=True),
    )


class Identity:
    """One key and the app's secret, kept in the record; tokens carry the machine's time, whatever the workspace's is,
    for whoever checks them looks at the machine's clock."""

    def __init__(self, record: Record) -> None:
        held = record.get("teams_identity")
        if held is None:
            key = generate_private_key(public_exponent=65537, key_size=2048)
            pem = key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            held = {"key": pem.decode(), "key_id": secrets.token_hex(10), "secret": secrets.token_urlsafe(30)}
            record.set("teams_identity", held)
        #: The private key, as PEM.
        self.signing_key: str = held["key"]
        #: What the header of a token calls the key.
        self.key_id: str = held["key_id"]
        #: With what the app has tokens of its own calls.
        self.client_secret: str = held["secret"]
        self._key = key_of(self.signing_key)
        self._public = self._key.public_key()

    def keys(self) -> Json:
        """The key set, as the Connector publishes it."""
        return {"keys": [{
            "kty": "RSA", "use": "sig", "kid": self.key_id, "x5t": self.key_id, **_numbers(self._public),
            "endorsements": ["msteams"],
        }]}  # fmt: skip

    def sign(self, service_url: str) -> str:
        """The token that comes with an activity."""
        now = time.time()
        return self._signed({"serviceurl": service_url, "nbf": now - 300, "exp": now + LIFE, "iss": ISSUER,
                             "aud": APP_ID})  # fmt: skip

    def token_of_app(self, life: float = LIFE) -> str:
        """A token with which the app may call."""
        now = time.time()
        return self._signed({"aud": AUDIENCE, "iss": ISSUER_OF_APPS, "appid": APP_ID, "tid": TENANT_ID, "iat": now,
                             "nbf": now - 300, "exp": now + life, "ver": "1.0"})  # fmt: skip

    def takes(self, authorization: str) -> bool:
        """Whether a call with this header is the app's."""
        kind, _, token = authorization.partition(" ")
        if kind.lower() != "bearer":
            return False
        try:
            claims = jwt.decode(token.strip(), self._public, ["RS256"], audience=AUDIENCE, issuer=ISSUER_OF_APPS,
                                options={"require": ["exp"]})  # fmt: skip
        except jwt.InvalidTokenError:
            return False
        return claims.get("appid") == APP_ID

    def _signed(self, claims: dict[str, Any]) -> str:
        whole = {name: int(value) if isinstance(value, float) else value for name, value in claims.items()}
        return jwt.encode(whole, self._key, "RS256", {"kid": self.key_id, "x5t": self.key_id})


def _numbers(public: RSAPublicKey) -> Json:
    found = public.public_numbers()
    return {name: _base64(value) for name, value in (("n", found.n), ("e", found.e))}


def _base64(value: int) -> str:
    raw = value.to_bytes((value.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
