"""Microsoft Teams as a front end."""
