"""`flask accounts ...`: what an operator of the machine types."""

import click
from flask import current_app
from flask.cli import AppGroup
from flask_security.recoverable import generate_reset_password_token
from sqlalchemy.exc import IntegrityError

from portal.accounts import letters, operations
from portal.core.actor import Role
from portal.core.db import db

accounts = AppGroup("accounts", help="People and how they sign in.")


@accounts.command("add-operator")
@click.argument("email")
@click.option("--name", required=True, help="How the operator is called.")
def add_operator(email: str, name: str) -> None:
    """Make EMAIL an operator and mail a link by which they choose their password."""
    try:
        address = current_app.extensions["security"].mail_util.validate(email)
        person = operations.add_person(db.session, email=address, name=name, role=Role.OPERATOR, confirmed=True)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    except IntegrityError:
        raise click.ClickException(f"{email} has an account already.") from None
    letters.reset(db.session, person, generate_reset_password_token(person))
    db.session.commit()
    click.echo(f"{address} is an operator. The link to choose a password is on its way.", err=True)
