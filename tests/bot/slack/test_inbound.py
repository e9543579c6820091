"""What Slack sends is taken for what the person typed, pressed or filled in: nothing is lost, nothing is made up."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk.binding import Binding
from bot.desk.directory import Directory
from bot.desk.now import Now
from bot.desk.runtime import DeskRuntime
from bot.desk.state import DeskState
from bot.slack import inbound
from bot.slack.inbound import button_call, command_call, form_call, pressed_verb, shortcut_call
from bot.slack.inbound_messages import (
    deletion_of,
    edit_of,
    mention_call,
    message_of,
    permalink,
    post_of,
    reaction_of,
    user_behind,
)
from bot.slack.render import render_message
from bot.slack.words import as_typed, mentioned_in
from bot.slack_emulator.text import escape, typed
from bot.slack_emulator.workspace_people import ANA, BENOIT, CARLA, GROUP
from bot.verbs.base.call import Mentioned, Reply
from bot.wording.card import Card, Quote
from storage.accounts import Account
from storage.database import Database
from storage.groups import Group
from tests.bot.samples import POLICY
from tests.bot.slack.limits import shown
from triage.desk import Roles
from triage.people import Role
from triage.policy import Policy
from triage.text import checked

NAMES = {person.id: person.name for person in (ANA, BENOIT, CARLA)} | {GROUP["id"]: GROUP["handle"]}
Json = dict[str, Any]


def desk(policy: Policy = POLICY) -> DeskRuntime:
    """A desk whose people are those of the local workspace; its database is never asked."""
    people = [
        Account(f"slack:{p.id}", p.name, p.tz, None if p.external else p.locale, is_external=p.external)
        for p in (ANA, BENOIT, CARLA)
    ]
    policy = replace(policy, roles=Roles(agents=(f"slack:{ANA.id}", f"slack:{BENOIT.id}")))
    people.append(Account("slack:U0ROBOT", "Robot", is_bot=True))
    groups = {(key := f"slack:{GROUP['id']}"): Group(key, GROUP["handle"])}
    directory = Directory(policy, {account.key: account for account in people}, groups=groups)
    link = partial(permalink, "https://acme-isp.slack.com/")
    return DeskRuntime(1, 1, Binding("slack", link=link), cast("Database", None), Now(), DeskState(policy, directory))


DESK = desk()


# -- text ------------------------------------------------------------------------------------------------------------

# What Slack sends, and what the person typed or meant.
SENT = [
    ("plain words", "plain words"),
    ("A &amp; B &lt; C &gt; D", "A & B < C > D"),
    ("&amp;amp; &amp;lt;", "&amp; &lt;"),
    ("&lt;!channel&gt; &lt;@U123&gt;", "<!channel> <@U123>"),
    (f"ask <@{ANA.id}>", "ask @Ana Reyes"),
    (f"ask <@{ANA.id}|ana>", "ask @Ana Reyes"),
    ("ask <@U0NOBODY|nobody>", "ask @nobody"),
    ("ask <@U0NOBODY>", "ask @U0NOBODY"),
    ("in <#C123|desk>", "in #desk"),
    ("in <#C123|>", "in #C123"),  # a private channel comes without its name
    (f"<!subteam^{GROUP['id']}|@netops>", "@netops"),
    (f"<!subteam^{GROUP['id']}>", "@netops"),  # Slack mostly sends no label
    ("<!subteam^S0UNKNOWN>", "@S0UNKNOWN"),
    ("<!subteam^S0UNKNOWN|@oncall>", "@oncall"),
    ("<!here> <!channel|channel> <!everyone>", "@here @channel @everyone"),
    ("<!date^1800000000^{time}|at noon>", "at noon"),
    ("see <https://x.example/a?b=1&amp;c=2>.", "see https://x.example/a?b=1&c=2."),
    ("<http://portal.acme.com|portal.acme.com> is down", "portal.acme.com is down"),
    ("<mailto:ana@x.example|ana@x.example>", "ana@x.example"),
    ("<mailto:ana@x.example>", "ana@x.example"),
    ("*bold* _it_ `code` :eyes:", "*bold* _it_ `code` :eyes:"),
    ("<> < >", "<> < >"),
    ("", ""),
]


@pytest.mark.parametrize(("sent", "meant"), SENT)
def test_slacks_text_is_read_as_it_was_typed(sent: str, meant: str) -> None:
    assert as_typed(sent, lambda user: NAMES.get(user, "")) == meant


@given(st.text())
def test_escaped_text_comes_back_as_it_was_typed(text: str) -> None:
    assert as_typed(escape(text)) == text


def client(text: str) -> str:
    """What Slack's own client makes of typed text."""
    return typed(text, lambda name: f"<#C0{name.upper()}|{name}>", own_mention=False)


@given(st.text(alphabet="<>!@#&|^U abchelr\n`:/.;*_~=?(){}\"'é🙂ש", max_size=60))
def test_what_the_client_makes_of_typed_text_is_undone(text: str) -> None:
    """Whatever a person types that names nobody: tokens, entities and addresses come back letter for letter."""
    assert as_typed(client(text)) == text


ROUND_TRIPS = [
    "<!channel> <@U123> <http://x|y>",
    "see https://x.example/a?b=1&c=2 and portal.acme.com or ana@vigie.example.com",
    "@here @channel #desk",
    "&amp; &lt;b&gt; <b>",
    "*bold* `@ana <x>` :eyes:",
]


@pytest.mark.parametrize("text", ROUND_TRIPS)
def test_text_survives_the_whole_way_from_the_keyboard_to_the_card(text: str) -> None:
    assert as_typed(client(text)) == text
    blocks = render_message(Card(("x",), (Quote(checked(as_typed(client(text)))),)))["blocks"]
    assert shown(blocks) == text


def test_a_name_that_looks_like_markup_is_only_a_name() -> None:
    assert as_typed(f"<@{ANA.id}>", lambda _: "<!channel> &amp;") == "@<!channel> &amp;"


# What Slack sends, and who is meant by the mentions as they then stand in the words.
MENTIONS: list[tuple[str, dict[str, Mentioned | None]]] = [
    (f"assign 42 <@{ANA.id}|ana> and <@{BENOIT.id}>",
     {"@Ana Reyes": Mentioned(f"slack:{ANA.id}"), "@Benoît Girard": Mentioned(f"slack:{BENOIT.id}")}),
    (f"<@{ANA.id}> <@{ANA.id}>", {"@Ana Reyes": Mentioned(f"slack:{ANA.id}")}),
    ("<@U0NOBODY>", {"@U0NOBODY": Mentioned("slack:U0NOBODY")}),
    (f"<!subteam^{GROUP['id']}|@netops>", {"@netops": Mentioned(f"slack:{GROUP['id']}", is_group=True)}),
    (f"<!subteam^{GROUP['id']}>", {"@netops": Mentioned(f"slack:{GROUP['id']}", is_group=True)}),
    (f"<!subteam^{GROUP['id']}> <!subteam^S2|netops>", {"@netops": None}),
    (f"&lt;@{ANA.id}&gt; @Ana Reyes <!channel> <#C1|desk>", {}),
]  # fmt: skip


@pytest.mark.parametrize(("sent", "meant"), MENTIONS)
def test_whom_a_mention_means_is_known_by_id_and_only_where_slack_says_that_it_is_one(
    sent: str, meant: dict[str, Mentioned | None]
) -> None:
    assert mentioned_in(DESK, sent) == meant
    call = command_call(DESK, {**COMMAND, "text": sent})
    assert call.mentioned == meant
    assert all(name in call.words for name in call.mentioned)


# -- commands --------------------------------------------------------------------------------------------------------

COMMAND: Json = {
    "command": "/ticket", "text": "update 42 &lt;!here&gt; &amp; more", "user_id": ANA.id, "channel_id": "CDESK",
    "trigger_id": "1.2.abc", "team_id": "T1", "response_url": "http://127.0.0.1/",
}  # fmt: skip


def test_a_command_is_read_with_who_where_and_in_which_language() -> None:
    call = command_call(DESK, {**COMMAND, "user_id": BENOIT.id})
    assert call.words == "update 42 <!here> & more"
    assert call.actor.id == f"slack:{BENOIT.id}"
    assert call.actor.roles == {Role.AGENT}
    assert (call.channel, call.number, call.reply) == ("slack:CDESK", None, Reply.AT_ONCE)
    assert call.speech.language == "fr"
    assert call.speech.clock(datetime(2026, 3, 2, 10, tzinfo=UTC)) == "lun. 2 mars 11:00 CET"


def test_somebody_from_outside_is_a_customer_and_is_spoken_to_in_the_desks_language() -> None:
    call = command_call(DESK, {**COMMAND, "user_id": CARLA.id})
    assert call.actor.roles == {Role.CUSTOMER}
    assert call.speech.language == POLICY.desk.language


def test_the_same_request_is_one_act_and_another_is_another() -> None:
    key = command_call(DESK, COMMAND).key
    assert key == command_call(DESK, dict(COMMAND)).key
    others = ({"trigger_id": "1.2.abd"}, {"text": "update 42 other"}, {"user_id": BENOIT.id}, {"channel_id": "C2"})
    assert len({key} | {command_call(DESK, {**COMMAND, **other}).key for other in others}) == 5


def test_without_a_trigger_a_command_is_never_taken_for_a_repeated_one() -> None:
    assert command_call(DESK, {"user_id": ANA.id}).key == ""
    assert command_call(DESK, {"user_id": ANA.id}).words == ""


# -- buttons and forms -----------------------------------------------------------------------------------------------


def pressed(value: object, action_id: str = "ticket.take", **more: Any) -> Json:
    return {"action_id": action_id, "type": "button", "value": value, **more}


BODY: Json = {"user": {"id": ANA.id}, "channel": {"id": "CDESK"}, "trigger_id": "1.2.abc"}


def test_a_button_says_which_ticket_and_is_one_act_per_version_of_the_card() -> None:
    value = json.dumps({"number": 42, "version": 7, "value": ""})
    call = button_call(DESK, BODY, pressed(value))
    assert (call.number, call.channel, call.answers) == (42, "slack:CDESK", {"value": ""})
    assert call.key == button_call(DESK, BODY, pressed(value)).key
    newer = json.dumps({"number": 42, "version": 8, "value": ""})
    assert call.key != button_call(DESK, BODY, pressed(newer)).key
    assert call.key != button_call(DESK, BODY, pressed(value, "ticket.update")).key
    assert call.key != button_call(DESK, {**BODY, "user": {"id": BENOIT.id}}, pressed(value)).key


def test_what_no_database_takes_is_left_out_of_what_a_button_carries() -> None:
    call = button_call(DESK, BODY, pressed(json.dumps({"number": 42, "version": "\ud800", "value": "1\ud800\x00"})))
    assert call.answers == {"value": "1"}
    assert call.key == button_call(DESK, BODY, pressed(json.dumps({"number": 42, "version": "", "value": "1"}))).key


def test_a_button_may_narrow_its_verb() -> None:
    value = json.dumps({"number": 42, "version": 7, "value": "1.impact"})
    assert button_call(DESK, BODY, pressed(value, "ticket.reason.1.impact")).answers == {"value": "1.impact"}
    chosen = pressed(None, selected_option={"value": value})
    assert button_call(DESK, BODY, chosen).number == 42


@pytest.mark.parametrize("value", [None, "", "42", "{", "[]", "null", '{"number": "42"}', '{"number": null}', '"x"'])
def test_a_button_that_says_nonsense_names_no_ticket(value: str | None) -> None:
    call = button_call(DESK, {"user": {"id": ANA.id}}, pressed(value))
    assert call.number is None
    assert call.channel == ""


def test_a_form_comes_back_with_its_ticket_and_answers() -> None:
    view = {
        "id": "V1", "callback_id": "ticket.wait",
        "private_metadata": json.dumps({"number": "42", "channel": "slack:CDESK"}),
        "state": {"values": {
            "what": {"value": {"type": "static_select", "selected_option": {"value": "vendor"}}},
            "text": {"value": {"type": "plain_text_input", "value": "<!channel> &amp; *x*"}},
            "until": {"value": {"type": "datetimepicker", "selected_date_time": 1800000000}},
        }},
    }  # fmt: skip
    call = form_call(DESK, {"user": {"id": ANA.id}, "view": view})
    # Slack does not escape what is typed into a form: it is taken as it stands.
    assert call.answers == {"what": "vendor", "text": "<!channel> &amp; *x*", "until": "1800000000"}
    assert (call.number, call.channel, call.key, call.reply) == (42, "slack:CDESK", "view:V1", Reply.AS_POSTED)


@pytest.mark.parametrize("context", [None, "", "{", "[1]", '{"number": "-1"}', '{"number": ""}', '{"number": [1]}'])
def test_a_form_without_a_sound_context_names_no_ticket(context: str | None) -> None:
    call = form_call(DESK, {"user": {"id": ANA.id}, "view": {"id": "V1", "private_metadata": context}})
    assert (call.number, call.answers) == (None, {})


def test_what_is_picked_in_a_menu_is_a_button_of_that_verb() -> None:
    chosen = json.dumps({"number": 42, "version": 7, "verb": "take-back"})
    action = {"type": "overflow", "action_id": "ticket.menu", "selected_option": {"value": chosen}}
    call = button_call(DESK, {"user": {"id": ANA.id}, "channel": {"id": "CDESK"}}, action)
    assert pressed_verb(action) == "take-back"
    assert (call.number, call.key) == (42, f"button:42:take-back:7::{ANA.id}")


@pytest.mark.parametrize("value", ["", "{}", "[]", "no json", '{"verb": 7, "number": "x"}'])
def test_a_menu_of_another_release_names_no_ticket(value: str) -> None:
    action = {"type": "overflow", "action_id": "ticket.menu", "selected_option": {"value": value}}
    assert button_call(DESK, {"user": {"id": ANA.id}}, action).number is None
    assert isinstance(pressed_verb(action), str)


# -- shortcuts -------------------------------------------------------------------------------------------------------

ON_MESSAGE: Json = {
    "type": "message_action", "callback_id": "ticket.create", "user": {"id": ANA.id}, "channel": {"id": "CACME"},
    "team": {"id": "T1", "domain": "acme-isp"},
    "message": {"user": CARLA.id, "ts": "1772445905.000200", "text": "It is &lt;down&gt;\nsince 08:15"},
}  # fmt: skip


def test_a_shortcut_on_a_message_takes_its_author_time_text_and_address_along() -> None:
    source = shortcut_call(DESK, ON_MESSAGE).source
    assert source is not None
    assert (source.author, source.channel, source.message_id) == (
        f"slack:{CARLA.id}",
        "slack:CACME",
        "1772445905.000200",
    )
    assert source.root_id == source.message_id
    assert source.at == datetime(2026, 3, 2, 10, 5, 5, 200, tzinfo=UTC)
    link = "https://acme-isp.slack.com/archives/CACME/p1772445905000200"
    assert (source.summary, source.description, source.link) == ("It is <down>", "since 08:15", link)


def on_message(**changes: Any) -> Json:
    return {**ON_MESSAGE, "message": {**ON_MESSAGE["message"], **changes}}


def test_a_reply_leads_to_its_thread() -> None:
    source = shortcut_call(DESK, on_message(thread_ts="1772445600.000100")).source
    assert source is not None
    assert source.root_id == "1772445600.000100"
    assert source.link.endswith("?thread_ts=1772445600.000100&cid=CACME")


def test_what_a_bot_wrote_is_nobodys_report_and_reads_like_its_attachments() -> None:
    alarm = {"fallback": "port 3 down"}
    source = shortcut_call(DESK, on_message(bot_id="B1", user="U0ROBOT", text="", attachments=[alarm, None])).source
    assert source is not None
    assert (source.author, source.summary) == (None, "port 3 down")


def test_files_are_kept_by_name_and_address() -> None:
    files = [{"name": "trace.txt", "permalink": "https://x.slack.com/files/1"}, {"file_access": "check_file_info"}, 3]
    source = shortcut_call(DESK, on_message(files=files)).source
    assert source is not None
    assert source.text == "It is <down>\nsince 08:15\ntrace.txt https://x.slack.com/files/1\n(a file)"


@pytest.mark.parametrize("body", [{}, {"channel": None, "team": None, "message": None}, {"message": {"text": "x"}}])
def test_a_shortcut_without_a_message_is_about_none(body: Json) -> None:
    call = shortcut_call(DESK, {"user": {"id": ANA.id}, **body})
    assert (call.source, call.channel) == (None, "")


def test_a_form_brings_its_message_back_by_ids_and_instant_alone() -> None:
    source = shortcut_call(DESK, ON_MESSAGE).source
    assert source is not None
    context = {"channel": "slack:CACME", **source.to_context()}
    view = {"id": "V1", "private_metadata": json.dumps(context), "state": {}}
    again = form_call(DESK, {"user": {"id": ANA.id}, "view": view}).source
    assert again == replace(source, text="", link="")


@pytest.mark.parametrize(
    "ids",
    [
        {"message": "1; DROP"}, {"thread": "x"}, {"message": "9" * 40}, {"channel": ""}, {"at": ""}, {"at": "soon"},
        {"at": "2026-03-02T10:05:05"},
    ],
)  # fmt: skip
def test_a_form_with_unsound_ids_is_about_no_message(ids: Json) -> None:
    context = {
        "channel": "slack:CACME",
        "message": "1772445905.000200",
        "thread": "1772445905.000200",
        "author": "",
        "at": "2026-03-02T10:05:05+00:00",
        **ids,
    }
    view = {"id": "V1", "private_metadata": json.dumps(context), "state": {}}
    assert form_call(DESK, {"user": {"id": ANA.id}, "view": view}).source is None


# -- reactions and messages ------------------------------------------------------------------------------------------

REACTION: Json = {
    "event_id": "Ev1",
    "event": {"type": "reaction_added", "user": ANA.id, "reaction": "eyes", "event_ts": "2.0",
              "item": {"type": "message", "channel": "CDESK", "ts": "1.000100"}},
}  # fmt: skip


def test_a_reaction_is_read_with_its_message() -> None:
    reaction = reaction_of(DESK, REACTION)
    assert reaction is not None
    assert (reaction.person, reaction.name, reaction.added) == (f"slack:{ANA.id}", "eyes", True)
    assert (reaction.channel, reaction.message_id, reaction.event_id) == ("slack:CDESK", "1.000100", "Ev1")
    removed = reaction_of(DESK, {**REACTION, "event": {**REACTION["event"], "type": "reaction_removed"}})
    assert removed is not None
    assert not removed.added


@pytest.mark.parametrize("item", [{"type": "file", "file": "F1"}, {}, None])
def test_a_reaction_on_something_else_is_none_of_ours(item: Json | None) -> None:
    assert reaction_of(DESK, {**REACTION, "event": {**REACTION["event"], "item": item}}) is None


MESSAGE: Json = {
    "type": "message", "user": CARLA.id, "channel": "CACME", "ts": "1772445905.000200",
    "thread_ts": "1772445600.000100", "text": f"<@{ANA.id}> it is &lt;down&gt; &amp; out",
}  # fmt: skip


def test_a_message_in_a_thread_is_read_with_its_own_time() -> None:
    message = message_of(DESK, {"event_id": "Ev2", "event": MESSAGE})
    assert message is not None
    assert message.text == "@Ana Reyes it is <down> & out"
    assert (message.person, message.channel, message.root_id) == (
        f"slack:{CARLA.id}",
        "slack:CACME",
        "1772445600.000100",
    )
    assert message.at == datetime(2026, 3, 2, 10, 5, 5, 200, tzinfo=UTC)


NOT_HEARD: list[tuple[str, Json]] = [
    ("without its time", {"ts": None}),
    ("in no channel", {"channel": None}),
    ("an app's", {"bot_id": "B1", "user": "U0ROBOT"}),
    ("an app's user's", {"user": "U0ROBOT"}),
    ("through an app, of whom nobody knows that they are a person", {"bot_id": "B1", "user": "U0NOBODY"}),
    ("Slackbot's", {"user": "USLACKBOT"}),
    ("an edit", {"subtype": "message_changed"}),
    ("a deletion", {"subtype": "message_deleted"}),
    ("somebody joined", {"subtype": "channel_join"}),
    ("nobody's", {"user": None}),
]


@pytest.mark.parametrize(("what", "changes"), NOT_HEARD)
def test_only_what_people_write_is_heard(what: str, changes: Json) -> None:
    assert message_of(DESK, {"event": {**MESSAGE, **changes}}) is None, what


@pytest.mark.parametrize("thread_ts", [None, MESSAGE["ts"]])
def test_a_message_outside_threads_carries_its_own(thread_ts: str | None) -> None:
    message = message_of(DESK, {"event": {**MESSAGE, "thread_ts": thread_ts}})
    assert message is not None
    assert message.root_id == message.message_id == MESSAGE["ts"]


@pytest.mark.parametrize("subtype", [None, "thread_broadcast", "file_share", "me_message", "of_next_year"])
def test_whatever_slack_calls_it_what_somebody_says_is_heard(subtype: str | None) -> None:
    message = message_of(DESK, {"event": {**MESSAGE, "subtype": subtype}})
    assert message is not None
    assert message.text == "@Ana Reyes it is <down> & out"


@pytest.mark.parametrize("subtype", [None, "bot_message"])
def test_what_somebody_writes_through_an_app_is_theirs(subtype: str | None) -> None:
    event = {**MESSAGE, "user": ANA.id, "bot_id": "B1", "app_id": "A1", "subtype": subtype}
    message = message_of(DESK, {"event": event})
    assert message is not None
    assert message.person == f"slack:{ANA.id}"
    assert post_of(DESK, {"event": event}, "UBOT") is None
    assert user_behind({"event": event}) == ANA.id


def test_a_comment_on_a_file_is_its_authors_with_the_file() -> None:
    comment = {"comment": {"user": CARLA.id, "comment": "see line 3"}, "file": {"name": "trace.txt"}, "user": None}
    message = message_of(DESK, {"event": {**MESSAGE, "subtype": "file_comment", "text": "commented", **comment}})
    assert message is not None
    assert (message.person, message.text) == (f"slack:{CARLA.id}", "see line 3\ntrace.txt")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("logs are <https://logs.acme.example/1|here>", "logs are <https://logs.acme.example/2|here>"),
        ("ask <!subteam^S1>", "ask <!subteam^S2>"),
    ],
)
def test_an_edit_of_a_links_target_alone_is_seen(old: str, new: str) -> None:
    assert edit_of(DESK, changed({**NEW, "text": new}, {**OLD, "text": old}), "UBOT") is not None


# -- mentions --------------------------------------------------------------------------------------------------------


def said(text: str, **more: Any) -> Json:
    return {"event": {"type": "app_mention", "user": ANA.id, "channel": "CDESK", "ts": "1772445905.000200",
                      "text": text, **more}}  # fmt: skip


NAMED = [
    ("<@UBOT> update We see it", "update We see it"),
    ("  <@UBOT>: update a &lt;b&gt; &amp; c", "update a <b> & c"),
    ("<@UBOT|vigie>, take", "take"),
    ("<@UBOT>", ""),
    ("<@UBOT> assign 42 <@" + BENOIT.id + ">", "assign 42 @Benoît Girard"),
    ("<@UBOT> new sev1 Down\nsince noon", "new sev1 Down\nsince noon"),
]


@pytest.mark.parametrize(("text", "words"), NAMED)
def test_what_follows_the_bots_name_is_asked_of_it(text: str, words: str) -> None:
    call = mention_call(DESK, said(text), "UBOT")
    assert call is not None
    assert (call.words, call.reply, call.command, call.thread) == (words, Reply.LATER, "@Vigie", None)
    assert call.actor.roles == {Role.AGENT}


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("ask <@UBOT> about it", {}),
        ("<@UOTHER> take", {}),
        ("<@UBOT> take", {"bot_id": "B1", "user": "U0ROBOT"}),
        ("<@UBOT> take", {"subtype": "message_changed"}),
        ("<@UBOT> take", {"user": None}),
        ("<@UBOT> take", {"channel": None}),
        ("<@UBOT> take", {"ts": None}),
        (None, {}),
    ],
)
def test_anything_else_asks_nothing_of_the_bot(text: str, more: Json) -> None:
    assert mention_call(DESK, said(text, **more), "UBOT") is None
    assert mention_call(DESK, said("<@> take"), "") is None


def test_a_message_and_its_mention_are_one_act() -> None:
    text = "<@UBOT> take"
    mention = mention_call(DESK, said(text, thread_ts="1772445600.000100"), "UBOT")
    message = mention_call(DESK, said(text, thread_ts="1772445600.000100", type="message"), "UBOT")
    heard = message_of(DESK, said(text, thread_ts="1772445600.000100", type="message"))
    assert mention is not None
    assert message is not None
    assert heard is not None
    assert mention.key == message.key == heard.key
    assert mention.thread == "1772445600.000100"


@pytest.mark.parametrize("address", ["", "http://x.example/", "javascript:alert(1)"])
def test_without_the_workspaces_address_there_is_no_link(address: str) -> None:
    assert permalink(address, "slack:C1", "1.2", "1.2") == ""


# -- edits and deletions ---------------------------------------------------------------------------------------------

OLD: Json = {"type": "message", "user": CARLA.id, "ts": "1772445905.000200", "text": "port 3"}
NEW: Json = {**OLD, "text": "port 5", "edited": {"user": CARLA.id, "ts": "1772445999.000000"}}


def changed(new: Json, old: Json = OLD, subtype: str = "message_changed") -> Json:
    return {"event": {"type": "message", "subtype": subtype, "channel": "CACME", "event_ts": "1772446000.000100",
                      "ts": "1772446000.000100", "message": new, "previous_message": old}}  # fmt: skip


def test_an_edit_is_read_with_what_it_was_before() -> None:
    edit = edit_of(DESK, changed(NEW), "UBOT")
    assert edit is not None
    assert (edit.message.text, edit.before, edit.revision) == ("port 5", "port 3", "1772445999.000000")
    assert edit.message.key == "message:slack:CACME:1772445905.000200"
    assert edit.message.at == datetime(2026, 3, 2, 10, 5, 5, 200, tzinfo=UTC)
    assert edit.at == datetime(2026, 3, 2, 10, 6, 39, tzinfo=UTC)


def test_of_a_mention_that_is_edited_only_what_followed_the_verb_is_text() -> None:
    old, new = {**OLD, "text": "<@UBOT> update port 3"}, {**NEW, "text": "<@UBOT> update port 5"}
    edit = edit_of(DESK, changed(new, old), "UBOT")
    assert edit is not None
    assert (edit.message.text, edit.is_command) == ("port 5", True)
    assert edit_of(DESK, changed(new, {**new, "attachments": []}), "UBOT") is None


@pytest.mark.parametrize(
    "body",
    [
        changed({**OLD, "attachments": [{"title": "a link unfolded"}]}),
        changed({**NEW, "bot_id": "B1", "user": "U0ROBOT"}),
        changed({**NEW, "subtype": "tombstone"}),
        changed(NEW, subtype="message_deleted"),
        {"event": NEW},
    ],
)
def test_anything_else_is_no_edit(body: Json) -> None:
    assert edit_of(DESK, body, "UBOT") is None


def test_a_deletion_and_a_tombstone_are_read_alike() -> None:
    gone = {"event": {"subtype": "message_deleted", "channel": "CACME", "deleted_ts": OLD["ts"]}}
    tombstone = changed({"subtype": "tombstone", "ts": OLD["ts"], "user": "USLACKBOT", "text": "deleted"})
    assert deletion_of(DESK, gone) == deletion_of(DESK, tombstone)
    found = deletion_of(DESK, gone)
    assert found is not None
    assert (found.channel, found.message_id, found.key) == (
        "slack:CACME",
        OLD["ts"],
        "message:slack:CACME:1772445905.000200",
    )
    assert deletion_of(DESK, changed(NEW)) is None


FORGED = [
    "\u00b2",
    "\u0664\u0662",
    "9" * 5000,
    10**30,
    2**63,
    -1,
    "-1",
    "4.0",
    4.5,
    True,
    None,
    [4],
    {},
    "",
    " 4",
    "4\n",
    "x",
]


@pytest.mark.parametrize("number", FORGED, ids=lambda number: str(number)[:20])
def test_a_number_that_comes_back_forged_is_none(number: object) -> None:
    value = '{"number": ' + (json.dumps(number) if number != "9" * 5000 else "9" * 5000) + "}"
    pressed = {"user": {"id": "U1"}, "channel": {"id": "C1"}}
    call = inbound.button_call(DESK, pressed, {"action_id": "ticket.take", "value": value})
    assert call.number is None
    view = {"id": "V1", "private_metadata": json.dumps({"number": number}), "state": {"values": {}}}
    assert inbound.form_call(DESK, {"user": {"id": "U1"}, "view": view}).number is None


def test_what_names_an_act_stays_short_and_its_own() -> None:
    pressed = {"user": {"id": "U1"}, "channel": {"id": "C1"}}
    keys = {
        inbound.button_call(DESK, pressed, {"action_id": "ticket.take", "value": json.dumps({"value": "x" * n})}).key
        for n in (1900, 1901, 1902)
    }
    assert len(keys) == 3
    assert max(map(len, keys)) < 300
