"""Flask-Security, wired to our people, pages, words and mail.

Its views do the delicate work; ours render them, send their mail from the outbox, and let no GET change anything.
"""

from datetime import timedelta
from typing import Any

from flask import Flask, Response, abort, redirect, request, session, url_for
from flask_security import Security

from portal.accounts import queries
from portal.accounts.security import loader, signals, words
from portal.accounts.security.datastore import Datastore
from portal.accounts.security.factors import Passkeys, RecoveryCodes, SingleUseTotp, fernet_keys, tagged
from portal.accounts.security.forms import CodeForm, ForgottenForm, PasskeyForm, SecondFactorForm, SignInForm
from portal.accounts.security.mail import OutboxMail
from portal.core import clock
from portal.core.config import Settings
from portal.core.db import reader
from portal.core.web import ANYONE, SIGNED_IN, current_actor, declare, local_path, page

#: Flask-Security's endpoints and who may call them.
_ANYONE = (
    "login logout forgot_password reset_password send_confirmation confirm_email tf_select two_factor_setup"
    " two_factor_token_validation two_factor_rescue mf_recovery wan_signin wan_signin_response"
)
_SIGNED_IN = (
    "verify change_password two_factor_setup_validate mf_recovery_codes wan_register wan_register_response"
    " wan_delete wan_verify wan_verify_response"
)


def _configuration(settings: Settings) -> dict[str, Any]:
    secrets = [secret.strip() for secret in settings.TOTP_SECRETS.split(",") if secret.strip()]
    return {
        "PASSWORD_SALT": settings.SECURITY_PASSWORD_SALT,
        "PASSWORD_SCHEMES": ["argon2"],
        "PASSWORD_HASH": "argon2",
        # 19 MiB and two rounds of argon2id: OWASP's recommendation, and a web worker's memory stays small.
        "PASSWORD_HASH_PASSLIB_OPTIONS": {
            "argon2__type": "ID",
            "argon2__memory_cost": 19_456,
            "argon2__time_cost": 2,
            "argon2__parallelism": 1,
        },
        "PASSWORD_LENGTH_MIN": 10,
        "RETURN_GENERIC_RESPONSES": True,
        "DATETIME_FACTORY": clock.now,
        "JOIN_USER_ROLES": False,
        "API_ENABLED_METHODS": ["session"],
        "STATIC_FOLDER": None,
        "CLI_USERS_NAME": None,
        "CLI_ROLES_NAME": None,
        "EMAIL_PLAINTEXT": False,  # our own templates say it: see OutboxMail
        "EMAIL_HTML": False,
        "FRESHNESS": timedelta(minutes=30),
        "FRESHNESS_GRACE_PERIOD": timedelta(minutes=15),
        "CONFIRMABLE": True,
        "CONFIRM_EMAIL_WITHIN": timedelta(days=5),
        "RECOVERABLE": True,
        "RESET_PASSWORD_WITHIN": timedelta(hours=4),
        "CHANGEABLE": True,
        "CHANGE_URL": "/settings/password",
        "POST_LOGIN_VIEW": "accounts.landing",
        "POST_VERIFY_VIEW": "accounts.settings",
        "POST_CHANGE_VIEW": "accounts.settings",
        "TWO_FACTOR": True,
        "TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "TWO_FACTOR_AUTHENTICATOR_VALIDITY": 30,
        "TWO_FACTOR_RESCUE_EMAIL": False,  # whoever reads the mailbox must not be able to skip the second step
        "TWO_FACTOR_SETUP_URL": "/settings/second-step",
        "TWO_FACTOR_POST_SETUP_VIEW": "accounts.settings",
        "TWO_FACTOR_TOKEN_VALIDATION_URL": "/login/code",
        "TWO_FACTOR_SELECT_URL": "/login/method",
        "TWO_FACTOR_RESCUE_URL": "/login/rescue",
        "TOTP_SECRETS": tagged(secrets),
        "TOTP_ISSUER": "Xiaodan",
        "MULTI_FACTOR_RECOVERY_CODES": True,
        "MULTI_FACTOR_RECOVERY_CODES_N": 8,
        "MULTI_FACTOR_RECOVERY_CODES_KEYS": fernet_keys(secrets),
        "MULTI_FACTOR_RECOVERY_CODES_URL": "/settings/recovery-codes",
        "MULTI_FACTOR_RECOVERY_URL": "/login/recovery",
        "WEBAUTHN": True,
        "WAN_RP_NAME": "Xiaodan",
        "WAN_ALLOW_USER_HINTS": False,
        "WAN_REGISTER_URL": "/settings/passkeys",
        "WAN_DELETE_URL": "/settings/passkeys/remove",
        "WAN_POST_REGISTER_VIEW": "accounts.settings",
        "WAN_SIGNIN_URL": "/login/passkey",
        "WAN_SIGNIN_WITHIN": timedelta(minutes=5),
        "WAN_VERIFY_URL": "/verify/passkey",
        **{f"MSG_{key}": message for key, message in words.MESSAGES.items()},
    }


def _render(template: str, **context: Any) -> Response:
    """A page of Flask-Security's; 422 when one of its forms was refused."""
    forms = (value for name, value in context.items() if name.endswith("_form"))
    refused = request.method == "POST" and any(form.errors for form in forms)
    return page(template, status=422 if refused else 200, **context)


def _before() -> Any:
    """What Flask-Security would do better not to: read JSON, and sign out who opens the page for a code unasked."""
    if request.is_json:
        abort(415)
    uncalled = request.endpoint == "security.two_factor_token_validation" and "tf_state" not in session
    return redirect(url_for("accounts.landing"), 303) if uncalled and current_actor().signed_in else None


def _own_passkeys() -> dict[str, Any]:
    return {"passkeys": queries.passkeys(reader(), current_actor().person_id)}


def _not_here(**_arguments: Any) -> None:
    abort(404)


def init_app(app: Flask, settings: Settings) -> None:
    """Install Flask-Security. Its session cookie and ours are the same."""
    for key, value in _configuration(settings).items():
        app.config[f"SECURITY_{key}"] = value
    app.config.update(
        REMEMBER_COOKIE_DURATION=timedelta(days=30),
        REMEMBER_COOKIE_HTTPONLY=True,
        REMEMBER_COOKIE_SAMESITE="Lax",
        REMEMBER_COOKIE_SECURE=app.config["SESSION_COOKIE_SECURE"],
        SESSION_PROTECTION=None,  # freshness is Flask-Security's `fs_paa`
    )
    security = Security(
        mail_util_cls=OutboxMail,
        totp_cls=SingleUseTotp,
        webauthn_util_cls=Passkeys,
        mf_recovery_codes_util_cls=RecoveryCodes,
        render_template=_render,
        login_form=SignInForm,
        forgot_password_form=ForgottenForm,
        two_factor_setup_form=SecondFactorForm,
        two_factor_verify_code_form=CodeForm,
        wan_register_form=PasskeyForm,
    )
    security.init_app(app, Datastore(), render_template=_render)
    security.wan_register_context_processor(_own_passkeys)
    security.want_json(lambda _request: False)
    security.context_processor(lambda: {"next_path": local_path(request.args.get("next"), "") or None})
    words.init_app(app, security)
    loader.init_app(app, security)
    signals.init_app(app)
    app.before_request_funcs.setdefault("security", []).append(_before)
    app.view_functions["security.two_factor_rescue"] = _not_here
    for endpoint in _ANYONE.split():
        declare(f"security.{endpoint}", ANYONE)
    for endpoint in _SIGNED_IN.split():
        declare(f"security.{endpoint}", SIGNED_IN)
