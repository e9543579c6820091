"""All that is said: sentences, languages, cards, notices, refusals."""
