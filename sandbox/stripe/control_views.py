"""/_control: how a test makes the stand-in misbehave, and looks at what it has done."""

from flask import Blueprint, Response, jsonify, request
from pydantic import ValidationError

from sandbox.stripe.books.work import Work
from sandbox.stripe.control import Control
from sandbox.stripe.standin import StandIn
from sandbox.stripe.webhooks import deliveries


def create_blueprint(standin: StandIn) -> Blueprint:
    """Not a part of Stripe, hence outside /v1."""
    blueprint = Blueprint("control", __name__, url_prefix="/_control")

    @blueprint.get("/state")
    def state() -> Response:
        """The settings, the clock, and what is stored and on its way."""
        with standin.work() as work:
            return jsonify(_state(work))

    @blueprint.post("")
    def change() -> tuple[Response, int] | Response:
        """Set the keys of Control that are given; the others stay as they are."""
        with standin.work() as work:
            try:
                changed = Control.model_validate({**work.control.model_dump(), **request.get_json()})
            except ValidationError as invalid:
                return jsonify(error=invalid.errors(include_url=False, include_context=False)), 400
            _replace(work, changed)
            return jsonify(_state(work))

    @blueprint.post("/reset")
    def reset() -> Response:
        """Behave again: every setting back to its default, but for the webhook's address and the clock."""
        with standin.work() as work:
            kept = {"webhook_url": work.control.webhook_url, "now_offset": work.control.now_offset}
            _replace(work, Control(**kept))
            return jsonify(_state(work))

    @blueprint.post("/empty")
    def empty() -> Response:
        """Begin anew: forget all that is stored and on its way, and every setting."""
        with standin.work() as work:
            standin.store.empty(work.db)
            work.events.clear()
            _replace(work, Control())
            return jsonify(_state(work))

    @blueprint.post("/flush")
    def flush() -> Response:
        """Deliver what is held or delayed, and try again at once what was refused."""
        with standin.work() as work:
            released = deliveries.flush(work.db, work.control)
        standin.has_emitted.set()
        return jsonify(released=released)

    return blueprint


def _replace(work: Work, changed: Control) -> None:
    for name, value in changed:
        setattr(work.control, name, value)


def _state(work: Work) -> dict[str, object]:
    rows = work.db.execute("SELECT kind, count(*) AS number FROM objects GROUP BY kind ORDER BY kind")
    return {
        "now": work.now,
        "control": work.control.model_dump(),
        "deliveries": deliveries.tally(work.db),
        "recent_deliveries": deliveries.recent(work.db),
        "objects": {row["kind"]: row["number"] for row in rows},
    }
