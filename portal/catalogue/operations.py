"""What a creator says of their products."""

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session

from portal.catalogue.models import ProductPrice
from portal.core.actor import Actor
from portal.core.clock import now
from portal.core.db import new_id


class Said(NamedTuple):
    """The creator's own number and the retail price (minor units; None: not known yet) of the product `product_id`."""

    product_id: UUID
    sku: str
    retail_minor: int | None


def price(session: Session, said: Iterable[Said], *, actor: Actor) -> int:
    """Keep what is said of products, which the caller has read out of the actor's own catalogue. Returns how many."""
    rows = [
        {
            "id": new_id(),
            "created_at": now(),
            "order_id": one.product_id,
            "creator_id": actor.person_id,
            "sku": one.sku,
            "retail_minor": one.retail_minor,
        }
        for one in said
    ]
    if rows:
        query = insert(ProductPrice).values(rows)
        kept = {"sku": query.excluded.sku, "retail_minor": query.excluded.retail_minor}
        session.execute(query.on_conflict_do_update(index_elements=["order_id"], set_=kept))
    return len(rows)
