"""Refusals in Stripe's words and shape."""

from typing import Any


class StripeError(Exception):
    """An error answer: HTTP status and the `error` object of its body."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        **more: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.error: dict[str, Any] = {"message": message, "type": kind, **more}
        if code:
            self.error |= {"code": code, "doc_url": f"https://docs.stripe.com/error-codes/{code.replace('_', '-')}"}
        if param:
            self.error["param"] = param

    @property
    def body(self) -> dict[str, Any]:
        """What is answered."""
        return {"error": self.error}


class Unprocessed(StripeError):
    """A refusal before anything was carried out; it does not use up an idempotency key."""


def no_such(kind: str, object_id: str, param: str) -> StripeError:
    """404 for an id that names nothing."""
    return StripeError(f"No such {kind}: '{object_id}'", status=404, code="resource_missing", param=param)


def internal_error() -> StripeError:
    """500 as Stripe words it."""
    return StripeError(
        "An unknown error occurred. If this error persists, contact us at https://support.stripe.com/.",
        status=500,
        kind="api_error",
    )
