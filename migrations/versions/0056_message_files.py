"""Files of many kinds go with messages, where only PDFs did."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0056"
down_revision = "0055"


def upgrade() -> None:
    op.add_column("photo", sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(length=8), nullable=True))
    op.execute("update photo set kind = case when paper then 'pdf' else '' end")
    op.alter_column("photo", "kind", nullable=False)
    op.drop_column("photo", "paper")
    op.drop_constraint(op.f("ck_photo_ready_is_known"), "photo", type_="check")
    op.create_check_constraint(
        op.f("ck_photo_ready_is_known"),
        "photo",
        "stage <> 'ready' or (sha256 <> '' and width > 0 and height > 0) or (kind <> '' and file_sha256 <> '')",
    )
