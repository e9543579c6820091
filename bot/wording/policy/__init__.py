"""A policy in words."""
