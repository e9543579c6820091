"""The tables of this stand-in in the workspace's file."""

from __future__ import annotations

SCHEMA = """
create table if not exists channel (id text primary key, body text not null);
create table if not exists message (
  channel text not null, ts text not null, thread_ts text, top integer not null, ephemeral_for text,
  body text not null, primary key (channel, ts)) without rowid;
-- a thread's replies, oldest first
create index if not exists message_thread on message (channel, thread_ts, ts) where thread_ts is not null;
create table if not exists view (
  id text primary key, user text not null, kind text not null, position integer not null, body text not null
) without rowid;
create table if not exists response_url (
  token text primary key, expires real not null, body text not null) without rowid;
"""
TABLES = ("channel", "message", "view", "response_url")
