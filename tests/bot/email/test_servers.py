"""The settings of a mailbox: what suffices, and what is said of what does not."""

from __future__ import annotations

from typing import Any

import pytest

from bot.email.servers import account_of
from bot.server.settings import ConfigError, Settings

WHOLE = {
    "VIGIE_EMAIL_ADDRESS": "Support@Desk.example", "VIGIE_EMAIL_IMAP": "imaps://mail.desk.example",
    "VIGIE_EMAIL_SMTP": "smtp://me@mail.desk.example:2587", "VIGIE_EMAIL_PASSWORD": "a secret",
}  # fmt: skip


def settings(**changed: Any) -> Settings:
    return Settings(**{name: value for name, value in {**WHOLE, **changed}.items() if value is not None})


def test_ports_and_names_are_the_usual_ones_unless_they_are_given() -> None:
    found = account_of(settings())
    assert found.address == "support@desk.example"
    assert (found.incoming.port, found.incoming.user) == (993, "support@desk.example")
    assert (found.outgoing.port, found.outgoing.user) == (2587, "me")
    assert "a secret" not in repr(found)


WRONG = [
    ({"VIGIE_EMAIL_SMTP": None}, "VIGIE_EMAIL_SMTP"),
    ({"VIGIE_EMAIL_PASSWORD": None, "VIGIE_EMAIL_IMAP": None}, "VIGIE_EMAIL_IMAP and VIGIE_EMAIL_PASSWORD"),
    ({"VIGIE_EMAIL_ADDRESS": "support"}, "support@desk.example"),
    ({"VIGIE_EMAIL_IMAP": "mail.desk.example"}, "imaps://"),
    ({"VIGIE_EMAIL_IMAP": "https://mail.desk.example"}, "imaps://"),
    ({"VIGIE_EMAIL_SMTP": "smtp://mail.desk.example:port"}, "smtps://"),
    ({"VIGIE_EMAIL_SMTP": "smtp://me:secret@mail.desk.example"}, "VIGIE_EMAIL_PASSWORD"),
]


@pytest.mark.parametrize(("changed", "named"), WRONG)
def test_what_does_not_suffice_is_said_in_one_line(changed: dict[str, Any], named: str) -> None:
    with pytest.raises(ConfigError, match=named) as told:
        account_of(settings(**changed))
    assert "secret" not in str(told.value)
