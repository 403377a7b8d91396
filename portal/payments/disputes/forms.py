"""The forms about disputes."""

from typing import Any

from wtforms import RadioField, SelectMultipleField
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from portal.core.forms import Form, Paragraphs
from portal.core.i18n import N_
from portal.payments.disputes.models import Liable
from portal.payments.disputes.words import FIELDS, LIABLE


class EvidenceForm(Form):
    """`statement` goes to the bank as it is; `fields` are Stripe's names, of those that the record says something
    for."""

    statement = Paragraphs(
        N_("What the bank should know"),
        N_("In English, short and plain: what was agreed, what was done, and why the payment is right."),
        longest=4000,
    )
    fields = SelectMultipleField(
        N_("Say this in the bank’s own fields too"), widget=ListWidget(), option_widget=CheckboxInput()
    )

    def __init__(self, *arguments: Any, offered: dict[str, str], **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.fields.choices = [
            (name, N_("%(label)s: %(value)s", label=FIELDS[name], value=text)) for name, text in offered.items()
        ]


class SettleForm(Form):
    liable = RadioField(
        N_("Who answers for what had been paid out?"),
        [InputRequired(N_("Choose one."))],
        choices=[(liable.value, words) for liable, words in LIABLE.items()],
        default=Liable.PORTAL.value,
    )
    reason = Paragraphs(N_("Why?"), N_("Both sides read this."), longest=1000, required=N_("Say why."))
