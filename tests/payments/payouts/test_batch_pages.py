"""The operators' pages about bank batches: two of them bring money to a factory's bank."""

import io
import re
import time
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.accounts.models import Person
from portal.core.actor import Actor
from portal.core.db import transaction
from portal.payments.payouts import batches
from portal.payments.payouts.lifecycle import BatchStage, LineStage
from tests import make
from tests.payments.payouts.counter import HEAD, Counter
from tests.payments.recipients.office import DETAILS

SECRET = (DETAILS.number, DETAILS.holder, DETAILS.cnaps, DETAILS.swift, DETAILS.address)
_FIELD = re.compile(r'name="(seen|body)" value="([^"]*)"')


def browser(app: Flask, who: Actor) -> FlaskClient:
    client = app.test_client()
    with transaction() as session:
        person = session.get_one(Person, who.person_id)
    with client.session_transaction() as session:
        session.update(_user_id=make.sign_in_key(person), _fresh=True, fs_paa=time.time())
    return client


@pytest.fixture
def olga(counter: Counter, app: Flask) -> FlaskClient:
    return browser(app, counter.one)


@pytest.fixture
def oscar(counter: Counter, app: Flask) -> FlaskClient:
    return browser(app, counter.other)


def upload(client: FlaskClient, body: bytes) -> Any:
    data = {"file": (io.BytesIO(body), "results.csv")}
    return client.post("/operator/money/payouts/results", data=data, content_type="multipart/form-data")


def hidden(page: Any) -> dict[str, str]:
    return dict(_FIELD.findall(page.text))


def test_two_operators_pay_a_factory(counter: Counter, olga: FlaskClient, oscar: FlaskClient):
    wool, poor = counter.firm("Wool & Co"), counter.firm("Poor", details=None)
    counter.owe(wool, batches.SECOND_PERSON_ABOVE["USD"] + 100)
    counter.owe(poor)
    assert "/operator/money/payouts/prepare/USD" in olga.get("/operator/money/payouts").text
    plan = olga.get("/operator/money/payouts/prepare/USD")
    assert "Wool &amp; Co" in plan.text
    assert "It has given no bank details." in plan.text
    answer = olga.post("/operator/money/payouts/prepare/USD", data=hidden(plan))
    [batch] = counter.rows(batches.PayoutBatch)
    address = f"/operator/money/payouts/{batch.id}"
    assert (answer.status_code, answer.location) == (303, address)

    page = olga.get(address).text
    assert "Waits for another operator" in page
    assert f"{address}/approve" not in page
    assert olga.post(f"{address}/approve").status_code == 409
    assert olga.post(f"{address}/file").status_code == 409
    assert oscar.post(f"{address}/approve").status_code == 303

    file = olga.post(f"{address}/file")
    assert file.headers["Cache-Control"] == "no-store"
    assert f'filename="xiaodan-batch-{batch.number}.csv"' in file.headers["Content-Disposition"]
    assert DETAILS.number in file.text
    assert olga.post(f"{address}/file").data == file.data
    page = olga.get(address).text
    assert "**** 0123" in page
    assert not [secret for secret in SECRET if secret in page]

    [line] = counter.lines()
    preview = upload(olga, f"{HEAD}\n{line.reference},paid,5001.00,,2026-11-30".encode())
    assert preview.status_code == 200
    assert counter.lines()[0].stage == LineStage.WAITING
    assert olga.post("/operator/money/payouts/results/confirm", data=hidden(preview)).status_code == 303
    assert counter.fresh(batch.id).stage == BatchStage.SETTLED
    assert "Every result read back" in olga.get("/operator/money/payouts").text


def test_a_wrong_file_is_shown_line_by_line_and_can_not_be_confirmed(counter: Counter, olga: FlaskClient):
    counter.owe(counter.firm())
    counter.at_bank()
    [line] = counter.lines()
    body = f"{HEAD}\n{line.reference},paid,,,\nXD-P999-1,paid,7,,".encode()
    preview = upload(olga, body)
    assert (preview.status_code, hidden(preview)) == (200, {})
    assert "1 line can't be taken" in preview.text
    assert "No payment of ours has this reference." in preview.text
    forced = {"body": "UkVG", "seen": ""}
    assert olga.post("/operator/money/payouts/results/confirm", data=forced).status_code == 303
    assert counter.lines()[0].stage == LineStage.WAITING


def test_what_is_no_file_is_refused_beside_the_field(counter: Counter, olga: FlaskClient):
    for answer in (upload(olga, b"hello"), olga.post("/operator/money/payouts/results")):
        assert answer.status_code == 422
        assert 'id="file-error"' in answer.text


def test_a_result_that_is_late_is_looked_at_again(counter: Counter, olga: FlaskClient):
    counter.owe(counter.firm())
    counter.at_bank()
    [line] = counter.lines()
    preview = upload(olga, f"{HEAD}\n{line.reference},failed,,,".encode())
    counter.answer("paid", line)
    again = olga.post("/operator/money/payouts/results/confirm", data=hidden(preview))
    assert again.status_code == 409
    assert "Came back" in again.text
    assert counter.lines()[0].stage == LineStage.PAID


def test_a_batch_is_discarded(counter: Counter, olga: FlaskClient):
    counter.owe(counter.firm())
    batch = counter.prepare()
    assert olga.post(f"/operator/money/payouts/{batch.id}/discard").status_code == 303
    assert counter.fresh(batch.id).stage == BatchStage.DISCARDED
    assert olga.post(f"/operator/money/payouts/{batch.id}/discard").status_code == 409


def test_the_factory_sees_that_its_details_went_to_the_bank(counter: Counter, app: Flask):
    wool = counter.firm()
    counter.owe(wool)
    batch = counter.at_bank()
    own = browser(app, wool).get("/factory/payment").text
    assert "Olga" in own
    assert str(batch.number) in own


def test_it_is_nobody_elses_business(counter: Counter, app: Flask):
    wool = counter.firm()
    counter.owe(wool)
    batch = counter.prepare()
    client = browser(app, wool)
    for path in ("", "/prepare/USD", f"/{batch.id}", "/results"):
        assert client.get(f"/operator/money/payouts{path}").status_code == 404
    for path in (f"/{batch.id}/approve", f"/{batch.id}/file", f"/{batch.id}/discard", "/results/confirm"):
        assert client.post(f"/operator/money/payouts{path}").status_code == 404
