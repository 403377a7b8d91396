"""/_control/<things>/<id>/<act>: what banks, account owners and accidents do, when a test says so."""

from typing import Any, Literal, TypeVar

from flask import Blueprint, Response, jsonify, request
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sandbox.stripe.control import Count
from sandbox.stripe.errors import StripeError
from sandbox.stripe.resources import accounts, balance, charges, disputes, files, payouts, refunds, requirements
from sandbox.stripe.standin import StandIn


class _Wish(BaseModel):
    model_config = ConfigDict(extra="forbid")


_W = TypeVar("_W", bound=_Wish)


class Require(_Wish):
    """More that an account has to tell."""

    due: list[str] = Field(["individual.verification.document"], description="names of requirements")
    within: Count = Field(0, description="seconds until it bars the account; 0 does so at once")
    reason: str | None = Field(None, description="bars the account for good, such as rejected.fraud")


class Returned(_Wish):
    """Why a bank returns a payout."""

    failure_code: Literal[tuple(payouts.FAILURES)] = "account_closed"  # type: ignore[valid-type]


class Contest(_Wish):
    """How a charge is disputed."""

    reason: Literal[disputes.REASONS] = "fraudulent"  # type: ignore[valid-type]
    amount: int | None = Field(None, description="all that is left of the charge where it is not given")
    inquiry: bool = Field(False, description="the bank only asks, and takes nothing yet")


class Verdict(_Wish):
    """How a bank decides."""

    outcome: Literal["won", "lost", "escalated"]


class Drift(_Wish):
    """`amount` is added to the balance (or taken, when negative); with `charge`, what its transaction becomes."""

    amount: int
    currency: str = "usd"
    charge: str | None = None


def create_blueprint(standin: StandIn) -> Blueprint:
    """Not a part of Stripe, hence outside /v1. Each answers the object that it concerns."""
    blueprint = Blueprint("acts", __name__, url_prefix="/_control")

    @blueprint.post("/accounts/<account_id>/complete")
    def complete(account_id: str) -> Response:
        """Everything that is due is given, as on the hosted page."""
        with standin.work() as work:
            account = accounts.get(work, account_id)
            due = work.hidden(account_id)["due"]
            requirements.submit(work, account, {name: requirements.SAMPLES.get(name, "given") for name in due})
            return jsonify(account)

    @blueprint.post("/accounts/<account_id>/require")
    def require(account_id: str) -> Response:
        wish = _read(Require)
        with standin.work() as work:
            account = accounts.get(work, account_id)
            requirements.require(work, account, wish.due, wish.within, wish.reason)
            return jsonify(account)

    @blueprint.post("/accounts/<account_id>/deauthorize")
    def deauthorize(account_id: str) -> Response:
        with standin.work() as work:
            accounts.deauthorize(work, account_id, standin.merchant)
        return jsonify(id=account_id)

    @blueprint.post("/accounts/<account_id>/payout")
    def pay_out(account_id: str) -> Response:
        """Everything that is available goes to the account's bank, as the daily schedule would have it."""
        with standin.work() as work:
            accounts.get(work, account_id)
            work.account = account_id
            return jsonify(payouts.pay_out_everything(work))

    @blueprint.post("/payouts/<payout_id>/fail")
    def return_payout(payout_id: str) -> Response:
        """The bank returns a payout, also one that has arrived."""
        wish = _read(Returned)
        with standin.work() as work:
            work.account = work.owner(payout_id)
            return jsonify(payouts.fail(work, work.get(payouts.KIND, payout_id), wish.failure_code))

    @blueprint.post("/charges/<charge_id>/dispute")
    def dispute(charge_id: str) -> Response:
        """The owner of the card contests a charge."""
        wish = _read(Contest)
        with standin.work() as work:
            charge = work.get(charges.KIND, charge_id, "charge")
            return jsonify(disputes.start(work, charge, wish.reason, wish.amount, inquiry=wish.inquiry))

    @blueprint.post("/disputes/<dispute_id>/decide")
    def decide(dispute_id: str) -> Response:
        """The bank decides, with or without evidence."""
        wish = _read(Verdict)
        with standin.work() as work:
            return jsonify(disputes.decide(work, work.get(disputes.KIND, dispute_id), wish.outcome))

    @blueprint.get("/files/<file_id>")
    def content(file_id: str) -> Response:
        """What was uploaded."""
        with standin.work() as work:
            return Response(files.content(work, file_id), mimetype="application/octet-stream")

    @blueprint.post("/refunds/<refund_id>/fail")
    def return_refund(refund_id: str) -> Response:
        """The bank sends a refund back, also one that has succeeded."""
        with standin.work() as work:
            refunds.fail_later(work, work.get(refunds.KIND, refund_id)["id"])
            return jsonify(work.get(refunds.KIND, refund_id))

    @blueprint.post("/drift")
    def drift() -> Response:
        """Stripe's books change as they never should: money out of nothing, or a charge of another amount."""
        wish = _read(Drift)
        with standin.work() as work:
            return jsonify(balance.drift(work, wish.amount, wish.currency, wish.charge))

    @blueprint.errorhandler(StripeError)
    def refused(error: StripeError) -> tuple[dict[str, Any], int]:
        return error.body, error.status

    @blueprint.errorhandler(ValidationError)
    def misunderstood(invalid: ValidationError) -> tuple[Response, int]:
        return jsonify(error=invalid.errors(include_url=False, include_context=False)), 400

    return blueprint


def _read(kind: type[_W]) -> _W:
    return kind.model_validate(request.get_json(silent=True) or {})
