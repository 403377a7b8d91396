"""Shipping an order in one or several parcels, and their arrival."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, func, select
from sqlmodel import Session, col

from portal.core import clock
from portal.core.actor import Actor, Role
from portal.core.clock import days
from portal.core.errors import Gone, Invalid, NotFound
from portal.core.events import Event
from portal.core.filters import zone
from portal.core.i18n import N_
from portal.core.lifecycle import advance
from portal.designs import photos
from portal.factories import standing
from portal.orders import bill
from portal.orders.acting import must
from portal.orders.changes import operations as changes
from portal.orders.lifecycle import OrderStage
from portal.orders.models import Order, Parcel
from portal.orders.parcels import carriers, standstill

#: How long after delivery the creator may open a claim.
CLAIM_WINDOW = days(14)
#: How long ago a parcel that is entered now may have left.
EARLIEST = days(30)
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Load:
    """What the factory says of a parcel. `lines`: its packing list, [{"text", "pieces"}], whose pieces make `pieces`.
    `short`: why fewer pieces come than were made; only asked of the last parcel."""

    pieces: int
    cartons: int
    net_grams: int
    gross_grams: int
    carrier: str
    tracking_number: str
    shipped_on: date
    lines: Sequence[dict[str, Any]] = ()
    photos: Sequence[str] = ()
    short: str = ""


def ship(session: Session, order: Order, load: Load, *, last: bool, actor: Actor) -> Parcel:
    """Send a parcel of an order (locked) on its way; the `last`, and one that leaves nothing, completes the order.

    Raises `NotFound` for others than the order's factory, `NotAllowed` at another stage, `Invalid` (with fields) where
    the figures don't fit what was made: parcels hold no more than that, all of them together no less, unless `short`
    says why and the tolerance allows it; `Gone` while the goods must stay.
    """
    must(order, "ship_last", actor)
    standstill.must_move(session.connection(), order.id)
    before = sent_before(session, order.id)
    _check_load(order, load)
    _check_pieces(order, load, before, last=last)
    last = last or before + load.pieces == made(order)
    parcel = _parcel(session, order, load, actor)
    told = {"parcel_id": str(parcel.id), "number": parcel.number, "pieces": parcel.pieces, "carrier": parcel.carrier}
    told |= {"tracking_number": parcel.tracking_number}
    if not last:
        advance(session, order, "ship_parcel", actor=actor, **told)
        return parcel
    first_time = not _shipped_before(session, order)
    order.shipped_at = clock.now()
    order.arrival_due_at = _arrival_due(session, order)
    why = _settle_short(order, load, before)
    advance(session, order, "ship_last", actor=actor, **told, **why)
    changes.fall(session, order)
    if first_time:  # goods that are made again don't count twice
        promised = order.ship_by_end
        on_time = promised is None or order.shipped_at <= promised
        standing.count_shipped(session, order.factory_id, order.category, quantity=order.quantity, on_time=on_time)
    return parcel


def _settle_short(order: Order, load: Load, before: int) -> dict[str, Any]:
    """Where fewer pieces come than were made, the bill follows them; what is said of it with the shipping."""
    missing = made(order) - before - load.pieces
    if not missing:
        return {}
    order.made_quantity = before + load.pieces
    bill.reckon(order)
    return {"reason": load.short, "missing": missing}


def _shipped_before(session: Session, order: Order) -> bool:
    earlier = select(Event.id).where(Event.order_id == order.id, Event.name == "order_shipped")
    return session.scalars(earlier.limit(1)).first() is not None


def made(order: Any) -> int:
    """The pieces that there are to ship: the good ones made; those ordered while nobody has said."""
    return order.made_quantity or order.quantity


def sent_before(conn: Connection | Session, order_id: UUID) -> int:
    """The pieces in parcels that have left already; those before a remake were another making."""
    query = select(func.coalesce(func.sum(Parcel.pieces), 0)).where(*_of_this_making(order_id))
    return conn.execute(query).scalar_one()


def _of_this_making(order_id: UUID) -> tuple[ColumnElement[bool], ...]:
    """The order's parcels; where its goods were made again, those since."""
    remade = select(func.max(Event.created_at)).where(Event.order_id == order_id, Event.name == "remake_settled")
    since = func.coalesce(remade.scalar_subquery(), _LONG_AGO)
    return Parcel.order_id == order_id, Parcel.created_at > since  # type: ignore[return-value]


def _check_load(order: Order, load: Load) -> None:
    there = zone(order.terms.get("factory", {}).get("timezone", "UTC"))
    today = clock.now().astimezone(there).date()
    if load.carrier not in carriers.CARRIERS:
        raise Invalid(carrier=N_("Choose who carries the parcel."))
    if load.gross_grams < load.net_grams:
        raise Invalid(gross=N_("The gross weight has the packing in it: it can't be less than the net weight."))
    if not today - EARLIEST <= load.shipped_on <= today:
        raise Invalid(shipped_on=N_("Write the day on which the parcel left: today, or a day of the last month."))
    if load.lines and sum(line["pieces"] for line in load.lines) != load.pieces:
        raise Invalid(lines=N_("The packing list’s pieces don’t add up to the pieces in the parcel."))


def _check_pieces(order: Order, load: Load, before: int, *, last: bool) -> None:
    left = made(order) - before
    if load.pieces > left:
        raise Invalid(pieces=N_("Only %(left)d pcs are left to ship.", left=left))
    if not last or load.pieces == left:
        return
    if before + load.pieces < bill.fewest(order.quantity):
        fewest = bill.fewest(order.quantity)
        raise Invalid(
            pieces=N_(
                "%(left)d pcs are left to ship. If this is the last parcel, at least %(fewest)d pcs must have been "
                "shipped in all.",
                left=left,
                fewest=fewest,
            )
        )
    if not load.short:
        raise Invalid(short=N_("%(left)d pcs are left to ship. Say why the rest does not come.", left=left))


def _parcel(session: Session, order: Order, load: Load, actor: Actor) -> Parcel:
    newest = session.scalar(select(func.max(Parcel.number)).where(Parcel.order_id == order.id))
    parcel = Parcel(
        order_id=order.id,
        number=(newest or 0) + 1,
        sent_by=actor.person_id,
        pieces=load.pieces,
        cartons=load.cartons,
        net_grams=load.net_grams,
        gross_grams=load.gross_grams,
        lines=list(load.lines) or [{"text": order.title, "pieces": load.pieces}],
        carrier=load.carrier,
        tracking_number=carriers.checked_number(load.carrier, load.tracking_number),
        shipped_on=load.shipped_on,
        photos=photos.taken(session, "order", order.id, load.photos, actor=actor),
    )
    session.add(parcel)
    session.flush()
    return parcel


def _arrival_due(session: Session, order: Order) -> datetime:
    """When the slowest parcel that is still under way should have arrived."""
    country = order.terms["brief"]["ship_country"]
    under_way = select(Parcel).where(*_of_this_making(order.id), col(Parcel.delivered_at).is_(None))
    day = max(p.shipped_on + days(carriers.transit_days(p.carrier, country)) for p in session.scalars(under_way))
    return max(datetime.combine(day, time(12), UTC), clock.now() + days(1))


def own_parcel(session: Session, order: Order, parcel_id: UUID) -> Parcel:
    """A parcel of the order. Raises `NotFound`."""
    parcel = session.get(Parcel, parcel_id)
    if parcel is None or parcel.order_id != order.id:
        raise NotFound()
    return parcel


def arrive(
    session: Session, order: Order, parcel: Parcel, *, actor: Actor, at: datetime | None = None, proof: str = ""
) -> None:
    """A parcel of an order (locked) has arrived: the creator says so, or somebody else with the carrier's `proof` of
    the moment `at`. With the last one of a shipped order its claim window begins, from now on.

    Raises `NotFound` for strangers, `Gone` when it was said before, `Invalid` without proof or for a wrong moment.
    """
    _check_side(order, actor)
    if parcel.delivered_at is not None:
        raise Gone(N_("Somebody has already said that this parcel has arrived."))
    if actor.role != Role.CREATOR and not proof:
        raise Invalid(proof=N_("Say how the carrier shows it: who signed, or what the tracking page says."))
    moment, left = at or clock.now(), datetime.combine(parcel.shipped_on, time(), UTC)
    if not left - days(1) <= moment <= clock.now():  # it may have left on the next day already, in the factory's east
        raise Invalid(delivered_on=N_("Write the day of delivery: not before the parcel left, and not after today."))
    parcel.delivered_at, parcel.delivered_by = moment, actor.role
    session.add(parcel)
    session.flush()
    said = {"parcel_id": str(parcel.id), "number": parcel.number}
    advance(session, order, "parcel_arrived", actor=actor, **said, **({"reason": proof} if proof else {}))
    if order.stage == OrderStage.SHIPPED:
        _deliver_if_complete(session, order, actor)


def _check_side(order: Order, actor: Actor) -> None:
    strangers = (
        actor.role == Role.CREATOR and actor.person_id != order.creator_id,
        actor.role == Role.FACTORY and actor.factory_id != order.factory_id,
    )
    if any(strangers):
        raise NotFound()


def _deliver_if_complete(session: Session, order: Order, actor: Actor) -> None:
    arrivals = session.scalars(select(Parcel.delivered_at).where(*_of_this_making(order.id))).all()
    if None in arrivals:
        return
    order.delivered_at = max(arrivals)
    order.claims_until = clock.now() + CLAIM_WINDOW
    advance(session, order, "deliver", actor=actor)
