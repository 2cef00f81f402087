"""Rasa's dialogue state is no longer stored: nothing looked at it."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.drop_table("conversations")
