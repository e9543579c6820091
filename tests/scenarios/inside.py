"""What a story looks at inside a running Vigie, where nothing outside shows it."""

from __future__ import annotations

from bot.app import Vigie
from bot.slack.front_end import SlackFrontEnd
from bot.slack.installed import Installed


def slack_of(vigie: Vigie) -> SlackFrontEnd:
    """Its Slack front end."""
    (found,) = (each for each in vigie.front_ends if isinstance(each, SlackFrontEnd))
    return found


def installed_in(vigie: Vigie) -> Installed:
    """What workspaces install themselves by."""
    found = slack_of(vigie).installed
    assert found is not None
    return found
