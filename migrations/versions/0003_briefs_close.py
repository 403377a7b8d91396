"""A brief whose order ended before the deposit is closed."""

from alembic import op

revision = "0003"
down_revision = "0002"

_STAGES = "stage in ('draft', 'open', 'awarded', 'withdrawn', 'expired', 'closed')"


def upgrade() -> None:
    op.drop_constraint(op.f("ck_brief_briefstage_values"), "brief", type_="check")
    op.create_check_constraint(op.f("ck_brief_briefstage_values"), "brief", _STAGES)
    op.execute(
        "update brief set stage = 'closed', version = version + 1 where stage = 'awarded' and id in "
        "(select brief_id from purchase_order where stage in ('cancelled', 'expired'))"
    )
