"""The emails of accounts: each is a folder in templates/emails/ and one function here, which fills it."""

from flask_security.confirmable import generate_confirmation_token
from sqlmodel import Session

from portal.accounts import hooks
from portal.accounts.models import Person
from portal.core.web import absolute


def confirm(session: Session, person: Person) -> None:
    """Ask somebody new to prove that the address is theirs."""
    link = absolute("security.confirm_email", token=generate_confirmation_token(person))
    _send(session, person, "account_confirm", url=link)


def reset(session: Session, person: Person, token: str) -> None:
    """Let somebody who forgot the password choose a new one."""
    _send(session, person, "account_reset", url=absolute("security.reset_password", token=token))


def exists(session: Session, person: Person) -> None:
    """Somebody signed up with an address that has an account: tell its owner, and nobody else."""
    _send(session, person, "account_exists", url=absolute("security.login"), reset=absolute("security.forgot_password"))


def sign_in_link(session: Session, person: Person, token: str) -> None:
    _send(session, person, "account_sign_in_link", url=absolute("accounts.use_link", token=token))


def changed(session: Session, person: Person, what: str) -> None:
    """Tell somebody that something about their account's security has changed; `what` is a key of the template."""
    _send(session, person, "account_changed", what=what, url=absolute("accounts.settings"))


def team_invitation(
    session: Session, email: str, locale: str, *, token: str, factory_name: str, inviter_name: str
) -> None:
    """Ask an address to join a factory's team; in the inviter's language, for nothing is known of the reader's."""
    context = {"url": absolute("accounts.join", token=token), "factory": factory_name, "inviter": inviter_name}
    hooks.send_mail(session, "account_team_invitation", email, locale, context)


def _send(session: Session, person: Person, template: str, **context: str) -> None:
    hooks.send_mail(session, template, person.email, person.locale, {"name": person.name, **context})
