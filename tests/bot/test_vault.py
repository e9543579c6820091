"""Tokens at rest: unreadable without a key, readable with any key that is still listed, sealed anew with the first."""

from __future__ import annotations

import pytest

from bot.vault import Vault, WrongKeyError

OLD, NEW = "the key of last year, " * 2, "the key of this year, " * 2
TOKEN = "xoxb-1-secret"


def test_what_is_sealed_is_not_readable_and_never_the_same_twice() -> None:
    vault = Vault([NEW])
    assert TOKEN not in vault.seal(TOKEN)
    assert vault.seal(TOKEN) != vault.seal(TOKEN)
    assert vault.open(vault.seal(TOKEN)) == TOKEN


def test_any_listed_key_opens_and_the_first_one_seals() -> None:
    sealed = Vault([OLD]).seal(TOKEN)
    changing = Vault([NEW, OLD])
    assert changing.open(sealed) == TOKEN
    assert (changing.is_fresh(sealed), changing.is_fresh(changing.seal(TOKEN))) == (False, True)
    assert Vault([NEW]).open(changing.seal(TOKEN)) == TOKEN


@pytest.mark.parametrize("sealed", [Vault([OLD]).seal(TOKEN), "", "not sealed at all", TOKEN])
def test_without_its_key_it_stays_shut(sealed: str) -> None:
    with pytest.raises(WrongKeyError, match="VIGIE_SECRET_KEY"):
        Vault([NEW]).open(sealed)
