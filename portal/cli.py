"""`flask` commands: what whoever runs the machine types."""

import click
from flask import Flask, current_app

from portal.core import schema


def init_app(app: Flask) -> None:
    app.cli.add_command(migrate)
    app.cli.add_command(revise)


@click.command("migrate")
def migrate() -> None:
    """Bring the database to this version's schema."""
    schema.migrate(current_app.extensions["settings"])
    click.echo("The database is up to date.", err=True)


@click.command("revise")
@click.argument("message")
def revise(message: str) -> None:
    """Write a new migration from what the models say and the database does not."""
    schema.revise(current_app.extensions["settings"], message)
