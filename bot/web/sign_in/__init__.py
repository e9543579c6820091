"""Signing in to the desk's pages with Slack or with Microsoft Teams (OpenID Connect). Loaded with the first page that
is asked for, where the settings name somebody to sign in with."""
