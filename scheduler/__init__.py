"""Timed passes over what is due: deadlines and delivery."""
