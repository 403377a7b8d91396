"""What a resource declares about each of its endpoints; everything else follows from it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from sandbox.stripe.books.work import Body, Work


@dataclass(frozen=True)
class Endpoint:
    """`act(work, params, *ids)` answers a body or raises StripeError.

    `params` is the SDK's TypedDict for the request. `simulates` names, space-separated and dotted, the
    parameters that have an effect here; one that Stripe knows but this does not is refused instead of being
    ignored. Empty: all are simulated. `for_accounts`: it may be asked on behalf of a connected account.
    `takes_file`: it may be sent as multipart/form-data, with the content of `file` in `work.upload`.
    """

    method: Literal["GET", "POST", "DELETE"]
    path: str
    params: type
    act: Callable[..., Body]
    simulates: str = ""
    for_accounts: bool = False
    takes_file: bool = False

    def __call__(self, work: Work, params: dict[str, Any], ids: dict[str, str]) -> Body:
        """Carry it out."""
        return self.act(work, params, *ids.values())
