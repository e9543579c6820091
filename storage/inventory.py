"""Every column of every table: whether `vigie export` writes it, and if not, why. A new table or column has to be named
here before the tests pass."""

from __future__ import annotations

from dataclasses import dataclass, field

OPENS = "secret: what it opens is not to be opened with a copy"
MADE_AGAIN = "made from other tables, and made again by itself"
OURS = "of this installation of Vigie, of no organisation"
PASSING = "tells a repeated request from a new one for a while, and nothing of tickets or people"
UNFINISHED = "whom somebody asked to be forgotten: kept only until that is done"


@dataclass(frozen=True, slots=True)
class Held:
    """What is held in a table."""

    #: The columns that are exported, in that order.
    exported: str
    #: The others, and why each is left out; `*` is the whole table.
    left_out: dict[str, str] = field(default_factory=dict)
    #: The column that says whose a row is, where it is about one person alone: it goes when they are forgotten.
    whose: str = ""
    #: The columns in which people's names may stand, beside their keys and emails: what people or platforms wrote.
    named: str = ""

    @property
    def columns(self) -> list[str]:
        """The columns that are exported."""
        return self.exported.split()


INVENTORY: dict[str, Held] = {
    "organisation": Held("id key name last_number created_at"),
    "installation": Held(
        "id organisation_id platform workspace app bot_user bot_id installed_at removed_at installer token_expires_at "
        "refreshing_until revision heard_at scopes_lacking",
        {"bot_token": OPENS, "refresh_token": OPENS},
    ),
    "oauth_state": Held("", {"*": OPENS}),
    "desk": Held("id organisation_id name"),
    "policy": Held(
        "id organisation_id desk_id version digest data saved_at chosen saved_by changes move_by", named="data chosen"
    ),
    "account": Held(
        "id organisation_id key person name timezone locale email is_external is_admin is_bot is_active refreshed_at "
        "alias acted_at"
    ),
    "account_join": Held("id organisation_id account before person joined_by reason joined_at", named="reason"),
    "join_code": Held(
        "organisation_id account expires_at used_at counted_since given wrong", {"digest": OPENS}, whose="account"
    ),
    "channel": Held(
        "organisation_id key kind service_url workspace name team team_name person private_works private_tried_at "
        "closed_at closed_cause unread_since changed_at",
        whose="person", named="name",
    ),
    "member": Held("organisation_id channel person", whose="person"),
    "user_group": Held("organisation_id key handle name is_active people refreshed_at"),
    "absence": Held("organisation_id person until reason set_at", whose="person", named="reason"),
    "last_assigned": Held("organisation_id person at", whose="person"),
    "test_ping": Held("organisation_id test who levels answered_at", whose="who"),
    "customer": Held("id organisation_id key name plan region language is_vip channels domains"),
    "ticket": Held(
        "id organisation_id desk_id number version status category severity assignee requester customer customer_key "
        "level summary_id opened_at resolved_at next_due_at policy_version",
        {"figures": MADE_AGAIN},
    ),
    "body": Held("id organisation_id ticket_id text erased_at", named="text"),
    "words": Held("", {"*": MADE_AGAIN}),
    "event": Held(
        "organisation_id ticket_id seq at recorded_at actor kind data_version data body_id clock step cycle platform"
    ),
    "deadline": Held("ticket_id clock organisation_id step cycle due_at"),
    "working_hours": Held("organisation_id person hours", whose="person"),
    "stand_in": Held(
        "id organisation_id desk_id person instead_of since until state asked_by asked_at answered_by answered_at"
    ),
    "api_key": Held(
        "id organisation_id desk_id name prefix scopes made_by made_at used_at revoked_at revoked_by",
        {"digest": OPENS}, named="name",
    ),
    "customer_link": Held(
        "id organisation_id desk_id customer prefix made_by made_at until used_at revoked_at revoked_by",
        {"digest": OPENS},
    ),
    "web_session": Held(
        "id organisation_id desk_id account made_at used_at", {"digest": OPENS}, whose="account",
    ),
    "webhook": Held(
        "id organisation_id desk_id url events with_text former_until made_by made_at failures failing_since "
        "failed_because ended_at ended_by",
        {"secret": OPENS, "former_secret": OPENS},
    ),
    "email_thread": Held(
        "id organisation_id desk_id channel root_id subject mark addresses last_id begun_at",
        whose="channel", named="subject",
    ),
    "mailbox": Held("organisation_id address uidvalidity last_uid read_at problem"),
    "rota_feed": Held("organisation_id desk_id made_by made_at", {"digest": OPENS}),
    "rota_copy": Held("organisation_id desk_id source spans read_at tried_at problem", named="spans"),
    "desk_done": Held("organisation_id desk_id kind key at done_at"),
    "conversation": Held("id organisation_id ticket_id platform channel side root_id card_id stale_since"),
    "message": Held("organisation_id channel message_id ticket_id body_id revision root_id"),
    "picked": Held("organisation_id channel message_id root_id author written_at picked_at", whose="author"),
    "redirect": Held(
        "id organisation_id desk_id kind person channel message_id root_id body_id written_at at ticket_id"
    ),
    "brought": Held("organisation_id desk_id ref ticket_id source brought_at"),
    "correction": Held(
        "ticket_id organisation_id desk_id body_id suggested chosen by at state decided_by decided_at"
    ),
    "learned": Held("organisation_id desk_id digest data texts made_at"),
    "intake": Held("organisation_id channel mode set_by set_at"),
    "outbox": Held(
        "id organisation_id ticket_id conversation_id platform channel kind audience data_version data body_id "
        "typed_id broadcast dedupe_key seq state planned_at not_before attempts unsure lease_until sent_at message_id "
        "cause reason urgency said_in lane behind permalink trace stale_since",
        named="data reason",
    ),
    "home": Held(
        "organisation_id person opened_at mine_page queue_page",
        {"view_hash": MADE_AGAIN, "digest": MADE_AGAIN}, whose="person",
    ),
    "finding": Held("organisation_id kind of found_at seen_at times ended_at repaired was_late"),
    "quiet_hours": Held("organisation_id person starts ends set_at", whose="person"),
    "presence": Held(
        "organisation_id account quiet_from quiet_until inactive_at read_at", whose="account"
    ),
    "writing": Held("organisation_id ticket_id person since"),
    "told_with": Held("organisation_id ticket_id clock cycle outbox_id person at"),
    "forgotten": Held(
        "id organisation_id what first last asked_by begun_at done_at counts", {"sought": UNFINISHED}
    ),
    "audit": Held("", {"*": OURS}),
    "machine_time": Held("", {"*": OURS}),
    "served": Held("", {"*": OURS}),
    "inbox": Held("", {"*": PASSING}),
}  # fmt: skip
"""By table."""
