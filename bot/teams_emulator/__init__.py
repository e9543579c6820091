"""A loopback-only stand-in for Microsoft Teams: the Bot Connector of one tenant and the keys that it signs with; the
same HTTP, the same shapes, limits and errors, no account anywhere.

It imitates Teams and knows nothing of Vigie: nothing here imports from outside this package and `bot.stand_in`.
"""
