"""A desk set up in chat: what is asked, what is saved, what is said of it."""
