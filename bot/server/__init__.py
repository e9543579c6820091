"""The process: settings, the HTTP edge, logs, secrets, readiness."""
