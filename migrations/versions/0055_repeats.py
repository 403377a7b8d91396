"""The few orders that repeat another are found without reading all of a creator's."""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0052"


def upgrade() -> None:
    op.create_index(
        "ix_order_repeats", "purchase_order", ["creator_id"], postgresql_where=sa.text("repeats_id is not null")
    )
