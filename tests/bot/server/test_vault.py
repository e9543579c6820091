"""Tokens at rest: unreadable without a key, readable with any key that is still listed, sealed anew with the first, and
good only where they belong."""

from __future__ import annotations

import base64

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from bot.server.vault import TOKENS, MisplacedError, Vault, WrongKeyError, _derived

OLD, NEW = "the key of last year, " * 2, "the key of this year, " * 2
TOKEN, HERE = "xoxb-1-secret", "slack:T1:bot_token"


def test_what_is_sealed_is_not_readable_and_never_the_same_twice() -> None:
    vault = Vault([NEW])
    assert TOKEN not in vault.seal(TOKEN, HERE)
    assert vault.seal(TOKEN, HERE) != vault.seal(TOKEN, HERE)
    assert vault.open(vault.seal(TOKEN, HERE), HERE) == TOKEN


def test_any_listed_key_opens_and_the_first_one_seals() -> None:
    sealed = Vault([OLD]).seal(TOKEN, HERE)
    changing = Vault([NEW, OLD])
    assert changing.open(sealed, HERE) == TOKEN
    assert (changing.is_fresh(sealed), changing.is_fresh(changing.seal(TOKEN, HERE))) == (False, True)
    assert Vault([NEW]).open(changing.seal(TOKEN, HERE), HERE) == TOKEN


@pytest.mark.parametrize("sealed", [Vault([OLD]).seal(TOKEN, HERE), "", "not sealed at all", TOKEN])
def test_without_its_key_it_stays_shut(sealed: str) -> None:
    with pytest.raises(WrongKeyError, match="VIGIE_SECRET_KEY"):
        Vault([NEW]).open(sealed, HERE)


@pytest.mark.parametrize("there", ["slack:T2:bot_token", "slack:T1:refresh_token", "", "slack:T1:bot_token "])
def test_in_another_row_or_column_it_stays_shut(there: str) -> None:
    vault = Vault([NEW])
    with pytest.raises(MisplacedError, match="another workspace"):
        vault.open(vault.seal(TOKEN, HERE), there)


def test_what_an_earlier_vigie_sealed_for_no_place_stays_shut_and_says_what_to_do() -> None:
    before = Fernet(base64.urlsafe_b64encode(_derived(NEW, TOKENS))).encrypt(TOKEN.encode()).decode()
    with pytest.raises(MisplacedError, match="install it there again"):
        Vault([NEW]).open(before, HERE)


def test_a_stamp_is_that_of_a_listed_key() -> None:
    stamped = Vault([OLD]).stamped("17.abc")
    assert Vault([NEW, OLD]).stamped_text(stamped) == "17.abc"
    assert Vault([NEW]).stamped_text(stamped) is None


@given(st.text(max_size=100))
def test_nobody_else_stamps(text: str) -> None:
    vault = Vault([NEW])
    assert vault.stamped_text(text) is None
    assert vault.stamped_text(f"{text}.{'0' * 64}") is None
    mine = vault.stamped("17.abc")
    assert (vault.stamped_text(mine + text) == "17.abc") == (text == "")
