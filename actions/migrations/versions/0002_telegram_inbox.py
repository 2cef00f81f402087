"""Telegram: the durable inbox, and the chats that blocked the bot."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "telegram_inbox",
        sa.Column("update_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("user_id", sa.String(200), nullable=False, index=True),
        sa.Column("message_id", sa.BigInteger),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("received_at", sa.DateTime, nullable=False),
        sa.Column("answered_at", sa.DateTime),
        sa.Column("answer_id", sa.BigInteger),
        sa.Column("attempts", sa.Integer, nullable=False),
    )
    op.create_index("ix_telegram_inbox_answered_at_chat_id", "telegram_inbox", ["answered_at", "chat_id"])
    op.create_index("ix_telegram_inbox_chat_id_update_id", "telegram_inbox", ["chat_id", "update_id"])
    op.create_table(
        "telegram_blocked",
        sa.Column("chat_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("user_id", sa.String(200), nullable=False, index=True),
        sa.Column("since", sa.DateTime, nullable=False),
    )
