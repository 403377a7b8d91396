"""An order knows to whose door its goods go."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0058"
down_revision = "0057"


def upgrade() -> None:
    op.add_column("purchase_order", sa.Column("address", JSONB, nullable=False, server_default=sa.text("'{}'")))
