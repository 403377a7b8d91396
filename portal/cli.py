"""`flask --app portal.cli ...`: what whoever runs the machine types. Web processes stay without Alembic."""

import click
from flask import current_app

from portal import create_app
from portal.core import schema, templating
from portal.core.config import Settings

app = create_app(Settings.from_env())


@app.cli.command("migrate")
def migrate() -> None:
    """Bring the database to this version's schema."""
    schema.migrate(current_app.extensions["settings"])
    click.echo("The database is up to date.", err=True)


@app.cli.command("compile")
def compile_templates() -> None:
    """Compile every template, so that web processes need not when they start."""
    templating.load(current_app, whole=True)
    current_app.jinja_env.bytecode_cache.forget_others()


@app.cli.command("revise")
@click.argument("message")
def revise(message: str) -> None:
    """Write a new migration from what the models say and the database does not."""
    schema.revise(current_app.extensions["settings"], message)
