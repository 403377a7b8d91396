"""The only door to Stripe. Everything that goes through it is in our words; nothing else imports `stripe`."""

from functools import lru_cache

from portal.core.config import Settings
from portal.payments.gateway.accounts import Accounts
from portal.payments.gateway.base import stripe
from portal.payments.gateway.books import Books
from portal.payments.gateway.checkouts import Checkouts
from portal.payments.gateway.disputes import Disputes
from portal.payments.gateway.refunds import Refunds
from portal.payments.gateway.transfers import Transfers

_TIMEOUT = (3.05, 12.0)  # seconds to connect, and between two bytes of an answer


class Gateway(Checkouts, Refunds, Transfers, Accounts, Disputes, Books):
    """Calls to Stripe, by what they are about."""


def connect(settings: Settings) -> "Gateway":
    """The gateway of these settings, one for each process."""
    addresses = (settings.STRIPE_API_BASE, settings.STRIPE_FILES_BASE)
    return _connect(settings.STRIPE_SECRET_KEY, *addresses)


@lru_cache(8)
def _connect(api_key: str, api_base: str, files_base: str) -> "Gateway":
    client = stripe.StripeClient(
        api_key,
        base_addresses={"api": api_base, "files": files_base},
        max_network_retries=0,  # an operation is tried again by us, with what we know by then
        http_client=stripe.RequestsClient(timeout=_TIMEOUT),
    )
    return Gateway(client)
