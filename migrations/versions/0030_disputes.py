"""Card disputes, what factories give back of what they were paid, subsidies and their budgets."""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0030"
down_revision = "0051"

_CHECKS = (
    (
        "ledger_transaction",
        "movement_values",
        "movement in ('leg_paid', 'stripe_fee', 'unexpected_payment', 'given_back', 'held_given_back', 'released_given_back', 'subsidy_granted', 'refund_settled', 'refund_reversed', 'released', 'transferred', 'transfer_reversed', 'set_off', 'bank_paid', 'bank_returned', 'stripe_payout', 'stripe_payout_returned', 'dispute_opened', 'dispute_fee', 'dispute_fee_returned', 'dispute_won', 'dispute_lost_refund', 'dispute_lost_held', 'dispute_lost_factory', 'dispute_lost_portal', 'corrected_up', 'corrected_down')",
    ),
    (
        "release_part",
        "lost",
        "lost_minor between 0 and gross_minor and lost_fee_minor between 0 and fee_minor",
    ),
)


def upgrade() -> None:
    op.create_table(
        "subsidy_budget",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("currency", sqlmodel.sql.sqltypes.AutoString(length=3), nullable=False),
        sa.Column("monthly_minor", sa.BigInteger(), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint("monthly_minor >= 0", name=op.f("ck_subsidy_budget_monthly")),
        sa.ForeignKeyConstraint(["set_by"], ["person.id"], name=op.f("fk_subsidy_budget_set_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subsidy_budget")),
        sa.UniqueConstraint("currency", name=op.f("uq_subsidy_budget_currency")),
    )
    op.create_table(
        "card_dispute",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("brief_id", sa.Uuid(), nullable=False),
        sa.Column("factory_id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sqlmodel.sql.sqltypes.AutoString(length=255), nullable=False),
        sa.Column("stripe_id", sqlmodel.sql.sqltypes.AutoString(length=255), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "opened",
                "answered",
                "won",
                "lost",
                "dropped",
                name="disputestage_values",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("status", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sqlmodel.sql.sqltypes.AutoString(length=3), nullable=False),
        sa.Column("evidence_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_minor", sa.BigInteger(), nullable=False),
        sa.Column("back_minor", sa.BigInteger(), nullable=False),
        sa.Column("lost_refunds_minor", sa.BigInteger(), nullable=False),
        sa.Column("lost_held_minor", sa.BigInteger(), nullable=False),
        sa.Column("lost_released_minor", sa.BigInteger(), nullable=False),
        sa.Column(
            "liable",
            sa.Enum("portal", "factory", name="liable_values", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("verdict", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.Column("statement", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("fields", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("pack_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("pack_sha256", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("pack_pages", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("pack_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pack_made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(settled_at is not null) or (lost_released_minor = 0)", name=op.f("ck_card_dispute_settled")
        ),
        sa.CheckConstraint(
            "amount_minor > 0 and taken_minor >= 0 and back_minor >= 0", name=op.f("ck_card_dispute_amounts")
        ),
        sa.ForeignKeyConstraint(["brief_id"], ["brief.id"], name=op.f("fk_card_dispute_brief_id")),
        sa.ForeignKeyConstraint(["factory_id"], ["factory.id"], name=op.f("fk_card_dispute_factory_id")),
        sa.ForeignKeyConstraint(["order_id"], ["purchase_order.id"], name=op.f("fk_card_dispute_order_id")),
        sa.ForeignKeyConstraint(["settled_by"], ["person.id"], name=op.f("fk_card_dispute_settled_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_dispute")),
        sa.UniqueConstraint("stripe_id", name=op.f("uq_card_dispute_stripe_id")),
    )
    op.create_index(
        "ix_card_dispute_open",
        "card_dispute",
        ["evidence_due_at"],
        unique=False,
        postgresql_where=sa.text("stage in ('opened', 'answered')"),
    )
    op.create_index("ix_card_dispute_order", "card_dispute", ["order_id"], unique=False)
    op.create_table(
        "give_back",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("brief_id", sa.Uuid(), nullable=False),
        sa.Column("factory_id", sa.Uuid(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "asked",
                "granted",
                "declined",
                "withdrawn",
                name="givebackstage_values",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("currency", sqlmodel.sql.sqltypes.AutoString(length=3), nullable=False),
        sa.Column("asked_minor", sa.BigInteger(), nullable=True),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("granted_minor", sa.BigInteger(), nullable=False),
        sa.Column("reply", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(stage = 'granted') = (granted_minor > 0)", name=op.f("ck_give_back_granted")),
        sa.CheckConstraint("asked_minor > 0", name=op.f("ck_give_back_asked")),
        sa.ForeignKeyConstraint(["brief_id"], ["brief.id"], name=op.f("fk_give_back_brief_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_give_back_decided_by")),
        sa.ForeignKeyConstraint(["factory_id"], ["factory.id"], name=op.f("fk_give_back_factory_id")),
        sa.ForeignKeyConstraint(["order_id"], ["purchase_order.id"], name=op.f("fk_give_back_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_give_back")),
    )
    op.create_index("ix_give_back_order", "give_back", ["order_id"], unique=False)
    op.create_index(
        "uq_give_back_asked", "give_back", ["order_id"], unique=True, postgresql_where=sa.text("stage = 'asked'")
    )
    op.create_table(
        "subsidy",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sqlmodel.sql.sqltypes.AutoString(length=3), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("granted_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_subsidy_amount")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_subsidy_event_id")),
        sa.ForeignKeyConstraint(["granted_by"], ["person.id"], name=op.f("fk_subsidy_granted_by")),
        sa.ForeignKeyConstraint(["order_id"], ["purchase_order.id"], name=op.f("fk_subsidy_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subsidy")),
        sa.UniqueConstraint("event_id", name=op.f("uq_subsidy_event_id")),
    )
    op.create_index("ix_subsidy_month", "subsidy", ["currency", "month"], unique=False)
    op.create_index("ix_subsidy_order", "subsidy", ["order_id"], unique=False)
    for column in ("lost_minor", "lost_fee_minor"):
        op.add_column("release_part", sa.Column(column, sa.BigInteger(), nullable=False, server_default="0"))
        op.alter_column("release_part", column, server_default=None)
    for table, name, check in _CHECKS:
        op.execute(f"alter table {table} drop constraint if exists ck_{table}_{name}")
        op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, check)
