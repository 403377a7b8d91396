"""What the worker does for parcels: asks the carriers' services which have arrived."""

import structlog

from portal.core import jobs
from portal.core.actor import WORKER
from portal.core.db import lock, reader, transaction
from portal.core.errors import PortalError
from portal.orders.models import Order
from portal.orders.parcels import operations, queries
from portal.orders.parcels.tracking import SERVICES

log = structlog.get_logger()


@jobs.every("15 */3 * * *", "orders.track_parcels")
def track_parcels() -> None:
    """Ask about every parcel under way with a carrier that a service answers for. One that fails delays no other."""
    if not SERVICES:
        return
    for row in queries.under_way(reader(), sorted(SERVICES)):
        try:
            found = SERVICES[row.carrier].delivered(row.carrier, row.tracking_number)
        except Exception as problem:
            log.warning("tracking failed", carrier=row.carrier, parcel=str(row.id), error=str(problem))
            continue
        if found is None:
            continue
        try:
            with transaction() as session:
                order = lock(session, Order, row.order_id)
                parcel = operations.own_parcel(session, order, row.id)
                operations.arrive(session, order, parcel, actor=WORKER, at=found.at, proof=found.proof)
        except PortalError as problem:
            log.info("arrival not taken", parcel=str(row.id), why=str(problem.message))
