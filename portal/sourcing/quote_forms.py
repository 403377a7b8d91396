"""The quote form: made for the brief's quantities and blank fields. What cannot be read stays in its field."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import Field, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError
from wtforms.widgets import TextInput

from portal.core import clock, money
from portal.core.errors import Invalid
from portal.core.i18n import N_, _
from portal.products.reading import clean_text, read_number
from portal.sourcing import assumptions
from portal.sourcing.assumptions import Blank
from portal.sourcing.quote_operations import Offer, OfferLine
from portal.sourcing.quote_terms import INCOTERMS

#: At first sight a quote asks for no more than this many fields.
AT_FIRST_SIGHT = 5


class _Typed(Field):
    """A text input that keeps what was typed, also where it means nothing; `data` is None until it can be read."""

    widget = TextInput()

    def _value(self) -> str:
        return self.raw_data[0] if self.raw_data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        if not valuelist or not valuelist[0].strip():
            self.raw_data = []
            self.data = None
        else:
            self.data = self.read(valuelist[0])

    def read(self, text: str) -> int:
        raise NotImplementedError


class AmountField(_Typed):
    """An amount in the brief's currency, in minor units."""

    def __init__(self, *args: Any, currency: str = "USD", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency

    def read(self, text: str) -> int:
        try:
            return money.parse(text, self.currency)
        except Invalid as problem:
            raise ValueError(str(problem.message)) from None


class WholeField(_Typed):
    """A whole number from `low` to `high`."""

    def __init__(self, *args: Any, low: int = 0, high: int = 365, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.low, self.high = low, high

    def read(self, text: str) -> int:
        number = read_number(text)
        if number is None or number != int(number):
            raise ValueError(_("Write a whole number in figures, for example 20."))
        if not self.low <= number <= self.high:
            raise ValueError(_("A number from %(low)s to %(high)s.", low=self.low, high=self.high))
        return int(number)


def _needed(message: Any) -> list[Any]:
    return [InputRequired(message)]


class QuoteForm(FlaskForm):
    """The fields of every quote; `quote_form` adds those of the quantities and of the blank fields."""

    quantities: Sequence[int] = ()
    blanks: Sequence[Blank] = ()
    currency = "USD"

    sample_days = WholeField(N_("Sample ready in"), _needed(N_("Say how long a sample takes.")), low=1)
    sample_rounds = WholeField(N_("Sample rounds in the fee"), _needed(N_("Write 1 or more.")), low=1, high=9)
    deposit_percent = WholeField(N_("Deposit"), _needed(N_("Write the deposit's share.")), high=100)
    incoterm = SelectField(N_("Delivery term"), choices=list(INCOTERMS.items()))
    incoterm_place = StringField(
        N_("Named place"), [InputRequired(N_("Name the place, for example Ningbo.")), Length(max=80)]
    )
    tax = RadioField(
        N_("Tax"), choices=[("included", N_("Prices include tax")), ("added", N_("Tax is added"))], default="included"
    )
    tax_percent = WholeField(N_("Tax rate"), high=50)
    valid_days = WholeField(N_("Valid for"), _needed(N_("Say how long the quote stands.")), low=1, high=180)
    note = TextAreaField(N_("Note to the creator"), [Length(max=2000)])

    def validate_tax_percent(self, field: Field) -> None:
        if self.tax.data == "added" and not field.data and not field.process_errors:
            raise ValidationError(_("Write the rate of the tax that is added."))

    def unit_price(self, quantity: int) -> Field:
        return self[f"unit_price_{quantity}"]

    def lead_days(self, quantity: int) -> Field:
        return self[f"lead_days_{quantity}"]

    def freight(self, quantity: int) -> Field:
        return self[f"freight_{quantity}"]

    def assumed(self, blank: Blank) -> Field:
        return self[f"assume_{blank.path}"]

    @property
    def lead_times_first(self) -> bool:
        """Whether the lead times fit among the few fields that are seen at first."""
        return 2 * len(self.quantities) <= AT_FIRST_SIGHT

    def typed(self) -> dict[str, str]:
        """Everything as typed, to be kept as a draft."""
        return {
            name: (field.raw_data[0] if field.raw_data else "") for name, field in self._fields.items()
            if name != "csrf_token"
        }  # fmt: skip

    def offer_line(self, quantity: int) -> OfferLine | None:
        """The offer at one quantity; None while its price can't be read."""
        price = self.unit_price(quantity).data
        if not price:
            return None
        return OfferLine(quantity, price, self.lead_days(quantity).data or 0, self.freight(quantity).data or 0)

    def offer(self) -> Offer:
        """What the form says, as far as it can be read; complete once the form is valid."""
        lines = [self.offer_line(quantity) for quantity in self.quantities]
        return Offer(
            lines=tuple(line for line in lines if line),
            **{name: self[name].data or 0 for name in ("tooling_minor", "plate_minor", "sample_minor")},
            sample_days=self.sample_days.data or 0,
            sample_rounds=self.sample_rounds.data or 1,
            deposit_percent=self.deposit_percent.data or 0,
            incoterm=self.incoterm.data or "",
            incoterm_place=clean_text(self.incoterm_place.data or ""),
            tax_included=self.tax.data != "added",
            tax_percent=(self.tax_percent.data or 0) if self.tax.data == "added" else 0,
            valid_until=clock.now() + timedelta(days=self.valid_days.data or 0),
            assumptions={blank.path: self._kept(blank) for blank in self.blanks},
            note=clean_text(self.note.data or "", lines=True),
        )

    def _kept(self, blank: Blank) -> str:
        try:
            return assumptions.read(blank.field, self.assumed(blank).data or "")
        except Invalid:
            return ""


def quote_form(
    quantities: Sequence[int], currency: str, blanks: Sequence[Blank], typed: Mapping[str, Any]
) -> QuoteForm:
    """A form over `typed` (what a browser sent, or what it is prefilled with, as text)."""
    fields: dict[str, Any] = {"quantities": tuple(quantities), "blanks": tuple(blanks), "currency": currency}
    for name, label in (("tooling", N_("Tooling")), ("plate", N_("Plate fee")), ("sample", N_("Sample fee"))):
        fields[f"{name}_minor"] = AmountField(label, _needed(N_("Write 0 if there is none.")), currency=currency)
    for quantity in quantities:
        fields |= _quantity_fields(quantity, currency)
    fields |= {f"assume_{blank.path}": _assumption_field(blank) for blank in blanks}
    made = type("QuoteFormOfBrief", (QuoteForm,), fields)
    data = typed if isinstance(typed, MultiDict) else MultiDict(typed)
    return made(formdata=data)


def _quantity_fields(quantity: int, currency: str) -> dict[str, Field]:
    pieces = {"n": quantity}
    return {
        f"unit_price_{quantity}": AmountField(
            _("Unit price at %(n)s pcs", **pieces),
            [InputRequired(_("Write the price of one piece at %(n)s pcs.", **pieces)), _above_zero],
            currency=currency,
        ),
        f"lead_days_{quantity}": WholeField(
            _("Lead time at %(n)s pcs", **pieces), _needed(_("Write the days it takes at %(n)s pcs.", **pieces)), low=1
        ),
        f"freight_{quantity}": AmountField(
            _("Freight for %(n)s pcs", **pieces), _needed(_("Write 0 if there is none.")), currency=currency
        ),
    }


def _above_zero(_form: QuoteForm, field: Field) -> None:
    if field.data == 0:
        raise ValidationError(_("A price can't be zero."))


def _assumption_field(blank: Blank) -> Field:
    def readable(_form: QuoteForm, field: Field) -> None:
        try:
            assumptions.read(blank.field, field.data or "")
        except Invalid as problem:
            raise ValidationError(str(problem.message)) from None

    label = str(blank.field.label)
    if blank.options:
        choices = [("", _("Choose")), *((code, str(words)) for code, words in blank.options)]
        return SelectField(label, [readable], choices=choices, validate_choice=False)
    return StringField(label, [readable, Length(max=assumptions.LONGEST)])
