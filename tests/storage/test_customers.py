"""Customers on record: found by name however it is written, replaced by a new import, each organisation's own."""

from __future__ import annotations

from functools import partial

from storage.customers import Customer, customer_of_email, find_customer, load_customers, load_plans, save_customers
from storage.database import Database
from tests.factories import Home, make_home

ACME = Customer("Acme Ltd", "gold", "emea", "fr", is_vip=True, channels=("slack:C1",), domains=("acme.example",))
GLOBEX = Customer("Globex")


def test_a_customer_comes_back_as_it_was_saved(database: Database, home: Home) -> None:
    database.write_now(lambda session: save_customers(session, home.organisation_id, [GLOBEX, ACME]))
    assert database.read_now(lambda session: load_customers(session, home.organisation_id)) == [ACME, GLOBEX]


def test_a_second_import_replaces_whoever_has_that_name(database: Database, home: Home) -> None:
    for customers in ([ACME, GLOBEX], [Customer("ACME  ltd", "silver")]):
        database.write_now(partial(save_customers, organisation_id=home.organisation_id, customers=customers))
    found = database.read_now(lambda session: load_customers(session, home.organisation_id))
    assert [(each.name, each.plan) for each in found] == [("ACME  ltd", "silver"), ("Globex", None)]


def test_a_plan_is_found_by_the_customers_name(database: Database, home: Home) -> None:
    other = database.write_now(lambda session: make_home(session, "T2"))
    database.write_now(lambda session: save_customers(session, home.organisation_id, [ACME, GLOBEX]))
    for name, plan in (("acme LTD", "gold"), ("Globex", None), ("Initech", None), (None, None)):
        find = partial(find_customer, name=name)
        found = database.read_now(partial(find, organisation_id=home.organisation_id))
        assert (found.plan if found is not None else None) == plan
        assert database.read_now(lambda session: load_plans(session, home.organisation_id)).held(name)[0] == plan
        assert database.read_now(partial(find, organisation_id=other.organisation_id)) is None


def test_an_address_finds_the_only_customer_who_has_its_domain(database: Database, home: Home) -> None:
    customers = [
        ACME, Customer("Globex", domains=("both.example", "gmail.com", "globex.example")),
        Customer("Initech", domains=("both.example",)),
    ]  # fmt: skip
    database.write_now(lambda session: save_customers(session, home.organisation_id, customers))
    for email, name in (
        ("a@acme.example", "Acme Ltd"), ("a@ACME.example", "Acme Ltd"), ("a@globex.example", "Globex"),
        ("a@both.example", None), ("a@gmail.com", None), ("a@sub.acme.example", None), ("a@cme.example", None),
        ("acme.example@x.example", None), ("", None),
    ):  # fmt: skip
        found = database.read_now(partial(customer_of_email, organisation_id=home.organisation_id, email=email))
        assert (None if found is None else found.name) == name, email
