"""The forms on the ways out."""

from typing import Any

from wtforms import HiddenField, RadioField
from wtforms.validators import InputRequired

from portal.core.forms import Amount, Day, Form, Paragraphs, Words
from portal.core.i18n import N_
from portal.designs.photo_forms import PhotosField
from portal.orders.ending.claims import Remedy
from portal.orders.ending.words import REMEDIES


class CallOffForm(Form):
    """`fee` is what the page said that it costs, in minor units."""

    fee = HiddenField()
    reason = Words(N_("Why?"), N_("The other side reads this."), longest=300)

    @property
    def fee_minor(self) -> int | None:
        text = self.fee.data or ""
        return int(text) if text.isdecimal() and len(text) < 16 else None


class GiveUpForm(Form):
    reason = Words(N_("Why?"), N_("The creator reads this."), longest=300, required=N_("Say why."))


class JudgementForm(Form):
    """An operator's words, and what of the held money goes back. `currency` is the order's."""

    reason = Paragraphs(N_("Why?"), N_("Both sides read this."), longest=1000, required=N_("Say why."))
    back = Amount(N_("Goes back to the creator"), required=N_("Write an amount; 0 if nothing goes back."))

    def __init__(self, *arguments: Any, currency: str, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.back.currency = currency


class SettleForm(JudgementForm):
    """A judgement on a claim. `subsidy` is what the portal gives of its own."""

    subsidy = Amount(
        N_("The portal gives of its own"),
        N_("A subsidy: the factory is not charged, and nothing is sent back. Leave it empty for none."),
    )

    def __init__(self, *arguments: Any, currency: str, **more: Any) -> None:
        super().__init__(*arguments, currency=currency, **more)
        self.subsidy.currency = currency


class RemakeForm(Form):
    reason = Paragraphs(
        N_("What is made again, and why?"), N_("Both sides read this."), longest=1000, required=N_("Say why.")
    )
    ship_by = Day(N_("To be shipped by"), required=True)


class ClaimForm(Form):
    text = Paragraphs(
        N_("What is wrong?"),
        N_("How many pieces, which ones, and how it shows."),
        longest=2000,
        required=N_("Say what is wrong."),
    )
    remedy = RadioField(
        N_("What do you want?"),
        [InputRequired(N_("Choose one."))],
        choices=[(remedy.value, words) for remedy, words in REMEDIES.items()],
    )
    photos = PhotosField(N_("Photos"))

    @property
    def wanted(self) -> Remedy:
        return Remedy(self.remedy.data)


class WithdrawForm(Form):
    reason = Words(N_("Why?"), N_("The other side reads this."), longest=300)
