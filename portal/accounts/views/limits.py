"""How often one may try to sign in, guess a code, or have mail sent."""

from flask import Flask, request, session

from portal.accounts.limits import Limit, address, limited, person, posted, posted_here

_DAY = 24 * 60


def _signing_in() -> str:
    """Whoever has shown the password and owes the code."""
    return f"code:{session.get('tf_user_id', '')}" if "tf_user_id" in session else address()


def _token() -> str:
    return f"token:{(request.view_args or {}).get('token', '')}"


#: Everything that sends mail to an address somebody typed is counted together.
MAIL = (Limit(30, 60, address), Limit(4, 10, posted("email")), Limit(12, _DAY, posted("email")))
TOKEN = (Limit(60, 15, address), Limit(10, 15, _token))
TEAM_MAIL = (Limit(30, _DAY, person), Limit(4, 60, posted("email")))
_PASSWORD = (Limit(100, 15, address), Limit(10, 15, posted_here("email")), Limit(50, 60, posted("email")))
_CODE = (Limit(100, 15, address), Limit(8, 15, _signing_in))
_OWN = (Limit(10, 15, person),)

_OF_FLASK_SECURITY = {
    "login": ("password", _PASSWORD),
    "forgot_password": ("mail", MAIL),
    "send_confirmation": ("mail", MAIL),
    "reset_password": ("reset", TOKEN),
    "confirm_email": ("confirm", TOKEN),
    "two_factor_token_validation": ("code", _CODE),
    "mf_recovery": ("code", _CODE),
    "wan_signin_response": ("passkey", (Limit(100, 15, address),)),
    "verify": ("own password", _OWN),
    "change_password": ("own password", _OWN),
}


def init_app(app: Flask) -> None:
    """Limit Flask-Security's views, which can't carry a decorator of ours."""
    for name, (counted_as, limits) in _OF_FLASK_SECURITY.items():
        endpoint = f"security.{name}"
        app.view_functions[endpoint] = limited(*limits, name=counted_as)(app.view_functions[endpoint])
