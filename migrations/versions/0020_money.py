"""Money: releases to factories, transfers and bank batches, what is taken back, and what holds an order's money."""

from pathlib import Path

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0010"

_SQL = Path(__file__).resolve().parents[1] / "sql"
_CHECKS = (
    (
        "ledger_transaction",
        "movement_values",
        "movement in ('leg_paid', 'stripe_fee', 'unexpected_payment', 'given_back', 'held_given_back', 'released_given_back', 'subsidy_granted', 'refund_settled', 'refund_reversed', 'released', 'transferred', 'transfer_reversed', 'set_off', 'bank_paid', 'bank_returned', 'stripe_payout', 'stripe_payout_returned', 'dispute_opened', 'dispute_fee', 'dispute_fee_returned', 'dispute_won', 'dispute_lost_held', 'dispute_lost_factory', 'dispute_lost_portal', 'corrected_up', 'corrected_down')",
    ),
    (
        "posting",
        "account_values",
        "account in ('stripe_clearing', 'bank', 'order_held', 'factory_payable', 'factory_receivable', 'platform_fee', 'fees', 'suspense', 'refund_payable', 'subsidy_expense', 'dispute_receivable', 'dispute_loss', 'unexplained')",
    ),
    (
        "payment_operation",
        "operationkind_values",
        "kind in ('open_checkout', 'expire_checkout', 'refund', 'open_account', 'transfer', 'reverse_transfer', 'submit_evidence')",
    ),
    (
        "reconcile_break",
        "breakkind_values",
        "kind in ('missing_posting', 'missing_at_stripe', 'different_amount', 'clearing_balance', 'held_balance', 'old_suspense', 'refund_failed', 'unknown_refund', 'transfer_failed', 'reversal_failed', 'payable_balance', 'bank_line_failed', 'dispute_open')",
    ),
    (
        "refund",
        "refundreason_values",
        "reason in ('late', 'double', 'wrong_amount', 'ended', 'claim', 'short', 'released', 'subsidy')",
    ),
    ("refund", "event", "(reason in ('late', 'double', 'wrong_amount')) = (event_id is null)"),
    ("refund", "part", "(reason = 'released') = (part_id is not null)"),
    ("quote", "advance", "advance_percent between 0 and 50"),
)


def upgrade() -> None:
    op.execute("create sequence payout_batch_number")
    op.create_table(
        "payout_batch",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("number", sa.Integer(), server_default=sa.text("nextval('payout_batch_number')"), nullable=True),
        sa.Column(
            "stage",
            sa.Enum(
                "prepared",
                "approved",
                "exported",
                "settled",
                "discarded",
                name="batchstage_values",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("currency", sqlmodel.sql.sqltypes.AutoString(length=3), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("prepared_by", sa.Uuid(), nullable=False),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["approved_by"], ["person.id"], name=op.f("fk_payout_batch_approved_by")),
        sa.ForeignKeyConstraint(["prepared_by"], ["person.id"], name=op.f("fk_payout_batch_prepared_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_batch")),
        sa.UniqueConstraint("number", name=op.f("uq_payout_batch_number")),
    )
    op.create_table(
        "recipient",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("factory_id", sa.Uuid(), nullable=False),
        sa.Column(
            "rail",
            sa.Enum("stripe", "bank", name="rail_values", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "stage",
            sa.Enum(
                "none",
                "onboarding",
                "active",
                "restricted",
                "disconnected",
                name="recipientstage_values",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "schedule",
            sa.Enum(
                "daily",
                "weekly",
                "monthly",
                name="schedule_values",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("country", sqlmodel.sql.sqltypes.AutoString(length=2), nullable=False),
        sa.Column("stripe_id", sqlmodel.sql.sqltypes.AutoString(length=255), nullable=True),
        sa.Column("requirements", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sealed_bank", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("bank_masked", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["factory_id"], ["factory.id"], name=op.f("fk_recipient_factory_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recipient")),
        sa.UniqueConstraint("factory_id", name=op.f("uq_recipient_factory_id")),
        sa.UniqueConstraint("stripe_id", name=op.f("uq_recipient_stripe_id")),
    )
    op.create_table(
        "payout_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("factory_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "waiting",
                "paid",
                "failed",
                "dropped",
                name="linestage_values",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sqlmodel.sql.sqltypes.AutoString(length=3), nullable=False),
        sa.Column("sealed_bank", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("failure", sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_payout_line_amount")),
        sa.ForeignKeyConstraint(["batch_id"], ["payout_batch.id"], name=op.f("fk_payout_line_batch_id")),
        sa.ForeignKeyConstraint(["factory_id"], ["factory.id"], name=op.f("fk_payout_line_factory_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_line")),
        sa.UniqueConstraint("reference", name=op.f("uq_payout_line_reference")),
    )
    op.create_index("ix_payout_line_batch", "payout_line", ["batch_id"], unique=False)
    op.create_index("ix_payout_line_factory", "payout_line", ["factory_id"], unique=False)
    op.create_table(
        "order_hold",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("dispute", "break", name="holdkind_values", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(length=255), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["purchase_order.id"], name=op.f("fk_order_hold_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_hold")),
    )
    op.create_index(
        "uq_order_hold_open",
        "order_hold",
        ["order_id", "kind", "subject"],
        unique=True,
        postgresql_where=sa.text("lifted_at is null"),
    )
    op.create_table(
        "release",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("factory_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "advance",
                "final",
                "kept",
                name="releasekind_values",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("gross_minor", sa.BigInteger(), nullable=False),
        sa.Column("fee_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sqlmodel.sql.sqltypes.AutoString(length=3), nullable=False),
        sa.CheckConstraint("gross_minor > 0 and fee_minor between 0 and gross_minor", name=op.f("ck_release_amounts")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_release_event_id")),
        sa.ForeignKeyConstraint(["factory_id"], ["factory.id"], name=op.f("fk_release_factory_id")),
        sa.ForeignKeyConstraint(["order_id"], ["purchase_order.id"], name=op.f("fk_release_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release")),
        sa.UniqueConstraint("event_id", name=op.f("uq_release_event_id")),
    )
    op.create_index("ix_release_order", "release", ["order_id"], unique=False)
    op.create_table(
        "release_part",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("factory_id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sqlmodel.sql.sqltypes.AutoString(length=255), nullable=False),
        sa.Column("gross_minor", sa.BigInteger(), nullable=False),
        sa.Column("fee_minor", sa.BigInteger(), nullable=False),
        sa.Column("offset_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sqlmodel.sql.sqltypes.AutoString(length=3), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=True),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "gross_minor > 0 and fee_minor between 0 and gross_minor", name=op.f("ck_release_part_amounts")
        ),
        sa.CheckConstraint("offset_minor between 0 and gross_minor - fee_minor", name=op.f("ck_release_part_offset")),
        sa.ForeignKeyConstraint(["factory_id"], ["factory.id"], name=op.f("fk_release_part_factory_id")),
        sa.ForeignKeyConstraint(["line_id"], ["payout_line.id"], name=op.f("fk_release_part_line_id")),
        sa.ForeignKeyConstraint(["order_id"], ["purchase_order.id"], name=op.f("fk_release_part_order_id")),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_release_part_release_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_part")),
        sa.UniqueConstraint("release_id", "payment_id", name=op.f("uq_release_part_release_id_payment_id")),
    )
    op.create_index("ix_release_part_line", "release_part", ["line_id"], unique=False)
    op.create_index("ix_release_part_order", "release_part", ["order_id"], unique=False)
    op.create_index("ix_release_part_payment", "release_part", ["payment_id"], unique=False)
    op.create_index(
        "ix_release_part_unpaid",
        "release_part",
        ["factory_id"],
        unique=False,
        postgresql_where=sa.text("paid_at is null"),
    )
    op.create_table(
        "transfer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("factory_id", sa.Uuid(), nullable=False),
        sa.Column("part_id", sa.Uuid(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "requested",
                "created",
                "partly_reversed",
                "reversed",
                "failed",
                name="transferstage_values",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("account_id", sqlmodel.sql.sqltypes.AutoString(length=255), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sqlmodel.sql.sqltypes.AutoString(length=3), nullable=False),
        sa.Column("stripe_id", sqlmodel.sql.sqltypes.AutoString(length=255), nullable=True),
        sa.Column("failure", sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
        sa.Column("created_there_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_transfer_amount")),
        sa.ForeignKeyConstraint(["factory_id"], ["factory.id"], name=op.f("fk_transfer_factory_id")),
        sa.ForeignKeyConstraint(["order_id"], ["purchase_order.id"], name=op.f("fk_transfer_order_id")),
        sa.ForeignKeyConstraint(["part_id"], ["release_part.id"], name=op.f("fk_transfer_part_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer")),
        sa.UniqueConstraint("stripe_id", name=op.f("uq_transfer_stripe_id")),
    )
    op.create_index("ix_transfer_order", "transfer", ["order_id"], unique=False)
    op.create_index(
        "uq_transfer_part", "transfer", ["part_id"], unique=True, postgresql_where=sa.text("stage <> 'failed'")
    )
    op.create_table(
        "reversal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("factory_id", sa.Uuid(), nullable=False),
        sa.Column("transfer_id", sa.Uuid(), nullable=False),
        sa.Column("cause", sa.Uuid(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "requested",
                "succeeded",
                "failed",
                name="reversalstage_values",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sqlmodel.sql.sqltypes.AutoString(length=3), nullable=False),
        sa.Column("stripe_id", sqlmodel.sql.sqltypes.AutoString(length=255), nullable=True),
        sa.Column("failure", sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_reversal_amount")),
        sa.ForeignKeyConstraint(["factory_id"], ["factory.id"], name=op.f("fk_reversal_factory_id")),
        sa.ForeignKeyConstraint(["order_id"], ["purchase_order.id"], name=op.f("fk_reversal_order_id")),
        sa.ForeignKeyConstraint(["transfer_id"], ["transfer.id"], name=op.f("fk_reversal_transfer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reversal")),
        sa.UniqueConstraint("stripe_id", name=op.f("uq_reversal_stripe_id")),
        sa.UniqueConstraint("transfer_id", "cause", name=op.f("uq_reversal_transfer_id_cause")),
    )
    op.create_index("ix_reversal_order", "reversal", ["order_id"], unique=False)
    op.add_column("payment_leg", sa.Column("lost_minor", sa.BigInteger(), nullable=False, server_default="0"))
    op.alter_column("payment_operation", "order_id", existing_type=sa.UUID(), nullable=True)
    op.add_column("quote", sa.Column("advance_percent", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("refund", sa.Column("part_id", sa.Uuid(), nullable=True))
    op.add_column("refund", sa.Column("fee_minor", sa.BigInteger(), nullable=False, server_default="0"))
    op.drop_constraint(op.f("uq_refund_event_id_payment_id"), "refund", type_="unique")
    op.create_index("ix_refund_part", "refund", ["part_id"], unique=False)
    op.create_unique_constraint(
        op.f("uq_refund_event_id_payment_id_part_id"),
        "refund",
        ["event_id", "payment_id", "part_id"],
        postgresql_nulls_not_distinct=True,
    )
    op.create_foreign_key(op.f("fk_refund_part_id"), "refund", "release_part", ["part_id"], ["id"])
    for table, column in (("payment_leg", "lost_minor"), ("quote", "advance_percent"), ("refund", "fee_minor")):
        op.alter_column(table, column, server_default=None)
    for table, name, check in _CHECKS:
        op.execute(f"alter table {table} drop constraint if exists ck_{table}_{name}")
        op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, check)
    op.execute((_SQL / "70_money.sql").read_text())
