"""The Slack front end: listeners, translation in and out, and the sender. It knows no rule of support."""
