"""What is uploaded to a brief may be a document instead of artwork."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    kind = sqlmodel.sql.sqltypes.AutoString(length=20)
    op.add_column("artwork", sa.Column("document", kind, nullable=False, server_default=""))
    op.alter_column("artwork", "document", server_default=None)
