"""Where Flask-Security's forms do not do what our people need."""

from typing import Any

from flask_security import (
    ForgotPasswordForm,
    LoginForm,
    TwoFactorSetupForm,
    TwoFactorVerifyCodeForm,
    WebAuthnRegisterForm,
)
from wtforms import HiddenField

from portal.core.forms import clean


class SignInForm(LoginForm):
    """Says why somebody who knew the password is not let in; to everybody else all failures look alike."""

    def validate(self, **arguments: Any) -> bool:
        allowed = super().validate(**arguments)
        if not allowed and self.user_authenticated:
            self.form_errors.extend(self.email.errors)
            self.email.errors = []
        return allowed


class ForgottenForm(ForgotPasswordForm):
    """Also for those who never confirmed: the link proves that the address is theirs."""

    def validate(self, **arguments: Any) -> bool:
        if not super(ForgotPasswordForm, self).validate(**arguments):
            return False
        return bool(self.user and self.user.is_active)


class SecondFactorForm(TwoFactorSetupForm):
    """An authenticator app, or none: no other method is offered, so nothing is asked."""

    phone = HiddenField()


class CodeForm(TwoFactorVerifyCodeForm):
    """Takes the code as people type it: with a space in the middle, in full-width figures."""

    def validate(self, **arguments: Any) -> bool:
        if isinstance(self.code.data, str):
            self.code.data = "".join(clean(self.code.data).split())
        return super().validate(**arguments)


class PasskeyForm(WebAuthnRegisterForm):
    """Every passkey signs in by itself: see `second_factor.Passkeys`."""

    usage = HiddenField()

    def validate(self, **arguments: Any) -> bool:
        self.usage.data = "first"
        return super().validate(**arguments)
