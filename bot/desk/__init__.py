"""The desk while it runs: its people, its policy, its customers, and its time."""
