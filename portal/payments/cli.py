"""`flask reconcile`: everything that is compared with Stripe, at once."""

from datetime import UTC, datetime
from importlib import import_module
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import Row

from portal.core.db import reader
from portal.core.money import show
from portal.payments import audit, gateway, words
from portal.payments import reconcile as rounds
from portal.payments.books import queries
from portal.payments.books.models import ReconcileRun
from portal.payments.reports import Unreachable


@click.command("reconcile")
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), help="Compare the books from this day on, not only the last days'."
)
@with_appcontext
def reconcile(since: datetime | None) -> None:
    """Compare with Stripe now what is compared every five minutes, every hour and every day; print what differs. Ends
    with 1 while something does."""
    load()
    stripe = gateway.connect(current_app.extensions["settings"])
    began = since.replace(tzinfo=UTC) if since else None
    try:
        _tell(rounds.what_has_not_ended(stripe))
        _tell(rounds.undelivered_messages(stripe))
        _tell(audit.compare_books(stripe, since=began))
    except Unreachable as failure:
        raise click.ClickException(f"Stripe does not answer: {failure.text}") from None
    count = _tell_breaks()
    click.echo(f"{count} open." if count else "Everything adds up.")
    if count:
        raise SystemExit(1)


def load() -> None:
    """Import what the worker does, so that each feature has said what it looks at and how."""
    import_module("portal.payments.disputes.tasks")
    import_module("portal.payments.tasks")


def _tell(run: ReconcileRun) -> None:
    counts = ", ".join(f"{name} {number}" for name, number in run.counts.items())
    click.echo(f"{words.RUNS[run.kind]}: {run.looked_at} looked at, {run.mended} mended ({counts})")
    for trouble in run.troubles:
        click.echo(f"  {trouble}")


def _tell_breaks() -> int:
    """Print every open break: how many there are."""
    count, after = 0, None
    while rows := queries.open_breaks(reader(), after):
        for row in rows:
            click.echo(_line(row))
        count, after = count + len(rows), rows[-1].id
    return count


def _line(row: Row[Any]) -> str:
    words_of_it = [row.kind.value, row.subject, f"since {row.created_at:%F}"]
    if row.number:
        words_of_it.append(f"order {row.number}")
    if row.currency:
        ours, theirs = (show(minor, row.currency) for minor in (row.ours_minor, row.theirs_minor))
        words_of_it.append(f"ours {ours}, Stripe's {theirs}")
    return "  " + ", ".join(words_of_it)
