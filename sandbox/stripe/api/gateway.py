"""Every request under /v1: who asks, whether it may be asked, whether it has been answered before."""

import hashlib
import logging
import socket
import time
from typing import Any

import stripe
from flask import Blueprint, Response, jsonify, request

from sandbox.stripe import control
from sandbox.stripe.api import schema
from sandbox.stripe.api.endpoint import Endpoint
from sandbox.stripe.api.expansion import expanded
from sandbox.stripe.api.idempotency import Answer, KeysInUse, check_key, save_answer, saved_answer
from sandbox.stripe.api.parameters import decode
from sandbox.stripe.books.ids import new_id
from sandbox.stripe.books.work import Cause, Work
from sandbox.stripe.errors import StripeError, Unprocessed, internal_error
from sandbox.stripe.resources import ENDPOINTS, accounts
from sandbox.stripe.standin import StandIn

log = logging.getLogger(__name__)


def create_blueprint(standin: StandIn) -> Blueprint:
    """The API, with every endpoint that the resources declare."""
    gateway = Gateway(standin)
    blueprint = Blueprint("api", __name__)
    for endpoint in ENDPOINTS:
        blueprint.add_url_rule(
            endpoint.path,
            endpoint=f"{endpoint.method} {endpoint.path}".replace(".", "_"),
            view_func=gateway.view(endpoint),
            methods=[endpoint.method],
        )
    blueprint.add_url_rule("/v1/<path:rest>", "unknown", gateway.unknown, methods=["GET", "POST", "DELETE"])
    return blueprint


class Gateway:
    """Turns requests into calls of endpoints, and what these answer or refuse into responses."""

    def __init__(self, standin: StandIn) -> None:
        self._standin = standin
        self._keys = KeysInUse()

    def view(self, endpoint: Endpoint) -> Any:
        """The Flask view of an endpoint."""

        def answer_request(**ids: str) -> Response:
            return self._answer(endpoint, ids)

        return answer_request

    def unknown(self, rest: str) -> Response:
        """Stripe's 404 for a path that it, or this stand-in, does not have."""
        refusal = StripeError(
            f"Unrecognized request URL ({request.method}: /v1/{rest}). Please see https://docs.stripe.com/api or we"
            " can help at https://support.stripe.com/.",
            status=404,
        )
        return _response(Answer(refusal.status, refusal.body, new_id("req", 14)))

    def _answer(self, endpoint: Endpoint, ids: dict[str, str]) -> Response:
        request_id = new_id("req", 14)
        try:
            _check_caller()
            answer, lost = self._carry_out_once(endpoint, ids, request_id)
        except StripeError as refusal:
            answer, lost = Answer(refusal.status, refusal.body, request_id), False
        except Exception:
            log.exception("%s %s failed", request.method, request.path)
            answer, lost = Answer(500, internal_error().body, request_id), False
        if lost:
            request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        return _response(answer)

    def _carry_out_once(self, endpoint: Endpoint, ids: dict[str, str], request_id: str) -> tuple[Answer, bool]:
        """The answer, and whether it is to be lost on its way. All of it is committed when this returns."""
        key = request.headers.get("Idempotency-Key") if endpoint.method == "POST" else None
        check_key(key or "")
        sent, upload = _sent(endpoint)
        with self._keys.only_one(key):
            self._dawdle()
            with self._standin.work(Cause(request_id, key), request.headers.get("Stripe-Account", "")) as work:
                _check_account(work, endpoint)
                work.upload = upload
                answer = saved_answer(work, key, request.path, sent) if key else None
                if answer is None:
                    answer = _carry_out(work, endpoint, ids, sent)
                    if key:
                        save_answer(work, key, request.path, sent, answer)
                lost = endpoint.method != "GET" and answer.status < 400 and work.control.take("lose_answer")
        return answer, lost

    def _dawdle(self) -> None:
        with self._standin.store.transaction() as db:
            pause = control.load(db).slow_answers
        if pause:
            time.sleep(pause)


def _carry_out(work: Work, endpoint: Endpoint, ids: dict[str, str], sent: dict[str, Any]) -> Answer:
    params = schema.validated(endpoint.params, sent)
    schema.check_simulated(params, endpoint.simulates)
    request_id = work.cause.request_id or ""
    try:
        with work.undo_when_refused():
            body = expanded(work, endpoint(work, params, ids), params.get("expand", []))
    except StripeError as refusal:
        return Answer(refusal.status, refusal.body, request_id)
    if endpoint.method != "GET" and work.control.take("fail_after_acting"):
        return Answer(500, internal_error().body, request_id)
    return Answer(200, body, request_id)


def _sent(endpoint: Endpoint) -> tuple[dict[str, Any], bytes]:
    """The parameters, and the content of a file among them, which the parameters name by its hash."""
    if request.method != "POST":
        return decode(request.args.items(multi=True)), b""
    file = request.files.get("file") if endpoint.takes_file else None
    if not file:
        _check_encoding(endpoint)
        return decode(request.form.items(multi=True)), b""
    content = file.read()
    described = {"filename": file.filename or "file", "sha256": hashlib.sha256(content).hexdigest()}
    return decode(request.form.items(multi=True)) | {"file": described}, content


def _check_encoding(endpoint: Endpoint) -> None:
    taken = ("application/x-www-form-urlencoded", *(("multipart/form-data",) if endpoint.takes_file else ()))
    if request.content_length and request.mimetype not in taken:
        raise Unprocessed(f"Invalid request: the API takes form-encoded bodies, not {request.mimetype}.")


def _check_caller() -> None:
    key = _api_key()
    if not key:
        raise Unprocessed(
            "You did not provide an API key. You need to provide your API key in the Authorization header, using"
            " Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
            status=401,
        )
    if not key.startswith("sk_test_") or len(key) <= len("sk_test_"):
        raise Unprocessed(f"Invalid API Key provided: {key[:8]}{'*' * max(len(key) - 8, 0)}", status=401)
    version = request.headers.get("Stripe-Version", stripe.api_version)
    if version != stripe.api_version:
        raise Unprocessed(f"Invalid Stripe API version: {version}. This stand-in speaks {stripe.api_version}.")


def _check_account(work: Work, endpoint: Endpoint) -> None:
    """Raises StripeError for what cannot be done on behalf of the account that the request names."""
    if work.account and not accounts.is_connected(work, work.account):
        raise accounts.no_access(work.account)
    if work.account and not endpoint.for_accounts:
        raise Unprocessed("This stand-in does not simulate this request on behalf of a connected account.")


def _api_key() -> str | None:
    given = request.authorization
    if given is None:
        return None
    return given.token if given.type == "bearer" else given.username


def _response(answer: Answer) -> Response:
    response = jsonify(answer.body)
    response.status_code = answer.status
    response.headers["Request-Id"] = answer.request_id
    response.headers["Stripe-Version"] = stripe.api_version
    if "Idempotency-Key" in request.headers:
        response.headers["Idempotency-Key"] = request.headers["Idempotency-Key"]
        response.headers["Original-Request"] = answer.request_id
    if answer.replayed:
        response.headers["Idempotent-Replayed"] = "true"
    if answer.status == 500:
        # The answer is kept under its key, so the same request again would only bring it back.
        response.headers["Stripe-Should-Retry"] = "false"
    return response
