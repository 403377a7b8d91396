"""The forms about money that goes back after release."""

from typing import Any

from wtforms import HiddenField

from portal.core.forms import Amount, Form, Paragraphs
from portal.core.i18n import N_


class _Sum(Form):
    """`currency` is the order's."""

    amount = Amount(N_("Amount"), required=N_("Write an amount."))

    def __init__(self, *arguments: Any, currency: str, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.amount.currency = currency


class AskForm(_Sum):
    reason = Paragraphs(N_("Why?"), N_("The factory reads this."), longest=1000, required=N_("Say why."))


class GiveForm(_Sum):
    """`agreed` is what the page has said that it costs the factory, in minor units; empty before it has."""

    reason = Paragraphs(N_("Your words to the creator"), longest=1000)
    agreed = HiddenField()

    @property
    def agreed_minor(self) -> int | None:
        text = self.agreed.data or ""
        return int(text) if text.isdecimal() and len(text) < 16 else None


class DeclineForm(Form):
    reason = Paragraphs(N_("Why?"), N_("The creator reads this."), longest=1000, required=N_("Say why."))
