"""Flask-Security's way to our tables. It works on the request's own session; the view commits."""

from typing import Any

from flask_security import SQLAlchemyUserDatastore

from portal.accounts.models import Passkey, Person, SignInRole
from portal.core.db import db


class Datastore(SQLAlchemyUserDatastore):
    """Finds and changes `Person` and `Passkey`."""

    def __init__(self) -> None:
        super().__init__(db, Person, SignInRole, webauthn_model=Passkey)

    def tf_reset(self, user: Any) -> None:
        """Switch the second factor off, its recovery codes too: they belong to the secret that is gone."""
        user.tf_primary_method = user.tf_totp_secret = user.tf_last_counter = user.mf_recovery_codes = None
        self.put(user)

    def create_webauthn(self, user: Any, transports: Any = None, **fields: Any) -> None:  # type: ignore[override]
        names = [getattr(transport, "value", transport) for transport in transports or ()]
        super().create_webauthn(user, transports=names, **fields)
