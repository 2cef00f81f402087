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

# Telegram's updates: stored before they are confirmed, marked when answered, the text dropped then (bot.channels.telegram).
telegram_inbox = sa.Table(
    "telegram_inbox",
    metadata,
    sa.Column("update_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("chat_id", sa.BigInteger, nullable=False),
    sa.Column("user_id", sa.String(200), nullable=False, index=True),
    sa.Column("message_id", sa.BigInteger),  # the person's message, while its answer can be edited
    sa.Column("payload", sa.Text, nullable=False),
    sa.Column("received_at", sa.DateTime, nullable=False),
    sa.Column("answered_at", sa.DateTime),
    sa.Column("answer_id", sa.BigInteger),  # our last message of the answer
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Index("ix_telegram_inbox_answered_at_chat_id", "answered_at", "chat_id"),
    sa.Index("ix_telegram_inbox_chat_id_update_id", "chat_id", "update_id"),
)

# Chats whose people blocked the bot: nothing is written to them until they come back.
telegram_blocked = sa.Table(
    "telegram_blocked",
    metadata,
    sa.Column("chat_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("user_id", sa.String(200), nullable=False, index=True),
    sa.Column("since", sa.DateTime, nullable=False),
)

# The week that a person trains by, and the one before its last change (for undo).
plans = sa.Table(
    "plans",
    metadata,
    sa.Column("user_id", sa.String(200), primary_key=True),
    sa.Column("plan", sa.JSON),
    sa.Column("previous", sa.JSON),
    sa.Column("updated_at", sa.DateTime, nullable=False),
)

# What a person did: runs, lifts, weight, sleep. `entry` holds the details (actions.progress).
training_log = sa.Table(
    "training_log",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("user_id", sa.String(200), nullable=False, index=True),
    sa.Column("date", sa.String(10), nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("entry", sa.JSON, nullable=False),
    sa.Column("logged_at", sa.DateTime, nullable=False),
)
