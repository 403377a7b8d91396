"""What inspectors find, for tests."""

from typing import Any

from sqlmodel import Session

from portal.core.actor import Actor
from portal.orders.inspections.operations import Defect, Findings
from portal.orders.models import Order
from portal.orders.samples.queries import golden
from tests.photographs import ready


def views(session: Session, order: Order, actor: Actor) -> dict[str, str]:
    """A photo of the goods beside each of the golden sample's."""
    sealed = golden(session, order.id)
    assert sealed
    return {ident: ready(session, "order", order.id, actor) for ident in sealed.photos}


def found(session: Session, order: Order, actor: Actor, *, major: int = 0, minor: int = 0, **changes: Any) -> Findings:
    """Findings of the final inspection with so many pieces with a major or a minor defect."""
    counts = {"critical": 0, "major": major, "minor": minor}
    defects = [Defect(code, f"A {code} defect") for code, count in counts.items() if count]
    said = {"lot": order.made_quantity, "found": counts, "defects": defects, "views": views(session, order, actor)}
    return Findings(**(said | changes))
