"""What people can ask for: one record a verb, one file a verb. `registry` names them all.

The folders hold no verbs: `base` is what a verb is written with, `reading` makes values of typed words, `engine`
carries verbs out, `shared` is what several verbs have in common. `setup` is one verb, too large for one file.
"""
