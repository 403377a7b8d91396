"""Factories' own accounts at Stripe."""

from datetime import datetime
from typing import Any

from portal.payments.gateway.base import Client, first, moment, operation_of, translated
from portal.payments.reports import AccountReport, Refused

_NO_ACCESS = ("account_invalid", "resource_missing")


class Accounts(Client):
    """Calls about the accounts that factories are paid through."""

    def open_account(self, params: dict[str, Any], key: str) -> AccountReport:
        """Open an account that its owner has still to fill in; `params` as Stripe names them."""
        with translated():
            return _account_report(self._v1.accounts.create(params, {"idempotency_key": key}))  # type: ignore[arg-type]

    def find_account(self, operation_id: str, since: datetime) -> AccountReport | None:
        """The account that an operation has opened, if it has. Looks through those opened `since`."""
        with translated():
            accounts = self._v1.accounts.list({"created": {"gte": int(since.timestamp())}, "limit": 100})
            return first(accounts, lambda a: operation_of(a) == operation_id, _account_report)

    def fetch_account(self, stripe_id: str) -> AccountReport | None:
        """An account as it is now; None when its owner has disconnected it from us, or it is gone."""
        try:
            with translated():
                return _account_report(self._v1.accounts.retrieve(stripe_id))
        except Refused as refusal:
            if refusal.code in _NO_ACCESS:
                return None
            raise

    def onboarding_page(self, stripe_id: str, *, back: str, again: str) -> str:
        """The address at which an account's owner fills in what Stripe asks for: good once, for minutes. It leads to
        `back`, or to `again` when it is no longer good."""
        params: Any = {"account": stripe_id, "type": "account_onboarding", "return_url": back, "refresh_url": again}
        with translated():
            return self._v1.account_links.create(params).url

    def dashboard_page(self, stripe_id: str) -> str:
        """The address at which an account's owner sees what Stripe has paid out: good once, for minutes."""
        with translated():
            return self._v1.accounts.login_links.create(stripe_id).url


def _account_report(account: Any) -> AccountReport:
    asked = account.requirements
    transfers = getattr(account.capabilities, "transfers", None) if account.capabilities else None
    return AccountReport(
        stripe_id=account.id,
        operation_id=operation_of(account),
        payable=transfers == "active" and bool(account.payouts_enabled),
        submitted=bool(account.details_submitted),
        due=tuple(asked.currently_due or ()) if asked else (),
        late=tuple(asked.past_due or ()) if asked else (),
        until=moment(asked.current_deadline) if asked and asked.current_deadline else None,
        reason=(asked.disabled_reason or "") if asked else "",
    )
