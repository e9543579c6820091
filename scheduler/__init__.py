"""Timed passes over what is due: deadlines, the outbox, deferred work."""
