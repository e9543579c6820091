"""What every front end needs to deliver: which words are still true, for whom, in which language, and where they go."""
