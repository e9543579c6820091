"""How fast and how small Vigie is, measured: `python -m benchmarks`, or `make bench`.

Every program under measurement is a process of its own, started as people start it, on a fresh folder. Only what a
client could see is timed. The functions of the engine are called where the libraries beside them are: in this process,
in turn, on the same inputs, and a figure holds only where the answers agree. Figures of one run are comparable with one
another, not with those of another machine.
"""
