"""An account's postings in one currency are found by an index, and summed up by the same."""

from alembic import op

revision = "0052"
down_revision = "0040"


def upgrade() -> None:
    op.execute("drop index ix_posting_sums")
    op.execute(
        "create index ix_posting_sums on posting (account, currency, created_at desc, transaction_id desc)"
        " include (amount_minor)"
    )
