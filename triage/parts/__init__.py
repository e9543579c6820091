"""The parts of a ticket, a module for each subject: it has the same name in `triage.facts` (what happens) and in
`triage.folding` (what that changes), where it is there.

During a fold the handlers change them. The ticket that comes out has them as they are after its last event, and nobody
changes them afterwards.
"""
