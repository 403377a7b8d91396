"""The Stripe-Signature header. https://docs.stripe.com/webhooks/signature"""

import hashlib
import hmac
import time
from collections.abc import Sequence


def signature_header(payload: bytes, secrets: Sequence[str]) -> str:
    """`t=<seconds>,v1=<hex>`, with one v1 for each secret, as Stripe sends while a secret is being rotated.

    The time is always the real one: the receiver compares it with its own clock.
    """
    timestamp = int(time.time())
    signed = b"%d.%s" % (timestamp, payload)
    signatures = (hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets)
    return f"t={timestamp}," + ",".join(f"v1={signature}" for signature in signatures)
