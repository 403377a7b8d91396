"""What a creator says of a product of theirs. What it is and costs stands in its orders."""

from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ForeignKey
from sqlmodel import Field

from portal.core.db import Record, amount


class ProductPrice(Record, table=True):
    """The retail price of a product, in minor units of its orders' currency, and the creator's own number for it. The
    product is known by the first order of it: later ones repeat that."""

    __tablename__ = "product_price"
    __table_args__ = (CheckConstraint("retail_minor > 0", name="retail"),)

    order_id: UUID = Field(sa_column=Column(ForeignKey("purchase_order.id"), nullable=False, unique=True))
    creator_id: UUID = Field(sa_column=Column(ForeignKey("person.id"), nullable=False, index=True))
    sku: str = Field(default="", max_length=60)
    retail_minor: int | None = amount(None)
