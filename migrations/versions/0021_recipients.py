"""When Stripe was asked about factories' accounts, and those that they have left."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0050"


def upgrade() -> None:
    empty = {"nullable": False, "server_default": "[]"}
    op.add_column("recipient", sa.Column("former_ids", postgresql.JSONB(astext_type=sa.Text()), **empty))
    op.alter_column("recipient", "former_ids", server_default=None)
    op.add_column("recipient", sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True))
