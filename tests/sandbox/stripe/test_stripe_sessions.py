"""Checkout Sessions: what can be opened, for how long, and how one ends."""

import pytest
import requests
import stripe

from tests.sandbox.stripe.process import StandInProcess, pay, session_params


def test_a_session_reports_what_it_was_opened_with(client: stripe.StripeClient) -> None:
    session = client.v1.checkout.sessions.create(
        session_params(
            client_reference_id="order-7",
            customer_email="maker@example.com",
            metadata={"operation": "42"},
            locale="zh",
            allowed_payment_method_types=["card"],
            payment_intent_data={"transfer_group": "order-7"},
        )
    )
    again = client.v1.checkout.sessions.retrieve(session.id)
    assert again.to_dict() == session.to_dict()
    assert (again.status, again.payment_status, again.payment_intent) == ("open", "unpaid", None)
    assert (again.amount_total, again.currency, again.client_reference_id) == (30_000, "usd", "order-7")
    assert again.allowed_payment_method_types == ["card"]
    assert (again.metadata.to_dict(), again.customer_email) == ({"operation": "42"}, "maker@example.com")
    assert again.expires_at - again.created == 24 * 3600


def test_items_are_summed_and_listed(client: stripe.StripeClient) -> None:
    params = session_params(1_250)
    params["line_items"][0]["quantity"] = 3
    params["line_items"] += session_params(99)["line_items"]
    session = client.v1.checkout.sessions.create(params)
    assert session.amount_total == 3 * 1_250 + 99
    items = client.v1.checkout.sessions.line_items.list(session.id).data
    assert [(item.description, item.quantity, item.amount_total) for item in items] == [
        ("Deposit PO-7", 3, 3_750),
        ("Deposit PO-7", 1, 99),
    ]
    included = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["line_items"]}).line_items
    assert included.data[0].price.unit_amount == 1_250


@pytest.mark.parametrize(("seconds", "accepted"), [(1_790, False), (1_830, True), (86_390, True), (86_430, False)])
def test_a_session_lives_between_half_an_hour_and_a_day(
    client: stripe.StripeClient, standin: StandInProcess, seconds: int, accepted: bool
) -> None:
    params = session_params(expires_at=standin.state()["now"] + seconds)
    if accepted:
        assert client.v1.checkout.sessions.create(params).expires_at == params["expires_at"]
        return
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.checkout.sessions.create(params)
    assert refusal.value.param == "expires_at"


def test_a_session_expires_by_itself(client: stripe.StripeClient, standin: StandInProcess) -> None:
    session = client.v1.checkout.sessions.create(session_params(expires_at=standin.state()["now"] + 1_900))
    standin.control(now_offset=1_901)
    closed = client.v1.checkout.sessions.retrieve(session.id)
    assert (closed.status, closed.url) == ("expired", None)
    assert client.v1.events.list({"type": "checkout.session.expired", "limit": 1}).data[0].data.object.id == session.id
    assert pay(session.url).status_code == 410
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "unpaid"


def test_an_open_session_can_be_closed_once(client: stripe.StripeClient) -> None:
    session = client.v1.checkout.sessions.create(session_params())
    assert client.v1.checkout.sessions.expire(session.id).status == "expired"
    with pytest.raises(stripe.InvalidRequestError, match="status of expired"):
        client.v1.checkout.sessions.expire(session.id)


def test_closing_a_session_cancels_its_unpaid_payment(client: stripe.StripeClient) -> None:
    session = client.v1.checkout.sessions.create(session_params())
    pay(session.url, "4000000000000002")
    intent_id = client.v1.checkout.sessions.expire(session.id).payment_intent
    intent = client.v1.payment_intents.retrieve(intent_id)
    assert (intent.status, intent.cancellation_reason) == ("canceled", "expired")


def test_a_paid_session_cannot_be_closed(client: stripe.StripeClient) -> None:
    session = client.v1.checkout.sessions.create(session_params())
    pay(session.url)
    with pytest.raises(stripe.InvalidRequestError, match="status of complete"):
        client.v1.checkout.sessions.expire(session.id)


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"mode": "subscription"}, "mode"),
        ({"success_url": "/paid"}, "success_url"),
        ({"line_items": []}, "line_items"),
        ({"customer_email": "nobody"}, "customer_email"),
        ({"client_reference_id": "x" * 201}, "client_reference_id"),
        ({"allowed_payment_method_types": ["card", "alipay"]}, "allowed_payment_method_types"),
        ({"payment_intent_data": {"capture_method": "manual"}}, "payment_intent_data[capture_method]"),
        ({"metadata": {"k": "v" * 501}}, "metadata[k]"),
        ({"metadata": {str(n): "v" for n in range(51)}}, "metadata"),
        ({"line_items": [{"quantity": 1}]}, "line_items[0][price_data]"),
        ({"line_items": session_params(currency="xxx")["line_items"]}, "line_items[0][price_data][currency]"),
        ({"line_items": session_params(-1)["line_items"]}, "line_items[0][price_data][unit_amount]"),
        ({"automatic_tax": {"enabled": True}}, "automatic_tax.enabled"),
    ],
)
def test_what_cannot_be_sold_is_refused_by_name(client: stripe.StripeClient, change: dict, param: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.checkout.sessions.create({**session_params(), **change})
    assert (refusal.value.http_status, refusal.value.param) == (400, param)


@pytest.mark.parametrize(
    ("amount", "currency", "code"),
    [(49, "usd", "amount_too_small"), (49, "jpy", "amount_too_small"), (100_000_000, "usd", "amount_too_large")],
)
def test_amounts_have_bounds(client: stripe.StripeClient, amount: int, currency: str, code: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.checkout.sessions.create(session_params(amount, currency))
    assert refusal.value.code == code


def test_an_unknown_session_is_a_404(client: stripe.StripeClient, standin: StandInProcess) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.checkout.sessions.retrieve("cs_test_none")
    assert (refusal.value.http_status, refusal.value.code) == (404, "resource_missing")
    assert requests.get(f"{standin.url}/c/pay/cs_test_none", timeout=5).status_code == 404
