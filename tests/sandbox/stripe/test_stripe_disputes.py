"""Disputes: what the bank takes, the evidence against it, and how it ends."""

from collections.abc import Callable
from io import BytesIO

import pytest
import requests
import stripe

from tests.sandbox.stripe.process import Receiver, StandInProcess, connected, eventually, paid

FRAUDULENT, NOT_RECEIVED, INQUIRY = "4000000000000259", "4000000000002685", "4000000000001976"
PDF = b"%PDF-1.7 what was agreed"
DAYS = 86_400


def _disputed(client: stripe.StripeClient, card: str = FRAUDULENT, amount: int = 10_000) -> stripe.Dispute:
    [dispute] = client.v1.disputes.list({"charge": paid(client, amount, card)}).data
    return dispute


def _upload(client: stripe.StripeClient, content: bytes = PDF, name: str = "evidence.pdf") -> stripe.File:
    file = BytesIO(content)
    file.name = name
    return client.v1.files.create({"purpose": "dispute_evidence", "file": file})


def _available(client: stripe.StripeClient) -> int:
    return next(held.amount for held in client.v1.balance.retrieve().available if held.currency == "usd")


@pytest.mark.parametrize(("card", "reason"), [(FRAUDULENT, "fraudulent"), (NOT_RECEIVED, "product_not_received")])
def test_a_dispute_takes_the_money_and_a_fee(client: stripe.StripeClient, card: str, reason: str) -> None:
    before = _available(client) if client.v1.balance_transactions.list().data else 0
    dispute = _disputed(client, card)
    assert (dispute.reason, dispute.status, dispute.amount) == (reason, "needs_response", 10_000)
    assert (dispute.is_charge_refundable, dispute.evidence_details.submission_count) == (False, 0)
    [transaction] = dispute.balance_transactions
    assert (transaction.type, transaction.reporting_category) == ("adjustment", "dispute")
    assert (transaction.amount, transaction.fee, transaction.net) == (-10_000, 1_500, -11_500)
    assert (transaction.source, _available(client)) == (dispute.id, before - 11_500)
    charge = client.v1.charges.retrieve(dispute.charge)
    assert (charge.disputed, charge.amount_refunded) == (True, 0)
    with pytest.raises(stripe.InvalidRequestError, match="charged back") as refusal:
        client.v1.refunds.create({"charge": dispute.charge, "amount": 1})
    assert refusal.value.code == "charge_disputed"


def test_a_part_may_be_disputed_and_the_rest_refunded(client: stripe.StripeClient, standin: StandInProcess) -> None:
    charge_id = paid(client)
    client.v1.refunds.create({"charge": charge_id, "amount": 1_000})
    dispute = standin.control(f"/charges/{charge_id}/dispute", reason="product_unacceptable", amount=6_000)
    assert dispute["reason"] == "product_unacceptable"
    with pytest.raises(stripe.InvalidRequestError, match=r"unrefunded amount on charge \(3000\)"):
        client.v1.refunds.create({"charge": charge_id, "amount": 3_001})
    assert client.v1.refunds.create({"charge": charge_id}).amount == 3_000
    with pytest.raises(requests.HTTPError):
        standin.control(f"/charges/{charge_id}/dispute", amount=1)
    standin.control(f"/disputes/{dispute['id']}/decide", outcome="won")
    assert client.v1.refunds.create({"charge": charge_id}).amount == 6_000


def test_evidence_wins(client: stripe.StripeClient, hooked: StandInProcess, receiver: Receiver) -> None:
    dispute = _disputed(client)
    before = _available(client)
    file = _upload(client)
    staged = client.v1.disputes.update(
        dispute.id, {"evidence": {"uncategorized_file": file.id, "customer_name": "Ada"}, "submit": False}
    )
    assert (staged.status, staged.evidence_details.has_evidence) == ("needs_response", True)
    submitted = client.v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": "winning_evidence"}})
    assert (submitted.status, submitted.evidence.uncategorized_file) == ("under_review", file.id)
    assert (submitted.evidence.customer_name, submitted.evidence_details.submission_count) == ("Ada", 1)
    with pytest.raises(stripe.InvalidRequestError, match="already been submitted"):
        client.v1.disputes.update(dispute.id, {"evidence": {"customer_name": "Bob"}})
    hooked.control(now_offset=5)
    won = client.v1.disputes.retrieve(dispute.id)
    transaction = won.balance_transactions[1]
    assert (won.status, transaction.reporting_category) == ("won", "dispute_reversal")
    assert (transaction.amount, transaction.fee, _available(client)) == (10_000, 0, before + 10_000)
    expected = ["created", "funds_withdrawn", "updated", "updated", "closed", "funds_reinstated"]
    eventually(lambda: len(receiver.types(dispute.id)) == len(expected))
    assert sorted(receiver.types(dispute.id)) == sorted(f"charge.dispute.{name}" for name in expected)


def test_a_won_dispute_may_bring_its_fee_back(client: stripe.StripeClient, standin: StandInProcess) -> None:
    standin.control(dispute_fee_returned=True)
    dispute = _disputed(client)
    won = standin.control(f"/disputes/{dispute.id}/decide", outcome="won")
    assert [transaction["net"] for transaction in won["balance_transactions"]] == [-11_500, 11_500]


def test_evidence_loses(client: stripe.StripeClient, standin: StandInProcess) -> None:
    dispute = _disputed(client)
    client.v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": "losing_evidence"}})
    standin.control(now_offset=5)
    lost = client.v1.disputes.retrieve(dispute.id)
    assert (lost.status, len(lost.balance_transactions)) == ("lost", 1)
    with pytest.raises(stripe.InvalidRequestError, match="charged back"):
        client.v1.refunds.create({"charge": dispute.charge})
    with pytest.raises(stripe.InvalidRequestError, match="already closed"):
        client.v1.disputes.update(dispute.id, {"evidence": {"customer_name": "Ada"}})


def test_other_evidence_waits_for_the_bank(client: stripe.StripeClient, standin: StandInProcess) -> None:
    dispute = _disputed(client)
    client.v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": "The parcel arrived on 3 May."}})
    standin.control(now_offset=30 * DAYS)
    assert client.v1.disputes.retrieve(dispute.id).status == "under_review"
    assert standin.control(f"/disputes/{dispute.id}/decide", outcome="lost")["status"] == "lost"


def test_who_does_not_answer_in_time_loses(client: stripe.StripeClient, standin: StandInProcess) -> None:
    dispute = _disputed(client)
    standin.control(now_offset=dispute.evidence_details.due_by - dispute.created + 1)
    assert client.v1.disputes.retrieve(dispute.id).status == "lost"
    assert client.v1.events.list({"type": "charge.dispute.closed", "limit": 1}).data[0].data.object.id == dispute.id


def test_giving_in_loses(client: stripe.StripeClient) -> None:
    dispute = _disputed(client)
    assert client.v1.disputes.close(dispute.id).status == "lost"
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.disputes.close(dispute.id)


def test_an_inquiry_takes_nothing_and_ends_with_a_refund(client: stripe.StripeClient) -> None:
    dispute = _disputed(client, INQUIRY)
    assert (dispute.status, dispute.balance_transactions) == ("warning_needs_response", [])
    assert dispute.is_charge_refundable
    client.v1.refunds.create({"charge": dispute.charge, "amount": 4_000})
    assert client.v1.disputes.retrieve(dispute.id).status == "warning_needs_response"
    client.v1.refunds.create({"charge": dispute.charge})
    assert client.v1.disputes.retrieve(dispute.id).status == "warning_closed"


def test_an_inquiry_may_become_a_dispute(client: stripe.StripeClient, standin: StandInProcess) -> None:
    dispute = _disputed(client, INQUIRY)
    client.v1.refunds.create({"charge": dispute.charge, "amount": 4_000})
    client.v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": "escalate_inquiry_evidence"}})
    standin.control(now_offset=5)
    escalated = client.v1.disputes.retrieve(dispute.id)
    assert (escalated.status, escalated.amount) == ("needs_response", 6_000)
    assert [transaction.net for transaction in escalated.balance_transactions] == [-7_500]


def test_a_dispute_leaves_transfers_as_they_are(client: stripe.StripeClient, standin: StandInProcess) -> None:
    charge_id = paid(client)
    factory = connected(standin)
    transfer = client.v1.transfers.create(
        {"amount": 9_000, "currency": "usd", "destination": factory, "source_transaction": charge_id}
    )
    standin.control(f"/charges/{charge_id}/dispute")
    assert client.v1.transfers.retrieve(transfer.id).amount_reversed == 0
    assert client.v1.transfers.reversals.create(transfer.id).amount == 9_000


def test_yen_are_taken_with_a_fee_in_yen(client: stripe.StripeClient, standin: StandInProcess) -> None:
    charge_id = paid(client, 5_000, currency="jpy")
    dispute = standin.control(f"/charges/{charge_id}/dispute")
    assert [transaction["net"] for transaction in dispute["balance_transactions"]] == [-6_300]


@pytest.mark.parametrize(
    ("evidence", "param"),
    [
        ({"receipt": "file_none"}, "evidence[receipt]"),
        ({"uncategorized_text": "x" * 150_001}, "evidence"),
        ({"excuse": "x"}, "evidence[excuse]"),
        ({"enhanced_evidence": {"visa_compliance": {"fee_acknowledged": True}}}, None),
    ],
)
def test_evidence_that_is_refused(client: stripe.StripeClient, evidence: dict, param: str | None) -> None:
    dispute = _disputed(client)
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.disputes.update(dispute.id, {"evidence": evidence})
    assert param in (None, refusal.value.param)
    assert client.v1.disputes.retrieve(dispute.id).status == "needs_response"


def test_a_file_is_kept_as_it_was_sent(client: stripe.StripeClient, standin: StandInProcess) -> None:
    file = _upload(client)
    assert (file.type, file.size, file.filename) == ("pdf", len(PDF), "evidence.pdf")
    assert requests.get(f"{standin.url}/_control/files/{file.id}", timeout=5).content == PDF
    assert client.v1.files.retrieve(file.id).to_dict() == file.to_dict()
    assert client.v1.files.list({"purpose": "dispute_evidence", "limit": 1}).data[0].id == file.id


@pytest.mark.parametrize("content", [b"GIF89a", b"", b"%PDF-" + b"x" * 5 * 1024 * 1024])
def test_files_that_are_refused(client: stripe.StripeClient, content: bytes) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        _upload(client, content)
    assert refusal.value.param == "file"


def test_an_upload_is_repeated_under_its_key(client: stripe.StripeClient, standin: StandInProcess) -> None:
    def upload(content: bytes) -> stripe.File:
        params = {"purpose": "dispute_evidence", "file": BytesIO(content)}
        return client.v1.files.create(params, {"idempotency_key": "upload-1"})

    standin.control(lose_answer=1)
    with pytest.raises(stripe.APIConnectionError):
        upload(PDF)
    assert upload(PDF).id == upload(PDF).id
    with pytest.raises(stripe.IdempotencyError):
        upload(PDF + b" and more")


def test_money_may_appear_and_charges_change(own: Callable[..., StandInProcess]) -> None:
    standin = own()
    client = standin.client()
    charge_id = paid(client)
    standin.control("/drift", amount=-700)
    transaction = standin.control("/drift", amount=9_000, charge=charge_id)
    balance = client.v1.balance.retrieve()
    assert (balance.available[0].amount, balance.pending[0].amount) == (-700, 8_680)
    assert (transaction["amount"], transaction["fee"], transaction["net"]) == (9_000, 320, 8_680)
    listed = client.v1.balance_transactions.list().data
    assert [(found.type, found.net, found.source) for found in listed] == [
        ("adjustment", -700, None),
        ("charge", 8_680, charge_id),
    ]


def test_a_refund_is_returned_on_request(client: stripe.StripeClient, standin: StandInProcess) -> None:
    charge_id = paid(client)
    refund = client.v1.refunds.create({"charge": charge_id})
    standin.control(f"/refunds/{refund.id}/fail")
    standin.control(f"/refunds/{refund.id}/fail")
    assert client.v1.refunds.retrieve(refund.id).status == "failed"
    assert client.v1.charges.retrieve(charge_id).amount_refunded == 0
