"""Copies of artwork files share the objects in the store."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

_SQL = Path(__file__).resolve().parents[1] / "sql" / "41_designs.sql"

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("artwork_file", sa.Column("stored_as", sa.Uuid(), nullable=True))
    op.create_index("ix_artwork_file_stored", "artwork_file", [sa.text("coalesce(stored_as, id)")])
    op.execute(_SQL.read_text())
