"""Identifiers that look like Stripe's."""

import secrets
import string

_ALPHABET = (string.ascii_letters + string.digits).encode()
_LETTERS = bytes(_ALPHABET[byte % len(_ALPHABET)] for byte in range(256))


def new_id(prefix: str, length: int = 24) -> str:
    """A fresh identifier such as `ch_3OaF...`; the prefix tells the kind."""
    return f"{prefix}_{secrets.token_bytes(length).translate(_LETTERS).decode()}"
