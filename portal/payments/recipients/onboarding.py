"""Factories' accounts at Stripe: opened once, filled in on Stripe's page, followed for as long as they last."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import or_, select
from sqlmodel import Session, col

from portal.core.clock import days, hours, now
from portal.core.db import transaction
from portal.core.errors import Gone
from portal.core.i18n import N_
from portal.payments import calls
from portal.payments.acts import ACTS, Act
from portal.payments.books.models import ReconcileRun
from portal.payments.gateway import Gateway
from portal.payments.messages import HANDLERS
from portal.payments.models import OperationKind, WebhookEvent
from portal.payments.recipients import operations
from portal.payments.recipients.lifecycle import RecipientStage
from portal.payments.recipients.models import Rail, Recipient
from portal.payments.reconcile import NOT_ENDED, each
from portal.payments.reports import Refused

_AT_ONCE = 200
_ASKED_EVERY = {
    RecipientStage.ONBOARDING: timedelta(minutes=15),
    RecipientStage.RESTRICTED: timedelta(minutes=15),
    RecipientStage.ACTIVE: days(1),
}

ACTS[OperationKind.OPEN_ACCOUNT] = Act(
    lambda gateway, operation, key: gateway.open_account(operation.params, key),
    lambda gateway, operation: gateway.find_account(str(operation.id), operation.created_at - hours(1)),
    operations.record_opened,
    operations.record_not_opened,
)


def opened(gateway: Gateway, recipient_id: UUID) -> str:
    """Stripe's id of a factory's account; one that is about to be opened is opened now.

    Raises `Unreachable`, and `Refused` when Stripe will not open it.
    """
    with transaction() as session:
        opening = operations.opening_of(session, recipient_id)
    if opening:
        calls.carry_out(gateway, opening.id)
    with transaction() as session:
        stripe_id = session.get_one(Recipient, recipient_id).stripe_id
    if stripe_id is None:
        raise Refused("no account was opened")
    return stripe_id


def page(gateway: Gateway, recipient_id: UUID, *, back: str, again: str) -> str:
    """The address at which a factory's owner fills in what Stripe asks for; made for this click, kept nowhere.

    Raises what `opened` raises, and `Gone` when Stripe lets us do nothing with the account any more.
    """
    stripe_id = opened(gateway, recipient_id)
    try:
        return gateway.onboarding_page(stripe_id, back=back, again=again)
    except Refused:
        _gone_or_as_before(gateway, recipient_id)
        raise


def dashboard(gateway: Gateway, recipient_id: UUID) -> str:
    """The address at which a factory's owner sees what Stripe has paid out. Raises as `page`."""
    stripe_id = opened(gateway, recipient_id)
    try:
        return gateway.dashboard_page(stripe_id)
    except Refused:
        _gone_or_as_before(gateway, recipient_id)
        raise


def _gone_or_as_before(gateway: Gateway, recipient_id: UUID) -> None:
    if check(gateway, recipient_id) == "disconnected":
        raise Gone(N_("Your account at Stripe is no longer connected. Set it up again."))


def check(gateway: Gateway, recipient_id: UUID) -> str:
    """Ask Stripe how a factory's account stands and take it over: what that came to."""
    with transaction() as session:
        stripe_id = session.get_one(Recipient, recipient_id).stripe_id
    if stripe_id is None:
        return "unopened"
    asked_at = now()
    report = gateway.fetch_account(stripe_id)
    with transaction() as session:
        return operations.take_report(session, recipient_id, stripe_id, report, asked_at)


def to_ask_about(session: Session) -> list[UUID]:
    """The factories whose account is to be asked about again, the longest unasked first."""
    unasked = or_(
        *(
            (Recipient.stage == stage) & or_(col(Recipient.checked_at).is_(None), Recipient.checked_at < now() - every)  # type: ignore[operator]
            for stage, every in _ASKED_EVERY.items()
        )
    )
    query = select(Recipient.id).where(Recipient.rail == Rail.STRIPE, col(Recipient.stripe_id).is_not(None), unasked)
    return list(session.scalars(query.order_by(col(Recipient.checked_at).nulls_first()).limit(_AT_ONCE)))


def _account(gateway: Gateway, message: WebhookEvent) -> str:
    """Something has changed about an account, or its owner has taken our access away: only Stripe knows which."""
    with transaction() as session:
        query = select(Recipient.id).where(Recipient.stripe_id == (message.account or message.subject_id))
        recipient_id = session.scalars(query).first()
    return check(gateway, recipient_id) if recipient_id else "former"


def _ask(gateway: Gateway, run: ReconcileRun) -> None:
    with transaction() as session:
        found = to_ask_about(session)

    def look(recipient_id: UUID) -> None:
        run.mended += check(gateway, recipient_id) not in ("known", "former", "unopened")

    each(run, found, look)


NOT_ENDED["accounts"] = _ask
HANDLERS |= {
    "account.updated": _account,
    "account.application.deauthorized": _account,
    "capability.updated": _account,
}
