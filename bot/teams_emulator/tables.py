"""The tables of this stand-in in the workspace's file."""

from __future__ import annotations

SCHEMA = """
create table if not exists teams_channel (id text primary key, body text not null);
create table if not exists teams_message (
  channel text not null, ts text not null, thread_ts text, ephemeral_for text, body text not null,
  primary key (channel, ts)) without rowid;
-- a thread's replies, oldest first
create index if not exists teams_message_thread on teams_message (channel, thread_ts, ts) where thread_ts is not null;
create table if not exists teams_dialog (id text primary key, user text not null, body text not null);
"""
TABLES = ("teams_channel", "teams_message", "teams_dialog")
