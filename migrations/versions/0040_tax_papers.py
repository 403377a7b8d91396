"""Tax papers: their series, contents and files; the number of an order's paper that belongs to a series. Exchange rates,
and the currency that somebody thinks in."""

from pathlib import Path

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0040"
down_revision = "0030"

_SQL = Path(__file__).resolve().parents[1] / "sql"


def upgrade() -> None:
    op.create_table(
        "paper_series",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "proforma_invoice",
                "commercial_invoice",
                "receipt",
                "credit_note",
                name="taxpaperkind_values",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.CheckConstraint("last > 0", name=op.f("ck_paper_series_last")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_series")),
        sa.UniqueConstraint("kind", "year", name=op.f("uq_paper_series_kind_year")),
    )
    op.create_table(
        "tax_paper",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "proforma_invoice",
                "commercial_invoice",
                "receipt",
                "credit_note",
                name="taxpaperkind_values",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("number", sqlmodel.sql.sqltypes.AutoString(length=24), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("corrects_id", sa.Uuid(), nullable=True),
        sa.Column("for_factory", sa.Boolean(), nullable=False),
        sa.Column("currency", sqlmodel.sql.sqltypes.AutoString(length=3), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("content_hash", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.CheckConstraint("corrects_id is null or kind = 'credit_note'", name=op.f("ck_tax_paper_corrects")),
        sa.ForeignKeyConstraint(["corrects_id"], ["tax_paper.id"], name=op.f("fk_tax_paper_corrects_id")),
        sa.ForeignKeyConstraint(["order_id"], ["purchase_order.id"], name=op.f("fk_tax_paper_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tax_paper")),
        sa.UniqueConstraint("kind", "subject_id", name=op.f("uq_tax_paper_kind_subject_id")),
        sa.UniqueConstraint("kind", "year", "serial", name=op.f("uq_tax_paper_kind_year_serial")),
        sa.UniqueConstraint("number", name=op.f("uq_tax_paper_number")),
    )
    op.create_index("ix_tax_paper_created_at", "tax_paper", [sa.literal_column("created_at desc")], unique=False)
    op.create_index("ix_tax_paper_order", "tax_paper", ["order_id"], unique=False)
    op.create_table(
        "tax_paper_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paper_id", sa.Uuid(), nullable=False),
        sa.Column("pdf_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("pdf_sha256", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.ForeignKeyConstraint(["paper_id"], ["tax_paper.id"], name=op.f("fk_tax_paper_file_paper_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tax_paper_file")),
        sa.UniqueConstraint("paper_id", name=op.f("uq_tax_paper_file_paper_id")),
    )
    op.add_column(
        "order_paper",
        sa.Column("number", sqlmodel.sql.sqltypes.AutoString(length=24), nullable=False, server_default=""),
    )
    op.alter_column("order_paper", "number", server_default=None)
    op.create_table(
        "rate",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("base", sqlmodel.sql.sqltypes.AutoString(length=3), nullable=False),
        sa.Column("counter", sqlmodel.sql.sqltypes.AutoString(length=3), nullable=False),
        sa.Column("value", sa.Numeric(precision=20, scale=10), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("entered_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint("base <> counter", name=op.f("ck_rate_pair")),
        sa.CheckConstraint("value > 0", name=op.f("ck_rate_value")),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_rate_entered_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rate")),
    )
    op.create_index("ix_rate_pair", "rate", ["base", "counter", sa.text("day desc"), sa.text("id desc")], unique=False)
    op.add_column(
        "person", sa.Column("currency", sqlmodel.sql.sqltypes.AutoString(length=3), nullable=False, server_default="")
    )
    op.alter_column("person", "currency", server_default=None)
    op.execute((_SQL / "75_papers.sql").read_text())
