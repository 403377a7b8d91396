"""What Flask-Security says, in our words and through our catalogues."""

from typing import Any

from flask import Flask
from flask_security import FormInfo, Security
from flask_wtf import FlaskForm

from portal.core.i18n import WTFORMS_LOCALES, _, current
from portal.core.web import local_path

N_ = str  # marks for extraction; Flask-Security translates when it speaks

_WRONG_LINK = N_("This link is not valid. It may be incomplete, or a newer one was sent. Ask for a new one.")
_EXPIRED = N_("This took too long. Please start again.")
_SENT = N_("If there is an account for %(email)s, an email is on its way. Look in the spam folder too.")
_WRONG_CODE = N_("This code is not right, or it was used already. Wait for the next one and type it again.")
_WRONG_PASSWORD = N_("This password is not right.")

#: Flask-Security's message -> (our text, the banner's kind)
MESSAGES = {
    "ALREADY_CONFIRMED": (N_("This address has been confirmed already. Sign in."), "info"),
    "API_ERROR": (_EXPIRED, "error"),
    "CONFIRMATION_REQUEST": (_SENT, "info"),
    "CONFIRMATION_REQUIRED": (
        N_("Please confirm your address first: press the button in the email that we sent you."),
        "error",
    ),
    "DISABLED_ACCOUNT": (N_("This account is closed. Write to us if you think that this is a mistake."), "error"),
    "EMAIL_NOT_PROVIDED": (N_("Enter an email address."), "error"),
    "GENERIC_AUTHN_FAILED": (N_("We don't know this combination of email and password. Check both."), "error"),
    "INVALID_CODE": (_WRONG_CODE, "error"),
    "INVALID_EMAIL_ADDRESS": (N_("Enter an email address like name@example.com."), "error"),
    "INVALID_INPUT": (N_("Use plain letters and figures only."), "error"),
    "INVALID_PASSWORD": (_WRONG_PASSWORD, "error"),
    "INVALID_RECOVERY_CODE": (N_("This is not one of your recovery codes, or it was used already."), "error"),
    "INVALID_RESET_PASSWORD_TOKEN": (_WRONG_LINK, "error"),
    "NO_RECOVERY_CODES_SETUP": (N_("You have no recovery codes yet."), "info"),
    "PASSWORD_CHANGE": (N_("Your password is changed. Other devices have been signed out."), "success"),
    "PASSWORD_INVALID_LENGTH": (N_("Choose a password of %(length)s to 128 characters."), "error"),
    "PASSWORD_IS_THE_SAME": (N_("This is your present password. Choose another one."), "error"),
    "PASSWORD_NOT_PROVIDED": (N_("Enter a password."), "error"),
    "PASSWORD_RESET_EXPIRED": (_WRONG_LINK, "error"),
    "PASSWORD_RESET_NO_LOGIN": (N_("Your new password is set. Sign in with it."), "success"),
    "PASSWORD_RESET_REQUEST": (_SENT, "info"),
    "REAUTHENTICATION_REQUIRED": (N_("This page is about your account's security. Show again that it is you."), "info"),
    "REAUTHENTICATION_SUCCESSFUL": (N_("Thank you."), "success"),
    "RETYPE_PASSWORD_MISMATCH": (N_("The two passwords differ. Type the same one twice."), "error"),
    "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": (
        N_("The second step is on. Now keep recovery codes, in case you lose your phone."),
        "success",
    ),
    "TWO_FACTOR_DISABLED": (N_("The second step is off."), "success"),
    "TWO_FACTOR_INVALID_TOKEN": (_WRONG_CODE, "error"),
    "TWO_FACTOR_LOGIN_SUCCESSFUL": (N_("You are signed in."), "success"),
    "TWO_FACTOR_METHOD_NOT_AVAILABLE": (N_("Choose one of these."), "error"),
    "TWO_FACTOR_PERMISSION_DENIED": (N_("Please sign in first."), "info"),
    "TWO_FACTOR_SETUP_EXPIRED": (_EXPIRED, "error"),
    "UNAUTHENTICATED": (N_("Please sign in first."), "info"),
    "USER_DOES_NOT_EXIST": (N_("We don't know this combination of email and password. Check both."), "error"),
    "WEBAUTHN_CREDENTIAL_DELETED": (N_("The passkey %(name)s is removed."), "success"),
    "WEBAUTHN_CREDENTIAL_ID_INUSE": (N_("This device has a passkey here already."), "error"),
    "WEBAUTHN_CREDENTIAL_WRONG_USAGE": (N_("This passkey can't be used here."), "error"),
    "WEBAUTHN_EXPIRED": (_EXPIRED, "error"),
    "WEBAUTHN_MISMATCH_USER_HANDLE": (N_("This passkey belongs to another account."), "error"),
    "WEBAUTHN_NAME_DISALLOWED_CHARACTERS": (N_("Use plain letters and figures only."), "error"),
    "WEBAUTHN_NAME_INUSE": (N_("You have a passkey named %(name)s already. Choose another name."), "error"),
    "WEBAUTHN_NAME_NOT_FOUND": (N_("There is no passkey named %(name)s."), "error"),
    "WEBAUTHN_NAME_REQUIRED": (N_("Give the passkey a name, so that you know it later."), "error"),
    "WEBAUTHN_NO_VERIFY": (N_("The passkey could not be checked. Try again, or sign in another way."), "error"),
    "WEBAUTHN_ORPHAN_CREDENTIAL_ID": (N_("We don't know this passkey. Sign in another way."), "error"),
    "WEBAUTHN_REGISTER_SUCCESSFUL": (
        N_("The passkey %(name)s is ready. You can sign in with it now."),
        "success",
    ),
    "WEBAUTHN_UNKNOWN_CREDENTIAL_ID": (N_("We don't know this passkey. Sign in another way."), "error"),
}

_PASSWORD_HINT = N_("At least 10 characters. A few words in a row are easy to remember and hard to guess.")

#: a field of its forms -> (label, help)
LABELS = {
    "email": (N_("Email address"), ""),
    "password": (N_("Password"), ""),
    "password_confirm": (N_("The password again"), ""),
    "new_password": (N_("New password"), _PASSWORD_HINT),
    "new_password_confirm": (N_("The new password again"), ""),
    "remember": (N_("Keep me signed in on this device"), ""),
    "code": (N_("Code"), ""),
    "name": (N_("Name of the passkey"), N_("For example: my phone.")),
    "which": (N_("How do you want to show that it is you?"), ""),
}
_BY_FORM = {
    "change_password_form": {"password": (N_("Present password"), "")},
    "mf_recovery_form": {"code": (N_("Recovery code"), N_("Four letters or figures, three times."))},
    "reset_password_form": {"password": (N_("New password"), _PASSWORD_HINT)},
    "two_factor_verify_code_form": {"code": (N_("Code"), N_("Six figures, from your authenticator app."))},
}


class OurCatalogue:
    """Stands in for Flask-Security's own translations."""

    @staticmethod
    def gettext(message: Any, **variables: Any) -> str:
        return _(str(message), **variables)


def labelled(name: str, cls: type[FlaskForm], **arguments: Any) -> FlaskForm:
    """A form of Flask-Security's with our labels, in the reader's language, that leads nowhere but to this origin."""
    arguments["meta"] = {**(arguments.get("meta") or {}), "locales": WTFORMS_LOCALES[current()]}
    form = cls(**arguments)
    for field in form:
        words = _BY_FORM.get(name, {}).get(field.short_name) or LABELS.get(field.short_name)
        if words:
            field.label.text = _(words[0])
            field.description = _(words[1]) if words[1] else ""
    if "next" in form:
        form["next"].data = local_path(form["next"].data, "")
    return form


def init_app(app: Flask, security: Security) -> None:
    """Let Flask-Security speak with our words, in the languages of our catalogues."""
    app.config["WTF_I18N_ENABLED"] = False  # `labelled` says which language
    security.i18n_domain = OurCatalogue
    app.jinja_env.globals["_fsdomain"] = OurCatalogue.gettext
    for name, info in list(security.forms.items()):
        if info.cls:
            security.set_form_info(name, FormInfo(instantiator=labelled, cls=info.cls))
