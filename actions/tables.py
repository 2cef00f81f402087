"""The tables of the store (SQLAlchemy 1.4 in 2.0 style). Every row that belongs to a person carries `user_id`."""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData()

people = sa.Table(
    "people",
    metadata,
    sa.Column("user_id", sa.String(200), primary_key=True),
    sa.Column("created_at", sa.DateTime, nullable=False),
    sa.Column("seen_at", sa.DateTime, nullable=False),
    sa.Column("memory", sa.Boolean, nullable=False, default=True),
    sa.Column("state", sa.JSON, nullable=False),
)

profile_values = sa.Table(
    "profile_values",
    metadata,
    sa.Column("user_id", sa.String(200), primary_key=True),
    sa.Column("field", sa.String(40), primary_key=True),
    sa.Column("value", sa.JSON, nullable=False),
    sa.Column("updated_at", sa.DateTime, nullable=False),
)

profile_history = sa.Table(
    "profile_history",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("user_id", sa.String(200), nullable=False, index=True),
    sa.Column("field", sa.String(40), nullable=False),
    sa.Column("value", sa.JSON),
    sa.Column("changed_at", sa.DateTime, nullable=False),
)

# The conversation as the person may export it: append-only, removed by retention and erasure.
messages = sa.Table(
    "messages",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("user_id", sa.String(200), nullable=False, index=True),
    sa.Column("at", sa.DateTime, nullable=False, index=True),
    sa.Column("heard", sa.Text, nullable=False),
    sa.Column("said", sa.Text, nullable=False),
    sa.Column("decision", sa.String(20), nullable=False),
    sa.Column("topic", sa.String(120), nullable=False),
)

# What was not answered, without any identity: the list from which the knowledge base grows.
unanswered = sa.Table(
    "unanswered",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("at", sa.DateTime, nullable=False, index=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("decision", sa.String(20), nullable=False),
    sa.Column("reason", sa.String(40), nullable=False),
    sa.Column("ranking", sa.JSON, nullable=False),
)

# Rasa's dialogue state, one bounded row per conversation (bot.tracker).
conversations = sa.Table(
    "conversations",
    metadata,
    sa.Column("user_id", sa.String(200), primary_key=True),
    sa.Column("snapshot", sa.Text, nullable=False),
    sa.Column("updated_at", sa.DateTime, nullable=False, index=True),
)
