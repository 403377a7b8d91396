"""Lists: pages, cursors, filters and expansion."""

import pytest
import stripe

from tests.sandbox.stripe.process import StandInProcess, pay, session_params


@pytest.fixture(scope="module")
def five(shared: StandInProcess) -> list[str]:
    """The ids of five new sessions, newest first."""
    client = shared.client()
    return [client.v1.checkout.sessions.create(session_params()).id for _ in range(5)][::-1]


def _ids(page: stripe.ListObject) -> list[str]:
    return [item.id for item in page.data]


def test_pages_forward_and_back(client: stripe.StripeClient, five: list[str]) -> None:
    sessions = client.v1.checkout.sessions
    first = sessions.list({"limit": 2})
    assert (_ids(first), first.has_more) == (five[:2], True)
    second = sessions.list({"limit": 2, "starting_after": five[1]})
    assert _ids(second) == five[2:4]
    back = sessions.list({"limit": 2, "ending_before": five[2]})
    assert (_ids(back), back.has_more) == (five[:2], False)
    nearest = sessions.list({"limit": 2, "ending_before": five[4]})
    assert (_ids(nearest), nearest.has_more) == (five[2:4], True)


def test_the_sdk_walks_all_pages(client: stripe.StripeClient, five: list[str]) -> None:
    walked = [session.id for session in client.v1.checkout.sessions.list({"limit": 2}).auto_paging_iter()]
    assert walked[:5] == five
    assert len(walked) == len(set(walked))


def test_created_filters(client: stripe.StripeClient, five: list[str]) -> None:
    created = client.v1.checkout.sessions.retrieve(five[0]).created
    sessions = client.v1.checkout.sessions
    assert five[0] in _ids(sessions.list({"created": created}))
    assert five[0] in _ids(sessions.list({"created": {"gte": created, "lt": created + 1}}))
    assert five[0] not in _ids(sessions.list({"created": {"gt": created}}))
    assert five[0] not in _ids(sessions.list({"created": {"lt": created}}))


def test_fields_filter(client: stripe.StripeClient, five: list[str]) -> None:
    session = client.v1.checkout.sessions.create(session_params(payment_intent_data={"transfer_group": "group-1"}))
    pay(session.url)
    paid = client.v1.checkout.sessions.retrieve(session.id)
    by_email = {"customer_details": {"email": paid.customer_details.email}, "status": "complete", "limit": 1}
    assert _ids(client.v1.checkout.sessions.list(by_email)) == [session.id]
    assert session.id not in _ids(client.v1.checkout.sessions.list({"status": "open", "limit": 100}))
    [charge] = client.v1.charges.list({"transfer_group": "group-1"}).data
    assert charge.payment_intent == paid.payment_intent
    assert client.v1.payment_intents.list({"customer": "cus_none"}).data == []
    assert client.v1.payment_intents.list({"limit": 1}).data[0].id == paid.payment_intent


def test_events_by_type(client: stripe.StripeClient, five: list[str]) -> None:
    session = client.v1.checkout.sessions.create(session_params())
    pay(session.url)
    types = {event.type for event in client.v1.events.list({"type": "payment_intent.*", "limit": 100}).data}
    assert "payment_intent.succeeded" in types
    assert all(name.startswith("payment_intent.") for name in types)
    wanted = ["charge.succeeded", "checkout.session.completed"]
    newest = client.v1.events.list({"types": wanted, "limit": 2}).data
    assert [event.type for event in newest] == wanted[::-1]
    assert client.v1.events.retrieve(newest[0].id).data.object.id == session.id


@pytest.mark.parametrize(
    ("params", "param"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": 101}, "limit"),
        ({"starting_after": "ch_none"}, "starting_after"),
        ({"created": {"since": 1}}, "created[since]"),
        ({"expand": ["data.amount"]}, "expand"),
        ({"expand": ["payment_intent"]}, "expand"),
        ({"state": "paid"}, "state"),
    ],
)
def test_what_a_list_refuses(client: stripe.StripeClient, params: dict, param: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.charges.list(params)
    assert refusal.value.param == param


def test_lists_expand_their_items(client: stripe.StripeClient) -> None:
    session = client.v1.checkout.sessions.create(session_params())
    pay(session.url)
    expand = ["data.latest_charge.balance_transaction.source"]
    [intent] = client.v1.payment_intents.list({"limit": 1, "expand": expand}).data
    assert intent.latest_charge.balance_transaction.source.id == intent.latest_charge.id
