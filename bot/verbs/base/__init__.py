"""What every verb is written with: its record, the request that reaches it, and what it answers."""
