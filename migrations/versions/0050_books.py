"""Stripe's books beside ours, correcting entries, and pages over millions of postings."""

from pathlib import Path

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0050"
down_revision = "0025"

_SQL = Path(__file__).resolve().parents[1] / "sql"


def upgrade() -> None:
    op.create_table(
        "stripe_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stripe_id", sqlmodel.sql.sqltypes.AutoString(length=255), nullable=False),
        sa.Column(
            "part",
            sa.Enum("gross", "fee", name="linepart_values", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("type", sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(length=255), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sqlmodel.sql.sqltypes.AutoString(length=3), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["purchase_order.id"], name=op.f("fk_stripe_line_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stripe_line")),
        sa.UniqueConstraint("stripe_id", "part", name=op.f("uq_stripe_line_stripe_id_part")),
    )
    op.create_index("ix_stripe_line_made", "stripe_line", ["made_at", "id"], unique=False)
    op.create_index("ix_stripe_line_source", "stripe_line", ["source"], unique=False)
    op.create_table(
        "correction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("break_id", sa.Uuid(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "proposed",
                "posted",
                "withdrawn",
                name="correctionstage_values",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "movement",
            sa.Enum(
                "leg_paid",
                "stripe_fee",
                "unexpected_payment",
                "given_back",
                "held_given_back",
                "released_given_back",
                "subsidy_granted",
                "refund_settled",
                "refund_reversed",
                "released",
                "transferred",
                "transfer_reversed",
                "set_off",
                "bank_paid",
                "bank_returned",
                "stripe_payout",
                "stripe_payout_returned",
                "dispute_opened",
                "dispute_fee",
                "dispute_fee_returned",
                "dispute_won",
                "dispute_lost_held",
                "dispute_lost_factory",
                "dispute_lost_portal",
                "corrected_up",
                "corrected_down",
                name="movement_values",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(length=255), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sqlmodel.sql.sqltypes.AutoString(length=3), nullable=False),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.Column("transaction_id", sa.Uuid(), nullable=True),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(stage = 'posted') = (transaction_id is not null)", name=op.f("ck_correction_posted")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_correction_reason")),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_correction_amount")),
        sa.CheckConstraint("approved_by <> proposed_by", name=op.f("ck_correction_two")),
        sa.ForeignKeyConstraint(["approved_by"], ["person.id"], name=op.f("fk_correction_approved_by")),
        sa.ForeignKeyConstraint(["break_id"], ["reconcile_break.id"], name=op.f("fk_correction_break_id")),
        sa.ForeignKeyConstraint(["order_id"], ["purchase_order.id"], name=op.f("fk_correction_order_id")),
        sa.ForeignKeyConstraint(["proposed_by"], ["person.id"], name=op.f("fk_correction_proposed_by")),
        sa.ForeignKeyConstraint(
            ["transaction_id"], ["ledger_transaction.id"], name=op.f("fk_correction_transaction_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
        sa.UniqueConstraint("transaction_id", name=op.f("uq_correction_transaction_id")),
    )
    op.create_index("ix_correction_subject", "correction", ["subject"], unique=False)
    op.create_index(
        "uq_correction_live", "correction", ["break_id"], unique=True, postgresql_where=sa.text("stage <> 'withdrawn'")
    )
    op.create_index(
        "ix_ledger_transaction_made",
        "ledger_transaction",
        [sa.literal_column("created_at desc"), sa.literal_column("id desc")],
        unique=False,
    )
    op.create_index(
        "ix_ledger_transaction_movement",
        "ledger_transaction",
        ["movement", sa.literal_column("created_at desc"), sa.literal_column("id desc")],
        unique=False,
    )
    op.drop_index(op.f("ix_posting_account"), table_name="posting")
    op.create_index(
        "ix_posting_account",
        "posting",
        ["account", sa.literal_column("created_at desc"), sa.literal_column("transaction_id desc")],
        unique=False,
    )
    op.create_index(
        "ix_posting_sums", "posting", ["account", "currency"], unique=False, postgresql_include=["amount_minor"]
    )
    op.add_column(
        "reconcile_run",
        sa.Column("counts", postgresql.JSONB(astext_type=sa.Text()), nullable=False, server_default="{}"),
    )
    op.alter_column("reconcile_run", "counts", server_default=None)
    op.add_column("reconcile_run", sa.Column("reached_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_webhook_event_waiting",
        "webhook_event",
        ["created_at"],
        unique=False,
        postgresql_where=sa.text("handled_at is null"),
    )
    op.execute((_SQL / "80_books.sql").read_text())
