"""What Vigie asks a tenant for, why, and what is lost without it. The app package and `doctor` are made from this."""

from __future__ import annotations

from bot.outbound.scope import Scope

# Asked for in the package; whoever adds the app agrees to them.
SCOPES = (
    Scope("bot: team, groupChat, personal", "cards and warnings in channels, private answers, commands",
          "nothing can be posted and nobody can type a command"),
    Scope("identity", "who somebody is: name, email and Entra id, so that the policy can name them",
          "Teams does not add the app"),
    Scope("messageTeamMembers", "private notices to people in a chat with Vigie alone",
          "private notices where a channel has no private messages cannot be delivered"),
    Scope("ChannelMessage.Read.Group", "customers' answers in threads, and messages that become tickets, without a "
          "mention, in the channels of a team that Vigie is in",
          "messages in channels are read only where they mention Vigie; a customer's answer is taken by the "
          "**Reply** button on their card", optional=True),
    Scope("ChatMessage.Read.Chat", "the same in group chats that Vigie is in",
          "messages in group chats are read only where they mention Vigie", optional=True),
)  # fmt: skip

#: Those that the owner of each team or chat grants when the app is added there, and that are asked for on demand.
PER_TEAM = tuple(scope for scope in SCOPES if scope.optional)
#: Those that the package names beside the bot itself.
OF_THE_APP = ("identity", "messageTeamMembers")
