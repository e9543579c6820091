"""Persons with an account on each platform; channels known by platform and id; a conversation on each platform for each
side of a ticket; an outbox that knows the event of each notice, and in whose data nobody's words stand."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "202611290500"
down_revision = "202611290110"


def upgrade() -> None:
    _persons()
    _conversations()
    _bodies()
    _outbox()
    _channels(op.get_bind())
    _picked(op.get_bind())


def _persons() -> None:
    """An account is known by its own key, and is that of a person, whose key is that of their first account."""
    op.add_column("account", sa.Column("key", sa.String(), nullable=True))
    op.execute("UPDATE account SET key = person")
    with op.batch_alter_table("account") as account:
        account.alter_column("key", existing_type=sa.String(), nullable=False)
        account.drop_constraint("uq_account_organisation_id_person", type_="unique")
        account.create_unique_constraint("uq_account_organisation_id_key", ["organisation_id", "key"])
    joined = sa.text("person <> key")
    op.create_index("ix_account_joined", "account", ["organisation_id"], sqlite_where=joined, postgresql_where=joined)
    op.create_table(
        "account_join",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("before", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("joined_by", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_account_join_organisation_id_organisation"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_account_join"),
    )
    op.create_index("ix_account_join_organisation_id", "account_join", ["organisation_id"])


def _conversations() -> None:
    with op.batch_alter_table("conversation", table_kwargs={"sqlite_autoincrement": True}) as conversation:
        conversation.drop_constraint("uq_conversation_ticket_id_side", type_="unique")
        conversation.create_unique_constraint(
            "uq_conversation_ticket_id_side_platform", ["ticket_id", "side", "platform"]
        )


def _bodies() -> None:
    """A text may be of no ticket: what somebody typed before there is one, until it is answered."""
    with op.batch_alter_table("body") as body:
        body.alter_column("ticket_id", existing_type=sa.Integer(), nullable=True)


def _outbox() -> None:
    """A notice knows the event it speaks of, where what was typed is kept, and why it failed in no platform's words."""
    with op.batch_alter_table("outbox", table_kwargs={"sqlite_autoincrement": True}) as outbox:
        outbox.add_column(sa.Column("typed_id", sa.Integer(), nullable=True))
        outbox.add_column(sa.Column("seq", sa.Integer(), nullable=True))
        outbox.add_column(sa.Column("cause", sa.String(), nullable=True))
        outbox.create_foreign_key("fk_outbox_typed_id_body", "body", ["typed_id"], ["id"])
        outbox.create_index("ix_outbox_ticket_id_seq", ["ticket_id", "seq"])
    is_typed = sa.text("typed_id IS NOT NULL")
    op.create_index("ix_outbox_typed_id", "outbox", ["typed_id"], sqlite_where=is_typed, postgresql_where=is_typed)
    connection = op.get_bind()
    for row in connection.execute(sa.select(_rows.c.id, _rows.c.dedupe_key).where(_rows.c.ticket_id.is_not(None))):
        if (found := _KEY.fullmatch(row.dedupe_key)) is not None:
            connection.execute(sa.update(_rows).where(_rows.c.id == row.id).values(seq=int(found[1])))
    for reason, cause in _CAUSES.items():
        failed = sa.and_(_rows.c.state == "failed", _rows.c.reason == reason)
        connection.execute(sa.update(_rows).where(failed).values(cause=cause))
    others = sa.and_(_rows.c.state == "failed", _rows.c.cause.is_(None))
    connection.execute(sa.update(_rows).where(others).values(cause="refused"))
    _undelivered(connection)
    _refreshes(connection)
    _typed(connection)
    _work(connection)


_rows = sa.table(
    "outbox",
    *(sa.column(name) for name in ("id", "organisation_id", "ticket_id", "conversation_id", "kind", "audience")),
    *(sa.column(name) for name in ("dedupe_key", "seq", "state", "cause", "reason", "typed_id")),
    sa.column("data", sa.JSON()),
)
_body = sa.table("body", *(sa.column(name) for name in ("id", "organisation_id", "ticket_id", "text")))
_KEY = re.compile(r"\d+\.(\d+)\.\d+")
# What a platform's words for why a notice failed mean.
_CAUSES = {
    "not_in_channel": "not_a_member", "channel_not_found": "not_found", "is_archived": "archived",
    "invalid_auth": "revoked", "account_inactive": "revoked", "token_revoked": "revoked", "not_authed": "revoked",
    "missing_scope": "forbidden", "restricted_action": "forbidden", "msg_too_long": "too_long",
    "msg_blocks_too_long": "too_long", "the card was deleted (message_not_found)": "gone",
    "the card was deleted (cant_update_message)": "gone",
}  # fmt: skip


def _undelivered(connection: sa.Connection) -> None:
    """What was told of failures names their cause."""
    for row in connection.execute(sa.select(_rows.c.id, _rows.c.data).where(_rows.c.kind == "undelivered")).all():
        reason = row.data.pop("reason")
        data = {**row.data, "cause": _CAUSES.get(reason, "refused"), "error": reason}
        connection.execute(sa.update(_rows).where(_rows.c.id == row.id).values(data=data))


def _refreshes(connection: sa.Connection) -> None:
    """What waits to be shown as it is now: cards, messages and pages, known by the same keys."""
    waits = _rows.c.state == "pending"
    for kind, target in (("again", "message"), ("home", "page")):
        connection.execute(sa.update(_rows).where(_rows.c.kind == kind).values(kind=target, audience=target))
    known: set[str] = set()
    for row in connection.execute(
        sa.select(_rows).where(waits, _rows.c.kind.in_(["card", "message", "page"])).order_by(_rows.c.id)
    ).all():
        of = {"card": row.conversation_id, "message": row.data.get("outbox"), "page": row.data.get("person")}[row.kind]
        key = f"refresh.{row.kind}.{row.organisation_id}.{of}"
        values = {"dedupe_key": key} if key not in known else {"state": "dropped", "reason": "another shows it"}
        connection.execute(sa.update(_rows).where(_rows.c.id == row.id).values(values))
        known.add(key)


def _typed(connection: sa.Connection) -> None:
    """What somebody typed leaves the data of private answers: of what is to be sent it is kept beside them, of what was
    sent it is erased."""
    found = connection.execute(sa.select(_rows).where(_rows.c.kind.in_(["refusal", "answer", "open_from"]))).all()
    for row in found:
        typed: list[str] = []
        data = _lifted(row.kind, row.data, typed)
        values: dict[str, object] = {"data": data}
        if typed and row.state not in ("sent", "dropped"):
            body = {"organisation_id": row.organisation_id, "ticket_id": row.ticket_id, "text": _APART.join(typed)}
            values["typed_id"] = connection.execute(sa.insert(_body).values(body).returning(_body.c.id)).scalar_one()
        connection.execute(sa.update(_rows).where(_rows.c.id == row.id).values(values))


def _work(connection: sa.Connection) -> None:
    """What is no notice is work, done by a pass of its own."""
    connection.execute(sa.update(_rows).where(_rows.c.kind == "open_from").values(audience="work"))
    connection.execute(sa.update(_rows).where(_rows.c.kind == "held").values(kind="reaction", audience="work"))
    answers = connection.execute(sa.select(_rows.c.id, _rows.c.data).where(_rows.c.kind == "answer")).all()
    for row in answers:
        if "words" in row.data:
            look_up = {"kind": "look_up", "audience": "work"}
            connection.execute(sa.update(_rows).where(_rows.c.id == row.id).values(look_up))


_APART = "\x1e"
_OURS = ("verb", "owner", "url", "at", "until", "earliest")  # of a refusal: what nobody typed


def _lifted(kind: str, data: dict[str, Any], typed: list[str]) -> dict[str, Any]:
    """The data without what was typed, which is added to `typed` and referred to by its place there."""

    def lift(text: str) -> dict[str, object]:
        typed.append(text.replace(_APART, " "))
        return {"is": "Typed", "place": len(typed) - 1}

    lifted = dict(data)
    if kind == "refusal":
        values = dict(data["values"])
        lifted["values"] = {k: lift(v) if isinstance(v, str) and k not in _OURS else v for k, v in values.items()}
    for key in ("words", "new"):
        if isinstance(data.get(key), str):
            lifted[key] = lift(data[key])
    if "sentence" in data:
        lifted["sentence"] = [
            lift(part["text"]) if isinstance(part, dict) and part["is"] == "Typed" else part
            for part in data["sentence"]
        ]
    return lifted


def _channels(connection: sa.Connection) -> None:
    """A channel is known by its key, as people were before: `slack:C0123`. There was no platform but Slack."""
    for name in ("conversation", "message", "member", "intake", "picked"):
        rows = sa.table(name, sa.column("channel", sa.String()))
        connection.execute(sa.update(rows).values(channel=sa.literal("slack:").concat(rows.c.channel)))
    op.execute("UPDATE outbox SET channel = 'slack:' || channel WHERE channel <> '' AND channel NOT LIKE 'home.%'")
    op.execute("UPDATE inbox SET event_id = 'message:slack:' || substr(event_id, 9) WHERE event_id LIKE 'message:%'")
    _told_of_channels(connection)
    _origins(connection)
    _policies(connection)


def _channel_key(written: str) -> str:
    """The key of a channel by its id, or by its name as a policy file may have it."""
    named = written.removeprefix("slack:").removeprefix("#")
    return f"slack:{named if re.fullmatch('[CDG][A-Z0-9]*', named) else f'#{named}'}"


def _told_of_channels(connection: sa.Connection) -> None:
    for row in connection.execute(sa.select(_rows.c.id, _rows.c.kind, _rows.c.data, _rows.c.dedupe_key)).all():
        data = dict(row.data)
        for name in ("channel", "asked_in"):
            if isinstance(data.get(name), str) and data[name]:
                data[name] = _channel_key(data[name])
        key = row.dedupe_key
        if row.kind == "bot_left_out":  # of one that is left out the desk is told once for ever
            key = re.sub(r"(\.bot\.)(?=[CG])", r"\1slack:", key, count=1)
        if data != row.data or key != row.dedupe_key:
            connection.execute(sa.update(_rows).where(_rows.c.id == row.id).values(data=data, dedupe_key=key))


def _origins(connection: sa.Connection) -> None:
    """Where the message stands that a ticket was made from."""
    events = sa.table(
        "event", *(sa.column(name) for name in ("ticket_id", "seq", "kind")), sa.column("data", sa.JSON())
    )
    opened = sa.select(events.c.ticket_id, events.c.seq, events.c.data).where(events.c.kind == "opened")
    for row in connection.execute(opened).all():
        if row.data.get("origin"):
            channel, *message = row.data["origin"]
            data = {**row.data, "origin": [_channel_key(channel), *message]}
            this = (events.c.ticket_id == row.ticket_id, events.c.seq == row.seq)
            connection.execute(sa.update(events).where(*this).values(data=data))


def _policies(connection: sa.Connection) -> None:
    """A desk has one channel of its own on each platform. The version stays the one that tickets stand under."""
    policies = sa.table("policy", sa.column("id"), sa.column("digest"), sa.column("data", sa.JSON()))
    for row in connection.execute(sa.select(policies.c.id, policies.c.data)).all():
        data = {**row.data, "desks": [_with_keys(desk) for desk in row.data.get("desks", ())]}
        digest = hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()
        connection.execute(sa.update(policies).where(policies.c.id == row.id).values(data=data, digest=digest))


def _with_keys(desk: dict[str, Any]) -> dict[str, Any]:
    own, theirs = desk.get("channel"), desk.get("customer_channels", {})
    kept = {name: value for name, value in desk.items() if name != "channel"}
    return kept | {
        "channels": [_channel_key(own)] if own else [],
        "customer_channels": {_channel_key(channel): name for channel, name in theirs.items()},
    }


def _picked(connection: sa.Connection) -> None:
    """When a picked message was written: until now that was read out of its id, which is Slack's time."""
    op.add_column("picked", sa.Column("written_at", sa.DateTime(timezone=True), nullable=True))
    names = ("organisation_id", "channel", "message_id")
    times = (sa.column(name, sa.DateTime(timezone=True)) for name in ("written_at", "picked_at"))
    rows = sa.table("picked", *(sa.column(name) for name in names), *times)
    for row in connection.execute(sa.select(rows)).all():
        try:
            at = datetime.fromtimestamp(float(row.message_id), UTC)
        except (ValueError, OverflowError, OSError):
            at = row.picked_at
        this = (rows.c[name] == getattr(row, name) for name in names)
        connection.execute(sa.update(rows).where(*this).values(written_at=at))
    with op.batch_alter_table("picked", table_kwargs={"sqlite_with_rowid": False}) as picked:
        picked.alter_column("written_at", existing_type=sa.DateTime(timezone=True), nullable=False)
