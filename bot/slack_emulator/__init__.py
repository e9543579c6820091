"""A loopback-only stand-in for Slack: the same HTTP, the same shapes, limits and errors, no account anywhere.

It imitates Slack and knows nothing of Vigie: nothing here imports from outside this package and
`bot.stand_in`.
"""
