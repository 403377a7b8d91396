"""`flask` commands: what an operator of the machine types."""

import click
from flask import Flask, current_app

from portal.core import schema


def init_app(app: Flask) -> None:
    app.cli.add_command(migrate)


@click.command("migrate")
def migrate() -> None:
    """Bring the database to this version's schema."""
    schema.migrate(current_app.extensions["settings"])
    click.echo("The database is up to date.", err=True)
