"""What several endpoints refuse in the same words."""

from urllib.parse import urlsplit

from sandbox.stripe.currencies import SUPPORTED
from sandbox.stripe.errors import StripeError


def check_url(url: str | None, param: str) -> None:
    """Raises StripeError unless it is a whole web address, or none."""
    if url is not None and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc):
        raise StripeError("Not a valid URL", code="url_invalid", param=param)


def check_positive(amount: int, param: str) -> None:
    """Raises StripeError for zero and below."""
    if amount < 1:
        raise StripeError(
            "This value must be greater than or equal to 1.", code="parameter_invalid_integer", param=param
        )


def check_currency(currency: str, param: str) -> None:
    """Raises StripeError for one that cannot be charged."""
    if currency not in SUPPORTED:
        raise StripeError(
            f"Invalid currency: {currency}. Stripe currently supports these currencies: {', '.join(sorted(SUPPORTED))}",
            param=param,
        )


def required(params: dict[str, object], *names: str) -> None:
    """Raises StripeError for the first that is missing, where the SDK declares them optional."""
    for name in names:
        if name not in params:
            raise StripeError(f"Missing required param: {name}.", code="parameter_missing", param=name)
