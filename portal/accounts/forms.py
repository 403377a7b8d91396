"""Accounts' own forms. Those of signing in are Flask-Security's: see `security/forms.py`."""

from typing import Any

from flask import current_app
from wtforms import (
    EmailField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    ValidationError,
)
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from portal.accounts import timezones
from portal.accounts.models import TeamRole
from portal.core.forms import Form, Words, clean
from portal.core.i18n import LANGUAGES, N_
from portal.core.money import CURRENCIES


class Address(EmailField):
    """An email address, as its owner writes it but for the spaces around. Checked for its form alone."""

    def __init__(self, **more: Any) -> None:
        required = InputRequired(N_("Enter an email address."))
        super().__init__(
            N_("Email address"), [required], render_kw={"autocomplete": "email", "spellcheck": "false"}, **more
        )

    def pre_validate(self, form: Any) -> None:
        self.data = clean(self.data)
        if self.data:
            try:
                self.data = current_app.extensions["security"].mail_util.validate(self.data)
            except ValueError as problem:
                raise ValidationError(str(problem)) from None


class NewPassword(PasswordField):
    """A password that somebody chooses."""

    def __init__(self, **more: Any) -> None:
        hint = N_("At least 10 characters. A few words in a row are easy to remember and hard to guess.")
        required = InputRequired(N_("Enter a password."))
        attributes = {"autocomplete": "new-password"}
        super().__init__(N_("Password"), [required], description=hint, render_kw=attributes, **more)

    def pre_validate(self, form: Any) -> None:
        if self.data:
            problems, self.data = current_app.extensions["security"].password_util.validate(self.data, True)
            if problems:
                raise ValidationError(problems[0])


def _own_name() -> Words:
    return Words(N_("Your name"), longest=120, required=True, render_kw={"autocomplete": "name"})


class CreatorForm(Form):
    """Somebody who wants something made signs up."""

    name = _own_name()
    email = Address()
    password = NewPassword()
    timezone = HiddenField()
    next = HiddenField()


class FactoryForm(Form):
    """A factory signs up: its first owner's account and its name."""

    factory_name = Words(
        N_("Factory"),
        N_("As on the business licence. You add the rest of the profile afterwards."),
        longest=160,
        required=True,
        render_kw={"autocomplete": "organization"},
    )
    name = _own_name()
    email = Address()
    password = NewPassword()
    timezone = HiddenField()
    next = HiddenField()


class LinkForm(Form):
    """Where to send a link that signs in."""

    email = Address()
    next = HiddenField()


class ConfirmForm(Form):
    """Whoever confirms an address elsewhere than they signed up shows that the account is theirs."""

    password = PasswordField(
        N_("The password that you chose"),
        [InputRequired(N_("Enter a password."))],
        render_kw={"autocomplete": "current-password"},
    )


class ProfileForm(Form):
    name = _own_name()
    locale = SelectField(N_("Language"), choices=list(LANGUAGES.items()))
    timezone = SelectField(N_("Time zone"), description=N_("Deadlines are shown in it."))
    currency = SelectField(
        N_("Your currency"),
        choices=[("", N_("The brief's")), *((code, code) for code in CURRENCIES)],
        description=N_("Amounts in another currency are shown in it too, about. You pay in the quote's currency."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.timezone.choices = timezones.choices(self.timezone.object_data or "UTC")


class EmailsForm(Form):
    """Which of the optional emails somebody wants."""

    wanted = SelectMultipleField(N_("Send me an email when"), option_widget=CheckboxInput(), widget=ListWidget())


class InviteForm(Form):
    email = Address()
    role = RadioField(
        N_("Role"),
        choices=[(TeamRole.MEMBER.value, N_("Member")), (TeamRole.OWNER.value, N_("Owner"))],
        default=TeamRole.MEMBER.value,
    )


class JoinForm(Form):
    """Somebody without an account joins the team that invited them."""

    name = _own_name()
    password = NewPassword()
    timezone = HiddenField()
