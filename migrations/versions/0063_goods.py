"""A factory says which goods it makes: who prints T-shirts is not asked for mugs. Those that have not said yet, make all."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0063"
down_revision = "0062"


_GOODS = """tote_bag t_shirt hoodie cap apron socks towel pouch patch mug bottle notebook sticker card pen keyring badge
phone_case mouse_mat umbrella"""


def upgrade() -> None:
    op.add_column("capability", sa.Column("goods", postgresql.ARRAY(sa.TEXT()), nullable=False, server_default="{}"))
    op.alter_column("capability", "goods", server_default=None)
    all_goods = sa.text("update capability set goods = :goods where category = 'printed_goods'")
    op.get_bind().execute(all_goods, {"goods": _GOODS.split()})
    op.drop_index("ix_capability_match", "capability")
    op.create_index(
        "ix_capability_match",
        "capability",
        ["category", sa.literal_column("score desc"), "factory_id"],
        unique=False,
        postgresql_where=sa.text("available"),
        postgresql_include=["moq", "max_quantity", "goods", "processes", "materials", "certificates", "markets"],
    )
