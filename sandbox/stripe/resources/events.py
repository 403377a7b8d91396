"""What has happened, for those who missed the webhook."""

from typing import Any

from stripe.params import EventListParams, EventRetrieveParams

from sandbox.stripe.api import listing
from sandbox.stripe.api.endpoint import Endpoint
from sandbox.stripe.api.listing import Condition
from sandbox.stripe.books.store import UNDELIVERED, index_name
from sandbox.stripe.books.work import Body, Work
from sandbox.stripe.errors import StripeError

KIND = "event"
MOST_TYPES = 20


def retrieve(work: Work, params: dict[str, Any], event_id: str) -> Body:
    """One event, its object as it was then."""
    return work.get(KIND, event_id)


def list_events(work: Work, params: dict[str, Any]) -> Body:
    """Events, newest first; `type` may end in `*`."""
    params = dict(params)
    conditions: list[Condition] = []
    wanted, types = params.pop("type", None), params.pop("types", None)
    delivered = params.pop("delivery_success", None)
    if wanted and types:
        raise StripeError("You may only specify one of these parameters: type, types.", param="types")
    if wanted and "*" in wanted:
        conditions.append(("json_extract(body, '$.type') GLOB ?", [wanted]))
    elif wanted:
        params["type"] = wanted
    if types:
        conditions.append(_among(types))
    if delivered is not None:
        conditions.append((f"json_extract(body, '$.pending_webhooks') {'=' if delivered else '>'} 0", []))
    index = UNDELIVERED if delivered is False else index_name(KIND, "type") if types else ""
    return listing.page(work, KIND, params, "/v1/events", *conditions, index=index)


def _among(types: list[str]) -> Condition:
    if len(types) > MOST_TYPES:
        raise StripeError(f"You can pass at most {MOST_TYPES} types.", param="types")
    marks = ", ".join("?" * len(types))
    return f"json_extract(body, '$.type') IN ({marks})", list(types)


ENDPOINTS = (
    Endpoint("GET", "/v1/events", EventListParams, list_events, for_accounts=True),
    Endpoint("GET", "/v1/events/<id>", EventRetrieveParams, retrieve, for_accounts=True),
)
