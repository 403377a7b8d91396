"""Factories that have had no order yet are found by the latest, without reading all the others."""

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"


def upgrade() -> None:
    op.create_index(
        "ix_capability_new",
        "capability",
        ["category", sa.text("id desc")],
        postgresql_where=sa.text("available and orders_done = 0"),
    )
