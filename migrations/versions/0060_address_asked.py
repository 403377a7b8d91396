"""What waits for creators has their orders that are ready to ship: those whose address they have not given are among
them."""

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0059"

_CREATORS = (
    "purchase_order.stage in ('awaiting_deposit', 'awaiting_acceptance', 'sample_review', 'concession',"
    " 'awaiting_balance', 'ready_to_ship', 'shipped', 'delivered')"
)


def upgrade() -> None:
    op.drop_index("ix_order_waits_creator", "purchase_order")
    op.create_index(
        "ix_order_waits_creator",
        "purchase_order",
        ["creator_id", "due_at", "number"],
        postgresql_where=sa.text(_CREATORS),
    )
