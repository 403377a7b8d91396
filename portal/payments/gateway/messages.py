"""Webhooks. Their signature is checked here and not by the SDK, which would take 9 MB in every web process for it
(https://docs.stripe.com/webhooks/signature)."""

import hmac
import json
import time
from hashlib import sha256
from typing import Any

from portal.core.config import Settings
from portal.payments.reports import BadSignature, Message

_TOLERANCE = 300  # seconds between its clock and ours
_LIVE_KEY = "sk_live_"


def read_message(settings: Settings, body: bytes, signature: str) -> Message:
    """A webhook whose raw body was signed with one of our secrets, recently; its `account` is set when it is about
    a factory's. `signature` is the header `Stripe-Signature`. Raises `BadSignature`."""
    if any(_signed(body, signature, secret) for secret in settings.webhook_secrets):
        event = json.loads(body)
        live = settings.STRIPE_SECRET_KEY.startswith(_LIVE_KEY)
        if event["object"] == "event" and event["livemode"] == live:  # "v2.core.event" is of a kind we did not ask for
            return _message(event)
    raise BadSignature("This message is not from our Stripe account.")


def _signed(body: bytes, signature: str, secret: str) -> bool:
    """`t=1700000000,v1=<hex>,v1=<hex>`: a moment, and an HMAC for each secret that is good just now."""
    parts = [part.partition("=")[::2] for part in signature.split(",")]
    moment = next((value for name, value in parts if name == "t"), "")
    expected = hmac.new(secret.encode(), f"{moment}.".encode() + body, sha256).hexdigest().encode()
    genuine = any(hmac.compare_digest(expected, value.encode()) for name, value in parts if name == "v1")
    return genuine and abs(time.time() - int(moment)) <= _TOLERANCE


def _message(event: dict[str, Any]) -> Message:
    subject_id = event["data"]["object"].get("id", "")  # a balance has none
    return Message(event["id"], event["type"], subject_id, event.get("account") or "", event["livemode"])
