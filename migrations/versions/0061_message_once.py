"""The same words out of the same rendered form are one message, however often they are sent."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0061"
down_revision = "0060"


def upgrade() -> None:
    op.add_column("message", sa.Column("once", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True))
    op.create_index("uq_message_once", "message", ["thread_id", "author_id", "once"], unique=True)
