"""Artwork that is offered in place of another after the spec is frozen, and the change orders that take it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0051"
down_revision = "0021"


def upgrade() -> None:
    op.add_column("artwork", sa.Column("offered_for", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_artwork_offered_for"), "artwork", "artwork", ["offered_for"], ["id"], ondelete="CASCADE"
    )
    op.add_column(
        "change_order",
        sa.Column("files", postgresql.JSONB(), nullable=False, server_default=sa.text("'{}'::jsonb")),
    )
    op.alter_column("change_order", "files", server_default=None)
