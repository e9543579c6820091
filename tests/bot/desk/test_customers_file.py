"""Customers come in by CSV: as spreadsheets write it, every line that cannot be used with its reason."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk.csv_file import UnusableError, look, look_at
from bot.desk.customers_file import doubts_of
from bot.desk.customers_file import read_customers as read_file
from storage.customers import Customer

PLANS = ("gold", "silver")
ACME = Customer("Acme Ltd", "gold", "emea", "fr", is_vip=True, channels=("slack:C0123",), domains=("acme.example",))


def read_customers(text: str, *known: Collection[str]) -> tuple[list[Customer], list[str]]:
    """The customers of that text, and every problem of it."""
    try:
        return read_file(look_at(text), *known)
    except UnusableError as error:
        return [], [str(error)]


@pytest.mark.parametrize(
    "text",
    [
        "name,plan,region,language,vip,channels,domains\nAcme Ltd,gold,emea,fr,yes,C0123,acme.example\n",
        "\ufeffName;Plan;Region;Language;VIP;Channels;Domains\r\nAcme  Ltd; gold;emea;FR;oui;slack:C0123;@ACME.example",
        """sep=;
Nom;Contrat;Région;Langue;VIP;Canaux;Domaines;;
;;;;;;;;
Acme Ltd;gold;emea;Français;VRAI;c0123;acme.example;
""",
        """
,,
Customer Name,Support plan,Region,Language,Is VIP,Channel ID,Email domain
"Acme Ltd",gold,emea,fr-FR,TRUE,https://x.slack.com/archives/C0123,acme.example,,
""".replace("\n", "\r"),
        """
Company\tPlan\tRegion\tLang\tVip\tSlack channels\tDomains
\u00a0Acme\u00a0Ltd\tgold\temea\tfr_FR\toui\t<#C0123|acme>\tacme.example
""",
        'domains,name,vip,plan,language,channels,region\n\n"acme.example","Acme Ltd",x,gold,fr,C0123,emea',
    ],
)
def test_a_customer_is_read_however_the_file_was_saved(text: str) -> None:
    assert read_customers(text, PLANS) == ([ACME], [])


def test_only_the_name_is_needed() -> None:
    found, problems = read_customers("name\nAcme\nGlobex\n", PLANS)
    assert (found, problems) == ([Customer("Acme"), Customer("Globex")], [])


@pytest.mark.parametrize(
    ("platforms", "channels", "refused"),
    [
        ((), ("slack:C0123",), False),
        (("slack",), ("slack:C0123",), False),
        (("slack", "teams"), ("slack:C0123",), False),
        (("teams",), (), True),
    ],
)
def test_an_id_of_slacks_is_no_channel_of_a_desk_that_is_only_in_teams(
    platforms: tuple[str, ...], channels: tuple[str, ...], *, refused: bool
) -> None:
    found, problems = read_customers("name,channels\nAcme,C0123\n", (), (), platforms)
    assert [each.channels for each in found] == ([] if refused else [channels])
    said = ["line 2: C0123 is no channel of Teams; write the link to it (Get link to channel)."]
    assert problems == (said if refused else [])
    [theirs], _ = read_customers("name,channels\nAcme,19:abc@thread.tacv2\n", (), (), platforms)
    assert theirs.channels == ("teams:19:abc@thread.tacv2",)


def test_several_channels_and_domains_stand_in_one_field() -> None:
    [found], _ = read_customers("name,channels,domains\nAcme,C0123; C0456 teams:19:x@thread,a.example b.example\n", ())
    assert found.channels == ("slack:C0123", "slack:C0456", "teams:19:x@thread")
    assert found.domains == ("a.example", "b.example")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "line 1: there is nothing in it"),
        ("plan\ngold\n", "line 1: there is no column `name`"),
        ("name,plans\nAcme,gold\n", "line 1: unknown column `plans`; did you mean `plan`?"),
        ("name,name\nAcme,Acme\n", "line 1: the column `name` is there twice"),
        ("name,plan\nAcme,golt\n", "line 2: there is no plan golt; did you mean gold?"),
        ("name,plan\nAcme,x\n", "line 2: there is no plan x; the policy has gold, silver."),
        ("name,plan\n,gold\n", "line 2: a customer needs a name"),
        (f"name\n{'x' * 121}\n", "line 2: a customer needs a name of up to 120 characters."),
        ("name\nAcme\nACME \n", "line 3: ACME is there twice"),
        ("name\nAcme,gold\n", "line 2: 2 fields, but there are only headings for 1 column."),
        ("name,vip\nAcme,maybe\n", "line 2: vip is maybe; write yes or no."),
        ("name,language\nAcme,de\n", "line 2: language de is not spoken here; write en or fr."),
        ("name,channels\nAcme,#acme\n", "line 2: #acme is not a channel's id"),
        ("name,domains\nAcme,acme\n", "line 2: acme is not a domain"),
        ('name\n"Acme\n', "this is not CSV"),
        ("name,channels\nAcme,C0123\nGlobex,c0123\n", "line 3: slack:C0123 is the channel of Acme already: keep one."),
        ("\n\nname,plans\nAcme,gold\n", "line 3: unknown column `plans`"),
    ],
)
def test_a_line_that_cannot_be_used_says_why(text: str, problem: str) -> None:
    _, problems = read_customers(text, PLANS)
    assert len(problems) == 1
    assert problem in problems[0]


def test_what_is_wrong_with_the_first_line_hides_nothing_of_the_others() -> None:
    found, problems = read_customers("nomme,plans,vip,plan\nAcme,x,maybe,gold\nGlobex,x,no,golt\n", PLANS)
    assert found == []
    assert [problem.partition(";")[0] for problem in problems] == [
        "line 1: there is no column `name`",
        "line 1: unknown column `nomme`",
        "line 1: unknown column `plans`",
        "line 2: vip is maybe",
        "line 3: there is no plan golt",
    ]


def test_every_problem_is_said_at_once() -> None:
    found, problems = read_customers("name,plan\nAcme,golt\nGlobex,gold\nInitech,x\n", PLANS)
    assert ([each.name for each in found], len(problems)) == (["Globex"], 2)


def test_a_region_is_one_of_the_policys_where_it_has_any() -> None:
    text = "name,region\nAcme,apac\nGlobex,EMAE\n"
    found, problems = read_customers(text, PLANS, ("APAC", "EMEA"))
    assert ([each.region for each in found], problems) == (
        ["APAC"], ["line 3: there is no region EMAE; did you mean EMEA?"],
    )  # fmt: skip
    assert [each.region for each in read_customers(text, PLANS)[0]] == ["apac", "EMAE"]


def test_domains_by_which_nobody_is_found_are_doubted() -> None:
    found, problems = read_customers("name,domains\nAcme,a.example gmail.com\nGlobex,a.example b.example\n", PLANS)
    assert problems == []
    assert list(doubts_of(found)) == [
        "a.example is the domain of Acme, Globex: where several have it, it decides nothing.",
        "gmail.com (Acme): anybody may have an address there, so it says nothing of whose somebody is.",
    ]


@given(st.text(max_size=200), st.lists(st.text(max_size=30), max_size=6))
def test_no_text_is_too_odd_to_be_answered(text: str, fields: list[str]) -> None:
    for content in (text, f"name,plan\n{','.join(fields)}\n"):
        found, problems = read_customers(content, PLANS)
        assert all(each.name for each in found)
        assert all(problem.startswith("line ") for problem in problems)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_a_file_is_read_in_whatever_a_spreadsheet_writes(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "customers.csv"
    path.write_bytes("Société;Région\r\nCafé Œuvre;Île-de-France\r\n".encode(encoding))
    assert read_file(look(path), PLANS) == ([Customer("Café Œuvre", region="Île-de-France")], [])


def test_columns_may_be_named_by_whoever_knows_them(tmp_path: Path) -> None:
    file = look_at("Kunde;Stufe;Notiz\nAcme;gold;x\n")
    found, problems = read_file(file, PLANS, chosen={"Kunde": "name", "stufe": "plan", "Notiz": ""})
    assert (found, problems) == ([Customer("Acme", "gold")], [])


@pytest.mark.parametrize("content", [b"PK\x03\x04\x00\x00\xff\x81", b"\xff\x81\x8d name"])
def test_what_is_no_text_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "customers.csv"
    path.write_bytes(content)
    with pytest.raises(UnusableError, match="no text"):
        look(path)


@pytest.mark.parametrize(
    "written",
    [
        "teams:19:0a1b@thread.tacv2", "19:0a1b@thread.tacv2",
        "https://teams.microsoft.com/l/channel/19%3A0a1b%40thread.tacv2/acme?groupId=1-2&tenantId=3-4",
    ],
)  # fmt: skip
def test_a_channel_of_teams_is_its_id_or_the_link_to_it(written: str) -> None:
    (customer,), problems = read_customers(f"name,channels\nAcme,{written} C0ACME\n", ())
    assert problems == []
    assert customer.channels == ("teams:19:0a1b@thread.tacv2", "slack:C0ACME")
