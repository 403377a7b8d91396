"""Codes and passkeys, stricter than Flask-Security's own: a code is good once, a passkey is both factors."""

import base64
import hashlib
from typing import Any

from flask import abort, session
from flask_security import MfRecoveryCodesUtil, Totp, WebauthnUtil
from passlib.totp import TOTP, AppWallet, TokenError

from portal.core.db import db
from portal.core.lazy import lazy
from portal.core.web import settings

segno = lazy("segno")
webauthn = lazy("webauthn")

#: in the session of somebody who has shown a second factor (or a passkey, which is two) since signing in
MARK = "second_factor"


def owes_second_factor(role: str) -> bool:
    """Whether somebody in `role` has yet to show a second factor in this session before being let in."""
    return role == "operator" and not settings().SANDBOX and not session.get(MARK)


class SingleUseTotp(Totp):
    """Refuses a code that was used already, also within its half minute."""

    def __init__(self, secrets: dict[str, str], issuer: str) -> None:
        """`secrets` by tag; the first one encrypts, all decrypt, so that they can be rotated."""
        self._totp = TOTP.using(issuer=issuer, wallet=AppWallet(secrets, default_tag=next(iter(secrets))))

    def verify_totp(self, token: str, totp_secret: str, user: Any, window: int = 0) -> bool:
        db.session.refresh(user, with_for_update=True)
        # A new secret's counter has nothing to do with the old one's.
        last = user.tf_last_counter if totp_secret == user.tf_totp_secret else None
        try:
            match = self._totp.verify(token, totp_secret, window=window, last_counter=last)
        except TokenError:
            return False
        user.tf_last_counter = match.counter
        return True

    def generate_qrcode(self, username: str, totp: str) -> str:
        """The picture to scan, as the address of an <img>."""
        return segno.make(self.get_totp_uri(username, totp), error="m").svg_data_uri(scale=6, border=3)


class RecoveryCodes(MfRecoveryCodesUtil):
    """Takes a code away under the person's row lock, so that two requests cannot both use it."""

    def delete_recovery_code(self, user: Any, code: str) -> bool:
        db.session.refresh(user, with_for_update=True)
        if not self.check_recovery_code(user, code):
            abort(409)
        return super().delete_recovery_code(user, code)


class Passkeys(WebauthnUtil):
    """Every passkey is discoverable and asks for the finger, the face or the PIN: no address is typed to use it."""

    def authenticator_selection(self, user: Any, usage: str) -> Any:
        return webauthn.helpers.structs.AuthenticatorSelectionCriteria(
            resident_key=webauthn.helpers.structs.ResidentKeyRequirement.REQUIRED,
            user_verification=webauthn.helpers.structs.UserVerificationRequirement.REQUIRED,
        )

    def user_verification(self, user: Any, usage: list[str]) -> Any:
        return webauthn.helpers.structs.UserVerificationRequirement.REQUIRED


def fernet_keys(secrets: list[str]) -> list[bytes]:
    """Keys for the recovery codes at rest, from our TOTP secrets; the first encrypts, all decrypt."""
    return [base64.urlsafe_b64encode(hashlib.sha256(f"recovery:{secret}".encode()).digest()) for secret in secrets]


def tagged(secrets: list[str]) -> dict[str, str]:
    """The TOTP secrets by a tag that stays with the secret when others come and go."""
    return {hashlib.sha256(f"tag:{secret}".encode()).hexdigest()[:12]: secret for secret in secrets}
