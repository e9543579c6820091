"""What several verbs have in common: opening a ticket, parts of their forms, how what was typed is understood."""
