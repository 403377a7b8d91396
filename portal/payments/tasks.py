"""What the worker does for payments."""

from datetime import timedelta
from uuid import UUID

from portal.core import jobs
from portal.core.db import lock, transaction
from portal.core.events import Event
from portal.core.web import settings
from portal.orders.models import Order
from portal.payments import audit, calls, gateway, messages, operations, reconcile, returns
from portal.payments.disputes import tasks as dispute_tasks
from portal.payments.givebacks import tasks as give_back_tasks
from portal.payments.payouts import releasing, schedule, transferring

__all__ = ["dispute_tasks", "give_back_tasks"]


@jobs.task("payments.handle_message", queue="payments")
def handle_message(message_id: str) -> None:
    """Look at what a webhook is about."""
    messages.handle(gateway.connect(settings()), UUID(message_id))


@jobs.task("payments.carry_out", queue="payments")
def carry_out(operation_id: str) -> None:
    """Do at Stripe what is intended."""
    calls.carry_out(gateway.connect(settings()), UUID(operation_id))


@jobs.task("payments.check", queue="payments")
def check(checkout_id: str) -> None:
    """Ask Stripe how a payment page stands."""
    calls.check(gateway.connect(settings()), UUID(checkout_id))


@jobs.task("payments.order_ended", queue="payments")
def order_ended(event_id: str) -> None:
    """An order was cancelled or has expired: its payment page is closed."""
    with transaction() as session:
        operations.end_checkouts(session, session.get_one(Event, UUID(event_id)).subject_id)


@jobs.task("payments.settle_end", queue="payments")
def settle_end(event_id: str) -> None:
    """An order has ended after its deposit, or a claim was settled: what comes back goes back."""
    with transaction() as session:
        returns.settle_end(session, session.get_one(Event, UUID(event_id)))


@jobs.task("payments.follow_bill", queue="payments")
def follow_bill(event_id: str) -> None:
    """What an order costs may have changed, or it waits for its balance now."""
    with transaction() as session:
        returns.follow_bill(session, session.get_one(Event, UUID(event_id)))


@jobs.task("payments.release_advance", queue="payments")
def release_advance(event_id: str) -> None:
    """The golden sample stands: what the quote asks for at that milestone is released."""
    with transaction() as session:
        event = session.get_one(Event, UUID(event_id))
        releasing.release_advance(session, lock(session, Order, event.subject_id), event)


@jobs.task("payments.go_on", queue="payments")
def go_on(order_id: str) -> None:
    """The money of an order may move again."""
    with transaction() as session:
        order = lock(session, Order, UUID(order_id))
        returns.go_on(session, order)
        jobs.defer(session, "payments.pay_out", factory_id=order.factory_id)


@jobs.task("payments.pay_out", queue="payments")
def pay_out(factory_id: str) -> None:
    """Something was released to a factory, or it owes something, or can be paid now: what is due goes."""
    with transaction() as session:
        transferring.transfer_all(session, UUID(factory_id))


@jobs.every(f"10 {schedule.HOUR} * * *", "payments.pay_out_due", queue="payments")
def pay_out_due() -> None:
    """The morning: what has fallen due by the factories' schedules goes. A morning that was missed is made up for by
    the next."""
    with transaction() as session:
        for factory_id in transferring.with_money_waiting(session):
            jobs.defer(session, "payments.pay_out", factory_id=factory_id)


@jobs.every("*/5 * * * *", "payments.reconcile", queue="payments")
def reconcile_what_has_not_ended() -> None:
    """Ask Stripe about everything that has not ended."""
    reconcile.what_has_not_ended(gateway.connect(settings()))


@jobs.every("17 * * * *", "payments.undelivered", queue="payments")
def take_undelivered() -> None:
    """Fetch the messages that Stripe could not deliver."""
    reconcile.undelivered_messages(gateway.connect(settings()))


@jobs.every("40 3 * * *", "payments.compare_books", queue="payments")
def compare_books() -> None:
    """Compare Stripe's books with ours."""
    audit.compare_books(gateway.connect(settings()))


#: How long a job that has failed for good rests before it is tried once more, again and again.
_REST = timedelta(minutes=50)


@jobs.every("25 * * * *", "payments.take_up_failed", queue="payments")
def take_up_failed() -> None:
    """Money that is owed is not forgotten: what failed all its tries is tried every hour, and stays on the operators'
    desk until it succeeds."""
    with transaction() as session:
        jobs.retry_failed(session, queue="payments", rested=_REST)
