"""The support policy as pure functions and values: no I/O, no wall clock, no platform."""
