"""By when an order's next thing is to be done, so that what waits for a side is read from an index."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0020"

#: What pages showed before: the running deadline, the stage's date, when the clock gave up, the promised day.
_DUE = """
update purchase_order o set due_at = coalesce(
  (select min(d.due_at) from deadline d where d.subject_id = o.id),
  case o.stage when 'awaiting_deposit' then o.deposit_due_at when 'sampling' then o.sample_due_at
    when 'awaiting_balance' then o.balance_due_at when 'shipped' then o.arrival_due_at
    when 'delivered' then o.claims_until end,
  (select max(e.created_at) from event e
    where e.order_id = o.id and e.source = o.stage and e.target = o.stage and e.actor_role = 'clock'),
  o.ship_by::timestamp at time zone 'UTC',
  o.created_at)
"""
_CREATORS = (
    "purchase_order.stage in ('awaiting_deposit', 'awaiting_acceptance', 'sample_review', 'concession',"
    " 'awaiting_balance', 'shipped', 'delivered')"
)
_FACTORIES = (
    "purchase_order.stage in ('awaiting_acceptance', 'sampling', 'production', 'inspection', 'rework', 'ready_to_ship')"
)


def upgrade() -> None:
    op.add_column("purchase_order", sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(_DUE)
    op.alter_column("purchase_order", "due_at", nullable=False)
    for side, turn in (("creator", _CREATORS), ("factory", _FACTORIES)):
        op.create_index(
            f"ix_order_waits_{side}",
            "purchase_order",
            [f"{side}_id", "due_at", "number"],
            postgresql_where=sa.text(turn),
        )
