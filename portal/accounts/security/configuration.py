"""How Flask-Security is set up, by subject; each key gets SECURITY_ before it."""

from datetime import timedelta
from typing import Any

from portal.accounts.security.factors import fernet_keys, tagged
from portal.accounts.security.words import MESSAGES
from portal.core import clock
from portal.core.config import Settings

#: 19 MiB and two rounds of argon2id: OWASP's recommendation, and a web worker's memory stays small.
HASHING = {
    "argon2__type": "ID",
    "argon2__memory_cost": 19_456,
    "argon2__time_cost": 2,
    "argon2__parallelism": 1,
}
_PASSWORDS = {
    "PASSWORD_SCHEMES": ["argon2"],
    "PASSWORD_HASH": "argon2",
    "PASSWORD_HASH_PASSLIB_OPTIONS": HASHING,
    "PASSWORD_LENGTH_MIN": 10,
    "RECOVERABLE": True,
    "RESET_PASSWORD_WITHIN": timedelta(hours=4),
    "CHANGEABLE": True,
    "CHANGE_URL": "/settings/password",
    "POST_CHANGE_VIEW": "accounts.settings",
}
_SIGNING_IN = {
    "RETURN_GENERIC_RESPONSES": True,
    "CONFIRMABLE": True,
    "CONFIRM_EMAIL_WITHIN": timedelta(days=5),
    "POST_LOGIN_VIEW": "accounts.landing",
    "API_ENABLED_METHODS": ["session"],
    "FRESHNESS": timedelta(minutes=30),
    "FRESHNESS_GRACE_PERIOD": timedelta(minutes=15),
    "POST_VERIFY_VIEW": "accounts.settings",
}
_SECOND_STEP = {
    "TWO_FACTOR": True,
    "TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
    "TWO_FACTOR_AUTHENTICATOR_VALIDITY": 30,  # seconds a clock may be wrong
    "TWO_FACTOR_RESCUE_EMAIL": False,  # whoever reads the mailbox must not be able to skip the second step
    "TWO_FACTOR_SETUP_URL": "/settings/second-step",
    "TWO_FACTOR_POST_SETUP_VIEW": "accounts.settings",
    "TWO_FACTOR_TOKEN_VALIDATION_URL": "/login/code",
    "TWO_FACTOR_SELECT_URL": "/login/method",
    "TWO_FACTOR_RESCUE_URL": "/login/rescue",
    "TOTP_ISSUER": "Xiaodan",
    "MULTI_FACTOR_RECOVERY_CODES": True,
    "MULTI_FACTOR_RECOVERY_CODES_N": 8,
    "MULTI_FACTOR_RECOVERY_CODES_URL": "/settings/recovery-codes",
    "MULTI_FACTOR_RECOVERY_URL": "/login/recovery",
}
_PASSKEYS = {
    "WEBAUTHN": True,
    "WAN_RP_NAME": "Xiaodan",
    "WAN_ALLOW_USER_HINTS": False,
    "WAN_REGISTER_URL": "/settings/passkeys",
    "WAN_DELETE_URL": "/settings/passkeys/remove",
    "WAN_POST_REGISTER_VIEW": "accounts.settings",
    "WAN_SIGNIN_URL": "/login/passkey",
    "WAN_SIGNIN_WITHIN": timedelta(minutes=5),
    "WAN_VERIFY_URL": "/verify/passkey",
}
_PLUMBING = {
    "DATETIME_FACTORY": clock.now,
    "JOIN_USER_ROLES": False,
    "STATIC_FOLDER": None,
    "CACHE_CONTROL": {"private": None, "no-store": None},  # True would be written as "no-store=True"
    "CLI_USERS_NAME": None,
    "CLI_ROLES_NAME": None,
    "EMAIL_PLAINTEXT": False,  # our own templates say it: see OutboxMail
    "EMAIL_HTML": False,
}


def of(settings: Settings) -> dict[str, Any]:
    """The whole configuration. The first of the TOTP secrets encrypts, all decrypt."""
    secrets = [secret.strip() for secret in settings.TOTP_SECRETS.split(",") if secret.strip()]
    return {
        **_PASSWORDS,
        **_SIGNING_IN,
        **_SECOND_STEP,
        **_PASSKEYS,
        **_PLUMBING,
        "PASSWORD_SALT": settings.SECURITY_PASSWORD_SALT,
        "TOTP_SECRETS": tagged(secrets),
        "MULTI_FACTOR_RECOVERY_CODES_KEYS": fernet_keys(secrets),
        **{f"MSG_{key}": message for key, message in MESSAGES.items()},
    }
