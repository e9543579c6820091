"""The desk at work: its people, its policy, its customers, and the time it lives in."""
