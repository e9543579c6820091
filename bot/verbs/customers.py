"""`customers`: who the desk's customers are, and what is theirs: plan, language, region, channels, email domains."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from sqlmodel import Session

from bot.desk.binding import called
from bot.desk.customers_file import LONGEST_NAME, listed, read_channel, read_domain, read_language, takes_links
from bot.desk.languages import LANGUAGES
from bot.desk.runtime import DeskRuntime
from bot.verbs.base.call import Answer, Call, sentence_answer
from bot.verbs.base.verb import ButtonOn, Records, StandaloneVerb, SubmittedForm, under
from bot.wording.card import Button, Buttons, Card, Cell, Element, Field, FieldKind, Form, Line, Table
from bot.wording.sentences import Sentence, Typed, join, plain
from bot.wording.speech import Speech
from storage.announcements.to_desk import CustomerSet
from storage.announcing import announce
from storage.customers import Customer, customer_key, load_customers, save_customers
from storage.inbox import handle_once
from triage import rights
from triage.errors import Refusal
from triage.keys import id_of, platform_of
from triage.mail_domains import is_public
from triage.policy import Policy

MOST = 40  # customers of one answer
NOBODYS = frozenset({"", "-", "none", "no", "nothing", "aucun", "aucune", "rien", "non"})
YES, NO = "yes", "no"
FIELDS = ("plan", "language", "region", "vip", "channels", "domains")
_WORDS = {
    "plan": "plan", "language": "language", "lang": "language", "langue": "language", "region": "region",
    "région": "region", "vip": "vip", "channel": "channels", "channels": "channels", "canal": "channels",
    "canaux": "channels", "domain": "domains", "domains": "domains", "domaine": "domains", "domaines": "domains",
}  # fmt: skip
_FIELD = re.compile(rf"(?:^|[\s,;])({'|'.join(sorted(_WORDS, key=len, reverse=True))})\b\s*[:=]?", re.IGNORECASE)
_YES = frozenset({"yes", "y", "true", "oui", "o", "vrai", "1"})
_HERE = frozenset({"here", "ici"})


async def customers(call: Call) -> Answer:
    """`customers` lists them; `customers Acme plan gold, language fr` sets what is theirs; `customers Acme` asks."""
    rights.require(call.actor, "customers")
    name, given = _read(call.words)
    if not name:
        return await _all(call)
    if not given:
        return await _form(call, name)
    return await _set(call, name, given)


async def customers_pressed(call: Call) -> Answer:
    """The form, of the customer that the button names; of a new one where it names none."""
    rights.require(call.actor, "customers")
    return await _form(call, call.answers.get("value", ""))


async def submit_customer(call: Call) -> Answer:
    """The form's answers: what is left empty is taken away."""
    rights.require(call.actor, "customers")
    given = {field: call.answers.get(field, "") for field in FIELDS}
    return await _set(call, call.answers.get("name", ""), given)


def _read(words: str) -> tuple[str, dict[str, str]]:
    """A name, and what is said of each field behind it."""
    found = list(_FIELD.finditer(words))
    ends = [*(each.start() for each in found[1:]), len(words)]
    given = {
        _WORDS[each[1].lower()]: words[each.end() : end].strip(" ,;\n") for each, end in zip(found, ends, strict=False)
    }
    return " ".join(words[: found[0].start() if found else len(words)].split()).strip(' ,;"«»'), given


async def _all(call: Call) -> Answer:
    speech, desk = call.speech, call.desk
    known = await desk.database.read(lambda session: load_customers(session, desk.organisation_id))
    if not known:
        new = Buttons((Button("customers", speech.text("button.customers"), 0, 0),))
        said = speech("customers.none", command=call.command)
        return Answer(Card(said, (Line(said), new)))
    heading = speech("customers.count", count=len(known))
    columns = tuple(speech.text(f"customers.{name}") for name in ("name", *FIELDS))
    rows = tuple(
        (Cell((Typed(each.name),)), *(Cell(_said(call.speech, field, each)) for field in FIELDS))
        for each in known[:MOST]
    )
    table = Table(plain(heading), columns, rows)
    elements: list[Element] = [table] if desk.shows_tables else list(table.as_rows())
    if len(known) > MOST:
        elements.append(Line(speech("customers.more", count=len(known) - MOST), small=True))
    how = Line(speech("customers.how", command=call.command), small=True)
    new = Buttons((Button("customers", speech.text("button.customers"), 0, 0),))
    return Answer(Card(heading, (Line(heading), *elements, how, new)))


async def _form(call: Call, name: str) -> Answer:
    speech, desk = call.speech, call.desk
    known = await desk.database.read(lambda session: desk.customers.called(session, name)) if name else None
    now = known or Customer(name[:LONGEST_NAME])
    none = ("", speech.text("customers.nothing"))
    plans = (none, *((plan, plan) for plan in desk.policy.plans))
    languages = (none, *((each, speech.language_name(each)) for each in LANGUAGES))
    regions = (none, *((each, each) for each in desk.policy.desk.regions))
    vip = tuple((value, speech.text(f"customers.vip_{value}")) for value in (NO, YES))
    fields = [
        Field("name", FieldKind.LINE, speech.text("customers.name"), required=True, initial=now.name or None,
              longest=LONGEST_NAME),
        *([_choice(call, "plan", plans, now.plan)] if len(plans) > 1 or now.plan else []),
        _choice(call, "language", languages, now.language),
        *([_choice(call, "region", regions, desk.policy.desk.region_called(now.region))] if len(regions) > 1 else []),
        _choice(call, "vip", vip, YES if now.is_vip else NO),
        *(
            Field(each, FieldKind.LINE, speech.text(f"customers.{each}"), hint=speech.text(f"hint.customers_{each}"),
                  initial=", ".join(getattr(now, each)) or None, longest=1000)
            for each in ("channels", "domains")
        ),
    ]  # fmt: skip
    form = Form(
        verb="customers", title=speech.text("form.customers"), submit=speech.text("button.save"),
        close=speech.text("button.cancel"), fields=tuple(fields),
        context={**call.carried, "asked": " ".join(each.id for each in fields)},
    )  # fmt: skip
    return Answer(form=form)


def _choice(call: Call, name: str, options: tuple[tuple[str, str], ...], initial: str | None) -> Field:
    known = {value for value, _ in options}
    # A platform takes no empty value of a choice: nothing chosen is nothing.
    offered = tuple((value or "-", label) for value, label in options)
    label = call.speech.text(f"customers.{name}")
    return Field(name, FieldKind.CHOICE, label, options=offered, initial=initial if initial in known else "-")


async def _set(call: Call, name: str, given: Mapping[str, str]) -> Answer:
    """Put on record what is given of a customer; the rest stays. The desk is told who changed what."""
    desk, speech = call.desk, call.speech
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise Refusal("customers_needs_name")
    asked = call.context.get("asked")
    if asked is not None:
        given = {field: value for field, value in given.items() if field in asked.split()}
    values: dict[str, Any] = {
        ("is_vip" if field == "vip" else field): _value(call, field, text.strip()) for field, text in given.items()
    }

    def transaction(session: Session) -> tuple[Customer, list[str]]:
        if call.key:
            handle_once(session, desk.organisation_id, call.key, call.now)
        before = desk.customers.called(session, name) or Customer(name)
        after = replace(before, **values)
        others = [each for each in load_customers(session, desk.organisation_id) if each.key != customer_key(name)]
        _must_be_free(after, others)
        changed = [field for field in FIELDS if _of(before, field) != _of(after, field)]
        if changed or desk.customers.called(session, name) is None:
            save_customers(session, desk.organisation_id, [after])
            _tell(session, call, after, changed)
        return after, _shared(after, others)

    after, shared = await desk.write(transaction)
    facts = join([(speech.text(f"customers.{field}"), " ", *_said(speech, field, after)) for field in FIELDS
                  if _of(after, field)], ", ")  # fmt: skip
    said = speech("customers.set", customer=Typed(after.name), facts=facts or speech("customers.nothing"))
    for domain in shared:
        said = (*said, " ", *speech("customers.decides_nothing", domain=Typed(domain)))
    return sentence_answer(said)


def _of(customer: Customer, field: str) -> object:
    return customer.is_vip if field == "vip" else getattr(customer, field)


def _tell(session: Session, call: Call, after: Customer, changed: list[str]) -> None:
    """Say in the desk's channels who changed what of a customer."""
    desk = call.desk
    facts = [[field, plain(_said(call.people.desk_speech, field, after))] for field in changed]
    for channel in desk.channels.own:
        announce(
            session, desk.organisation_id, CustomerSet(call.actor.id, after.name, facts),
            platform=platform_of(channel), channel=channel, now=call.now,
            key=f"put-customer:{call.key or call.now.isoformat()}.{after.key}.{channel}",
        )  # fmt: skip


def _said(speech: Speech, field: str, customer: Customer) -> Sentence:
    """What is on record of a customer in a field; empty: nothing."""
    match field, _of(customer, field):
        case _, None | () | False:
            return ()
        case "vip", _:
            return speech("customers.vip_yes")
        case "language", str(language):
            return (speech.language_name(language),)
        case "channels", tuple(channels):
            return (Typed(", ".join(f"{id_of(each)}" for each in channels)),)
        case _, tuple(several):
            return (Typed(", ".join(several)),)
        case _, value:
            return (Typed(str(value)),)


def _value(call: Call, field: str, text: str) -> Any:
    """What a field becomes. Raises `Refusal` for what it cannot."""
    desk = call.desk
    nothing = text.casefold() in NOBODYS
    match field:
        case "plan":
            return None if nothing else _plan(text, desk.policy)
        case "region":
            return None if nothing else _region(text, desk.policy)
        case "language":
            language = None if nothing else read_language(text)
            if language not in (None, *LANGUAGES):
                raise Refusal("customers_language", language=text[:60])
            return language
        case "vip":
            return text.casefold() in _YES
        case "channels":
            return () if nothing else tuple(dict.fromkeys(_channel(call, desk, each) for each in listed(text)))
        case _:
            return () if nothing else tuple(dict.fromkeys(_domain(each) for each in listed(text)))


def _plan(text: str, policy: Policy) -> str:
    if not policy.plans:
        raise Refusal("customers_no_plans")
    found = _called(text, policy.plans)
    if found is None:
        raise Refusal("customers_plan", value=text[:60], known=", ".join(policy.plans))
    return found


def _region(text: str, policy: Policy) -> str:
    found = _called(text, policy.desk.regions) if policy.desk.regions else text[:60]
    if found is None:
        raise Refusal("customers_region", value=text[:60], known=", ".join(policy.desk.regions))
    return found


def _called(text: str, known: Iterable[str]) -> str | None:
    return next((each for each in known if each.casefold() == text.casefold()), None)


def _channel(call: Call, desk: DeskRuntime, text: str) -> str:
    key = call.channel if text.casefold() in _HERE else read_channel(text, desk.state.bindings)
    if not key and takes_links(desk.state.bindings):
        raise Refusal("customers_channel_link", value=text[:60], platform=called(desk.platform))
    if not key:
        raise Refusal("customers_channel", value=text[:60])
    if key in desk.policy.desk.channels or key in desk.policy.desk.escalation_channels:
        raise Refusal("customers_channel_own", value=id_of(key)[:60])
    return key


def _domain(text: str) -> str:
    domain = read_domain(text)
    if domain is None:
        raise Refusal("customers_domain", value=text[:60])
    return domain


def _must_be_free(customer: Customer, others: Iterable[Customer]) -> None:
    for other in others:
        for channel in customer.channels:
            if channel in other.channels:
                raise Refusal("customers_channel_taken", value=id_of(channel)[:60], customer=other.name)


def _shared(customer: Customer, others: Iterable[Customer]) -> list[str]:
    """Those of a customer's domains by which nobody is found."""
    taken = {domain for other in others for domain in other.domains}
    return [domain for domain in customer.domains if is_public(domain) or domain in taken]


CUSTOMERS = StandaloneVerb(
    name="customers",
    aliases=("clients",),
    button_on=ButtonOn.BESIDE,
    answer=customers,
    press=customers_pressed,
    forms={
        "customers": SubmittedForm(
            submit=submit_customer,
            first="name",
            refused_under=under(
                plan=("customers_plan", "customers_no_plans"), region=("customers_region",),
                language=("customers_language",),
                channels=(
                    "customers_channel", "customers_channel_link", "customers_channel_own", "customers_channel_taken"
                ),
                domains=("customers_domain",),
            ),
        )
    },
    records=Records.WITH_WORDS,
)  # fmt: skip
