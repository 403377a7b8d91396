"""Secrets at rest: texts that whoever has only the database cannot read, and cannot change without being noticed."""

import base64
import hashlib
from functools import lru_cache

from portal.core.config import Settings
from portal.core.lazy import lazy

fernet = lazy("cryptography.fernet")


class Unreadable(ValueError):
    """None of the keys opens this text: its key is gone, or somebody has changed it."""


class Sealer:
    """Seals with the first of its keys and opens with all of them, so that keys can be rotated."""

    def __init__(self, keys: tuple[bytes, ...]) -> None:
        self._fernet = fernet.MultiFernet([fernet.Fernet(key) for key in keys])

    def seal(self, plain: str) -> str:
        """The text sealed: never twice the same."""
        return self._fernet.encrypt(plain.encode()).decode("ascii")

    def open(self, sealed: str) -> str:
        """What was sealed. Raises `Unreadable`."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except fernet.InvalidToken:
            raise Unreadable("this text was sealed with another key, or has been changed") from None

    def renew(self, sealed: str) -> str:
        """The same, sealed with the first key. Raises `Unreadable`."""
        return self.seal(self.open(sealed))


def bank_details(settings: Settings) -> Sealer:
    """What factories' bank details are sealed with."""
    return _sealer("bank details", tuple(settings.bank_details_keys))


@lru_cache(8)
def _sealer(purpose: str, secrets: tuple[str, ...]) -> Sealer:
    return Sealer(tuple(_key(purpose, secret) for secret in secrets))


def _key(purpose: str, secret: str) -> bytes:
    """A Fernet key of a random text, another one for each purpose."""
    return base64.urlsafe_b64encode(hashlib.sha256(f"{purpose}:{secret}".encode()).digest())
