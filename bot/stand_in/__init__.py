"""What every stand-in for a chat platform needs: one file, one time, one log of the traffic, `/_control`, the way to
the bot. It knows no platform and nothing of Vigie: nothing here imports from outside this package.
"""
