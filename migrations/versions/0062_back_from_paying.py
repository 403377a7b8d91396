"""A payment page knows when its payer came back from it, and whether a message about it waits to be looked at."""

import sqlalchemy as sa
from alembic import op

revision = "0062"
down_revision = "0061"


def upgrade() -> None:
    op.add_column("checkout_session", sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_webhook_event_about", "webhook_event", ["subject_id"], postgresql_where=sa.text("handled_at is null")
    )
