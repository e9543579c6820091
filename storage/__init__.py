"""SQLModel tables, repository functions per noun, migrations, and the one write path.

Repository functions are plain functions of a session and values; the caller owns the transaction (`Database.write`).
"""
