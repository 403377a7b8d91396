"""What whoever runs the machine types about bank details."""

import click
from flask import current_app
from sqlmodel import col, select

from portal.core import sealing
from portal.core.db import transaction
from portal.payments.payouts.models import PayoutLine
from portal.payments.recipients.models import Recipient


@click.command("reseal-bank-details")
def reseal_bank_details() -> None:
    """Seal all bank details with the first key, so that the others can be taken away."""
    sealer = sealing.bank_details(current_app.extensions["settings"])
    count = 0
    try:
        with transaction() as session:
            for model in (Recipient, PayoutLine):
                for row in session.exec(select(model).where(col(model.sealed_bank) != "").with_for_update()):
                    row.sealed_bank = sealer.renew(row.sealed_bank)
                    count += 1
    except sealing.Unreadable as problem:
        raise click.ClickException(f"Nothing was changed: {problem}. Give the old key too.") from None
    click.echo(f"{count} sealed with the first key.", err=True)
