"""Payments of the demo that banks have asked back: one that was won, one that waits for evidence."""

from uuid import UUID

from flask import current_app
from sqlmodel import Session, select

from portal.accounts.models import Person
from portal.core import clock
from portal.core.actor import Actor, Role
from portal.core.config import Settings
from portal.core.db import lock, transaction
from portal.orders.models import Order
from portal.payments import calls
from portal.payments.disputes import evidence, following, paper
from portal.payments.disputes.models import Dispute
from portal.payments.gateway import Gateway, connect
from portal.payments.models import LegKind, Operation, OperationKind, PaymentLeg
from sandbox.demo import people
from sandbox.demo.paying import stripe_at, wish

WON, OPEN = "Summer reading tote", "Harbour festival tote"
_STATEMENT = (
    "The buyer is a bookshop that ordered these bags with its own logo. It approved the sample, the goods passed their "
    "final inspection, and both parcels were delivered; the buyer confirmed each of them itself. No claim was raised "
    "while the claim window was open."
)
_FIELDS = ["customer_name", "product_description", "shipping_carrier", "shipping_tracking_number"]


def load() -> None:
    """Have the two payments contested, and the first of them answered and won."""
    settings: Settings = current_app.extensions["settings"]
    gateway, address = connect(settings), settings.STRIPE_API_BASE
    with transaction() as session:
        operator = people.actor(session.exec(select(Person).where(Person.role == Role.OPERATOR)).one())
    opened, answered, decided = (clock.now() - clock.days(days) for days in (12, 10.6, 5.5))
    with stripe_at(address, opened) as later:  # in one: a bank whose clock came back to now would not wait for evidence
        with clock.at(opened):
            ident, stripe_id = _contest(gateway, address, WON, LegKind.BALANCE)
        later(answered)
        with clock.at(answered):
            _answer(gateway, ident, operator)
        later(decided)
        with clock.at(decided):
            wish(address, f"/disputes/{stripe_id}/decide", outcome="won")
            following.follow(gateway, stripe_id)
    lately = clock.now() - clock.days(1.6)
    with stripe_at(address, lately), clock.at(lately):
        _contest(gateway, address, OPEN, LegKind.DEPOSIT)


def _contest(gateway: Gateway, address: str, title: str, kind: LegKind) -> tuple[UUID, str]:
    """The bank takes a payment of an order back: our id of the dispute, and Stripe's."""
    with transaction() as session:
        paid = select(PaymentLeg).join(Order, Order.id == PaymentLeg.order_id)
        leg = session.exec(paid.where(Order.title == title, PaymentLeg.kind == kind)).one()
    charge = gateway.charge_of_payment(str(leg.payment_id))
    stripe_id = wish(address, f"/charges/{charge}/dispute", reason="product_not_received")["id"]
    following.follow(gateway, stripe_id)
    with transaction() as session:
        return session.exec(select(Dispute.id).where(Dispute.stripe_id == stripe_id)).one(), stripe_id


def _answer(gateway: Gateway, ident: UUID, operator: Actor) -> None:
    with transaction() as session:
        evidence.prepare(session, lock(session, Dispute, ident), _STATEMENT, _FIELDS, actor=operator)
    paper.make(ident)
    with transaction() as session:
        dispute = _locked(session, ident)
        evidence.submit(session, dispute, sha256=dispute.pack_sha256, actor=operator)
    with transaction() as session:
        of_kind = select(Operation.id).where(Operation.kind == OperationKind.SUBMIT_EVIDENCE)
        waiting = session.exec(of_kind.where(Operation.subject_id == ident)).one()
    calls.carry_out(gateway, waiting)


def _locked(session: Session, ident: UUID) -> Dispute:
    lock(session, Order, session.get_one(Dispute, ident).order_id)
    return lock(session, Dispute, ident)
