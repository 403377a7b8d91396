"""Flask-Security, wired to our people, pages, words and mail.

Its views do the delicate work; ours render them, send their mail from the outbox, and let no GET change anything.
"""

from datetime import timedelta
from typing import Any

from flask import Flask, Response, abort, g, redirect, request, session, url_for
from flask_security import Security

from portal.accounts import passkeys, queries, sign_ins
from portal.accounts.security import configuration, loader, signals, words
from portal.accounts.security.datastore import Datastore
from portal.accounts.security.factors import Passkeys, RecoveryCodes, SingleUseTotp
from portal.accounts.security.forms import CodeForm, ForgottenForm, PasskeyForm, SecondFactorForm, SignInForm
from portal.accounts.security.mail import OutboxMail
from portal.core.config import Settings
from portal.core.db import reader, transaction
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

_PASSKEYS = {f"security.{name}" for name in (*_ANYONE.split(), *_SIGNED_IN.split()) if name.startswith("wan_")}


def _render(template: str, **context: Any) -> Response:
    """A page of Flask-Security's; 422 when one of its forms was refused."""
    forms = (value for name, value in context.items() if name.endswith("_form"))
    refused = request.method == "POST" and any(form.errors for form in forms)
    return page(template, status=422 if refused else 200, **context)


def _before() -> Any:
    """What Flask-Security would do better not to: read JSON, load passkeys for everybody, and sign out who opens the
    page for a code unasked."""
    if request.is_json:
        abort(415)
    if request.endpoint in _PASSKEYS and (request.method == "POST" or _own_passkeys()["passkeys"]):
        passkeys.load()
    uncalled = request.endpoint == "security.two_factor_token_validation" and "tf_state" not in session
    return redirect(url_for("accounts.landing"), 303) if uncalled and current_actor().signed_in else None


def _remember_key() -> None:
    g.came_with = loader.session_key()


def _end_former(response: Response) -> Response:
    """Whoever signs out, or signs in anew, does not stay signed in with the cookie that the browser had."""
    former = g.get("came_with")
    if former and former != session.get("_user_id"):
        with transaction() as ending:
            sign_ins.end(ending, former)
    return response


def _own_passkeys() -> dict[str, Any]:
    return {"passkeys": queries.passkeys(reader(), current_actor().person_id)}


def _not_here(**_arguments: Any) -> None:
    abort(404)


def init_app(app: Flask, settings: Settings) -> None:
    """Install Flask-Security. Its session cookie and ours are the same."""
    for key, value in configuration.of(settings).items():
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
    for blueprint in ("accounts", "security"):  # all that signs in or out
        app.before_request_funcs.setdefault(blueprint, []).insert(0, _remember_key)
        app.after_request_funcs.setdefault(blueprint, []).append(_end_former)
    app.view_functions["security.two_factor_rescue"] = _not_here
    for endpoint in _ANYONE.split():
        declare(f"security.{endpoint}", ANYONE)
    for endpoint in _SIGNED_IN.split():
        declare(f"security.{endpoint}", SIGNED_IN)
