"""The stand-in for Teams: plays the Bot Connector, one tenant with its teams, chats and people."""
