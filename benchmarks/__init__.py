"""How fast and how small Vigie is, measured from outside: `python -m benchmarks`, or `make bench`.

Every program under measurement is a process of its own, started as people start it, on a fresh folder. Only what a
client could see is timed. Figures of one run are comparable with one another, not with those of another machine.
"""
