"""The stand-in refuses what Stripe refuses, and never drops a parameter in silence."""

import re

import pytest
import requests
import stripe

from sandbox.stripe.resources import ENDPOINTS
from tests.sandbox.stripe.process import API_KEY, StandInProcess, session_params


def _sent(standin: StandInProcess, method: str, path: str, body: str = "", **headers: str) -> requests.Response:
    headers = {"Authorization": f"Bearer {API_KEY}", "Content-Type": "application/x-www-form-urlencoded", **headers}
    return requests.request(method, standin.url + path, data=body, headers=headers, timeout=5)


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: f"{endpoint.method} {endpoint.path}")
def test_every_endpoint_refuses_an_unknown_parameter(standin: StandInProcess, endpoint) -> None:
    path = re.sub(r"<\w+>", "x", endpoint.path)
    query, body = ("", "nonsense=1") if endpoint.method == "POST" else ("?nonsense=1", "")
    answer = _sent(standin, endpoint.method, path + query, body)
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert (error["code"], error["param"]) == ("parameter_unknown", "nonsense")


@pytest.mark.parametrize(
    ("body", "code", "param"),
    [
        ("amount=12.5", "parameter_invalid_integer", "amount"),
        ("amount=1_000", "parameter_invalid_integer", "amount"),
        ("amount=", "parameter_invalid_integer", "amount"),
        ("reason=regret", None, "reason"),
        ("charge=", "parameter_invalid_empty", "charge"),
        ("charge[id]=ch_1", None, "charge"),
        ("reverse_transfer=yes", None, "reverse_transfer"),
        ("reverse_transfer=true", None, "reverse_transfer"),
        ("metadata[a][b]=c", None, "metadata[a]"),
        ("amount]=1", "parameter_unknown", "amount]"),
        ("metadata=x&metadata[a]=b", "parameter_unknown", "metadata[a]"),
        ("a[b][c][d][e][f][g][h][i][j][k]=1", "parameter_unknown", "a[b][c][d][e][f][g][h][i][j][k]"),
        ("api_key=sk_test_x", "parameter_unknown", "api_key"),
    ],
)
def test_what_a_refund_refuses(standin: StandInProcess, body: str, code: str | None, param: str) -> None:
    answer = _sent(standin, "POST", "/v1/refunds", body)
    error = answer.json()["error"]
    assert (answer.status_code, error["type"]) == (400, "invalid_request_error")
    assert (error.get("code"), error["param"]) == (code, param)


@pytest.mark.parametrize(
    ("body", "code", "param"),
    [
        (
            "line_items[0][price_data][currency]=usd&line_items[0][price_data][product_data][title]=x",
            "parameter_unknown",
            "line_items[0][price_data][product_data][title]",
        ),
        (
            "line_items[0][price_data][product_data][name]=x",
            "parameter_missing",
            "line_items[0][price_data][currency]",
        ),
        ("line_items[0][quantity]=one", "parameter_invalid_integer", "line_items[0][quantity]"),
        ("line_items[0][recurring]=1", "parameter_unknown", "line_items[0][recurring]"),
        ("payment_intent_data[capture_method]=maybe", None, "payment_intent_data[capture_method]"),
        ("locale=tlh", None, "locale"),
    ],
)
def test_what_a_session_refuses_deep_down(standin: StandInProcess, body: str, code: str | None, param: str) -> None:
    error = _sent(standin, "POST", "/v1/checkout/sessions", body).json()["error"]
    assert (error.get("code"), error["param"]) == (code, param)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Authorization": ""}, 401),
        ({"Authorization": "Bearer sk_live_1234567890"}, 401),
        ({"Authorization": "Bearer pk_test_1234567890"}, 401),
        ({"Stripe-Version": "2019-01-01"}, 400),
        ({"Stripe-Account": "acct_1"}, 403),
        ({"Content-Type": "application/json"}, 400),
    ],
)
def test_callers_are_checked(standin: StandInProcess, headers: dict[str, str], status: int) -> None:
    answer = _sent(standin, "POST", "/v1/refunds", "amount=1", **headers)
    assert answer.status_code == status
    assert "sk_live_1234567890" not in answer.text


def test_the_sdk_sees_a_bad_key_as_such(standin: StandInProcess) -> None:
    with pytest.raises(stripe.AuthenticationError):
        standin.client("sk_live_1234567890").v1.balance.retrieve()


def test_the_version_is_the_one_of_the_sdk(client: stripe.StripeClient) -> None:
    assert stripe.api_version == "2026-10-28.endive"
    client.v1.checkout.sessions.create(session_params())
    assert client.v1.balance.retrieve().last_response.headers["Stripe-Version"] == "2026-10-28.endive"


def test_unknown_urls_are_stripes_404(client: stripe.StripeClient, standin: StandInProcess) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="Unrecognized request URL"):
        client.v1.customers.create({"name": "x"})
    assert _sent(standin, "DELETE", "/v1/refunds").status_code == 404
