"""The support policy as pure functions and values: no I/O, no wall clock, no platform. `docs/architecture.md` says in
which order to read it."""
