"""What every call to Stripe shares: the client, its errors as ours, looking through its lists."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from typing import Any, TypeVar

from portal.core.lazy import lazy
from portal.payments.reports import Doubtful, Refused, Unreachable

stripe = lazy("stripe")  # only who pays, and the worker, needs it
T = TypeVar("T")
SEARCHED = 1000  # objects looked through for one of ours


class Client:
    """The SDK's client. All calls raise `Unreachable` when there is no answer, `Doubtful` when it failed but may have
    acted, `Refused` when it will not."""

    def __init__(self, client: Any) -> None:
        self._v1 = client.v1


@contextmanager
def translated() -> Iterator[None]:
    """Stripe's errors as ours."""
    try:
        yield
    except (stripe.APIConnectionError, stripe.RateLimitError, stripe.AuthenticationError) as error:
        raise Unreachable(str(error)) from error
    except stripe.APIError as error:
        # 409: another request with this key is being carried out, and its answer will be ours.
        raise (Unreachable if error.http_status == 409 else Doubtful)(str(error)) from error
    except stripe.StripeError as error:
        # The SDK fills `code` in only for some kinds of errors; the answer's own has it always.
        raise Refused(str(error), error.code or getattr(error.error, "code", None) or "") from error


def first(pages: Any, wanted: Callable[[Any], bool], read: Callable[[Any], T]) -> T | None:
    for found in islice(pages.auto_paging_iter(), SEARCHED):
        if wanted(found):
            return read(found)
    return None


def operation_of(thing: Any) -> str:
    return thing.metadata.to_dict().get("operation", "") if thing.metadata else ""


def moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
