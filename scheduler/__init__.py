"""Timed passes: deadlines, delivery, digests and the self-audit."""
